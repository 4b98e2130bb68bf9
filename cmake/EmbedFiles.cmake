# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The script behind belay_embed(). String literals are kept short enough for every compiler.
set(text "#include \"facts/Embedded.h\"\n\nnamespace {\nconstexpr belay::EmbeddedFile files[] = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" content)
  string(APPEND text "    {\"${name}\", R\"BELAY(${content})BELAY\"},\n")
endforeach()
string(APPEND text "};\n} // namespace\n\n"
  "llvm::ArrayRef<belay::EmbeddedFile> belay::${FUNCTION}() { return files; }\n")
file(WRITE "${OUTPUT}" "${text}")

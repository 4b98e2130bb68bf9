# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# belay_embed(<function> <output.cpp> <files>...): a C++ source with
#   llvm::ArrayRef<belay::EmbeddedFile> belay::<function>()
# that returns the names and contents of the files.
function(belay_embed function output)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DFUNCTION=${function}" "-DOUTPUT=${output}"
            "-DFILES=${ARGN}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    DEPENDS ${ARGN} "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake"
    COMMENT "Embedding ${function}"
    VERBATIM)
endfunction()

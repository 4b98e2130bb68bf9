# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# belay_clang: clang and LLVM as archives, of which a program takes what it uses. Loading the shared
# ones took 60 ms of each start, as much as linking the facts of many hundred files, and the
# relocations of a position-independent executable another 5 ms.
find_package(LLVM 22.1 REQUIRED CONFIG)
find_package(Clang REQUIRED CONFIG HINTS "${LLVM_DIR}/../clang")

# The clang whose clang-tidy gets a plugin as well. By its headers: LLVM's packages of two versions
# define the same targets.
set(BELAY_OLD_CLANG_MAJOR 19)
find_path(BELAY_OLD_CLANG include/clang-tidy/ClangTidyCheck.h
  PATHS "/usr/lib/llvm-${BELAY_OLD_CLANG_MAJOR}" NO_DEFAULT_PATH
  DOC "Where LLVM ${BELAY_OLD_CLANG_MAJOR} is installed")
if(BELAY_SANITIZE OR NOT EXISTS "${BELAY_OLD_CLANG}/bin/clang-tidy"
   OR NOT EXISTS "${BELAY_OLD_CLANG}/include/llvm/ADT/StringRef.h")
  set(BELAY_OLD_CLANG "")
endif()

add_library(belay_clang INTERFACE)
if(BELAY_SANITIZE)
  # Inline functions of LLVM's headers are instrumented here, and those of its archives, which are
  # not, would be merged with them.
  target_link_libraries(belay_clang INTERFACE clang-cpp LLVM)
  return()
endif()

# By file: the targets' own requirements name the shared libLLVM.
file(GLOB archives "${LLVM_LIBRARY_DIR}/libclang[A-Z]*.a" "${LLVM_LIBRARY_DIR}/libLLVM*.a")
if(NOT archives)
  message(FATAL_ERROR "no archives of clang in ${LLVM_LIBRARY_DIR}: install libclang-22-dev and llvm-22-dev")
endif()
list(JOIN archives "," archives)
get_target_property(system_libraries LLVMSupport INTERFACE_LINK_LIBRARIES)
list(FILTER system_libraries EXCLUDE REGEX "^LLVM")

target_link_libraries(belay_clang INTERFACE "$<LINK_GROUP:RESCAN,${archives}>" ${system_libraries})
target_link_options(belay_clang INTERFACE
  -no-pie -static-libstdc++ -static-libgcc -Wl,--gc-sections -Wl,--as-needed)
# A sixth of the size, and some tools cannot read what the archives bring.
target_link_options(belay_clang INTERFACE -Wl,--strip-debug)

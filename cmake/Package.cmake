# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# `cpack` in the build folder makes two packages for Debian: belay, with the programs and the plugins,
# and belay-runtime-dev, the headers.

include(GNUInstallDirs)

install(TARGETS belay belay-tidy RUNTIME COMPONENT belay)
foreach(plugin belay_tidy belay_tidy_old)
  if(TARGET ${plugin})
    # Not in the folder of an architecture: belay doctor looks beside bin/.
    install(TARGETS ${plugin} LIBRARY DESTINATION lib COMPONENT belay)
  endif()
endforeach()
install(FILES README.md CHANGELOG.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT belay)
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT belay)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME belay)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "The developers of Belay")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL belay runtime)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)

set(CPACK_COMPONENT_BELAY_DESCRIPTION "finds concurrency mistakes that take C++ servers down")
set(CPACK_DEBIAN_BELAY_PACKAGE_NAME belay)
set(CPACK_DEBIAN_BELAY_PACKAGE_SHLIBDEPS ON)
# clang's own headers, without which nothing can be parsed.
set(CPACK_DEBIAN_BELAY_PACKAGE_DEPENDS "libclang-common-${LLVM_VERSION_MAJOR}-dev")
set(CPACK_DEBIAN_BELAY_PACKAGE_RECOMMENDS "clang-tidy-${LLVM_VERSION_MAJOR}")

set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "bounded pools, task groups and limiters: headers for C++20")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME belay-runtime-dev)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_ARCHITECTURE all)
include(CPack)

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# How the tests under test/ run. lit.site.cfg.py, which the build writes, says where things are.
#
#   %belay         the program
#   %check_belay   analyses a file as a program of its own and checks every finding of it:
#                    // RUN: %check_belay %s
#                  The file's CHECK lines have to name them all. Belay's options may stand before
#                  the file, and the compiler's after it.
#   %plugin        the clang-tidy plugin, for %clang-tidy --load=%plugin
#   %belay-tidy    the clang-tidy with the plugin's checks inside
#   %old-plugin, %old-clang-tidy   the same for the older version of LLVM
#   %clang-tidy-diff, %run-clang-tidy   clang-tidy's own scripts, for %python
#   %python, %root, %build   an interpreter, the repository, the build folder
#
import os
import shutil
import sys

import lit.formats

config.name = "belay"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".cpp", ".test"]
config.excludes = ["Inputs", "unit"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.belay_build, "lit")

# FileCheck, not and split-file.
config.environment["PATH"] = os.pathsep.join([config.llvm_tools, os.environ["PATH"]])
config.environment["HOME"] = config.test_exec_root
config.environment["BELAY_CACHE"] = ""  # none: a test shows what happens now

# LLVM's own libraries are not instrumented: a container that they and we both change is annotated
# by only one side, so what is said about its unused part would be wrong. And a crash has to end a
# process by its signal, as it does without the sanitizers.
config.environment["ASAN_OPTIONS"] = "detect_container_overflow=0:handle_segv=0"
config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"

if config.has_plugin:
    # Where there is none, the program is sanitized and slow: what takes minutes is left out.
    config.available_features.update(["plugin", "fast"])
if config.old_plugin:
    config.available_features.add("old-plugin")
if shutil.which("pre-commit"):
    config.available_features.add("pre-commit")
if shutil.which("vim") and shutil.which("nvim") and os.path.isdir("/usr/share/vim-ale"):
    config.available_features.add("editors")
if config.has_examples:
    config.available_features.add("examples")

config.substitutions += [
    ("%check_belay", "%python %root/test/check_belay.py %belay"),
    ("%belay-tidy", config.belay_tidy),
    ("%belay", config.belay),
    ("%clang-tidy-diff", os.path.join(config.llvm_tools, "../share/clang/clang-tidy-diff.py")),
    ("%clang-tidy", os.path.join(config.llvm_tools, "clang-tidy")),
    ("%run-clang-tidy", os.path.join(config.llvm_tools, "run-clang-tidy")),
    ("%plugin", config.plugin),
    ("%old-plugin", config.old_plugin),
    ("%old-clang-tidy", config.old_clang_tidy),
    ("%python", sys.executable),
    ("%root", config.belay_root),
    ("%build", config.belay_build),
]

# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A project elsewhere finds the installed runtime with find_package(belay), builds and runs.

usage: package.py BUILD COMPILER
"""

import pathlib
import subprocess
import sys
import tempfile

BUILD, COMPILER = sys.argv[1:]
PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(service LANGUAGES CXX)
find_package(belay 0.1 REQUIRED)
add_executable(service service.cpp)
target_link_libraries(service PRIVATE belay::runtime)
"""
SOURCE = """\
#include <belay/rate_limiter.h>
int main() {
  belay::rate_limiter limiter(belay::every(std::chrono::hours(1)), 1);
  return limiter.allow() && !limiter.allow() ? 0 : 1;
}
"""


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}")


with tempfile.TemporaryDirectory() as folder:
    prefix, source, build = (pathlib.Path(folder) / name for name in ("prefix", "source", "build"))
    source.mkdir()
    (source / "CMakeLists.txt").write_text(PROJECT)
    (source / "service.cpp").write_text(SOURCE)
    run("cmake", "--install", BUILD, "--prefix", prefix, "--component", "runtime")
    run("cmake", "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DCMAKE_CXX_COMPILER={COMPILER}")
    run("cmake", "--build", build)
    run(build / "service")

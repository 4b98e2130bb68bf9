# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A project elsewhere finds the installed runtime with find_package(belay), builds and runs.

usage: package.py BUILD COMPILER
"""

import pathlib
import subprocess
import sys
import tempfile

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


def use(prefix, folder, *options):
    """Configures, builds and runs a project in the folder against what is installed."""
    source, build = folder / "source", folder / "build"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(PROJECT)
    (source / "service.cpp").write_text(SOURCE)
    run("cmake", "-G", "Ninja", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", *options)
    run("cmake", "--build", build)
    run(build / "service")


def main():
    build, compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run("cmake", "--install", build, "--prefix", folder / "prefix", "--component", "runtime")
        use(folder / "prefix", folder, f"-DCMAKE_CXX_COMPILER={compiler}")


if __name__ == "__main__":
    main()

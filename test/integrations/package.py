# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the packages, unpacks them, and uses what is in them from another folder.

usage: package.py BUILD FOLDER
"""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "runtime"))
import package as runtime  # noqa: E402

BUILD, FOLDER = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2]).absolute()
ROOT, PROJECT = FOLDER / "root", FOLDER / "project"
DETACHES = "#include <thread>\nint main() { int n = 0; std::thread([&n] { ++n; }).detach(); }\n"


def run(*command, code=0, **how):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          cwd=PROJECT, **how)
    if done.returncode != code:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def field(package, name):
    return run("dpkg-deb", "-f", package, name).strip()


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    PROJECT.mkdir(parents=True)
    # Nothing that the user has set up may help.
    os.environ.update(HOME=str(PROJECT), BELAY_CACHE=str(FOLDER / "cache"))
    run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", FOLDER / "packages")
    packages = {field(file, "Package"): file for file in (FOLDER / "packages").glob("*.deb")}
    assert packages.keys() == {"belay", "belay-runtime-dev"}, packages
    assert field(packages["belay-runtime-dev"], "Architecture") == "all"
    needs = field(packages["belay"], "Depends")
    assert "libclang-common-22-dev" in needs and "libsqlite3-0" in needs, needs
    for file in packages.values():
        run("dpkg-deb", "-x", file, ROOT)

    belay = ROOT / "usr/bin/belay"
    health = run(belay, "doctor")
    assert "not ok" not in health and "1 of 1 finding by" in health, health
    plugins = [word for word in health.split() if word.startswith("--load=")]
    assert plugins and all(f"--load={ROOT}/" in word for word in plugins), health
    (PROJECT / "detaches.cpp").write_text(DETACHES)
    found = run(belay, "check", "detaches.cpp", "--", "-std=c++20", code=1)
    assert "[belay-detached-thread]" in found, found
    found = run(ROOT / "usr/bin/belay-tidy", "--checks=-*,belay-*", "detaches.cpp", "--",
                "-std=c++20")
    assert "[belay-detached-thread]" in found, found
    assert (ROOT / "usr/share/doc/belay/docs/index.md").exists()

    runtime.use(ROOT / "usr", PROJECT)


main()

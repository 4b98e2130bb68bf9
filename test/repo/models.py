# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# RUN: %python %s %root
"""Every file of models/ has a test that compiles against the library's real headers."""

from repo import ROOT, complain, files, finish

# Files without a test, each with the reason.
UNTESTED = {}

models = files("models/*.yaml")
for model in models:
    test = ROOT / "test/models" / (model.stem + ".cpp")
    if model.stem in UNTESTED:
        if test.is_file():
            complain(test, "is there; take it off the list of untested models")
    elif not test.is_file():
        complain(model, f"has no test/models/{model.stem}.cpp")
for name in UNTESTED:
    if not (ROOT / "models" / (name + ".yaml")).is_file():
        complain("test/repo/models.py", f"models/{name}.yaml is not there")
finish(models)

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Scores Belay on real code: runs it over checkouts, compares the findings with labels.csv (sites
that are known) and verdicts.csv (findings that were read), and prints Markdown tables.

usage: score.py [--belay=PROGRAM] [--only=PROJECT,...] [--findings=FOLDER] [--unread=N] CHECKOUTS

CHECKOUTS holds a folder for each project of labels.csv, whose compile_commands.json is in it or in a
folder of it. Nothing is fetched; a project that is not there is named and left out.
"""

import argparse
import collections
import csv
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FAMILIES = {
    "unbounded spawning": ["unbounded-spawn"],
    "unsynchronised fields": ["inconsistent-guard", "unguarded-handler-state", "racy-flag"],
    "no join path": ["detached-thread", "unjoined-thread"],
    "sleep coordination": ["sleep-as-sync"],
    "lost cancellation": ["dropped-cancellation"],
}
FAMILY_OF = {check: family for family, checks in FAMILIES.items() for check in checks}
LEVELS = ["error", "warning", "note"]
LABELS = {"pos", "hard", "neg", "inactive", "borderline"}
VERDICTS = ["right", "arguable", "wrong"]


def fail(text):
    print(f"score.py: {text}", file=sys.stderr)
    sys.exit(2)


def rows(path, columns, column, allowed):
    """The rows of a CSV file; what is no row of it ends the program with its line."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != columns:
                fail(f"'{path}' has to start with the line {','.join(columns)}")
            result = []
            for row in reader:
                where = f"'{path}' line {reader.line_num}"
                if None in row or None in row.values():
                    fail(f"{where} does not have {len(columns)} columns")
                if row[column] not in allowed:
                    fail(f"{where}: '{row[column]}' is none of {', '.join(sorted(allowed))}")
                if not row["line"].isdigit():
                    fail(f"{where}: '{row['line']}' is no line number")
                for check in row["checks" if "checks" in row else "check"].split():
                    if check not in FAMILY_OF:
                        fail(f"{where}: there is no check '{check}'")
                row["line"] = int(row["line"])
                result.append(row)
            return result
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        fail(f"cannot read '{path}': {error}")


def database(checkout):
    for path in [checkout / "compile_commands.json", *sorted(checkout.glob("*/compile_commands.json"))]:
        if path.is_file():
            return path
    return None


def checkout_of(checkouts, project):
    """The project's folder; capitals do not matter in the first part of its name."""
    first, *rest = project.split("/")
    for folder in sorted(checkouts.iterdir()):
        if folder.name.lower() == first.lower() and folder.joinpath(*rest).is_dir():
            return folder.joinpath(*rest).resolve()
    return None


def analyse(belay, checkout, kept):
    """What Belay finds in a checkout, with files relative to it, or why there is nothing."""
    if kept and kept.is_file():
        return json.loads(kept.read_text(encoding="utf-8"))
    build = database(checkout)
    if not build:
        return f"no compile_commands.json in '{checkout}'"
    command = [belay, "check", "-p", build, "--min-level=note", "--fail-on=never", "--format=json"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    if done.returncode not in (0, 2) or not done.stdout:
        return f"belay ended with {done.returncode} over '{checkout}': {done.stderr.strip()[-300:]}"
    found = []
    for finding in json.loads(done.stdout)["findings"]:
        file = (checkout / finding["file"]).resolve()
        if checkout in file.parents:
            finding["file"] = str(file.relative_to(checkout))
            finding["check"] = finding["check"].removeprefix("belay-")
            found.append(finding)
    result = {"findings": found, "summary": done.stderr.strip().splitlines()[-1]}
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(result), encoding="utf-8")
    return result


def is_about(finding, label):
    """Whether a label speaks of a finding: of its entity or line, or, without either, of its file."""
    if finding["check"] not in label["checks"].split():
        return False
    if label["entity"] and f"::{finding['entity']}".endswith(f"::{label['entity']}"):
        return True
    if finding["file"] != label["file"]:
        return False
    return finding["line"] == label["line"] or not (label["line"] or label["entity"])


def meets(label, findings):
    about = [finding for finding in findings if is_about(finding, label)]
    if label["label"] in ("pos", "hard"):
        return bool(about)
    if label["label"] == "borderline":
        return not any(finding["level"] == "error" for finding in about)
    return not about


def table(head, body):
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" for _ in head) + " |")
    for row in body:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def print_labels(labels, results):
    body, missed = [], []
    for family in FAMILIES:
        cells = [family]
        for kinds in (["pos"], ["hard"], ["neg", "inactive"], ["borderline"]):
            of_kind = [label for label in labels if label["label"] in kinds
                       and FAMILY_OF[label["checks"].split()[0]] == family]
            met = [meets(label, results[label["project"]]["findings"]) for label in of_kind]
            cells.append(f"{sum(met)} of {len(met)}" if met else "-")
            missed += [label for label, is_met in zip(of_kind, met) if not is_met]
        body.append(cells)
    print("## Known sites\n")
    table(["Family", "found", "found, hard", "silent", "not an error"], body)
    for label in missed:
        about = " ".join(filter(None, [label["entity"], label["checks"]]))
        print(f"- not met ({label['label']}): {label['project']}/{label['file']}:{label['line']} "
              f"{about}: {label['note']}")
    print()


def print_pairs(labels, results):
    """A pair passes when all that its labels say of before and of after is met."""
    pairs = collections.defaultdict(dict)
    for label in labels:
        parts = label["project"].split("/")
        if parts[0] == "fixes":
            met = meets(label, results[label["project"]]["findings"])
            sides = pairs[parts[1]]
            sides[parts[2]] = sides.get(parts[2], True) and met
    if not pairs:
        return
    said = {True: "yes", False: "no", None: "-"}
    print("## Fixes\n")
    table(["Fix", "found before", "silent after", "passes"],
          [[name, said[sides.get("before")], said[sides.get("after")],
            said[all(sides.values())]] for name, sides in sorted(pairs.items())])


def print_findings(results, verdicts):
    known = {(row["project"], row["file"], row["line"], row["check"]): row["verdict"]
             for row in verdicts}
    counts = collections.defaultdict(collections.Counter)
    for project, result in results.items():
        if project.startswith("fixes/"):
            continue
        for finding in result["findings"]:
            family = FAMILY_OF.get(finding["check"])
            verdict = known.get((project, finding["file"], finding["line"], finding["check"]), "unread")
            for where in (project, "all"):
                counts[family, where, finding["level"]][verdict] += 1
    projects = [project for project in results if not project.startswith("fixes/")] + ["all"]
    print("## Findings, as they were read\n")
    body = []
    for family in FAMILIES:
        for project in projects:
            for level in LEVELS:
                count = counts[family, project, level]
                read = sum(count[verdict] for verdict in VERDICTS)
                if count.total():
                    share = f"{100 * count['right'] / read:.0f} %" if read else "-"
                    body.append([family, project, level, count.total(),
                                 *(count[verdict] for verdict in VERDICTS), count["unread"], share])
    table(["Family", "Project", "Level", "findings", *VERDICTS, "unread", "right"], body)


def print_unread(results, verdicts, limit):
    read = {(row["project"], row["file"], row["line"], row["check"]) for row in verdicts}
    print("## To read\n")
    for project, result in results.items():
        for finding in result["findings"]:
            key = (project, finding["file"], finding["line"], finding["check"])
            if limit and key not in read and not project.startswith("fixes/"):
                limit -= 1
                print(f"- {project},{finding['file']},{finding['line']},{finding['check']} "
                      f"({finding['level']}): {finding['message']}")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("checkouts", type=pathlib.Path, metavar="CHECKOUTS")
    parser.add_argument("--belay", default="belay", help="the program; default: belay")
    parser.add_argument("--only", help="these projects, with commas between")
    parser.add_argument("--findings", type=pathlib.Path,
                        help="keep what Belay says in this folder, and read it there another time")
    parser.add_argument("--unread", type=int, default=0, metavar="N",
                        help="list up to N findings without a verdict")
    parser.add_argument("--labels", type=pathlib.Path, default=HERE / "labels.csv")
    parser.add_argument("--verdicts", type=pathlib.Path, default=HERE / "verdicts.csv")
    options = parser.parse_args()
    labels = rows(options.labels, ["project", "file", "line", "entity", "checks", "label", "note"],
                  "label", LABELS)
    verdicts = rows(options.verdicts, ["project", "file", "line", "check", "verdict", "why"],
                    "verdict", set(VERDICTS))
    if not options.checkouts.is_dir():
        fail(f"'{options.checkouts}' is no folder")
    wanted = dict.fromkeys(row["project"] for row in [*labels, *verdicts])
    only = set(options.only.split(",")) if options.only else set(wanted)
    for project in only - set(wanted):
        fail(f"no row of labels.csv or verdicts.csv is about '{project}'")
    results = {}
    for project in sorted(only, key=lambda name: (name.startswith("fixes/"), name.lower())):
        checkout = checkout_of(options.checkouts, project)
        kept = options.findings / (project.replace("/", "-") + ".json") if options.findings else None
        result = analyse(options.belay, checkout, kept) if checkout else "not there"
        if isinstance(result, str):
            print(f"score.py: {project} is left out: {result}", file=sys.stderr)
        else:
            results[project] = result
    if not results:
        fail(f"no project of labels.csv is in '{options.checkouts}'")
    labels = [label for label in labels if label["project"] in results]
    print_labels(labels, results)
    print_pairs(labels, results)
    print_findings(results, verdicts)
    if options.unread:
        print_unread(results, verdicts, options.unread)
    for project, result in results.items():
        print(f"{project}: {result['summary'].removeprefix('belay: ')}")


if __name__ == "__main__":
    main()

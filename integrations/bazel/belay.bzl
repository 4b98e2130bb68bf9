# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Belay in Bazel: facts of each source by an action of its own, linked where they are asked for.

    belay_repository  the program that is used, in the WORKSPACE
    belay_test        a test that fails with the findings in its dependencies
    belay_aspect      the same for targets named on the command line; output group: belay
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "C_COMPILE_ACTION_NAME", "CPP_COMPILE_ACTION_NAME")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

BelayInfo = provider(
    doc = "What the link of a program needs of a target and all that it depends on.",
    fields = {
        "facts": "depset of files of facts",
        "sources": "depset of the sources and headers, which a report quotes",
        "is_partial": "whether some code of it is not analysed",
    },
)

_C = ["c"]
_CPP = ["cc", "cpp", "cxx", "c++", "C"]
_RULES = ["cc_binary", "cc_library", "cc_test"]

def _own_files(rule):
    return [
        file
        for name in ["srcs", "hdrs", "textual_hdrs"]
        for target in getattr(rule.attr, name, None) or []
        for file in target.files.to_list()
    ]

def _flags(ctx, context, source):
    """What the toolchain's compiler would be given; Belay takes what concerns the meaning."""
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    is_c = source.extension in _C
    cpp = ctx.fragments.cpp
    copts = [
        word
        for copt in getattr(ctx.rule.attr, "copts", [])
        for word in ctx.tokenize(ctx.expand_make_variables("copts", copt, {}))
    ]
    defines = [
        "-D" + define
        for define in context.defines.to_list() + context.local_defines.to_list()
    ]
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        source_file = source.path,
        user_compile_flags = cpp.copts + (cpp.conlyopts if is_c else cpp.cxxopts) + copts + defines,
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
    )
    return cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = C_COMPILE_ACTION_NAME if is_c else CPP_COMPILE_ACTION_NAME,
        variables = variables,
    )

def _resource_dir(files):
    for file in files:
        if file.path.endswith("/include/stddef.h"):
            return file.path[:-len("/include/stddef.h")]
    fail("clang's own headers are not among the files of '@belay//:resources'")

def _extract(ctx, context, source, headers):
    facts = ctx.actions.declare_file("{}.belay/{}.facts".format(
        ctx.label.name,
        source.short_path.replace("../", "external/"),
    ))
    resources = ctx.files._resources
    ctx.actions.run(
        executable = ctx.executable._belay,
        arguments = ["extract", source.path, "-o", facts.path] +
                    ["--resource-dir=" + _resource_dir(resources), "--"] +
                    _flags(ctx, context, source),
        inputs = depset([source] + resources + ctx.files._models, transitive = [headers]),
        outputs = [facts],
        mnemonic = "BelayExtract",
        progress_message = "Extracting facts of " + source.short_path,
    )
    return facts

def _link(ctx, belay, info, options, report, status):
    """Never fails because of findings: it is a test that does, or whoever reads the report."""
    arguments = ctx.actions.args()
    arguments.use_param_file("@%s", use_always = True)
    arguments.set_param_file_format("shell")
    arguments.add_all(info.facts)
    ctx.actions.run_shell(
        tools = [belay],
        inputs = depset(transitive = [info.facts, info.sources]),
        outputs = [report, status],
        # The summary is for a terminal; what went wrong is not.
        command = """
            belay=$1 report=$2 status=$3; shift 3
            said=$("$belay" link -o "$report" "$@" 2>&1)
            code=$?; echo $code >"$status"
            test $code -lt 2 || { echo "$said" >&2; exit $code; }
        """,
        arguments = [belay.path, report.path, status.path] +
                    (["--partial"] if info.is_partial else []) + options + [arguments],
        mnemonic = "BelayLink",
        progress_message = "Linking facts for %s" % ctx.label,
    )

def _merged(own, sources, is_partial, targets):
    infos = [target[BelayInfo] for target in targets if BelayInfo in target]
    return BelayInfo(
        facts = depset(own, transitive = [info.facts for info in infos]),
        sources = depset(sources, transitive = [info.sources for info in infos]),
        is_partial = is_partial or any([info.is_partial for info in infos]),
    )

def _aspect_impl(target, ctx):
    deps = getattr(ctx.rule.attr, "deps", None) or []
    is_ours = ctx.rule.kind in _RULES and not ctx.label.workspace_name
    facts, files = [], []
    if is_ours and CcInfo in target:
        context = target[CcInfo].compilation_context
        files = _own_files(ctx.rule)
        headers = depset(files, transitive = [context.headers])
        facts = [
            _extract(ctx, context, file, headers)
            for file in files
            if file.extension in _C + _CPP
        ]
    info = _merged(facts, files, CcInfo in target and not is_ours, deps)
    if not is_ours or not info.facts:
        return [info]
    report = ctx.actions.declare_file(ctx.label.name + ".belay.txt")
    status = ctx.actions.declare_file(ctx.label.name + ".belay.status")
    _link(ctx, ctx.executable._belay, info, [], report, status)
    return [info, OutputGroupInfo(belay = depset([report]), belay_facts = info.facts)]

_program = {
    "_belay": attr.label(default = "@belay//:belay", executable = True, cfg = "host", allow_single_file = True),
}

belay_aspect = aspect(
    implementation = _aspect_impl,
    attr_aspects = ["deps"],
    attrs = dict(
        _program,
        _resources = attr.label(default = "@belay//:resources"),
        _models = attr.label(default = "@belay//:models"),
        _cc_toolchain = attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    ),
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _test_impl(ctx):
    info = _merged([], [], False, ctx.attr.deps)
    report = ctx.actions.declare_file(ctx.label.name + ".txt")
    status = ctx.actions.declare_file(ctx.label.name + ".status")
    _link(ctx, ctx.executable._belay, info, ctx.attr.options, report, status)
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/bin/sh\ncat '{}'\nexit \"$(cat '{}')\"\n".format(report.short_path, status.short_path),
        is_executable = True,
    )
    return [DefaultInfo(
        executable = script,
        files = depset([report]),
        runfiles = ctx.runfiles([report, status]),
    )]

belay_test = rule(
    implementation = _test_impl,
    doc = "Fails with the findings in the programs that `deps`, and all they depend on, make.",
    attrs = dict(
        _program,
        deps = attr.label_list(aspects = [belay_aspect], mandatory = True),
        options = attr.string_list(doc = "of belay link: --checks=, --min-level=, --fail-on="),
    ),
    test = True,
)

_BUILD = """
package(default_visibility = ["//visibility:public"])
exports_files(["belay"])
filegroup(name = "resources", srcs = glob(["resources/include/**"]))
filegroup(name = "models", srcs = {models})
"""

def _repository_impl(ctx):
    program = ctx.attr.program or ctx.os.environ.get("BELAY") or ctx.which("belay")
    if not program:
        fail("there is no 'belay' in the PATH; name it: --repo_env=BELAY=/path/to/belay")
    checked = ctx.execute([program, "doctor"])
    mark = "clang's own headers: "
    resources = [line.split(mark)[1] for line in checked.stdout.splitlines() if mark in line]
    if checked.return_code or not resources:
        fail("'belay doctor' says that it does not work:\n" + checked.stdout + checked.stderr)
    ctx.symlink(program, "belay")
    ctx.symlink(resources[0] + "/include", "resources/include")
    labels = [str(label) for label in ctx.attr.models]  # those of the workspace lose their "@"
    models = ["@" + label if label.startswith("//") else label for label in labels]
    ctx.file("BUILD", _BUILD.format(models = repr(models)))

belay_repository = repository_rule(
    implementation = _repository_impl,
    doc = "The installed Belay, and clang's own headers, as inputs of actions.",
    attrs = {
        "program": attr.string(doc = "a path; default: $BELAY, or belay in the PATH"),
        "models": attr.label_list(doc = "the workspace's .belay.yaml, if there is one"),
    },
    environ = ["BELAY", "PATH"],
    local = True,
)

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Flags: clang's own option table reads the commands, so that aliases, joined values and flags
// that only gcc knows need no code here.
//
#include "tool/Flags.h"
#include "clang/Driver/ToolChain.h"
#include "clang/Driver/Types.h"
#include "clang/Options/Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace clang::options;
namespace types = clang::driver::types;

namespace belay {

// The options that change what a source means, besides -m and -O: names without dashes, `no-`
// and a trailing `=`. Everything else concerns warnings, code generation, linking or output.
static constexpr StringLiteral keptNames =
    "D U undef include imacros I I- iquote isystem isystem-after idirafter iprefix iwithprefix "
    "iwithprefixbefore iwithsysroot isysroot sysroot F iframework iframeworkwithsysroot "
    "cxx-isystem stdlib++-isystem embed-dir system-header-prefix no-system-header-prefix "
    "nostdinc nostdinc++ nostdlibinc nobuiltininc working-directory std ansi x stdlib pthread "
    "gcc-toolchain gcc-install-dir "
    "faccess-control faligned-allocation faligned-new fasm fasm-blocks fblocks "
    "fborland-extensions fbracket-depth fbuiltin fbuiltin- fchar8_t fconstexpr-depth "
    "fconstexpr-steps fcoroutines fcxx-exceptions fdeclspec fdelayed-template-parsing fdigraphs "
    "fdollars-in-identifiers fexceptions fexperimental-library ffixed-point ffreestanding "
    "fgnu-inline-asm fgnu-keywords fgnu89-inline fgnuc-version fhosted finput-charset "
    "flax-vector-conversions fms-compatibility fms-compatibility-version fms-extensions "
    "fnew-alignment fopenmp fopenmp-simd fopenmp-version foperator-names fpack-struct "
    "fpascal-strings fPIC fpic fPIE fpie fraw-string-literals frelaxed-template-template-args "
    "frtti fshort-enums fshort-wchar fsigned-char fsized-deallocation ftemplate-depth "
    "fthreadsafe-statics ftrigraphs funsigned-char";

namespace {
struct Danger {
  ID id;
  StringLiteral kind;
};
} // namespace

// Dropped like everything that is not kept, but people should know: whoever wrote it asked for
// code or programs that will not run here.
static constexpr Danger dangers[] = {
    {OPT_fplugin_EQ, "-fplugin="},
    {OPT_fplugin_arg, "-fplugin-arg-"},
    {OPT_mllvm, "-mllvm"},
    {OPT_fpass_plugin_EQ, "-fpass-plugin="},
    {OPT_B, "-B"},
    {OPT_specs, "-specs="},
    {OPT_specs_EQ, "-specs="},
    {OPT_config, "--config="},
    {OPT_config_user_dir_EQ, "--config-user-dir="},
    {OPT_config_system_dir_EQ, "--config-system-dir="},
    {OPT_fmodules, "-fmodules"},
};

static Language languageOf(types::ID type) {
  switch (type) {
  case types::TY_C:
  case types::TY_PP_C:
  case types::TY_CHeader:
  case types::TY_CXX:
  case types::TY_PP_CXX:
  case types::TY_CXXHeader:
  case types::TY_CXXModule:
    return Language::C;
  case types::TY_CUDA:
  case types::TY_HIP:
    return Language::Gpu;
  default:
    return Language::Other;
  }
}

static bool isGpu(StringRef triple) { return Triple(Triple::normalize(triple)).isGPU(); }

static bool keeps(const opt::Arg &argument) {
  static const StringSet<> kept = [] {
    StringSet<> names;
    for (StringRef name : split(keptNames, ' '))
      names.insert(name);
    return names;
  }();
  const opt::Option &option = argument.getOption();
  // The driver may run a program to ask for the machine's GPU.
  if (option.matches(OPT_target))
    return !isGpu(argument.getValue());
  if (option.matches(OPT_x))
    return languageOf(types::lookupTypeForTypeSpecifier(argument.getValue())) == Language::C;
  if (option.matches(OPT_m_Group) || option.matches(OPT_O_Group))
    return true;
  StringRef name = option.getName();
  name.consume_back("=");
  StringRef feature = name;
  return kept.contains(name) ||
         (feature.consume_front("fno-") && kept.contains(("f" + feature).str()));
}

/// -Xclang speaks to the compiler proper. CMake includes its precompiled headers this way; of
/// these the header itself is kept.
static void readXclang(ArrayRef<std::string> values, Flags &flags) {
  for (size_t index = 0; index != values.size(); ++index) {
    const StringRef value = values[index];
    if (value == "-include" && index + 1 != values.size())
      flags.kept.insert(flags.kept.end(), {"-include", values[++index]});
    else if (value.contains("plugin") || value.starts_with("-load") || value == "-mllvm")
      flags.dangerous.push_back("-Xclang " + value.split('=').first.str());
  }
}

Flags parserFlags(StringRef file, ArrayRef<std::string> arguments) {
  std::vector<const char *> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  unsigned missingIndex = 0, missingCount = 0;
  const opt::InputArgList parsed = clang::getDriverOptTable().ParseArgs(
      pointers, missingIndex, missingCount, opt::Visibility(ClangOption));

  Flags flags;
  const opt::Arg *language = parsed.getLastArg(OPT_x);
  flags.language =
      languageOf(language ? types::lookupTypeForTypeSpecifier(language->getValue())
                          : types::lookupTypeForExtension(sys::path::extension(file).ltrim('.')));
  opt::ArgStringList kept;
  for (const opt::Arg *argument : parsed) {
    const opt::Option &option = argument->getOption();
    if (option.matches(OPT_UNKNOWN) && StringRef(argument->getSpelling()) == "-wrapper")
      flags.dangerous.push_back("-wrapper");
    const Danger *danger =
        find_if(dangers, [&](const Danger &known) { return option.matches(known.id); });
    if (danger != std::end(dangers))
      flags.dangerous.push_back(danger->kind.str());
    else if (keeps(*argument))
      argument->render(parsed, kept);
  }
  flags.kept.assign(kept.begin(), kept.end());
  readXclang(parsed.getAllArgValues(OPT_Xclang), flags);
  sort(flags.dangerous);
  flags.dangerous.erase(llvm::unique(flags.dangerous), flags.dangerous.end());
  return flags;
}

static StringRef stemOf(StringRef program) {
  StringRef name = sys::path::filename(program);
  name.consume_back(".exe");
  return name;
}

ArrayRef<std::string> withoutLaunchers(ArrayRef<std::string> command) {
  static constexpr StringLiteral launchers[] = {
      "buildcache", "ccache", "distcc", "env", "gomacc", "icecc", "libtool", "nice", "sccache"};
  const auto isPart = [](StringRef argument) {
    return is_contained(launchers, stemOf(argument)) || argument.starts_with("-") ||
           (argument.contains('=') && !argument.contains('/'));
  };
  while (command.size() > 1 && isPart(command.front()))
    command = command.drop_front();
  return command;
}

bool isForeign(StringRef compiler) {
  static constexpr StringLiteral names[] = {"nvcc", "hipcc", "cl", "clang-cl", "icl"};
  return is_contained(names, stemOf(compiler));
}

std::vector<std::string> compilerFlags(StringRef compiler) {
  const auto name = clang::driver::ToolChain::getTargetAndModeFromProgramName(stemOf(compiler));
  std::vector<std::string> flags;
  if (name.DriverMode)
    flags.push_back(name.DriverMode);
  const Triple target(Triple::normalize(name.TargetPrefix));
  if (target.getArch() != Triple::UnknownArch && !target.isGPU())
    flags.push_back("--target=" + name.TargetPrefix);
  // A gcc outside of the usual places brings its own standard library.
  const StringRef prefix = sys::path::parent_path(sys::path::parent_path(compiler));
  if (sys::path::is_absolute(compiler) && prefix != "/" && prefix != "/usr" &&
      (sys::fs::is_directory(prefix + "/lib/gcc") || sys::fs::is_directory(prefix + "/lib64/gcc")))
    flags.push_back(("--gcc-toolchain=" + prefix).str());
  return flags;
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prefix: which prefix goes with a unit, and how one is made: by clang in a process of its own,
// so that neither its memory nor a crash of it is the worker's.
//
#include "tool/Prefix.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace belay {

// What C++ has and C's headers of the same name have not. Those of C itself (math.h) stay out: a
// unit that does not include them must not see std::abs in the global namespace. So does
// <execution>, which drags oneTBB in.
static constexpr StringLiteral Headers[] = {"algorithm",
                                            "any",
                                            "array",
                                            "atomic",
                                            "barrier",
                                            "bit",
                                            "bitset",
                                            "cassert",
                                            "cctype",
                                            "cerrno",
                                            "cfloat",
                                            "charconv",
                                            "chrono",
                                            "cinttypes",
                                            "climits",
                                            "clocale",
                                            "cmath",
                                            "compare",
                                            "complex",
                                            "concepts",
                                            "condition_variable",
                                            "csetjmp",
                                            "csignal",
                                            "cstdarg",
                                            "cstddef",
                                            "cstdint",
                                            "cstdio",
                                            "cstdlib",
                                            "cstring",
                                            "ctime",
                                            "cwchar",
                                            "cwctype",
                                            "deque",
                                            "exception",
                                            "expected",
                                            "filesystem",
                                            "format",
                                            "forward_list",
                                            "fstream",
                                            "functional",
                                            "future",
                                            "initializer_list",
                                            "iomanip",
                                            "ios",
                                            "iosfwd",
                                            "iostream",
                                            "istream",
                                            "iterator",
                                            "latch",
                                            "limits",
                                            "list",
                                            "locale",
                                            "map",
                                            "memory",
                                            "memory_resource",
                                            "mutex",
                                            "new",
                                            "numbers",
                                            "numeric",
                                            "optional",
                                            "ostream",
                                            "queue",
                                            "random",
                                            "ranges",
                                            "ratio",
                                            "regex",
                                            "scoped_allocator",
                                            "semaphore",
                                            "set",
                                            "shared_mutex",
                                            "source_location",
                                            "span",
                                            "sstream",
                                            "stack",
                                            "stdexcept",
                                            "stop_token",
                                            "streambuf",
                                            "string",
                                            "string_view",
                                            "syncstream",
                                            "system_error",
                                            "thread",
                                            "tuple",
                                            "type_traits",
                                            "typeindex",
                                            "typeinfo",
                                            "unordered_map",
                                            "unordered_set",
                                            "utility",
                                            "valarray",
                                            "variant",
                                            "vector",
                                            "version"};

static std::string headerText() {
  std::string text;
  for (StringRef header : Headers)
    text += ("#if __has_include(<" + header + ">)\n#include <" + header + ">\n#endif\n").str();
  text += "#ifdef __cpp_impl_coroutine\n#include <coroutine>\n#endif\n";
  return text;
}

std::string realPathOf(clang::FileEntryRef file) {
  const StringRef real = file.getFileEntry().tryGetRealPathName();
  return real.empty() ? file.getName().str() : real.str();
}

namespace {

/// Notes who includes what.
class Recorder : public clang::PPCallbacks {
public:
  Recorder(const clang::SourceManager &sources, Prefix &prefix, StringSet<> &spelled)
      : sources_(sources), prefix_(prefix), spelled_(spelled) {}

  void InclusionDirective(clang::SourceLocation hash, const clang::Token &, StringRef name, bool,
                          clang::CharSourceRange, clang::OptionalFileEntryRef file, StringRef,
                          StringRef, const clang::Module *, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    spelled_.insert(name);
    const auto from = sources_.getFileEntryRefForID(sources_.getFileID(hash));
    if (!file || !from)
      return;
    const uint32_t to = indexOf(*file);
    prefix_.includes[indexOf(*from)].push_back(to);
  }

  void HasInclude(clang::SourceLocation, StringRef name, bool, clang::OptionalFileEntryRef,
                  clang::SrcMgr::CharacteristicKind) override {
    spelled_.insert(name);
  }

private:
  uint32_t indexOf(clang::FileEntryRef file) {
    const auto [known, isNew] =
        prefix_.headers.try_emplace(realPathOf(file), uint32_t(prefix_.includes.size()));
    if (isNew)
      prefix_.includes.emplace_back();
    return known->second;
  }

  const clang::SourceManager &sources_;
  Prefix &prefix_;
  StringSet<> &spelled_;
};

class Precompilation : public clang::GeneratePCHAction {
public:
  explicit Precompilation(Prefix &prefix) : prefix_(prefix) {}

private:
  bool BeginSourceFileAction(clang::CompilerInstance &compiler) override {
    compiler.getPreprocessor().addPPCallbacks(
        std::make_unique<Recorder>(compiler.getSourceManager(), prefix_, spelled_));
    return GeneratePCHAction::BeginSourceFileAction(compiler);
  }

  void EndSourceFileAction() override {
    for (const auto &identifier : getCompilerInstance().getPreprocessor().getIdentifierTable())
      prefix_.identifiers.insert(identifier.getKey());
    for (StringRef name : spelled_.keys())
      prefix_.spelled.push_back(name.str());
    llvm::sort(prefix_.spelled);
    GeneratePCHAction::EndSourceFileAction();
  }

  Prefix &prefix_;
  StringSet<> spelled_;
};

} // namespace

/// In a process of its own: makes the files of a prefix. False if clang does not come to an end.
static bool precompile(const std::string &file, clang::CompilerInvocation invocation) {
  const int64_t started = currentTime();
  if (writeToOutput(file + ".h", [](raw_ostream &out) {
        out << headerText();
        return Error::success();
      }))
    return false;
  clang::FrontendOptions &frontend = invocation.getFrontendOpts();
  frontend.ProgramAction = clang::frontend::GeneratePCH;
  frontend.OutputFile = file + ".pch";
  frontend.Inputs.emplace_back(file + ".h", clang::InputKind(clang::Language::CXX));
  invocation.getLangOpts().PCHInstantiateTemplates = true;

  const auto files = makeIntrusiveRefCnt<WatchedFiles>();
  clang::IgnoringDiagConsumer silent;
  clang::CompilerInstance compiler(
      std::make_shared<clang::CompilerInvocation>(std::move(invocation)));
  compiler.createVirtualFileSystem(files);
  compiler.createDiagnostics(&silent, /*ShouldOwnClient=*/false);
  Prefix prefix;
  Precompilation action(prefix);
  if (!compiler.ExecuteAction(action) || compiler.getDiagnostics().hasErrorOccurred())
    return false;
  for (const std::string &path : files->asked()) {
    if (StringRef(path).starts_with(file))
      continue;
    const State state = stateOf(path, {});
    if (!state.isSettled || state.stamp.changed >= started || state.stamp.modified >= started)
      return false;
    prefix.inputs.emplace_back(path, state);
  }
  auto precompiled = MemoryBuffer::getFile(file + ".pch", /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
  if (!precompiled)
    return false;
  const std::string digest = toHex(checksumOf((*precompiled)->getBuffer()));
  return !errorToBool(writeToOutput(file + ".txt", [&](raw_ostream &out) {
    out << textOf(prefix, digest);
    return Error::success();
  }));
}

/// Runs in the child: clang's memory is the child's, and so is a crash of it.
static bool precompileApart(const std::string &file, const clang::CompilerInvocation &invocation) {
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(precompile(file, invocation) ? 0 : 1);
  int status = 0;
  return child > 0 && sys::RetryAfterSignal(-1, ::waitpid, child, &status, 0) == child &&
         status == 0;
}

// What of a unit's flags stays out of a prefix, and is compared with it instead.

static bool isSystemMacro(StringRef definition) {
  return definition.starts_with("_") || definition.split('=').first == "NDEBUG";
}

static StringSet<> systemDirectoriesOf(ArrayRef<std::string> flags) {
  StringSet<> directories;
  for (size_t index = 0; index != flags.size(); ++index) {
    StringRef flag = flags[index];
    if (!flag.consume_front("-isystem") && !flag.consume_front("-idirafter"))
      continue;
    if (flag.empty() && index + 1 != flags.size())
      flag = flags[++index];
    directories.insert(flag);
  }
  return directories;
}

/// Takes the unit's own directories and macros out, and returns them.
static std::pair<std::vector<std::string>, std::vector<std::string>>
takeOwn(clang::CompilerInvocation &invocation, ArrayRef<std::string> flags) {
  std::vector<std::string> directories, macros;
  const StringSet<> system = systemDirectoriesOf(flags);
  erase_if(invocation.getHeaderSearchOpts().UserEntries, [&](const auto &entry) {
    const bool isOwn = entry.Group == clang::frontend::Quoted ||
                       entry.Group == clang::frontend::Angled || system.contains(entry.Path);
    if (isOwn)
      directories.push_back(entry.Path);
    return isOwn;
  });
  clang::PreprocessorOptions &preprocessor = invocation.getPreprocessorOpts();
  erase_if(preprocessor.Macros, [&](const auto &macro) {
    const StringRef definition = macro.first;
    if (isSystemMacro(definition))
      return false;
    macros.push_back(definition.split('=').first.split('(').first.str());
    return true;
  });
  preprocessor.Includes.clear();
  preprocessor.MacroIncludes.clear();
  invocation.getFrontendOpts().Inputs.clear();
  return {std::move(directories), std::move(macros)};
}

/// Whether a directory holds a header that the prefix would have taken instead of its own.
static bool shadows(StringRef directory, const Prefix &prefix, WatchedFiles &files) {
  StringMap<bool> firsts; // of the parts of a spelling, most are shared
  return any_of(prefix.spelled, [&](StringRef name) {
    const StringRef first = name.split('/').first;
    const auto [known, isNew] = firsts.try_emplace(first, false);
    if (isNew)
      known->second = files.exists(directory + "/" + first);
    return known->second && (first == name || files.exists(directory + "/" + name));
  });
}

const Prefix *Prefixes::find(const clang::CompilerInvocation &invocation,
                             ArrayRef<std::string> flags, bool isWanted, WatchedFiles &files) {
  const clang::LangOptions &language = invocation.getLangOpts();
  const clang::PreprocessorOptions &preprocessor = invocation.getPreprocessorOpts();
  if (!language.CPlusPlus || language.ObjC || language.CUDA || language.OpenCL ||
      language.Modules || !preprocessor.RemappedFiles.empty())
    return nullptr;
  clang::CompilerInvocation common = invocation;
  const auto [directories, macros] = takeOwn(common, flags);
  std::string text = surroundings_ + '\0' + folder_;
  for (const std::string &argument : common.getCC1CommandLine())
    if (!StringRef(argument).starts_with("-fsanitize-kcfi-hash")) // not initialised by clang 22
      text += '\0' + argument;
  const std::string name = toHex(digestOf(text), /*LowerCase=*/true);

  auto known = known_.find(name);
  if (known == known_.end()) {
    auto prefix = load(name);
    bool isFinal = prefix || isWanted;
    if (!prefix && isWanted)
      prefix = make(name, common, isFinal);
    if (!isFinal)
      return nullptr;
    known = known_.emplace(name, std::move(prefix)).first;
  }
  const Prefix *prefix = known->second.get();
  if (!prefix ||
      any_of(macros, [&](StringRef macro) { return prefix->identifiers.contains(macro); }) ||
      any_of(directories, [&](StringRef each) { return shadows(each, *prefix, files); }))
    return nullptr;
  return prefix;
}

std::unique_ptr<Prefix> Prefixes::make(const std::string &name,
                                       const clang::CompilerInvocation &invocation,
                                       bool &isFinal) const {
  const std::string file = folder_ + "/" + name;
  int lock = -1;
  isFinal = false;
  if (sys::fs::create_directories(folder_) ||
      sys::fs::openFileForReadWrite(file + ".lock", lock, sys::fs::CD_OpenAlways, sys::fs::OF_None))
    return nullptr;
  const scope_exit close([&] { sys::Process::SafelyCloseFileDescriptor(lock); });
  if (sys::fs::tryLockFile(lock))
    return nullptr;
  isFinal = true;
  if (auto made = load(name)) // by another process, meanwhile
    return made;
  return precompileApart(file, invocation) ? load(name) : nullptr;
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parse: clang's driver turns the flags into an invocation, of which only what the parser
// needs is taken over; the facts are extracted at the end of the translation unit.
//
#include "tool/Parse.h"
#include "facts/Extract.h"
#include "tool/Inputs.h"
#include "tool/Instantiations.h"
#include "tool/Prefix.h"
#include "clang/Basic/Stack.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Driver/CreateInvocationFromArgs.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Sema/Sema.h"
#include "clang/Sema/SemaConsumer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

using namespace llvm;

namespace belay {

namespace {

class FirstError : public clang::DiagnosticConsumer {
public:
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic &diagnostic) override {
    DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
    if (level < clang::DiagnosticsEngine::Error || !text.empty())
      return;
    SmallString<256> message;
    diagnostic.FormatDiagnostic(message);
    text = message.str();
    if (!diagnostic.hasSourceManager() || diagnostic.getLocation().isInvalid())
      return;
    const auto at = diagnostic.getSourceManager().getPresumedLoc(diagnostic.getLocation());
    if (at.isValid())
      where = {at.getFilename(), at.getLine(), at.getColumn()};
  }

  Place where;
  std::string text;
};

class EveryHeader : public clang::DependencyCollector {
  bool needSystemDependencies() override { return true; }
  bool sawDependency(StringRef file, bool, bool, bool, bool isMissing) override {
    return !isMissing && !file.starts_with("<");
  }
};

class Consumer : public clang::SemaConsumer {
public:
  Consumer(const Models &models, bool isExact, Unit &unit)
      : models_(models), isExact_(isExact), unit_(unit) {}

private:
  void InitializeSema(clang::Sema &sema) override {
    sema_ = &sema;
    instantiations_.emplace(sema.getSourceManager());
  }
  void HandleCXXImplicitFunctionInstantiation(clang::FunctionDecl *function) override {
    // It is the last that was put on the list of bodies to be made at the end of the unit.
    auto &pending = sema_->PendingInstantiations;
    if (!isExact_ && !pending.empty() && pending.back().first == function &&
        !instantiations_->concernProject(*function))
      pending.pop_back();
  }
  void HandleTranslationUnit(clang::ASTContext &ast) override { unit_ = extract(ast, models_); }

  const Models &models_;
  bool isExact_;
  Unit &unit_;
  clang::Sema *sema_ = nullptr;
  std::optional<Instantiations> instantiations_;
};

class Extraction : public clang::ASTFrontendAction {
public:
  Extraction(const Models &models, bool isExact, PrefixUse *use, Unit &unit)
      : models_(models), isExact_(isExact), use_(use), unit_(unit) {}

private:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &compiler,
                                                        StringRef) override {
    if (use_)
      use_->watch(compiler.getPreprocessor());
    return std::make_unique<Consumer>(models_, isExact_, unit_);
  }

  const Models &models_;
  bool isExact_;
  PrefixUse *use_;
  Unit &unit_;
};

} // namespace

using Invocation = std::unique_ptr<clang::CompilerInvocation>;

using Files = IntrusiveRefCntPtr<WatchedFiles>;

static Invocation invoke(const Source &source, ArrayRef<std::string> flags, StringRef resourceDir,
                         const Files &files, FirstError &errors) {
  // The driver looks for clang's own libraries beside its program, which need not be there.
  SmallString<128> program = resourceDir;
  sys::path::append(program, "../../../bin/clang");
  sys::path::remove_dots(program, /*remove_dot_dot=*/true);
  const std::string resources = ("-resource-dir=" + resourceDir).str();
  std::vector<const char *> arguments = {program.c_str(), "--no-default-config", resources.c_str()};
  for (const std::string &flag : flags)
    arguments.push_back(flag.c_str());
  arguments.insert(arguments.end(), {"--", source.file.c_str()});

  clang::DiagnosticOptions options;
  clang::CreateInvocationOptions how;
  how.Diags = clang::CompilerInstance::createDiagnostics(*files, options, &errors,
                                                         /*ShouldOwnClient=*/false);
  how.VFS = files;
  how.RecoverOnError = true;
  Invocation invocation = clang::createInvocation(arguments, how);
  if (invocation) {
    // Only the target itself knows its processors and their features.
    clang::TargetOptions target = invocation->getTargetOpts();
    IntrusiveRefCntPtr<clang::TargetInfo> created(
        clang::TargetInfo::CreateTargetInfo(*how.Diags, target));
  }
  return invocation;
}

/// What GCC knows about a machine and clang does not must not cost the unit: such flags hardly
/// change what a source means, so the second attempt leaves them out.
static Invocation invoke(const Source &source, StringRef resourceDir, const Files &files,
                         FirstError &errors) {
  Invocation invocation = invoke(source, source.flags, resourceDir, files, errors);
  if (invocation && errors.text.empty())
    return invocation;
  std::vector<std::string> plain = source.flags;
  erase_if(plain, [](StringRef flag) { return flag.starts_with("-m") && flag != "-m32"; });
  errors = FirstError();
  return invoke(source, plain, resourceDir, files, errors);
}

/// Of what the flags ask for, what the parser needs; outputs, plugins, precompiled headers and
/// module caches stay behind.
static std::shared_ptr<clang::CompilerInvocation> parserPart(const clang::CompilerInvocation &all) {
  auto part = std::make_shared<clang::CompilerInvocation>();
  part->getLangOpts() = all.getLangOpts();
  part->getTargetOpts() = all.getTargetOpts();
  part->getFileSystemOpts() = all.getFileSystemOpts();
  part->getFrontendOpts().Inputs = all.getFrontendOpts().Inputs;

  clang::HeaderSearchOptions &search = part->getHeaderSearchOpts();
  search = all.getHeaderSearchOpts();
  search.ModuleCachePath.clear();
  search.ImplicitModuleMaps = false;
  search.PrebuiltModuleFiles.clear();
  search.PrebuiltModulePaths.clear();
  search.VFSOverlayFiles.clear();

  clang::PreprocessorOptions &preprocessor = part->getPreprocessorOpts();
  preprocessor = all.getPreprocessorOpts();
  preprocessor.ImplicitPCHInclude.clear();
  preprocessor.ChainedIncludes.clear();

  // Warnings are not our business, nor those that are errors by default: GCC accepts the code.
  clang::DiagnosticOptions &diagnostics = part->getDiagnosticOpts();
  diagnostics.IgnoreWarnings = true;
  diagnostics.Warnings = {"no-everything"};
  diagnostics.ShowCarets = false;
  diagnostics.ErrorLimit = all.getDiagnosticOpts().ErrorLimit;
  return part;
}

/// Whether clang came to a result that counts: there were no errors behind a prefix, and nothing
/// that it could have changed.
static bool attempt(const clang::CompilerInvocation &invocation, const Prefix *prefix,
                    const Models &models, bool isExact, const Files &files, FirstError &errors,
                    Parsed &parsed) {
  const auto own = std::make_shared<clang::CompilerInvocation>(invocation);
  std::optional<PrefixUse> use;
  if (prefix) {
    own->getPreprocessorOpts().ImplicitPCHInclude = prefix->file;
    use.emplace(*prefix);
  }
  clang::CompilerInstance compiler(own);
  compiler.createVirtualFileSystem(files);
  compiler.createDiagnostics(&errors, /*ShouldOwnClient=*/false);
  const auto headers = std::make_shared<EveryHeader>();
  compiler.addDependencyCollector(headers);
  Extraction action(models, isExact, use ? &*use : nullptr, parsed.unit);
  compiler.ExecuteAction(action);
  parsed.headers = headers->getDependencies();
  return !use || (errors.text.empty() && !use->isDoubtful());
}

Parsed parse(const Source &source, const Models &models, StringRef resourceDir,
             const Shortcuts &shortcuts) {
  clang::noteBottomOfStack();
  Parsed parsed;
  parsed.unit.file = source.file;
  FirstError errors;
  const auto files = makeIntrusiveRefCnt<WatchedFiles>();
  if (const Invocation invocation = invoke(source, resourceDir, files, errors)) {
    const auto part = parserPart(*invocation);
    const FirstError before = errors;
    const Prefix *prefix = nullptr;
    if (shortcuts.prefixes)
      prefix = shortcuts.prefixes->find(*part, source.flags, shortcuts.makePrefix, *files);
    if (prefix && !attempt(*part, prefix, models, shortcuts.isExact, files, errors, parsed))
      prefix = nullptr;
    if (prefix) {
      for (const auto &[path, state] : prefix->inputs)
        files->exists(path);
    } else {
      errors = before;
      attempt(*part, nullptr, models, shortcuts.isExact, files, errors, parsed);
    }
  } else if (errors.text.empty()) {
    errors.text = "clang does not understand its flags";
  }
  parsed.asked = files->asked();
  if (shortcuts.prefixes)
    erase_if(parsed.asked, [&](StringRef path) { return shortcuts.prefixes->hold(path); });
  parsed.where = errors.where;
  parsed.error = errors.text;
  if (parsed.where) {
    SmallString<256> file(parsed.where.file);
    sys::path::make_absolute(source.directory, file);
    parsed.where.file = file.str();
  }
  return parsed;
}

std::string programFile() {
  static int here; // a symbol of this program, to find the program by
  static const std::string program = sys::fs::getMainExecutable("belay", &here);
  return program;
}

static bool isResourceDirectory(const Twine &folder) {
  return sys::fs::exists(folder + "/include/stddef.h");
}

Expected<std::string> resourceDirectory(StringRef asked) {
  std::vector<std::string> places;
  if (!asked.empty()) {
    places = {asked.str()};
  } else if (const auto set = sys::Process::GetEnv("BELAY_RESOURCE_DIR"); set && !set->empty()) {
    places = {*set};
  } else {
    const std::string program = programFile();
    const StringRef prefix = sys::path::parent_path(sys::path::parent_path(program));
    constexpr StringLiteral version = BELAY_CLANG_MAJOR;
    places = {BELAY_RESOURCE_DIR, (prefix + "/lib/clang/" + version).str(),
              ("/usr/lib/llvm-" + version + "/lib/clang/" + version).str(),
              ("/usr/lib/clang/" + version).str(), ("/usr/local/lib/clang/" + version).str()};
  }
  for (const std::string &place : places)
    if (isResourceDirectory(place)) {
      SmallString<128> folder(place);
      sys::fs::make_absolute(folder);
      return folder.str().str();
    }
  return createStringError(inconvertibleErrorCode(),
                           "clang's own headers are not in " + join(places, ", ") +
                               "; give --resource-dir, see 'clang-" BELAY_CLANG_MAJOR
                               " -print-resource-dir'");
}

} // namespace belay

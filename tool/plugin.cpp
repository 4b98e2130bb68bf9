// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The clang-tidy module belay-*: one AST -> facts -> a program of one unit -> the same checks as
// everywhere. A whole program shows more, and rules out some of what a unit alone shows.
//
// Every LLVM symbol comes from the clang-tidy that loads this. A second copy of LLVM would abort,
// or register the checks where nobody looks.
//
#include "checks/Check.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "facts/Extract.h"
#include "facts/Models.h"
#include "tool/Edits.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Basic/Version.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#if CLANG_VERSION_MAJOR < 22
#include "clang-tidy/ClangTidyModuleRegistry.h"
#endif
#include <cstdio>
#include <cstdlib>
#include <set>

using namespace clang;
using namespace clang::ast_matchers;
using namespace clang::tidy;

// In clang-tidy of another major version the plugin loads, lists its checks, finds nothing and
// looks like good news. So this comes before the registration below, and uses little of LLVM.
[[maybe_unused]] static const bool fitsHost = [] {
  const std::string host = getClangFullVersion();
  llvm::StringRef number = llvm::StringRef(host).split("clang version ").second;
  if (number.take_until([](char c) { return c == '.'; }) == CLANG_VERSION_MAJOR_STRING)
    return true;
  std::fprintf(stderr,
               "belay: this plugin is for clang-tidy %s and was loaded by %s; "
               "load the belay-tidy-N.so of that version\n",
               CLANG_VERSION_MAJOR_STRING, host.c_str());
  std::_Exit(2);
}();

template <> struct clang::tidy::OptionEnumMapping<belay::Level> {
  static llvm::ArrayRef<std::pair<belay::Level, StringRef>> getEnumMapping() {
    static constexpr std::pair<belay::Level, StringRef> names[] = {
        {belay::Level::Note, "note"},
        {belay::Level::Warning, "warning"},
        {belay::Level::Error, "error"}};
    return names;
  }
};

namespace belay {
namespace {

/// What is visited first: the translation unit, or in clangd, which visits no more than the file on
/// the screen, the first declaration of that.
AST_MATCHER(Decl, isVisitedFirst) {
  (void)Builder; // the macro declares it
  return &Node == Finder->getASTContext().getTraversalScope().front();
}

/// What all checks of a translation unit share: it is extracted and linked once, by the first.
class Analysis {
public:
  /// Null if the project's models are invalid; `error` says why, to the first who asks.
  const Program *programOf(ASTContext &ast, std::string &error);
  void clear();

  /// Whether a check offers the edit or header for the first time: the second time, it would be
  /// made twice.
  bool isNew(const Edit &edit) { return offered_.insert(edit).second; }
  bool isNew(const Interned &header) { return headers_.insert(header).second; }
  std::vector<std::string> searched; ///< the folders that hold headers

private:
  std::set<Edit> offered_;
  std::set<Interned> headers_;
  bool begun_ = false;
  Unit unit_;
  std::optional<Program> program_;
};

class TidyCheck : public ClangTidyCheck {
public:
  TidyCheck(StringRef name, ClangTidyContext *context, const Check &check,
            std::shared_ptr<Analysis> analysis)
      : ClangTidyCheck(name, context), check_(check), analysis_(std::move(analysis)),
        minLevel_(Options.get("MinLevel", Level::Warning)) {}

  void storeOptions(ClangTidyOptions::OptionMap &options) override {
    Options.store(options, "MinLevel", minLevel_);
  }
  void registerMatchers(MatchFinder *finder) override {
    finder->addMatcher(decl(isVisitedFirst()), this);
  }
  void check(const MatchFinder::MatchResult &result) override;
  void registerPPCallbacks(const SourceManager &, Preprocessor *preprocessor,
                           Preprocessor *) override;
  void onEndOfTranslationUnit() override { analysis_->clear(); }

private:
  llvm::SmallVector<FixItHint, 2> hintsFor(const Finding &finding, const SourceManager &sources);
  void show(const Finding &finding, const SourceManager &sources);

  const Check &check_;
  std::shared_ptr<Analysis> analysis_;
  Level minLevel_;
};

class Module : public ClangTidyModule {
public:
  void addCheckFactories(ClangTidyCheckFactories &factories) override;
};

} // namespace

static llvm::StringRef mainFile(const SourceManager &sources) {
  OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getMainFileID());
  return file ? file->getFileEntry().tryGetRealPathName() : "";
}

/// Where clang-tidy was started. The folder that it shows to clang is the one of the command.
static std::string startFolder() {
  llvm::SmallString<128> folder;
  return llvm::sys::fs::current_path(folder) ? "" : folder.str().str();
}

const Program *Analysis::programOf(ASTContext &ast, std::string &error) {
  if (begun_)
    return program_ ? &*program_ : nullptr;
  begun_ = true;
  llvm::Expected<Models> models = modelsFor(mainFile(ast.getSourceManager()), {});
  if (!models) {
    error = toString(models.takeError());
    return nullptr;
  }
  unit_ = extract(ast, *models, /*mapsPaths=*/false);
  return &program_.emplace(&unit_, /*complete=*/false, startFolder());
}

void Analysis::clear() {
  begun_ = false;
  program_.reset();
  unit_ = {};
  offered_.clear();
  headers_.clear();
}

void TidyCheck::check(const MatchFinder::MatchResult &result) {
  std::string error;
  const Program *program = analysis_->programOf(*result.Context, error);
  if (!error.empty())
    configurationDiag("%0", DiagnosticIDs::Error) << error;
  if (!program)
    return;
  Findings findings;
  check_.run(*program, findings);
  sortAndMerge(findings);
  for (const Finding &finding : findings)
    if (finding.level >= minLevel_)
      show(finding, *result.SourceManager);
}

/// Invalid if the place is in no file of the translation unit.
static SourceLocation locate(const Place &place, const SourceManager &sources) {
  OptionalFileEntryRef file =
      place ? sources.getFileManager().getOptionalFileRef(place.file) : std::nullopt;
  return file ? sources.translateFileLineCol(*file, place.line, place.column) : SourceLocation();
}

void TidyCheck::registerPPCallbacks(const SourceManager &, Preprocessor *preprocessor,
                                    Preprocessor *) {
  analysis_->searched.clear();
  for (const auto &entry : preprocessor->getHeaderSearchInfo().getHeaderSearchOpts().UserEntries)
    analysis_->searched.push_back(entry.Path);
}

/// What mends the finding, in the main file: what else includes a header, this unit cannot tell.
llvm::SmallVector<FixItHint, 2> TidyCheck::hintsFor(const Finding &finding,
                                                    const SourceManager &sources) {
  const FileID file = sources.getMainFileID();
  const SourceLocation start = sources.getLocForStartOfFile(file);
  if (!finding.fix || sources.getFileID(locate(finding.fix->where, sources)) != file)
    return {};
  const llvm::StringRef header = finding.fix->include, text = sources.getBufferData(file);
  auto isThere = [&](const std::string &folder) {
    const std::string path = folder + "/" + header.drop_front().drop_back().str();
    return bool(sources.getFileManager().getOptionalFileRef(path));
  };
  // The standard's are.
  if (header.contains('/') && llvm::none_of(analysis_->searched, isThere))
    return {};
  const auto edit = replacementOf(*finding.fix, text);
  if (!edit || !analysis_->isNew(*finding.fix))
    return {};
  llvm::SmallVector<FixItHint, 2> hints;
  auto add = [&](const tooling::Replacement &change) {
    const SourceLocation begin = start.getLocWithOffset(change.getOffset());
    hints.push_back(FixItHint::CreateReplacement(
        CharSourceRange::getCharRange(begin, begin.getLocWithOffset(change.getLength())),
        change.getReplacementText()));
  };
  add(*edit);
  if (!header.empty())
    if (const auto line = includeIn(header, mainFile(sources), text);
        line && analysis_->isNew(finding.fix->include))
      add(*line);
  return hints;
}

void TidyCheck::show(const Finding &finding, const SourceManager &sources) {
  const SourceLocation primary = locate(finding.where, sources);
  {
    DiagnosticBuilder shown = diag(primary, "%0") << finding.message;
    for (const FixItHint &hint : hintsFor(finding, sources))
      shown << hint;
  }
  for (const Step &step : finding.trail) {
    const SourceLocation location = locate(step.where, sources);
    std::string text = step.text;
    if (location.isInvalid() && step.where)
      text += " (" + step.where.file.str() + ":" + std::to_string(step.where.line) + ")";
    diag(location.isValid() ? location : primary, "%0", DiagnosticIDs::Note) << text;
  }
}

void Module::addCheckFactories(ClangTidyCheckFactories &factories) {
  auto analysis = std::make_shared<Analysis>();
  for (const Check &check : allChecks())
    factories.registerCheckFactory(
        ("belay-" + check.id).str(), [&check, analysis](StringRef name, ClangTidyContext *context) {
          return std::make_unique<TidyCheck>(name, context, check, analysis);
        });
}

static const ClangTidyModuleRegistry::Add<Module> registration("belay-module",
                                                               "Concurrency mistakes of servers.");

} // namespace belay

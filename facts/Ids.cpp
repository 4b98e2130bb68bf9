// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ids for declarations; see Ids.h for what they promise.
//
#include "facts/Ids.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace belay {

Id hash(llvm::StringRef text, Id seed) {
  llvm::SmallString<256> bytes(text);
  bytes.append(llvm::StringRef(reinterpret_cast<const char *>(&seed), sizeof seed));
  Id id = llvm::xxh3_64bits(llvm::StringRef(bytes));
  return id ? id : 1;
}

const FunctionDecl *patternOf(const FunctionDecl *function) {
  if (const FunctionDecl *pattern = function->getTemplateInstantiationPattern(false))
    function = pattern;
  return function->getCanonicalDecl();
}

const FunctionDecl *enclosingFunction(const Decl *decl) {
  return dyn_cast_or_null<FunctionDecl>(decl->getDeclContext() ? decl->getParentFunctionOrMethod()
                                                               : nullptr);
}

Ids::Ids(const ASTContext &ast, const Models &models, bool mapsPaths)
    : ast_(ast), sources_(ast.getSourceManager()), models_(models), mapsPaths_(mapsPaths) {}

static std::string usrOf(const Decl *decl) {
  llvm::SmallString<128> usr;
  index::generateUSRForDecl(decl, usr);
  return std::string(usr);
}

PrintingPolicy withoutPaths(const ASTContext &ast) {
  PrintingPolicy policy = ast.getPrintingPolicy();
  policy.AnonymousTagLocations = false;
  return policy;
}

Id Ids::pattern(const FunctionDecl *function) {
  const FunctionDecl *pattern = patternOf(function);
  return pattern == function->getCanonicalDecl() ? 0 : this->function(pattern);
}

Id Ids::function(const FunctionDecl *function) {
  function = function->getCanonicalDecl();
  if (auto known = ids_.find(function); known != ids_.end())
    return known->second;
  Id id = functionUncached(function);
  ids_[function] = id;
  return id;
}

Id Ids::functionUncached(const FunctionDecl *function) {
  if (function->isMain())
    return hash("main:" + place(function->getLocation()).file.str());
  if (const auto *method = dyn_cast<CXXMethodDecl>(function)) {
    if (method->getParent()->isLambda())
      return lambda(method->getParent());
    if (enclosingFunction(method->getParent()))
      return hash(method->getNameAsString() + method->getType().getAsString(withoutPaths(ast_)),
                  record(method->getParent()));
  }
  std::string usr = usrOf(function);
  if (!function->isExternallyVisible())
    usr += place(function->getLocation()).file.ref();
  return hash(usr);
}

Id Ids::record(const RecordDecl *record) {
  const auto *instantiation = dyn_cast<CXXRecordDecl>(record); // C has none
  if (const CXXRecordDecl *pattern =
          instantiation ? instantiation->getTemplateInstantiationPattern() : nullptr)
    record = pattern;
  record = cast<RecordDecl>(record->getCanonicalDecl());
  auto [known, isNew] = ids_.try_emplace(record, 0);
  if (!isNew)
    return known->second;
  if (const FunctionDecl *outer = enclosingFunction(record))
    return ids_[record] = inside(outer, record);
  std::string usr = usrOf(record);
  if (!record->isExternallyVisible())
    usr += place(record->getLocation()).file.ref();
  return ids_[record] = hash(usr);
}

Id Ids::inside(const FunctionDecl *outer, const NamedDecl *decl) {
  Place start = place(outer->getLocation()), here = place(decl->getLocation());
  return hash(decl->getNameAsString() + ":" + std::to_string(here.line - start.line) + ":" +
                  std::to_string(here.column),
              function(outer));
}

Id Ids::variable(const ValueDecl *variable) {
  variable = cast<ValueDecl>(variable->getCanonicalDecl());
  if (auto known = ids_.find(variable); known != ids_.end())
    return known->second;
  Id id;
  if (const auto *field = dyn_cast<FieldDecl>(variable)) {
    id = hash(field->getName(), record(field->getParent()));
  } else if (const FunctionDecl *outer = enclosingFunction(variable)) {
    id = inside(outer, variable);
  } else {
    std::string usr = usrOf(variable);
    if (!variable->isExternallyVisible())
      usr += place(variable->getLocation()).file.ref();
    id = hash(usr);
  }
  return ids_[variable] = id;
}

Id Ids::temporary(Id function, SourceLocation begin, SourceLocation at) {
  Place start = place(begin), here = place(at);
  return hash("temporary:" + std::to_string(here.line - start.line) + ":" +
                  std::to_string(here.column),
              function);
}

Id Ids::lambda(const CXXRecordDecl *closure) {
  closure = closure->getCanonicalDecl();
  if (auto known = ids_.find(closure); known != ids_.end())
    return known->second;
  if (const FunctionDecl *outer = enclosingFunction(closure))
    numberLambdasOf(outer);
  if (auto known = ids_.find(closure); known != ids_.end())
    return known->second;
  // A lambda of a variable's or field's initialiser that no function contains.
  Place at = place(closure->getLocation());
  return ids_[closure] = hash("lambda:" + at.file.str() + ":" + std::to_string(at.line) + ":" +
                              std::to_string(at.column));
}

void Ids::numberLambdasOf(const FunctionDecl *function) {
  const FunctionDecl *body = function->getDefinition();
  if (!body || !numbered_.insert(body).second)
    return;
  Id owner = this->function(body);
  unsigned next = 0;
  if (const auto *constructor = dyn_cast<CXXConstructorDecl>(body))
    for (const CXXCtorInitializer *init : constructor->inits())
      numberLambdas(init->getInit(), owner, next);
  numberLambdas(body->getBody(), owner, next);
}

void Ids::numberLambdas(const Stmt *root, Id owner, unsigned &next) {
  if (!root)
    return;
  if (const auto *lambda = dyn_cast<LambdaExpr>(root)) {
    ids_.try_emplace(lambda->getLambdaClass()->getCanonicalDecl(),
                     hash("lambda:" + std::to_string(next++), owner));
    for (const Expr *init : lambda->capture_inits())
      numberLambdas(init, owner, next);
    return;
  }
  for (const Stmt *child : root->children())
    numberLambdas(child, owner, next);
}

/// What -fmacro-prefix-map makes of a file's name, else of its real path: a build may put links to
/// its sources where it works.
std::string Ids::mapped(FileEntryRef file, llvm::SmallString<256> path) const {
  llvm::SmallString<256> name = file.getName();
  sources_.getFileManager().makeAbsolutePath(name);
  llvm::sys::path::remove_dots(name, /*remove_dot_dot=*/true);
  const llvm::SmallString<256> before = name;
  const LangOptions &language = ast_.getLangOpts();
  language.remapPathPrefix(name);
  if (name != before)
    return std::string(name);
  language.remapPathPrefix(path);
  return std::string(path);
}

const std::string &Ids::fileOf(FileID file) {
  auto [known, isNew] = files_.try_emplace(file);
  if (isNew) {
    if (OptionalFileEntryRef entry = sources_.getFileEntryRefForID(file)) {
      llvm::SmallString<256> path(entry->getFileEntry().tryGetRealPathName());
      if (path.empty()) {
        path = entry->getName();
        llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
      }
      known->second = mapsPaths_ ? mapped(*entry, path) : std::string(path);
    }
  }
  return known->second;
}

Place Ids::place(SourceLocation location) {
  if (location.isInvalid())
    return {};
  auto [file, offset] = sources_.getDecomposedLoc(sources_.getFileLoc(location));
  return {fileOf(file), sources_.getLineNumber(file, offset),
          sources_.getColumnNumber(file, offset)};
}

std::vector<Interned> Ids::filesWith(llvm::StringRef text, const std::set<Interned> &files) const {
  std::vector<Interned> found;
  for (const auto &[id, name] : files_)
    if (const auto known = files.find(name); known != files.end())
      if (const auto buffer = sources_.getBufferDataOrNone(id); buffer && buffer->contains(text))
        found.push_back(*known);
  llvm::sort(found);
  found.erase(llvm::unique(found), found.end()); // a file may be included more than once
  return found;
}

bool Ids::inProject(SourceLocation location) const {
  if (location.isInvalid())
    return false;
  SourceLocation at = sources_.getExpansionLoc(location);
  return !sources_.isInSystemHeader(at) && !sources_.isWrittenInBuiltinFile(at);
}

static bool isNameless(const DeclContext *context) {
  if (const auto *space = dyn_cast<NamespaceDecl>(context))
    return space->isInline() || space->isAnonymousNamespace();
  return !isa<NamedDecl>(context) || isa<LinkageSpecDecl>(context);
}

std::string Ids::qualifiedName(const NamedDecl *decl) {
  llvm::SmallVector<std::string, 6> parts;
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(decl)) // clang's own name has "<T>" in it
    parts.push_back((isa<CXXDestructorDecl>(decl) ? "~" : "") +
                    cast<CXXRecordDecl>(decl->getDeclContext())->getNameAsString());
  else
    parts.push_back(decl->getNameAsString());
  for (const DeclContext *context = decl->getDeclContext();
       context && !context->isTranslationUnit(); context = context->getParent())
    if (!isNameless(context))
      parts.push_back(cast<NamedDecl>(context)->getNameAsString());
  std::string name;
  for (const std::string &part : llvm::reverse(parts))
    (name += name.empty() ? "" : "::") += part;
  return name;
}

std::string Ids::nameOf(const FunctionDecl *function) {
  const auto *method = dyn_cast<CXXMethodDecl>(function);
  if (!method || !method->getParent()->isLambda())
    return qualifiedName(patternOf(function));
  if (const FunctionDecl *outer = enclosingFunction(method->getParent())) {
    std::string name = nameOf(outer);
    return llvm::StringRef(name).starts_with("lambda in ") ? name : "lambda in " + name;
  }
  return "lambda";
}

const Row *Ids::row(const NamedDecl *decl) {
  if (!decl)
    return nullptr;
  if (const auto *function = dyn_cast<FunctionDecl>(decl))
    decl = patternOf(function);
  else if (const auto *record = dyn_cast<CXXRecordDecl>(decl))
    if (const CXXRecordDecl *pattern = record->getTemplateInstantiationPattern())
      decl = pattern;
  decl = cast<NamedDecl>(decl->getCanonicalDecl());
  auto [known, isNew] = rows_.try_emplace(decl, nullptr);
  if (isNew && decl->getDeclName())
    known->second = models_.find(qualifiedName(decl));
  return known->second;
}

const Row *Ids::typeRow(QualType type) {
  type = type.getNonReferenceType();
  while (const auto *alias = type->getAs<TypedefType>()) {
    if (const Row *known = row(alias->getDecl()))
      return known;
    type = alias->desugar();
  }
  if (const CXXRecordDecl *record = type->getAsCXXRecordDecl())
    return record->isLambda() ? nullptr : row(record);
  return nullptr;
}

} // namespace belay

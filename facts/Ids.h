// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ids: names for declarations that two units agree on, that edits elsewhere in the file do not
// change, and that differ where clang's USRs do not (internal linkage, lambdas, local classes,
// `main`). Also the places, display names and model rows of declarations.
//
#ifndef BELAY_FACTS_IDS_H
#define BELAY_FACTS_IDS_H

#include "facts/Facts.h"
#include "facts/Models.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/FileEntry.h"
#include "llvm/ADT/DenseMap.h"
#include <set>

namespace belay {

class Ids {
public:
  /// `mapsPaths`: paths are those that -fmacro-prefix-map makes of them, not those of the files.
  Ids(const clang::ASTContext &ast, const Models &models, bool mapsPaths);

  /// A function's id. Each instantiation of a template has its own; those of a generic lambda's
  /// call operator share one.
  Id function(const clang::FunctionDecl *function);
  /// The id of an instantiation's template, 0 for any other function.
  Id pattern(const clang::FunctionDecl *function);
  Id record(const clang::RecordDecl *record);
  /// A global, field, parameter or local variable.
  Id variable(const clang::ValueDecl *variable);
  Id lambda(const clang::CXXRecordDecl *closure);
  /// A temporary made at `at` inside of the function.
  Id temporary(Id function, clang::SourceLocation begin, clang::SourceLocation at);

  /// Numbers the lambdas under `root`, other than those inside of lambdas, as `owner`'s.
  void numberLambdas(const clang::Stmt *root, Id owner, unsigned &next);

  /// The position in the file that a person would edit, macros looked through.
  Place place(clang::SourceLocation location);
  /// Those of the files, known by their places, whose contents have the text. Sorted.
  std::vector<Interned> filesWith(llvm::StringRef text, const std::set<Interned> &files) const;
  /// Whether the location is in the project: in a file that is no system header.
  bool inProject(clang::SourceLocation location) const;

  /// "ns::Class::method", or "lambda in ns::f".
  std::string nameOf(const clang::FunctionDecl *function);
  /// Without template arguments, inline and unnamed namespaces.
  static std::string qualifiedName(const clang::NamedDecl *decl);

  const Row *row(const clang::NamedDecl *decl);
  /// The row of a type, looking through references and typedefs, not through pointers.
  const Row *typeRow(clang::QualType type);

  const clang::ASTContext &ast() const { return ast_; }
  const Models &models() const { return models_; }

private:
  Id functionUncached(const clang::FunctionDecl *function);
  /// The id of what a function declares: by its name, and its place from the function's.
  Id inside(const clang::FunctionDecl *outer, const clang::NamedDecl *decl);
  void numberLambdasOf(const clang::FunctionDecl *function);
  const std::string &fileOf(clang::FileID file);
  std::string mapped(clang::FileEntryRef file, llvm::SmallString<256> path) const;

  const clang::ASTContext &ast_;
  const clang::SourceManager &sources_;
  const Models &models_;
  const bool mapsPaths_;
  llvm::DenseMap<const clang::Decl *, Id> ids_;
  llvm::DenseMap<const clang::Decl *, const Row *> rows_;
  llvm::DenseMap<clang::FileID, std::string> files_;
  llvm::DenseSet<const clang::FunctionDecl *> numbered_;
};

/// The template's function for an instantiation, else the function; its canonical declaration.
const clang::FunctionDecl *patternOf(const clang::FunctionDecl *function);

/// The function, lambda's call operator or method around a declaration, or null.
const clang::FunctionDecl *enclosingFunction(const clang::Decl *decl);

/// How to print types and names, those of unnamed ones without the file that they are in.
clang::PrintingPolicy withoutPaths(const clang::ASTContext &ast);

Id hash(llvm::StringRef text, Id seed = 0);

} // namespace belay

#endif

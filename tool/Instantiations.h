// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instantiations: what of the system's templates a unit has to instantiate. The facts are about
// the project's code: std::vector<int>::push_back leads to none of it, and clang need not make it.
//
#ifndef BELAY_TOOL_INSTANTIATIONS_H
#define BELAY_TOOL_INSTANTIATIONS_H

#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"

namespace belay {

class Instantiations {
public:
  explicit Instantiations(const clang::SourceManager &sources) : sources_(sources) {}

  /// Whether the body of an instantiation could use code of the project: it is the project's, or
  /// its arguments name something of the project, by which also overloads are found.
  bool concernProject(const clang::FunctionDecl &function);

private:
  bool mentions(const clang::TemplateArgument &argument);
  bool mentions(clang::QualType type);
  bool mentions(const clang::TagDecl &tag);
  bool isProjects(const clang::Decl &decl) const;

  const clang::SourceManager &sources_;
  llvm::DenseMap<const clang::Type *, bool> types_;
};

} // namespace belay

#endif

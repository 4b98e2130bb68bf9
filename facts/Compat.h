// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compat: what LLVM 19 and 22 write differently. The plugin is built for both; where one way of
// writing suits both, the code has that instead.
//
#ifndef BELAY_FACTS_COMPAT_H
#define BELAY_FACTS_COMPAT_H

#include "clang/AST/ASTContext.h"
#include "clang/Basic/Version.h"

namespace belay {

/// The type that a class or enumeration declares.
inline clang::QualType typeOf(const clang::ASTContext &ast, const clang::TagDecl *declaration) {
#if CLANG_VERSION_MAJOR >= 22
  return ast.getCanonicalTagType(declaration);
#else
  return ast.getTypeDeclType(declaration).getCanonicalType();
#endif
}

} // namespace belay

#endif

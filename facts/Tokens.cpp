// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens: which cancellation tokens a function has, and what becomes of them: whether it looks at
// them at all, and which calls take one and are made without.
//
#include "facts/Events.h"
#include "clang/AST/Attr.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace belay {

static bool isAnnotated(const Decl *decl) {
  return decl && llvm::any_of(decl->specific_attrs<AnnotateAttr>(), [](const AnnotateAttr *each) {
           return each->getAnnotation() == "belay::token";
         });
}

bool Walk::isTokenType(QualType type) const {
  type = type.getNonReferenceType();
  if (type->isPointerType())
    type = type->getPointeeType();
  const Row *row = type->isRecordType() ? ids_.typeRow(type) : nullptr;
  return (row && row->is == TypeIs::StopToken) || isAnnotated(type->getAsCXXRecordDecl());
}

// The tokens in scope from the start: parameters, and what a lambda captures.
void Walk::findTokens(const FunctionDecl *function) {
  for (const ParmVarDecl *parameter : function->parameters())
    if (isTokenType(parameter->getType()) || isAnnotated(parameter))
      body_.facts.tokens.push_back({ids_.variable(parameter), false,
                                    ids_.place(parameter->getLocation()),
                                    parameter->getNameAsString()});
  const auto *method = dyn_cast<CXXMethodDecl>(function);
  if (!method || !method->getParent()->isLambda())
    return;
  for (const LambdaCapture &captured : method->getParent()->captures())
    if (captured.capturesVariable() && isTokenType(captured.getCapturedVar()->getType()))
      body_.facts.tokens.push_back({ids_.variable(captured.getCapturedVar()), true,
                                    ids_.place(captured.getLocation()),
                                    captured.getCapturedVar()->getNameAsString()});
}

void Walk::useToken(const DeclRefExpr *reference) {
  if (body_.facts.tokens.empty())
    return;
  const auto *cast = above_.empty() ? nullptr : dyn_cast<CastExpr>(above_.back());
  if (cast && cast->getCastKind() == CK_ToVoid)
    return; // (void)token;
  Id id = ids_.variable(reference->getDecl());
  for (Token &token : body_.facts.tokens)
    token.used |= token.id == id;
}

static bool refersTo(const Stmt *stmt, llvm::function_ref<bool(const ValueDecl *)> wanted) {
  if (!stmt)
    return false;
  if (const auto *reference = dyn_cast<DeclRefExpr>(stmt);
      reference && wanted(reference->getDecl()))
    return true;
  return llvm::any_of(stmt->children(), [&](const Stmt *child) { return refersTo(child, wanted); });
}

// Once the token has been asked and has said stop, what follows is the clean-up.
bool Walk::isCleanUp() const {
  auto isToken = [&](const ValueDecl *value) { return isTokenType(value->getType()); };
  for (size_t i = 0; i < above_.size(); ++i) {
    const auto *branch = dyn_cast<IfStmt>(above_[i]);
    const auto *no =
        branch ? dyn_cast<UnaryOperator>(branch->getCond()->IgnoreParenImpCasts()) : nullptr;
    bool isNegated = no && no->getOpcode() == UO_LNot;
    if (branch && !isNegated && i + 1 < above_.size() && above_[i + 1] == branch->getThen() &&
        refersTo(branch->getCond(), isToken))
      return true;
    // A statement after a loop that the token ends.
    const auto *block = dyn_cast<CompoundStmt>(above_[i]);
    if (!block)
      continue;
    for (const Stmt *each : block->body()) {
      if (i + 1 < above_.size() && each == above_[i + 1])
        break;
      if (const auto *loop = dyn_cast<WhileStmt>(each); loop && refersTo(loop->getCond(), isToken))
        return true;
    }
  }
  return false;
}

// An overload that takes all that this one takes, and a token.
static const FunctionDecl *withToken(const FunctionDecl *callee,
                                     llvm::function_ref<bool(QualType)> isToken) {
  if (callee->getTemplatedKind() != FunctionDecl::TK_NonTemplate || !callee->getIdentifier())
    return nullptr;
  for (const NamedDecl *other : callee->getDeclContext()->lookup(callee->getDeclName())) {
    const auto *function = dyn_cast<FunctionDecl>(other);
    if (!function || function->getNumParams() != callee->getNumParams() + 1)
      continue;
    unsigned next = 0, tokens = 0;
    for (const ParmVarDecl *parameter : function->parameters()) {
      if (isToken(parameter->getType()))
        ++tokens;
      else if (next < callee->getNumParams() &&
               callee->getParamDecl(next)->getType().getCanonicalType() ==
                   parameter->getType().getCanonicalType())
        ++next;
    }
    if (tokens == 1 && next == callee->getNumParams())
      return function;
  }
  return nullptr;
}

// `std::stop_token{}`, `source.get_token()` of a source made here.
bool Walk::isFreshToken(const Expr *expr) const {
  expr = resolve_.strip(expr);
  if (const auto *construct = dyn_cast_or_null<CXXConstructExpr>(expr))
    return construct->getNumArgs() == 0;
  const auto *call = dyn_cast_or_null<CXXMemberCallExpr>(expr);
  const Expr *source = call ? resolve_.strip(call->getImplicitObjectArgument()) : nullptr;
  const Row *row = source ? ids_.typeRow(source->getType()) : nullptr;
  if (!row || row->is != TypeIs::StopSource)
    return false;
  const auto *reference = dyn_cast<DeclRefExpr>(source);
  const auto *variable = reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
  if (!variable)
    return isa<CXXConstructExpr>(source);
  // One that a stop_callback or the token itself can stop is linked to what is in scope.
  return variable->hasLocalStorage() && !isa<ParmVarDecl>(variable) &&
         !body_.linkedSources.contains(variable);
}

// Sets the flags of a call's event that tell what it does with the tokens in scope.
void Walk::passesToken(const Call &call, Event &event) {
  if (body_.facts.tokens.empty() || !call.callee)
    return;
  auto named =
      llvm::find_if(body_.facts.tokens, [](const Token &each) { return !each.name.empty(); });
  bool passes = false, fresh = false, leftOut = false;
  for (const Expr *argument : call.arguments) {
    const auto *lambda = dyn_cast_or_null<LambdaExpr>(resolve_.strip(argument));
    passes |= lambda && refersTo(lambda->getBody(), [&](const ValueDecl *value) {
                return isTokenType(value->getType());
              });
    if (!isTokenType(argument->getType()))
      continue;
    (isFreshToken(argument) ? fresh : passes) = true;
  }
  auto isType = [&](QualType type) { return isTokenType(type); };
  if (!passes && !fresh) {
    const auto *overload = withToken(call.callee, isType);
    leftOut = overload && ids_.function(overload) != body_.facts.id;
    for (const ParmVarDecl *parameter : call.callee->parameters())
      leftOut |= isTokenType(parameter->getType());
  }
  if (passes)
    event.flags |= PassesToken;
  if (named == body_.facts.tokens.end() || isCleanUp())
    return;
  if (fresh || leftOut) {
    event.flags |= fresh ? FreshToken : LeavesTokenOut;
    event.target = {Object::Root::Parameter, false, named->id, named->name};
  }
}

} // namespace belay

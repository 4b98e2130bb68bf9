// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tokens: which cancellation tokens a function has, and what becomes of them: whether it looks at
// them at all, and which calls take one and are made without.
//
#include "facts/Compat.h"
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

static QualType pointeeOf(QualType type) {
  type = type.getNonReferenceType();
  return type->isPointerType() ? type->getPointeeType() : type;
}

bool Walk::isTokenType(QualType type) const {
  type = pointeeOf(type);
  const Row *row = type->isRecordType() ? ids_.typeRow(type) : nullptr;
  return (row && row->is == TypeIs::StopToken) || isAnnotated(type->getAsCXXRecordDecl());
}

Id Walk::tokenType(QualType type) const {
  const CXXRecordDecl *record = pointeeOf(type)->getAsCXXRecordDecl();
  return record ? ids_.record(record) : 0;
}

// The tokens in scope from the start: parameters, and what a lambda captures.
void Walk::findTokens(const FunctionDecl *function) {
  for (const ParmVarDecl *parameter : function->parameters())
    if (isTokenType(parameter->getType()) || isAnnotated(parameter))
      body_.facts.tokens.push_back({ids_.variable(parameter), false,
                                    ids_.place(parameter->getLocation()),
                                    parameter->getNameAsString(), tokenType(parameter->getType())});
  const auto *method = dyn_cast<CXXMethodDecl>(function);
  if (!method || !method->getParent()->isLambda())
    return;
  for (const LambdaCapture &captured : method->getParent()->captures())
    if (captured.capturesVariable() && isTokenType(captured.getCapturedVar()->getType()))
      body_.facts.tokens.push_back({ids_.variable(captured.getCapturedVar()), true,
                                    ids_.place(captured.getLocation()),
                                    captured.getCapturedVar()->getNameAsString(),
                                    tokenType(captured.getCapturedVar()->getType())});
}

void Walk::useToken(const DeclRefExpr *reference) {
  if (body_.facts.tokens.empty() || !isa<VarDecl>(reference->getDecl()))
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

// Whether a condition that holds says that a token asks to stop (1), or that none does (-1).
int Walk::saysStop(const Expr *condition) const {
  condition = resolve_.strip(condition)->IgnoreParenImpCasts();
  if (const auto *no = dyn_cast<UnaryOperator>(condition); no && no->getOpcode() == UO_LNot)
    return -saysStop(no->getSubExpr());
  if (const auto *both = dyn_cast<BinaryOperator>(condition); both && both->isLogicalOp()) {
    int left = saysStop(both->getLHS()), right = saysStop(both->getRHS());
    return left && right ? (left == right ? left : 0) : left + right;
  }
  const auto *call = dyn_cast<CallExpr>(condition);
  const Row *row = call ? ids_.row(call->getDirectCallee()) : nullptr;
  if (row && row->part(Verb::PollStop))
    return 1;
  const auto *member = dyn_cast_or_null<CXXMemberCallExpr>(call); // of an annotated type
  return member && !row && member->getType()->isBooleanType() &&
         isTokenType(member->getImplicitObjectArgument()->getType());
}

// `if (stop.stop_requested()) break;`
bool Walk::leavesOnStop(const Stmt *stmt) const {
  if (!stmt || isa<LambdaExpr>(stmt))
    return false;
  if (const auto *branch = dyn_cast<IfStmt>(stmt); branch && saysStop(branch->getCond()) > 0)
    return true;
  return llvm::any_of(stmt->children(), [&](const Stmt *child) { return leavesOnStop(child); });
}

// Once the token has been asked and has said stop, or something has failed, what follows is the
// clean-up.
bool Walk::isCleanUp() const {
  auto isToken = [&](const ValueDecl *value) { return isTokenType(value->getType()); };
  if (catchDepth_)
    return true;
  for (size_t i = 0; i + 1 < above_.size(); ++i) {
    if (const auto *branch = dyn_cast<IfStmt>(above_[i])) {
      int says = saysStop(branch->getCond());
      if ((says > 0 && above_[i + 1] == branch->getThen()) ||
          (says < 0 && above_[i + 1] == branch->getElse()))
        return true;
    }
    // A statement after a loop that the token ends.
    const auto *block = dyn_cast<CompoundStmt>(above_[i]);
    if (!block)
      continue;
    for (const Stmt *each : block->body()) {
      if (each == above_[i + 1])
        break;
      const auto *whileLoop = dyn_cast<WhileStmt>(each);
      const auto *doLoop = dyn_cast<DoStmt>(each);
      const auto *forLoop = dyn_cast<ForStmt>(each);
      const Expr *condition = whileLoop ? whileLoop->getCond()
                              : doLoop  ? doLoop->getCond()
                              : forLoop ? forLoop->getCond()
                                        : nullptr;
      bool isLoop = whileLoop || doLoop || forLoop;
      if (isLoop && (refersTo(condition, isToken) || leavesOnStop(each)))
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

// `std::stop_token{}`, `cancellation_token::none()`, `source.get_token()` of a source made here,
// and a local token or context that was made of nothing. What a stop_callback or another token
// stops is linked to what is in scope.
bool Walk::isFreshToken(const Expr *expr) const {
  expr = resolve_.strip(expr);
  if (const auto *address = dyn_cast_or_null<UnaryOperator>(expr);
      address && address->getOpcode() == UO_AddrOf)
    expr = resolve_.strip(address->getSubExpr());
  if (const auto *construct = dyn_cast_or_null<CXXConstructExpr>(expr))
    return construct->getNumArgs() == 0;
  if (const auto *reference = dyn_cast_or_null<DeclRefExpr>(expr)) {
    const auto *variable = dyn_cast<VarDecl>(reference->getDecl());
    bool isKnown = variable && llvm::any_of(body_.facts.tokens, [&](const Token &each) {
                     return each.id == ids_.variable(variable); // captured
                   });
    return variable && variable->hasLocalStorage() && !isa<ParmVarDecl>(variable) && !isKnown &&
           !variable->isInitCapture() && !variable->getType()->isReferenceType() &&
           variable->hasInit() && !body_.linked.contains(variable) &&
           isFreshToken(variable->getInit());
  }
  const auto *call = dyn_cast_or_null<CallExpr>(expr);
  if (!call)
    return false;
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(call->getDirectCallee());
  if (method && method->isStatic() && method->getNumParams() == 0)
    return isTokenType(typeOf(ids_.ast(), method->getParent()));
  const auto *member = dyn_cast<CXXMemberCallExpr>(call);
  const Expr *source = member ? resolve_.strip(member->getImplicitObjectArgument()) : nullptr;
  const Row *row = source ? ids_.typeRow(source->getType()) : nullptr;
  if (const Row *makes = ids_.row(call->getDirectCallee()); makes && makes->part(Verb::Constructs))
    return call->getNumArgs() == 0;    // make_unique<ClientContext>()
  if (row && row->is == TypeIs::Owner) // context.get()
    return isFreshToken(source);
  if (!row || row->is != TypeIs::StopSource)
    return false;
  const auto *reference = dyn_cast<DeclRefExpr>(source);
  const auto *variable = reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
  if (!variable)
    return isa<CXXConstructExpr>(source);
  return variable->hasLocalStorage() && !isa<ParmVarDecl>(variable) &&
         !body_.linked.contains(variable) &&
         (!variable->hasInit() || isFreshToken(variable->getInit()));
}

// The local that an expression is, points to or owns: `client`, `&client`, `client.get()`.
static const VarDecl *localIn(const Expr *expr, Resolve &resolve) {
  expr = expr ? resolve.strip(expr) : nullptr;
  if (const auto *address = dyn_cast_or_null<UnaryOperator>(expr))
    return localIn(address->getSubExpr(), resolve);
  if (const auto *member = dyn_cast_or_null<CXXMemberCallExpr>(expr))
    return localIn(member->getImplicitObjectArgument(), resolve);
  if (const auto *op = dyn_cast_or_null<CXXOperatorCallExpr>(expr))
    return localIn(op->getArg(0), resolve);
  const auto *reference = dyn_cast_or_null<DeclRefExpr>(expr);
  const auto *variable = reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
  return variable && variable->hasLocalStorage() && !isa<ParmVarDecl>(variable) ? variable
                                                                                : nullptr;
}

// `client.set_deadline(server->deadline())`, `mine = stop`: what one token is told of another.
void Walk::linkTokens(const Call &call) {
  llvm::SmallVector<const VarDecl *, 2> locals;
  bool known = false;
  auto look = [&](const Expr *expr) {
    if (const VarDecl *local = localIn(expr, resolve_))
      locals.push_back(local);
    else
      known |=
          refersTo(expr, [&](const ValueDecl *value) { return isTokenType(value->getType()); });
  };
  if (call.self)
    look(call.self);
  for (const Expr *argument : call.arguments)
    look(argument);
  if (known || isa<CXXOperatorCallExpr>(call.expr))
    body_.linked.insert(locals.begin(), locals.end());
}

// Sets the flags of a call's event that tell what it does with the tokens in scope: its
// function's, or if that is a lambda without any, those around it.
void Walk::passesToken(const Call &call, Event &event) {
  const auto &inScope = body_.facts.tokens.empty() ? body_.tokensAround : body_.facts.tokens;
  if (inScope.empty() || !call.callee)
    return;
  auto named = llvm::find_if(inScope, [](const Token &each) { return !each.name.empty(); });
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
  // Only what is of the same type can be passed on.
  auto isType = [&](QualType type) {
    if (!isTokenType(type))
      return false;
    auto same = llvm::find_if(inScope, [&](const Token &each) {
      return !each.name.empty() && each.type == tokenType(type);
    });
    if (same != inScope.end())
      named = same;
    return same != inScope.end();
  };
  if (!passes && !fresh) {
    const auto *overload = withToken(call.callee, isType);
    leftOut = overload && ids_.function(overload) != body_.facts.id;
    for (const ParmVarDecl *parameter : call.callee->parameters())
      leftOut |= isType(parameter->getType());
    if (leftOut && named != inScope.end() && !isCleanUp())
      editCall(call, overload, named->id);
  }
  if (passes)
    event.flags |= PassesToken;
  if (passes || named == inScope.end() || isCleanUp())
    return;
  if (fresh || leftOut) {
    event.flags |= fresh ? FreshToken : LeavesTokenOut;
    event.target = {Object::Root::Parameter, false, named->id, named->name};
  }
}

} // namespace belay

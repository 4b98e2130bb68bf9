// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Events: the walk over a function's statements. Calls.cpp has what calls mean; Uses.cpp what
// becomes of thread handles.
//
#include "facts/Events.h"
#include "clang/AST/StmtCXX.h"
#include <utility>

using namespace clang;

namespace belay {

void Walk::function(const FunctionDecl *function) {
  Function &facts = body_.facts;
  facts.id = ids_.function(function);
  function_ = function;
  begin_ = function->getLocation();
  if (const auto *method = dyn_cast<CXXMethodDecl>(function);
      method && method->getParent()->isLambda())
    for (const LambdaCapture &captured : method->getParent()->captures())
      if (captured.capturesVariable() && captured.getCaptureKind() == LCK_ByRef)
        facts.refersTo.push_back(ids_.variable(captured.getCapturedVar()));
  body_.sharedLocals.insert(facts.refersTo.begin(), facts.refersTo.end());
  findTokens(function);
  for (const ParmVarDecl *parameter : function->parameters()) {
    LockRole role = resolve_.lockRole(parameter->getType());
    body_.locks |= role == LockRole::Guard || role == LockRole::SharedGuard;
  }
  if (const auto *constructor = dyn_cast<CXXConstructorDecl>(function))
    for (const CXXCtorInitializer *init : constructor->inits())
      initField(init);
  visit(function->getBody());
  dropPrivate();
  for (const ParmVarDecl *parameter : function->parameters())
    facts.parameters.push_back(ids_.variable(parameter));
}

// A local that no lambda refers to is the function's own, and so is what it holds.
void Walk::dropPrivate() {
  auto isPrivate = [&](const Path &path) {
    return path.root == Object::Root::Local && !body_.sharedLocals.contains(path.id);
  };
  for (Event &event : body_.facts.events) {
    if (isPrivate(event.path))
      event.path = {};
    llvm::erase_if(event.passed, [&](const Passed &passed) { return isPrivate(passed.path); });
  }
  for (auto each = body_.variables.begin(); each != body_.variables.end();)
    if ((each->second.flags & VariableFlag::Local) && !body_.sharedLocals.contains(each->first))
      each = body_.variables.erase(each);
    else
      ++each;
  llvm::erase_if(body_.edits, [&](const Edit &edit) {
    return edit.kind == Edit::Kind::Atomic && llvm::none_of(body_.variables, [&](const auto &each) {
             return each.second.where == edit.about && !(each.second.flags & Atomically);
           });
  });
}

void Walk::initialiser(const ValueDecl *variable, const Expr *init) {
  begin_ = variable->getLocation();
  body_.facts.id = hash("initialiser", ids_.variable(variable));
  field_ = variable;
  visit(init);
}

void Walk::initField(const CXXCtorInitializer *init) {
  const Expr *value = init->getInit();
  if (!value)
    return;
  if (const auto *fallback = dyn_cast<CXXDefaultInitExpr>(value))
    value = fallback->getExpr();
  field_ = init->getAnyMember();
  visit(value);
  if (field_ && resolve_.isCallable(field_->getType()) && !field_->getType()->isDependentType())
    store(value, resolve_.objectOf(field_), value);
  field_ = nullptr;
}

void Walk::children(const Stmt *stmt) {
  above_.push_back(stmt);
  for (const Stmt *child : stmt->children())
    visit(child);
  above_.pop_back();
}

// `n--`, `left-- > 0` and `n` of a local number: it ends after so many turns.
static bool countsDown(const Expr *condition) {
  const Expr *counted = condition->IgnoreParenImpCasts();
  if (const auto *compare = dyn_cast<BinaryOperator>(counted); compare && compare->isRelationalOp())
    counted = compare->getLHS()->IgnoreParenImpCasts();
  if (const auto *step = dyn_cast<UnaryOperator>(counted); step && step->isIncrementDecrementOp())
    counted = step->getSubExpr();
  const auto *reference = dyn_cast<DeclRefExpr>(counted->IgnoreParenImpCasts());
  const auto *variable = reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
  QualType type = variable ? variable->getType() : QualType();
  return variable && variable->hasLocalStorage() && type->isIntegerType() && !type->isBooleanType();
}

// A bound that is known before the first turn, `for (i = 0; i < n; ++i)`, or one step after the
// other over data, `for (node = first; node; node = node->next)`.
static Loop::Kind kindOf(const ForStmt *loop) {
  const Expr *condition = loop->getCond();
  if (!condition || !loop->getInc())
    return condition && countsDown(condition) ? Loop::Kind::Counted : Loop::Kind::Open;
  condition = condition->IgnoreImplicit()->IgnoreParenImpCasts();
  const auto *compare = dyn_cast<BinaryOperator>(condition);
  if (const auto *rewritten = dyn_cast<CXXRewrittenBinaryOperator>(condition))
    return rewritten->isComparisonOp() ? Loop::Kind::Counted : Loop::Kind::Data;
  if (isa<CXXOperatorCallExpr>(condition))
    return Loop::Kind::Data;
  return compare && compare->isComparisonOp() ? Loop::Kind::Counted : Loop::Kind::Data;
}

// `while (i < n)`, `while (n--)` and `while (n)` over a local number end as a counted loop does.
static Loop::Kind kindOf(const WhileStmt *loop) {
  return countsDown(loop->getCond()) ? Loop::Kind::Counted : Loop::Kind::Open;
}

// A fixed array has its bound in its type.
static Loop::Kind kindOf(const CXXForRangeStmt *loop) {
  const Expr *range = loop->getRangeInit();
  QualType type = range ? range->getType().getNonReferenceType() : QualType();
  const CXXRecordDecl *record = range ? type->getAsCXXRecordDecl() : nullptr;
  bool fixed = range && (type->isConstantArrayType() ||
                         (record && record->isInStdNamespace() && record->getName() == "array"));
  return fixed ? Loop::Kind::Counted : Loop::Kind::Data;
}

static bool isAlways(const Expr *condition, bool wanted, const ASTContext &ast) {
  bool value = !wanted;
  return !condition->isValueDependent() && condition->EvaluateAsBooleanCondition(value, ast) &&
         value == wanted;
}

// Whether the statement may end the loop around it: by a jump, an exception, or for good.
static bool mayLeave(const Stmt *stmt, bool inner = false) {
  if (!stmt || isa<LambdaExpr>(stmt))
    return false;
  if (isa<ReturnStmt, CoreturnStmt, CoawaitExpr, CXXThrowExpr, GotoStmt, IndirectGotoStmt, AsmStmt>(
          stmt) ||
      (isa<BreakStmt>(stmt) && !inner))
    return true;
  if (const auto *call = dyn_cast<CallExpr>(stmt))
    if (const FunctionDecl *callee = call->getDirectCallee(); callee && callee->isNoReturn())
      return true;
  inner |= isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(stmt);
  return llvm::any_of(stmt->children(), [&](const Stmt *child) { return mayLeave(child, inner); });
}

static bool isEndless(const Stmt *stmt, const ASTContext &ast) {
  const Expr *condition = nullptr;
  const Stmt *body = nullptr;
  if (const auto *loop = dyn_cast<ForStmt>(stmt)) {
    condition = loop->getCond();
    body = loop->getBody();
  } else if (const auto *loop = dyn_cast<WhileStmt>(stmt)) {
    condition = loop->getCond();
    body = loop->getBody();
  } else if (const auto *loop = dyn_cast<DoStmt>(stmt)) {
    condition = loop->getCond();
    body = loop->getBody();
  }
  return body && (!condition || isAlways(condition, true, ast)) && !mayLeave(body);
}

void Walk::loop(const Stmt *stmt, Loop::Kind kind) {
  body_.facts.loops.push_back(
      {kind, loop_, ids_.place(stmt->getBeginLoc()), isEndless(stmt, ids_.ast())});
  int outer = loop_;
  bool sleptOutside = std::exchange(slept_, false);
  loop_ = int(body_.facts.loops.size()) - 1;
  if (const auto *range = dyn_cast<CXXForRangeStmt>(stmt)) {
    above_.push_back(stmt);
    visit(range->getBody());
    above_.pop_back();
  } else {
    children(stmt);
  }
  if (slept_)
    polls(stmt);
  slept_ |= sleptOutside;
  loop_ = outer;
}

// `--running_`: the signal that such a wait is for.
void Walk::counts(const Expr *expr, const Expr *counter) {
  Object object = resolve_.object(counter);
  if (object.root == Object::Root::Field || object.root == Object::Root::Global)
    add(EventKind::Notify, expr, object.name).object = object;
}

void Walk::visit(const Stmt *stmt) {
  if (!stmt)
    return;
  switch (stmt->getStmtClass()) {
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::CXXTypeidExprClass:
    return; // nothing in them runs
  case Stmt::LambdaExprClass:
    return lambda(cast<LambdaExpr>(stmt));
  case Stmt::ForStmtClass:
    return loop(stmt, kindOf(cast<ForStmt>(stmt)));
  case Stmt::WhileStmtClass:
    return loop(stmt, kindOf(cast<WhileStmt>(stmt)));
  case Stmt::DoStmtClass: // the `do { } while (0)` of macros is no loop
    if (isAlways(cast<DoStmt>(stmt)->getCond(), false, ids_.ast()))
      return children(stmt);
    return loop(stmt, Loop::Kind::Open);
  case Stmt::CXXForRangeStmtClass:
    above_.push_back(stmt);
    visit(cast<CXXForRangeStmt>(stmt)->getRangeInit());
    above_.pop_back();
    return loop(stmt, kindOf(cast<CXXForRangeStmt>(stmt)));
  case Stmt::CXXTryStmtClass: {
    const auto *tryStmt = cast<CXXTryStmt>(stmt);
    ++tryDepth_;
    visit(tryStmt->getTryBlock());
    --tryDepth_;
    ++catchDepth_;
    for (unsigned i = 0; i < tryStmt->getNumHandlers(); ++i)
      visit(tryStmt->getHandler(i)->getHandlerBlock());
    --catchDepth_;
    return;
  }
  case Stmt::CXXThrowExprClass:
    if (tryDepth_ == 0 && cast<CXXThrowExpr>(stmt)->getSubExpr() && !body_.facts.throwsAt)
      body_.facts.throwsAt = ids_.place(stmt->getBeginLoc());
    return children(stmt);
  case Stmt::ReturnStmtClass:
    children(stmt);
    return answers(cast<ReturnStmt>(stmt)->getRetValue());
  case Stmt::DeclStmtClass:
    return declare(cast<DeclStmt>(stmt));
  case Stmt::DeclRefExprClass:
    useToken(cast<DeclRefExpr>(stmt));
    access(cast<Expr>(stmt), cast<DeclRefExpr>(stmt)->getDecl());
    return use(cast<Expr>(stmt));
  case Stmt::MemberExprClass:
    children(stmt);
    access(cast<Expr>(stmt), cast<MemberExpr>(stmt)->getMemberDecl());
    return use(cast<Expr>(stmt));
  case Stmt::BinaryOperatorClass: {
    const auto *binary = cast<BinaryOperator>(stmt);
    if (!binary->isAssignmentOp())
      return children(stmt);
    above_.push_back(stmt);
    visit(binary->getRHS()); // which comes first
    visit(binary->getLHS());
    above_.pop_back();
    assign(binary, binary->getLHS(), binary->getRHS());
    return;
  }
  case Stmt::UnaryOperatorClass:
    children(stmt);
    if (const auto *unary = cast<UnaryOperator>(stmt); unary->isDecrementOp())
      counts(unary, unary->getSubExpr());
    return;
  case Stmt::CXXOperatorCallExprClass:
    if (const auto *op = cast<CXXOperatorCallExpr>(stmt);
        op->isAssignmentOp() && op->getNumArgs() == 2) {
      above_.push_back(stmt);
      visit(op->getArg(1)); // which comes first
      visit(op->getArg(0));
      above_.pop_back();
      return call(op);
    }
    children(stmt);
    return call(cast<CallExpr>(stmt));
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::UserDefinedLiteralClass:
    children(stmt);
    return call(cast<CallExpr>(stmt));
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
    children(stmt);
    return construct(cast<CXXConstructExpr>(stmt));
  default:
    return children(stmt);
  }
}

void Walk::lambda(const LambdaExpr *lambda) {
  body_.lambdas.push_back(lambda);
  // std::stop_callback stops(token, [&source] { source.request_stop(); });
  for (const LambdaCapture &captured : lambda->captures())
    if (captured.capturesVariable())
      if (const auto *variable = dyn_cast<VarDecl>(captured.getCapturedVar()))
        if (const Row *row = ids_.typeRow(variable->getType());
            (row && row->is == TypeIs::StopSource) ||
            (captured.getCaptureKind() == LCK_ByRef && isTokenType(variable->getType())))
          body_.linked.insert(variable);
  for (const LambdaCapture &captured : lambda->captures()) {
    if (!captured.capturesVariable())
      continue;
    const auto *variable = dyn_cast<VarDecl>(captured.getCapturedVar());
    if (variable && captured.getCaptureKind() == LCK_ByRef)
      body_.sharedLocals.insert(ids_.variable(variable));
    if (variable && !variable->isInitCapture() && resolve_.holds(variable->getType()))
      handOver(lambda, resolve_.objectOf(variable), {});
  }
  above_.push_back(lambda);
  for (const Expr *init : lambda->capture_inits())
    visit(init);
  above_.pop_back();
}

void Walk::declare(const DeclStmt *declaration) {
  above_.push_back(declaration);
  for (const Decl *decl : declaration->decls()) {
    if (const auto *record = dyn_cast<CXXRecordDecl>(decl))
      body_.records.push_back(record);
    const auto *variable = dyn_cast<VarDecl>(decl);
    if (!variable || !variable->hasInit())
      continue;
    bool once = variable->isStaticLocal();
    onceDepth_ += once;
    field_ = variable;
    LockRole role = resolve_.lockRole(variable->getType());
    body_.locks |= role == LockRole::Guard || role == LockRole::SharedGuard;
    if (const Row *row = ids_.typeRow(variable->getType()); row && row->is == TypeIs::StopSource &&
                                                            variable->hasLocalStorage() &&
                                                            !variable->getType()->isReferenceType())
      body_.sources[variable] = resolve_.objectOf(variable);
    auto held = resolve_.holds(variable->getType());
    if (held && held->scalar && !held->future && variable->hasLocalStorage() &&
        !variable->getType()->isReferenceType() && !isa<ParmVarDecl>(variable))
      body_.handles[variable] = resolve_.objectOf(variable);
    visit(variable->getInit());
    editThread(declaration, variable);
    field_ = nullptr;
    onceDepth_ -= once;
  }
  above_.pop_back();
}

void Walk::assign(const Expr *expr, const Expr *left, const Expr *right) {
  Object target = resolve_.object(left);
  if (!target)
    return;
  // end_ = finished_.get_future(): who waits for the one waits for the other.
  if (auto held = resolve_.holds(left->getType()); held && held->future)
    if (Object source = resolve_.object(right); source && source != target)
      handOver(expr, source, target);
  if (target.root == Object::Root::Field || target.root == Object::Root::Global)
    body_.writes.push_back({target.id, expr});
  if (resolve_.isCallable(left->getType()) && !left->getType()->isDependentType())
    store(expr, target, right);
}

void Walk::store(const Expr *expr, const Object &target, const Expr *value) {
  Callable stored = resolve_.callable(value);
  if (stored.kind == Callable::Kind::Unknown || !target)
    return;
  Event &event = add(EventKind::Store, expr, target.name);
  event.target = target;
  event.arguments.push_back({0, std::move(stored)});
}

Event &Walk::add(EventKind kind, const Expr *expr, llvm::StringRef name) {
  auto &events = body_.facts.events;
  body_.at[expr].push_back(events.size());
  Event &event = events.emplace_back();
  event.kind = kind;
  event.where = ids_.place(expr->getExprLoc());
  event.name = name;
  event.loop = loop_;
  if (tryDepth_)
    event.flags |= InTry;
  if (onceDepth_)
    event.flags |= Bounded;
  return event;
}

} // namespace belay

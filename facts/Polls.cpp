// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Polls: loops that sleep and look again, and what they wait for.
//
#include "facts/Events.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace belay {

// The statement that leaves the loop, or goes round again.
static bool leaves(const Stmt *stmt) {
  if (const auto *block = dyn_cast_or_null<CompoundStmt>(stmt); block && !block->body_empty())
    stmt = block->body_back();
  if (const auto *expr = dyn_cast_or_null<Expr>(stmt))
    stmt = expr->IgnoreImplicit();
  return isa_and_nonnull<BreakStmt, ReturnStmt, ContinueStmt, CXXThrowExpr>(stmt);
}

// Whether the statement does no work: it sleeps, takes a lock, counts, or decides to leave.
bool Walk::isPoll(const Stmt *stmt) const {
  if (!stmt || isa<NullStmt, DeclStmt, BreakStmt, ReturnStmt, ContinueStmt>(stmt))
    return true;
  if (const auto *block = dyn_cast<CompoundStmt>(stmt))
    return llvm::all_of(block->body(), [&](const Stmt *each) { return isPoll(each); });
  if (const auto *branch = dyn_cast<IfStmt>(stmt))
    return leaves(branch->getThen()) && isPoll(branch->getElse());
  const auto *expr = dyn_cast<Expr>(stmt);
  if (!expr)
    return false;
  expr = expr->IgnoreImplicit();
  const Expr *changed = nullptr;
  if (const auto *unary = dyn_cast<UnaryOperator>(expr))
    changed = unary->getSubExpr();
  else if (const auto *binary = dyn_cast<BinaryOperator>(expr))
    changed = binary->getLHS();
  if (changed) // a local counter of turns
    return resolve_.object(changed).root == Object::Root::Local;
  const auto *call = dyn_cast<CallExpr>(expr);
  const Row *row = call ? ids_.row(call->getDirectCallee()) : nullptr;
  if (row && (row->part(Verb::Sleep) || row->part(Verb::Acquire) || row->part(Verb::Release)))
    return true;
  const auto *member = dyn_cast_or_null<CXXMemberCallExpr>(call); // guard.unlock()
  LockRole role = member ? resolve_.lockRole(member->getObjectType()) : LockRole::None;
  return role == LockRole::Guard || role == LockRole::SharedGuard;
}

// Whether the condition only asks: an exchange, or an increment, is a try.
bool Walk::isQuestion(const Expr *condition) const {
  if (const auto *unary = dyn_cast<UnaryOperator>(condition);
      unary && unary->isIncrementDecrementOp() &&
      resolve_.object(unary->getSubExpr()).root != Object::Root::Local)
    return false;
  if (const auto *binary = dyn_cast<BinaryOperator>(condition);
      binary && binary->isAssignmentOp() &&
      resolve_.object(binary->getLHS()).root != Object::Root::Local)
    return false;
  const auto *call = dyn_cast<CallExpr>(condition);
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(call ? call->getDirectCallee() : nullptr);
  if (method && !method->isConst() && !method->isStatic() &&
      !ids_.inProject(method->getLocation()) && !isa<CXXConversionDecl>(method)) {
    const auto *member = dyn_cast<CXXMemberCallExpr>(call);
    const Expr *self = member ? member->getImplicitObjectArgument() : call->getArg(0);
    const Row *type = ids_.typeRow(self->IgnoreParenImpCasts()->getType());
    // Of containers and pointers, begin() and * are no tries either.
    if (type && (type->is == TypeIs::Atomic || type->is == TypeIs::Mutex ||
                 type->is == TypeIs::SharedMutex))
      return false;
  }
  return llvm::all_of(condition->children(), [&](const Stmt *child) {
    const auto *part = dyn_cast_or_null<Expr>(child);
    return !part || isQuestion(part);
  });
}

// The conditions of `if (...) break;`, also in a block that holds a lock.
static void findExits(const Stmt *body, llvm::SmallVectorImpl<const Expr *> &conditions) {
  if (const auto *branch = dyn_cast_or_null<IfStmt>(body); branch && leaves(branch->getThen()))
    conditions.push_back(branch->getCond());
  if (const auto *block = dyn_cast_or_null<CompoundStmt>(body))
    for (const Stmt *each : block->body())
      findExits(each, conditions);
}

// Marks the sleeps of a loop that does nothing but look again, and what it looks at.
void Walk::polls(const Stmt *loop) {
  const Stmt *body = nullptr;
  llvm::SmallVector<const Expr *, 4> conditions;
  if (const auto *each = dyn_cast<WhileStmt>(loop)) {
    body = each->getBody();
    conditions.push_back(each->getCond());
  } else if (const auto *each = dyn_cast<DoStmt>(loop)) {
    body = each->getBody();
    conditions.push_back(each->getCond());
  } else if (const auto *each = dyn_cast<ForStmt>(loop)) {
    body = each->getBody();
    if (each->getCond())
      conditions.push_back(each->getCond());
  } else {
    return; // one sleep for each element
  }
  findExits(body, conditions);
  for (const Expr *condition : conditions)
    waitsFor(condition);
  if (!isPoll(body) ||
      !llvm::all_of(conditions, [&](const Expr *each) { return isQuestion(each); }))
    return;
  for (Event &event : body_.facts.events)
    if (event.kind == EventKind::Sleep && event.loop == loop_)
      event.flags |= Polls;
}

// Changed by a signal's handler or by a device, which no lock or condition variable reaches.
static bool isOutside(QualType type) {
  const auto *alias = type->getAs<TypedefType>();
  return (alias && alias->getDecl()->getName() == "sig_atomic_t") ||
         (type->isPointerType() && type->getPointeeType().isVolatileQualified());
}

// What a value is made of that other threads may change; and marks the calls that it asks.
void Walk::lookedAt(const Expr *value,
                    llvm::SmallVectorImpl<std::pair<const Expr *, Object>> &found) {
  if (const auto *call = dyn_cast<CallExpr>(value)) {
    // What a local of the function's own answers, nobody else changes.
    const auto *asked = dyn_cast<CXXMemberCallExpr>(call);
    Object self = asked ? resolve_.object(asked->getImplicitObjectArgument()) : Object();
    if (self.root == Object::Root::Local && !body_.sharedLocals.contains(self.id) &&
        asked->getImplicitObjectArgument()->getType()->isRecordType())
      return;
    if (auto events = body_.at.find(value); events != body_.at.end())
      for (unsigned index : events->second)
        if (Event &event = body_.facts.events[index]; event.kind == EventKind::Call)
          event.flags |= Polls;
    // What a function is told is no part of its answer, but for operators and the library's own.
    const FunctionDecl *callee = call->getDirectCallee();
    bool answersItself =
        callee &&
        (ids_.inProject(patternOf(callee)->getLocation()) ||
         !(isa<CXXMethodDecl>(callee) || callee->isInStdNamespace() || callee->getBuiltinID()));
    if (!callee || answersItself)
      return;
    if (const auto *member = dyn_cast<CXXMemberCallExpr>(call))
      return lookedAt(member->getImplicitObjectArgument(), found);
  }
  if (const auto *compare = dyn_cast<BinaryOperator>(value);
      compare && compare->isRelationalOp() &&
      resolve_.object(compare->getLHS()).root == Object::Root::Local)
    return; // `turn < most_` counts
  for (const Stmt *child : value->children())
    if (const auto *part = dyn_cast_or_null<Expr>(child))
      lookedAt(part, found);
  const auto *member = dyn_cast<MemberExpr>(value);
  const auto *reference = dyn_cast<DeclRefExpr>(value);
  const ValueDecl *variable = member      ? member->getMemberDecl()
                              : reference ? reference->getDecl()
                                          : nullptr;
  if (!isa_and_nonnull<FieldDecl, VarDecl>(variable) || isOutside(variable->getType()) ||
      !shareable(variable))
    return;
  Object object = resolve_.object(value);
  bool isShared = object.root == Object::Root::Local && body_.sharedLocals.contains(object.id);
  if (object.root == Object::Root::Field || object.root == Object::Root::Global || isShared)
    found.push_back({value, std::move(object)});
}

// `while (running_ != 0) sleep(...)`: a wait for whoever changes running_.
void Walk::waitsFor(const Expr *condition) {
  llvm::SmallVector<std::pair<const Expr *, Object>, 4> parts;
  lookedAt(condition, parts);
  for (const auto &[part, object] : parts)
    add(EventKind::Wait, part, object.name).object = object;
}

// `bool isRunning() const { return running_; }`: who asks it, looks at running_.
void Walk::answers(const Expr *value) {
  if (!value || !value->getType()->isIntegralOrEnumerationType() ||
      value->isInstantiationDependent())
    return;
  llvm::SmallVector<std::pair<const Expr *, Object>, 4> parts;
  lookedAt(value, parts);
  for (auto &[part, object] : parts)
    if (object.root != Object::Root::Local && !llvm::is_contained(body_.facts.answers, object))
      body_.facts.answers.push_back(std::move(object));
}

} // namespace belay

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
  if (isa<UnaryOperator, BinaryOperator>(expr))
    return true;
  const auto *call = dyn_cast<CallExpr>(expr);
  const Row *row = call ? ids_.row(call->getDirectCallee()) : nullptr;
  return row && (row->part(Verb::Sleep) || row->part(Verb::Acquire) || row->part(Verb::Release));
}

// The conditions on which a loop ends: its own, and those of `if (...) break;`.
void Walk::polls(const Stmt *loop) {
  const Stmt *body = nullptr;
  if (const auto *each = dyn_cast<WhileStmt>(loop)) {
    body = each->getBody();
    waitsFor(each->getCond());
  } else if (const auto *each = dyn_cast<DoStmt>(loop)) {
    body = each->getBody();
    waitsFor(each->getCond());
  } else if (const auto *each = dyn_cast<ForStmt>(loop)) {
    body = each->getBody();
    if (each->getCond() && body_.facts.loops[loop_].kind == Loop::Kind::Open)
      waitsFor(each->getCond());
  } else {
    return;
  }
  if (const auto *block = dyn_cast<CompoundStmt>(body))
    for (const Stmt *each : block->body())
      if (const auto *branch = dyn_cast<IfStmt>(each); branch && leaves(branch->getThen()))
        waitsFor(branch->getCond());
  if (body_.facts.loops[loop_].kind != Loop::Kind::Open || !isPoll(body))
    return;
  for (Event &event : body_.facts.events)
    if (event.kind == EventKind::Sleep && event.loop == loop_)
      event.flags |= Polls;
}

// `while (running_ != 0) sleep(...)`: a wait for whoever changes running_.
void Walk::waitsFor(const Expr *condition) {
  for (const Stmt *child : condition->children())
    if (const auto *part = dyn_cast_or_null<Expr>(child))
      waitsFor(part);
  if (!isa<MemberExpr, DeclRefExpr>(condition) || condition->getType().isConstQualified() ||
      condition->getType()->isFunctionType() || condition->isInstantiationDependent())
    return;
  Object object = resolve_.object(condition);
  bool isShared = object.root == Object::Root::Local && body_.sharedLocals.contains(object.id);
  if (object.root == Object::Root::Field || object.root == Object::Root::Global || isShared)
    add(EventKind::Wait, condition, object.name).object = object;
}

} // namespace belay

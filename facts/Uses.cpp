// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Uses: where the value of an expression goes, and which uses of a thread handle take it out of
// the function's sight.
//
#include "facts/Events.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace belay {

static bool isTransparent(const Stmt *stmt) {
  return isa<ParenExpr, CastExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ExprWithCleanups,
             InitListExpr, CXXStdInitializerListExpr, CXXDefaultInitExpr, ConditionalOperator>(
      stmt);
}

// A list that initialises an aggregate: which of its members gets the value is not followed.
static bool isAggregate(const Stmt *stmt) {
  const auto *list = dyn_cast<InitListExpr>(stmt);
  return list && list->getType()->isRecordType();
}

// Whether an owner deletes by other means than delete: it may join first.
static bool hasDeleter(const CXXConstructExpr *owner) {
  unsigned given = llvm::count_if(
      owner->arguments(), [](const Expr *argument) { return !isa<CXXDefaultArgExpr>(argument); });
  const auto *special =
      dyn_cast_or_null<ClassTemplateSpecializationDecl>(owner->getType()->getAsCXXRecordDecl());
  if (given > 1 || !special || special->getTemplateArgs().size() < 2)
    return given > 1;
  const TemplateArgument &deleter = special->getTemplateArgs()[1];
  const CXXRecordDecl *record = deleter.getKind() == TemplateArgument::Type
                                    ? deleter.getAsType()->getAsCXXRecordDecl()
                                    : nullptr;
  return special->getName() == "unique_ptr" && (!record || record->getName() != "default_delete");
}

// Climbs from an expression, `above` statements deep, to what keeps its value.
Walk::Sink Walk::sink(const Expr *expr, size_t above) const {
  const Sink Nowhere;
  Sink handedOver = Nowhere;
  handedOver.handedOver = true;
  Sink found = Nowhere;
  auto keptIn = [&](const Object &object) {
    found.object = object;
    return found;
  };
  const Stmt *child = expr;
  for (size_t i = above; i-- > 0; child = above_[i]) {
    const Stmt *parent = above_[i];
    if (isAggregate(parent))
      return handedOver;
    if (isTransparent(parent) || isa<CXXNewExpr>(parent))
      continue;
    if (isa<DeclStmt>(parent))
      return keptIn(field_ ? resolve_.objectOf(field_) : Object{});
    if (isa<ReturnStmt>(parent)) {
      found.returned = true;
      return found;
    }
    if (const auto *construct = dyn_cast<CXXConstructExpr>(parent)) {
      if (construct->getConstructor()->isCopyOrMoveConstructor())
        continue;
      auto held = resolve_.holds(construct->getType());
      if (!held || hasDeleter(construct))
        return handedOver;
      if (held->scalar) // a handle made from another one
        found.destroyed = held->destroyed;
      continue;
    }
    if (const auto *binary = dyn_cast<BinaryOperator>(parent))
      return binary->isAssignmentOp() && binary->getRHS() == child
                 ? keptIn(resolve_.object(binary->getLHS()))
                 : Nowhere;
    if (const auto *op = dyn_cast<CXXOperatorCallExpr>(parent); op && op->getOperator() == OO_Equal)
      return keptIn(resolve_.object(op->getArg(0)));
    const auto *call = dyn_cast<CallExpr>(parent);
    if (call && call->getDirectCallee()) {
      const Row *row = ids_.row(call->getDirectCallee());
      if (row && row->part(Verb::Forwards))
        continue;
      const auto *member = dyn_cast<CXXMemberCallExpr>(call);
      if (member && row && (row->part(Verb::Stores) || row->part(Verb::Constructs)))
        return keptIn(resolve_.object(member->getImplicitObjectArgument()));
      if (row && row->part(Verb::Constructs))
        continue; // make_unique<std::jthread>(std::jthread(...))
    }
    if (isa<MemberExpr>(parent)) // a method of the temporary: its event names it
      return Nowhere;
    if (isa<CallExpr>(parent) || isa<LambdaExpr>(parent))
      return handedOver;
    return Nowhere;
  }
  return keptIn(field_ ? resolve_.objectOf(field_) : Object{});
}

void Walk::handOver(const Expr *expr, Object object, Object target) {
  Event &event = add(EventKind::HandOver, expr, object.name);
  event.object = std::move(object);
  event.target = std::move(target);
}

// A reading of a handle that neither moves, copies nor passes it stays in sight.
void Walk::use(const Expr *expr) {
  if (!resolve_.holds(expr->getType()))
    return;
  Object object = resolve_.object(expr);
  if (!object || object.root == Object::Root::This)
    return;
  const Stmt *child = expr;
  for (size_t i = above_.size(); i-- > 0; child = above_[i]) {
    const Stmt *parent = above_[i];
    if (isa<ParenExpr, CastExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ExprWithCleanups,
            UnaryOperator, ArraySubscriptExpr, MemberExpr>(parent))
      continue;
    if (isa<DeclStmt, CXXForRangeStmt, CompoundStmt, IfStmt, WhileStmt, ForStmt, DoStmt>(parent))
      return;
    if (const auto *binary = dyn_cast<BinaryOperator>(parent)) {
      if (binary->isAdditiveOp() && binary->getType()->isPointerType())
        continue;
      if (binary->isAssignmentOp() && binary->getRHS() == child)
        handOver(expr, object, resolve_.object(binary->getLHS()));
      return;
    }
    const auto *call = dyn_cast<CallExpr>(parent);
    const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
    const Row *row = callee ? ids_.row(callee) : nullptr;
    if (row && row->part(Verb::Forwards))
      return handOver(expr, object, sink(call, i).object);
    if (row && (row->part(Verb::Join) || row->part(Verb::Detach) || row->part(Verb::Handle) ||
                row->part(Verb::HandOver)))
      return; // an event of its own
    const auto *op = dyn_cast_or_null<CXXOperatorCallExpr>(call);
    if (op && op->getOperator() == OO_Equal) {
      if (op->getArg(0) != child)
        handOver(expr, object, resolve_.object(op->getArg(0)));
      return;
    }
    const auto *member = dyn_cast_or_null<CXXMemberCallExpr>(call);
    bool isAccess = (op && op->getOperator() != OO_Call) ||
                    (member && member->getCallee() == child) ||
                    (callee && callee->isInStdNamespace() && call->getNumArgs() == 1);
    // The methods of handles and of library types say what they do by their models.
    const auto *method = dyn_cast_or_null<CXXMethodDecl>(callee);
    bool isKnown = callee && (!ids_.inProject(callee->getLocation()) ||
                              (method && ids_.row(method->getParent())));
    if (isAccess && isKnown) {
      if (resolve_.holds(call->getType()))
        continue;
      return;
    }
    if (const auto *returned = dyn_cast<ReturnStmt>(parent); returned || call || isa<Expr>(parent))
      return handOver(expr, object, {});
    return;
  }
}

} // namespace belay

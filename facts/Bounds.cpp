// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounds: conditions -> control dependence -> Bounded events. In doubt an event is bounded: a
// limit that is misread costs a finding, one that is missed costs a wrong one.
//
#include "facts/Bounds.h"
#include "clang/Analysis/Analyses/Dominators.h"
#include "clang/Analysis/CFG.h"

using namespace clang;

namespace belay {

static bool outlivesFunction(const Object &object) {
  return object.root == Object::Root::Field || object.root == Object::Root::Global;
}

static bool isZeroOrLess(const Expr *expr, const ASTContext &ast) {
  auto value = expr->getIntegerConstantExpr(ast);
  return value && !value->isStrictlyPositive();
}

namespace {

// What a condition says about how often the code behind it runs.
struct Bound {
  bool is = false;
  Id once = 0; // it is one if the code behind it also writes this
};

class BoundCheck {
public:
  BoundCheck(Resolve &resolve, const Body &body) : resolve_(resolve), body_(body) {}

  Bound of(const Expr *condition) const;

private:
  bool isCount(const Expr *expr, unsigned depth = 0) const;
  bool isLimit(const Expr *expr) const;
  Bound once(const Expr *expr) const;

  Resolve &resolve_;
  const Body &body_;
};

} // namespace

// active_, ++active_, active_.load(), active_.fetch_add(1), queue_.size(), connections()
bool BoundCheck::isCount(const Expr *expr, unsigned depth) const {
  expr = expr->IgnoreParenImpCasts();
  if (const auto *unary = dyn_cast<UnaryOperator>(expr))
    expr = unary->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr))
    return outlivesFunction(resolve_.object(call->getImplicitObjectArgument())) ||
           isa<CXXThisExpr>(call->getImplicitObjectArgument()->IgnoreParenImpCasts());
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(expr)) // ++ on an atomic
    return op->getNumArgs() && outlivesFunction(resolve_.object(op->getArg(0)));
  if (const auto *reference = dyn_cast<DeclRefExpr>(expr)) {
    const auto *variable = dyn_cast<VarDecl>(reference->getDecl());
    if (variable && variable->hasLocalStorage() && variable->hasInit() && depth == 0)
      return isCount(variable->getInit(), depth + 1);
  }
  return expr->getType()->isIntegerType() && outlivesFunction(resolve_.object(expr));
}

// A limit is no local that changes (a loop's counter) and not zero (an error code's test).
bool BoundCheck::isLimit(const Expr *expr) const {
  expr = expr->IgnoreParenImpCasts();
  if (isZeroOrLess(expr, resolve_.ast()))
    return false;
  if (const auto *reference = dyn_cast<DeclRefExpr>(expr))
    if (const auto *variable = dyn_cast<VarDecl>(reference->getDecl()))
      return !variable->hasLocalStorage() || isa<ParmVarDecl>(variable) ||
             variable->getType().isConstQualified();
  return true;
}

// started_.exchange(true), flag_.test_and_set(), thread_.joinable(); or any flag or slot, if
// the code behind the condition sets it.
Bound BoundCheck::once(const Expr *expr) const {
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr)) {
    Object object = resolve_.object(call->getImplicitObjectArgument());
    const CXXMethodDecl *method = call->getMethodDecl();
    if (!outlivesFunction(object) || !method)
      return {};
    StringRef name = method->getDeclName().isIdentifier() ? method->getName() : "";
    // An empty container that the code behind fills is a slot, too.
    return {name == "exchange" || name == "test_and_set" || name == "joinable" ||
                name.starts_with("compare_exchange"),
            object.id};
  }
  Object object = resolve_.object(expr);
  return {false, outlivesFunction(object) ? object.id : 0};
}

Bound BoundCheck::of(const Expr *condition) const {
  condition = condition->IgnoreParenImpCasts();
  if (const auto *unary = dyn_cast<UnaryOperator>(condition);
      unary && unary->getOpcode() == UO_LNot)
    return of(unary->getSubExpr());
  if (const auto *cleanups = dyn_cast<ExprWithCleanups>(condition))
    return of(cleanups->getSubExpr());
  if (llvm::is_contained(body_.permits, condition))
    return {true};
  if (const auto *rewritten = dyn_cast<CXXRewrittenBinaryOperator>(condition))
    return of(rewritten->getSemanticForm());
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(condition);
      op && op->isComparisonOp() && op->getNumArgs() == 2) { // owner_ == nullptr
    Bound left = once(op->getArg(0)->IgnoreParenImpCasts());
    return left.once ? left : once(op->getArg(1)->IgnoreParenImpCasts());
  }
  const auto *binary = dyn_cast<BinaryOperator>(condition);
  if (!binary)
    return once(condition);
  if (binary->isRelationalOp())
    return {(isCount(binary->getLHS()) && isLimit(binary->getRHS())) ||
            (isCount(binary->getRHS()) && isLimit(binary->getLHS()))};
  if (!binary->isLogicalOp() && !binary->isEqualityOp())
    return {};
  bool logical = binary->isLogicalOp();
  Bound left = logical ? of(binary->getLHS()) : once(binary->getLHS()->IgnoreParenImpCasts());
  Bound right = logical ? of(binary->getRHS()) : once(binary->getRHS()->IgnoreParenImpCasts());
  return {left.is || right.is, left.once ? left.once : right.once};
}

bool mayBound(const Stmt *body) {
  if (!body || isa<LambdaExpr>(body))
    return false;
  if (isa<IfStmt, ConditionalOperator, SwitchStmt, WhileStmt, DoStmt>(body))
    return true;
  return llvm::any_of(body->children(), mayBound);
}

namespace {

// Which statements run only if a bound allows it: those that a bound's block dominates and that
// one of its ways does not lead to. (Control dependence would say the same, but is not defined
// in a function that never returns, as accept loops are.)
class Guarded {
public:
  Guarded(CFG &cfg, const BoundCheck &check, const Body &body) : dominators_(&cfg), body_(body) {
    for (CFGBlock *block : cfg) {
      unsigned position = 0;
      for (const CFGElement &element : *block)
        if (auto stmt = element.getAs<CFGStmt>())
          where_[stmt->getStmt()] = {block, position++};
    }
    permits_ = body.permits;
    for (const auto &[wait, predicate] : body.predicates)
      if (check.of(predicate).is)
        permits_.push_back(wait);
    for (CFGBlock *block : cfg) {
      const auto *condition = dyn_cast_or_null<Expr>(block->getTerminatorCondition());
      if (!condition || block->succ_size() < 2)
        continue;
      Bound bound = check.of(condition);
      if (bound.is || (bound.once && writesBehind(bound.once, block)))
        bounds_.push_back(block);
    }
  }

  bool holds(const Stmt *stmt) {
    auto at = where_.find(stmt);
    if (at == where_.end())
      return false;
    auto [block, position] = at->second;
    return llvm::any_of(bounds_, [&, to = block](CFGBlock *on) { return isBehind(to, on); }) ||
           llvm::any_of(permits_, [&, to = block, position = position](const Stmt *permit) {
             auto taken = where_.find(permit);
             return taken != where_.end() &&
                    (taken->second.first == to
                         ? taken->second.second < position
                         : dominators_.properlyDominates(taken->second.first, to));
           });
  }

private:
  bool isBehind(CFGBlock *block, CFGBlock *condition) {
    if (block == condition || !dominators_.dominates(condition, block))
      return false;
    return llvm::any_of(condition->succs(), [&](const CFGBlock::AdjacentBlock &way) {
      const CFGBlock *start = way.getReachableBlock();
      return start && !leads(start, block, condition);
    });
  }

  // Whether there is a way from `from` to `to` that does not pass `without`.
  static bool leads(const CFGBlock *from, const CFGBlock *to, const CFGBlock *without) {
    llvm::SmallVector<const CFGBlock *, 16> work{from};
    llvm::SmallPtrSet<const CFGBlock *, 16> seen{from, without};
    while (!work.empty()) {
      const CFGBlock *at = work.pop_back_val();
      if (at == to)
        return true;
      for (const CFGBlock *next : at->succs())
        if (next && seen.insert(next).second)
          work.push_back(next);
    }
    return false;
  }

  bool writesBehind(Id object, CFGBlock *condition) {
    return llvm::any_of(body_.writes, [&](const auto &write) {
      auto at = write.first == object ? where_.find(write.second) : where_.end();
      return at != where_.end() && isBehind(at->second.first, condition);
    });
  }

  CFGDomTree dominators_;
  const Body &body_;
  llvm::DenseMap<const Stmt *, std::pair<CFGBlock *, unsigned>> where_;
  llvm::SmallVector<CFGBlock *, 4> bounds_;
  llvm::SmallVector<const Stmt *, 2> permits_;
};

} // namespace

void markBounded(CFG &cfg, Resolve &resolve, Body &body) {
  BoundCheck check(resolve, body);
  Guarded guarded(cfg, check, body);
  for (const auto &[stmt, indices] : body.at)
    if (guarded.holds(stmt))
      for (unsigned index : indices)
        body.facts.events[index].flags |= Bounded;
}

} // namespace belay

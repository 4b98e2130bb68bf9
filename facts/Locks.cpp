// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks: a forward analysis over the control-flow graph. Where two ways meet, a lock that only one
// of them holds is held perhaps: it counts neither as a guard nor as the lack of one.
//
#include "facts/Locks.h"
#include "clang/AST/Attr.h"
#include "clang/Analysis/Analyses/PostOrderCFGView.h"
#include "clang/Analysis/CFG.h"
#include <utility>

using namespace clang;

namespace belay {

namespace {

using State = llvm::SmallVector<Held, 4>;

class LockFlow {
public:
  LockFlow(const CFG &cfg, const FunctionDecl *function, Ids &ids, Resolve &resolve, Body &body)
      : cfg_(cfg), function_(function), ids_(ids), resolve_(resolve), body_(body) {}

  void run();

private:
  State atEntry();
  void findTries();
  void mark(const Stmt *stmt, const CFGBlock *dispatch);
  bool reach(const CFGBlock *block, State state);
  State block(const CFGBlock &block, State state, bool report);
  void statement(const Stmt *stmt, State &state, bool report);
  void event(const Event &event, State &state);
  void declares(const VarDecl *variable, State &state);
  void constructs(const VarDecl *guard, const CXXConstructExpr *construct, State &state);
  void guardCall(const CXXMemberCallExpr *call, State &state);
  const VarDecl *guardNamed(const Expr *expr) const;
  State onEdge(const CFGBlock &from, unsigned successor, State state);
  void decided(const Expr *condition, bool holds, State &state);

  const CFG &cfg_;
  const FunctionDecl *function_;
  Ids &ids_;
  Resolve &resolve_;
  Body &body_;
  llvm::DenseMap<const VarDecl *, State> guards_;        // what each manages
  llvm::DenseMap<const VarDecl *, State> relocks_;       // what each takes again at its end
  llvm::DenseMap<const CFGBlock *, State> in_;           // of the blocks that can be reached
  llvm::DenseMap<const Stmt *, const CFGBlock *> tries_; // what leads to the handlers around it
  llvm::DenseMap<const CFGBlock *, llvm::SmallVector<const VarDecl *, 2>> locals_; // of its try
  bool changed_ = false;
};

} // namespace

static void take(State &state, const Held &held) {
  for (Held &known : state)
    if (known.lock == held.lock) {
      known.shared = known.shared && held.shared;
      known.sure |= held.sure;
      return;
    }
  state.push_back(held);
}

static void give(State &state, const Path &lock) {
  llvm::erase_if(state, [&](const Held &held) { return held.lock == lock; });
}

// Adds what another way holds. Returns whether anything changed.
static bool mergeInto(State &into, const State &from) {
  bool changed = false;
  auto find = [](auto &state, const Path &lock) {
    return llvm::find_if(state, [&](const Held &held) { return held.lock == lock; });
  };
  for (Held &held : into) {
    auto same = find(from, held.lock);
    bool sure = held.sure && same != from.end() && same->sure;
    bool shared = held.shared || (same != from.end() && same->shared);
    changed |= sure != held.sure || shared != held.shared;
    held.sure = sure;
    held.shared = shared;
  }
  for (const Held &held : from)
    if (find(into, held.lock) == into.end()) {
      into.push_back({held.lock, false, held.shared, held.loop});
      changed = true;
    }
  return changed;
}

// Stands for a lock that cannot be named.
static Path someLock() { return {Object::Root::Global, 1, {}, "a lock"}; }

// The graph has no edges for exceptions: whatever stands in a try may throw.
void LockFlow::findTries() {
  for (auto each = cfg_.try_blocks_begin(); each != cfg_.try_blocks_end(); ++each)
    if (const auto *attempt = dyn_cast_or_null<CXXTryStmt>((*each)->getTerminatorStmt()))
      mark(attempt->getTryBlock(), *each); // an inner one comes later
}

void LockFlow::mark(const Stmt *stmt, const CFGBlock *dispatch) {
  tries_[stmt] = dispatch;
  if (const auto *declaration = dyn_cast<DeclStmt>(stmt))
    for (const Decl *decl : declaration->decls())
      if (const auto *variable = dyn_cast<VarDecl>(decl))
        locals_[dispatch].push_back(variable);
  for (const Stmt *child : stmt->children())
    if (child)
      mark(child, dispatch);
}

bool LockFlow::reach(const CFGBlock *block, State state) {
  // An exception that leaves a try ends the guards in it.
  for (const VarDecl *local : locals_.lookup(block))
    for (const Held &held : guards_.lookup(local))
      give(state, held.lock);
  auto [known, isNew] = in_.try_emplace(block, state);
  return isNew || mergeInto(known->second, state);
}

// Whether the block is left by an exception, on whose way the graph ends no guards.
static bool isThrown(const CFGBlock &block) {
  if (isa_and_nonnull<CXXTryStmt>(block.getTerminatorStmt()) || block.hasNoReturnElement())
    return true;
  return llvm::any_of(block, [](const CFGElement &element) {
    auto stmt = element.getAs<CFGStmt>();
    return stmt && isa<CXXThrowExpr>(stmt->getStmt());
  });
}

// A guard that the caller passes stands for a lock that it has taken, perhaps.
State LockFlow::atEntry() {
  State state;
  for (const ParmVarDecl *parameter : function_->parameters()) {
    LockRole role = resolve_.lockRole(parameter->getType());
    if (role == LockRole::Guard || role == LockRole::SharedGuard)
      take(state, {someLock(), false, false, false});
  }
  return state;
}

void LockFlow::run() {
  findTries();
  PostOrderCFGView forward(&cfg_);
  std::vector<const CFGBlock *> order(forward.begin(), forward.end());
  // Handlers of exceptions, to which the graph has no edges.
  llvm::copy_if(cfg_, std::back_inserter(order),
                [&](const CFGBlock *each) { return !llvm::is_contained(forward, each); });
  in_[&cfg_.getEntry()] = atEntry();
  // Locks only become less sure, so this ends.
  do {
    changed_ = false;
    for (const CFGBlock *each : order) {
      if (!in_.contains(each))
        continue;
      State out = block(*each, in_.lookup(each), /*report=*/false);
      for (unsigned i = 0; i < each->succ_size(); ++i)
        if (const CFGBlock *next = (each->succ_begin() + i)->getReachableBlock();
            next && !(next == &cfg_.getExit() && isThrown(*each)))
          changed_ |= reach(next, onEdge(*each, i, out));
    }
  } while (changed_);
  // What is never reached proves nothing.
  for (Event &event : body_.facts.events)
    if (event.kind == EventKind::Read || event.kind == EventKind::Write)
      event.held.push_back({someLock(), false, false, false});
  for (const CFGBlock *each : order)
    if (in_.contains(each))
      block(*each, in_.lookup(each), /*report=*/true);
  for (const Held &held : in_.lookup(&cfg_.getExit()))
    body_.facts.takes.push_back(held);
}

State LockFlow::block(const CFGBlock &block, State state, bool report) {
  for (const CFGElement &element : block) {
    if (auto stmt = element.getAs<CFGStmt>()) {
      if (auto within = tries_.find(stmt->getStmt()); within != tries_.end())
        changed_ |= reach(within->second, state);
      statement(stmt->getStmt(), state, report);
    } else if (auto end = element.getAs<CFGAutomaticObjDtor>()) {
      for (const Held &held : guards_.lookup(end->getVarDecl()))
        give(state, held.lock);
      for (const Held &held : relocks_.lookup(end->getVarDecl()))
        take(state, held);
    }
  }
  return state;
}

void LockFlow::statement(const Stmt *stmt, State &state, bool report) {
  auto found = body_.at.find(stmt);
  if (found != body_.at.end() && report)
    for (unsigned index : found->second)
      body_.facts.events[index].held.assign(state.begin(), state.end());
  if (found != body_.at.end())
    for (unsigned index : found->second)
      event(body_.facts.events[index], state);
  if (const auto *declaration = dyn_cast<DeclStmt>(stmt))
    for (const Decl *decl : declaration->decls())
      if (const auto *variable = dyn_cast<VarDecl>(decl))
        declares(variable, state);
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(stmt))
    guardCall(call, state);
}

void LockFlow::event(const Event &event, State &state) {
  if (event.has(Permit) || !event.path)
    return;
  if (event.kind == EventKind::Acquire || event.kind == EventKind::Requires)
    take(state, {event.path, !event.has(Try), event.has(Shared),
                 event.kind == EventKind::Requires && event.has(Confined)});
  else if (event.kind == EventKind::Release)
    give(state, event.path);
}

void LockFlow::declares(const VarDecl *variable, State &state) {
  LockRole role = resolve_.lockRole(variable->getType());
  if ((role != LockRole::Guard && role != LockRole::SharedGuard) || !variable->hasInit() ||
      variable->getType()->isReferenceType())
    return;
  const Expr *init = variable->getInit()->IgnoreImplicit();
  if (const auto *cast = dyn_cast<CXXFunctionalCastExpr>(init))
    init = cast->getSubExpr()->IgnoreImplicit();
  if (const auto *construct = dyn_cast<CXXConstructExpr>(init);
      construct && !construct->getConstructor()->isCopyOrMoveConstructor())
    return constructs(variable, construct, state);
  State &managed = guards_[variable];
  // Moved from another guard: what that managed, this one does.
  if (const VarDecl *other = guardNamed(resolve_.strip(variable->getInit()));
      other && guards_.contains(other)) {
    managed = guards_.lookup(other);
    guards_[other].clear();
    return;
  }
  managed.push_back({someLock(), false, false, false});
  take(state, managed.front());
}

void LockFlow::constructs(const VarDecl *guard, const CXXConstructExpr *construct, State &state) {
  State &managed = guards_[guard];
  bool shared = resolve_.lockRole(guard->getType()) == LockRole::SharedGuard;
  bool deferred = false, sure = true, unlocks = false;
  managed.clear();
  if (const CXXConstructorDecl *made = construct->getConstructor();
      made->getParent()->hasAttr<ScopedLockableAttr>()) {
    const auto *takes = made->getAttr<AcquireCapabilityAttr>();
    const auto *tries = made->getAttr<TryAcquireCapabilityAttr>();
    shared |= (takes && takes->isShared()) || (tries && tries->isShared());
    sure = !tries;
    unlocks = made->hasAttr<ReleaseCapabilityAttr>();
    deferred = !takes && !tries && !made->hasAttr<RequiresCapabilityAttr>();
  }
  for (const Expr *argument : construct->arguments()) {
    const Row *tag = ids_.typeRow(argument->getType());
    deferred |= tag && tag->is == TypeIs::DeferLock;
    sure &= !(tag && tag->is == TypeIs::TryLock);
    // A time: it gives up after that.
    sure &= !(construct->getNumArgs() == 2 && argument->getType()->isRecordType() &&
              argument == construct->getArg(1) && !tag &&
              resolve_.lockRole(argument->getType()) == LockRole::None);
    if (resolve_.lockRole(argument->getType()) != LockRole::Mutex)
      continue;
    Path lock = resolve_.path(argument);
    managed.push_back({lock ? lock : someLock(), bool(lock), shared, false});
  }
  if (unlocks) { // until its end, where it takes them again
    for (const Held &held : managed)
      give(state, held.lock);
    relocks_[guard] = std::exchange(managed, {});
  }
  for (Held held : managed)
    if (!deferred) {
      held.sure &= sure;
      take(state, held);
    }
}

const VarDecl *LockFlow::guardNamed(const Expr *expr) const {
  const auto *reference = dyn_cast_or_null<DeclRefExpr>(expr ? expr->IgnoreParenImpCasts() : expr);
  return reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
}

// lk.unlock(), lk.lock(), lk.release() of a guard that is a local.
void LockFlow::guardCall(const CXXMemberCallExpr *call, State &state) {
  const VarDecl *guard = guardNamed(resolve_.strip(call->getImplicitObjectArgument()));
  const CXXMethodDecl *method = call->getMethodDecl();
  if (!guard || !method || !method->getIdentifier() || !guards_.contains(guard))
    return;
  std::string name = method->getName().lower();
  if (method->hasAttr<ReleaseCapabilityAttr>())
    name = "unlock"; // whatever it is called
  bool gives = name == "unlock" || name == "release" || name == "unlock_shared";
  bool takes = name == "lock" || name == "relock" || name == "lock_shared" ||
               method->hasAttr<AcquireCapabilityAttr>();
  for (Held held : guards_.lookup(guard)) {
    if (gives && name != "release") {
      give(state, held.lock);
    } else if (gives) { // whoever has the mutex now unlocks it
      give(state, held.lock);
      take(state, {held.lock, false, held.shared, held.loop});
    } else if (takes) {
      give(state, held.lock);
      take(state, held);
    } else if (StringRef(name).starts_with("try_lock")) {
      take(state, {held.lock, false, held.shared, held.loop});
    }
  }
}

// What a condition says of a lock that was tried: m.try_lock(), lk.owns_lock(), `if (lk)`,
// pthread_mutex_trylock(&m) == 0.
void LockFlow::decided(const Expr *condition, bool holds, State &state) {
  condition = condition->IgnoreParenImpCasts();
  if (const auto *no = dyn_cast<UnaryOperator>(condition); no && no->getOpcode() == UO_LNot)
    return decided(no->getSubExpr(), !holds, state);
  if (const auto *compare = dyn_cast<BinaryOperator>(condition);
      compare && compare->isEqualityOp()) {
    auto value = compare->getRHS()->getIntegerConstantExpr(ids_.ast());
    if (value && *value == 0)
      return decided(compare->getLHS(), (compare->getOpcode() == BO_EQ) != holds, state);
    return;
  }
  auto settle = [&](const Held &held, bool taken) {
    give(state, held.lock);
    if (taken)
      take(state, {held.lock, true, held.shared, held.loop});
  };
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(condition))
    if (const VarDecl *guard = guardNamed(resolve_.strip(member->getImplicitObjectArgument())))
      for (const Held &held : guards_.lookup(guard))
        settle(held, holds);
  auto found = body_.at.find(condition);
  if (found == body_.at.end())
    return;
  for (unsigned index : found->second) {
    const Event &event = body_.facts.events[index];
    // The functions of C return 0 when they have the lock.
    bool isZero = condition->getType()->isIntegerType() && !condition->getType()->isBooleanType();
    if (event.kind == EventKind::Acquire && event.has(Try) && event.path)
      settle({event.path, true, event.has(Shared), false}, holds != isZero);
  }
}

State LockFlow::onEdge(const CFGBlock &from, unsigned successor, State state) {
  const auto *condition = dyn_cast_or_null<Expr>(from.getTerminatorCondition());
  if (condition && from.succ_size() == 2)
    decided(condition, successor == 0, state);
  return state;
}

void addLocks(const CFG &cfg, const FunctionDecl *function, Ids &ids, Resolve &resolve,
              Body &body) {
  LockFlow(cfg, function, ids, resolve, body).run();
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Flow: the control-flow graph of one function; see Flow.h. Bounds.cpp recognises bounds.
//
#include "facts/Flow.h"
#include "facts/Bounds.h"
#include "facts/Locks.h"
#include "facts/Sources.h"
#include "clang/Analysis/Analyses/PostOrderCFGView.h"
#include "clang/Analysis/CFG.h"

using namespace clang;

namespace belay {

namespace {

// What a thread handle may be at a point, as a set.
enum State : uint8_t { Empty = 1, Owns = 2, Gone = 4 };
using States = llvm::SmallDenseMap<Id, uint8_t, 4>;

class HandleFlow {
public:
  HandleFlow(const CFG &cfg, Ids &ids, Resolve &resolve, Body &body)
      : cfg_(cfg), ids_(ids), resolve_(resolve), body_(body) {
    for (const auto &[variable, object] : body.handles)
      variables_[object.id] = variable;
  }

  void run();

private:
  void block(const CFGBlock &block, States states, bool report);
  void statement(const Stmt *stmt, States &states, bool report);
  void event(unsigned index, States &states, bool report);
  void dies(const VarDecl *variable, const Stmt *trigger, const States &states);
  void drop(const Object &object, Place where, uint32_t flags);
  States onEdge(const CFGBlock &from, unsigned successor, States states);

  const CFG &cfg_;
  Ids &ids_;
  Resolve &resolve_;
  Body &body_;
  llvm::DenseMap<Id, const VarDecl *> variables_;
  llvm::DenseMap<const CFGBlock *, States> in_, out_;
  llvm::DenseSet<Id> dying_; // handles that die while they may own a thread
  llvm::DenseSet<Id> released_;
  std::vector<Event> drops_;
};

bool mergeInto(States &into, const States &from) {
  bool changed = false;
  for (auto [id, state] : from) {
    uint8_t &known = into[id];
    changed |= (known | state) != known;
    known |= state;
  }
  return changed;
}

} // namespace

void HandleFlow::run() {
  PostOrderCFGView order(&cfg_);
  bool changed = true;
  in_[&cfg_.getEntry()];
  // The sets only grow, so this ends; the order makes two or three rounds enough.
  while (changed) {
    changed = false;
    for (const CFGBlock *each : order) {
      block(*each, in_[each], /*report=*/false);
      for (unsigned i = 0; i < each->succ_size(); ++i)
        if (const CFGBlock *next = (each->succ_begin() + i)->getReachableBlock())
          changed |= mergeInto(in_[next], onEdge(*each, i, out_[each]));
    }
  }
  for (const CFGBlock *each : order)
    block(*each, in_[each], /*report=*/true);
  for (Event &event : body_.facts.events)
    if (event.kind == EventKind::Spawn && variables_.contains(event.object.id) &&
        !dying_.contains(event.object.id) && !released_.contains(event.object.id))
      event.flags |= Endless;
  llvm::append_range(body_.facts.events, drops_);
}

void HandleFlow::block(const CFGBlock &block, States states, bool report) {
  for (const CFGElement &element : block) {
    if (auto stmt = element.getAs<CFGStmt>())
      statement(stmt->getStmt(), states, report);
    else if (auto end = element.getAs<CFGAutomaticObjDtor>(); end && report)
      dies(end->getVarDecl(), end->getTriggerStmt(), states);
  }
  out_[&block] = std::move(states);
}

void HandleFlow::statement(const Stmt *stmt, States &states, bool report) {
  if (const auto *thrown = dyn_cast<CXXThrowExpr>(stmt); thrown && report && body_.facts.throwsAt)
    for (const auto &[id, state] : states)
      if (state == Owns && ids_.place(thrown->getBeginLoc()) == body_.facts.throwsAt)
        drop(body_.handles[variables_[id]], body_.facts.throwsAt, Thrown);
  if (const auto *declaration = dyn_cast<DeclStmt>(stmt)) {
    for (const Decl *decl : declaration->decls()) {
      const auto *variable = dyn_cast<VarDecl>(decl);
      auto handle = variable ? body_.handles.find(variable) : body_.handles.end();
      if (handle == body_.handles.end())
        continue;
      const auto *init = dyn_cast_or_null<CXXConstructExpr>(
          variable->getInit() ? variable->getInit()->IgnoreImplicit() : nullptr);
      bool spawns = init && body_.at.contains(init);
      if (!spawns)
        states[handle->second.id] = !init || init->getNumArgs() == 0 ? Empty : Gone;
    }
  }
  auto found = body_.at.find(stmt);
  if (found != body_.at.end())
    for (unsigned index : found->second)
      event(index, states, report);
}

void HandleFlow::event(unsigned index, States &states, bool report) {
  Event &event = body_.facts.events[index];
  if (report && event.kind == EventKind::Call)
    for (const auto &[id, state] : states)
      if (state == Owns)
        event.live.push_back(body_.handles[variables_[id]]);
  if (!variables_.contains(event.object.id))
    return;
  uint8_t &state = states[event.object.id];
  switch (event.kind) {
  case EventKind::Spawn:
    if (state == Owns && report)
      drop(event.object, event.where, Overwritten);
    state = Owns;
    return;
  case EventKind::Join:
  case EventKind::Detach:
  case EventKind::HandOver:
    state = Gone;
    released_.insert(event.object.id);
    return;
  default:
    return;
  }
}

// A handle that was never given a thread on some path is left out: the condition under which it
// was started and the one under which it is joined may be the same.
void HandleFlow::dies(const VarDecl *variable, const Stmt *trigger, const States &states) {
  auto handle = body_.handles.find(variable);
  if (handle == body_.handles.end())
    return;
  uint8_t state = states.lookup(handle->second.id);
  if (state & Owns)
    dying_.insert(handle->second.id);
  if (!(state & Owns) || (state & Empty))
    return;
  drop(handle->second, ids_.place(endOf(variable, trigger)), 0);
}

SourceLocation endOf(const VarDecl *variable, const Stmt *trigger) {
  if (const auto *scope = dyn_cast_or_null<CompoundStmt>(trigger))
    return scope->getRBracLoc();
  return trigger ? trigger->getBeginLoc() : variable->getLocation();
}

void HandleFlow::drop(const Object &object, Place where, uint32_t flags) {
  Event lost;
  lost.kind = EventKind::Drop;
  lost.object = object;
  lost.where = std::move(where);
  lost.flags = flags;
  for (const Event &event : body_.facts.events)
    if (event.kind == EventKind::Spawn && event.object == object) {
      lost.destroyed = event.destroyed;
      lost.name = event.name;
      lost.origin = event.where;
      break;
    }
  if (lost.destroyed != Destroyed::Joins)
    drops_.push_back(std::move(lost));
}

// `if (t.joinable())`: on the way where it is not, it owns nothing.
States HandleFlow::onEdge(const CFGBlock &from, unsigned successor, States states) {
  const auto *condition = dyn_cast_or_null<Expr>(from.getTerminatorCondition());
  if (!condition || from.succ_size() != 2)
    return states;
  condition = condition->IgnoreParenImpCasts();
  bool negated = false;
  while (const auto *no = dyn_cast<UnaryOperator>(condition)) {
    if (no->getOpcode() != UO_LNot)
      return states;
    negated = !negated;
    condition = no->getSubExpr()->IgnoreParenImpCasts();
  }
  const auto *asks = dyn_cast<CXXMemberCallExpr>(condition);
  if (!asks || !asks->getMethodDecl() || asks->getMethodDecl()->getNameAsString() != "joinable")
    return states;
  Object object = resolve_.object(asks->getImplicitObjectArgument());
  auto known = states.find(object.id);
  if (known == states.end())
    return states;
  bool owns = (successor == 0) != negated;
  if (owns && (known->second & Owns))
    known->second = Owns;
  else if (!owns)
    known->second = Gone;
  return states;
}

static CFG::BuildOptions buildOptions() {
  CFG::BuildOptions options;
  options.AddImplicitDtors = true;
  options.AddTemporaryDtors = false;
  options.AddInitializers = true;
  options.PruneTriviallyFalseEdges = true;
  options.setAllAlwaysAdd();
  return options;
}

static bool needsFlow(const Body &body) {
  if (!body.handles.empty())
    return true;
  return llvm::any_of(body.facts.events, [](const Event &event) {
    return event.kind == EventKind::Spawn || event.kind == EventKind::Call ||
           event.kind == EventKind::Submit;
  });
}

void addFlow(const FunctionDecl *function, Ids &ids, Resolve &resolve, Body &body) {
  // Clang builds no graph for a class that did not parse: it would look into missing types.
  const auto *method = dyn_cast<CXXMethodDecl>(function);
  if (function->isInvalidDecl() || (method && method->getParent()->isInvalidDecl())) {
    body.facts.flags |= Unchecked;
    return;
  }
  if (function->isDependentContext() || (!body.locks && !needsFlow(body)))
    return;
  bool bounded = mayBound(function->getBody());
  bool permitted = !body.permits.empty() || !body.predicates.empty();
  if (body.handles.empty() && body.sources.empty() && !bounded && !permitted && !body.locks)
    return;
  std::unique_ptr<CFG> cfg = CFG::buildCFG(function, function->getBody(),
                                           const_cast<ASTContext *>(&ids.ast()), buildOptions());
  if (!cfg)
    return;
  if (bounded || permitted)
    markBounded(*cfg, resolve, body);
  if (body.locks)
    addLocks(*cfg, function, ids, resolve, body);
  if (!body.handles.empty())
    HandleFlow(*cfg, ids, resolve, body).run();
  if (!body.sources.empty())
    addLostSources(*cfg, function, ids, body);
}

} // namespace belay

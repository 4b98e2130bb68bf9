// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sources: see Sources.h.
//
#include "facts/Sources.h"
#include "facts/Flow.h"
#include "clang/Analysis/Analyses/PostOrderCFGView.h"

using namespace clang;

namespace belay {

namespace {

// Finds what becomes of the sources and of the tokens that are taken from them.
class SourceUses {
public:
  SourceUses(Ids &ids, const Body &body) : ids_(ids), body_(body) {}

  void visit(const Stmt *stmt);

  llvm::DenseMap<const Stmt *, const VarDecl *> handedOn; // where work gets a token
  llvm::DenseMap<const Stmt *, const VarDecl *> stopped;
  llvm::DenseMap<const Stmt *, const VarDecl *> replaced; // by an assignment
  llvm::DenseMap<const Stmt *, const VarDecl *> shared;   // from where on others may stop it
  llvm::DenseSet<const VarDecl *> escaped;                // to where nobody can follow

private:
  void use(const DeclRefExpr *reference, const VarDecl *source);
  void follow(size_t above, const Stmt *token, const VarDecl *source);
  void captures(const LambdaExpr *lambda);
  bool startsWork(const Stmt *call) const;

  Ids &ids_;
  const Body &body_;
  llvm::SmallVector<const Stmt *, 32> above_;
  llvm::DenseMap<const VarDecl *, const VarDecl *> tokens_; // locals, and whose they are
};

} // namespace

void SourceUses::visit(const Stmt *stmt) {
  if (!stmt)
    return;
  if (const auto *lambda = dyn_cast<LambdaExpr>(stmt))
    captures(lambda);
  if (const auto *reference = dyn_cast<DeclRefExpr>(stmt))
    if (const auto *variable = dyn_cast<VarDecl>(reference->getDecl())) {
      if (body_.sources.contains(variable))
        use(reference, variable);
      else if (const VarDecl *source = tokens_.lookup(variable))
        follow(above_.size(), reference, source);
    }
  if (isa<LambdaExpr>(stmt)) { // what its body does, its captures say
    above_.push_back(stmt);
    for (const Expr *init : cast<LambdaExpr>(stmt)->capture_inits())
      visit(init);
    above_.pop_back();
    return;
  }
  above_.push_back(stmt);
  for (const Stmt *child : stmt->children())
    visit(child);
  above_.pop_back();
}

// `[&source]`, `[token]`, `[=]`.
void SourceUses::captures(const LambdaExpr *lambda) {
  for (const LambdaCapture &captured : lambda->captures()) {
    const auto *variable =
        captured.capturesVariable() ? dyn_cast<VarDecl>(captured.getCapturedVar()) : nullptr;
    if (body_.sources.contains(variable))
      shared[lambda] = variable;
    else if (const VarDecl *source = tokens_.lookup(variable))
      follow(above_.size(), lambda, source);
  }
}

void SourceUses::use(const DeclRefExpr *reference, const VarDecl *source) {
  size_t above = above_.size();
  while (above && isa<CastExpr, ParenExpr>(above_[above - 1]))
    --above;
  const auto *member = above ? dyn_cast<MemberExpr>(above_[above - 1]) : nullptr;
  const auto *call = member && above > 1 ? dyn_cast<CXXMemberCallExpr>(above_[above - 2]) : nullptr;
  const auto *assigned = above ? dyn_cast<CXXOperatorCallExpr>(above_[above - 1]) : nullptr;
  const auto *target = assigned && assigned->getOperator() == OO_Equal
                           ? dyn_cast<DeclRefExpr>(assigned->getArg(0)->IgnoreParenImpCasts())
                           : nullptr;
  if (target && target->getDecl() == source) {
    replaced[assigned] = source;
    return;
  }
  const Row *row = call ? ids_.row(call->getMethodDecl()) : nullptr;
  if (row && row->part(Verb::NewStop))
    follow(above - 2, call, source);
  else if (row && row->part(Verb::Notify))
    stopped[call] = source;
  else if (!call || !call->getMethodDecl() || !call->getMethodDecl()->isConst())
    shared[reference] = source;
}

// Where the value of a token goes that is a part of what stands at `above` and further out.
void SourceUses::follow(size_t above, const Stmt *token, const VarDecl *source) {
  const Stmt *value = token;
  while (above) {
    const Stmt *parent = above_[--above];
    if (const auto *declaration = dyn_cast<DeclStmt>(parent)) {
      if (isa<LambdaExpr>(token) || isa<LambdaExpr>(value))
        escaped.insert(source); // a lambda with a name, which anybody may call
      for (const Decl *decl : declaration->decls())
        if (const auto *variable = dyn_cast<VarDecl>(decl);
            variable && variable->hasInit() && variable->getInit() == value)
          tokens_[variable] = source;
      return;
    }
    if (startsWork(parent)) {
      handedOn[parent] = source;
      return;
    }
    const auto *construct = dyn_cast<CXXConstructExpr>(parent);
    bool copies = construct && construct->getConstructor()->isCopyOrMoveConstructor();
    if (!copies && !isa<CastExpr, ParenExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr,
                        ExprWithCleanups, LambdaExpr>(parent))
      return;
    value = parent;
  }
}

bool SourceUses::startsWork(const Stmt *call) const {
  auto events = body_.at.find(call);
  return events != body_.at.end() && llvm::any_of(events->second, [&](unsigned index) {
           EventKind kind = body_.facts.events[index].kind;
           return kind == EventKind::Spawn || kind == EventKind::Submit;
         });
}

namespace {

// What may have become of a source's tokens at a point, as a set.
enum State : uint8_t { Kept = 1, Out = 2, Settled = 4, Shared = 8 };
using States = llvm::SmallDenseMap<const VarDecl *, uint8_t, 2>;

class SourceFlow {
public:
  SourceFlow(const CFG &cfg, const SourceUses &uses, Ids &ids, Body &body)
      : cfg_(cfg), uses_(uses), ids_(ids), body_(body) {}

  void run();

private:
  States after(const CFGBlock &block, States states, bool report);
  void statement(const Stmt *stmt, States &states, bool report);
  bool isWait(const Stmt *stmt) const;
  bool isLost(const VarDecl *source, const States &states) const;
  void lose(const VarDecl *source, SourceLocation at);

  const CFG &cfg_;
  const SourceUses &uses_;
  Ids &ids_;
  Body &body_;
  llvm::DenseMap<const VarDecl *, const Stmt *> startedAt_;
};

} // namespace

// What was waited for needs no stop any more.
bool SourceFlow::isWait(const Stmt *stmt) const {
  auto events = body_.at.find(stmt);
  return events != body_.at.end() && llvm::any_of(events->second, [&](unsigned index) {
           const Event &event = body_.facts.events[index];
           return event.kind == EventKind::Join ||
                  (event.kind == EventKind::Wait && !event.has(Timed));
         });
}

// On some way a token is out and nobody was asked to stop. Where it may not be out at all, one
// condition may decide both, unless nothing ever asks.
bool SourceFlow::isLost(const VarDecl *source, const States &states) const {
  uint8_t state = states.lookup(source);
  auto isOf = [&](auto &each) { return each.second == source; };
  bool isAsked = llvm::any_of(uses_.stopped, isOf) || llvm::any_of(uses_.shared, isOf);
  return (state & Out) && (!(state & Kept) || !isAsked) && !uses_.escaped.contains(source);
}

void SourceFlow::statement(const Stmt *stmt, States &states, bool report) {
  if (const VarDecl *source = uses_.handedOn.lookup(stmt)) {
    if (uint8_t &state = states[source]; state != Shared)
      state = (state & Shared) | Out;
    startedAt_.try_emplace(source, stmt);
  }
  if (const VarDecl *source = uses_.shared.lookup(stmt))
    states[source] = Shared;
  if (const VarDecl *source = uses_.stopped.lookup(stmt))
    states[source] = Settled;
  if (const VarDecl *source = uses_.replaced.lookup(stmt)) {
    if (report && isLost(source, states))
      lose(source, stmt->getBeginLoc());
    states[source] = Kept;
  }
  if (isWait(stmt))
    for (auto &[source, state] : states)
      state = (state & (Kept | Shared)) | (state & Out ? Settled : 0);
}

States SourceFlow::after(const CFGBlock &block, States states, bool report) {
  for (const CFGElement &element : block) {
    if (auto stmt = element.getAs<CFGStmt>()) {
      if (const auto *declaration = dyn_cast<DeclStmt>(stmt->getStmt()))
        for (const Decl *decl : declaration->decls())
          if (const auto *variable = dyn_cast<VarDecl>(decl); body_.sources.contains(variable))
            states[variable] = Kept;
      statement(stmt->getStmt(), states, report);
    } else if (auto end = element.getAs<CFGAutomaticObjDtor>();
               end && report && isLost(end->getVarDecl(), states)) {
      lose(end->getVarDecl(), endOf(end->getVarDecl(), end->getTriggerStmt()));
    }
  }
  return states;
}

void SourceFlow::run() {
  PostOrderCFGView order(&cfg_);
  llvm::DenseMap<const CFGBlock *, States> in;
  in[&cfg_.getEntry()];
  for (bool changed = true; changed;) { // the sets only grow
    changed = false;
    for (const CFGBlock *each : order) {
      States out = after(*each, in[each], /*report=*/false);
      for (const CFGBlock *next : each->succs())
        for (auto [source, state] : out)
          if (next) {
            uint8_t &known = in[next][source];
            changed |= (known | state) != known;
            known |= state;
          }
    }
  }
  for (const CFGBlock *each : order)
    after(*each, in[each], /*report=*/true);
}

void SourceFlow::lose(const VarDecl *source, SourceLocation at) {
  Event &lost = body_.facts.events.emplace_back();
  lost.kind = EventKind::Drop;
  lost.flags = OfToken;
  lost.object = body_.sources[source];
  lost.where = ids_.place(at);
  if (const Stmt *start = startedAt_.lookup(source))
    lost.origin = ids_.place(cast<Expr>(start)->getExprLoc());
}

void addLostSources(const CFG &cfg, const FunctionDecl *function, Ids &ids, Body &body) {
  SourceUses uses(ids, body);
  uses.visit(function->getBody());
  if (!uses.handedOn.empty())
    SourceFlow(cfg, uses, ids, body).run();
}

} // namespace belay

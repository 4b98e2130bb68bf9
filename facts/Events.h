// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Events: one walk over a function's statements, in the order of the source, that turns calls
// into events. What depends on the control flow is added by Flow.
//
#ifndef BELAY_FACTS_EVENTS_H
#define BELAY_FACTS_EVENTS_H

#include "facts/Resolve.h"
#include "llvm/ADT/SmallVector.h"
#include <map>

namespace belay {

/// A function's events and the statements they came from.
struct Body {
  Function facts;
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<unsigned, 1>> at; ///< its events
  llvm::DenseMap<const clang::VarDecl *, Object> handles; ///< scalar local thread handles
  llvm::SmallVector<const clang::Stmt *, 2> permits;      ///< where a semaphore is taken
  /// Waits for a condition, with what the predicate returns.
  llvm::SmallVector<std::pair<const clang::Stmt *, const clang::Expr *>, 1> predicates;
  llvm::SmallVector<std::pair<Id, const clang::Stmt *>, 8> writes; ///< of fields and globals
  llvm::SmallVector<const clang::LambdaExpr *, 4> lambdas;
  llvm::DenseSet<const clang::VarDecl *> linked; ///< local sources and tokens that a token stops
  std::vector<Token> tokensAround;               ///< of the functions around a lambda
  llvm::DenseMap<const clang::VarDecl *, Object> sources; ///< of tokens, that are local
  bool locks = false; ///< whether it takes or gives back any lock
  llvm::SmallVector<const clang::CXXRecordDecl *, 1> records; ///< its local classes
  std::map<Id, Variable> variables;                           ///< that threads could share
  llvm::DenseSet<Id> sharedLocals;                            ///< that lambdas refer to
  std::vector<Edit> edits;
};

class Walk {
public:
  Walk(Ids &ids, Resolve &resolve, Body &body) : ids_(ids), resolve_(resolve), body_(body) {}

  void function(const clang::FunctionDecl *function);
  /// The initialiser of a field or global that no function contains.
  void initialiser(const clang::ValueDecl *variable, const clang::Expr *init);

private:
  struct Call { // a call or construction, whatever its syntax
    const clang::Expr *expr = nullptr;
    const clang::FunctionDecl *callee = nullptr;
    llvm::SmallVector<const clang::Expr *, 6> arguments;
    const clang::Expr *self = nullptr;
  };
  struct Sink { // where the value of an expression goes
    Object object;
    bool returned = false;
    bool handedOver = false;
    std::optional<Destroyed> destroyed = std::nullopt; // of a handle that takes it over
  };

  void visit(const clang::Stmt *stmt);
  void children(const clang::Stmt *stmt);
  void loop(const clang::Stmt *stmt, Loop::Kind kind);
  void waitsFor(const clang::Expr *condition);
  void lookedAt(const clang::Expr *value,
                llvm::SmallVectorImpl<std::pair<const clang::Expr *, Object>> &found);
  void answers(const clang::Expr *value);
  void polls(const clang::Stmt *loop);
  bool isPoll(const clang::Stmt *stmt) const;
  bool isQuestion(const clang::Expr *condition) const;
  void counts(const clang::Expr *expr, const clang::Expr *counter);
  void lambda(const clang::LambdaExpr *lambda);
  void declare(const clang::DeclStmt *declaration);
  void assign(const clang::Expr *expr, const clang::Expr *left, const clang::Expr *right);
  void initField(const clang::CXXCtorInitializer *init);

  void call(const clang::CallExpr *call);
  void construct(const clang::CXXConstructExpr *construct);
  bool invocation(const clang::CallExpr *call);
  void unmodelled(const Call &call);
  void modelled(const Call &call, const Row &row);
  /// `into`: the container that the handle is made in, if it is.
  void spawn(const Call &call, const Row &row, const clang::Expr *into);
  void constructs(const Call &call, const Row &row);
  void constructorOf(const Call &call, const clang::CXXRecordDecl *record, const clang::Expr *into);
  void registers(const Call &call, unsigned index, Callable callable, Runs runs);
  std::vector<Passed> bindPassed(const Call &call, const Row &row, const clang::Expr *entry,
                                 Callable &callable);
  void store(const clang::Expr *expr, const Object &target, const clang::Expr *value);
  void use(const clang::Expr *expr);
  void access(const clang::Expr *expr, const clang::ValueDecl *value);
  Variable *shareable(const clang::ValueDecl *value);
  void reaches(const Call &call, Event &event);
  Path lockNamed(const clang::Expr *lock, const Call &call);
  void locks(const Call &call);
  bool isTokenType(clang::QualType type) const;
  Id tokenType(clang::QualType type) const;
  int saysStop(const clang::Expr *condition) const;
  bool leavesOnStop(const clang::Stmt *stmt) const;
  void findTokens(const clang::FunctionDecl *function);
  void useToken(const clang::DeclRefExpr *reference);
  bool isCleanUp() const;
  bool isFreshToken(const clang::Expr *expr) const;
  void linkTokens(const Call &call);
  void passesToken(const Call &call, Event &event);
  void addEdit(Edit::Kind kind, clang::SourceLocation about, clang::SourceLocation where,
               llvm::StringRef from, llvm::StringRef to, llvm::StringRef include = "");
  void judgeUse(const clang::Expr *expr, const clang::ValueDecl *value, Variable &variable);
  void editAtomic(const clang::ValueDecl *value);
  void editThread(const clang::DeclStmt *declaration, const clang::VarDecl *variable);
  void editCall(const Call &call, const clang::FunctionDecl *overload, Id token);
  void editSleep(const Call &call);
  void editDetach(const Call &call);
  const clang::VarDecl *tokenNamed(Id token) const;
  void dropPrivate();
  void handOver(const clang::Expr *expr, Object object, Object target);

  Sink sink(const clang::Expr *expr, size_t above) const;
  std::vector<Argument> callables(const Call &call);
  Event &add(EventKind kind, const clang::Expr *expr, llvm::StringRef name);
  bool isDeferred(const Call &call) const;

  Ids &ids_;
  Resolve &resolve_;
  Body &body_;
  llvm::SmallVector<const clang::Stmt *, 32> above_; // the statements around the current one
  llvm::DenseSet<Id> detachedAttributes_;
  const clang::ValueDecl *field_ = nullptr;       // whose initialiser is walked
  const clang::FunctionDecl *function_ = nullptr; // that is walked; null for an initialiser
  clang::SourceLocation begin_;
  int loop_ = -1;
  bool slept_ = false; // in the loop that is walked
  unsigned tryDepth_ = 0;
  unsigned catchDepth_ = 0;
  unsigned onceDepth_ = 0; // inside of what runs once
};

} // namespace belay

#endif

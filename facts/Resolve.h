// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resolve: what an expression denotes: the object it reaches, or the function it would call.
// Neither follows what happens at run time; where the source does not say, the answer is none.
//
#ifndef BELAY_FACTS_RESOLVE_H
#define BELAY_FACTS_RESOLVE_H

#include "facts/Ids.h"

namespace belay {

/// What a type that holds threads (or futures) does with them.
struct Holds {
  Destroyed destroyed = Destroyed::Terminates;
  bool future = false;
  bool grows = false;  ///< in a container
  bool scalar = false; ///< is the thread type itself
};

/// What a type is to locking.
enum class LockRole : uint8_t { None, Mutex, Guard, SharedGuard };

/// What a call does to the lock that it is a method of, or that its attributes name.
struct LockCall {
  enum class Does : uint8_t { Acquire, Release, Require };
  Does does = Does::Acquire;
  bool shared = false;
  bool mayFail = false;
  llvm::SmallVector<const clang::Expr *, 1> locks{}; ///< that attributes name; else its object
};

class Resolve {
public:
  explicit Resolve(Ids &ids) : ids_(ids) {}

  const clang::ASTContext &ast() const { return ids_.ast(); }

  /// The variable or field reached: through references bound to it, its elements, what it
  /// points to, and accessors of modelled types.
  Object object(const clang::Expr *expr, unsigned depth = 0);

  /// How the function reaches what the expression denotes; none where the source does not say.
  Path path(const clang::Expr *expr, unsigned depth = 0);

  /// The callable that an expression is, with what it captures.
  Callable callable(const clang::Expr *expr, unsigned depth = 0);

  /// Adds what a bound or passed argument makes a callable hold on to.
  void capture(Callable &callable, const clang::Expr *argument);

  /// Whether the type has threads in it, or is an alias or pointer to one that has.
  std::optional<Holds> holds(clang::QualType type, unsigned depth = 0);

  /// Whether values of the type may be called.
  bool isCallable(clang::QualType type);

  LockRole lockRole(clang::QualType type);
  /// For functions without a model: by their attributes, or as methods of an inferred mutex.
  std::optional<LockCall> lockCall(const clang::FunctionDecl *callee);

  Object objectOf(const clang::ValueDecl *variable);

  /// The expression without what changes neither its object nor its callable: casts,
  /// temporaries, copies, `std::move`.
  const clang::Expr *strip(const clang::Expr *expr);

private:
  Path callPath(const clang::CallExpr *call, unsigned depth);
  Object member(const clang::MemberExpr *member, unsigned depth);
  Object callObject(const clang::CallExpr *call, unsigned depth);
  Callable lambda(const clang::LambdaExpr *lambda);
  Callable variableCallable(const clang::VarDecl *variable, unsigned depth);
  Callable functorCallable(clang::QualType type);
  Callable entryOf(clang::QualType type);
  bool isAlias(const clang::VarDecl *variable);

  Ids &ids_;
  LockRole roleOfRecord(const clang::CXXRecordDecl *record);
  llvm::DenseMap<const clang::Type *, std::optional<Holds>> holds_;
  llvm::DenseMap<const clang::CXXRecordDecl *, LockRole> roles_;
};

/// Chains longer than this (references to references, wrapped callables) are not followed.
constexpr unsigned MaxDepth = 12;

/// The argument of a call that a part names by its position, or null.
const clang::Expr *argumentOf(const Part &part, const clang::CallExpr *call);

/// The argument expression that a part of a row speaks of, or null. `self` is the object of a
/// member call.
const clang::Expr *argumentOf(const Part &part, llvm::ArrayRef<const clang::Expr *> arguments,
                              const clang::Expr *self, Resolve &resolve);

} // namespace belay

#endif

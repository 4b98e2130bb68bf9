// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Callables: which function an expression would call, and what it captures; see Resolve.h.
//
#include "facts/Resolve.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace belay {

Callable Resolve::callable(const Expr *expr, unsigned depth) {
  expr = strip(expr);
  // What initialises a variable of a dependent type has no type itself.
  if (!expr || expr->getType().isNull() || depth > MaxDepth)
    return {};
  if (const auto *lambdaExpr = dyn_cast<LambdaExpr>(expr))
    return lambda(lambdaExpr);
  if (const auto *unary = dyn_cast<UnaryOperator>(expr))
    return callable(unary->getSubExpr(), depth + 1);
  if (const auto *reference = dyn_cast<DeclRefExpr>(expr)) {
    if (const auto *function = dyn_cast<FunctionDecl>(reference->getDecl())) {
      Callable result{.kind = Callable::Kind::Function, .id = ids_.function(function)};
      result.name = ids_.nameOf(function);
      return result;
    }
    const auto *variable = dyn_cast<VarDecl>(reference->getDecl());
    Callable held = variable ? variableCallable(variable, depth) : Callable{};
    if (held.kind == Callable::Kind::Unknown) {
      held = entryOf(expr->getType());
      held.self = held.kind == Callable::Kind::Unknown ? Path{} : path(expr);
    }
    return held;
  }
  if (isa<MemberExpr>(expr) || isa<ArraySubscriptExpr>(expr)) {
    Object stored = object(expr);
    if (!stored)
      return {};
    return {.kind = Callable::Kind::Object, .id = stored.id, .name = stored.name};
  }
  if (const auto *call = dyn_cast<CallExpr>(expr)) {
    const Row *row = ids_.row(call->getDirectCallee());
    if (const Expr *referred = row ? argumentOf(row->part(Verb::Refers), call) : nullptr)
      return callable(referred, depth + 1);
    if (const Expr *function = row ? argumentOf(row->part(Verb::Binds), call) : nullptr) {
      Callable bound = callable(function, depth + 1);
      for (const Expr *argument : call->arguments())
        if (argument != function)
          capture(bound, argument);
      return bound;
    }
    if (Object stored = object(call); stored && stored.root != Object::Root::This)
      return {.kind = Callable::Kind::Object, .id = stored.id, .name = stored.name};
  }
  Callable found = functorCallable(expr->getType());
  if (found.kind == Callable::Kind::Unknown)
    found = entryOf(expr->getType());
  if (found.kind != Callable::Kind::Unknown)
    found.self = path(expr);
  return found;
}

// thread.start(*this): the method that its class overrides for a thread to run.
Callable Resolve::entryOf(QualType type) {
  type = type.getNonReferenceType();
  if (type->isPointerType())
    type = type->getPointeeType();
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || !record->isPolymorphic())
    return {};
  for (const CXXMethodDecl *method : record->methods())
    for (const CXXMethodDecl *base : method->overridden_methods())
      if (const Row *row = ids_.row(base); row && row->entry)
        return {.kind = Callable::Kind::Function,
                .capturesThis = true,
                .id = ids_.function(method),
                .name = ids_.nameOf(method)};
  return {};
}

Callable Resolve::functorCallable(QualType type) {
  const CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->isLambda() ||
      !ids_.inProject(record->getLocation()))
    return {};
  for (const CXXMethodDecl *method : record->methods())
    if (method->getOverloadedOperator() == OO_Call)
      return {.kind = Callable::Kind::Function,
              .id = ids_.function(method),
              .name = ids_.nameOf(method)};
  return {};
}

Callable Resolve::variableCallable(const VarDecl *variable, unsigned depth) {
  if (const auto *parameter = dyn_cast<ParmVarDecl>(variable)) {
    const FunctionDecl *owner = enclosingFunction(parameter);
    // A functor type of the project says more than the parameter that carries it, unless it
    // was deduced: then only the caller knows.
    if (!owner || !isCallable(parameter->getType()))
      return {};
    return {.kind = Callable::Kind::Parameter,
            .id = ids_.function(owner),
            .index = parameter->getFunctionScopeIndex(),
            .name = parameter->getNameAsString()};
  }
  if (Callable functor = functorCallable(variable->getType());
      functor.kind != Callable::Kind::Unknown)
    return functor;
  if (!variable->hasGlobalStorage() && variable->hasInit()) {
    Callable initial = callable(variable->getInit(), depth + 1);
    if (initial.kind != Callable::Kind::Unknown)
      return initial;
  }
  if (!isCallable(variable->getType()))
    return {};
  Object stored =
      object(variable->hasInit() && variable->getType()->isReferenceType() ? variable->getInit()
                                                                           : nullptr);
  if (!stored)
    stored = objectOf(variable);
  return {.kind = Callable::Kind::Object, .id = stored.id, .name = stored.name};
}

static bool isSharedOwnerOf(const Row *row) { return row && row->is == TypeIs::SharedOwner; }

Callable Resolve::lambda(const LambdaExpr *lambda) {
  Callable result{.kind = Callable::Kind::Function,
                  .id = this->ids_.lambda(lambda->getLambdaClass())};
  result.name = ids_.nameOf(lambda->getCallOperator());
  bool keepsAlive = false;
  for (const LambdaCapture &captured : lambda->captures()) {
    if (captured.getCaptureKind() == LCK_This) {
      result.capturesThis = true;
      continue;
    }
    if (!captured.capturesVariable())
      continue;
    const auto *variable = dyn_cast<VarDecl>(captured.getCapturedVar());
    if (captured.getCaptureKind() == LCK_ByRef) {
      // A reference that was bound to something static is no danger; the source of any other
      // is unknown, which counts as the caller's.
      if (variable && variable->getType()->isReferenceType() && !isa<ParmVarDecl>(variable) &&
          object(variable->getInit()).root == Object::Root::Global)
        continue;
      result.capturesReference = true;
      if (result.captured.empty())
        result.captured = captured.getCapturedVar()->getNameAsString();
    } else if (variable) {
      keepsAlive |= isSharedOwnerOf(ids_.typeRow(variable->getType()));
    }
  }
  // [this, self = shared_from_this()]: the object lives as long as the callable.
  if (keepsAlive)
    result.capturesThis = false;
  return result;
}

void Resolve::capture(Callable &callable, const Expr *argument) {
  argument = strip(argument);
  if (!argument)
    return;
  QualType type = argument->getType();
  if (!callable.self && (type->isRecordType() || type->isPointerType()))
    callable.self = path(argument);
  if (isa<CXXThisExpr>(argument)) {
    callable.capturesThis = true;
    return;
  }
  const Expr *referred = nullptr;
  if (const auto *unary = dyn_cast<UnaryOperator>(argument);
      unary && unary->getOpcode() == UO_AddrOf)
    referred = unary->getSubExpr();
  else if (const auto *call = dyn_cast<CallExpr>(argument))
    if (const Row *row = ids_.row(call->getDirectCallee()))
      referred = argumentOf(row->part(Verb::Refers), call);
  if (!referred)
    return;
  if (isa<CXXThisExpr>(strip(referred)->IgnoreParenCasts())) {
    callable.capturesThis = true;
    return;
  }
  Object object = this->object(referred);
  bool local = object.root == Object::Root::Local || object.root == Object::Root::Parameter;
  if (object.root == Object::Root::Field)
    callable.capturesThis = true;
  callable.capturesReference |= local;
  if (local && callable.captured.empty())
    callable.captured = object.name;
}

bool Resolve::isCallable(QualType type) {
  type = type.getNonReferenceType();
  if (type->isFunctionType() || type->isFunctionPointerType() ||
      type->isMemberFunctionPointerType())
    return true;
  if (type->isDependentType())
    return true;
  const Row *row = ids_.typeRow(type);
  if (row)
    return row->is == TypeIs::Function;
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition())
    return false;
  if (record->isLambda())
    return true;
  for (const CXXMethodDecl *method : record->methods())
    if (method->getOverloadedOperator() == OO_Call)
      return true;
  for (const auto *inner : record->decls()) // a templated call operator (std::bind's result)
    if (const auto *pattern = dyn_cast<FunctionTemplateDecl>(inner);
        pattern && pattern->getTemplatedDecl()->getOverloadedOperator() == OO_Call)
      return true;
  return false;
}

} // namespace belay

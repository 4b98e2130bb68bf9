// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resolve: expressions -> objects and callables; see Resolve.h.
//
#include "facts/Resolve.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace belay {

// Chains longer than this (references to references, wrapped callables) are not worth following.
constexpr unsigned MaxDepth = 12;

static const Expr *onlyArgument(const CXXConstructExpr *construct) {
  unsigned given = 0;
  for (const Expr *argument : construct->arguments())
    given += !isa<CXXDefaultArgExpr>(argument);
  return given == 1 ? construct->getArg(0) : nullptr;
}

static const Expr *partOf(const CallExpr *call, const Part &part) {
  return part.kind == Part::Kind::Argument && part.index < call->getNumArgs()
             ? call->getArg(part.index)
             : nullptr;
}

const Expr *Resolve::strip(const Expr *expr) {
  while (expr) {
    const Expr *inner = expr->IgnoreParenCasts();
    if (const auto *cleanups = dyn_cast<ExprWithCleanups>(inner))
      inner = cleanups->getSubExpr();
    else if (const auto *temporary = dyn_cast<CXXBindTemporaryExpr>(inner))
      inner = temporary->getSubExpr();
    else if (const auto *temporary = dyn_cast<MaterializeTemporaryExpr>(inner))
      inner = temporary->getSubExpr();
    else if (const auto *init = dyn_cast<CXXDefaultInitExpr>(inner))
      inner = init->getExpr();
    else if (const auto *construct = dyn_cast<CXXConstructExpr>(inner)) {
      const Row *row = ids_.typeRow(construct->getType());
      bool wraps = construct->getConstructor()->isCopyOrMoveConstructor() ||
                   (row && row->is == TypeIs::Function);
      if (wraps && onlyArgument(construct))
        inner = onlyArgument(construct);
    } else if (const auto *call = dyn_cast<CallExpr>(inner)) {
      const Row *row = ids_.row(call->getDirectCallee());
      if (const Expr *forwarded = row ? partOf(call, row->part(Verb::Forwards)) : nullptr)
        inner = forwarded;
    } else if (const auto *list = dyn_cast<InitListExpr>(inner)) {
      if (list->getNumInits() == 1)
        inner = list->getInit(0);
    }
    if (inner == expr)
      return expr;
    expr = inner;
  }
  return expr;
}

Object Resolve::objectOf(const ValueDecl *value) {
  Object object;
  object.id = ids_.variable(value);
  object.name = value->getNameAsString();
  if (auto holding = holds(value->getType()))
    object.grows = holding->grows;
  if (isa<FieldDecl>(value))
    object.root = Object::Root::Field;
  else if (isa<ParmVarDecl>(value))
    object.root = Object::Root::Parameter;
  else if (const auto *variable = dyn_cast<VarDecl>(value))
    object.root = variable->hasGlobalStorage() ? Object::Root::Global : Object::Root::Local;
  else
    return {};
  return object;
}

// `auto &t : threads`, `T &t = threads[i]`, `auto it = threads.begin()`, `auto *p = &t`: the
// variable is another name for a part of what it was made from.
bool Resolve::isAlias(const VarDecl *variable) {
  QualType type = variable->getType();
  if (isa<ParmVarDecl>(variable) || !variable->hasInit())
    return false;
  if (type->isReferenceType() || variable->isCXXForRangeDecl() || variable->isImplicit())
    return true;
  if (!type->isRecordType())
    return holds(type).has_value();
  if (auto held = holds(type); held && held->future) { // of a promise: what is waited for is that
    const auto *call = dyn_cast<CXXMemberCallExpr>(strip(variable->getInit()));
    const Row *row = call ? ids_.row(call->getMethodDecl()) : nullptr;
    return row && row->part(Verb::Forwards);
  }
  // A library class that is neither a handle nor holds one is an iterator or a view.
  return !ids_.typeRow(type) && !ids_.inProject(type->getAsCXXRecordDecl()->getLocation());
}

Object Resolve::object(const Expr *expr, unsigned depth) {
  expr = strip(expr);
  if (!expr || depth > MaxDepth)
    return {};
  if (isa<CXXThisExpr>(expr))
    return {Object::Root::This, false, 0, "this"};
  if (const auto *reference = dyn_cast<DeclRefExpr>(expr)) {
    const auto *variable = dyn_cast<VarDecl>(reference->getDecl());
    if (const auto *binding = dyn_cast<BindingDecl>(reference->getDecl())) // a part of a whole
      variable = dyn_cast_or_null<VarDecl>(binding->getDecomposedDecl());
    if (!variable)
      return {};
    if (isAlias(variable))
      if (Object named = object(variable->getInit(), depth + 1))
        return named;
    return objectOf(variable);
  }
  if (const auto *memberExpr = dyn_cast<MemberExpr>(expr))
    return member(memberExpr, depth);
  if (const auto *unary = dyn_cast<UnaryOperator>(expr))
    if (unary->getOpcode() == UO_Deref || unary->getOpcode() == UO_AddrOf ||
        unary->isIncrementDecrementOp())
      return object(unary->getSubExpr(), depth + 1);
  if (const auto *subscript = dyn_cast<ArraySubscriptExpr>(expr))
    return object(subscript->getBase(), depth + 1);
  if (const auto *binary = dyn_cast<BinaryOperator>(expr))
    if (binary->isAdditiveOp() && binary->getType()->isPointerType())
      return object(binary->getLHS()->getType()->isPointerType() ? binary->getLHS()
                                                                 : binary->getRHS(),
                    depth + 1);
  if (const auto *call = dyn_cast<CallExpr>(expr))
    return callObject(call, depth);
  return {};
}

Object Resolve::member(const MemberExpr *member, unsigned depth) {
  const auto *field = dyn_cast<FieldDecl>(member->getMemberDecl());
  if (!field) {
    const auto *variable = dyn_cast<VarDecl>(member->getMemberDecl());
    return variable ? objectOf(variable) : Object{};
  }
  // Fields of the library's own types (std::pair's) are a part of what holds them.
  if (!ids_.inProject(field->getLocation()))
    return object(member->getBase(), depth + 1);
  return objectOf(field);
}

// Accessors of library types give a part of their object: begin(), back(), operator->(), get().
Object Resolve::callObject(const CallExpr *call, unsigned depth) {
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(call->getDirectCallee());
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(call)) {
    bool ofLibrary = op->getDirectCallee() && !ids_.inProject(op->getDirectCallee()->getLocation());
    return ofLibrary && op->getNumArgs() ? object(op->getArg(0), depth + 1) : Object{};
  }
  if (const auto *memberCall = dyn_cast<CXXMemberCallExpr>(call)) {
    if (method && !ids_.inProject(method->getLocation()))
      return object(memberCall->getImplicitObjectArgument(), depth + 1);
    return {};
  }
  const Row *row = ids_.row(call->getDirectCallee());
  if (const Expr *referred = row ? partOf(call, row->part(Verb::Refers)) : nullptr)
    return object(referred, depth + 1);
  // std::begin(threads) and its like.
  const FunctionDecl *callee = call->getDirectCallee();
  if (callee && callee->isInStdNamespace() && call->getNumArgs() == 1)
    return object(call->getArg(0), depth + 1);
  return {};
}

Callable Resolve::callable(const Expr *expr, unsigned depth) {
  expr = strip(expr);
  if (!expr || depth > MaxDepth)
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
    if (const auto *variable = dyn_cast<VarDecl>(reference->getDecl()))
      return variableCallable(variable, depth);
    return {};
  }
  if (isa<MemberExpr>(expr) || isa<ArraySubscriptExpr>(expr)) {
    Object stored = object(expr);
    if (!stored)
      return {};
    return {.kind = Callable::Kind::Object, .id = stored.id, .name = stored.name};
  }
  if (const auto *call = dyn_cast<CallExpr>(expr)) {
    const Row *row = ids_.row(call->getDirectCallee());
    if (const Expr *referred = row ? partOf(call, row->part(Verb::Refers)) : nullptr)
      return callable(referred, depth + 1);
    if (const Expr *function = row ? partOf(call, row->part(Verb::Binds)) : nullptr) {
      Callable bound = callable(function, depth + 1);
      for (const Expr *argument : call->arguments())
        if (argument != function)
          capture(bound, argument);
      return bound;
    }
    if (Object stored = object(call); stored && stored.root != Object::Root::This)
      return {.kind = Callable::Kind::Object, .id = stored.id, .name = stored.name};
  }
  return functorCallable(expr->getType());
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
      referred = partOf(call, row->part(Verb::Refers));
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

static bool isTemplate(QualType type) {
  return isa_and_nonnull<ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
}

std::optional<Holds> Resolve::holds(QualType type, unsigned depth) {
  type = type.getNonReferenceType();
  while (type->isPointerType() || type->isArrayType()) {
    type = type->isPointerType() ? type->getPointeeType()
                                 : QualType(type->getArrayElementTypeNoTypeQual(), 0);
    if (auto held = holds(type, depth + 1)) {
      held->scalar = false;
      return held;
    }
    return std::nullopt;
  }
  if (depth > MaxDepth || (!type->isRecordType() && !type->getAs<TypedefType>()))
    return std::nullopt;
  auto known = holds_.find(type.getTypePtr());
  if (known != holds_.end())
    return known->second;
  holds_[type.getTypePtr()] = std::nullopt; // ends the recursion of types that hold themselves
  std::optional<Holds> result;
  const Row *row = ids_.typeRow(type);
  if (row && (row->is == TypeIs::Thread || row->is == TypeIs::Future)) {
    result = Holds{.destroyed = row->destroyed.value_or(Destroyed::Joins),
                   .future = row->is == TypeIs::Future,
                   .scalar = true};
  } else if (row && row->is == TypeIs::Container && !isTemplate(type)) {
    // A container of threads that is no template: boost::thread_group.
    result = Holds{.destroyed = row->destroyed.value_or(Destroyed::Detaches), .grows = true};
  } else if (const auto *special =
                 dyn_cast_or_null<ClassTemplateSpecializationDecl>(type->getAsCXXRecordDecl());
             special && !ids_.inProject(special->getLocation())) {
    for (const TemplateArgument &argument : special->getTemplateArgs().asArray()) {
      if (argument.getKind() != TemplateArgument::Type)
        continue;
      if ((result = holds(argument.getAsType(), depth + 1))) {
        result->scalar = false;
        result->grows |= row && row->is == TypeIs::Container;
        break;
      }
    }
  }
  holds_[type.getTypePtr()] = result;
  return result;
}

const Expr *argumentOf(const Part &part, ArrayRef<const Expr *> arguments, const Expr *self,
                       Resolve &resolve) {
  switch (part.kind) {
  case Part::Kind::Argument:
    return part.index < arguments.size() ? arguments[part.index] : nullptr;
  case Part::Kind::Last:
    return arguments.empty() ? nullptr : arguments.back();
  case Part::Kind::This:
    return self;
  case Part::Kind::FirstCallable:
    for (const Expr *argument : arguments)
      if (resolve.isCallable(argument->getType()))
        return argument;
    return nullptr;
  default:
    return nullptr;
  }
}

} // namespace belay

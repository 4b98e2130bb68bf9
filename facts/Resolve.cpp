// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resolve: expressions -> objects, types -> what they hold; see Resolve.h.
//
#include "facts/Resolve.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace belay {

static const Expr *onlyArgument(const CXXConstructExpr *construct) {
  unsigned given = 0;
  for (const Expr *argument : construct->arguments())
    given += !isa<CXXDefaultArgExpr>(argument);
  return given == 1 ? construct->getArg(0) : nullptr;
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
      if (const Expr *forwarded = row ? argumentOf(row->part(Verb::Forwards), call) : nullptr)
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
  return !ids_.typeRow(type) && !ids_.inProject(type->getAsRecordDecl()->getLocation());
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
  if (const Expr *referred = row ? argumentOf(row->part(Verb::Refers), call) : nullptr)
    return object(referred, depth + 1);
  // std::begin(threads) and its like.
  const FunctionDecl *callee = call->getDirectCallee();
  if (callee && callee->isInStdNamespace() && call->getNumArgs() == 1)
    return object(call->getArg(0), depth + 1);
  return {};
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

const Expr *argumentOf(const Part &part, const CallExpr *call) {
  return part.kind == Part::Kind::Argument && part.index < call->getNumArgs()
             ? call->getArg(part.index)
             : nullptr;
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

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Paths: how a function reaches an object: from `this`, a parameter, local or global through
// fields. Two paths of one function that are equal are the same object; see Resolve.h.
//
#include "facts/Resolve.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace belay {

// `auto &x = a_.b;`, `Session *s = session_.get();`, `auto self = self_;`: another name for what
// it was made from, if it never comes to mean something else.
static bool isAnotherName(const VarDecl *variable) {
  QualType type = variable->getType();
  return !isa<ParmVarDecl>(variable) && variable->hasInit() && !variable->hasGlobalStorage() &&
         (type->isReferenceType() || type->isPointerType() || variable->isImplicit());
}

static bool isSmartPointer(const Row *row) {
  return row && (row->is == TypeIs::Owner || row->is == TypeIs::SharedOwner ||
                 row->is == TypeIs::Reference);
}

// What a function of a single return statement returns, or null.
static const Expr *onlyReturned(const FunctionDecl *function) {
  const FunctionDecl *definition = nullptr;
  if (!function || !function->hasBody(definition) || definition->isDependentContext())
    return nullptr;
  const auto *body = dyn_cast_or_null<CompoundStmt>(definition->getBody());
  if (!body || body->body_empty())
    return nullptr;
  const auto *returned = dyn_cast<ReturnStmt>(body->body_back());
  if (!returned || !returned->getRetValue() || body->size() > 2)
    return nullptr;
  // static Registry registry; return registry;
  if (body->size() == 2 && !isa<DeclStmt>(body->body_front()))
    return nullptr;
  return returned->getRetValue();
}

static Path rootAt(Object::Root root, Id id, StringRef name) { return {root, id, {}, name.str()}; }

Path Resolve::path(const Expr *expr, unsigned depth) {
  expr = strip(expr);
  if (!expr || depth > MaxDepth)
    return {};
  if (isa<CXXThisExpr>(expr))
    return rootAt(Object::Root::This, 0, "this");
  if (const auto *reference = dyn_cast<DeclRefExpr>(expr)) {
    const auto *variable = dyn_cast<VarDecl>(reference->getDecl());
    if (const auto *field = dyn_cast<FieldDecl>(reference->getDecl())) // in an attribute, in C
      return {Object::Root::This, 0, {ids_.variable(field)}, field->getNameAsString()};
    if (const auto *binding = dyn_cast<BindingDecl>(reference->getDecl()))
      return path(binding->getBinding(), depth + 1);
    // Of a thread_local each thread has its own, so the path leads to none in particular.
    if (!variable || variable->getTLSKind() != VarDecl::TLS_None)
      return {};
    // What a lambda's own name stands for: `[self = shared_from_this()]`, `[&q = queue_]`.
    bool namesAnother =
        isAnotherName(variable) || variable->isInitCapture() ||
        (variable->hasInit() && !isa<ParmVarDecl>(variable) && !variable->hasGlobalStorage() &&
         isSmartPointer(ids_.typeRow(variable->getType())));
    if (namesAnother)
      if (Path named = path(variable->getInit(), depth + 1))
        return named;
    Object object = objectOf(variable);
    return rootAt(object.root, object.id, object.name);
  }
  if (const auto *member = dyn_cast<MemberExpr>(expr)) {
    const auto *field = dyn_cast<FieldDecl>(member->getMemberDecl());
    if (const auto *variable = dyn_cast<VarDecl>(member->getMemberDecl()))
      return rootAt(Object::Root::Global, ids_.variable(variable), variable->getName());
    if (!field)
      return {};
    Path base = path(member->getBase(), depth + 1);
    if (!base || !ids_.inProject(field->getLocation()))
      return base;
    base.fields.push_back(ids_.variable(field));
    base.name = field->getNameAsString();
    return base;
  }
  if (const auto *unary = dyn_cast<UnaryOperator>(expr))
    return unary->getOpcode() == UO_Deref || unary->getOpcode() == UO_AddrOf ||
                   unary->isIncrementDecrementOp()
               ? path(unary->getSubExpr(), depth + 1)
               : Path{};
  if (const auto *subscript = dyn_cast<ArraySubscriptExpr>(expr))
    return path(subscript->getBase(), depth + 1);
  if (const auto *binary = dyn_cast<BinaryOperator>(expr); binary && binary->isAssignmentOp())
    return path(binary->getLHS(), depth + 1);
  if (const auto *call = dyn_cast<CallExpr>(expr))
    return callPath(call, depth);
  return {};
}

// Accessors: a library's give a part of their object, the project's what their body says.
Path Resolve::callPath(const CallExpr *call, unsigned depth) {
  const FunctionDecl *callee = call->getDirectCallee();
  if (!callee)
    return {};
  bool ours = ids_.inProject(patternOf(callee)->getLocation());
  const Expr *self = nullptr;
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(call))
    self = isa<CXXMethodDecl>(callee) && op->getNumArgs() ? op->getArg(0) : nullptr;
  else if (const auto *member = dyn_cast<CXXMemberCallExpr>(call))
    self = member->getImplicitObjectArgument();
  if (!ours) {
    if (self && callee->getIdentifier() && callee->getName() == "shared_from_this")
      return path(self, depth + 1);
    if (self && (call->isGLValue() || call->getType()->isPointerType()))
      return path(self, depth + 1);
    const Row *row = ids_.row(callee);
    if (const Expr *referred = row ? argumentOf(row->part(Verb::Refers), call) : nullptr)
      return path(referred, depth + 1);
    return {};
  }
  if (!call->isGLValue() && !call->getType()->isPointerType())
    return {};
  const Expr *returned = onlyReturned(callee);
  Path inner = returned ? path(returned, depth + 1) : Path{};
  if (inner.root == Object::Root::Global)
    return inner;
  if (inner.root != Object::Root::This || !self)
    return {};
  Path outer = path(self, depth + 1);
  if (!outer)
    return {};
  llvm::append_range(outer.fields, inner.fields);
  if (!inner.fields.empty())
    outer.name = inner.name;
  return outer;
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accesses: which variables that threads could share a function reads and writes. What a use
// does is read off the expressions around it.
//
#include "facts/Events.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"

using namespace clang;

namespace belay {

// Safe to share, but what one thread says to another with it is of interest.
static bool isAtomic(QualType type, const Row *row) {
  return type->isAtomicType() || (row && row->is == TypeIs::Atomic);
}

// What the type of a variable tells; nothing for types that are safe to share, or whose own
// members are judged instead.
static std::optional<Shape> shapeOf(QualType type, const Ids &ids, const Row *row) {
  if (type->isDependentType() || type->isReferenceType() || type.isConstQualified())
    return std::nullopt;
  if (isAtomic(type, row))
    return Shape::Scalar;
  if (type.isVolatileQualified() || type->isBooleanType())
    return Shape::Flag;
  if (type->isArithmeticType() || type->isEnumeralType() || type->isAnyPointerType())
    return Shape::Scalar;
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || ids.inProject(record->getLocation()))
    return std::nullopt;
  if (row && row->is == TypeIs::Container && !isa<ClassTemplateSpecializationDecl>(record))
    return std::nullopt; // boost::thread_group, which locks for itself
  if (row && row->is != TypeIs::Nothing)
    return row->is == TypeIs::Container || row->is == TypeIs::Owner ||
                   row->is == TypeIs::SharedOwner || row->is == TypeIs::Function
               ? std::optional(Shape::Library)
               : std::nullopt;
  return record->isInStdNamespace() ? std::optional(Shape::Library) : std::nullopt;
}

static bool isThreadLocal(const ValueDecl *value) {
  const auto *variable = dyn_cast<VarDecl>(value);
  return variable && variable->getTLSKind() != VarDecl::TLS_None;
}

// The variable's facts, made when it is first met; null if threads cannot share it unsafely.
Variable *Walk::shareable(const ValueDecl *value) {
  Id id = ids_.variable(value);
  if (auto known = body_.variables.find(id); known != body_.variables.end())
    return &known->second;
  if (!ids_.inProject(value->getLocation()) || isThreadLocal(value))
    return nullptr;
  QualType type = value->getType();
  bool isArray = type->isArrayType();
  while (const auto *array = type->getAsArrayTypeUnsafe())
    type = array->getElementType();
  const Row *row = ids_.typeRow(type);
  std::optional<Shape> shape = shapeOf(type, ids_, row);
  const auto *guarded = value->getAttr<GuardedByAttr>();
  if (!shape && guarded && !type->isDependentType() && !type->isReferenceType())
    shape = Shape::Library; // whatever its type does, its declaration asks for a lock
  if (!shape)
    return nullptr;
  Variable &variable = body_.variables[id];
  variable.id = id;
  variable.shape = *shape;
  bool hasElements = isArray || (row && row->is == TypeIs::Container);
  variable.flags |= (hasElements ? Elements : 0) | (isAtomic(type, row) ? Atomically : 0);
  variable.where = ids_.place(value->getLocation());
  variable.name = value->getNameAsString();
  if (const auto *parent = dyn_cast<NamedDecl>(value->getDeclContext())) {
    std::string name;
    llvm::raw_string_ostream out(name);
    parent->printQualifiedName(out, withoutPaths(ids_.ast()));
    variable.parent = name;
  }
  if (const auto *local = dyn_cast<VarDecl>(value); local && local->hasLocalStorage())
    variable.flags |= VariableFlag::Local;
  if (guarded)
    variable.guard = resolve_.path(guarded->getArg());
  return &variable;
}

namespace {
enum class Use { None, Read, Write, Further }; // Further: what the result is used for decides
} // namespace

static Use useAs(QualType parameter) {
  if (parameter->isRValueReferenceType())
    return Use::Write;
  return parameter->isReferenceType() && !parameter->getPointeeType().isConstQualified()
             ? Use::Write
             : Use::Read;
}

static Use useByMethod(const CXXMethodDecl *method, const CallExpr *call, const Row *row) {
  if (method->isConst() || method->isStatic())
    return Use::Read;
  if (row && row->part(Verb::Reads))
    return call->isGLValue() ? Use::Further : Use::Read;
  return Use::Write;
}

static Use useAsArgument(const CallExpr *call, const Stmt *child, unsigned firstParameter) {
  const FunctionDecl *callee = call->getDirectCallee();
  for (unsigned i = firstParameter; i < call->getNumArgs(); ++i)
    if (call->getArg(i) == child)
      return callee && i - firstParameter < callee->getNumParams()
                 ? useAs(callee->getParamDecl(i - firstParameter)->getType())
                 : Use::Read;
  return Use::None;
}

static Use useInOperator(const CXXOperatorCallExpr *op, const Stmt *child, const Row *row) {
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(op->getDirectCallee());
  if (!method || op->getArg(0) != child)
    return useAsArgument(op, child, method ? 1 : 0);
  switch (op->getOperator()) {
  case OO_Subscript: // of a map, it may insert
    if (method->isConst() || !(row && row->part(Verb::Reads)))
      return method->isConst() ? Use::Read : Use::Write;
    return Use::Further;
  case OO_Star:
  case OO_Arrow:
  case OO_Call:
    return Use::Read;
  default:
    return useByMethod(method, op, row);
  }
}

static Use useInUnary(const UnaryOperator *unary) {
  if (unary->isIncrementDecrementOp())
    return Use::Write;
  if (unary->getOpcode() == UO_AddrOf)
    return Use::None; // whoever takes the address is not followed
  return unary->getOpcode() == UO_Deref ? Use::Further : Use::Read;
}

static Use useInCast(const CastExpr *cast) {
  switch (cast->getCastKind()) {
  case CK_LValueToRValue:
    return Use::Read;
  case CK_ToVoid:
    return Use::None;
  default:
    return Use::Further;
  }
}

static Use useIn(const Stmt *parent, const Stmt *child, Ids &ids) {
  if (const auto *cast = dyn_cast<CastExpr>(parent))
    return useInCast(cast);
  if (isa<ParenExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ExprWithCleanups,
          ConditionalOperator, MemberExpr>(parent))
    return Use::Further;
  if (const auto *subscript = dyn_cast<ArraySubscriptExpr>(parent))
    return subscript->getBase() == child ? Use::Further : Use::Read;
  if (const auto *unary = dyn_cast<UnaryOperator>(parent))
    return useInUnary(unary);
  if (const auto *binary = dyn_cast<BinaryOperator>(parent)) {
    if (binary->isAssignmentOp() && binary->getLHS() == child)
      return Use::Write;
    return binary->getOpcode() == BO_Comma ? Use::None : Use::Read;
  }
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(parent))
    return useInOperator(op, child, ids.row(op->getDirectCallee()));
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(parent);
      member && member->getCallee() == child && member->getMethodDecl())
    return useByMethod(member->getMethodDecl(), member, ids.row(member->getMethodDecl()));
  if (const auto *call = dyn_cast<CallExpr>(parent)) {
    const Row *row = ids.row(call->getDirectCallee());
    return row && row->part(Verb::Refers) ? Use::None : useAsArgument(call, child, 0);
  }
  if (const auto *construct = dyn_cast<CXXConstructExpr>(parent)) {
    for (unsigned i = 0; i < construct->getNumArgs(); ++i)
      if (construct->getArg(i) == child && i < construct->getConstructor()->getNumParams()) {
        QualType type = construct->getConstructor()->getParamDecl(i)->getType();
        // A constructor may keep a reference and leave what it refers to alone.
        return type->isLValueReferenceType() && useAs(type) == Use::Write ? Use::None : useAs(type);
      }
    return Use::None;
  }
  return isa<CXXForRangeStmt>(parent) ? Use::Read : Use::None;
}

// `turn < most_`: a limit, which only counts.
static bool isLimit(const Stmt *parent, const Stmt *child) {
  const auto *compare = dyn_cast<BinaryOperator>(parent);
  if (!compare || !compare->isRelationalOp())
    return false;
  const Expr *other = compare->getLHS() == child ? compare->getRHS() : compare->getLHS();
  const auto *reference = dyn_cast<DeclRefExpr>(other->IgnoreParenImpCasts());
  const auto *variable = reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
  return variable && variable->hasLocalStorage();
}

// `while (!stop_)`, and `if (stop_) break;` inside of a loop.
static bool decides(llvm::ArrayRef<const Stmt *> above, const Stmt *child, bool inLoop) {
  for (const Stmt *parent : llvm::reverse(above)) {
    if (isLimit(parent, child))
      return false;
    if (isa<Expr>(parent)) {
      child = parent;
      continue;
    }
    if (const auto *loop = dyn_cast<WhileStmt>(parent))
      return loop->getCond() == child;
    if (const auto *loop = dyn_cast<DoStmt>(parent))
      return loop->getCond() == child;
    if (const auto *loop = dyn_cast<ForStmt>(parent))
      return loop->getCond() == child;
    const auto *branch = dyn_cast<IfStmt>(parent);
    if (!branch || branch->getCond() != child || !inLoop)
      return false;
    const Stmt *then = branch->getThen();
    if (const auto *block = dyn_cast<CompoundStmt>(then); block && !block->body_empty())
      then = block->body_back();
    return isa<BreakStmt, ReturnStmt>(then);
  }
  return false;
}

static bool isAtomicBuiltin(const Stmt *parent) {
  if (isa<AtomicExpr>(parent))
    return true;
  const auto *call = dyn_cast<CallExpr>(parent);
  const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
  return callee && callee->getBuiltinID() && callee->getIdentifier() &&
         (callee->getName().starts_with("__sync_") || callee->getName().starts_with("__atomic_"));
}

static bool isAtomicLoad(const Stmt *builtin) {
  if (const auto *atomic = dyn_cast<AtomicExpr>(builtin))
    return atomic->getOp() == AtomicExpr::AO__atomic_load ||
           atomic->getOp() == AtomicExpr::AO__atomic_load_n ||
           atomic->getOp() == AtomicExpr::AO__c11_atomic_load;
  return cast<CallExpr>(builtin)->getDirectCallee()->getName().contains("load");
}

// `queue_.size()`, `queue_.empty()`
static bool asksSize(llvm::ArrayRef<const Stmt *> above) {
  for (const Stmt *parent : llvm::reverse(above)) {
    if (isa<CastExpr>(parent))
      continue;
    const auto *member = dyn_cast<MemberExpr>(parent);
    const auto *method = member ? dyn_cast<CXXMethodDecl>(member->getMemberDecl()) : nullptr;
    return method && method->getIdentifier() &&
           (method->getName() == "size" || method->getName() == "empty");
  }
  return false;
}

void Walk::access(const Expr *expr, const ValueDecl *value) {
  if (isa<ParmVarDecl>(value) || !isa<FieldDecl, VarDecl>(value))
    return;
  const auto *local = dyn_cast<VarDecl>(value);
  if (local && local->hasLocalStorage() && (local->isInitCapture() || local->isImplicit()))
    return;
  Variable *variable = shareable(value);
  if (!variable)
    return;
  judgeUse(expr, value, *variable);
  Use use = Use::Further;
  const Stmt *child = expr;
  for (size_t i = above_.size(); i-- > 0 && use == Use::Further; child = above_[i]) {
    use = useIn(above_[i], child, ids_);
    // `__atomic_load_n(&value_, ...)`, `atomic_store(&value_, 1)` of C
    const Stmt *builtin = isAtomicBuiltin(above_[i])                                ? above_[i]
                          : use == Use::None && i && isAtomicBuiltin(above_[i - 1]) ? above_[i - 1]
                                                                                    : nullptr;
    if (builtin) {
      variable->flags |= Atomically;
      use = isAtomicLoad(builtin) ? Use::Read : Use::Write;
    }
  }
  Path path = resolve_.path(expr);
  if ((use != Use::Read && use != Use::Write) || !path || path.last() != variable->id)
    return;
  Event &event =
      add(use == Use::Read ? EventKind::Read : EventKind::Write, expr, value->getNameAsString());
  event.object = resolve_.objectOf(value);
  event.path = std::move(path);
  if (use == Use::Write && variable->shape != Shape::Library)
    editAtomic(value);
  if (use == Use::Read && asksSize(above_))
    event.flags |= AsksSize;
  if (use == Use::Read && !value->getType()->isFunctionPointerType() &&
      decides(above_, expr, loop_ != -1))
    event.flags |= Condition;
}

// The parameter that an expression of the callee's starts at, or null.
static const ParmVarDecl *parameterOf(const Expr *expr) {
  expr = expr->IgnoreParenImpCasts();
  if (const auto *unary = dyn_cast<UnaryOperator>(expr))
    return parameterOf(unary->getSubExpr());
  if (const auto *member = dyn_cast<MemberExpr>(expr))
    return parameterOf(member->getBase());
  const auto *reference = dyn_cast<DeclRefExpr>(expr);
  return reference ? dyn_cast<ParmVarDecl>(reference->getDecl()) : nullptr;
}

// A lock that an attribute of the callee names, in the caller's terms.
Path Walk::lockNamed(const Expr *lock, const Call &call) {
  Path path = resolve_.path(lock), base;
  if (path.root == Object::Root::Global)
    return path;
  if (path.root == Object::Root::This && call.self)
    base = resolve_.path(call.self);
  else if (const ParmVarDecl *parameter = parameterOf(lock);
           parameter && parameter->getFunctionScopeIndex() < call.arguments.size())
    base = resolve_.path(call.arguments[parameter->getFunctionScopeIndex()]);
  if (!base)
    return {};
  if (!path.fields.empty())
    base.name = path.name;
  llvm::append_range(base.fields, path.fields);
  return base;
}

// Functions that lock by their attributes, and the methods of mutexes that were inferred.
void Walk::locks(const Call &call) {
  auto meaning = resolve_.lockCall(call.callee);
  // What a guard's constructor does, its destructor undoes: see Locks.cpp.
  if (!meaning || isa<CXXConstructorDecl>(call.callee) || (meaning->locks.empty() && !call.self))
    return;
  EventKind kind = meaning->does == LockCall::Does::Acquire   ? EventKind::Acquire
                   : meaning->does == LockCall::Does::Release ? EventKind::Release
                                                              : EventKind::Requires;
  auto add = [&](Object object, Path path) {
    Event &event = this->add(kind, call.expr, ids_.nameOf(call.callee));
    event.object = std::move(object);
    event.path = std::move(path);
    event.flags |= (meaning->shared ? Shared : 0) | (meaning->mayFail ? Try : 0);
  };
  body_.locks = true;
  if (meaning->locks.empty())
    return add(resolve_.object(call.self), resolve_.path(call.self));
  for (const Expr *lock : meaning->locks)
    if (Path path = lockNamed(lock, call))
      add({}, std::move(path));
}

// What the callee can reach of what its caller knows: its object, and what its parameters refer
// or point to.
void Walk::reaches(const Call &call, Event &event) {
  if (call.self)
    event.path = resolve_.path(call.self);
  passesToken(call, event);
  for (unsigned i = 0; i < call.arguments.size(); ++i) {
    QualType type = call.arguments[i]->getType();
    if (!type->isRecordType() && !type->isPointerType())
      continue;
    Path path = resolve_.path(call.arguments[i]);
    if (path && path.root != Object::Root::None)
      event.passed.push_back({i, std::move(path)});
  }
}

} // namespace belay

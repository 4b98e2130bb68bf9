// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls: what a call means, by its model or by its callee.
//
#include "facts/Events.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace belay {

void Walk::call(const CallExpr *call) {
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(call);
      op && op->getOperator() == OO_Equal && op->getNumArgs() == 2) {
    assign(op, op->getArg(0), op->getArg(1));
    const Row *type = ids_.typeRow(op->getArg(0)->getType());
    if (type && type->is == TypeIs::Function)
      return; // the store is all there is to it
  }
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(call);
      op && op->getOperator() == OO_MinusMinus)
    counts(op, op->getArg(0));
  if (invocation(call))
    return;
  Call made{call, call->getDirectCallee(), {}, nullptr};
  if (!made.callee)
    return;
  for (const Expr *argument : call->arguments())
    if (!isa<CXXDefaultArgExpr>(argument))
      made.arguments.push_back(argument);
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(call))
    made.self = member->getImplicitObjectArgument();
  else if (isa<CXXOperatorCallExpr>(call) && isa<CXXMethodDecl>(made.callee))
    made.self = made.arguments.empty() ? nullptr : made.arguments.front();
  if (isa<CXXOperatorCallExpr>(call) && made.self)
    made.arguments.erase(made.arguments.begin());
  // A method that may change a library object writes it: reset(), store(), emplace().
  if (const auto *method = dyn_cast<CXXMethodDecl>(made.callee);
      method && made.self && !method->isConst() && !method->isStatic() &&
      !ids_.inProject(method->getLocation()))
    if (Object object = resolve_.object(made.self);
        object.root == Object::Root::Field || object.root == Object::Root::Global)
      body_.writes.push_back({object.id, call});
  if (!body_.facts.tokens.empty())
    linkTokens(made);
  if (const Row *row = ids_.row(made.callee))
    modelled(made, *row);
  else
    unmodelled(made);
}

void Walk::construct(const CXXConstructExpr *construct) {
  Call made{construct, construct->getConstructor(), {}, nullptr};
  if (made.callee->isDefaulted() &&
      cast<CXXConstructorDecl>(made.callee)->isCopyOrMoveConstructor())
    return;
  for (const Expr *argument : construct->arguments())
    if (!isa<CXXDefaultArgExpr>(argument))
      made.arguments.push_back(argument);
  if (const Row *row = ids_.row(made.callee))
    modelled(made, *row);
  else if (const Row *type = ids_.typeRow(construct->getType());
           !type || type->is != TypeIs::Function)
    unmodelled(made);
}

// A call through a function object, std::function, function pointer or parameter.
bool Walk::invocation(const CallExpr *call) {
  const Expr *called = nullptr;
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(call)) {
    if (op->getOperator() != OO_Call)
      return false;
    called = op->getArg(0);
  } else if (!call->getDirectCallee()) {
    called = call->getCallee();
    if (const auto *member =
            dyn_cast<BinaryOperator>(called->IgnoreParenImpCasts()); // (object.*method)()
        member && member->isPtrMemOp())
      called = member->getRHS();
  }
  // A framework's object may give its call operator a meaning of its own.
  if (!called || ids_.row(call->getDirectCallee()))
    return false;
  Callable callable = resolve_.callable(called);
  if (callable.kind == Callable::Kind::Unknown)
    return !call->getDirectCallee();
  Event &event = add(EventKind::Call, call, callable.name);
  event.flags |= Now;
  if (callable.kind == Callable::Kind::Function)
    event.callee = callable.id;
  else
    event.arguments.push_back({0, std::move(callable)});
  return true;
}

std::vector<Argument> Walk::callables(const Call &call) {
  std::vector<Argument> found;
  for (unsigned i = 0; i < call.arguments.size(); ++i) {
    QualType type = call.arguments[i]->getType();
    if (type->isArithmeticType() || type->isEnumeralType() || !resolve_.isCallable(type))
      continue;
    Callable callable = resolve_.callable(call.arguments[i]);
    if (callable.kind == Callable::Kind::Unknown)
      continue;
    for (const Expr *later : ArrayRef(call.arguments).drop_front(i + 1))
      resolve_.capture(callable, later);
    found.push_back({i, std::move(callable)});
  }
  return found;
}

static bool isAnnotated(const Decl *decl, StringRef annotation) {
  return llvm::any_of(decl->specific_attrs<AnnotateAttr>(),
                      [&](const AnnotateAttr *a) { return a->getAnnotation() == annotation; });
}

static bool isVirtualCall(const Expr *call, const FunctionDecl *callee) {
  const auto *method = dyn_cast<CXXMethodDecl>(callee);
  const auto *member = dyn_cast<CXXMemberCallExpr>(call);
  const auto *access = member ? dyn_cast<MemberExpr>(member->getCallee()->IgnoreParens()) : nullptr;
  return method && method->isVirtual() && access && !access->hasQualifier();
}

void Walk::unmodelled(const Call &call) {
  const FunctionDecl *callee = call.callee;
  for (unsigned i = 0; i < std::min<size_t>(callee->getNumParams(), call.arguments.size()); ++i)
    if (isAnnotated(callee->getParamDecl(i), "belay::handler"))
      registers(call, i, resolve_.callable(call.arguments[i]), Runs::ManyAtOnce);
  bool ours = ids_.inProject(patternOf(callee)->getLocation());
  if (callee->isImplicit() || callee->isTrivial())
    return;
  locks(call);
  std::vector<Argument> passed = callables(call);
  if (!ours && passed.empty())
    return;
  Event &event = add(EventKind::Call, call.expr, ids_.nameOf(callee));
  event.arguments = std::move(passed);
  if (!ours)
    return;
  event.callee = ids_.function(callee);
  event.flags |= isVirtualCall(call.expr, callee) ? Virtual : 0;
  reaches(call, event);
}

void Walk::registers(const Call &call, unsigned index, Callable callable, Runs runs) {
  if (callable.kind == Callable::Kind::Unknown)
    return;
  Event &event = add(EventKind::Register, call.expr, ids_.nameOf(call.callee));
  event.runs = runs;
  event.arguments.push_back({index, std::move(callable)});
}

namespace {
struct Meaning {
  Verb verb;
  EventKind kind;
};
} // namespace

// Verbs whose part is an object that the event is about.
constexpr Meaning aboutObjects[] = {
    {Verb::Join, EventKind::Join},         {Verb::Detach, EventKind::Detach},
    {Verb::Acquire, EventKind::Acquire},   {Verb::Release, EventKind::Release},
    {Verb::Wait, EventKind::Wait},         {Verb::Notify, EventKind::Notify},
    {Verb::HandOver, EventKind::HandOver}, {Verb::Requires, EventKind::Requires},
    {Verb::Makes, EventKind::Make},
};

// Verbs whose part is a callable that is run.
constexpr Meaning aboutCallables[] = {
    {Verb::Submit, EventKind::Submit},
    {Verb::RunsNow, EventKind::Call},
    {Verb::RunsLater, EventKind::Submit},
};

static bool isOfLock(EventKind kind) {
  return kind == EventKind::Acquire || kind == EventKind::Release || kind == EventKind::Requires ||
         kind == EventKind::Wait || kind == EventKind::Make;
}

// What a lambda of a single return statement returns, or null.
static const Expr *onlyReturned(const Expr *callable) {
  const auto *lambda = dyn_cast_or_null<LambdaExpr>(callable);
  const auto *body = lambda ? dyn_cast<CompoundStmt>(lambda->getBody()) : nullptr;
  const auto *last = body && body->size() == 1 ? dyn_cast<ReturnStmt>(body->body_front()) : nullptr;
  return last ? last->getRetValue() : nullptr;
}

static bool isWait(EventKind kind) { return kind == EventKind::Wait || kind == EventKind::Join; }

static bool isSemaphore(QualType type, Ids &ids) {
  const Row *row = ids.typeRow(type->isPointerType() ? type->getPointeeType() : type);
  return row && row->is == TypeIs::Semaphore;
}

// Whether a time is less than a millisecond, as the source says: a duration, or a number.
static bool isBrief(const Expr *time, bool inMicroseconds, const ASTContext &ast) {
  time = time->IgnoreImplicit();
  Expr::EvalResult result;
  if (time->isValueDependent() || !time->EvaluateAsRValue(result, ast))
    return false;
  const APValue &value = result.Val;
  bool isDuration = value.isStruct() && value.getStructNumFields() == 1 &&
                    value.getStructNumBases() == 0 && value.getStructField(0).isInt();
  if (!isDuration && !value.isInt())
    return false;
  llvm::APSInt count = isDuration ? value.getStructField(0).getInt() : value.getInt();
  std::string type = time->getType().getCanonicalType().getAsString();
  if (StringRef(type).contains("ratio<1, 1000000000>"))
    return count < 1000000;
  return count < 1000 && (inMicroseconds || StringRef(type).contains("ratio<1, 1000000>"));
}

void Walk::modelled(const Call &call, const Row &row) {
  std::string name = ids_.nameOf(call.callee);
  auto partOf = [&](Verb verb) {
    return argumentOf(row.part(verb), call.arguments, call.self, resolve_);
  };
  if (row.part(Verb::Spawn))
    spawn(call, row, nullptr);
  if (row.part(Verb::Constructs))
    constructs(call, row);
  if (row.part(Verb::Sleep)) {
    slept_ = true;
    uint32_t flags = row.paces ? Timed : 0;
    if (const Expr *time = partOf(Verb::Sleep); time && isBrief(time, name == "usleep", ids_.ast()))
      flags |= Brief;
    add(EventKind::Sleep, call.expr, name).flags |= flags;
    editSleep(call);
  }
  if (row.part(Verb::PollStop))
    body_.facts.flags |= AsksToken;
  if (row.acceptsConnection)
    add(EventKind::Accept, call.expr, name);
  if (const Expr *handler = partOf(Verb::Handler)) {
    Callable callable = resolve_.callable(handler);
    bindPassed(call, row, handler, callable);
    registers(call, row.part(Verb::Handler).index, std::move(callable), row.runs);
  }
  if (const Expr *attributes = partOf(Verb::SetsDetached); attributes && call.arguments.size() > 1)
    if (auto value = call.arguments[1]->getIntegerConstantExpr(ids_.ast()); value && *value != 0)
      detachedAttributes_.insert(resolve_.object(attributes).id);
  if (const Expr *value = partOf(Verb::Stores); value && call.self)
    if (resolve_.isCallable(value->getType()))
      store(call.expr, resolve_.object(call.self), value);
  for (Meaning meaning : aboutObjects)
    if (const Expr *part = partOf(meaning.verb))
      if (Object object = resolve_.object(part);
          object || meaning.kind == EventKind::Acquire || meaning.kind == EventKind::Requires ||
          meaning.kind == EventKind::Make || (meaning.kind == EventKind::Detach && !call.self)) {
        Event &event = add(meaning.kind, call.expr, name);
        event.object = object;
        event.flags |= row.timed && isWait(meaning.kind) ? Timed : 0;
        if (isOfLock(meaning.kind)) {
          event.path = resolve_.path(part);
          passesToken(call, event);
          event.flags |= (row.shared ? Shared : 0) | (row.mayFail ? Try : 0);
          if (meaning.kind == EventKind::Requires &&
              resolve_.lockRole(part->getType()) != LockRole::Mutex)
            event.flags |= Confined;
          body_.locks |= meaning.kind != EventKind::Wait && meaning.kind != EventKind::Make;
        }
        if (meaning.kind == EventKind::Acquire && isSemaphore(part->getType(), ids_)) {
          event.flags |= Permit;
          body_.permits.push_back(call.expr);
        }
      }
  for (Meaning meaning : aboutCallables)
    if (const Expr *part = partOf(meaning.verb)) {
      Callable callable = resolve_.callable(part);
      if (callable.kind == Callable::Kind::Unknown)
        continue;
      std::vector<Passed> passed = bindPassed(call, row, part, callable);
      if (row.part(Verb::Wait))
        if (const Expr *returned = onlyReturned(resolve_.strip(part)))
          body_.predicates.push_back({call.expr, returned});
      Event &event = add(meaning.kind, call.expr, name);
      event.arguments.push_back({0, std::move(callable)});
      event.passed = std::move(passed);
      if (meaning.verb == Verb::RunsLater)
        event.flags |= Later;
      if (meaning.verb != Verb::RunsNow)
        passesToken(call, event);
      if (meaning.verb == Verb::RunsNow)
        event.flags |= row.once ? Now | Bounded : Now;
      if (row.confines) {
        const Expr *on = row.part(Verb::On) ? partOf(Verb::On) : call.self;
        event.flags |= Confined;
        event.path = on ? resolve_.path(on) : Path{};
      }
    }
  // A modelled function of the project's own is still a part of its call graph.
  if (!row.part(Verb::Spawn) && ids_.inProject(patternOf(call.callee)->getLocation())) {
    Event &event = add(EventKind::Call, call.expr, name);
    event.callee = ids_.function(call.callee);
    // What overrides an entry runs where its object is started, not wherever a pool calls it.
    event.flags |= !row.entry && isVirtualCall(call.expr, call.callee) ? Virtual : 0;
    reaches(call, event);
  }
  if (row.part(Verb::Detach))
    editDetach(call);
  // A temporary that is joined or detached on the spot.
  if (!body_.facts.events.empty() && call.self && (row.part(Verb::Join) || row.part(Verb::Detach)))
    if (const Expr *made = resolve_.strip(call.self); made && !resolve_.object(call.self))
      add(row.part(Verb::Join) ? EventKind::Join : EventKind::Detach, call.expr, name).object = {
          Object::Root::Temporary, false,
          ids_.temporary(body_.facts.id, begin_, made->getExprLoc()), "temporary"};
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Spawns: calls that start a thread, also those that make a handle in a container, and what the
// thread is given.
//
#include "facts/Compat.h"
#include "facts/Events.h"
#include "clang/AST/DeclTemplate.h"
#include <utility>

using namespace clang;

namespace belay {

bool Walk::isDeferred(const Call &call) const {
  if (call.arguments.empty())
    return false;
  const auto *policy = dyn_cast<DeclRefExpr>(call.arguments.front()->IgnoreParenImpCasts());
  return policy && isa<EnumConstantDecl>(policy->getDecl()) &&
         policy->getDecl()->getName() == "deferred";
}

// What the callable is given when it runs: its object, and what its parameters reach.
std::vector<Passed> Walk::bindPassed(const Call &call, const Row &row, const Expr *entry,
                                     Callable &callable) {
  std::vector<Passed> passed;
  if (!row.part(Verb::Passes))
    return passed;
  const Expr *stripped = resolve_.strip(entry);
  bool hasObject = stripped && stripped->getType()->isMemberPointerType();
  unsigned parameter = 0;
  for (const Expr *argument :
       ArrayRef(call.arguments)
           .drop_front(std::min<size_t>(row.part(Verb::Passes).index, call.arguments.size()))) {
    if (argument == entry)
      continue;
    resolve_.capture(callable, argument);
    if (std::exchange(hasObject, false))
      continue;
    if (Path path = resolve_.path(argument);
        path && (argument->getType()->isPointerType() || argument->getType()->isRecordType()))
      passed.push_back({parameter, std::move(path)});
    ++parameter;
  }
  return passed;
}

void Walk::spawn(const Call &call, const Row &row, const Expr *into) {
  const Expr *entry = argumentOf(row.part(Verb::Spawn), call.arguments, call.self, resolve_);
  // Moving a handle is no spawn; neither is a task that waits for its result to be asked for.
  if (!entry || resolve_.holds(entry->getType()) || isDeferred(call))
    return;
  Callable callable = resolve_.callable(entry);
  std::vector<Passed> passed = bindPassed(call, row, entry, callable);
  bool isConstructor = isa<CXXConstructorDecl>(call.callee);
  const Row *type =
      isConstructor ? ids_.row(cast<CXXMethodDecl>(call.callee)->getParent()) : nullptr;
  Event &event = add(EventKind::Spawn, call.expr, isConstructor && type ? type->name : row.name);
  event.arguments.push_back({0, std::move(callable)});
  event.passed = std::move(passed);
  event.destroyed = row.destroyed             ? *row.destroyed
                    : type && type->destroyed ? *type->destroyed
                                              : Destroyed::Terminates;
  event.flags |= row.givesToken ? GivesToken : 0;
  passesToken(call, event);
  if (const Expr *attributes =
          argumentOf(row.part(Verb::Attributes), call.arguments, call.self, resolve_))
    if (detachedAttributes_.contains(resolve_.object(attributes).id))
      event.flags |= Detached;
  if (const Expr *handle =
          argumentOf(row.part(Verb::Handle), call.arguments, call.self, resolve_)) {
    event.object = resolve_.object(handle);
    return;
  }
  if (into) {
    event.object = resolve_.object(into);
    return;
  }
  Sink where = sink(call.expr, above_.size());
  if (where.returned)
    event.flags |= Returned;
  event.object = where.object;
  event.destroyed = where.destroyed.value_or(event.destroyed);
  if (!where.object) {
    event.object = {Object::Root::Temporary, false,
                    ids_.temporary(body_.facts.id, begin_, call.expr->getExprLoc()), "temporary"};
    if (where.handedOver)
      handOver(call.expr, body_.facts.events.back().object, {});
  }
}

// The type of what is made: the first template argument, of a map the second.
static QualType madeType(ArrayRef<TemplateArgument> arguments, bool isMap) {
  unsigned index = isMap ? 1 : 0;
  return index < arguments.size() && arguments[index].getKind() == TemplateArgument::Type
             ? arguments[index].getAsType()
             : QualType();
}

// make_unique<T>(...), v.emplace_back(...): an element is made from the arguments.
void Walk::constructs(const Call &call, const Row &row) {
  QualType type;
  const Expr *into = nullptr;
  if (row.part(Verb::Constructs).kind == Part::Kind::Result) {
    if (const auto *arguments = call.callee->getTemplateSpecializationArgs())
      type = madeType(arguments->asArray(), /*isMap=*/false);
  } else if (call.self) {
    into = call.self;
    const Row *container = ids_.typeRow(into->getType());
    if (const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
            into->getType().getNonReferenceType()->getAsCXXRecordDecl()))
      type = madeType(special->getTemplateArgs().asArray(),
                      container && StringRef(container->name).ends_with("map"));
  }
  const CXXRecordDecl *record = type.isNull() ? nullptr : type->getAsCXXRecordDecl();
  if (record && record->hasDefinition())
    constructorOf(call, record, into);
}

void Walk::constructorOf(const Call &call, const CXXRecordDecl *record, const Expr *into) {
  const Row *type = ids_.typeRow(typeOf(ids_.ast(), record));
  if (type && type->is == TypeIs::Thread) {
    const Row *made = ids_.models().find(type->name + "::" + record->getNameAsString());
    bool isSpawn = made && made->part(Verb::Spawn);
    // A map's emplace has the key first; the callable is what starts the thread.
    Call element = call;
    while (isSpawn && element.arguments.size() > 1 &&
           !resolve_.isCallable(element.arguments.front()->getType()))
      element.arguments.erase(element.arguments.begin());
    if (!isSpawn || element.arguments.empty() ||
        !resolve_.isCallable(element.arguments.front()->getType()))
      return;
    if (const auto constructors = record->ctors(); constructors.begin() != constructors.end())
      element.callee = *constructors.begin();
    return spawn(element, *made, into);
  }
  if (!ids_.inProject(record->getLocation()))
    return;
  for (const CXXConstructorDecl *constructor : record->ctors())
    if (!constructor->isCopyOrMoveConstructor() &&
        constructor->getMinRequiredArguments() <= call.arguments.size() &&
        call.arguments.size() <= constructor->getNumParams()) {
      Call made = call;
      made.callee = constructor;
      return unmodelled(made);
    }
}

} // namespace belay

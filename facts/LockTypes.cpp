// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LockTypes: which types are mutexes and guards: by their models, by clang's thread-safety
// attributes, and those of the project by what their methods do; see Resolve.h.
//
#include "facts/Compat.h"
#include "facts/Resolve.h"
#include "clang/AST/Attr.h"
#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;

namespace belay {

// The words for taking and giving back that methods of mutexes are named by.
static std::optional<LockCall> meaningOf(StringRef name) {
  std::string word = name.lower();
  if (word == "lock" || word == "enter" || word == "acquire")
    return LockCall{LockCall::Does::Acquire};
  if (word == "unlock" || word == "leave" || word == "release")
    return LockCall{LockCall::Does::Release, false, false};
  if (word == "trylock" || word == "try_lock" || word == "tryenter")
    return LockCall{LockCall::Does::Acquire, false, true};
  if (word == "lock_shared" || word == "lockshared" || word == "readlock" || word == "rdlock" ||
      word == "readerlock")
    return LockCall{LockCall::Does::Acquire, true, false};
  if (word == "unlock_shared" || word == "unlockshared" || word == "readerunlock")
    return LockCall{LockCall::Does::Release, true, false};
  return std::nullopt;
}

namespace {
// Whether a body locks or unlocks something that it does not own as a local.
class Scan : public RecursiveASTVisitor<Scan> {
public:
  Scan(Ids &ids) : ids_(ids) {}
  bool VisitCallExpr(CallExpr *call) {
    const FunctionDecl *callee = call->getDirectCallee();
    if (!callee)
      return true;
    if (const Row *row = ids_.row(callee)) {
      acquires |= bool(row->part(Verb::Acquire));
      releases |= bool(row->part(Verb::Release));
    } else if (isa<CXXMethodDecl>(callee) && callee->getIdentifier()) {
      if (auto meaning = meaningOf(callee->getName()))
        (meaning->does == LockCall::Does::Acquire ? acquires : releases) = true;
    }
    return true;
  }
  bool acquires = false;
  bool releases = false;

private:
  Ids &ids_;
};
} // namespace

static Scan scan(const FunctionDecl *function, Ids &ids) {
  Scan result(ids);
  const FunctionDecl *definition = nullptr;
  if (!function->hasBody(definition))
    return result;
  if (const auto *constructor = dyn_cast<CXXConstructorDecl>(definition))
    for (const CXXCtorInitializer *init : constructor->inits())
      result.TraverseStmt(init->getInit());
  result.TraverseStmt(definition->getBody());
  return result;
}

static bool hasBoth(const CXXRecordDecl *record) {
  bool acquires = false, releases = false;
  for (const CXXMethodDecl *method : record->methods())
    if (method->getIdentifier())
      if (auto meaning = meaningOf(method->getName()))
        (meaning->does == LockCall::Does::Acquire ? acquires : releases) = true;
  return acquires && releases;
}

LockRole Resolve::roleOfRecord(const CXXRecordDecl *record) {
  if (record->hasAttr<ScopedLockableAttr>())
    return LockRole::Guard;
  if (record->hasAttr<CapabilityAttr>())
    return LockRole::Mutex;
  if (!ids_.inProject(record->getLocation()) || record->isDependentContext())
    return LockRole::None;
  // Its destructor unlocks what a constructor was given and has locked.
  const CXXDestructorDecl *destructor = record->getDestructor();
  if (destructor && destructor->isUserProvided() && scan(destructor, ids_).releases)
    for (const CXXConstructorDecl *constructor : record->ctors())
      for (const ParmVarDecl *parameter : constructor->parameters())
        if (QualType type = parameter->getType();
            (type->isReferenceType() || type->isPointerType()) &&
            lockRole(type->getPointeeType()) == LockRole::Mutex && scan(constructor, ids_).acquires)
          return LockRole::Guard;
  return hasBoth(record) ? LockRole::Mutex : LockRole::None;
}

LockRole Resolve::lockRole(QualType type) {
  type = type.getNonReferenceType();
  if (type->isPointerType())
    type = type->getPointeeType();
  if (const Row *row = ids_.typeRow(type); row && row->is != TypeIs::Nothing) {
    if (row->is == TypeIs::Mutex || row->is == TypeIs::SharedMutex)
      return LockRole::Mutex;
    if (row->is == TypeIs::Guard)
      return row->shared ? LockRole::SharedGuard : LockRole::Guard;
    return LockRole::None;
  }
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !(record = record->getDefinition()) || record->isLambda())
    return LockRole::None;
  auto [known, isNew] = roles_.try_emplace(record, LockRole::None);
  if (isNew) {
    LockRole role = roleOfRecord(record);
    roles_[record] = role;
    return role;
  }
  return known->second;
}

std::optional<LockCall> Resolve::lockCall(const FunctionDecl *callee) {
  auto naming = [](LockCall meaning, auto locks) {
    meaning.locks.append(locks.begin(), locks.end());
    return meaning;
  };
  if (const auto *takes = callee->getAttr<AcquireCapabilityAttr>())
    return naming({LockCall::Does::Acquire, takes->isShared(), false}, takes->args());
  if (const auto *gives = callee->getAttr<ReleaseCapabilityAttr>())
    return naming({LockCall::Does::Release, false, false}, gives->args());
  if (const auto *tries = callee->getAttr<TryAcquireCapabilityAttr>())
    return naming({LockCall::Does::Acquire, tries->isShared(), true}, tries->args());
  if (const auto *asserts = callee->getAttr<AssertCapabilityAttr>())
    return naming({LockCall::Does::Require, asserts->isShared(), false}, asserts->args());
  const auto *method = dyn_cast<CXXMethodDecl>(callee);
  if (!method || !method->getIdentifier() || ids_.row(method))
    return std::nullopt;
  auto meaning = meaningOf(method->getName());
  if (meaning && lockRole(typeOf(ids_.ast(), method->getParent())) == LockRole::Mutex)
    return meaning;
  return std::nullopt;
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evidence: see Evidence.h.
//
#include "checks/Evidence.h"
#include "llvm/Support/Path.h"

namespace belay {

static bool outlives(const Object &object) {
  return object.root == Object::Root::Field || object.root == Object::Root::Global;
}

static void follow(const Program &program, const Object &object, Fate &fate, unsigned depth) {
  if (outlives(object)) {
    (object.grows ? fate.kept : fate.slot) = true;
    fate.keeper = object.name.str();
  }
  for (const Site &site : program.about(object.id)) {
    const Event &event = *site.event;
    if (event.kind == EventKind::Join && !fate.joined)
      fate.joined = &event;
    else if (event.kind == EventKind::Detach && !fate.detached)
      fate.detached = &event;
    else if (event.kind == EventKind::HandOver) {
      // Another local may be an owner that joins.
      fate.handedOver |= !event.target || !outlives(event.target);
      if (event.target && event.target.id != object.id && depth < 4)
        follow(program, event.target, fate, depth + 1);
    }
  }
}

Fate fateOf(const Program &program, const Event &spawn) {
  Fate fate;
  follow(program, spawn.object, fate, 0);
  return fate;
}

bool isTestCode(llvm::StringRef file) {
  for (auto part = llvm::sys::path::begin(file), end = llvm::sys::path::end(file); part != end;
       ++part)
    if (*part == "test" || *part == "tests" || *part == "unittest" || *part == "unittests" ||
        *part == "bench" || *part == "benchmark" || *part == "benchmarks")
      return true;
  llvm::StringRef stem = llvm::sys::path::stem(file);
  return stem.ends_with("_test") || stem.ends_with("_unittest") || stem.ends_with("_benchmark");
}

Level levelAt(Level level, const Program &program, const Place &where) {
  if (level == Level::Note || !isTestCode(program.below(where.file)))
    return level;
  return level == Level::Error ? Level::Warning : Level::Note;
}

std::string entityOf(const Function &function, const Object &object) {
  bool named = object && object.root != Object::Root::Temporary;
  return named ? function.name.str() + "::" + object.name.str() : function.name.str();
}

} // namespace belay

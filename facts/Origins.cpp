// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Origins: see Origins.h.
//
#include "facts/Origins.h"
#include "llvm/ADT/STLExtras.h"
#include <utility>

namespace belay {

// A longer way convinces nobody, and a variable that has more ways to it needs no more evidence.
constexpr size_t MaxCalls = 10;
constexpr size_t MaxStates = 300;
constexpr size_t MaxOrigins = 32;

namespace {

// What is held on the way from a function down to the access.
struct Locks {
  llvm::SmallVector<Id, 2> sure, loops, readers;
  bool perhaps = false;
};

// One function on the way up.
struct Frame {
  const Function *function;
  Path path;          // to the variable, in its terms
  Locks locks;        // of what is below it
  Site site;          // the access, or what leads to the frame below
  const Frame *below; // null for the access
  unsigned calls = 0; // how many frames are below

  bool isIn(const Function &caller) const {
    return site.function == &caller || (below && below->isIn(caller));
  }
};

} // namespace

/// Goes up from an access; made once for all accesses of a program, since its memory is most of
/// what a short search would take.
class Program::OriginSearch {
public:
  explicit OriginSearch(const Program &program) : program_(program) { frames_.reserve(MaxStates); }
  std::vector<Origin> run(Site access);

private:
  void at(Frame &frame);
  Origin &arrive(const Frame &frame, Origin::From from, Site start, bool many);
  bool enterBy(const Frame &frame, const Entrance &entrance);
  void handled(const Frame &frame);

  const Program &program_;
  std::vector<Frame> frames_; // which point to each other, and so never move
  llvm::DenseSet<std::pair<const Function *, uint64_t>> seen_;
  std::vector<Origin> found_;
};

// A lock of the object that has the variable, or of all.
static bool guards(const Path &lock, const Path &path) {
  if (lock.root == Object::Root::Global)
    return true;
  if (lock.root != path.root || lock.id != path.id || lock.fields.empty() || path.fields.empty() ||
      lock.fields.size() != path.fields.size())
    return false;
  return std::equal(lock.fields.begin(), lock.fields.end() - 1, path.fields.begin());
}

static void addLocks(Locks &locks, llvm::ArrayRef<Held> held, const Path &path) {
  for (const Held &each : held) {
    if (!each.sure || !guards(each.lock, path)) {
      locks.perhaps = true;
      continue;
    }
    if (!llvm::is_contained(locks.sure, each.lock.last()))
      locks.sure.push_back(each.lock.last());
    if (each.loop)
      locks.loops.push_back(each.lock.last());
    if (each.shared)
      locks.readers.push_back(each.lock.last());
  }
}

// The path in the caller's terms; none if the caller does not know the object.
static Path inTermsOf(const Path &path, const Function &callee, const Entrance &entrance) {
  bool isOfCallee =
      path.root == Object::Root::Parameter && llvm::is_contained(callee.parameters, path.id);
  if (path.root == Object::Root::Global || (callee.has(Lambda) && !isOfCallee))
    return path;
  const Path *base = nullptr;
  if (path.root == Object::Root::This) {
    base = entrance.callable ? &entrance.callable->self : &entrance.site.event->path;
  } else if (path.root == Object::Root::Parameter) {
    size_t index = llvm::find(callee.parameters, path.id) - callee.parameters.begin();
    for (const Passed &passed : entrance.site.event->passed)
      if (passed.index == index)
        base = &passed.path;
  }
  if (!base || !*base)
    return {};
  Path result = *base;
  llvm::append_range(result.fields, path.fields);
  result.name = path.name;
  return result;
}

Origin &Program::OriginSearch::arrive(const Frame &frame, Origin::From from, Site start,
                                      bool many) {
  Origin &origin = found_.emplace_back();
  origin.from = from;
  origin.start = start;
  origin.many = many;
  origin.top = frame.function;
  origin.path = frame.path;
  origin.perhaps = frame.locks.perhaps;
  llvm::append_range(origin.locks, frame.locks.sure);
  llvm::sort(origin.locks);
  llvm::append_range(origin.loops, frame.locks.loops);
  llvm::append_range(origin.readers, frame.locks.readers);
  for (const Frame *each = &frame; each; each = each->below)
    if (each->site.event) {
      origin.chain.push_back(each->site);
      origin.kinds |= program_.kindsIn(*each->site.function);
    }
  return origin;
}

// A handler by its declaration, whose caller is the framework.
void Program::OriginSearch::handled(const Frame &frame) {
  const Function &function = *frame.function;
  if (frame.path.root == Object::Root::Parameter)
    return;
  bool own = frame.path.root == Object::Root::This &&
             (function.has(OwnObject) || function.runs == Runs::PerConnection);
  bool onLoop = function.runs == Runs::OnLoop;
  Origin &origin = arrive(frame, Origin::From::Handler, {&function, nullptr}, !own && !onLoop);
  origin.own = own;
  origin.perhaps |= onLoop; // how many loops there are, nobody knows
}

// Whether the function has started a thread before it comes to the event, also by a call.
static bool hasStarted(const Program &program, const Site &site) {
  auto starts = [](const Event &event) { return event.kind == EventKind::Spawn; };
  return llvm::any_of(site.before(), [&](const Event &event) {
    return starts(event) || (event.kind == EventKind::Call &&
                             llvm::any_of(program.targets(event), [&](const Function *target) {
                               return llvm::any_of(target->events, starts);
                             }));
  });
}

// Goes on to what calls or hands over the function. False if the object is out of its sight.
bool Program::OriginSearch::enterBy(const Frame &frame, const Entrance &entrance) {
  const Event &event = *entrance.site.event;
  Path path = inTermsOf(frame.path, *frame.function, entrance);
  // A local object may still have threads of its own: its class is judged, not its user.
  // A framework makes one object of a class whose methods are registered by their names.
  if (!path && entrance.how == Entrance::How::Handler && entrance.callable &&
      !entrance.callable->self && frame.path.root == Object::Root::This)
    path = frame.path;
  bool isLocal = path.root == Object::Root::Local && !frame.function->has(Lambda);
  bool isSetUp = isLocal && entrance.how == Entrance::How::Call &&
                 entrance.site.function->has(Main) && !hasStarted(program_, entrance.site);
  if (!path || (isLocal && !isSetUp))
    return false;
  Frame caller{entrance.site.function, std::move(path), frame.locks,
               entrance.site,          &frame,          frame.calls + 1};
  Locks &locks = caller.locks;
  locks.perhaps |= program_.mayHaveTaken(entrance.site);
  auto confine = [&] {
    if (event.has(Confined))
      addLocks(locks, Held{event.path, bool(event.path), false, true}, caller.path);
  };
  switch (entrance.how) {
  case Entrance::How::Call:
    if (isLocal) { // what main has made
      arrive(caller, Origin::From::Main, {entrance.site.function, nullptr}, false);
      return true;
    }
    addLocks(locks, event.held, caller.path);
    locks.perhaps |= !event.callee && event.has(Bounded); // std::call_once
    if (frames_.size() < MaxStates)
      frames_.push_back(std::move(caller));
    return true;
  case Entrance::How::Thread:
    arrive(caller, Origin::From::Thread, entrance.site,
           event.loop != -1 || program_.wayTo(*entrance.site.function, event).has_value());
    return true;
  case Entrance::How::Handler:
    locks.perhaps |= event.runs != Runs::ManyAtOnce;
    arrive(caller, Origin::From::Handler, entrance.site, event.runs == Runs::ManyAtOnce);
    return true;
  case Entrance::How::Task:
    confine();
    arrive(caller, Origin::From::Task, entrance.site, !event.has(Confined));
    return true;
  case Entrance::How::Later:
    confine();
    arrive(caller, Origin::From::Unknown, entrance.site, false);
    return true;
  }
  return false;
}

// Whether the function starts a thread that refers to its local.
static bool isLent(const Program &program, const Function &function, Id local) {
  return llvm::any_of(function.events, [&](const Event &event) {
    return event.kind == EventKind::Spawn &&
           llvm::any_of(event.arguments, [&](const Argument &argument) {
             const Function *entry = program.find(argument.callable.id);
             return entry && llvm::is_contained(entry->refersTo, local);
           });
  });
}

// Whether the function initialises or destroys a lock of the object that the way is about, and has
// started no thread before: like a constructor, it has the object to itself.
static bool isMaking(const Program &program, const Function &function, const Path &path,
                     const Site &site) {
  const auto isOfLock = [&](const Event &event) {
    const Path &lock = event.path;
    return event.kind == EventKind::Make && !lock.fields.empty() && lock.root == path.root &&
           lock.id == path.id && lock.fields.size() <= path.fields.size() &&
           std::equal(lock.fields.begin(), lock.fields.end() - 1, path.fields.begin());
  };
  return llvm::any_of(function.events, isOfLock) && !hasStarted(program, site);
}

void Program::OriginSearch::at(Frame &frame) {
  const Function &function = *frame.function;
  addLocks(frame.locks, function.needs, frame.path);
  frame.locks.perhaps |= function.has(Unchecked);
  bool isThis = frame.path.root == Object::Root::This;
  if (isThis && function.has(Constructor))
    return; // nobody else knows it yet
  if (frame.locks.sure.empty() && isMaking(program_, function, frame.path, frame.site))
    return;
  if (isThis && function.has(Destructor))
    return void(arrive(frame, Origin::From::End, {&function, nullptr}, false));
  if (function.has(Assignment) && (isThis || frame.path.root == Object::Root::Parameter))
    return;
  if (frame.path.root == Object::Root::Local &&
      !llvm::is_contained(function.refersTo, frame.path.id))
    return isLent(program_, function, frame.path.id)
               ? void(arrive(frame, Origin::From::Owner, {&function, nullptr}, false))
               : void(); // its own, as long as no thread has it
  if (function.has(Handler))
    return handled(frame);
  if (function.has(Main) || function.has(StartUp))
    return void(arrive(frame, Origin::From::Main, {&function, nullptr}, false));
  bool outOfSight = false, known = false;
  for (const Entrance &entrance : program_.entrancesOf(function)) {
    if (frame.calls >= MaxCalls)
      break;
    known = true;
    if (!frame.isIn(*entrance.site.function)) // no recursion
      outOfSight |= !enterBy(frame, entrance);
  }
  // Somebody calls it for an object that cannot be followed, or nobody of this program does.
  bool canBeCalled = isThis || frame.path.root == Object::Root::Global;
  if (canBeCalled && (outOfSight || (!known && function.has(Open))) && !function.has(Lambda))
    arrive(frame, Origin::From::Caller, {&function, nullptr}, false);
}

std::vector<Origin> Program::OriginSearch::run(Site access) {
  frames_.clear();
  seen_.clear();
  Frame first{access.function, access.event->path, {}, access, nullptr};
  first.locks.perhaps = program_.mayHaveTaken(access);
  addLocks(first.locks, access.event->held, first.path);
  frames_.push_back(std::move(first));
  for (size_t next = 0; next < frames_.size() && found_.size() < MaxOrigins; ++next) {
    // The shortest way with the same locks stands for all of them.
    Frame &frame = frames_[next];
    const Path &path = frame.path;
    uint64_t key = (path.last() * 31 + path.fields.size()) * 8 + uint64_t(path.root);
    for (Id lock : frame.locks.sure)
      key = key * 31 + lock;
    key = key * 2 + frame.locks.perhaps;
    if (seen_.insert({frame.function, key}).second)
      at(frame);
  }
  return std::exchange(found_, {});
}

Program::~Program() = default;

llvm::ArrayRef<Origin> Program::originsOf(Site access) const {
  auto [known, isNew] = origins_.try_emplace(access.event);
  if (isNew) {
    if (!search_)
      search_ = std::make_shared<OriginSearch>(*this);
    known->second = search_->run(access);
  }
  return known->second;
}

static std::string textOf(const Event &event) {
  const Callable *callable = event.arguments.empty() ? nullptr : &event.arguments[0].callable;
  std::string passed = callable ? quoted(callable->name) : quoted(event.name);
  switch (event.kind) {
  case EventKind::Spawn:
    return "starts a thread that runs " + passed + " here";
  case EventKind::Submit:
    return "hands " + passed + " to " + quoted(event.name) + " here";
  case EventKind::Register:
    return quoted(event.name) + " registers " + passed + " as a handler here";
  case EventKind::Store:
    return "keeps " + passed + " in " + quoted(event.target.name) + " here, to be called later";
  case EventKind::Read:
    return "reads " + quoted(event.name) + " here";
  case EventKind::Write:
    return "writes " + quoted(event.name) + " here";
  default:
    return "calls " + quoted(event.name) + " here";
  }
}

Trail trailOf(const Origin &origin) {
  Trail trail;
  if (!origin.start.event && origin.from == Origin::From::Handler)
    trail.push_back({origin.top->where,
                     quoted(origin.top->name) + " runs for each request here: " +
                         "it is a handler by " + origin.top->handledBy.str(),
                     Step::Kind::Handler, origin.top->name});
  for (auto [index, site] : llvm::enumerate(origin.chain)) {
    Step step{site.event->where, textOf(*site.event)};
    if (index + 1 != origin.chain.size()) {
      step.kind = site.event->kind == EventKind::Spawn      ? Step::Kind::Thread
                  : site.event->kind == EventKind::Register ? Step::Kind::Handler
                                                            : Step::Kind::Enters;
      step.into = origin.chain[index + 1].function->name;
    }
    trail.push_back(std::move(step));
  }
  return trail;
}

} // namespace belay

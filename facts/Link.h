// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Link: units -> programs. A Program is the facts of the units that make one executable,
// with its call graph and the shortest ways from request handlers to everything they reach.
//
#ifndef BELAY_FACTS_LINK_H
#define BELAY_FACTS_LINK_H

#include "facts/Facts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/iterator.h"
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>

namespace belay {

/// One step of the way to a mistake, in the order in which it happens.
struct Step {
  /// Whether the way goes on in another function, and as what that runs.
  enum class Kind : uint8_t { Remark, Enters, Thread, Handler, Connections };

  Place where;
  std::string text;
  Kind kind = Kind::Remark;
  Interned into{}; ///< the function in which it goes on, if that has a name

  bool operator==(const Step &) const = default;
};
using Trail = std::vector<Step>;

/// A name as steps and messages spell it: 'name'.
std::string quoted(llvm::StringRef name);

/// An event and the function it is in.
struct Site {
  const Function *function = nullptr;
  const Event *event = nullptr;

  /// What the function has done before, in the order of the code.
  llvm::ArrayRef<Event> before() const {
    return llvm::ArrayRef(function->events).take_front(event - function->events.data());
  }
};

/// One way in which a function comes to run.
struct Entrance {
  enum class How : uint8_t { Call, Later, Task, Thread, Handler };
  How how = How::Call;
  Site site;                          ///< what calls it, or hands it over
  const Callable *callable = nullptr; ///< as which it is handed over; null for a call
};

/// Where requests or connections come from, and the way from there.
struct Way {
  enum class From : uint8_t { Request, Connection };
  From from = From::Request;
  Trail trail;
  bool direct = true; ///< with no hand-over to a pool or loop in between
};

struct Origin; // Origins.h

class Program {
public:
  /// Of units that live as long. `complete`: they hold everything that the executable's own code
  /// does. `root`: the folder of the project; empty if it is not known.
  Program(llvm::ArrayRef<const Unit *> units, bool complete, llvm::StringRef root);
  ~Program();

  /// A path below the project's folder, or as it is.
  llvm::StringRef below(llvm::StringRef path) const;

  auto functions() const { return llvm::make_pointee_range(functions_); }
  const Function *find(Id id) const;

  /// All events about an object, over the whole program.
  llvm::ArrayRef<Site> about(Id object) const;

  /// The shortest way on which one request or connection leads to the event, with no bound on
  /// it; nothing if there is none.
  std::optional<Way> wayTo(const Function &function, const Event &event) const;

  /// The functions that run as a part of `entry`: itself and what it calls.
  std::vector<const Function *> runsIn(Id entry) const;

  /// The functions an event hands over to: callees, overriders, and callables that it runs.
  std::vector<const Function *> targets(const Event &event) const;

  /// A way from the function to an exception that leaves it; empty if none was found.
  Trail throwsFrom(const Function &function) const;

  /// Every way in which the function comes to run, as far as it is known.
  llvm::ArrayRef<Entrance> entrancesOf(const Function &function) const {
    return entrances_[indexOf(function)];
  }

  /// A bit for each kind of event that the function has, by the kind's number.
  unsigned kindsIn(const Function &function) const { return kinds_[indexOf(function)]; }

  /// Whether the function has called before the event what may leave a lock taken.
  bool mayHaveTaken(Site site) const {
    const Event *first = taking_[indexOf(*site.function)];
    return first && first < site.event;
  }

  /// The ways to an access, shortest first; empty where the object is the function's own, is
  /// under construction, or cannot be named. Searched for when first asked for.
  llvm::ArrayRef<Origin> originsOf(Site access) const;

  /// The variables that threads could share, by id.
  llvm::ArrayRef<Variable> variables() const { return variables_; }
  const Variable *variable(Id id) const {
    auto known = variableById_.find(id);
    return known == variableById_.end() ? nullptr : &variables_[known->second];
  }
  /// The edit of the kind that the source would take for the event or variable at the place.
  std::optional<Edit> editFor(Edit::Kind kind, const Place &about) const;
  const Class *classOf(Id id) const {
    auto known = classes_.find(id);
    return known == classes_.end() ? nullptr : &known->second;
  }

  /// Whether everything that can touch the object has been seen.
  bool seesAllOf(const Object &object) const;

private:
  /// What a function does with a callable parameter, and the steps from its start to there.
  struct Use {
    enum class How : uint8_t { Calls, Later, OnThread, AsHandler };
    How how = How::Calls;
    Trail trail;
  };
  struct Edge { // `event` leads into `to`
    const Event *event = nullptr;
    const Function *to = nullptr;
    const Use *use = nullptr;     // by a parameter of the callee
    const Event *store = nullptr; // by an object that was set there
  };
  struct Arrival { // how a function is first reached
    const Function *from = nullptr;
    Edge edge;
    Way::From kind = Way::From::Request;
    Trail start; // of an origin
    bool reached = false;
  };
  struct LoopArrival {
    const Event *accept = nullptr;
  };
  using Key = std::pair<Id, unsigned>; // a function and one of its parameters

  void merge(llvm::ArrayRef<const Unit *> units);
  Function &own(unsigned index);
  void index();
  void indexCallables(const Function &function, const Event &event);
  const std::vector<Use> &usesOf(Key parameter, unsigned depth = 0);
  std::vector<Use> findUses(Key parameter, unsigned depth);
  Trail stepsInto(const Function &lambda, Id owner, Use::How &how) const;
  void connect(const Function &function, const Event &event);
  void enter(unsigned from, const Event &event, const Callable &callable);
  void indexEntrances();
  void addEntrances(const Function &function, const Event &event);
  void addEntrance(Entrance::How how, Site site, const Callable &callable);
  void boundByPermits();
  bool takesPermit(const Function &function, unsigned depth) const;
  void reach();
  void reachHandlers(std::vector<unsigned> &queue);
  void reachRegistered(std::vector<unsigned> &queue, const Event &event, const Argument &argument);
  void reachAcceptLoops(std::vector<unsigned> &queue);
  void arriveAt(std::vector<unsigned> &queue, const Callable &callable, Way start);
  const Event *acceptIn(const Function &function, unsigned depth) const;
  Trail trailTo(const Function &function) const;
  Trail stepsOf(const Edge &edge) const;
  static bool runsNow(const Edge &edge);
  static Use::How howOf(const Event &event);
  unsigned indexOf(const Function &function) const { return byId_.find(function.id)->second; }

  std::vector<const Function *> functions_;
  std::deque<Function> own_;       // those of them that differ from what their units say
  llvm::DenseSet<unsigned> owned_; // their indices
  llvm::DenseMap<Id, unsigned> byId_;
  llvm::DenseSet<Id> instantiated_; // templates with an instantiation
  llvm::DenseMap<Id, Class> classes_;
  llvm::DenseMap<Id, std::vector<unsigned>> overriders_;
  llvm::DenseMap<Id, std::vector<Site>> about_;
  llvm::DenseMap<Id, std::vector<Site>> passed_;       // where a function is handed over
  llvm::DenseMap<Key, std::vector<Site>> parameterAt_; // where a callable parameter is used
  llvm::DenseMap<Key, std::vector<Callable>> bound_;   // what callers pass for it
  llvm::DenseMap<Id, std::vector<Site>> stores_;       // where an object is set
  std::map<Key, std::vector<Use>> uses_;               // stable addresses
  std::vector<std::vector<Edge>> edges_;               // by function
  std::vector<std::vector<Entrance>> entrances_;       // by function
  std::vector<const Event *> taking_;                  // by function: see mayHaveTaken
  std::vector<unsigned> kinds_;                        // by function: see kindsIn
  std::vector<Variable> variables_;
  llvm::DenseMap<Id, unsigned> variableById_;
  std::vector<Edit> edits_;       // sorted
  std::vector<Arrival> arrivals_; // by function
  llvm::DenseMap<const Event *, LoopArrival> inAcceptLoop_;
  class OriginSearch; // Origins.cpp
  mutable std::shared_ptr<OriginSearch> search_;
  mutable std::unordered_map<const Event *, std::vector<Origin>> origins_;
  bool complete_;
  std::string root_;
};

/// What of the unit a link asks for first; `contents` is left to those who write it.
Outline outlineOf(const Unit &unit);

/// Which units make one executable, by their indices: those each `main` needs, and the rest
/// together. Two units with a `main` are never in one group.
std::vector<std::vector<unsigned>> linkUnits(llvm::ArrayRef<const Outline *> units);

} // namespace belay

#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts: what each function of a translation unit does, without any judgement.
// Read this file first. Extract writes facts, Store keeps them, Link joins them into a
// Program, and the checks read that. Nothing here knows clang.
//
#ifndef BELAY_FACTS_FACTS_H
#define BELAY_FACTS_FACTS_H

#include "facts/Interned.h"
#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <vector>

namespace belay {

/// Names one function, class or object in every unit that mentions it; 0 names nothing.
/// A hash of clang's USR, made unique where USRs are not (see Ids.h).
using Id = uint64_t;

/// A position in a source file. Lines and columns count from 1; line 0 is nowhere.
struct Place {
  Interned file;
  unsigned line = 0;
  unsigned column = 0;

  explicit operator bool() const { return line != 0; }
  auto operator<=>(const Place &) const = default;
};

/// How a registered handler runs.
enum class Runs : uint8_t { ManyAtOnce, OnLoop, PerConnection };

/// What destroying a thread handle that still owns a thread does.
enum class Destroyed : uint8_t { Terminates, Joins, Detaches, Leaks };

/// A thing that events are about: a variable, field or temporary.
struct Object {
  enum class Root : uint8_t { None, This, Local, Parameter, Field, Global, Temporary };
  Root root = Root::None;
  bool grows = false; ///< a container: each event may be about another element
  Id id = 0;
  Interned name; ///< as the source spells it

  explicit operator bool() const { return root != Root::None; }
  bool operator==(const Object &) const = default;
};

/// How a function reaches an object: from a root that the function knows, through fields.
/// Elements of a container and what a pointer points to count as the container and pointer.
struct Path {
  Object::Root root = Object::Root::None; ///< This, Local, Parameter or Global
  Id id = 0;                              ///< the variable at the root; 0 for `this`
  std::vector<Id> fields;                 ///< outermost first
  Interned name;                          ///< as the source spells the last part

  explicit operator bool() const { return root != Object::Root::None; }
  /// What the path ends at: its last field, or its root.
  Id last() const { return fields.empty() ? id : fields.back(); }
  bool operator==(const Path &other) const {
    return root == other.root && id == other.id && fields == other.fields;
  }
};

/// A lock that is held while an event happens.
struct Held {
  Path lock;
  bool sure = true;    ///< on every way to the event, not only on some
  bool shared = false; ///< in shared mode, which protects reads
  bool loop = false;   ///< an event loop or strand on which it runs, rather than a lock
  bool operator==(const Held &) const = default;
};

/// An object that a call passes by pointer or reference.
struct Passed {
  unsigned index = 0; ///< which argument
  Path path;
  bool operator==(const Passed &) const = default;
};

/// A callable handed to somebody, and what it holds on to.
struct Callable {
  enum class Kind : uint8_t { Unknown, Function, Parameter, Object };
  Kind kind = Kind::Unknown;
  bool capturesThis = false;      ///< `this`, and nothing that keeps it alive
  bool capturesReference = false; ///< a reference to, or the address of, a local
  Id id = 0;                      ///< the function; a Parameter's owner; the Object it is stored in
  unsigned index = 0;             ///< which parameter of the owner
  Interned name{};                ///< the function, parameter or object as messages name it
  Interned captured{};            ///< the first thing captured by reference
  Path self{};                    ///< the object that a method is bound to

  bool operator==(const Callable &) const = default;
};

/// A callable and the argument position at which an event passes it.
struct Argument {
  unsigned index = 0;
  Callable callable;

  bool operator==(const Argument &) const = default;
};

enum class EventKind : uint8_t {
  Spawn,    ///< starts a thread; object: its handle, arguments: its entry (unbounded-spawn)
  Submit,   ///< hands work to a pool, strand or loop (unbounded-spawn's trails)
  Call,     ///< calls a function or callable, or passes callables to one (every trail)
  Register, ///< registers a handler (unbounded-spawn)
  Accept,   ///< takes a connection from a listening socket (unbounded-spawn)
  Store,    ///< keeps a callable in an object that may be called later (every trail)
  Join,     ///< waits for a thread (unjoined-thread)
  Detach,   ///< gives up a thread's handle (detached-thread)
  HandOver, ///< the object's value leaves the function's sight (unjoined-thread)
  Drop,     ///< a handle dies while it may own a thread (unjoined-thread), or a source of tokens
            ///< while work has one (dropped-cancellation)
  Acquire,  ///< takes a lock or permit (unbounded-spawn: permits)
  Release,  ///< gives a lock or permit back (unbounded-spawn: permits)
  Wait,     ///< waits for a signal (detached-thread: completion)
  Notify,   ///< sends a signal (detached-thread: completion)
  Read,     ///< reads a variable that threads could share (inconsistent-guard)
  Write,    ///< writes one (inconsistent-guard)
  Sleep,    ///< lets time pass (sleep-as-sync)
  Requires, ///< what follows runs only with the lock held, or on the loop (inconsistent-guard)
  Make,     ///< a lock begins or ends its life (inconsistent-guard)
};

enum EventFlag : uint32_t {
  Bounded = 1 << 0,     ///< behind a count check, permit or once-guard
  InTry = 1 << 1,       ///< an exception here is caught in the same function
  Virtual = 1 << 2,     ///< the callee may be any overrider
  Detached = 1 << 3,    ///< a spawn whose attributes ask for a detached thread
  Returned = 1 << 4,    ///< the handle is the function's result
  Overwritten = 1 << 5, ///< a drop by assignment, not by the end of a scope
  Thrown = 1 << 6,      ///< a drop on the way of an exception
  Now = 1 << 7,         ///< a callable passed along has returned when the call has
  Timed = 1 << 8,       ///< a wait that gives up after a time
  Permit = 1 << 9,      ///< what is taken is a permit of a semaphore, not a lock
  Endless = 1 << 10,    ///< a spawn whose handle the control flow never lets die owning it
  Confined = 1 << 11, ///< what is submitted never runs at the same time as others of `path`, a loop
  Condition = 1 << 12,   ///< a read that decides whether a loop goes on
  Shared = 1 << 13,      ///< takes or gives back a lock in shared mode
  Try = 1 << 14,         ///< may fail to take the lock
  Polls = 1 << 15,       ///< a sleep in a loop that does nothing but look again, and what it asks
  PassesToken = 1 << 16, ///< hands a cancellation token on
  FreshToken = 1 << 17,  ///< hands on a new one, though `target` is in scope
  LeavesTokenOut = 1 << 18, ///< could be given a token, and is not, though `target` is in scope
  OfToken = 1 << 19,        ///< a drop of a source whose token is with work that goes on
  Later = 1 << 20,          ///< what is submitted is called back, on a thread that is not known
  Brief = 1 << 23,          ///< a sleep of less than a millisecond
  AsksSize = 1 << 22,       ///< a read of no more than a container's size
  GivesToken = 1 << 21,     ///< a spawn that offers its callable a token
};

struct Event {
  EventKind kind = EventKind::Call;
  Destroyed destroyed = Destroyed::Terminates; ///< Spawn, Drop: what the handle's end does
  Runs runs = Runs::ManyAtOnce;                ///< Register
  uint32_t flags = 0;
  int loop = -1; ///< innermost of the function's loops, or -1
  Place where;
  Object object;
  Object target;                   ///< HandOver, Store: where the value goes, if it can be named
  Id callee = 0;                   ///< Call: the function, 0 where unknown
  Interned name;                   ///< the API or function as the source names it ("std::thread")
  std::vector<Argument> arguments; ///< the callables passed; a Call through a callable: index 0
  std::vector<Object> live;        ///< Call: local handles certain to own a thread meanwhile
  Place origin;                    ///< Drop: where the thread that is lost was started
  Path path; ///< Read, Write, locks: of what; Call: the callee's `this`; Submit: strand or loop
  std::vector<Passed> passed; ///< what the parameters of the callee or callable reach
  std::vector<Held> held;     ///< the locks held meanwhile

  bool has(EventFlag flag) const { return (flags & flag) != 0; }
  bool operator==(const Event &) const = default;
};

/// A loop of a function. Counted: a bound known before it starts; Data: over the elements
/// of a container; Open: until something happens.
struct Loop {
  enum class Kind : uint8_t { Counted, Data, Open };
  Kind kind = Kind::Open;
  int parent = -1;
  Place where;
  bool endless = false; ///< nothing in it leaves it

  bool operator==(const Loop &) const = default;
};

/// A cancellation token that a function is given.
struct Token {
  Id id = 0;
  bool used = false; ///< asked, passed on or kept
  Place where;
  Interned name; ///< empty for a parameter without a name
  Id type = 0;

  bool operator==(const Token &) const = default;
};

enum FunctionFlag : uint32_t {
  Main = 1 << 0,
  Handler = 1 << 1, ///< by annotation, configuration, or an override that a model names
  Lambda = 1 << 2,
  Constructor = 1 << 3,
  Destructor = 1 << 4,
  NoThrow = 1 << 5,
  StartUp = 1 << 6,     ///< initialises a global
  External = 1 << 7,    ///< a definition that only one unit of a program may hold
  Pattern = 1 << 8,     ///< of a template that the unit does not instantiate: types are missing
  Open = 1 << 9,        ///< others may call it: not private, not of internal linkage
  OwnObject = 1 << 10,  ///< a handler each of whose runs has an object of its own
  Unchecked = 1 << 11,  ///< its declaration exempts it from the analysis of locks
  Assignment = 1 << 12, ///< assigns or swaps a whole object, which its owner does alone
  AsksToken = 1 << 13,  ///< asks some token whether to stop
};

struct Function {
  Id id = 0;
  Id parent = 0;      ///< a lambda's enclosing function
  Id parentClass = 0; ///< a method's class
  Id pattern = 0;     ///< an instantiation's template
  uint32_t flags = 0;
  Runs runs = Runs::ManyAtOnce; ///< Handler
  Place where;
  Place throwsAt;            ///< a throw that no try of its own surrounds
  Interned name;             ///< qualified; lambdas: "lambda in f"
  Interned handledBy;        ///< Handler: the base or annotation that says so
  std::vector<Id> overrides; ///< the methods it overrides, transitively
  std::vector<Id> parameters;
  std::vector<Token> tokens;
  std::vector<Object> answers; ///< fields and globals that its result, a number, is made of
  std::vector<Id> refersTo;    ///< a lambda's: locals of the functions around it
  std::vector<Held> needs;     ///< locks that its declaration says its callers hold
  std::vector<Held> takes;     ///< locks that it may hold at its end and not at its start
  std::vector<Loop> loops;
  std::vector<Event> events; ///< in the order of the code

  bool has(FunctionFlag flag) const { return (flags & flag) != 0; }
  bool operator==(const Function &) const = default;
};

/// A class that holds threads: enough to say whether all code that can touch its private
/// fields has been seen.
struct Class {
  Id id = 0;
  Interned name;
  bool hasFriends = false;
  std::vector<Id> methods; ///< those declared by the user, wherever they are defined
  std::vector<Id> privateFields;

  bool operator==(const Class &) const = default;
};

/// What the type of a variable tells of its use.
enum class Shape : uint8_t {
  Flag,   ///< a bool, or volatile
  Scalar, ///< a number, enumerator or pointer
  Library ///< an object of a library's class: a container, string, smart pointer
};

/// A field, global, function static, or local captured by reference, that threads could share
/// and that is neither constant nor safe to share by its type.
struct Variable {
  Id id = 0;
  Shape shape = Shape::Scalar;
  uint32_t flags = 0;
  Place where;
  Interned name;
  Interned parent; ///< qualified name of the class or function that declares it, if any
  Path guard;      ///< what its declaration says guards it: GUARDED_BY

  bool operator==(const Variable &) const = default;
};

enum VariableFlag : uint32_t {
  Local = 1 << 0,      ///< captured by reference
  Atomically = 1 << 1, ///< accessed by atomic operations of the compiler
  Elements = 1 << 2,   ///< an array or container, of which threads may have a part each
  Unfit = 1 << 3,      ///< used as a std::atomic of its type could not be, or would not mean it
};

/// A change that the source would take at a place: the types, names and uses around it suit it, as
/// far as the unit can tell. Whether it mends something is for a check to say.
struct Edit {
  enum class Kind : uint8_t {
    JoiningThread,  ///< a local std::thread becomes a std::jthread (unjoined-thread)
    Atomic,         ///< a variable's type becomes std::atomic of it (racy-flag)
    PassToken,      ///< a call is given a token (dropped-cancellation)
    StoppableSleep, ///< a sleep becomes one that a token ends (dropped-cancellation)
    OwnedThread,    ///< detached work goes to the scope or pool at hand (detached-thread)
  };
  Kind kind = Kind::JoiningThread;
  Place about;   ///< the event, or the variable's declaration
  Place where;   ///< the first byte that is replaced
  Interned from; ///< what stands there; empty: something is inserted
  Interned to;
  Interned include; ///< the header that it needs, in its brackets; empty: none

  auto operator<=>(const Edit &) const = default;
};

/// A function of a header is the same in most units that include it, and is kept once.
using SharedFunction = std::shared_ptr<const Function>;

/// The facts of one translation unit.
struct Unit {
  Interned file;                         ///< the main file, absolute
  std::vector<SharedFunction> functions; ///< by id, none null
  std::vector<Class> classes;            ///< by id
  std::vector<Variable> variables{};     ///< by id
  std::vector<Edit> edits{};             ///< sorted
  std::vector<Interned> commented{};     ///< those of its files that have a NOLINT comment, sorted
};

/// What a link has to know of a unit before it asks what the functions do.
struct Outline {
  Interned file;
  bool hasMain = false;
  std::vector<Id> defines; ///< functions that other units may call, by id
  std::vector<Id> uses;    ///< functions that it calls or hands over and does not define so, by id
  std::vector<Interned> commented;    ///< as in Unit
  std::array<uint8_t, 16> contents{}; ///< a digest of the unit's facts; zero: not known
};

} // namespace belay

#endif

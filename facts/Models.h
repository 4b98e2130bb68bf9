// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models: what the API of a library means, as data (models/*.yaml). docs/models.md explains
// the rows to users.
//
#ifndef BELAY_FACTS_MODELS_H
#define BELAY_FACTS_MODELS_H

#include "facts/Facts.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <optional>
#include <vector>

namespace belay {

/// Which part of a call a row speaks of.
struct Part {
  enum class Kind : uint8_t {
    Absent,
    Argument,
    Last,
    FirstCallable,
    This,
    Result,
    Override,
    Methods
  };
  Kind kind = Kind::Absent;
  unsigned index = 0;

  explicit operator bool() const { return kind != Kind::Absent; }
};

/// What a type is.
enum class TypeIs : uint8_t {
  Nothing,
  Thread,    ///< a handle that may own a thread
  Future,    ///< the result of work that may run on another thread
  Container, ///< holds any number of its template arguments
  Owner,     ///< holds one of its template argument: unique_ptr, optional
  SharedOwner,
  Reference, ///< holds the address of its template argument: reference_wrapper
  Function,  ///< std::function and its like
  Mutex,
  SharedMutex,
  Guard,
  ConditionVariable,
  Semaphore,
  Latch,
  Atomic,
  ThreadSafe, ///< may be used by several threads at once
  DeferLock,  ///< tags of guards' constructors
  TryLock,
  AdoptLock,
  StopToken,
  StopSource,
  Pool,
  Strand,
  EventLoop,
};

/// What a call does with one of its parts. The order is that of VerbNames in ModelRows.cpp.
enum class Verb : uint8_t {
  Spawn,        ///< starts a thread that runs the part
  Submit,       ///< runs the part on some thread of a pool
  RunsNow,      ///< calls the part and is done with it when it returns
  RunsLater,    ///< calls the part later
  Handler,      ///< registers the part as a handler
  Handle,       ///< the part becomes the handle of the thread that the row spawns
  Attributes,   ///< the part holds the attributes of the thread that the row spawns
  SetsDetached, ///< the part becomes attributes of detached threads
  Passes,       ///< from this argument on, arguments are passed to the callable
  Binds,        ///< the result is the part with arguments bound
  Forwards,     ///< the result is the part
  Refers,       ///< the result refers to the part
  Constructs,   ///< the rest of the arguments make an element of the part
  Stores,       ///< the part is kept in `this`
  Join,
  Detach,
  HandOver, ///< the part's value moves away: release(), swap
  Acquire,
  Release,
  Wait,
  Notify,
  Sleep,
  PollStop,
  NewStop,
  Reads,    ///< only reads the part, though its type would let it write
  Requires, ///< says that the part is held: assertInLoopThread()
  On,       ///< the strand or loop that what it runs is confined to
  Makes,    ///< the part begins or ends its life here, so that nobody else has it yet, or any more
};
inline constexpr size_t VerbCount = size_t(Verb::Makes) + 1;

/// One row: what a function, method or type means.
struct Row {
  std::string name; ///< qualified, without template arguments and inline namespaces
  TypeIs is = TypeIs::Nothing;
  std::optional<Destroyed> destroyed; ///< of a thread type, and of the result of a spawn
  std::array<Part, VerbCount> parts;
  Runs runs = Runs::ManyAtOnce; ///< of a handler
  bool acceptsConnection = false;
  bool once = false;       ///< what it runs now it runs only once: std::call_once
  bool timed = false;      ///< its wait gives up after a time
  bool confines = false;   ///< what runs through it never runs at the same time
  bool shared = false;     ///< takes or gives back in shared mode; a guard that does
  bool mayFail = false;    ///< does not wait for the lock it takes
  bool entry = false;      ///< a method that runs when its object is started as a thread
  bool paces = false;      ///< sleeps until a time that was set before
  bool givesToken = false; ///< what it spawns may take a stop token first
  bool ownObject = false;  ///< each run of the handler has an object of its own

  Part part(Verb verb) const { return parts[size_t(verb)]; }
};

struct WrittenModels; // ModelRows.h

/// All rows. Adding a row with a name that is there replaces nothing: it adds its verbs, and a
/// verb that is already said otherwise is an error.
class Models {
public:
  /// The rows compiled into the program.
  static const Models &builtIn();

  /// Adds the rows of a YAML file. On failure nothing is added, and the message is
  /// `file:line: what was expected`.
  llvm::Error add(llvm::StringRef yaml, llvm::StringRef file);

  /// Adds every *.yaml of a folder, in the order of their names.
  llvm::Error addFolder(llvm::StringRef folder);

  /// The row for a qualified name, or null.
  const Row *find(llvm::StringRef name) const;

  /// Every row whose handler is an override.
  bool hasOverrides() const { return hasOverrides_; }

  /// Functions that a project names as its handlers; `*` stands for any characters.
  bool isNamedHandler(llvm::StringRef name) const;

  /// Equal for equal rows; part of the key of whatever depends on them.
  uint64_t fingerprint() const;

private:
  friend llvm::Expected<Models> modelsFor(llvm::StringRef file,
                                          llvm::ArrayRef<std::string> folders);
  llvm::Error addConfig(llvm::StringRef yaml, llvm::StringRef file);
  llvm::Error include(WrittenModels written, llvm::StringRef file);

  llvm::StringMap<Row> rows_;
  std::vector<std::string> handlers_;
  bool hasOverrides_ = false;
};

/// The built-in models with those of `folders` and of the nearest .belay.yaml above `file`.
llvm::Expected<Models> modelsFor(llvm::StringRef file, llvm::ArrayRef<std::string> folders);

/// The nearest .belay.yaml above the file, or nothing.
std::optional<std::string> findConfig(llvm::StringRef file);

} // namespace belay

#endif

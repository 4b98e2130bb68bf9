// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Print: facts for people. A line for each function in the order of the source, below it one
// for each event: what, which API, where, and what else is known about it.
//
#include "facts/Names.h"
#include "facts/Store.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace belay {

// clang-format off
static constexpr std::pair<EventFlag, StringLiteral> eventFlags[] = {
    {Bounded, "bounded"},   {InTry, "in-try"},           {Virtual, "virtual"},
    {Detached, "detached"}, {Returned, "returned"},      {Overwritten, "overwritten"},
    {Thrown, "thrown"},     {Now, "now"},                {Timed, "timed"},
    {Permit, "permit"},
    {Endless, "endless"},   {Confined, "confined"},      {Condition, "condition"},
    {Shared, "shared"},     {Try, "try"}, {Later, "later"}, {Polls, "polls"}, {PassesToken, "passes-token"}, {FreshToken, "fresh-token"}, {LeavesTokenOut, "leaves-token-out"},
    {AsksSize, "asks-size"}, {OfToken, "of-token"}, {Brief, "brief"},  {GivesToken, "gives-token"},
};

static constexpr std::pair<FunctionFlag, StringLiteral> functionFlags[] = {
    {Main, "main"},             {Handler, "handler"},       {Lambda, "lambda"},
    {Constructor, "constructor"}, {Destructor, "destructor"}, {NoThrow, "no-throw"},
    {StartUp, "start-up"},      {External, "external"}, 
    {OwnObject, "own-object"},  {Unchecked, "unchecked"},
    {Assignment, "assignment"}, {AsksToken, "asks-token"},
};
// clang-format on

namespace {

class Printer {
public:
  Printer(const Unit &unit, raw_ostream &out);
  void print();

private:
  struct Line {
    StringRef what;
    std::string name;
    std::string where;
    std::string more;
  };

  std::string place(const Place &place) const;
  std::string named(Id id) const;
  std::string named(ArrayRef<Id> ids) const;
  std::string object(const Object &object) const;
  std::string callable(const Callable &callable) const;
  std::string path(const Path &path) const;
  std::string locks(ArrayRef<Held> locks) const;
  std::string loops(const Function &function, int loop) const;
  std::string about(const Function &function) const;
  std::string about(const Function &function, const Event &event) const;
  void print(const Function &function);

  const Unit &unit_;
  raw_ostream &out_;
  DenseMap<Id, StringRef> names_; // what the facts themselves call an id
};

// Puts together what there is to say, two spaces apart.
class Remarks {
public:
  void add(StringRef label, const Twine &text) {
    text_ += "  ";
    if (!label.empty())
      text_ += (label + ": ").str();
    text_ += text.str();
  }

  template <class Flags> void addFlags(uint32_t set, const Flags &all) {
    for (const auto &[flag, word] : all)
      if (set & flag)
        add("", word);
  }

  std::string take() { return std::move(text_); }

private:
  std::string text_;
};

} // namespace

Printer::Printer(const Unit &unit, raw_ostream &out) : unit_(unit), out_(out) {
  for (const Class &record : unit.classes)
    names_.try_emplace(record.id, record.name);
  for (const Function &function : make_pointee_range(unit.functions)) {
    names_.try_emplace(function.id, function.name);
    for (const Event &event : function.events)
      for (const Object *object : {&event.object, &event.target})
        names_.try_emplace(object->id, object->name);
    for (const Event &event : function.events) {
      names_.try_emplace(event.path.last(), event.path.name);
      for (const Held &held : event.held)
        names_.try_emplace(held.lock.last(), held.lock.name);
    }
  }
  for (const Variable &variable : unit.variables)
    names_.try_emplace(variable.id, variable.name);
  names_.erase(0); // which names nothing
}

/// Files below the folder of the main file are named from there.
std::string Printer::place(const Place &place) const {
  StringRef file = place.file;
  const StringRef folder = sys::path::parent_path(unit_.file);
  if (StringRef below = file; below.consume_front(folder) && below.consume_front("/"))
    file = below;
  return formatv("{0}:{1}:{2}", file, place.line, place.column);
}

std::string Printer::named(Id id) const {
  const StringRef name = names_.lookup(id);
  return name.empty() ? formatv("#{0:x-8}", id >> 32).str() : name.str();
}

std::string Printer::named(ArrayRef<Id> ids) const {
  return join(map_range(ids, [&](Id id) { return named(id); }), ", ");
}

std::string Printer::object(const Object &object) const {
  const StringRef root = nameOf(object.root);
  const StringRef grows = object.grows ? ", grows" : "";
  if (!object.name.empty() && object.name != root)
    return formatv("{0} ({1}{2})", object.name, root, grows);
  return (root + (object.id ? " " + named(object.id) : "") + grows).str();
}

std::string Printer::callable(const Callable &callable) const {
  std::string text = callable.name.str();
  if (text.empty())
    text = callable.id ? named(callable.id) : "unknown";
  if (callable.kind == Callable::Kind::Parameter)
    text += formatv(" (parameter {0} of {1})", callable.index, named(callable.id));
  else if (callable.kind != Callable::Kind::Function && text != nameOf(callable.kind))
    text += formatv(" ({0})", nameOf(callable.kind));
  SmallVector<std::string> captures;
  if (callable.capturesThis)
    captures.push_back("this");
  if (callable.capturesReference)
    captures.push_back("&" + callable.captured.str());
  return captures.empty() ? text : text + " [" + join(captures, ", ") + "]";
}

std::string Printer::path(const Path &path) const {
  std::string text = path.root == Object::Root::This ? "this" : named(path.id);
  for (Id field : path.fields)
    text += "." + named(field);
  return text;
}

std::string Printer::locks(ArrayRef<Held> locks) const {
  return join(map_range(locks,
                        [&](const Held &held) {
                          return path(held.lock) + (held.shared ? " (shared)" : "") +
                                 (held.sure ? "" : " (perhaps)");
                        }),
              ", ");
}

/// The innermost loop first.
std::string Printer::loops(const Function &function, int loop) const {
  SmallVector<std::string> texts;
  for (; loop != -1; loop = function.loops[loop].parent)
    texts.push_back(formatv(
        "{0} {1}:{2}", function.loops[loop].endless ? "endless" : nameOf(function.loops[loop].kind),
        function.loops[loop].where.line, function.loops[loop].where.column));
  return join(texts, " in ");
}

std::string Printer::about(const Function &function) const {
  Remarks remarks;
  remarks.addFlags(function.flags, functionFlags);
  if (function.has(Handler))
    remarks.add("runs", nameOf(function.runs));
  if (!function.handledBy.empty())
    remarks.add("handled by", function.handledBy.ref());
  if (function.parent)
    remarks.add("in", named(function.parent));
  if (function.parentClass)
    remarks.add("class", named(function.parentClass));
  if (!function.overrides.empty())
    remarks.add("overrides", named(function.overrides));
  for (const Token &token : function.tokens)
    remarks.add(token.used ? "token" : "unused token",
                token.name.empty() ? "(no name)" : token.name.ref());
  for (const Object &answer : function.answers)
    remarks.add("answers with", answer.name.ref());
  if (!function.needs.empty())
    remarks.add("needs", locks(function.needs));
  if (!function.takes.empty())
    remarks.add("takes", locks(function.takes));
  if (function.throwsAt)
    remarks.add("throws", place(function.throwsAt));
  return remarks.take();
}

/// What an event calls its object.
static StringRef labelOf(EventKind kind) {
  switch (kind) {
  case EventKind::Spawn:
  case EventKind::Join:
  case EventKind::Detach:
  case EventKind::HandOver:
  case EventKind::Drop:
    return "handle";
  default:
    return "object";
  }
}

std::string Printer::about(const Function &function, const Event &event) const {
  Remarks remarks;
  const bool isAccess = event.kind == EventKind::Read || event.kind == EventKind::Write;
  if (isAccess)
    remarks.add("", path(event.path));
  else if (event.object)
    remarks.add(labelOf(event.kind), object(event.object));
  if (event.target)
    remarks.add("to", object(event.target));
  const bool isEntry = event.kind == EventKind::Spawn;
  for (const Argument &argument : event.arguments)
    remarks.add(isEntry ? "entry" : formatv("argument {0}", argument.index).str(),
                callable(argument.callable));
  if (event.kind == EventKind::Register)
    remarks.add("runs", nameOf(event.runs));
  if (event.destroyed != Destroyed::Terminates)
    remarks.add("destroyed", nameOf(event.destroyed));
  remarks.addFlags(event.flags, eventFlags);
  if (event.loop != -1)
    remarks.add("loop", loops(function, event.loop));
  if (!event.live.empty())
    remarks.add("live",
                join(map_range(event.live, [&](auto &live) { return object(live); }), ", "));
  if (event.origin)
    remarks.add("started", place(event.origin));
  if (event.path && !isAccess)
    remarks.add("on", path(event.path));
  for (const Passed &passed : event.passed)
    remarks.add(formatv("passes {0}", passed.index).str(), path(passed.path));
  if (!event.held.empty())
    remarks.add("held", locks(event.held));
  return remarks.take();
}

void Printer::print(const Function &function) {
  out_ << "function " << (function.name.empty() ? named(function.id) : function.name) << "  "
       << place(function.where) << about(function) << '\n';
  std::vector<Line> lines;
  size_t names = 0, places = 0;
  for (const Event &event : function.events) {
    const Line &line = lines.emplace_back(nameOf(event.kind),
                                          event.name.empty() && event.callee ? named(event.callee)
                                                                             : event.name.str(),
                                          place(event.where), about(function, event));
    names = std::max(names, line.name.size());
    places = std::max(places, line.where.size());
  }
  for (const Line &line : lines)
    out_ << "  " << left_justify(line.what, 9) << "  " << left_justify(line.name, names) << "  "
         << left_justify(line.where, line.more.empty() ? 0 : places) << line.more << '\n';
}

void Printer::print() {
  out_ << "unit " << unit_.file << '\n';
  std::vector<const Function *> functions;
  for (const SharedFunction &function : unit_.functions)
    functions.push_back(function.get());
  // The main file first.
  const auto order = [&](const Function *function) {
    return std::tuple(function->where.file != unit_.file, function->where, function->id);
  };
  sort(functions, [&](auto *a, auto *b) { return order(a) < order(b); });
  for (const Function *function : functions)
    print(*function);
  for (const Class &record : unit_.classes) {
    Remarks remarks;
    if (record.hasFriends)
      remarks.add("", "has-friends");
    if (!record.methods.empty())
      remarks.add("methods", named(record.methods));
    if (!record.privateFields.empty())
      remarks.add("private fields", named(record.privateFields));
    out_ << "class " << record.name << remarks.take() << '\n';
  }
  for (const Variable &variable : unit_.variables) {
    Remarks remarks;
    remarks.add("", nameOf(variable.shape));
    if (variable.flags & VariableFlag::Local)
      remarks.add("", "local");
    if (variable.flags & Atomically)
      remarks.add("", "atomically");
    if (variable.flags & Elements)
      remarks.add("", "elements");
    if (variable.flags & Unfit)
      remarks.add("", "unfit");
    if (variable.guard)
      remarks.add("guarded by", path(variable.guard));
    out_ << "variable " << variable.name << "  " << place(variable.where) << remarks.take() << '\n';
  }
  for (const Edit &edit : unit_.edits)
    out_ << formatv("edit {0}  {1}  \"{2}\" -> \"{3}\" {4}", nameOf(edit.kind), place(edit.where),
                    edit.from.ref(), edit.to.ref(), edit.include.ref())
         << '\n';
}

void print(const Unit &unit, raw_ostream &out) { Printer(unit, out).print(); }

} // namespace belay

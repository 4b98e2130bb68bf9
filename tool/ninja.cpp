// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// belay ninja: a compile database -> a build.ninja that extracts each unit and links the facts, so
// that ninja decides what a change costs. It runs in the folder that this ran in.
//
#include "tool/Commands.h"
#include "tool/Database.h"
#include "tool/Outputs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace belay {

static constexpr StringLiteral Head = "# Written by 'belay ninja', which replaces what it wrote.\n";

// $root and $out are a shell's words already, and two words side by side are one. The folder of a
// command need not be the one that paths in facts are relative to.
static constexpr StringLiteral Rules = R"(
rule extract
  command = cd $folder && $belay extract $source -o $root/$out --depfile=$root/$out.d --root=$root $models -- $flags
  description = extract $in
  depfile = $out.d
  deps = gcc
  restat = 1

rule broken
  command = printf '%s\n' $message >&2; exit 2
  description = extract $in

rule link
  command = : >$out; $belay link @$out.rsp -o $out --depfile=$out.d $options; code=$$?; $show; exit $$code
  description = link
  depfile = $out.d
  deps = gcc
  rspfile = $out.rsp
  rspfile_content = $in

rule configure
  command = $belay ninja $arguments
  description = configure
  generator = 1
  restat = 1
)";

/// A word of a shell's command.
static std::string shellWord(StringRef text) {
  constexpr StringLiteral safe = "-_./=+,:@%";
  if (!text.empty() && all_of(text, [&](char c) { return isAlnum(c) || safe.contains(c); }))
    return text.str();
  std::string word = "'";
  for (char c : text)
    if (c == '\'')
      word += "'\\''";
    else
      word += c;
  return word + "'";
}

static std::string shellWords(ArrayRef<std::string> words) {
  return join(map_range(words, [](StringRef word) { return shellWord(word); }), " ");
}

/// The value of a variable of ninja. What is left of a line break would be a line of its own.
static std::string value(StringRef text) {
  std::string result;
  for (char c : text)
    result += c == '$' ? "$$" : std::string(1, c == '\n' || c == '\r' || c == '\0' ? ' ' : c);
  return result;
}

/// A path in a build statement of ninja.
static std::string path(StringRef text) {
  std::string result;
  for (char c : text) {
    if (c == '$' || c == ' ' || c == ':')
      result += '$';
    result += c;
  }
  return result;
}

/// Whether ninja can spell the path. What it cannot spell could be a statement of its own.
static bool isPath(StringRef text) {
  return text.find_first_of(StringRef("|\n\r\0", 4)) == StringRef::npos;
}

static Error refuse(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

static std::string absolute(StringRef file) {
  SmallString<256> result = file;
  sys::fs::make_absolute(result);
  return result.str().str();
}

namespace {

class NinjaFile {
public:
  NinjaFile(const Database &database, const Options &options)
      : database_(database), options_(options), root_(currentFolder()), belay_(programFile()),
        folder_(sys::path::parent_path(options.output).str()) {}

  Expected<std::string> text();

private:
  Error addUnit(const Source &source);
  void addLink();
  void addConfigure();
  void let(StringRef name, StringRef text) { out_ << name << " = " << value(text) << '\n'; }
  std::string beside(StringRef name) const {
    return folder_.empty() ? name.str() : folder_ + "/" + name.str();
  }

  const Database &database_;
  const Options &options_;
  const std::string root_, belay_, folder_;
  std::vector<std::string> facts_;
  std::string text_;
  raw_string_ostream out_{text_};
};

} // namespace

/// The options that say what is a finding and how it is shown.
static std::vector<std::string> judging(const Options &options) {
  const StringRef failOn = options.failOn ? nameOf(*options.failOn) : "never";
  std::vector<std::string> words = {("--format=" + nameOf(options.format)).str(),
                                    ("--min-level=" + nameOf(options.minLevel)).str(),
                                    ("--fail-on=" + failOn).str()};
  // Those that are on by default may be others in the next version.
  std::vector<StringRef> ids, usual;
  for (const Check *check : options.checks)
    ids.push_back(check->id);
  for (const Check &check : allChecks())
    if (check.on)
      usual.push_back(check.id);
  if (ids != usual)
    words.push_back("--checks=" + join(ids, ","));
  return words;
}

/// The options that say what facts are.
static std::vector<std::string> modelling(const Options &options) {
  std::vector<std::string> words;
  for (StringRef folder : options.models)
    words.push_back("--models=" + absolute(folder));
  if (!options.resourceDir.empty())
    words.push_back("--resource-dir=" + absolute(options.resourceDir));
  return words;
}

Error NinjaFile::addUnit(const Source &source) {
  const std::string file = shown(source.file, root_);
  if (!isPath(file))
    return refuse("ninja cannot build '" + file + "': no name may hold a '|' or line break");
  facts_.push_back(
      beside("facts/" + (sys::path::is_absolute(file) ? "@" + file : file) + ".facts"));
  std::string broken = source.broken;
  if (shellWords(source.flags).find_first_of("\n\r") != std::string::npos)
    broken = "ninja cannot give it a flag with a line break";
  out_ << "\nbuild " << path(facts_.back()) << (broken.empty() ? ": extract " : ": broken ")
       << path(file) << " | " << path(belay_);
  for (StringRef folder : options_.models) // its time says whether a file of it is new or gone
    out_ << ' ' << path(absolute(folder));
  out_ << '\n';
  if (!broken.empty()) {
    let("  message", shellWord("belay: " + file + " did not parse: " + broken));
    return Error::success();
  }
  let("  folder", shellWord(source.directory));
  let("  source", shellWord(source.file));
  let("  flags", shellWords(source.flags));
  return Error::success();
}

void NinjaFile::addLink() {
  const bool isText = options_.format == Format::Text || options_.format == Format::Github;
  const std::string file =
      beside(("findings." + (isText                              ? "txt"
                             : options_.format == Format::Gitlab ? "json"
                                                                 : nameOf(options_.format)))
                 .str());
  const std::string report = path(file);
  out_ << "\nbuild " << report << ": link";
  for (const std::string &file : facts_)
    out_ << " $\n    " << path(file);
  out_ << " | " << path(belay_) << '\n';
  std::vector<std::string> words = judging(options_);
  if (!database_.whole)
    words.push_back("--partial");
  words.push_back("--cache-dir=" + beside("cache")); // of programs whose facts are as before
  let("  options", shellWords(words));
  let("  show", isText ? "cat " + shellWord(file) : ":");
  out_ << "\ndefault " << report << '\n';
}

/// A database that has changed makes another build.ninja, before anything else is built.
void NinjaFile::addConfigure() {
  StringSet<> sources, seen;
  for (const Source &source : database_.sources)
    sources.insert(source.file);
  out_ << "\nbuild " << path(options_.output) << ": configure |";
  for (const std::string &file : database_.asked)
    if (!sources.contains(file) && isPath(file) && sys::fs::is_regular_file(file) &&
        seen.insert(file).second)
      out_ << ' ' << path(shown(file, root_));
  out_ << ' ' << path(belay_) << '\n';
  std::vector<std::string> words = {"-o", options_.output};
  if (!options_.build.empty())
    words.insert(words.end(), {"-p", options_.build});
  append_range(words, judging(options_));
  append_range(words, modelling(options_));
  let("  arguments", shellWords(words));
}

Expected<std::string> NinjaFile::text() {
  out_ << Head << "ninja_required_version = 1.5\n";
  if (!folder_.empty())
    let("builddir", folder_);
  let("belay", shellWord(belay_));
  let("root", shellWord(root_));
  let("models", shellWords(modelling(options_)));
  out_ << Rules;
  for (const Source &source : database_.sources)
    if (Error error = addUnit(source))
      return std::move(error);
  addLink();
  addConfigure();
  return std::move(text_);
}

/// Fails if the file is there and somebody else's: a build's own build.ninja, say.
static Error checkOwner(StringRef file) {
  auto buffer = MemoryBuffer::getFile(file);
  if (!buffer || (*buffer)->getBuffer().starts_with(Head))
    return Error::success();
  return refuse("'" + file + "' is not of 'belay ninja', and stays as it is; give another -o FILE");
}

int runNinja(const Options &options) {
  if (options.output.empty())
    return fail(refuse("ninja needs '-o BUILD.NINJA': what it builds is put beside that"));
  if (Error error = checkOwner(options.output))
    return fail(std::move(error));
  auto database = findSources(options, currentFolder());
  if (!database)
    return fail(database.takeError());
  for (const std::string &note : database->notes)
    say(note);
  auto text = NinjaFile(*database, options).text();
  if (!text)
    return fail(text.takeError());
  // If it cannot be made, the file cannot be written.
  sys::fs::create_directories(sys::path::parent_path(options.output));
  if (Error error = writeIfChanged(options.output, *text))
    return fail(std::move(error));
  return Clean;
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Driver: a few worker processes, each asked for one unit after another over a socket. The
// parent has one thread and never runs clang; when a worker dies, a fresh one takes the rest.
//
#include "tool/Driver.h"
#include "facts/Store.h"
#include "tool/HugePages.h"
#include "tool/Message.h"
#include "tool/Prefix.h"
#include "tool/Report.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Threading.h"
#include <array>
#include <csignal>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace llvm;

namespace belay {

// Generous: the largest generated sources take a minute.
static constexpr unsigned SecondsPerUnit = 600;

static std::string problemOf(const Source &source, const Parsed &parsed, StringRef root) {
  const std::string file = shown(source.file, root);
  if (parsed.error.empty())
    return {};
  if (!parsed.where)
    return formatv("{0} did not parse: {1}", file, parsed.error);
  return formatv("{0} did not parse: {1}:{2}:{3}: error: {4}", file, shown(parsed.where.file, root),
                 parsed.where.line, parsed.where.column, parsed.error);
}

static std::string answerFor(const Source &source, const Models &models, const Setup &setup,
                             const Shortcuts &shortcuts) {
  Parsed parsed;
  if (::chdir(source.directory.c_str()) == 0) {
    parsed = parse(source, models, setup.resourceDir, shortcuts);
  } else {
    parsed.unit.file = source.file;
    parsed.error = "its folder '" + shown(source.directory, setup.root) + "' does not exist";
  }
  std::string texts;
  append(texts, write(parsed.unit));
  append(texts, problemOf(source, parsed, setup.root));
  append(texts, join(parsed.asked, StringRef("\0", 1)));
  for (const std::string &header : parsed.headers)
    append(texts, header);
  std::string answer;
  append(answer, texts);
  return answer;
}

namespace {

struct Worker {
  pid_t id;
  int socket;
  size_t unit; // the one that it is asked for
  int64_t started;
  std::string answer;
};

/// The workers, and what they answered.
class Workers {
public:
  Workers(ArrayRef<Source> sources, ArrayRef<const Models *> models, const Setup &setup)
      : sources_(sources), models_(models), setup_(setup),
        surroundings_(surroundings(setup.resourceDir)), prefixes_(setup.prefixes, surroundings_),
        pays_(setup.prefixes.empty() ? std::vector<bool>() : unitsThatPayForPrefix(sources)),
        analyses_(sources.size()) {}

  std::vector<Analysis> run();

private:
  std::optional<size_t> nextUnit();
  bool isKept(size_t unit);
  void keep(const Worker &worker, ArrayRef<StringRef> texts);
  Digest keyOf(size_t unit);
  bool start();
  [[noreturn]] void work(int socket);
  void ask(Worker &worker);
  void listen();
  bool loadOne();
  bool hear(Worker &worker);
  void bury(Worker &worker);
  void give(size_t unit, Analysis analysis);

  ArrayRef<Source> sources_;
  ArrayRef<const Models *> models_; // for each source
  const Setup &setup_;
  const std::string surroundings_;
  Prefixes prefixes_;                 // of a worker
  std::vector<bool> pays_;            // for each source whether a prefix is worth making for it
  StringMap<std::string> modelTexts_; // by file
  std::shared_ptr<KnownFunctions> functions_ = std::make_shared<KnownFunctions>();
  std::vector<Analysis> analyses_;
  std::vector<Worker> workers_;
  size_t next_ = 0;
  size_t done_ = 0;
  size_t loaded_ = 0; // of the analyses, those before it are loaded
};

} // namespace

std::vector<Analysis> Workers::run() {
  const size_t jobs = setup_.jobs ? setup_.jobs : hardware_concurrency().compute_thread_count();
  for (;;) {
    while (workers_.size() < jobs && start())
      ;
    if (workers_.empty())
      break;
    listen();
  }
  if (errs().is_displayed())
    errs() << "\r\033[K";
  if (setup_.cache)
    setup_.cache->flush();
  return std::move(analyses_);
}

/// The next unit that a worker can do something about.
std::optional<size_t> Workers::nextUnit() {
  for (; next_ != sources_.size(); ++next_) {
    const Source &source = sources_[next_];
    if (source.broken.empty()) {
      if (setup_.cache && isKept(next_))
        continue;
      return next_++;
    }
    give(next_, {LazyUnit(Unit{source.file, {}, {}}),
                 shown(source.file, setup_.root) + " did not parse: " + source.broken});
  }
  return std::nullopt;
}

/// Everything that the facts of a unit depend on but files; of those that hold models the text.
Digest Workers::keyOf(size_t unit) {
  const Source &source = sources_[unit];
  std::string text = surroundings_ + (setup_.isExact ? "exact" : "");
  const auto add = [&](StringRef part) { append(text, part); };
  add(source.file);
  add(source.directory);
  for (const std::string &flag : source.flags)
    add(flag);
  add("");
  for (const std::string &file : modelFiles(source.file, setup_.models)) {
    auto known = modelTexts_.find(file);
    if (known == modelTexts_.end()) {
      auto buffer = MemoryBuffer::getFile(file);
      known = modelTexts_.try_emplace(file, buffer ? (*buffer)->getBuffer().str() : "").first;
    }
    add(known->second);
  }
  return digestOf(text);
}

/// Whether the cache has its facts, which are given then.
bool Workers::isKept(size_t unit) {
  std::vector<std::string> watched;
  const auto facts = setup_.cache->findFacts(keyOf(unit), [&](StringRef path) {
    if (setup_.isWatched && setup_.isWatched(path))
      watched.push_back(path.str());
  });
  if (!facts)
    return false;
  const auto [problem, bytes] = StringRef(*facts).split('\0');
  auto found = LazyUnit::of(MemoryBuffer::getMemBufferCopy(bytes, sources_[unit].file), functions_);
  if (!found) {
    consumeError(found.takeError()); // damaged: it is made anew
    return false;
  }
  give(unit, {std::move(*found), problem.str(), /*isLost=*/false, std::move(watched)});
  return true;
}

void Workers::keep(const Worker &worker, ArrayRef<StringRef> texts) {
  std::vector<std::string> paths;
  for (StringRef path : split(texts[2], '\0'))
    paths.push_back(path.str());
  const std::string value = texts[1].str() + '\0' + texts[0].str();
  setup_.cache->keepFacts(keyOf(worker.unit), paths, value, worker.started);
  // So that little is lost if the run is ended, without a transaction for each unit.
  if (done_ % 32 == 0)
    setup_.cache->flush();
}

/// Starts a worker on the next unit; false if there is none.
bool Workers::start() {
  const auto unit = nextUnit();
  if (!unit)
    return false;
  int ends[2];
  const bool hasSocket = ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0;
  const pid_t id = hasSocket ? ::fork() : -1;
  if (id == 0) {
    ::close(ends[0]);
    work(ends[1]);
  }
  if (id > 0) {
    ::close(ends[1]);
    workers_.push_back({id, ends[0], *unit, 0, {}});
    ask(workers_.back());
    return true;
  }
  const std::string reason = sys::StrError();
  if (hasSocket)
    for (int end : ends)
      ::close(end);
  const std::string file = sources_[*unit].file;
  give(*unit, {LazyUnit(Unit{file, {}, {}}),
               shown(file, setup_.root) + ": cannot start a process for it: " + reason,
               /*isLost=*/true});
  return true;
}

/// The child's part: answers until nobody asks any more.
void Workers::work(int socket) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  for (const Worker &other : workers_)
    ::close(other.socket);
  const rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);

  expectToAllocate(size_t(256) << 20);
  Size unit = 0;
  while (::recv(socket, &unit, sizeof(unit), MSG_WAITALL) == sizeof(unit)) {
    // A hang ends the worker: by processor time, or later by the clock, for a source may
    // include a pipe that nobody writes to.
    const itimerval limit = {{0, 0}, {SecondsPerUnit, 0}};
    ::setitimer(ITIMER_PROF, &limit, nullptr);
    ::alarm(2 * SecondsPerUnit);
    Shortcuts shortcuts{nullptr, false, setup_.isExact};
    if (!pays_.empty())
      shortcuts = {&prefixes_, pays_[unit], setup_.isExact};
    const std::string answer = answerFor(sources_[unit], *models_[unit], setup_, shortcuts);
    raw_fd_ostream(socket, /*shouldClose=*/false, /*unbuffered=*/true) << answer;
  }
  ::_exit(0);
}

void Workers::ask(Worker &worker) {
  const Size unit = worker.unit;
  worker.answer.clear();
  worker.started = currentTime();
  // If it has died meanwhile, there will be no answer either.
  ::send(worker.socket, &unit, sizeof(unit), MSG_NOSIGNAL);
}

/// Loads the next unit that is there; false if there is none.
bool Workers::loadOne() {
  while (loaded_ != next_) {
    const LazyUnit &unit = analyses_[loaded_++].unit;
    if (!unit.isLoaded()) {
      consumeError(unit.load().takeError()); // said by who needs it
      return true;
    }
  }
  return false;
}

/// Waits until some workers say something, and as long loads what the link will need.
void Workers::listen() {
  std::vector<pollfd> sockets;
  for (const Worker &worker : workers_)
    sockets.push_back({worker.socket, POLLIN, 0});
  int ready = 0;
  do
    ready = ::poll(sockets.data(), sockets.size(), 0);
  while (ready == 0 && loadOne());
  if (ready == 0)
    ready = ::poll(sockets.data(), sockets.size(), -1);
  if (ready < 0)
    return;
  for (size_t index = sockets.size(); index-- != 0;)
    if (sockets[index].revents != 0 && !hear(workers_[index]))
      workers_.erase(workers_.begin() + index);
}

/// Takes a part of an answer, and asks on after the last one. False if the worker is gone.
bool Workers::hear(Worker &worker) {
  std::array<char, 1 << 16> bytes;
  const ssize_t size =
      sys::RetryAfterSignal(-1, ::recv, worker.socket, bytes.data(), bytes.size(), 0);
  if (size <= 0) {
    bury(worker);
    return false;
  }
  worker.answer.append(bytes.data(), size);
  const std::vector<StringRef> texts = textsOf(worker.answer);
  if (texts.empty())
    return true;
  const std::string &file = sources_[worker.unit].file;
  Analysis analysis{LazyUnit(Unit{file, {}, {}}), texts[1].str()};
  if (auto unit = LazyUnit::of(MemoryBuffer::getMemBufferCopy(texts[0], file), functions_)) {
    analysis.unit = std::move(*unit);
  } else {
    analysis.problem = toString(unit.takeError());
    analysis.isLost = true;
  }
  if (setup_.cache && !analysis.isLost)
    keep(worker, texts);
  for (StringRef header : ArrayRef(texts).drop_front(3))
    analysis.headers.push_back(header.str());
  if (setup_.isWatched) // what was looked for and not found counts as well
    for (StringRef path : split(texts[2], '\0'))
      if (setup_.isWatched(path))
        analysis.headers.push_back(path.str());
  give(worker.unit, std::move(analysis));
  if (const auto next = nextUnit()) {
    worker.unit = *next;
    ask(worker);
    return true;
  }
  ::close(worker.socket);
  sys::RetryAfterSignal(-1, ::waitpid, worker.id, nullptr, 0);
  return false;
}

static std::string howItEnded(int status) {
  if (WIFEXITED(status))
    return formatv("clang ended with exit code {0}", WEXITSTATUS(status));
  switch (const int signal = WTERMSIG(status)) {
  case SIGPROF:
  case SIGALRM:
    return formatv("clang took more than {0} s", SecondsPerUnit);
  case SIGKILL:
    return "clang was killed (signal 9; is there enough memory?)";
  default:
    return formatv("clang crashed (signal {0})", signal);
  }
}

void Workers::bury(Worker &worker) {
  ::close(worker.socket);
  int status = 0;
  sys::RetryAfterSignal(-1, ::waitpid, worker.id, &status, 0);
  const std::string file = sources_[worker.unit].file;
  give(worker.unit,
       {LazyUnit(Unit{file, {}, {}}),
        shown(file, setup_.root) + ": " + howItEnded(status) + "; the unit is left out",
        /*isLost=*/true});
}

void Workers::give(size_t unit, Analysis analysis) {
  analyses_[unit] = std::move(analysis);
  ++done_;
  if (errs().is_displayed())
    errs() << formatv("\ranalysed {0} of {1} units", done_, sources_.size());
}

Expected<std::vector<Analysis>> analyse(ArrayRef<Source> sources, const Setup &setup) {
  std::map<std::string, Models> models; // by .belay.yaml
  std::vector<const Models *> modelsOf;
  for (const Source &source : sources) {
    const std::string config = findConfig(source.file).value_or("");
    auto known = models.find(config);
    if (known == models.end()) {
      auto read = modelsFor(source.file, setup.models);
      if (!read)
        return read.takeError();
      known = models.emplace(config, std::move(*read)).first;
    }
    modelsOf.push_back(&known->second);
  }
  return Workers(sources, modelsOf, setup).run();
}

} // namespace belay

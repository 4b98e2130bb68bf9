// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s
//
// Waits for what is outside of the program and cannot signal it: files, processes, ports, other
// machines and devices. Fakes of these sleep to be as slow as they are.
//
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace std::chrono_literals;

class Database {
public:
  virtual ~Database() = default;
  virtual std::string read(const std::string &key) = 0;
  virtual long replicated() const = 0;
};

class Deployment {
public:
  Deployment(std::filesystem::path marker, Database &copy)
      : marker_(std::move(marker)), copy_(copy) {}
  void moveMarker(std::filesystem::path marker) { marker_ = std::move(marker); }
  void write() { ++written_; }

  void untilMarked_ok() {
    while (!std::filesystem::exists(marker_))
      std::this_thread::sleep_for(1s);
  }
  bool untilFilled_ok(const char *path) {
    struct stat state = {};
    for (int waits = 0; waits < 600; ++waits, usleep(100 * 1000))
      if (stat(path, &state) == 0 && state.st_size > 0)
        return true;
    return false;
  }
  std::string firstLine_ok(const std::string &path) {
    std::string line;
    std::ifstream file(path);
    while (!std::getline(file, line)) {
      file.clear(); // it may still grow
      std::this_thread::sleep_for(100ms);
    }
    return line;
  }
  void untilReplicated_ok() { // the copy is on another machine
    const long last = written_;
    while (copy_.replicated() < last)
      std::this_thread::sleep_for(50ms);
  }

private:
  std::filesystem::path marker_;
  std::atomic<long> written_{0};
  Database &copy_;
};

class Child {
public:
  explicit Child(pid_t pid) : pid_(pid) {}
  void restartAs(pid_t pid) { pid_ = pid; }
  bool isAlive() const { return kill(pid_, 0) == 0; }

  void untilGone_ok() {
    while (isAlive())
      usleep(10 * 1000);
  }
  int end_ok() {
    int status = 0;
    kill(pid_, SIGTERM);
    for (int waits = 0; waitpid(pid_, &status, WNOHANG) == 0; ++waits) {
      if (waits == 50)
        kill(pid_, SIGKILL);
      std::this_thread::sleep_for(100ms);
    }
    return status;
  }

private:
  std::atomic<pid_t> pid_;
};

bool untilOpen_ok(int socket, const sockaddr *address, socklen_t size) {
  int tries = 0;
  while (connect(socket, address, size) != 0) {
    if (errno != ECONNREFUSED || ++tries > 20)
      return false;
    sleep(1);
  }
  return true;
}

struct Registers {
  uint32_t control, status, result;
};

// A converter behind a bus, which needs its time after each command.
class Converter {
public:
  explicit Converter(volatile Registers *registers) : registers_(registers) {}
  void reset_ok() {
    registers_->control = 1;
    usleep(20);
    registers_->control = 0;
    usleep(500);
  }
  uint32_t FP_convert() {
    registers_->control = 2;
    while ((registers_->status & 1) == 0) // the device sets it, and nothing else can
      usleep(5);
    // CHECK: [[#@LINE-1]]:7: warning: sleeps and looks again until 'status'
    return registers_->result;
  }
  void clear() { registers_->status = 1; } // a bit is cleared by writing it

private:
  volatile Registers *registers_;
};

class FakeDatabase : public Database { // as slow as the real one
public:
  void put(const std::string &key, const std::string &row) {
    std::lock_guard lock(mutex_);
    rows_[key] = row;
  }
  std::string read(const std::string &key) override { return read_ok(key); }
  long replicated() const override { return 0; }

private:
  std::string read_ok(const std::string &key) {
    std::this_thread::sleep_for(15ms);
    std::lock_guard lock(mutex_);
    return rows_[key];
  }
  std::mutex mutex_;
  std::map<std::string, std::string> rows_;
};

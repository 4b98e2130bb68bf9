// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=inconsistent-guard %s
//
// Several mutexes at once, and mutexes in shared mode: a lock that readers share protects no
// writes, not even those that a look-up hides.
//
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

void send(const std::string &text);
std::string resolve(const std::string &host);

// Names of hosts, which requests look up and rarely add.
class Hosts {
public:
  std::string find_ok(const std::string &host) const {
    std::shared_lock lock(mutex_);
    auto found = addresses_.find(host);
    return found == addresses_.end() ? "" : found->second;
  }
  void add_ok(const std::string &host) {
    std::string address = resolve(host);
    std::unique_lock lock(mutex_);
    addresses_[host] = address;
  }
  void clear_ok() {
    std::lock_guard lock(mutex_);
    addresses_.clear();
  }
  std::string address_bad(const std::string &host) {
    std::shared_lock lock(mutex_);
    send(host);
    // CHECK: [[#@LINE+1]]:12: warning: 'addresses_' is written without 'mutex_', which 4 of its 5 uses hold; take it here as well [belay-inconsistent-guard]
    return addresses_[host];
  }

private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::string> addresses_;
};

// A cache that counts its hits where it only reads.
class Pages {
public:
  std::shared_ptr<std::string> get_bad(const std::string &path) const {
    std::shared_lock lock(mutex_);
    auto found = pages_.find(path);
    if (found == pages_.end())
      return nullptr;
    // CHECK: [[#@LINE+1]]:7: warning: 'hits_' is written without 'mutex_', which 2 of its 3 uses hold
    ++hits_;
    return found->second;
  }
  void put_ok(const std::string &path, std::string text) {
    std::unique_lock lock(mutex_);
    pages_[path] = std::make_shared<std::string>(std::move(text));
    if (pages_.size() > 1000) {
      pages_.clear();
      hits_ = 0;
    }
  }
  std::string report_ok() const {
    std::shared_lock lock(mutex_);
    return std::to_string(pages_.size()) + " pages, " + std::to_string(hits_) + " hits";
  }

private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<std::string>> pages_;
  mutable unsigned hits_ = 0;
};

// Transfers take both mutexes, in one step.
class Bank {
public:
  void transfer_ok(int from, int to, int amount) {
    std::scoped_lock lock(accounts_, journal_);
    balances_[from] -= amount;
    balances_[to] += amount;
    lines_.push_back("transfer");
  }
  void settle_ok(int account) {
    std::lock(accounts_, journal_);
    std::lock_guard accounts(accounts_, std::adopt_lock);
    std::lock_guard journal(journal_, std::adopt_lock);
    balances_[account] = 0;
    lines_.push_back("settle");
  }
  void FP_close_ok(int account) { // std::lock takes both of the guards' mutexes
    std::unique_lock accounts(accounts_, std::defer_lock);
    std::unique_lock journal(journal_, std::defer_lock);
    std::lock(accounts, journal);
    // CHECK: [[#@LINE+1]]:5: note: 'balances_' is written without 'accounts_', which 4 of its 5 uses hold; take it here as well [belay-inconsistent-guard]
    balances_.erase(account);
    // CHECK: [[#@LINE+1]]:5: note: 'lines_' is written without 'accounts_', which 3 of its 4 uses hold
    lines_.push_back("close");
  }
  void FN_open_bad(int account) { // it holds a mutex, but not the one of the lines
    std::lock_guard lock(accounts_);
    balances_[account] = 0;
    send("open");
    lines_.push_back("open");
  }
  void print_ok() {
    std::lock_guard lock(journal_);
    for (const std::string &line : lines_)
      send(line);
  }

private:
  std::mutex accounts_, journal_;
  std::map<int, int> balances_;
  std::vector<std::string> lines_;
};

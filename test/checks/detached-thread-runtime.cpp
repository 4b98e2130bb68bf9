// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -I%S/../../runtime/include
//
// Detached threads where something that could own their work is at hand.
//
#include <belay/bounded_pool.h>
#include <belay/scope.h>
#include <string>
#include <thread>

void save(int id, const std::string &name);

void onMessage_bad(belay::bounded_pool &pool, int id, std::string name) {
  if (!pool.try_submit([] {}))
    return;
  std::thread([id, name] { save(id, name); }).detach();
  // CHECK: [[#@LINE-1]]:47: note: detached thread can be neither stopped nor waited for
}

void onMessage_ok(belay::bounded_pool &pool, int id, std::string name) {
  pool.submit([id, name] { save(id, name); });
}

class Server {
public:
  void handle_bad(int id) {
    std::thread([id] {
      // Whatever its lines are.
      save(id, "guest");
    }).detach();
    // CHECK: [[#@LINE-1]]:8: note: detached thread can be neither stopped nor waited for
  }
  void handle_ok(int id) {
    jobs_.spawn([id] { save(id, "guest"); });
  }
  // Once it is joined, the scope takes nothing more: no fix.
  void stop_bad() {
    jobs_.join();
    std::thread([] { save(0, "the end"); }).detach();
    // CHECK: [[#@LINE-1]]:45: note: detached thread can be neither stopped nor waited for
  }

private:
  belay::scope jobs_;
};

// Two that could take it: no fix.
void either_bad(belay::bounded_pool &one, belay::scope &other, int id) {
  other.spawn([] {});
  std::thread([id] { save(id, "guest"); }).detach();
  // CHECK: [[#@LINE-1]]:44: note: detached thread can be neither stopped nor waited for
}

int main() {
  Server server;
  server.handle_bad(1);
  server.handle_ok(2);
  server.stop_bad();
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay --checks=unbounded-spawn %s
//
// What a project's own framework calls for each request is said in the code, by an annotation of
// the function or of the parameter that takes it.
//
#include <functional>
#include <map>
#include <string>
#include <thread>

#define HANDLER [[clang::annotate("belay::handler")]]

void work(std::string body);

// A function that the event loop calls by its address in a table.
HANDLER void onMessage_bad(const std::string &body) { // step 1
  std::thread(work, body).detach();                   // first
}
// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // first
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'onMessage_bad' runs for each request, many at once
// CHECK-NEXT: // step 1
// CHECK-NEXT: ^
// CHECK-NOT: note:

// The same without the annotation: nothing says that it runs often.
void onStart_ok(const std::string &body) { std::thread(work, body).detach(); }

// On the declaration in the class only, as a header has it.
class Session {
public:
  HANDLER void onData_bad(const std::string &body);
  void onClose_ok(const std::string &body);
};

void Session::onData_bad(const std::string &body) { // step 2
  std::thread(work, body).detach();                 // second
}
// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // second
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'Session::onData_bad' runs for each request, many at once
// CHECK-NEXT: // step 2
// CHECK-NEXT: ^
// CHECK-NOT: note:

void Session::onClose_ok(const std::string &body) { std::thread(work, body).detach(); }

// On the virtual method of a base: every overrider is a handler.
class Plugin {
public:
  virtual ~Plugin() = default;
  HANDLER virtual void onRequest(const std::string &body) = 0;
  virtual void onLoad() = 0;
};

class Resizer : public Plugin {
public:
  void onRequest(const std::string &body) override { // step 3
    std::thread(work, body).detach();                // third
  }
  void onLoad() override { std::thread(work, "cache").detach(); }
};
// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // third
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'Resizer::onRequest' runs for each request, many at once
// CHECK-NEXT: // step 3
// CHECK-NEXT: ^
// CHECK-NOT: note:

// On the parameter of a function that registers.
class Router {
public:
  using Action = std::function<void(const std::string &)>;
  void on(const std::string &path, HANDLER Action action) { actions_[path] = std::move(action); }
  void atExit(Action action);

private:
  std::map<std::string, Action> actions_;
};

void registerAll(Router &router) {
  router.on("/resize", [](const std::string &body) { // step 4
    std::thread(work, body).detach();                // fourth
  });
  router.atExit([](const std::string &body) { std::thread(work, body).detach(); });
}
// CHECK: warning: every request starts a thread ('std::thread') and nobody waits for it;
// CHECK-NEXT: // fourth
// CHECK-NEXT: ^
// CHECK-NEXT: note: 'Router::on' registers 'lambda in registerAll' here; it runs
// CHECK-NEXT: // step 4
// CHECK-NEXT: ^
// CHECK-NOT: note:

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -isystem %S/../Inputs/qt
//
// Qt: routes, threads, pools and locks. Against a stand-in for its headers.
//
#include <QtHttpServer/QHttpServer>
#include <string>
#include <thread>

void store(const QString &line);

class Store : public QRunnable {
public:
  void run() override { store("later"); }
};

class Settings {
public:
  void set_ok(QString name) {
    QMutexLocker<QMutex> lock(&mutex_);
    name_ = name;
  }
  void clear_ok() {
    mutex_.lock();
    name_.clear();
    mutex_.unlock();
  }
  void reset_bad() {
    // CHECK: [[#@LINE+1]]:11: note: 'name_' is read without 'mutex_', which 2 of its 4 uses hold; {{.*}} [belay-inconsistent-guard]
    store(name_);
    name_ = "default";
  }
  QString title_ok() {
    QReadLocker lock(&titleLock_);
    return title_;
  }
  void setTitle_ok(QString title) {
    QWriteLocker lock(&titleLock_);
    title_ = title;
  }
  void dropTitle_bad() {
    // CHECK: [[#@LINE+1]]:11: note: 'title_' is read without 'titleLock_', which 2 of its 4 uses hold; {{.*}} [belay-inconsistent-guard]
    store(title_);
    title_.clear();
  }

private:
  QMutex mutex_;
  QString name_;
  QReadWriteLock titleLock_;
  QString title_;
};

class Poller : public QThread {
public:
  void stop_bad() { stopped_ = true; }

protected:
  void run() override {
    while (!stopped_)
      store("polled");
  }

private:
  // CHECK: [[#@LINE+1]]:8: warning: a thread's loop reads 'stopped_' while another thread writes it, so it may never see the change; {{.*}} [belay-racy-flag]
  bool stopped_ = false;
};
void start(Poller &poller) { poller.start(); }

static int served = 0; // on the one loop of the server
void routes(QHttpServer &server) {
  server.route("/bad", [](const QHttpServerRequest &request) {
    ++served;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:39: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request.url()).detach();
    return "stored";
  });
  server.route("/ok", [] {
    QThreadPool::globalInstance()->start(new Store);
    return "stored";
  });
  server.route("/slow", [] {
    // CHECK: [[#@LINE+1]]:5: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
    QThread::msleep(500);
    return "slow";
  });
}

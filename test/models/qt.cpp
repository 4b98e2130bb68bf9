// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %check_belay %s -fPIC -isystem /usr/include/x86_64-linux-gnu/qt6 -isystem /usr/include/aarch64-linux-gnu/qt6
//
// Qt: routes, connections, threads, pools and locks. Against its headers.
//
#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QMutex>
#include <QtCore/QReadWriteLock>
#include <QtCore/QRunnable>
#include <QtCore/QThread>
#include <QtCore/QThreadPool>
#include <QtHttpServer/QHttpServer>
#include <QtNetwork/QTcpServer>
#include <thread>

void store(const QString &line);

class Store : public QRunnable {
public:
  void run() override { store("later"); }
};

class Settings {
public:
  void set_ok(const QString &name, int value) {
    QMutexLocker lock(&mutex_);
    values_[name] = value;
  }
  void drop_ok(const QString &name) {
    mutex_.lock();
    values_.remove(name);
    mutex_.unlock();
  }
  void reset_bad() {
    QMutexLocker lock(&mutex_);
    values_["reset"] = 1;
    lock.unlock();
    store("reset");
    // CHECK: [[#@LINE+1]]:5: warning: 'values_' is written without 'mutex_', which 3 of its 4 uses hold; {{.*}} [belay-inconsistent-guard]
    values_.insert("default", 2);
  }
  QString title_ok() {
    QReadLocker lock(&titleLock_);
    return titles_.last();
  }
  void addTitle_ok(const QString &title) {
    QWriteLocker lock(&titleLock_);
    titles_.append(title);
  }
  void storeTitle_bad() {
    // CHECK: [[#@LINE+1]]:11: warning: 'titles_' is read without 'titleLock_', which 2 of its 3 uses hold; {{.*}} [belay-inconsistent-guard]
    store(titles_.value(0));
  }

private:
  QMutex mutex_;
  QHash<QString, int> values_;
  QReadWriteLock titleLock_;
  QList<QString> titles_;
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

class Lines {
public:
  void follow_bad() {
    QThread *thread = QThread::create([this] {
      while (!ended_)
        store("followed");
    });
    thread->start();
    store("started");
    thread->wait();
  }
  void end_bad() { ended_ = true; }

private:
  // CHECK: [[#@LINE+1]]:8: warning: a thread's loop reads 'ended_' while another thread writes it, so it may never see the change; {{.*}} [belay-racy-flag]
  bool ended_ = false;
};

class Session : public QThread {
public:
  explicit Session(qintptr socket) : socket_(socket) {}
  void run() override { store(QString::number(socket_)); }

private:
  qintptr socket_;
};

class Fortunes : public QTcpServer {
protected:
  void incomingConnection(qintptr socket) override {
    ++accepted_;
    auto *session = new Session(socket);
    connect(session, &QThread::finished, session, &QObject::deleteLater);
    // CHECK: [[#@LINE+2]]:14: warning: every request starts a thread ('QThread::start') and its handle is lost; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:14: warning: thread 'session' is joined nowhere in this function, and nothing can join it any more; {{.*}} [belay-unjoined-thread]
    session->start();
  }

private:
  int accepted_ = 0; // on the one loop of the server
};
void serve_bad(QTcpServer &server, void (*answer)(QTcpSocket *)) {
  while (server.waitForNewConnection(-1)) {
    // CHECK: [[#@LINE+2]]:5: warning: every connection starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:57: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(answer, server.nextPendingConnection()).detach();
  }
}

static int served = 0;
void routes(QHttpServer &server) {
  server.route("/bad", [](const QHttpServerRequest &request) {
    ++served;
    // CHECK: [[#@LINE+2]]:5: warning: every request starts a thread ('std::thread') and nobody waits for it; {{.*}} [belay-unbounded-spawn]
    // CHECK: [[#@LINE+1]]:50: warning: detached thread can be neither stopped nor waited for; {{.*}} [belay-detached-thread]
    std::thread(store, request.url().toString()).detach();
    return "stored";
  });
  server.route("/ok", QHttpServerRequest::Method::Post, [] {
    QThreadPool::globalInstance()->start(new Store);
    return QtConcurrent::run([] { return QHttpServerResponse("stored"); });
  });
  server.setMissingHandler([](const QHttpServerRequest &, QHttpServerResponder &&responder) {
    // CHECK: [[#@LINE+1]]:5: warning: a request holds its thread while it sleeps; {{.*}} [belay-sleep-as-sync]
    QThread::msleep(500);
    responder.write(QHttpServerResponder::StatusCode::NotFound);
  });
}

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shape of cpp-httplib's server, so that tests of handlers need no framework. Include it with
// -isystem: it is a library's header, no project's.
//
#ifndef BELAY_TEST_INPUTS_HTTPLIB_H
#define BELAY_TEST_INPUTS_HTTPLIB_H

#include <functional>
#include <string>

namespace httplib {

struct Request {
  std::string path;
  std::string body;
};

struct Response {
  int status = 200;
  std::string body;
  void set_content(const std::string &content, const std::string &type);
};

class TaskQueue {
public:
  virtual ~TaskQueue() = default;
  virtual bool enqueue(std::function<void()> task) = 0;
  virtual void shutdown() = 0;
};

class Server {
public:
  using Handler = std::function<void(const Request &, Response &)>;

  Server &Get(const std::string &pattern, Handler handler);
  Server &Post(const std::string &pattern, Handler handler);
  Server &Put(const std::string &pattern, Handler handler);
  Server &Delete(const std::string &pattern, Handler handler);
  Server &set_error_handler(Handler handler);
  bool listen(const std::string &host, int port);
  void stop();

  std::function<TaskQueue *()> new_task_queue;
};

} // namespace httplib

#endif

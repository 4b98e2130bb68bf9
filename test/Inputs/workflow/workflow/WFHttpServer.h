// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in for Workflow's headers: the declarations that the tests of the models use.
//
#ifndef BELAY_INPUTS_WORKFLOW_WORKFLOW_WFHTTPSERVER_H
#define BELAY_INPUTS_WORKFLOW_WORKFLOW_WFHTTPSERVER_H

#include <functional>
#include <string>

class WFHttpTask {
public:
  void append_output_body(const std::string &body);
};
class WFGoTask {
public:
  void start();
};
template <class REQ, class RESP> class WFServer {
public:
  explicit WFServer(std::function<void(WFHttpTask *)> process);
  int start(unsigned short port);
};
using WFHttpServer = WFServer<int, int>;
class WFTaskFactory {
public:
  template <class FUNC, class... ARGS>
  static WFGoTask *create_go_task(const std::string &, FUNC &&, ARGS &&...) {
    return nullptr;
  }
};

#endif

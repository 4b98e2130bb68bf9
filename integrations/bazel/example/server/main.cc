// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A service: its handler is named in .belay.yaml, and lives in another target than its work.
//
#include "work/work.h"

namespace server {

void handleJob(work::Worker &worker, int job) { worker.submit(job); }

} // namespace server

int main() {
  work::Worker worker;
  for (int job = 0; job != 10; ++job)
    server::handleJob(worker, job);
}

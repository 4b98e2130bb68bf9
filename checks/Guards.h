// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards: which lock, or event loop, the uses of a variable speak for as its guard.
//
#ifndef BELAY_CHECKS_GUARDS_H
#define BELAY_CHECKS_GUARDS_H

#include "checks/Sharing.h"

namespace belay {

/// What speaks for a lock as the guard of a variable.
struct Guard {
  Id lock = 0;
  std::string name;
  unsigned holding = 0; ///< uses, a line of source once
  unsigned all = 0;
  const Use *write = nullptr;
  bool declared = false; ///< GUARDED_BY
  bool loop = false;     ///< an event loop on which the uses run

  bool isUsual() const { return declared || (holding >= 2 && holding * 3 >= all * 2); }
  bool isMeant() const { return declared || (write && holding * 3 >= all); }
};

/// The lock that its declaration names, or else the one that most uses hold.
Guard guardOf(const Variable &variable, const std::vector<Use> &uses);

} // namespace belay

#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stand-in: see Thread.h.
//
#include "muduo/base/Thread.h"

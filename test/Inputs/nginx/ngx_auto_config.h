// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the script configure of nginx writes, as far as the tests need it.
//
#define NGX_THREADS 1

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HugePages: memory in pieces of 2 MiB where the system has them for the asking.
//
#ifndef BELAY_TOOL_HUGEPAGES_H
#define BELAY_TOOL_HUGEPAGES_H

#include <cstddef>

namespace belay {

/// Makes the next so many bytes that this thread allocates come in huge pages, if they can. Takes
/// no memory by itself.
void expectToAllocate(size_t bytes);

} // namespace belay

#endif

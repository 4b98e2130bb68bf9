// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Manifest: the state of every path that a result depends on, folder by folder, so that a run that
// nothing has changed since can be known by a look at each.
//
#ifndef BELAY_TOOL_MANIFEST_H
#define BELAY_TOOL_MANIFEST_H

#include "tool/Inputs.h"
#include <utility>

namespace belay {

/// A path, absolute, and what was there.
using Dependency = std::pair<std::string, State>;

/// The dependencies as bytes. Those of one folder belong next to each other.
std::string manifestOf(llvm::ArrayRef<Dependency> dependencies);

/// Whether every path of the manifest is as it was. If that took more than a look at their stamps,
/// `renewed` becomes a manifest that takes no more.
bool holds(llvm::StringRef manifest, std::string &renewed);

} // namespace belay

#endif

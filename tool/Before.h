// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Before: what there was to find at a revision. The units that a change concerns are analysed once
// more with the texts that the changed files had; the facts of the others are those of today.
//
#ifndef BELAY_TOOL_BEFORE_H
#define BELAY_TOOL_BEFORE_H

#include "checks/Check.h"
#include "tool/Driver.h"
#include "tool/Since.h"

namespace belay {

class Before {
public:
  /// `units` are the sources as they are now, and name what they have read; `whole`: they are all
  /// that the build compiles. Where the old texts do not parse with the flags of today, a unit
  /// counts as not there: less was found then, and so more is new. Fails if git does.
  static llvm::Expected<std::unique_ptr<Before>> analyse(const Changes &changes,
                                                         llvm::ArrayRef<Source> sources,
                                                         llvm::ArrayRef<Analysis> units, bool whole,
                                                         const Setup &setup);
  ~Before();
  Before(const Before &) = delete;

  /// Drops the findings that there were as well, at the same level or a higher one, and that have
  /// no place on a line that has changed. Returns how many these are. Works once; fails as
  /// findingsIn() does.
  llvm::Expected<size_t> dropOld(Findings &findings, llvm::ArrayRef<const Check *> checks,
                                 llvm::StringRef root);

private:
  explicit Before(const Changes &changes) : changes_(changes) {}
  llvm::Error writeTexts();
  bool isConcerned(const Source &source, const Analysis &unit) const;
  std::optional<Source> once(const Source &source) const;
  bool hasNewHeaders(const Source &source, const Analysis &unit) const;
  bool lacksHeaders(const Source &source, const Analysis &now, const Analysis &then) const;
  std::string textAt(llvm::StringRef path) const;
  llvm::Expected<llvm::StringMap<Level>> found(llvm::ArrayRef<const Check *> checks,
                                               llvm::StringRef root);

  const Changes &changes_;
  std::vector<Analysis> units_;
  bool whole_ = false;
  bool isSame_ = false;            ///< no unit is concerned
  llvm::SmallString<128> folder_;  ///< of the texts
  std::vector<std::string> texts_; ///< the files with them, in the order of the changes
};

} // namespace belay

#endif

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Suppress: NOLINT comments, read as clang-tidy reads them: as text, wherever it stands. What
// follows a comment's list, such as `: reason`, is for people.
//
#include "tool/Suppress.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace belay {

namespace {

struct Comment {
  StringRef kind;                // what follows NOLINT: nothing, NEXTLINE, BEGIN or END
  std::optional<StringRef> list; // the globs
  size_t at;                     // in the file
};

// Between a BEGIN and its END.
struct Region {
  std::optional<StringRef> list;
  size_t begin;
  size_t end;
};

/// A file's comments.
class Source {
public:
  explicit Source(std::unique_ptr<MemoryBuffer> buffer);

  bool suppresses(const Place &where, StringRef name) const;

private:
  void pairRegions();
  bool isAnswered(StringRef kind, unsigned line, StringRef name) const;
  size_t startOf(unsigned line) const { return lines_[line - 1]; }

  std::unique_ptr<MemoryBuffer> buffer_;
  SmallVector<size_t, 0> lines_; // where each line starts, and the end
  SmallVector<Comment, 0> comments_;
  SmallVector<Region, 0> regions_;
};

} // namespace

/// Takes the next comment off `text`, which is what is left of `file`.
static std::optional<Comment> takeComment(StringRef &text, StringRef file) {
  const size_t at = text.find("NOLINT");
  if (at == StringRef::npos)
    return std::nullopt;
  Comment comment = {{}, {}, size_t(text.data() + at - file.data())};
  text = text.drop_front(at + StringRef("NOLINT").size());
  comment.kind = text.take_while(isAlpha);
  text = text.drop_front(comment.kind.size());
  if (StringRef rest = text; rest.consume_front("("))
    // A list ends on its line, or is none.
    if (const size_t end = rest.find_first_of(")\n"); rest.substr(end).starts_with(")"))
      comment.list = rest.take_front(end).trim();
  return comment;
}

Source::Source(std::unique_ptr<MemoryBuffer> buffer) : buffer_(std::move(buffer)) {
  const StringRef file = buffer_->getBuffer();
  lines_.push_back(0);
  for (size_t end = 0; (end = file.find('\n', end)) != StringRef::npos;)
    lines_.push_back(++end);
  lines_.push_back(file.size());
  StringRef text = file;
  while (std::optional<Comment> comment = takeComment(text, file))
    comments_.push_back(*comment);
  pairRegions();
}

/// An END ends the last BEGIN that is open if both have the same list; one without the other
/// means nothing.
void Source::pairRegions() {
  SmallVector<const Comment *> open;
  for (const Comment &comment : comments_) {
    if (comment.kind == "BEGIN") {
      open.push_back(&comment);
    } else if (comment.kind == "END" && !open.empty() && open.back()->list == comment.list) {
      const Comment *begin = open.pop_back_val();
      regions_.push_back({begin->list, begin->at, comment.at});
    }
  }
}

/// Globs as clang-tidy's: `*` stands for any characters, and nothing else is special. Negative
/// ones are no answer. No list names everything.
static bool names(std::optional<StringRef> list, StringRef name) {
  return !list || any_of(split(*list, ','), [&](StringRef glob) {
    glob = glob.trim();
    if (glob.starts_with("-") || glob.find_first_of("?[]\\") != StringRef::npos)
      return false;
    Expected<GlobPattern> pattern = GlobPattern::create(glob);
    if (pattern)
      return pattern->match(name);
    consumeError(pattern.takeError());
    return false;
  });
}

bool Source::isAnswered(StringRef kind, unsigned line, StringRef name) const {
  return any_of(comments_, [&](const Comment &comment) {
    return comment.kind == kind && comment.at >= startOf(line) && comment.at < startOf(line + 1) &&
           names(comment.list, name);
  });
}

bool Source::suppresses(const Place &where, StringRef name) const {
  if (where.line == 0 || where.line >= lines_.size())
    return false;
  const size_t at = startOf(where.line) + where.column - 1;
  return isAnswered("", where.line, name) ||
         (where.line > 1 && isAnswered("NEXTLINE", where.line - 1, name)) ||
         any_of(regions_, [&](const Region &region) {
           return region.begin <= at && at < region.end && names(region.list, name);
         });
}

unsigned dropSuppressed(Findings &findings) {
  StringMap<std::optional<Source>> sources;
  const size_t before = findings.size();
  llvm::erase_if(findings, [&](const Finding &finding) {
    auto [known, isNew] = sources.try_emplace(finding.where.file.ref());
    std::optional<Source> &source = known->second;
    if (isNew)
      if (auto buffer = MemoryBuffer::getFile(finding.where.file.ref()))
        source.emplace(std::move(*buffer));
    return source && source->suppresses(finding.where, "belay-" + finding.check);
  });
  return before - findings.size();
}

} // namespace belay

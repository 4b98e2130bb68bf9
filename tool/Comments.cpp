// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comments: found as text. Only what is said of them, such as that one suppresses nothing, asks
// clang's lexer whether they are comments at all.
//
#include "tool/Comments.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"

using namespace llvm;

namespace belay {

bool Glob::matches(StringRef name) const {
  if (text.starts_with("-") || text.find_first_of("?[]\\") != StringRef::npos)
    return false;
  Expected<GlobPattern> pattern = GlobPattern::create(text);
  if (pattern)
    return pattern->match(name);
  consumeError(pattern.takeError());
  return false;
}

std::string Comment::text() const {
  std::string text = ("NOLINT" + kind).str();
  return list ? (text + "(" + *list + ")").str() : text;
}

/// Whether a text starts with `: ` and a word.
static bool startsWithReason(StringRef text) {
  text = text.take_until([](char c) { return c == '\n'; }).ltrim();
  return text.consume_front(":") && any_of(text.split("NOLINT").first, isAlnum);
}

/// Takes the next comment off `text`, which is what is left of `file`.
static std::optional<Comment> takeComment(StringRef &text, StringRef file) {
  const size_t at = text.find("NOLINT");
  if (at == StringRef::npos)
    return std::nullopt;
  Comment comment;
  comment.at = size_t(text.data() + at - file.data());
  text = text.drop_front(at + StringRef("NOLINT").size());
  comment.kind = text.take_while(isAlpha);
  text = text.drop_front(comment.kind.size());
  if (StringRef rest = text; rest.consume_front("("))
    // A list ends on its line, or is none.
    if (const size_t end = rest.find_first_of(")\n"); rest.substr(end).starts_with(")")) {
      comment.list = rest.take_front(end).trim();
      text = rest.drop_front(end + 1);
    }
  if (comment.list)
    for (StringRef glob : split(*comment.list, ','))
      comment.globs.push_back({glob.trim()});
  else
    comment.globs.push_back({"*"});
  comment.hasReason = startsWithReason(text);
  return comment;
}

Comments::Comments(std::unique_ptr<MemoryBuffer> buffer) : buffer_(std::move(buffer)) {
  StringRef text = buffer_->getBuffer();
  while (std::optional<Comment> comment = takeComment(text, buffer_->getBuffer()))
    comments_.push_back(std::move(*comment));
  if (comments_.empty())
    return;
  const StringRef file = buffer_->getBuffer();
  lines_.push_back(0);
  for (size_t end = 0; (end = file.find('\n', end)) != StringRef::npos;)
    lines_.push_back(++end);
  lines_.push_back(file.size());
  pairRegions();
  if (file.contains("belay-"))
    lookAtCode();
}

/// An END ends the last BEGIN that is open if both have the same list; one without the other
/// means nothing.
void Comments::pairRegions() {
  SmallVector<size_t> open;
  for (size_t index = 0; index != comments_.size(); ++index) {
    Comment &comment = comments_[index];
    if (comment.kind == "BEGIN") {
      open.push_back(index);
    } else if (comment.kind == "END" && !open.empty() &&
               comments_[open.back()].list == comment.list) {
      comment.isPaired = comments_[open.back()].isPaired = true;
      regions_.push_back({open.pop_back_val(), index});
    }
  }
}

/// Marks those that are no comments, and those between #if and #endif. The guard around all of a
/// header does not count.
void Comments::lookAtCode() {
  clang::LangOptions language;
  language.LineComment = language.CPlusPlus = language.CPlusPlus11 = language.CPlusPlus14 = true;
  language.RawStringLiterals = true;
  const StringRef file = buffer_->getBuffer();
  clang::Lexer lexer(clang::SourceLocation(), language, file.begin(), file.begin(), file.end());
  lexer.SetCommentRetentionState(true);
  for (Comment &comment : comments_)
    comment.isCode = true;
  auto comment = comments_.begin();
  unsigned tokens = 0, depth = 0, hasGuard = 0;
  clang::Token token;
  do {
    lexer.LexFromRawLexer(token);
    const size_t end = lexer.getBufferLocation() - file.data(), begin = end - token.getLength();
    if (token.is(clang::tok::comment)) {
      for (; comment != comments_.end() && comment->at < end; ++comment)
        if (comment->at >= begin) {
          comment->isCode = false;
          comment->isConditional = depth > hasGuard;
        }
      continue;
    }
    ++tokens;
    if (token.isNot(clang::tok::hash) || !token.isAtStartOfLine())
      continue;
    lexer.LexFromRawLexer(token);
    const StringRef name = token.is(clang::tok::raw_identifier) ? token.getRawIdentifier() : "";
    if (name == "ifndef" && tokens == 1)
      hasGuard = 1;
    if (name.starts_with("if"))
      ++depth;
    else if (name == "endif" && depth != 0)
      --depth;
  } while (token.isNot(clang::tok::eof));
}

bool Comments::use(Comment &comment, StringRef name) {
  bool isUsed = false;
  for (Glob &glob : comment.globs)
    if (glob.matches(name))
      glob.isUsed = isUsed = true;
  return isUsed;
}

bool Comments::suppress(const Place &where, StringRef name) {
  if (where.line == 0 || where.line >= lines_.size())
    return false;
  bool isSuppressed = false;
  const auto answer = [&](StringRef kind, unsigned line) {
    for (Comment &comment : comments_)
      if (comment.kind == kind && comment.at >= startOf(line) && comment.at < startOf(line + 1))
        isSuppressed |= use(comment, name);
  };
  answer("", where.line);
  if (where.line > 1)
    answer("NEXTLINE", where.line - 1);
  const size_t at = startOf(where.line) + where.column - 1;
  for (const auto &[begin, end] : regions_)
    if (comments_[begin].at <= at && at < comments_[end].at)
      isSuppressed |= use(comments_[begin], name);
  return isSuppressed;
}

std::pair<unsigned, unsigned> Comments::positionOf(const Comment &comment) const {
  const auto next = upper_bound(lines_, comment.at);
  return {unsigned(next - lines_.begin()), unsigned(comment.at - *std::prev(next) + 1)};
}

} // namespace belay

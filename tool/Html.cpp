// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Html: text of sources and messages as HTML, snippets, and the pages of checks.
//
#include "tool/Html.h"
#include "facts/Embedded.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace belay {

static constexpr StringLiteral Replacement = "\xEF\xBF\xBD"; // U+FFFD

/// The length of a character at the start of the text that changes how its surroundings are read,
/// U+202A to U+202E and U+2066 to U+2069; 0 if there is none.
static size_t directionLength(StringRef text) {
  if (text.size() < 3 || !text.starts_with("\xE2"))
    return 0;
  const uint8_t second = text[1], third = text[2];
  return (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
                 (second == 0x81 && third >= 0xA6 && third <= 0xA9)
             ? 3
             : 0;
}

std::string escaped(StringRef bytes) {
  const std::string valid = json::fixUTF8(bytes);
  std::string html;
  for (StringRef rest = valid; !rest.empty();) {
    if (const size_t length = directionLength(rest)) {
      html += Replacement;
      rest = rest.drop_front(length);
      continue;
    }
    const char c = rest.front();
    rest = rest.drop_front();
    const bool isControl = (c >= 0 && c < ' ' && c != '\t' && c != '\n') || c == 127;
    html += c == '<'    ? StringRef("&lt;")
            : c == '>'  ? StringRef("&gt;")
            : c == '&'  ? StringRef("&amp;")
            : c == '"'  ? StringRef("&quot;")
            : c == '\'' ? StringRef("&#39;")
            : isControl ? StringRef(Replacement)
                        : StringRef(&c, 1);
  }
  return html;
}

std::string prose(StringRef message) {
  std::string html;
  while (!message.empty()) {
    const auto [before, rest] = message.split('\'');
    html += escaped(before);
    if (before.size() == message.size())
      break;
    // A quote that nothing closes, or that stands within a word, is only an apostrophe.
    const size_t end = rest.find('\'');
    const bool isWord = !before.empty() && isAlnum(before.back());
    if (end == StringRef::npos || isWord) {
      html += "&#39;";
      message = rest;
      continue;
    }
    html += "<code>" + escaped(rest.take_front(end)) + "</code>";
    message = rest.drop_front(end + 1);
  }
  return html;
}

StringRef outlineOf(Level level) {
  switch (level) {
  case Level::Note:
    return "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z";
  case Level::Warning:
    return "M6 1L11.6 11H.4z";
  case Level::Error:
    return "M6 0L12 6L6 12L0 6z";
  }
  llvm_unreachable("no such level");
}

std::string signOf(Level level) {
  return formatv("<svg class=\"sign {0}\" viewBox=\"0 0 12 12\" width=\"12\" height=\"12\" "
                 "aria-hidden=\"true\"><path d=\"{1}\"/></svg>",
                 nameOf(level), outlineOf(level));
}

std::string anchorOf(StringRef fingerprint) { return ("f-" + fingerprint).str(); }

std::string placeText(const Place &where, StringRef root) {
  return shown(where.file, root) + (where ? ":" + std::to_string(where.line) : "");
}

//===-- Snippets ----------------------------------------------------------------------------===//

// A line of generated code may be as long as a book.
static constexpr size_t MostBytes = 400;

/// How many bytes of blanks the lines have in common at their start.
static size_t indentOf(ArrayRef<StringRef> lines) {
  std::optional<StringRef> common;
  for (StringRef line : lines) {
    const StringRef blanks = line.take_while([](char c) { return c == ' ' || c == '\t'; });
    if (blanks.size() == line.size())
      continue;
    const StringRef known = common.value_or(blanks);
    size_t same = 0;
    while (same < std::min(known.size(), blanks.size()) && known[same] == blanks[same])
      ++same;
    common = known.take_front(same);
  }
  return common ? common->size() : 0;
}

/// The name, with its qualifiers, or character that starts at the offset; empty behind the end.
static StringRef tokenAt(StringRef line, size_t offset) {
  const StringRef rest = line.drop_front(std::min(offset, line.size()));
  const auto isPart = [](char c) { return isAlnum(c) || c == '_'; };
  size_t end = rest.take_while(isPart).size();
  while (end != 0 && rest.substr(end).starts_with("::"))
    end += 2 + rest.substr(end + 2).take_while(isPart).size();
  const StringRef name = rest.take_front(end);
  if (!name.empty() || rest.empty() || uint8_t(rest.front()) < 0x80)
    return name.empty() ? rest.take_front(1) : name;
  return rest.take_while([](char c) { return uint8_t(c) >= 0x80; });
}

static std::string shortened(StringRef text) {
  return escaped(text.take_front(MostBytes)) + (text.size() > MostBytes ? "\u2026" : "");
}

static void writeMarked(StringRef line, size_t offset, raw_ostream &out) {
  const StringRef token = offset < MostBytes ? tokenAt(line, offset) : StringRef();
  if (token.empty()) {
    out << shortened(line);
    return;
  }
  out << escaped(line.take_front(offset)) << "<b>" << escaped(token) << "</b>"
      << shortened(line.drop_front(offset + token.size()));
}

void writeSnippet(const Place &where, unsigned around, StringRef root, raw_ostream &out) {
  const ArrayRef<StringRef> lines = sourceLines(where.file);
  const std::string file = escaped(shown(where.file, root));
  if (!where)
    return;
  if (where.line > lines.size()) {
    out << "<p class=\"missing\">";
    if (lines.empty())
      out << "The source of " << file << " could not be read when this page was written.</p>\n";
    else
      out << file << " has only " << counted(lines.size(), "line") << " now.</p>\n";
    return;
  }
  const auto isBlank = [&](size_t index) { return lines[index].trim().empty(); };
  size_t first = where.line > around ? where.line - around - 1 : 0;
  size_t end = std::min<size_t>(where.line + around, lines.size());
  while (first + 1 < where.line && isBlank(first))
    ++first;
  while (end > where.line && isBlank(end - 1))
    --end;
  const ArrayRef<StringRef> shownLines = lines.slice(first, end - first);
  const size_t indent = indentOf(shownLines);
  out << "<pre class=\"code\"><code>";
  for (auto [index, line] : enumerate(shownLines)) {
    const size_t number = first + index + 1;
    const StringRef text = line.drop_front(std::min(indent, line.size()));
    if (number == where.line) {
      out << "<mark class=\"line\" data-line=\"" << number << "\">";
      writeMarked(text, where.column > indent ? where.column - 1 - indent : 0, out);
      out << "\n</mark>";
    } else {
      out << "<span class=\"line\" data-line=\"" << number << "\">" << shortened(text)
          << "\n</span>";
    }
  }
  out << "</code></pre>\n";
}

//===-- Pages of checks ---------------------------------------------------------------------===//

static StringRef pageOf(const Check &check) {
  for (const EmbeddedFile &page : checkPages())
    if (page.name == (check.id + ".md").str())
      return page.text;
  return "";
}

/// What stands below a heading of a page; the empty heading is the one on top.
static StringRef section(StringRef page, StringRef heading) {
  StringRef rest = page;
  if (!heading.empty())
    rest = page.split(("\n## " + heading + "\n").str()).second;
  else
    rest = page.split('\n').second;
  return rest.split("\n## ").first.trim('\n');
}

/// A paragraph of Markdown, of which the pages use `code` and [links](page.md) only.
static std::string paragraph(StringRef text) {
  std::string html;
  bool isCode = true;
  for (StringRef part : split(text, '`')) {
    isCode = !isCode;
    if (isCode) {
      html += "<code>" + escaped(part) + "</code>";
      continue;
    }
    StringRef rest = part;
    while (true) {
      const auto [before, after] = rest.split('[');
      html += escaped(before);
      if (before.size() == rest.size())
        break;
      html += escaped(after.split(']').first);
      rest = after.split(']').second;
      if (rest.starts_with("("))
        rest = rest.split(')').second;
    }
  }
  return html;
}

/// Code of several lines.
static std::string escapedLines(StringRef code) {
  std::string html;
  for (StringRef line : split(code.rtrim('\n'), '\n'))
    html += escaped(line) + "\n";
  return html;
}

static void writeMarkdown(StringRef text, raw_ostream &out) {
  bool isCode = false;
  for (StringRef block : split(text, "```")) {
    if (isCode) {
      out << "<pre class=\"code\"><code>" << escapedLines(block.split('\n').second)
          << "</code></pre>\n";
    } else {
      for (StringRef each : split(block, "\n\n"))
        if (!each.trim().empty())
          out << "<p>" << paragraph(each.trim()) << "</p>\n";
    }
    isCode = !isCode;
  }
}

void writeCheck(const Check &check, raw_ostream &out) {
  const StringRef page = pageOf(check);
  out << "<section class=\"check-page\" id=\"check-" << check.id << "\">\n<h3>belay-" << check.id
      << "</h3>\n";
  writeMarkdown(section(page, ""), out);
  writeMarkdown(section(page, "Why"), out);
  out << "<details><summary>What to write instead</summary>\n";
  writeMarkdown(section(page, "Instead"), out);
  out << "</details>\n<p class=\"more\">The whole page is docs/checks/" << check.id
      << ".md, and what <code>belay explain " << check.id << "</code> prints.</p>\n</section>\n";
}

} // namespace belay

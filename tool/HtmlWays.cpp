// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HtmlWays: the picture of the HTML report, once for wide and once for narrow screens: where
// threads come from, the functions with findings that they reach, and lines between them.
//
#include "tool/Html.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <map>
#include <numeric>

using namespace llvm;

namespace belay {

namespace {

/// A point of the picture: a start on the left, or work on the right.
struct Node {
  std::string name;
  std::string kind; ///< of a start
  std::string place;
  std::vector<size_t> findings{}; ///< indexes
  Level worst = Level::Note;
  double row = 0;
};

struct Line {
  size_t from = 0;
  size_t to = 0;
  Level worst = Level::Note;
};

/// The sizes of one drawing, in pixels.
struct Size {
  StringRef kind;
  unsigned width;
  unsigned gap;    ///< between the two columns
  unsigned letter; ///< the width of ten letters
};

class Picture {
public:
  Picture(const Findings &findings, ArrayRef<std::string> anchors);

  void write(raw_ostream &out);

private:
  void add(size_t finding, const Chain &chain);
  void keepWorst();
  void order();
  size_t lettersLeft(size_t room, bool isWide) const;
  void draw(const Size &size, raw_ostream &out) const;
  void drawStart(const Node &start, unsigned x, size_t room, bool isWide, raw_ostream &out) const;
  void drawWork(const Node &work, unsigned x, size_t room, const Size &size,
                raw_ostream &out) const;
  void drawSigns(const Node &node, unsigned x, double y, raw_ostream &out) const;

  const Findings &findings_;
  ArrayRef<std::string> anchors_;
  std::vector<Node> starts_, works_;
  std::vector<Line> lines_;
  std::map<std::string, size_t> startOf_, workOf_;
  DenseMap<std::pair<size_t, size_t>, size_t> lineOf_;
  size_t placed_ = 0; ///< findings that have a start
  size_t left_ = 0;   ///< works that are too many
};

} // namespace

static constexpr size_t MostWorks = 24;
static constexpr unsigned RowHeight = 46, Top = 34;
static constexpr unsigned MostSigns = 5;

static double middleOf(const Node &node) { return Top + node.row * RowHeight; }

static std::string placeOf(const Place &where) {
  return formatv("{0}:{1}", sys::path::filename(where.file), where.line);
}

static std::string keyOf(StringRef name, const Place &where) {
  return formatv("{0}\n{1}:{2}:{3}", name, where.file.ref(), where.line, where.column);
}

/// The node of a key; a new one if there is none.
static size_t nodeOf(std::map<std::string, size_t> &known, std::vector<Node> &nodes,
                     const std::string &key, Node node) {
  const auto [entry, isNew] = known.insert({key, nodes.size()});
  if (isNew)
    nodes.push_back(std::move(node));
  return entry->second;
}

/// "request", "connection" or "thread", for a chain whose start is known.
static StringRef kindOf(const Chain &chain) { return nameOf(chain).split(' ').second; }

void Picture::add(size_t finding, const Chain &chain) {
  const Step &start = *chain.start;
  const Step *last = &start;
  for (const Step &step : chain.steps)
    if (&step > last && !step.into.empty())
      last = &step;
  const StringRef begins = start.into.empty() ? "accept loop" : start.into.ref();
  const size_t from = nodeOf(startOf_, starts_, keyOf(begins, start.where),
                             {begins.str(), (kindOf(chain) + ", ").str(), placeOf(start.where)});
  // Lambdas share their names, but not the places where they are handed over.
  const StringRef name = last->into.empty() ? begins : last->into.ref();
  const bool isUnique = last != &start && !name.starts_with("lambda in ");
  const bool goesOn = last != &chain.steps.back();
  const Place &where = goesOn ? last[1].where : findings_[finding].where;
  const std::string key = keyOf(name, isUnique ? Place{where.file} : last->where);
  const size_t to =
      nodeOf(workOf_, works_, key, {name.str(), "", sys::path::filename(where.file).str()});
  const Level level = findings_[finding].level;
  for (Node *node : {&starts_[from], &works_[to]}) {
    node->worst = std::max(node->worst, level);
    if (!is_contained(node->findings, finding))
      node->findings.push_back(finding);
  }
  const auto [line, isNew] = lineOf_.insert({{from, to}, lines_.size()});
  if (isNew)
    lines_.push_back({from, to, level});
  lines_[line->second].worst = std::max(lines_[line->second].worst, level);
}

/// Takes away the nodes that are not kept, and the lines to them.
static void drop(std::vector<Node> &nodes, std::vector<Line> &lines, size_t Line::*end,
                 function_ref<bool(size_t)> isKept) {
  std::vector<size_t> now(nodes.size());
  std::vector<Node> kept;
  for (size_t index = 0; index != nodes.size(); ++index) {
    now[index] = kept.size();
    if (isKept(index))
      kept.push_back(std::move(nodes[index]));
  }
  erase_if(lines, [&](const Line &line) { return !isKept(line.*end); });
  for (Line &line : lines)
    line.*end = now[line.*end];
  nodes = std::move(kept);
}

/// Of too many works, those with the highest levels and then the most findings.
void Picture::keepWorst() {
  if (works_.size() <= MostWorks)
    return;
  left_ = works_.size() - MostWorks;
  std::vector<size_t> ranks(works_.size());
  std::iota(ranks.begin(), ranks.end(), 0);
  sort(ranks, [&](size_t a, size_t b) {
    const auto weight = [&](size_t index) {
      return std::pair(works_[index].worst, works_[index].findings.size());
    };
    return weight(a) != weight(b) ? weight(a) > weight(b) : a < b;
  });
  const std::vector<size_t> kept(ranks.begin(), ranks.begin() + MostWorks);
  drop(works_, lines_, &Line::to, [&](size_t index) { return is_contained(kept, index); });
  std::vector<bool> used(starts_.size());
  for (const Line &line : lines_)
    used[line.from] = true;
  drop(starts_, lines_, &Line::from, [&](size_t index) { return used[index]; });
}

/// Puts each node of one side beside the mean of what it is connected with on the other, so that
/// few lines cross.
static void arrange(std::vector<Node> &nodes, const std::vector<Node> &others, ArrayRef<Line> lines,
                    size_t Line::*own, size_t Line::*other, double height) {
  std::vector<std::pair<double, size_t>> order;
  for (size_t index = 0; index != nodes.size(); ++index) {
    double sum = 0;
    unsigned count = 0;
    for (const Line &line : lines)
      if (line.*own == index) {
        sum += others[line.*other].row;
        ++count;
      }
    order.push_back({count ? sum / count : 0, index});
  }
  sort(order);
  for (auto [rank, entry] : enumerate(order))
    nodes[entry.second].row = (double(rank) + 0.5) * height / double(nodes.size());
}

void Picture::order() {
  const double height = double(std::max(starts_.size(), works_.size()));
  for (auto [index, start] : enumerate(starts_))
    start.row = (double(index) + 0.5) * height / double(starts_.size());
  for (unsigned turn = 0; turn != 3; ++turn) {
    arrange(works_, starts_, lines_, &Line::to, &Line::from, height);
    arrange(starts_, works_, lines_, &Line::from, &Line::to, height);
  }
}

Picture::Picture(const Findings &findings, ArrayRef<std::string> anchors)
    : findings_(findings), anchors_(anchors) {
  for (size_t index = 0; index != findings.size(); ++index) {
    bool isPlaced = false;
    for (const Chain &chain : chainsOf(findings[index].trail, findings[index].meets))
      if (chain.start) {
        add(index, chain);
        isPlaced = true;
      }
    placed_ += isPlaced;
  }
  keepWorst();
  order();
}

/// The end of a name says most, and is best cut between its parts; `room` is in letters.
static std::string fitting(StringRef name, size_t room) {
  if (name.size() <= room)
    return escaped(name);
  const StringRef end = name.take_back(room - 1);
  const size_t part = end.find("::");
  return "\u2026" + escaped(part == StringRef::npos ? end : end.drop_front(part + 2));
}

void Picture::drawSigns(const Node &node, unsigned x, double y, raw_ostream &out) const {
  for (size_t index : ArrayRef(node.findings).take_front(MostSigns)) {
    const Finding &finding = findings_[index];
    const std::string said = escaped(
        (nameOf(finding.level) + ": " + finding.message.substr(0, finding.message.find("; ")))
            .str());
    out << formatv("<a href=\"#{0}\" aria-label=\"{1}\"><title>{1}</title>"
                   "<rect x=\"{2}\" y=\"{3:f1}\" width=\"16\" height=\"18\" class=\"touch\"/>"
                   "<path class=\"sign {4}\" transform=\"translate({5} {6:f1})\" d=\"{7}\"/></a>\n",
                   escaped(anchors_[index]), said, x - 2, y - 3, nameOf(finding.level), x, y,
                   outlineOf(finding.level));
    x += 16;
  }
}

/// How wide the names are on the left, in letters; no wider than there is room.
size_t Picture::lettersLeft(size_t room, bool isWide) const {
  size_t most = 6;
  for (const Node &start : starts_)
    most =
        std::max({most, start.name.size(), start.place.size() + (isWide ? start.kind.size() : 0)});
  return std::min(most, room);
}

void Picture::drawStart(const Node &start, unsigned x, size_t room, bool isWide,
                        raw_ostream &out) const {
  const double y = middleOf(start);
  out << formatv("<g><title>{0}</title><circle cx=\"{1}\" cy=\"{2:f1}\" r=\"3.5\"/>"
                 "<text class=\"name\" x=\"{3}\" y=\"{4:f1}\" text-anchor=\"end\">{5}</text>"
                 "<text class=\"detail\" x=\"{3}\" y=\"{6:f1}\" text-anchor=\"end\">{7}</text>"
                 "</g>\n",
                 escaped(start.name), x, y, x - 10, y - 2, fitting(start.name, room), y + 14,
                 fitting((isWide ? start.kind : "") + start.place, room));
}

void Picture::drawWork(const Node &work, unsigned x, size_t room, const Size &size,
                       raw_ostream &out) const {
  const double y = middleOf(work);
  const size_t signs = std::min<size_t>(work.findings.size(), MostSigns);
  const size_t more = work.findings.size() - signs, letters = signs * 160 / size.letter;
  const std::string detail = (more ? "+" + std::to_string(more) + "  " : "") + work.place;
  out << formatv("<g><title>{0}</title><circle cx=\"{1}\" cy=\"{2:f1}\" r=\"3.5\"/>"
                 "<text class=\"name\" x=\"{3}\" y=\"{4:f1}\">{5}</text>"
                 "<text class=\"detail\" x=\"{6}\" y=\"{7:f1}\">{8}</text></g>\n",
                 escaped(work.name), x, y, x + 10, y - 2, fitting(work.name, room),
                 x + 12 + signs * 16, y + 14,
                 fitting(detail, room > letters + 2 ? room - letters : 2));
  drawSigns(work, x + 10, y + 4, out);
}

void Picture::draw(const Size &size, raw_ostream &out) const {
  const bool isWide = size.kind == "wide";
  const size_t room = ((size.width - size.gap) / 2 - 10) * 10 / size.letter;
  const unsigned left = unsigned(lettersLeft(room, isWide) * size.letter / 10 + 12);
  const unsigned right = left + size.gap;
  const size_t rest = (size.width - right - 10) * 10 / size.letter;
  out << formatv("<svg class=\"ways {0}\" viewBox=\"0 0 {1} {2}\" width=\"{1}\" height=\"{2}\" "
                 "role=\"group\" aria-labelledby=\"ways-title\">\n",
                 size.kind, size.width,
                 Top + RowHeight * unsigned(std::max(starts_.size(), works_.size())) + 4);
  out << formatv("<text class=\"column\" x=\"{0}\" y=\"14\" text-anchor=\"end\">Starts</text>"
                 "<text class=\"column\" x=\"{1}\" y=\"14\">Reaches</text>\n",
                 left - 10, right + 10);
  for (const Line &line : lines_)
    out << formatv("<path class=\"way {0}\" d=\"M{1} {2:f1}C{3} {2:f1} {3} {4:f1} {5} {4:f1}\"/>\n",
                   nameOf(line.worst), left, middleOf(starts_[line.from]), left + size.gap / 2,
                   middleOf(works_[line.to]), right);
  for (const Node &start : starts_)
    drawStart(start, left, room, isWide, out);
  for (const Node &work : works_)
    drawWork(work, right, rest, size, out);
  out << "</svg>\n";
}

void Picture::write(raw_ostream &out) {
  if (starts_.empty())
    return;
  out << "<section class=\"picture\" aria-labelledby=\"ways-title\">\n"
         "<h2 id=\"ways-title\">Where they come from</h2>\n<figure>\n";
  draw({"wide", 1040, 180, 76}, out);
  draw({"narrow", 328, 44, 62}, out);
  out << "<figcaption>";
  if (placed_ == findings_.size())
    out << (placed_ == 1 ? "The finding is" : "All findings are");
  else
    out << placed_ << " of " << findings_.size()
        << (placed_ == 1 ? " findings is" : " findings are");
  out << " known to be reached from a request, a connection or a thread. Each sign leads to its "
         "finding.";
  if (left_ != 0)
    out << formatv(
        " Drawn are the {0} functions with the most and worst of them; {1} more are only "
        "in the list.",
        MostWorks, left_);
  out << "</figcaption>\n</figure>\n</section>\n";
}

void writeWays(const Findings &findings, ArrayRef<std::string> anchors, raw_ostream &out) {
  Picture(findings, anchors).write(out);
}

} // namespace belay

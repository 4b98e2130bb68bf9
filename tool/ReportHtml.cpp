// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ReportHtml: findings as one page that needs nothing else: no server, no network, no script for
// reading. tool/report.css and tool/report.js are part of it, and nothing else may run or load.
//
#include "facts/Embedded.h"
#include "tool/Html.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SHA256.h"
#include <map>
#include <numeric>
#include <set>

using namespace llvm;

namespace belay {

static constexpr Level allLevels[] = {Level::Error, Level::Warning, Level::Note};

static StringRef partNamed(StringRef name) {
  for (const EmbeddedFile &part : reportParts())
    if (part.name == name)
      return part.text;
  llvm_unreachable("not embedded");
}

/// A source of the page's policy: this text and no other.
static std::string policyFor(StringRef text) {
  return "'sha256-" + encodeBase64(SHA256::hash(arrayRefFromStringRef(text))) + "'";
}

static const Check *checkOf(const Finding &finding) {
  return find_if(allChecks(), [&](const Check &known) { return known.id == finding.check; });
}

static Family familyOf(const Finding &finding) {
  const Check *check = checkOf(finding);
  return check == allChecks().end() ? Family::Spawning : check->family;
}

namespace {

/// The findings of one rule, by file.
using Files = std::map<std::string, std::vector<size_t>>;

class HtmlWriter {
public:
  HtmlWriter(const Findings &findings, const Coverage &coverage, StringRef root, raw_ostream &out);

  void write();

private:
  using Counts = std::map<Level, size_t>;

  std::string title() const;
  void writeHead();
  void writeHeader();
  void writeTable();
  void writeRow(StringRef heading, const Counts &counts);
  void writeProblems();
  void writeFilters();
  void writeChoice(StringRef name, StringRef label, ArrayRef<std::pair<std::string, std::string>>);
  void writeFamily(Family family, const Files &files);
  void writeFinding(size_t index);
  void writeBody(size_t index);
  void writeChain(const Finding &finding, const Chain &chain, StringRef heading, bool isLast);
  void writeStep(const Step &step);
  void writeChecks();
  Counts countIf(function_ref<bool(const Finding &)> counts) const;

  const Findings &findings_;
  const Coverage &coverage_;
  StringRef root_;
  raw_ostream &out_;
  std::vector<std::string> anchors_;
  std::map<Family, Files> families_;
  std::set<std::string> files_;
};

} // namespace

HtmlWriter::HtmlWriter(const Findings &findings, const Coverage &coverage, StringRef root,
                       raw_ostream &out)
    : findings_(findings), coverage_(coverage), root_(root), out_(out) {
  for (auto [index, finding] : enumerate(findings)) {
    anchors_.push_back(anchorOf(finding.fingerprint));
    std::string file = shown(finding.where.file, root);
    families_[familyOf(finding)][file].push_back(index);
    files_.insert(std::move(file));
  }
}

HtmlWriter::Counts HtmlWriter::countIf(function_ref<bool(const Finding &)> counts) const {
  Counts result;
  for (const Finding &finding : findings_)
    if (counts(finding))
      ++result[finding.level];
  return result;
}

std::string HtmlWriter::title() const {
  return findings_.empty() ? "No findings" : counted(findings_.size(), "finding");
}

void HtmlWriter::writeHead() {
  const StringRef style = partNamed("report.css"), script = partNamed("report.js");
  out_ << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
       << "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
       << policyFor(style) << "; script-src " << policyFor(script)
       << "; img-src data:; base-uri 'none'; form-action 'none'\">\n"
       << "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
       << "<meta name=\"color-scheme\" content=\"light dark\">\n"
       << "<meta name=\"generator\" content=\"belay " << BELAY_VERSION << "\">\n"
       << "<title>" << title() << " \u2013 Belay</title>\n<link rel=\"icon\" href=\"data:,\">\n"
       << "<style>" << style << "</style>\n</head>\n";
}

void HtmlWriter::writeRow(StringRef heading, const Counts &counts) {
  out_ << "<tr><th scope=\"row\">" << heading << "</th>";
  size_t all = 0;
  for (Level level : allLevels) {
    const auto known = counts.find(level);
    const size_t count = known == counts.end() ? 0 : known->second;
    all += count;
    out_ << "<td" << (count ? "" : " class=\"none\"") << ">" << count << "</td>";
  }
  out_ << "<td>" << all << "</td></tr>\n";
}

void HtmlWriter::writeTable() {
  out_ << "<table>\n<caption>By rule and level</caption>\n<thead><tr><th scope=\"col\">Rule</th>";
  static constexpr StringLiteral headings[] = {"Errors", "Warnings", "Notes"};
  for (auto [level, heading] : zip_equal(allLevels, headings))
    out_ << "<th scope=\"col\">" << signOf(level) << " " << heading << "</th>";
  out_ << "<th scope=\"col\">All</th></tr></thead>\n<tbody>\n";
  for (const auto &[family, files] : families_) {
    const FamilyText &text = textOf(family);
    writeRow(formatv("<a href=\"#rule-{0}\">{1}</a>", text.id, text.title).str(),
             countIf([&](const Finding &finding) { return familyOf(finding) == family; }));
  }
  out_ << "</tbody>\n<tfoot>\n";
  writeRow("All", countIf([](const Finding &) { return true; }));
  out_ << "</tfoot>\n</table>\n";
}

void HtmlWriter::writeProblems() {
  if (coverage_.problems.empty())
    return;
  out_ << "<section class=\"problems\" aria-labelledby=\"problems-title\">\n"
       << "<h2 id=\"problems-title\">" << counted(coverage_.problems.size(), "unit")
       << " did not parse</h2>\n<p>What is wrong in there is not in this report.</p>\n<details"
       << (coverage_.problems.size() <= 5 ? " open" : "") << "><summary>Why</summary>\n<ul>\n";
  for (StringRef problem : coverage_.problems)
    out_ << "<li>" << escaped(problem) << "</li>\n";
  out_ << "</ul>\n</details>\n</section>\n";
}

void HtmlWriter::writeHeader() {
  std::string units = counted(coverage_.units, "unit");
  if (const size_t missing = coverage_.problems.size())
    units = std::to_string(coverage_.units - missing) + " of " + units;
  out_ << "<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n<header>\n"
       << "<p class=\"product\">Belay</p>\n<h1>" << title() << "</h1>\n";
  if (findings_.empty()) {
    out_ << "<p class=\"lead\">" << units
         << " analysed; nothing was found at the levels that were asked for.</p>\n";
  } else {
    out_ << "<p class=\"lead\">In " << counted(files_.size(), "file") << "; " << units
         << " analysed.</p>\n";
    writeTable();
  }
  writeProblems();
  out_ << "</header>\n";
}

void HtmlWriter::writeChoice(StringRef name, StringRef label,
                             ArrayRef<std::pair<std::string, std::string>> values) {
  out_ << formatv("<label>{0} <select name=\"{1}\">\n<option value=\"\">all</option>\n", label,
                  name);
  for (const auto &[value, text] : values)
    out_ << "<option value=\"" << escaped(value) << "\">" << escaped(text) << "</option>\n";
  out_ << "</select></label>\n";
}

/// Hidden until the script is there to serve them.
void HtmlWriter::writeFilters() {
  out_ << "<form class=\"filters\" role=\"search\" aria-label=\"Filter the findings\" hidden>\n"
       << "<label class=\"search\">Search <input type=\"search\" name=\"q\" "
          "autocomplete=\"off\" spellcheck=\"false\" aria-keyshortcuts=\"/\"></label>\n";
  out_ << "<fieldset><legend>Level</legend>\n";
  for (Level level : allLevels)
    out_ << formatv("<label><input type=\"checkbox\" name=\"level\" value=\"{0}\" checked> {1} "
                    "{0}</label>\n",
                    nameOf(level), signOf(level));
  out_ << "</fieldset>\n";
  std::vector<std::pair<std::string, std::string>> rules, files;
  for (const auto &[family, unused] : families_)
    rules.push_back({textOf(family).id.str(), textOf(family).title.str()});
  for (const std::string &file : files_)
    files.push_back({file, file});
  writeChoice("rule", "Rule", rules);
  writeChoice("file", "File", files);
  out_ << "<p class=\"state\"><output aria-live=\"polite\"></output>\n"
       << "<button type=\"reset\">Show all</button>\n"
       << "<button type=\"button\" class=\"unfold\">Open all</button></p>\n</form>\n";
}

void HtmlWriter::writeStep(const Step &step) {
  out_ << "<li><p>" << prose(step.text);
  if (step.where)
    out_ << " <span class=\"place\">" << escaped(placeText(step.where, root_)) << "</span>";
  out_ << "</p>\n";
  writeSnippet(step.where, 1, root_, out_);
  out_ << "</li>\n";
}

/// What is wrong, without the way out.
static StringRef hazardOf(const Finding &finding) {
  return StringRef(finding.message).split("; ").first;
}

void HtmlWriter::writeChain(const Finding &finding, const Chain &chain, StringRef heading,
                            bool isLast) {
  out_ << "<section class=\"chain\">\n<h5>" << heading << "</h5>\n<ol class=\"way\">\n";
  for (const Step &step : chain.steps)
    writeStep(step);
  // A way that goes on in another function ends where that makes the mistake.
  if (isLast && chain.steps.back().kind != Step::Kind::Remark &&
      chain.steps.back().where != finding.where)
    out_ << "<li class=\"end\"><p>" << signOf(finding.level) << " " << prose(hazardOf(finding))
         << " <span class=\"place\">" << escaped(placeText(finding.where, root_))
         << "</span></p></li>\n";
  out_ << "</ol>\n</section>\n";
}

void HtmlWriter::writeBody(size_t index) {
  const Finding &finding = findings_[index];
  const StringRef wayOut = StringRef(finding.message).split("; ").second;
  out_ << "<div class=\"body\">\n";
  if (!wayOut.empty())
    out_ << "<p class=\"instead\"><b>Instead</b> " << prose(wayOut) << "</p>\n";
  writeSnippet(finding.where, 3, root_, out_);
  const auto chains = chainsOf(finding.trail, finding.meets);
  if (chains.size() == 2) {
    out_ << "<div class=\"chains\">\n";
    static constexpr StringLiteral ordinals[] = {"One way", "The other way"};
    for (auto [chain, ordinal] : zip_equal(chains, ordinals))
      writeChain(finding, chain, (ordinal + ": " + nameOf(chain)).str(), false);
    out_ << "</div>\n";
  } else if (chains.size() == 1) {
    const Chain &chain = chains.front();
    writeChain(finding, chain,
               chain.start ? ("From " + nameOf(chain) + " to here").str() : "What belongs to it",
               true);
  }
  const Check *check = checkOf(finding);
  out_ << "<p class=\"about\">";
  if (check != allChecks().end())
    out_ << formatv("<span><a href=\"#check-{0}\">belay-{0}</a> finds {1}. <span class=\"page\">"
                    "docs/checks/{0}.md</span></span> ",
                    check->id, escaped(check->summary));
  out_ << "<a class=\"link\" href=\"#" << anchors_[index] << "\">Link to this finding</a></p>\n"
       << "</div>\n";
}

void HtmlWriter::writeFinding(size_t index) {
  const Finding &finding = findings_[index];
  out_ << formatv("<details class=\"finding\" id=\"{0}\" data-level=\"{1}\" data-rule=\"{2}\" "
                  "data-file=\"{3}\">\n",
                  anchors_[index], nameOf(finding.level), textOf(familyOf(finding)).id,
                  escaped(shown(finding.where.file, root_)));
  out_ << "<summary>" << signOf(finding.level) << "<h4>" << prose(hazardOf(finding)) << "</h4>"
       << "<span class=\"facts\"><span class=\"level " << nameOf(finding.level) << "\">"
       << nameOf(finding.level) << "</span><span>line " << finding.where.line
       << "</span><span>belay-" << escaped(finding.check) << "</span></span></summary>\n";
  writeBody(index);
  out_ << "</details>\n";
}

void HtmlWriter::writeFamily(Family family, const Files &files) {
  const FamilyText &text = textOf(family);
  out_ << formatv("<section class=\"rule\" aria-labelledby=\"rule-{0}\">\n"
                  "<h2 id=\"rule-{0}\">{1}</h2>\n<p class=\"lead\">{2}</p>\n",
                  text.id, text.title, text.rule);
  for (const auto &[file, indexes] : files) {
    out_ << "<section class=\"file\">\n<h3>" << escaped(file) << "</h3>\n";
    for (size_t index : indexes)
      writeFinding(index);
    out_ << "</section>\n";
  }
  out_ << "</section>\n";
}

void HtmlWriter::writeChecks() {
  out_ << "<section class=\"checks\" aria-labelledby=\"checks-title\">\n"
       << "<h2 id=\"checks-title\">The checks</h2>\n";
  for (const Check &check : allChecks())
    if (any_of(findings_, [&](const Finding &finding) { return finding.check == check.id; }))
      writeCheck(check, out_);
  out_ << "</section>\n";
}

void HtmlWriter::write() {
  writeHead();
  writeHeader();
  out_ << "<main>\n";
  writeWays(findings_, anchors_, out_);
  if (!findings_.empty())
    writeFilters();
  out_ << "<div id=\"findings\" tabindex=\"-1\">\n";
  for (const auto &[family, files] : families_)
    writeFamily(family, files);
  out_ << "<p class=\"nothing\" hidden>No finding is left by these filters.</p>\n</div>\n";
  if (!findings_.empty())
    writeChecks();
  out_ << "</main>\n<footer><p>Written by belay " << BELAY_VERSION
       << ". Nothing is loaded when this page is read.</p></footer>\n<script>"
       << partNamed("report.js") << "</script>\n</body>\n</html>\n";
}

void reportHtml(const Findings &findings, const Coverage &coverage, StringRef root,
                raw_ostream &out) {
  HtmlWriter(findings, coverage, root, out).write();
}

} // namespace belay

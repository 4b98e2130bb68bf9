// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tool/KeptFindings.h"
#include "facts/Bytes.h"
#include "facts/Names.h"

using namespace llvm;

namespace belay {

static StringRef nameOf(Step::Kind kind) {
  switch (kind) {
  case Step::Kind::Remark:
    return "remark";
  case Step::Kind::Enters:
    return "enters";
  case Step::Kind::Thread:
    return "thread";
  case Step::Kind::Handler:
    return "handler";
  case Step::Kind::Connections:
    return "connections";
  }
  return "";
}

static void fields(auto &io, Is<Step> auto &step) {
  auto &[where, text, kind, into] = step;
  io(where, text, kind, into);
}

static void fields(auto &io, Is<Finding> auto &finding) {
  auto &[check, level, where, message, trail, entity, declared, meets, fingerprint, fix] = finding;
  io(check, level, where, message, trail, entity, declared, meets, fingerprint, fix);
}

std::string bytesOf(const Findings &findings) {
  Writer writer;
  writer(findings);
  return writer.take();
}

std::optional<Findings> findingsOf(StringRef bytes) {
  Findings findings;
  Reader reader(bytes);
  reader(findings);
  return reader.failed() || !reader.atEnd() ? std::nullopt : std::optional(std::move(findings));
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PrefixUse: a unit behind a prefix sees all of its headers, whether it includes them or not. That
// changes nothing as long as no macro tells the difference.
//
#include "tool/Parse.h"
#include "tool/Prefix.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/BitVector.h"

using namespace llvm;

namespace belay {

class PrefixUse::Callbacks : public clang::PPCallbacks {
public:
  Callbacks(const clang::SourceManager &sources, PrefixUse &use)
      : sources_(sources), prefix_(use.prefix_), isDoubtful_(use.isDoubtful_),
        included_(use.prefix_.includes.size()) {}

  void InclusionDirective(clang::SourceLocation, const clang::Token &, StringRef, bool,
                          clang::CharSourceRange, clang::OptionalFileEntryRef file, StringRef,
                          StringRef, const clang::Module *, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    if (const auto header = file ? headerOf(*file) : std::nullopt; header && !included_[*header]) {
      // It has been read without the macros that the unit defines before it.
      isDoubtful_ |= hasOwnMacros_;
      include(*header);
    }
  }

  void MacroDefined(const clang::Token &name, const clang::MacroDirective *) override {
    changed(name);
  }
  void MacroUndefined(const clang::Token &name, const clang::MacroDefinition &,
                      const clang::MacroDirective *undefinition) override {
    if (undefinition) // it was one
      changed(name);
  }

  void MacroExpands(const clang::Token &name, const clang::MacroDefinition &macro,
                    clang::SourceRange, const clang::MacroArgs *) override {
    used(name, macro);
  }
  void Defined(const clang::Token &name, const clang::MacroDefinition &macro,
               clang::SourceRange) override {
    used(name, macro);
  }
  void Ifdef(clang::SourceLocation, const clang::Token &name,
             const clang::MacroDefinition &macro) override {
    used(name, macro);
  }
  void Ifndef(clang::SourceLocation, const clang::Token &name,
              const clang::MacroDefinition &macro) override {
    used(name, macro);
  }
  void Elifdef(clang::SourceLocation, const clang::Token &name,
               const clang::MacroDefinition &macro) override {
    used(name, macro);
  }
  void Elifndef(clang::SourceLocation, const clang::Token &name,
                const clang::MacroDefinition &macro) override {
    used(name, macro);
  }
  using clang::PPCallbacks::Elifdef;
  using clang::PPCallbacks::Elifndef;

private:
  std::optional<uint32_t> headerOf(clang::FileEntryRef file) const {
    const auto known = prefix_.headers.find(realPathOf(file));
    return known == prefix_.headers.end() ? std::nullopt : std::optional(known->second);
  }

  void include(uint32_t header) {
    SmallVector<uint32_t> open = {header};
    while (!open.empty()) {
      const uint32_t next = open.pop_back_val();
      if (included_[next])
        continue;
      included_.set(next);
      append_range(open, prefix_.includes[next]);
    }
  }

  void changed(const clang::Token &name) {
    // Headers of the system are made to go with each other in any order.
    if (!hasOwnMacros_ && prefix_.identifiers.contains(name.getIdentifierInfo()->getName()) &&
        !sources_.isInSystemHeader(name.getLocation()))
      hasOwnMacros_ = true;
  }

  void used(const clang::Token &name, const clang::MacroDefinition &macro) {
    const clang::MacroInfo *info = macro.getMacroInfo();
    if (!info || isDoubtful_ || !sources_.isLoadedSourceLocation(info->getDefinitionLoc()))
      return;
    auto [known, isNew] = macros_.try_emplace(info);
    if (isNew) {
      const auto file = sources_.getFileEntryRefForID(sources_.getFileID(info->getDefinitionLoc()));
      known->second = file ? headerOf(*file) : std::nullopt; // nothing: clang's own
    }
    isDoubtful_ = known->second && !included_[*known->second] &&
                  !sources_.isInSystemHeader(sources_.getExpansionLoc(name.getLocation()));
  }

  const clang::SourceManager &sources_;
  const Prefix &prefix_;
  bool &isDoubtful_;
  bool hasOwnMacros_ = false;
  BitVector included_;
  DenseMap<const clang::MacroInfo *, std::optional<uint32_t>> macros_; // where each is defined
};

void PrefixUse::watch(clang::Preprocessor &preprocessor) {
  preprocessor.addPPCallbacks(std::make_unique<Callbacks>(preprocessor.getSourceManager(), *this));
}

// Making a prefix takes about as long as it saves in eight units.
std::vector<bool> unitsThatPayForPrefix(ArrayRef<Source> sources) {
  std::vector<std::string> alike; // the flags that change what a system header means
  StringMap<unsigned> counts;
  for (const Source &source : sources) {
    std::string flags;
    for (StringRef flag : source.flags)
      if (flag.starts_with("-std") || flag.starts_with("-f") || flag.starts_with("-m") ||
          flag.starts_with("-O") || flag.starts_with("-D_"))
        flags += flag.str() + ' ';
    ++counts[alike.emplace_back(std::move(flags))];
  }
  std::vector<bool> pays;
  for (const std::string &flags : alike)
    pays.push_back(counts[flags] >= 8);
  return pays;
}

} // namespace belay

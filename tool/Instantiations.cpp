// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instantiations: template arguments are searched through; what is not understood counts as the
// project's.
//
#include "tool/Instantiations.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace belay {

bool Instantiations::isProjects(const Decl &decl) const {
  return !sources_.isInSystemHeader(sources_.getExpansionLoc(decl.getLocation()));
}

bool Instantiations::mentions(const TemplateArgument &argument) {
  switch (argument.getKind()) {
  case TemplateArgument::Type:
    return mentions(argument.getAsType());
  case TemplateArgument::Pack:
    return llvm::any_of(argument.pack_elements(),
                        [&](const TemplateArgument &each) { return mentions(each); });
  case TemplateArgument::Null:
  case TemplateArgument::Integral:
  case TemplateArgument::NullPtr:
    return false;
  default: // functions, objects and templates
    return true;
  }
}

bool Instantiations::mentions(const TagDecl &tag) {
  if (isProjects(tag))
    return true;
  if (const auto *special = dyn_cast<ClassTemplateSpecializationDecl>(&tag))
    if (llvm::any_of(special->getTemplateArgs().asArray(),
                     [&](const TemplateArgument &each) { return mentions(each); }))
      return true;
  if (const auto *outer = dyn_cast<TagDecl>(tag.getDeclContext()))
    return mentions(*outer);
  return tag.getDeclContext()->isFunctionOrMethod(); // of a function that may be an instantiation
}

bool Instantiations::mentions(QualType type) {
  type = type.getCanonicalType();
  const auto [known, isNew] = types_.try_emplace(type.getTypePtr(), true);
  if (!isNew)
    return known->second;
  bool result = true;
  if (type->isBuiltinType())
    result = false;
  else if (const QualType pointee = type->getPointeeType(); !pointee.isNull())
    result = mentions(pointee);
  else if (const auto *array = dyn_cast<ArrayType>(type))
    result = mentions(array->getElementType());
  else if (const auto *function = dyn_cast<FunctionProtoType>(type))
    result = mentions(function->getReturnType()) ||
             llvm::any_of(function->param_types(), [&](QualType each) { return mentions(each); });
  else if (const auto *tag = type->getAsTagDecl())
    result = mentions(*tag);
  return types_[type.getTypePtr()] = result;
}

bool Instantiations::concernProject(const FunctionDecl &function) {
  if (isProjects(function))
    return true;
  if (const auto *arguments = function.getTemplateSpecializationArgs())
    if (llvm::any_of(arguments->asArray(),
                     [&](const TemplateArgument &each) { return mentions(each); }))
      return true;
  const auto *outer = dyn_cast<TagDecl>(function.getDeclContext());
  return outer && mentions(*outer);
}

} // namespace belay

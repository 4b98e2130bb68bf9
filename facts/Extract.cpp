// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Extract: the visitor over the project's declarations. What a body does is Walk's and Flow's.
//
#include "facts/Extract.h"
#include "facts/Flow.h"
#include "facts/Merge.h"
#include "clang/AST/Attr.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include <map>
#include <set>

using namespace clang;

namespace belay {

namespace {

class Extractor : public RecursiveASTVisitor<Extractor> {
public:
  Extractor(ASTContext &ast, const Models &models, bool mapsPaths)
      : ids_(ast, models, mapsPaths), resolve_(ids_) {}

  Unit run();

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseStmt(Stmt *) { return true; } // statements are Walk's
  bool TraverseTypeLoc(TypeLoc, bool = true) { return true; }
  bool TraverseDecl(Decl *decl);
  bool VisitFunctionDecl(FunctionDecl *decl);
  bool VisitVarDecl(VarDecl *variable);
  bool VisitFieldDecl(FieldDecl *field);
  bool VisitCXXRecordDecl(CXXRecordDecl *record);

private:
  void function(const FunctionDecl *decl, Id parent);
  void keep(Body &body, Id parent);
  std::vector<Token> tokensAround(Id function) const;
  void lambda(const LambdaExpr *lambda, Id parent);
  void describe(const FunctionDecl *decl, Function &facts);
  void describeMethod(const CXXMethodDecl *method, Function &facts);
  void addOverrides(const CXXMethodDecl *method, Function &facts);
  void addInheritedHandler(const CXXMethodDecl *method, Function &facts);
  void addServiceHandler(const CXXRecordDecl *service, Function &facts);
  static void addHandler(const Row &row, Part::Kind kind, Function &facts);

  Ids ids_;
  Resolve resolve_;
  std::map<Id, Function> functions_;
  std::map<Id, Class> classes_;
  std::map<Id, Variable> variables_;
  std::set<Edit> edits_;
  // Patterns of templates: read only if the unit has no instantiation of them.
  std::vector<std::pair<const FunctionDecl *, Id>> patterns_;
  llvm::DenseSet<Id> instantiated_;
  bool readingPatterns_ = false;
};

} // namespace

bool Extractor::TraverseDecl(Decl *decl) {
  if (!decl || (!isa<TranslationUnitDecl>(decl) && !ids_.inProject(decl->getLocation()) &&
                !isa<LinkageSpecDecl>(decl)))
    return true;
  return RecursiveASTVisitor::TraverseDecl(decl);
}

bool Extractor::VisitFunctionDecl(FunctionDecl *decl) {
  function(decl, 0);
  return true;
}

void Extractor::function(const FunctionDecl *decl, Id parent) {
  if (!decl->doesThisDeclarationHaveABody() || decl->isDefaulted() || !decl->getBody())
    return;
  if (decl->isDependentContext() && !readingPatterns_) {
    patterns_.push_back({decl, parent});
    return;
  }
  Body body;
  body.tokensAround = tokensAround(parent);
  Walk(ids_, resolve_, body).function(decl);
  addFlow(decl, ids_, resolve_, body);
  // Only now: the flow knows events by their position.
  llvm::erase_if(body.facts.events, [&](const Event &event) {
    if ((event.kind != EventKind::Read && event.kind != EventKind::Write) || event.path)
      return false;
    // That somebody sets an atomic is of interest wherever its object is.
    auto variable = body.variables.find(event.object.id);
    return event.kind == EventKind::Read || event.object.root != Object::Root::Field ||
           variable == body.variables.end() || !(variable->second.flags & Atomically);
  });
  describe(decl, body.facts);
  keep(body, parent);
}

// What a lambda could capture.
std::vector<Token> Extractor::tokensAround(Id function) const {
  std::vector<Token> tokens;
  for (auto known = functions_.find(function); known != functions_.end();
       known = functions_.find(known->second.parent))
    llvm::append_range(tokens, known->second.tokens);
  return tokens;
}

bool Extractor::VisitVarDecl(VarDecl *variable) {
  if (!variable->isFileVarDecl() || !variable->hasInit() ||
      variable->getType()->isDependentType() || variable->getInit()->isValueDependent())
    return true;
  Body body;
  Walk(ids_, resolve_, body).initialiser(variable, variable->getInit());
  body.facts.flags |= StartUp;
  body.facts.name = "initialiser of " + Ids::qualifiedName(variable);
  body.facts.where = ids_.place(variable->getLocation());
  if (!body.facts.events.empty() || !body.lambdas.empty())
    keep(body, 0);
  return true;
}

// Where the class has constructors of its own, they hold the events of its initialisers.
bool Extractor::VisitFieldDecl(FieldDecl *field) {
  const auto *record = dyn_cast<CXXRecordDecl>(field->getParent());
  if (!field->hasInClassInitializer() || !field->getInClassInitializer() || !record ||
      record->isDependentContext())
    return true;
  for (const CXXConstructorDecl *constructor : record->ctors())
    if (constructor->isUserProvided())
      return true;
  Body body;
  Walk(ids_, resolve_, body).initialiser(field, field->getInClassInitializer());
  body.facts.parentClass = ids_.record(record);
  body.facts.name = "initialiser of " + Ids::qualifiedName(field);
  body.facts.where = ids_.place(field->getLocation());
  if (!body.facts.events.empty() || !body.lambdas.empty())
    keep(body, 0);
  return true;
}

void Extractor::keep(Body &body, Id parent) {
  Id id = body.facts.id;
  body.facts.parent = parent;
  instantiated_.insert(body.facts.pattern ? body.facts.pattern : id);
  auto [known, isNew] = functions_.try_emplace(id);
  if (isNew)
    known->second = std::move(body.facts);
  else
    merge(known->second, body.facts); // another instantiation of a generic lambda
  for (auto &[variable, facts] : body.variables) {
    Variable &known = variables_.try_emplace(variable, facts).first->second;
    known.flags |= facts.flags;
  }
  edits_.insert(body.edits.begin(), body.edits.end());
  for (const LambdaExpr *each : body.lambdas)
    lambda(each, id);
  for (const CXXRecordDecl *record : body.records)
    for (const CXXMethodDecl *method : record->methods())
      function(method, 0);
}

void Extractor::lambda(const LambdaExpr *lambda, Id parent) {
  const CXXMethodDecl *call = lambda->getCallOperator();
  if (const FunctionTemplateDecl *generic = lambda->getDependentCallOperator())
    for (const FunctionDecl *special : generic->specializations())
      function(special, parent);
  function(call, parent);
}

static bool isAnnotated(const FunctionDecl *decl) {
  return llvm::any_of(decl->specific_attrs<AnnotateAttr>(), [](const AnnotateAttr *annotation) {
    return annotation->getAnnotation() == "belay::handler";
  });
}

void Extractor::describe(const FunctionDecl *decl, Function &facts) {
  const FunctionDecl *pattern = patternOf(decl);
  facts.name = ids_.nameOf(decl);
  facts.where = ids_.place(decl->getLocation());
  facts.pattern = ids_.pattern(decl);
  ExceptionSpecificationType spec = decl->getExceptionSpecType();
  bool noThrow = spec == EST_BasicNoexcept || spec == EST_NoexceptTrue || spec == EST_NoThrow ||
                 (isa<CXXDestructorDecl>(decl) && spec == EST_Unevaluated);
  auto set = [&](FunctionFlag flag, bool when) { facts.flags |= when ? flag : 0; };
  set(Main, decl->isMain());
  set(NoThrow, noThrow);
  set(Pattern, decl->isDependentContext());
  set(External, decl->isExternallyVisible() && !decl->isInlined() &&
                    pattern == decl->getCanonicalDecl() && !decl->isDependentContext() &&
                    decl->getTemplatedKind() == FunctionDecl::TK_NonTemplate);
  const auto *member = dyn_cast<CXXMethodDecl>(decl);
  set(Open, decl->isExternallyVisible() && (!member || member->getAccess() == AS_public));
  for (const auto *needs : decl->specific_attrs<RequiresCapabilityAttr>())
    for (const Expr *lock : needs->args())
      if (Path path = resolve_.path(lock))
        facts.needs.push_back({std::move(path), true, needs->isShared(), false});
  set(Unchecked, decl->hasAttr<NoThreadSafetyAnalysisAttr>());
  set(Constructor, isa<CXXConstructorDecl>(decl));
  set(Destructor, isa<CXXDestructorDecl>(decl));
  set(Assignment,
      member && (member->isCopyAssignmentOperator() || member->isMoveAssignmentOperator() ||
                 (member->getIdentifier() && member->getName() == "swap")));
  if (isAnnotated(decl)) {
    facts.flags |= Handler;
    facts.handledBy = "its annotation";
  }
  if (ids_.models().isNamedHandler(facts.name)) {
    facts.flags |= Handler;
    facts.handledBy = ".belay.yaml";
  }
  if (const auto *method = dyn_cast<CXXMethodDecl>(decl))
    describeMethod(method, facts);
}

void Extractor::describeMethod(const CXXMethodDecl *method, Function &facts) {
  if (method->getParent()->isLambda()) {
    facts.flags |= Lambda;
    return;
  }
  facts.parentClass = ids_.record(method->getParent());
  addOverrides(method, facts);
  addInheritedHandler(method, facts);
}

void Extractor::addOverrides(const CXXMethodDecl *method, Function &facts) {
  for (const CXXMethodDecl *base : method->overridden_methods()) {
    Id id = ids_.function(base);
    if (!llvm::is_contained(facts.overrides, id))
      facts.overrides.push_back(id);
    if (const Row *row = ids_.row(base))
      addHandler(*row, Part::Kind::Override, facts);
    if (!isa<CXXDestructorDecl>(base))
      addServiceHandler(base->getParent(), facts);
    if (isAnnotated(base)) {
      facts.flags |= Handler;
      facts.handledBy = "the annotation of '" + Ids::qualifiedName(base) + "'";
    }
    addOverrides(base, facts);
  }
}

void Extractor::addHandler(const Row &row, Part::Kind kind, Function &facts) {
  if (row.part(Verb::Handler).kind != kind)
    return;
  facts.flags |= Handler;
  facts.runs = row.runs;
  facts.flags |= row.ownObject ? OwnObject : 0;
  facts.handledBy = "'" + row.name + "'";
}

// A base may inherit the method that a model names as its handler (Poco's
// TCPServerConnection::run is Runnable's).
void Extractor::addInheritedHandler(const CXXMethodDecl *method, Function &facts) {
  const CXXRecordDecl *record = method->getParent()->getDefinition();
  if (!record || method->size_overridden_methods() == 0 || !ids_.models().hasOverrides())
    return;
  std::string name = method->getNameAsString();
  record->forallBases([&](const CXXRecordDecl *base) {
    if (const Row *row = ids_.models().find(Ids::qualifiedName(base) + "::" + name))
      addHandler(*row, Part::Kind::Override, facts);
    return true;
  });
}

// `class Greeter::Service : public grpc::Service { virtual Status SayHello(...); }`: what a
// generated class below the model's declares is for its users to override.
void Extractor::addServiceHandler(const CXXRecordDecl *service, Function &facts) {
  service = service->getDefinition();
  if (!service || !ids_.models().hasOverrides())
    return;
  service->forallBases([&](const CXXRecordDecl *base) {
    if (const Row *row = ids_.row(base))
      addHandler(*row, Part::Kind::Methods, facts);
    return true;
  });
}

// Classes that hold threads: whose code could join them.
bool Extractor::VisitCXXRecordDecl(CXXRecordDecl *record) {
  if (!record->isThisDeclarationADefinition() || record->isLambda() ||
      record->getTemplateInstantiationPattern())
    return true;
  Class facts;
  for (const FieldDecl *field : record->fields())
    if (resolve_.holds(field->getType()) && field->getAccess() == AS_private)
      facts.privateFields.push_back(ids_.variable(field));
  if (facts.privateFields.empty())
    return true;
  facts.id = ids_.record(record);
  facts.name = Ids::qualifiedName(record);
  for (const Decl *decl : record->decls()) {
    if (isa<FriendDecl>(decl) || (isa<CXXRecordDecl>(decl) && !decl->isImplicit()))
      facts.hasFriends = true; // a nested class may touch private fields, too
    if (const auto *generic = dyn_cast<FunctionTemplateDecl>(decl))
      decl = generic->getTemplatedDecl();
    const auto *method = dyn_cast<CXXMethodDecl>(decl);
    if (method && method->isUserProvided() && !method->isDeleted() && !method->isPureVirtual())
      facts.methods.push_back(ids_.function(method));
  }
  classes_[facts.id] = std::move(facts);
  return true;
}

Unit Extractor::run() {
  // What comes out of a precompiled header is of the system, and stays where it is.
  for (Decl *decl : ids_.ast().getTranslationUnitDecl()->noload_decls())
    if (!decl->isFromASTFile())
      TraverseDecl(decl);
  readingPatterns_ = true;
  for (size_t i = 0; i < patterns_.size(); ++i)
    if (!instantiated_.contains(ids_.function(patterns_[i].first)))
      function(patterns_[i].first, patterns_[i].second);
  Unit unit;
  const SourceManager &sources = ids_.ast().getSourceManager();
  unit.file = ids_.place(sources.getLocForStartOfFile(sources.getMainFileID())).file;
  for (auto &[id, function] : functions_)
    unit.functions.push_back(std::make_shared<const Function>(std::move(function)));
  for (auto &[id, each] : classes_)
    unit.classes.push_back(std::move(each));
  for (auto &[id, each] : variables_)
    unit.variables.push_back(std::move(each));
  unit.edits.assign(edits_.begin(), edits_.end());
  std::set<Interned> files{unit.file};
  for (const SharedFunction &function : unit.functions)
    files.insert(function->where.file);
  for (const Variable &variable : unit.variables)
    files.insert(variable.where.file);
  unit.commented = ids_.filesWith("NOLINT", files);
  return unit;
}

Unit extract(ASTContext &ast, const Models &models, bool mapsPaths) {
  return Extractor(ast, models, mapsPaths).run();
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Edits: changes that the source would take, read off the types, names and uses around a place.
// What a macro has written, what is spelled in another way than expected, and every use that is not
// known to go with the change leaves the edit out.
//
#include "facts/Events.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace belay {

static bool stands(const SourceManager &sources, SourceLocation where, StringRef text) {
  if (!where.isFileID())
    return false;
  auto [file, offset] = sources.getDecomposedLoc(where);
  return sources.getBufferData(file).substr(offset).starts_with(text);
}

// How the token at the location is spelled; empty if a macro has written it.
static std::string tokenAt(SourceLocation where, const ASTContext &ast) {
  if (!where.isFileID())
    return {};
  const SourceManager &sources = ast.getSourceManager();
  const unsigned length = Lexer::MeasureTokenLength(where, sources, ast.getLangOpts());
  return std::string(sources.getCharacterData(where), length);
}

void Walk::addEdit(Edit::Kind kind, SourceLocation about, SourceLocation where, StringRef from,
                   StringRef to, StringRef include) {
  if (stands(ids_.ast().getSourceManager(), where, from) && ids_.inProject(where))
    body_.edits.push_back(
        {kind, ids_.place(about), ids_.place(where), std::string(from), std::string(to), include});
}

// Whether every use of the variable below the statement is accepted, which is given with what is
// around it, outermost first.
using Around = llvm::SmallVector<const Stmt *, 16>;
static bool eachUse(const Stmt *stmt, const ValueDecl *variable, Around &around,
                    llvm::function_ref<bool(llvm::ArrayRef<const Stmt *>)> accepts) {
  if (!stmt)
    return true;
  if (const auto *reference = dyn_cast<DeclRefExpr>(stmt);
      reference && reference->getDecl() == variable)
    return accepts(around);
  around.push_back(stmt);
  bool all = llvm::all_of(stmt->children(), [&](const Stmt *child) {
    return eachUse(child, variable, around, accepts);
  });
  if (const auto *lambda = dyn_cast<LambdaExpr>(stmt); all && lambda)
    all = eachUse(lambda->getBody(), variable, around, accepts);
  around.pop_back();
  return all;
}

// Whether something else below the statement has the name.
static bool isShadowed(const Stmt *stmt, const ValueDecl *named) {
  if (!stmt)
    return false;
  auto hides = [&](const NamedDecl *decl) {
    return decl && decl != named && decl->getDeclName() == named->getDeclName();
  };
  if (const auto *declaration = dyn_cast<DeclStmt>(stmt))
    for (const Decl *decl : declaration->decls()) {
      if (hides(dyn_cast<NamedDecl>(decl)))
        return true;
      if (const auto *parts = dyn_cast<DecompositionDecl>(decl))
        if (llvm::any_of(parts->bindings(), hides))
          return true;
    }
  if (const auto *handler = dyn_cast<CXXCatchStmt>(stmt);
      handler && hides(handler->getExceptionDecl()))
    return true;
  return llvm::any_of(stmt->children(),
                      [&](const Stmt *child) { return isShadowed(child, named); });
}

// Whether the name at the location is the whole of what comes before its type's end: one declared
// thing, and no macro in between.
static bool isAlone(const DeclStmt *declaration, const VarDecl *variable) {
  return declaration->isSingleDecl() && variable->getLocation().isFileID() &&
         variable->getBeginLoc().isFileID() && variable->getEndLoc().isFileID();
}

static bool hasClass(const DeclContext *context, StringRef name) {
  const DeclContext::lookup_result found =
      context->lookup(&context->getParentASTContext().Idents.get(name));
  return llvm::any_of(found, [](const NamedDecl *decl) {
    const auto *record = dyn_cast<CXXRecordDecl>(decl);
    return record && record->hasDefinition();
  });
}

// `std::thread worker(run);`: all that a std::jthread has as well is done with it, and what it runs
// was there before it and so outlives it.
void Walk::editThread(const DeclStmt *declaration, const VarDecl *variable) {
  const CXXRecordDecl *record = variable->getType()->getAsCXXRecordDecl();
  if (!record || !record->isInStdNamespace() || !record->getIdentifier() ||
      record->getName() != "thread" || !variable->hasLocalStorage() || above_.empty() ||
      !isAlone(declaration, variable) || variable->getInitStyle() == VarDecl::CInit)
    return;
  const auto *made = dyn_cast<CXXConstructExpr>(variable->getInit()->IgnoreImplicit());
  if (!made || made->getNumArgs() == 0 || made->getConstructor()->isCopyOrMoveConstructor() ||
      !hasClass(record->getDeclContext()->getRedeclContext(), "jthread"))
    return;
  Around around;
  bool suits = eachUse(above_.front(), variable, around, [](llvm::ArrayRef<const Stmt *> above) {
    const auto *member = dyn_cast<MemberExpr>(above.back());
    const auto *call =
        above.size() > 1 ? dyn_cast<CXXMemberCallExpr>(above[above.size() - 2]) : nullptr;
    const CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
    return member && method && call->getCallee() == member && method->getIdentifier() &&
           method->getNumParams() == 0;
  });
  if (suits)
    addEdit(Edit::Kind::JoiningThread, made->getExprLoc(),
            variable->getTypeSourceInfo()->getTypeLoc().getBeginLoc(), "std::thread",
            "std::jthread");
}

const VarDecl *Walk::tokenNamed(Id token) const {
  if (!function_)
    return nullptr;
  for (const ParmVarDecl *parameter : function_->parameters())
    if (ids_.variable(parameter) == token)
      return parameter;
  const auto *method = dyn_cast<CXXMethodDecl>(function_);
  if (method && method->getParent()->isLambda())
    for (const LambdaCapture &captured : method->getParent()->captures())
      if (captured.capturesVariable() && ids_.variable(captured.getCapturedVar()) == token)
        return dyn_cast<VarDecl>(captured.getCapturedVar());
  return nullptr;
}

// Nothing has moved the token away or put another one in its place, and its name means it.
static bool isIntact(const FunctionDecl *function, const VarDecl *token) {
  Around around;
  auto accepts = [](llvm::ArrayRef<const Stmt *> above) {
    const Stmt *parent = above.back();
    if (const auto *cast = dyn_cast<ImplicitCastExpr>(parent)) // to const
      return cast->getCastKind() == CK_NoOp || cast->getCastKind() == CK_LValueToRValue;
    const auto *member = dyn_cast<MemberExpr>(parent);
    const auto *method = member ? dyn_cast<CXXMethodDecl>(member->getMemberDecl()) : nullptr;
    if (method)
      return method->isConst();
    return isa<LambdaExpr>(parent);
  };
  return token->getIdentifier() && !isShadowed(function->getBody(), token) &&
         (token->getType().getNonReferenceType().isConstQualified() ||
          eachUse(function->getBody(), token, around, accepts));
}

// Whether a parameter takes the token itself, or a copy.
static bool takes(const ParmVarDecl *parameter, const VarDecl *token) {
  QualType type = parameter->getType(), given = token->getType().getNonReferenceType();
  bool mayChange = type->isReferenceType() &&
                   (type->isRValueReferenceType() || !type->getPointeeType().isConstQualified());
  return !mayChange && type.getNonReferenceType().getCanonicalType().getUnqualifiedType() ==
                           given.getCanonicalType().getUnqualifiedType();
}

// The parameter that takes the token: one that has a default, after all that the call gives, or
// wherever the overload has it.
static const ParmVarDecl *slotOf(const FunctionDecl *callee, const FunctionDecl *overload,
                                 const VarDecl *token, unsigned given) {
  if (overload) {
    const unsigned last = overload->getNumParams() - 1;
    if (given != last || overload->isDeleted() ||
        overload->getReturnType().getCanonicalType() != callee->getReturnType().getCanonicalType())
      return nullptr;
    auto found = llvm::find_if(overload->parameters(),
                               [&](const ParmVarDecl *each) { return takes(each, token); });
    return found == overload->param_end() ? nullptr : *found;
  }
  return given < callee->getNumParams() && takes(callee->getParamDecl(given), token)
             ? callee->getParamDecl(given)
             : nullptr;
}

// `read(socket)` where `read(socket, stop)` would do.
void Walk::editCall(const Call &call, const FunctionDecl *overload, Id token) {
  const auto *expr = dyn_cast<CallExpr>(call.expr);
  const VarDecl *variable = tokenNamed(token);
  if (!expr || !variable || isa<CXXOperatorCallExpr, UserDefinedLiteral>(expr) ||
      function_->isTemplateInstantiation() || !isIntact(function_, variable))
    return; // what one instantiation calls, another may not
  const SourceManager &sources = ids_.ast().getSourceManager();
  if (overload && !isa<CXXMethodDecl>(overload) &&
      !sources.isBeforeInTranslationUnit(overload->getLocation(), expr->getExprLoc()))
    return;
  if (overload && overload->getAccess() != AS_none && overload->getAccess() != AS_public)
    return;
  unsigned given = 0;
  while (given < expr->getNumArgs() && !isa<CXXDefaultArgExpr>(expr->getArg(given)))
    ++given;
  const ParmVarDecl *slot = slotOf(call.callee, overload, variable, given);
  if (!slot || !expr->getRParenLoc().isFileID() || !expr->getBeginLoc().isFileID() ||
      !stands(sources, expr->getRParenLoc(), ")"))
    return;
  const std::string name = variable->getNameAsString();
  if (unsigned index = slot->getFunctionScopeIndex(); index < given) {
    SourceLocation next = expr->getArg(index)->getBeginLoc();
    const std::string token = tokenAt(next, ids_.ast());
    if (!token.empty())
      addEdit(Edit::Kind::PassToken, expr->getExprLoc(), next, token, name + ", " + token);
    return;
  }
  addEdit(Edit::Kind::PassToken, expr->getExprLoc(), expr->getRParenLoc(), ")",
          (given ? ", " : "") + name + ")");
}

// Whether the condition cannot hold once somebody has asked the token to stop.
static bool endsOnStop(const Expr *condition, const VarDecl *token) {
  condition = condition->IgnoreParenImpCasts();
  if (const auto *both = dyn_cast<BinaryOperator>(condition); both && both->getOpcode() == BO_LAnd)
    return endsOnStop(both->getLHS(), token) || endsOnStop(both->getRHS(), token);
  const auto *no = dyn_cast<UnaryOperator>(condition);
  const auto *call = no && no->getOpcode() == UO_LNot
                         ? dyn_cast<CXXMemberCallExpr>(no->getSubExpr()->IgnoreParenImpCasts())
                         : nullptr;
  const CXXMethodDecl *asked = call ? call->getMethodDecl() : nullptr;
  if (!asked || !asked->getIdentifier() || asked->getName() != "stop_requested")
    return false;
  const auto *reference =
      dyn_cast<DeclRefExpr>(call->getImplicitObjectArgument()->IgnoreParenImpCasts());
  return reference && reference->getDecl() == token;
}

static const Expr *conditionOf(const Stmt *loop) {
  if (const auto *each = dyn_cast<WhileStmt>(loop))
    return each->getCond();
  if (const auto *each = dyn_cast<DoStmt>(loop))
    return each->getCond();
  if (const auto *each = dyn_cast<ForStmt>(loop))
    return each->getCond();
  return nullptr;
}

// `while (!stop.stop_requested()) { ...; std::this_thread::sleep_for(interval); }`: a sleep that
// the stop ends makes no loop spin, for the loop ends as well.
void Walk::editSleep(const Call &call) {
  static constexpr llvm::StringLiteral spelled = "std::this_thread::sleep_for(";
  const auto *expr = dyn_cast<CallExpr>(call.expr);
  if (!expr || !function_ || expr->getNumArgs() != 1)
    return;
  const Stmt *loop = nullptr;
  for (const Stmt *around : above_)
    if (isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(around))
      loop = around;
  const Expr *condition = loop ? conditionOf(loop) : nullptr;
  if (!condition || !isa<CompoundStmt, ExprWithCleanups>(above_.back()))
    return;
  for (const Token &token : body_.facts.tokens) {
    const VarDecl *variable = tokenNamed(token.id);
    const CXXRecordDecl *record =
        variable ? variable->getType().getNonReferenceType()->getAsCXXRecordDecl() : nullptr;
    if (record && record->isInStdNamespace() && record->getName() == "stop_token" &&
        endsOnStop(condition, variable) && isIntact(function_, variable))
      return addEdit(Edit::Kind::StoppableSleep, expr->getExprLoc(), expr->getBeginLoc(), spelled,
                     "belay::sleep_for(" + variable->getNameAsString() + ", ", "<belay/sleep.h>");
  }
}

// How work is given to a scope or pool of the runtime; empty if the class is neither.
static StringRef verbOf(const CXXRecordDecl *record) {
  const std::string name = record ? Ids::qualifiedName(record) : "";
  return name == "belay::basic_scope"          ? "spawn"
         : name == "belay::basic_bounded_pool" ? "submit"
                                               : "";
}

// `jobs_.submit`, or nothing.
static std::string verbOf(const ValueDecl *value) {
  const QualType type = value->getType().getNonReferenceType();
  const StringRef verb = verbOf(type->getAsCXXRecordDecl());
  return verb.empty() || type.isConstQualified() || !value->getIdentifier()
             ? ""
             : (value->getName() + "." + verb).str();
}

// Whether something of the runtime's is told to take no more work.
static bool ends(const Stmt *stmt) {
  const auto *call = dyn_cast_or_null<CXXMemberCallExpr>(stmt);
  const CXXMethodDecl *method = call ? call->getMethodDecl() : nullptr;
  if (method && method->getIdentifier() && !verbOf(method->getParent()).empty()) {
    const StringRef name = method->getName();
    if (name == "join" || name == "close" || name == "drain" || name == "shutdown_now")
      return true;
  }
  return stmt && llvm::any_of(stmt->children(), [](const Stmt *child) { return ends(child); });
}

// What takes work in the function: its only parameter or field that does.
static std::string takerOf(const FunctionDecl *function) {
  llvm::SmallVector<const ValueDecl *, 8> values;
  for (const ParmVarDecl *parameter : function->parameters())
    if (parameter->getType()->isLValueReferenceType())
      values.push_back(parameter);
  const auto *method = dyn_cast<CXXMethodDecl>(function);
  if (method && method->isInstance() && !method->isConst() && !method->getParent()->isLambda() &&
      !isa<CXXConstructorDecl, CXXDestructorDecl>(method))
    llvm::append_range(values, method->getParent()->fields());
  llvm::erase_if(values, [](const ValueDecl *value) { return verbOf(value).empty(); });
  return values.size() == 1 && !isShadowed(function->getBody(), values.front()) &&
                 !ends(function->getBody())
             ? verbOf(values.front())
             : "";
}

// Whether the lambda has nothing but values of its own that could not dangle.
static bool keepsValues(const LambdaExpr *lambda) {
  return llvm::all_of(lambda->captures(), [](const LambdaCapture &captured) {
    if (!captured.capturesVariable() || captured.getCaptureKind() != LCK_ByCopy)
      return false;
    QualType type = captured.getCapturedVar()->getType();
    const CXXRecordDecl *record = type->getAsCXXRecordDecl();
    return type->isArithmeticType() || type->isEnumeralType() ||
           (record && record->isInStdNamespace() && record->getIdentifier() &&
            record->getName() == "basic_string");
  });
}

static bool hasLoop(const Stmt *stmt) {
  return stmt && (isa<WhileStmt, DoStmt, ForStmt>(stmt) ||
                  llvm::any_of(stmt->children(), [](const Stmt *child) { return hasLoop(child); }));
}

// `std::thread([id] { save(id); }).detach();` with a pool at hand: `pool.submit([id] { save(id);
// });`
void Walk::editDetach(const Call &call) {
  const auto *expr = dyn_cast<CXXMemberCallExpr>(call.expr);
  const Expr *made =
      expr && function_ ? resolve_.strip(expr->getImplicitObjectArgument()) : nullptr;
  const auto *construct = dyn_cast_or_null<CXXConstructExpr>(made);
  const auto *lambda = construct && construct->getNumArgs() == 1
                           ? dyn_cast_or_null<LambdaExpr>(resolve_.strip(construct->getArg(0)))
                           : nullptr;
  if (!lambda || !keepsValues(lambda) || hasLoop(lambda->getBody()) || above_.empty() ||
      lambda->getCallOperator()->getNumParams() != 0 || !expr->getBeginLoc().isFileID() ||
      !expr->getEndLoc().isFileID())
    return;
  llvm::ArrayRef<const Stmt *> above = above_;
  while (!above.empty() && isa<ExprWithCleanups>(above.back()))
    above = above.drop_back();
  if (above.empty() || !isa<CompoundStmt>(above.back())) // a statement, whose result nobody reads
    return;
  const SourceManager &sources = ids_.ast().getSourceManager();
  auto [file, from] = sources.getDecomposedLoc(expr->getBeginLoc());
  auto [endFile, last] = sources.getDecomposedLoc(expr->getEndLoc());
  static constexpr llvm::StringLiteral head = "std::thread(", tail = ").detach()";
  const std::string taker = takerOf(function_);
  if (file != endFile || last < from || taker.empty())
    return;
  const StringRef text = sources.getBufferData(file).slice(from, last + 1);
  StringRef work = text;
  if (work.consume_front(head) && work.consume_back(tail))
    addEdit(Edit::Kind::OwnedThread, expr->getExprLoc(), expr->getBeginLoc(), text,
            taker + "(" + work.str() + ")");
}

} // namespace belay

// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomics: whether a variable could be a std::atomic of its type. Each use has to be one load, one
// store or one step, in a place that takes the value whatever gives it; what is not known to be
// that, such as a reference, a template's argument or a copy of the whole object, speaks against
// it.
//
#include "facts/Events.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace belay {

static bool mentions(const Stmt *stmt, const ValueDecl *value) {
  if (!stmt)
    return false;
  const auto *reference = dyn_cast<DeclRefExpr>(stmt);
  const auto *member = dyn_cast<MemberExpr>(stmt);
  if ((reference && reference->getDecl() == value) || (member && member->getMemberDecl() == value))
    return true;
  return llvm::any_of(stmt->children(), [&](const Stmt *child) { return mentions(child, value); });
}

static bool isDeduced(QualType type) { return type.isNull() || type->getContainedDeducedType(); }

// A type that the function's declaration spells, and a lambda's does only after an arrow.
static bool hasResultType(const FunctionDecl *function) {
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(function);
  return function && !(method && method->getParent()->isLambda()) &&
         !isDeduced(function->getDeclaredReturnType());
}

static bool isPlainLocal(const Expr *expr) {
  const auto *reference = dyn_cast<DeclRefExpr>(expr->IgnoreParens());
  const auto *local = reference ? dyn_cast<VarDecl>(reference->getDecl()) : nullptr;
  return local && local->hasLocalStorage() && !local->getType()->isReferenceType() &&
         !reference->refersToEnclosingVariableOrCapture();
}

// A parameter of a known type that no template has deduced.
static bool isFixedParameter(const CallExpr *call, const Stmt *argument) {
  const FunctionDecl *callee = call->getDirectCallee();
  if (!callee || isa<CXXOperatorCallExpr>(call) ||
      callee->getTemplatedKind() != FunctionDecl::TK_NonTemplate)
    return false;
  for (unsigned i = 0; i < call->getNumArgs(); ++i)
    if (call->getArg(i) == argument)
      return i < callee->getNumParams() && callee->getParamDecl(i)->getType()->isArithmeticType();
  return false;
}

static bool isFixedVariable(const DeclStmt *declaration, const Stmt *init) {
  return llvm::any_of(declaration->decls(), [&](const Decl *decl) {
    const auto *variable = dyn_cast<VarDecl>(decl);
    return variable && variable->getInit() == init && !isDeduced(variable->getType()) &&
           variable->getTypeSourceInfo() && !isDeduced(variable->getTypeSourceInfo()->getType()) &&
           variable->hasLocalStorage() && variable->getType()->isArithmeticType();
  });
}

// `if (stop_)`, `done_ == 3`, `int now = count_;`: a value that has been loaded is taken as one.
static bool takesValue(llvm::ArrayRef<const Stmt *> above, const Stmt *child,
                       const FunctionDecl *function) {
  for (; !above.empty() && isa<ImplicitCastExpr, ParenExpr, ExprWithCleanups>(above.back());
       above = above.drop_back())
    child = above.back();
  if (above.empty())
    return false;
  const Stmt *parent = above.back();
  if (isa<IfStmt, WhileStmt, DoStmt, ForStmt, SwitchStmt>(parent))
    return true;
  if (isa<ReturnStmt>(parent))
    return hasResultType(function);
  if (const auto *declaration = dyn_cast<DeclStmt>(parent))
    return isFixedVariable(declaration, child);
  if (const auto *unary = dyn_cast<UnaryOperator>(parent))
    return unary->getOpcode() == UO_LNot || unary->getOpcode() == UO_Minus;
  if (const auto *binary = dyn_cast<BinaryOperator>(parent))
    return binary->getOpcode() != BO_Comma &&
           (!binary->isAssignmentOp() || isPlainLocal(binary->getLHS()));
  if (const auto *choice = dyn_cast<ConditionalOperator>(parent))
    return choice->getCond() == child;
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(parent))
    return cast->getTypeAsWritten()->isArithmeticType();
  const auto *call = dyn_cast<CallExpr>(parent);
  return call && isFixedParameter(call, child);
}

// `count_++`, `count_ += 2`, `stop_ = true;`
static bool isOneStep(const Stmt *parent, const Stmt *child, const ValueDecl *value) {
  const QualType type = value->getType();
  const bool isNumber = type->isIntegerType() && !type->isBooleanType();
  if (const auto *unary = dyn_cast<UnaryOperator>(parent))
    return unary->isIncrementDecrementOp() && isNumber;
  const auto *binary = dyn_cast<BinaryOperator>(parent);
  if (!binary || binary->getLHS() != child || mentions(binary->getRHS(), value) ||
      isa<InitListExpr>(binary->getRHS()->IgnoreImplicit()))
    return false;
  switch (binary->getOpcode()) {
  case BO_Assign:
    return true;
  case BO_AddAssign:
  case BO_SubAssign:
  case BO_AndAssign:
  case BO_OrAssign:
  case BO_XorAssign:
    return isNumber && binary->getRHS()->getType()->isIntegerType();
  default:
    return false;
  }
}

// Whether std::atomic would do for the use, which is right below `above`.
static bool suits(llvm::ArrayRef<const Stmt *> above, const Expr *expr, const ValueDecl *value,
                  const FunctionDecl *function) {
  const Stmt *child = expr;
  for (; !above.empty() && isa<ParenExpr>(above.back()); above = above.drop_back())
    child = above.back();
  if (above.empty())
    return false;
  const Stmt *parent = above.back();
  above = above.drop_back();
  if (const auto *lambda = dyn_cast<LambdaExpr>(parent)) // whose own uses are judged there
    return llvm::any_of(lambda->captures(), [&](const LambdaCapture &captured) {
      return captured.capturesVariable() && captured.getCapturedVar() == value &&
             captured.getCaptureKind() == LCK_ByRef;
    });
  if (const auto *cast = dyn_cast<ImplicitCastExpr>(parent))
    return cast->getCastKind() == CK_LValueToRValue && takesValue(above, cast, function);
  if (!isOneStep(parent, child, value))
    return false;
  // What the step gives is a value then, and no longer the variable.
  for (; !above.empty() && isa<ParenExpr, ExprWithCleanups>(above.back());
       above = above.drop_back())
    ;
  if (above.empty() || !isa<Expr>(above.back()))
    return !above.empty();
  const auto *cast = dyn_cast<ImplicitCastExpr>(above.back());
  const bool isLoaded = cast && cast->getCastKind() == CK_LValueToRValue;
  return isLoaded || llvm::cast<Expr>(parent)->isPRValue();
}

// Whether the name is followed by what it is set to at first, and by no other name.
static bool isOnlyName(SourceLocation name, const ASTContext &ast) {
  const SourceManager &sources = ast.getSourceManager();
  auto [file, offset] = sources.getDecomposedLoc(name);
  const StringRef text = sources.getBufferData(file);
  Lexer lexer(sources.getLocForStartOfFile(file), ast.getLangOpts(), text.begin(),
              text.begin() + offset, text.end());
  clang::Token token;
  for (int depth = 0; !lexer.LexFromRawLexer(token);) {
    if (token.isOneOf(tok::l_paren, tok::l_brace, tok::l_square))
      ++depth;
    else if (token.isOneOf(tok::r_paren, tok::r_brace, tok::r_square))
      --depth;
    if (token.is(tok::semi) && depth == 0)
      return true;
    if (depth < 0 || token.is(tok::hash) || (token.is(tok::comma) && depth == 0))
      return false;
  }
  return false;
}

// Whether some code copies or moves objects of the class, which then could not be copied.
static bool isCopied(const CXXRecordDecl *record) {
  auto isUsed = [](const CXXMethodDecl *method) {
    return method->isReferenced() || method->isUsed(/*CheckUsedAttr=*/false);
  };
  return llvm::any_of(record->ctors(),
                      [&](const CXXConstructorDecl *each) {
                        return each->isCopyOrMoveConstructor() && isUsed(each);
                      }) ||
         llvm::any_of(record->methods(), [&](const CXXMethodDecl *each) {
           return (each->isCopyAssignmentOperator() || each->isMoveAssignmentOperator()) &&
                  isUsed(each);
         });
}

// A class of which only its own code knows how its objects lie in memory.
static bool isFieldOf(const FieldDecl *field) {
  const auto *record = dyn_cast<CXXRecordDecl>(field->getParent());
  return record && !record->isUnion() && !record->isTriviallyCopyable() &&
         !record->isDependentContext() && !record->getTemplateInstantiationPattern() &&
         !field->isBitField() && !field->isAnonymousStructOrUnion() && !isCopied(record);
}

// One declaration says it all: no other unit can have another one.
static bool isDeclaredHere(const VarDecl *variable) {
  return variable->hasLocalStorage() || variable->isStaticLocal() ||
         (variable->isFileVarDecl() && !variable->isExternallyVisible() &&
          variable->getPreviousDecl() == nullptr && variable->getMostRecentDecl() == variable);
}

// `bool stop_ = false;` could be `std::atomic<bool> stop_ = false;`.
void Walk::editAtomic(const ValueDecl *value) {
  const ASTContext &ast = ids_.ast();
  const auto *field = dyn_cast<FieldDecl>(value);
  const auto *variable = dyn_cast<VarDecl>(value);
  const auto *declared = cast<DeclaratorDecl>(value);
  const QualType type = value->getType();
  if (!ast.getLangOpts().CPlusPlus17 || type.hasQualifiers() || isDeduced(type) ||
      !(type->isArithmeticType() || type->isEnumeralType()) || type->isAnyComplexType() ||
      !(field ? isFieldOf(field) : variable && isDeclaredHere(variable)) || value->isTemplated() ||
      !declared->getTypeSourceInfo())
    return;
  const TypeLoc spelled = declared->getTypeSourceInfo()->getTypeLoc();
  const SourceLocation begin = spelled.getBeginLoc(), name = value->getLocation();
  if (!begin.isFileID() || !spelled.getEndLoc().isFileID() || !name.isFileID() ||
      isDeduced(declared->getTypeSourceInfo()->getType()))
    return;
  const SourceManager &sources = ast.getSourceManager();
  const SourceLocation end =
      Lexer::getLocForEndOfToken(spelled.getEndLoc(), 0, sources, ast.getLangOpts());
  auto [file, from] = sources.getDecomposedLoc(begin);
  auto [endFile, to] = sources.getDecomposedLoc(end);
  auto [nameFile, at] = sources.getDecomposedLoc(name);
  if (file != endFile || file != nameFile || !(from < to && to < at))
    return;
  const StringRef text = sources.getBufferData(file);
  const StringRef written = text.slice(from, to);
  if (!text.slice(to, at).trim().empty() || written.contains('\n') ||
      written.contains("decltype") || !isOnlyName(name, ast))
    return;
  addEdit(Edit::Kind::Atomic, name, begin, written, ("std::atomic<" + written + ">").str(),
          "<atomic>");
}

// What a use tells of the variable.
void Walk::judgeUse(const Expr *expr, const ValueDecl *value, Variable &variable) {
  if (!suits(above_, expr, value, function_))
    variable.flags |= Unfit;
}

} // namespace belay

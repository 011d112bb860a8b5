"""What a reader is told, word for word: the sentence, the place (column, width), what to write."""

from __future__ import annotations

import pytest

from matcalc.errors import DeclarationError, LimitError, MatcalcError, SyntaxProblem, UnknownNameError, caret
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.reading import read

DECLARED = read_declarations("g: R^n -> R; B: R^n, R^m -> R^p bilinear")
TIME = read_declarations("T, c: scalar; X: n x n")

SUM = "write sum(x) for the sum of all entries, or a product such as a^T x"
NORMS = "the norms are ||x||, _1, _2, _inf, and of a matrix _F, _2, _1, _*"
BAR = "write ||x|| for a norm, abs(x) for entrywise absolute values, det(A) for a determinant"
NORM_IN_NORM = "a product with a norm inside a norm needs its *: ||A * ||x|| ||"
ONE_SIDE = "write one side only; values stand behind where: t^2 where t = x^T x"
MISSING = "write it, or remove the operator"
DIRECTION = "write one per argument: D(h, x)[v], D(B, a, c)[v, w]"
SOLVED = "write inv(A) b for the solution x of A x = b"
PLAIN = "LaTeX is not read yet; write x^T A x / 2, without backslashes"
INDEX = "an index is an integer, a name, or a sum such as i + 1"
T_A_X = "write ^T A x for the transpose times A x, or declare 'TAx: scalar'"
T_B = "write ^-T B for the transpose times B, or declare 'TB: scalar'"
CROSS = "write A B or A * B for a product; × stands in declarations only"
COLUMN = "declarations stand in where; X e(j, n) is column j of X, e(i, m)^T X row i"
PRIME = "write g(x)^T for the transpose; a derivative is J(g, x), grad(g, x) or D(g, x)[v]"
MAX = "write max(x), max(a, b) or max(a, max(b, c))"
IDENTITY = "write I, I_n or I(n); I * (...) for a product"
ALPHA_X = "did you mean 'alpha x'?  Or declare it, for example where 'alphax: n'"
F = "declare it, for example where 'f: R^n -> R', or write f * (...) for a product"
PROPERTY = (
    "the properties are symmetric, skew, orthogonal, diagonal, lower, upper, toeplitz, positive definite, positive semidefinite, "
    "invertible, full rank, positive, nonnegative, nonzero, simplex, unit"
)
DIMENSION = "a dimension is an integer from 1 on, a name, a product or a sum"
SHAPE = "write for example n x n, n or scalar before the properties"
INNER = "write dot(x, y) for an inner product"
ARCSIN = "write arcsin(x) for the inverse function, 1 ./ sin(x) for the reciprocal"
POWER = "write sin(x)^2 for a power of the value"
PRODUCT_OR_POWER = "write * 2 for a product, ^2 for a power"

# text                    sentence                                                   column, width  what to write
TWO_READINGS = [
    ("tr A C",        "'tr A C' can be read in two ways",        0,  6, "write tr(A C) or tr(A) C"),
    ("2 * sin x^T y", "'sin x^T y' can be read in two ways",     4,  9, "write sin(x^T y) or sin(x^T) y"),
    ("-log det X y",  "'log det X y' can be read in two ways",   1, 11, "write log(det(X y)) or log(det(X)) y"),
    ("a b/c d",       "'a b/c d' can be read in two ways",       0,  7, "write (a b/c) d or a b/(c d)"),
    ("1/2n",          "'1/2n' can be read in two ways",          0,  4, "write (1/2) n or 1/(2 n)"),
    ("(x-m)^2/2 s^2", "'(x-m)^2/2 s^2' can be read in two ways", 0, 13, "write ((x-m)^2/2) s^2 or (x-m)^2/(2 s^2)"),
    ("x^T y / z^T w", "'x^T y / z^T w' can be read in two ways", 0, 13, "write (x^T y/z^T) w or x^T y/(z^T w)"),
    ("1/tr(A) A",     "'1/tr(A) A' can be read in two ways",     0,  9, "write (1/tr(A)) A or 1/(tr(A) A)"),
    ("a^b^c",         "'a^b^c' can be read in two ways",         0,  5, "write (a^b)^c or a^(b^c)"),
    ("A^-1^2",        "'A^-1^2' can be read in two ways",        0,  6, "write (A^-1)^2 or A^(-1^2)"),
    ("x.^2.^k",       "'x.^2.^k' can be read in two ways",       0,  7, "write (x.^2).^k or x.^(2.^k)"),
    ("A^-1/2",        "'A^-1/2' can be read in two ways",        0,  6, "write A^(-1/2) or (A^-1)/2"),
    ("x .^ -1/2",     "'x .^ -1/2' can be read in two ways",     0,  9, "write x.^(-1/2) or (x.^-1)/2"),
    ("(a + b)^1/2",   "'^1/2' can be read in two ways",          7,  4, "write (...)^(1/2) or ((...)^1)/2"),
]  # fmt: skip
TRANSPOSES = [
    ("x^TAx", "the exponent 'TAx' begins with T and is not declared",        2, 3, T_A_X),
    ("A^-TB", "the exponent 'TB' begins with T and is not declared",         3, 2, T_B),
    ("A^t x", "'^t' is a transpose to some and a power to others",           0, 3, "write A^T for the transpose, or declare 't: scalar'"),
    ("A^{t}", "'^t' is a transpose to some and a power to others",           0, 5, "write A^T for the transpose, or declare 't: scalar'"),
    ("A^(T)", "'^T' is a transpose to some and a power to others",           0, 5, "write A^T for the transpose, or declare 'T: scalar'"),
    ("X^H X", "'^H' is a conjugate transpose to some and a power to others", 0, 3, "write X^T, all is real here, or declare 'H: scalar'"),
    ("X^*",   "cannot read '^*'",                                            1, 2, "write A^T for the transpose; all is real here"),
    ("A.'",   "cannot read '.'",                                             1, 1, "write A^T or A' for the transpose"),
    ("X.T A", "cannot read '.'",                                             1, 1, "write A^T for the transpose"),
    ("½ x^T x", "cannot read '½'",                                           0, 1, "write 1/2"),
    ("A^' b", "cannot read '^''",                                            1, 2, "write A^T or A' for the transpose"),
    ("A^+",   "cannot read '^+'",                                            1, 2, "write pinv(A) for the pseudoinverse"),
]  # fmt: skip
CHARACTERS = [
    ("",                "there is nothing to read",              0, 1, "write an expression such as x^T A x"),
    (" ",               "there is nothing to read",              0, 1, "write an expression such as x^T A x"),
    ("|A|",             "cannot read '|'",                       0, 1, BAR),
    ("||A x - b|_2",    "cannot read '|'",                       9, 1, BAR),
    ("$x$",             "cannot read '$'",                       0, 1, "write the expression without $ signs"),
    ('"x"',             "cannot read '\"'",                      0, 1, "write the expression without quotes"),
    ("'x'",             "cannot read '''",                       0, 1, "write the expression without quotes"),
    ("x**2",            "cannot read '**'",                      1, 2, "write X^2 for a power"),
    ("a // b",          "cannot read '//'",                      2, 2, "write a / b"),
    ("A × B",           "cannot read '×'",                       2, 1, CROSS),
    ("a – b",           "cannot read '–'",                       2, 1, "write - for minus"),
    ("x\x00",           "cannot read '\\x00'",                   1, 1, ""),
    ("x_ y",            "cannot read '_'",                       1, 1, "a subscript follows its name at once: x_1, x_{ij}"),
    ("X[:,j]",          "cannot read ':'",                       2, 1, COLUMN),
    ("\\frac{1}{2} x",  "cannot read '\\frac'",                  0, 5, "write a / b for \\frac{a}{b}"),
    ("\\lambda x",      "cannot read '\\lambda'",                0, 7, "write lambda"),
    ("x^T (S \\ x)",    "cannot read '\\'",                       7, 1, SOLVED),
    ("x' (A + B)\\b",   "cannot read '\\b'",                     10, 2, SOLVED),
    ("\\x",             "cannot read '\\x'",                      0, 2, PLAIN),
    ("\\mathbf{x}",     "cannot read '\\mathbf'",                0, 7, PLAIN),
    ("sum_{i=1}^N x_i", "'sum' over an index is not read yet",   0, 9, SUM),
    ("sum_i x_i",       "'sum' over an index is not read yet",   0, 5, SUM),
    ("sum_i (x_i)",     "'sum' over an index is not read yet",   0, 5, SUM),
    ("<x, y>",          "cannot read '<'",                       0, 1, INNER + ", step(x) or max(a, b) for a comparison"),
    ("x ≤ y",           "cannot read '≤'",                       2, 1, INNER + ", step(x) or max(a, b) for a comparison"),
    ("⟨x, y⟩",          "cannot read '⟨'",                       0, 1, INNER),
    ("x ∙ y",           "cannot read '∙'",                       2, 1, "write A B or A * B for a product, A .* B entry by entry"),
    ("𝐱ᵀ 𝐀",            "cannot read '𝐱'",                       0, 1, "write x"),
    ("xᵗ A",            "cannot read 'ᵗ'",                       1, 1, "write A^T or A' for the transpose"),
    ("A⁺",              "cannot read '⁺'",                       1, 1, "write pinv(A) for the pseudoinverse"),
    ("(x)_2",           "the subscript '_2' belongs to no name", 3, 2, "write x_1 or x_{ij} for a name, (A x)[i] for an entry"),
]  # fmt: skip
BRACKETS = [
    ("(A + B",           "this '(' is never closed",                       0, 1, "write ')' where it ends"),
    ("x^{2",             "this '{' is never closed",                       2, 1, "write '}' where it ends"),
    ("A + B)",           "this ')' closes nothing",                        5, 1, "remove it, or write '(' where it begins"),
    ("(A + B] C",        "this '(' is closed by ']'",                      0, 1, "write ')' where it ends"),
    ("{x}",              "a '{' stands only in exponents and subscripts",  0, 1, "write ( ) for brackets"),
    ("[x]",              "a '[' stands only behind what it indexes",       0, 1, "write ( ) for brackets, X[i, j] for an entry"),
    ("tr()",             "there is nothing between these brackets",        2, 2, "write what they hold, or remove them"),
    ("||A x - b",        "this norm is never closed",                      0, 2, "write ||x||, ||x||_1 or ||A||_F"),
    ("||A ||x|| ||",     "this norm is never closed",                     10, 2, NORM_IN_NORM),
    ("||A ||x||_2 ||_1", "this '||' closes no norm",                       7, 2, NORM_IN_NORM),
    ("(||x)",            "this norm is not closed before the ')'",         1, 2, "write || where it ends"),
    ("||(x||_2",         "this '(' is not closed before the norm ends",    2, 1, "write ')' where it ends"),
    ("||A||_p",          "there is no norm with the subscript 'p'",        5, 2, NORMS),
    ("||A||_3",          "there is no norm with the subscript '3'",        5, 2, NORMS),
]  # fmt: skip
OPERATORS = [
    ("A +",       "an operand is missing after '+'",                                        2, 1, MISSING),
    ("(A +) B",   "an operand is missing after '+'",                                        3, 1, MISSING),
    ("* x",       "an operand is missing before '*'",                                       0, 1, MISSING),
    ("A * / B",   "an operand is missing before '/'",                                       4, 1, MISSING),
    ("x^",        "an operand is missing after '^'",                                        1, 1, MISSING),
    ("x 2",       "'2' follows by juxtaposition, which no number may",                      2, 1, PRODUCT_OR_POWER),
    ("mu 1^T",    "'1^T' is the number 1",                                                  3, 3, "write ones(n)^T for a row of ones"),
    ("1^T exp(x)", "'1^T' is the number 1",                                                 0, 3, "write ones(n)^T for a row of ones"),
    ("x^T 1",     "'1' is the number 1, which follows no factor",                           4, 1, "write ones(n) for a column of ones, sum(x) for x^T ones(n)"),
    ("f = x^T x", "an expression has no '='",                                               2, 1, ONE_SIDE),
    ("x == y",    "an expression has no '='",                                               2, 1, ONE_SIDE),
    ("x, y",      "a ',' stands only between arguments and indices",                        1, 1, "write f(a, b), X[i, j] or D(h, x)[v]"),
    ("x; y",      "a ';' stands only between declarations and between the values of where", 1, 1, ""),
    ("exp -x",    "a sign after 'exp' needs brackets",                                      4, 1, "write exp(-x)"),
    ("log + 1",   "'log' needs an argument",                                                0, 3, "write log(x)"),
    ("sin^2(x)",  "'sin' has no argument before '^'",                                       0, 4, POWER),
    ("sin³(x)",   "'sin' has no argument before '³'",                                       0, 4, "write sin(x)^3 for a power of the value"),
    ("sin^-1(x)", "'sin' has no argument before '^'",                                       0, 4, ARCSIN),
    ("sin⁻¹(x)",  "'sin' has no argument before '⁻¹'",                                      0, 5, ARCSIN),
    ("exp^-1(x)", "'exp' has no argument before '^'",                                       0, 4, "write 1 ./ exp(x) for the reciprocal"),
    ("f(x) = x",  "an expression has no '='",                                               5, 1, ONE_SIDE),
    ("2^exp(x)",  "'exp' needs brackets in an exponent",                                    2, 3, "write x^(exp(...))"),
    ("x^||y||",   "'||' needs brackets in an exponent",                                     2, 2, "write x^(||...)"),
]  # fmt: skip
CALLS = [
    ("g x",                  "'g' is a function and needs its arguments in brackets",  0,  1, "write g(...)"),
    ("x + g",                "'g' is a function and needs its arguments in brackets",  4,  1, "write g(...)"),
    ("g'(x)",                "'g' has no argument before '''",                         0,  2, PRIME),
    ("tr(A, x)",             "tr takes one argument, not two",                         0,  8, "write tr(a)"),
    ("B(a)",                 "B takes two arguments, not one",                         0,  4, "write B(a, b)"),
    ("max(a, b, c)",         "max takes one or two arguments, not three",              0, 12, MAX),
    ("ones",                 "'ones' needs its size",                                  0,  4, "write ones(n) or ones(m, n)"),
    ("I (A + C)",            "'A + C' is neither a dimension nor an index",            3,  5, IDENTITY),
    ("ones(x^T x)",          "'x^T x' is neither a dimension nor an index",            5,  5, "write ones(n) or ones(m, n)"),
    ("X[1.5, j]",            "'1.5' is no index",                                      2,  3, INDEX),
    ("X[i, j, k]",           "an entry has at most two indices",                       2,  7, "write X[i, j] or x[i]"),
    ("D(g, x)",              "this differential has no direction",                     6,  1, DIRECTION),
    ("D2(g, x)[v]",          "this differential has one argument and one direction",   0, 11, "write two per argument: D2(h, x)[v, w]"),
    ("D(B, a, c)[v]",        "this differential has two arguments and one direction",  0, 13, DIRECTION),
    ("x where t = a; t = b", "'t' has a value or a meaning already",                  15,  1, "give each value its own name: t0, t1"),
]  # fmt: skip
NAMES = [
    ("Ax - b",               "no name 'Ax' is declared",             0, 2, "did you mean 'A x'?  Or declare it, for example where 'Ax: n'"),
    ("αx",                   "no name 'αx' is declared",             0, 2, ALPHA_X),
    ("loss + 1",             "no name 'loss' is declared",           0, 4, "declare it, for example where 'loss: n'"),
    ("logdetS + 1",          "no name 'logdetS' is declared",        0, 7,
     "did you mean 'logdet(S)'?  Or declare it, for example where 'logdetS: n'"),
    ("2 + sigmod",           "no name 'sigmod' is declared",         4, 6, "did you mean 'sigmoid'?"),
    ("lgo(x)",               "'lgo' is not a function",              0, 3, "did you mean log(...)?"),
    ("log_2(x)",             "'log_2' is not a function",            0, 5, "write log(x)/log(2)"),
    ("log10(x)",             "'log10' is not a function",            0, 5, "write log(x)/log(10)"),
    ("log_{10}(x)",          "'log_{10}' is not a function",         0, 8, "write log(x)/log(10)"),
    ("log_b(x)",             "'log_b' is not a function",            0, 5, "write log(x)/log(b)"),
    ("1 + log_2 x",          "no name 'log_2' is declared",          4, 5, "write log(x)/log(2)"),
    ("sigmod (x)",           "'sigmod' is not a function",           0, 6, "did you mean sigmoid(...)?"),
    ("log1p(x)",             "'log1p' is not a function",            0, 5, "write log(1 + x)"),
    ("gelu(x)",              "'gelu' is not a function",             0, 4, "write 1/2 x .* (1 + tanh(sqrt(2/pi) (x + 0.044715 x.^3)))"),
    ("swish(A x)",           "'swish' is not a function",            0, 5, "write x .* sigmoid(x)"),
    ("eigvalsh(A)",          "'eigvalsh' is not a function",         0, 8, "write lambda_max(A)"),
    ("1 + expm1 x",          "no name 'expm1' is declared",          4, 5, "write exp(x) - 1"),
    ("reciprocal(x)",        "'reciprocal' is not a function",       0, 10, "write 1 ./ x"),
    ("power(x, 2)",          "'power' is not a function",            0, 5, "write x .^ p"),
    ("log_softmax(x)",       "'log_softmax' is not a function",      0, 11, "write log(softmax(x))"),
    ("Tr(A)",                "'Tr' is not a function",               0, 2, "did you mean tr(...)?"),
    ("norm(x)",              "'norm' is not a function",             0, 4, "write ||x||"),
    ("σ(W x)",               "'σ' is not a function",                0, 1,
     "write sigmoid(...), declare it, for example where 'sigma: elementwise', or write σ * (...) for a product"),
    ("f(x)",                 "'f' is not a function",                0, 1, F),
    ("KL(p)",                "'KL' is not a function",               0, 2, "declare it, for example where 'KL: R^n -> R'"),
    ("d/dx x^T A x",         "no name 'dx' is declared",             2, 2, "write the function only, and name the variable with wrt"),
    ("D(h, x)[v]",           "'h' is not a declared function",       2, 1, "declare it, for example where 'h: R^n -> R^m'"),
    ("I_mn",                 "no dimension 'mn' is declared",        0, 4, "write I(m n)"),
    ("e^x",                  "'e' is not declared",                  0, 3, "write exp(x) for the exponential, or declare 'e: scalar'"),
    ("sum(e.^(-x))",         "'e' is not declared",                  4, 7, "write exp(-x) for the exponential, or declare 'e: scalar'"),
    ("1 - e^{-x}",           "'e' is not declared",                  4, 6, "write exp(-x) for the exponential, or declare 'e: scalar'"),
    ("x where t = s; s = y", "'s' is used before it has its value", 12, 1, "give the values in the order of their use"),
]  # fmt: skip
LIMITS = [
    ("1e999999999",      "this number has more than 10000 digits",              0, 11, "raise matcalc.limits.exponent"),
    ("1" * 10_001,       "this number has more than 10000 digits",              0, 72, "raise matcalc.limits.exponent"),
    ("x^10001",          "this exponent is larger than 10000",                  2,  5, "raise matcalc.limits.exponent, or name it: x^k"),
    ("x" * 1_000_001,    "the text has 1000001 characters, more than 1000000",  0,  1, "raise matcalc.limits.text"),
    ("(" * 20_001 + "x", "this is nested deeper than 20000 levels",            39,  1, "raise matcalc.limits.nesting"),
    ("x" + "'" * 20_001, "this is nested deeper than 20000 levels",             0, 72, "raise matcalc.limits.nesting"),
]  # fmt: skip
SCALAR_T = [
    ("X^T c", "'X^T' can be read in two ways, because T is a scalar",  0, 3, "write X' for the transpose, X^(T) for the power"),
    ("X^-T",  "'X^-T' can be read in two ways, because T is a scalar", 0, 4, "write X^-1' for the transpose, X^(-T) for the power"),
]  # fmt: skip
DECLARATIONS = [
    ("A n x n",                 "a declaration is names, ':' and a shape",           0, 7, "write for example A: m x n; x: n; c: scalar"),
    ("A: n x n big",            "'big' is no property",                              9, 3, PROPERTY),
    ("A: m x n symmetric",      "'A' cannot be symmetric: it is m x n, not square",  0, 1, "write A: n x n symmetric"),
    ("A: n x n unit",           "'A' cannot be unit: it is n x n, not a vector",     0, 1, "write A: n unit"),
    ("A: n x n skew symmetric", "'A' cannot be both symmetric and skew",             0, 1, "leave one of them out"),
    ("x: n; x: m",              "'x' is declared as n and as m",                     6, 1, "declare it once"),
    ("g: R^n -> R; g: n",       "'g' is declared as a function and as a variable",  13, 1, "give one of them another name"),
    ("n: m; A: n x n",          "'n' is a dimension here and declared as m",         9, 1, "declare 'n: scalar', or use another name"),
    ("A: 0 x n",                "'0' is no dimension",                               3, 1, DIMENSION),
    ("x: 2.5",                  "'2.5' is no dimension",                             3, 3, DIMENSION),
    ("x: -3",                   "a dimension has no minus",                          3, 1, DIMENSION),
    ("x: n - 1",                "a dimension has no minus",                          5, 1, DIMENSION),
    ("x: vector",               "'vector' is no dimension",                          3, 6, "write n for a vector"),
    ("A: nxn",                  "a shape needs spaces around its x",                 3, 3, "write n x n"),
    ("A: symmetric",            "a shape is missing here",                           3, 9, SHAPE),
    ("A: R^m x n",              "an exponent of two dimensions needs braces",        7, 1, "write R^{m x n}"),
    ("tr: n",                   "'tr' has a meaning already",                        0, 2, "use another name, such as tr_1"),
    ("B: R^n -> R bilinear",    "a bilinear function has two arguments",            12, 8, "write B: R^n, R^m -> R^p bilinear"),
]  # fmt: skip


def check(error: MatcalcError, sentence: str, column: int, width: int, hint: str) -> None:
    assert (error.message, error.hint) == (sentence, hint)
    assert error.span is not None
    assert caret(error.text, error.span)[1].lstrip(" ") == "^" * width
    assert caret(error.text, error.span)[1].index("^") == column
    assert str(error).splitlines()[0] == sentence


@pytest.mark.parametrize(
    ("text", "sentence", "column", "width", "hint"),
    [*TWO_READINGS, *TRANSPOSES, *CHARACTERS, *BRACKETS, *OPERATORS, *CALLS],
)
def test_what_cannot_be_read(text: str, sentence: str, column: int, width: int, hint: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        read(text, DECLARED)
    check(caught.value, sentence, column, width, hint)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(("text", "sentence", "column", "width", "hint"), NAMES)
def test_names_that_nobody_declared(text: str, sentence: str, column: int, width: int, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        read(text, DECLARED)
    check(caught.value, sentence, column, width, hint)


@pytest.mark.parametrize(("text", "sentence", "column", "width", "hint"), LIMITS)
def test_limits(text: str, sentence: str, column: int, width: int, hint: str) -> None:
    with pytest.raises(LimitError) as caught:
        read(text)
    check(caught.value, sentence, column, width, hint)


@pytest.mark.parametrize(("text", "sentence", "column", "width", "hint"), SCALAR_T)
def test_transpose_beside_a_scalar_T(text: str, sentence: str, column: int, width: int, hint: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        read(text, TIME)
    check(caught.value, sentence, column, width, hint)


@pytest.mark.parametrize(("text", "sentence", "column", "width", "hint"), DECLARATIONS)
def test_declarations_that_contradict(text: str, sentence: str, column: int, width: int, hint: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_declarations(text)
    check(caught.value, sentence, column, width, hint)


@pytest.mark.parametrize("text", [row[0] for row in TWO_READINGS if not row[0].startswith("(")])
def test_both_readings_that_are_offered_can_be_read(text: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        read(text)
    for reading in caught.value.hint.removeprefix("write ").split(" or "):
        read(reading)


def test_what_no_terminal_should_print_is_not_printed() -> None:
    with pytest.raises(SyntaxProblem) as caught:
        read("x\t+ \x07y\x00")
    assert str(caught.value) == "cannot read '\\x07'\n  x + ?y?\n      ^"


def test_residuals_may_be_squared_entry_by_entry() -> None:
    assert ascii_text(read("sum(e.^2) + ||e||")) == "sum(e.^2) + ||e||"

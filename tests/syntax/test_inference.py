"""Shapes: what is found, what is assumed, what is refused, word for word."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.algebra.dimension import ONE, SCALAR, named
from matcalc.errors import LimitError, MatcalcError, NotationError, ShapeError, SyntaxProblem, UnknownNameError
from matcalc.syntax.declarations import NOTHING, read_declarations
from matcalc.syntax.inference import Typing, infer
from matcalc.syntax.known import words
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree, postorder
from matcalc.syntax.understanding import understand


def typed(text: str, where: str = "") -> tuple[Tree, Typing]:
    declarations = read_declarations(where)
    tree = read(text, declarations)
    return tree, infer(tree, declarations)


def shape(text: str, where: str = "") -> str:
    tree, typing = typed(text, where)
    return words(typing.shapes[tree])


def refusal(text: str, where: str = "") -> MatcalcError:
    with pytest.raises(MatcalcError) as caught:
        understand(text, read_declarations(where))
    return caught.value


@pytest.mark.parametrize(
    ("text",                              "shapes"),
    [
        ("x^T A x",                       "x: n, A: n x n"),
        ("A x - b",                       "A: m x n, x: n, b: m"),
        ("A X C",                         "A: m x n, X: n x p, C: p x q"),
        ("u^T X v",                       "u: n, X: n x m, v: m"),
        ("tr(A X B X^T)",                 "A: n x n, X: n x m, B: m x m"),
        ("||y - X w||^2 + lambda w^T w",  "y: n, X: n x m, w: m, lambda: scalar"),
        ("logdet(I + X^T X)",             "X: m x n"),
        ("c x^T x",                       "c: n, x: m"),
        ("A^k",                           "A: n x n, k: scalar"),
        ("x .^ p",                        "x: n, p: scalar"),
        ("2^(n + 1) x",                   "n: scalar, x: m"),
        ("ones(n)^T x",                   "x: n"),
        ("I_3 X",                         "X: 3 x n"),
        ("skew(w)",                       "w: 3"),
        ("x + vec(X)",                    "x: m*n, X: m x n"),
        ("unvec(x, m, n) y",              "x: m*n, y: n"),
        ("(x ⊗ y)^T z",                   "x: n, y: m, z: m*n"),
        ("X[i,j] + x[i]",                 "X: m x n, x: p"),
        ("x^T t0 where t0 = A x",         "A: n x n, x: n"),
        ("Sigma alpha_1",                 "Sigma: m x n, alpha_1: scalar"),
    ],
)  # fmt: skip
def test_dimensions_of_undeclared_names_are_found(text: str, shapes: str) -> None:
    found = typed(text)[1].variables
    assert ", ".join(f"{name}: {words(variable.shape)}" for name, variable in found.items()) == shapes


@pytest.mark.parametrize(
    ("text",                    "where",                                   "expected"),
    [
        ("x^T y",               "x, y: n",                                 "scalar"),
        ("x^T y A",             "x, y: n; A: p x q",                       "p x q"),
        ("b x^T y",             "b: m; x, y: n",                           "m"),
        ("r x + 1",             "r: 1 x n; x: n",                          "scalar"),
        ("softmax(r)",          "r: 1 x n",                                "1 x n"),
        ("diag(r)",             "r: 1 x n",                                "n x n"),
        ("diag(A)",             "A: n x n",                                "n"),
        ("diag(c)",             "c: scalar",                               "scalar"),
        ("tr(c) + det(c)",      "c: scalar",                               "scalar"),
        ("vec(x)",              "x: n",                                    "n"),
        ("vec(X)",              "X: m x n",                                "m*n"),
        ("X ⊗ Y",               "X: m x n; Y: p x q",                      "m*p x n*q"),
        ("khatri_rao(X, Y)",    "X: m x n; Y: p x n",                      "m*p x n"),
        ("(I ⊗ A) vec(X)",      "A: m x n; X: n x p",                      "m*p"),
        ("(B^T ⊗ A) vec(X)",    "A: p x m; X: m x n; B: n x q",            "p*q"),
        ("Kmat(m,n) vec(X)",    "X: m x n",                                "m*n"),
        ("X + unit(i,j,m,n)",   "X: m x n",                                "m x n"),
        ("1/n sum(x)",          "x: n",                                    "scalar"),
        ("1/(m n) sum(X)",      "X: m x n",                                "scalar"),
        ("n x",                 "n: scalar; x: n",                         "n"),
        ("I(m + n) z",          "",                                        "m + n"),
        ("max(0, A x)",         "A: m x n",                                "m"),
        ("max(x)",              "",                                        "scalar"),
        ("softmax_rows(X) w",   "X: m x n",                                "m"),
        ("mean_cols(X)",        "X: m x n",                                "n"),
        ("pinv(X)",             "X: m x n",                                "n x m"),
        ("g(x)",                "g: R^n -> R^m",                           "m"),
        ("phi(A x)",            "phi: elementwise; A: m x n",              "m"),
        ("J(g, x)",             "g: R^n -> R^m",                           "n x m"),
        ("grad(g, X)",          "g: R^{m x n} -> R",                       "m x n"),
        ("D(g, X)[H]",          "g: R^{m x n} -> R^p",                     "p"),
        ("D(B, a, c)[v, w]",    "B: R^n, R^m -> R^p bilinear",             "p"),
        ("D2(g, x)[v, w]",      "g: R^n -> R^p",                           "p"),
        ("hess(g, x)",          "g: R^n -> R",                             "n x n"),
        ("hess(g, X)",          "g: R^{m x n} -> R",                       "m*n x m*n"),
        ("f(X) D(f, X)[H]",     "f: analytic; X: n x n",                   "n x n"),
        ("A^(-1/2) x",          "A: n x n positive definite",              "n"),
        ("||r||_1 + ||c||",     "r: 1 x n; c: scalar",                     "scalar"),
        ("dot(x, r)",           "x: n; r: 1 x n",                          "scalar"),
        ("A x .* b",            "A: m x n",                                "m"),
        ("M .* U * V",          "M: m x n; V: n x p",                      "m x p"),
        ("M .* U c",            "M: m x n; c: scalar",                     "m x n"),
    ],
)  # fmt: skip
def test_shape_of_an_expression(text: str, where: str, expected: str) -> None:
    assert shape(text, where) == expected


@pytest.mark.parametrize(
    ("text",                    "where"),
    [
        ("x + c",               "x: n; c: scalar"),
        ("1 - x",               "x: n"),
        ("r - 1",               "r: 1 x n"),
        ("log(1 + exp(X w))",   ""),
        ("x^T (x + 1)",         ""),
        ("A x - b^T b",         ""),
        ("y - X w - b",         "b: scalar"),
        ("log(1 + X)",          "X: m x n"),
        ("exp(-2 (1 + X)/c)",   "X: m x n; c: scalar"),
        ("max(0, 1 - X)",       "X: m x n"),
        ("(X + 1) .* X",        "X: m x n"),
        ("(1 + X).^2",          "X: m x n"),
        ("1 ./ (1 + X)",        "X: m x n"),
    ],
)  # fmt: skip
def test_a_scalar_is_spread_where_nobody_doubts_it(text: str, where: str) -> None:
    tree, typing = typed(text, where)
    assert all(typing.shapes[part] != SCALAR for part in postorder(tree) if part.head == "sum")


def test_defaults_say_what_would_change_them() -> None:
    defaults = typed("mu x^T A x^2 t", "x: scalar; A: scalar; t: scalar")[1].defaults
    assert defaults == ('mu: scalar (a scalar by default; --where "mu: n" to change)',)
    assert typed("A^k x")[1].defaults == (
        'A: n x n (a matrix by default; --where "A: scalar" to change)',
        'k: scalar (an exponent by default; --where "k: n" to change)',
        'x: n (a column vector by default; --where "x: scalar" to change)',
    )


def test_variables_occur_in_order_of_appearance_then_the_declared_ones() -> None:
    assert list(typed("B x + a", "Z, B: n x n")[1].variables) == ["B", "x", "a", "Z"]


@pytest.mark.parametrize(
    ("text",          "where",            "notes"),
    [
        ("exp(A)",    "A: n x n",         ("exp(A) is entry by entry; expm is the matrix function",)),
        ("exp(A)",    "A: m x n",         ()),
        ("log(A x)",  "",                 ()),
        ("||A||_1",   "",                 ("||A||_1 is entry by entry: the sum of the absolute values of the entries",)),
        ("||A||_2",   "",                 ("||A||_2 is the spectral norm; ||A||_F is the Frobenius norm",)),
        ("||x||_2",   "",                 ()),
    ],
)  # fmt: skip
def test_notes(text: str, where: str, notes: tuple[str, ...]) -> None:
    assert typed(text, where)[1].notes == notes


def test_a_hidden_constant_is_noted() -> None:
    assert understand("I x", read_declarations("I: n x n")).typing.notes == (
        "I is your variable here, not the identity matrix",
    )


# text, declarations, column and width of the place, sentence, what to write
CLASHES = [
    ("A x", "A: m x n; x: m",      2, 1, "cannot multiply A (m x n) by x (m): n is not m", "A^T x would fit"),
    ("A B", "A: m x n; B: p x n",  2, 1, "cannot multiply A (m x n) by B (p x n): n is not p", "A B^T would fit"),
    ("A x", "A: 2 x 3; x: 2",      2, 1, "cannot multiply A (2 x 3) by x (2): 3 is not 2", "A^T x would fit"),
    ("x y", "",                    2, 1, "cannot multiply x (n) by y (n): 1 is not n",
        'write x^T y, x y^T or x .* y, or declare --where "x: scalar"'),
    ("x y", "x, y: n",             2, 1, "cannot multiply x (n) by y (n): 1 is not n", "write x^T y, x y^T or x .* y"),
    ("t A", "",                    2, 1, "cannot multiply t (n) by A (m x p): 1 is not m",
        'write t^T A, or declare --where "t: scalar"'),
    ("B x^T x", "",                2, 3, "cannot multiply B (m x n) by x^T (1 x p): n is not 1",
        "a row stands left of what it multiplies; for a scalar factor write brackets, as in B (x^T y)"),
    ("Kmat(m,n) vec(X)", "",       10, 6, "cannot multiply Kmat(m, n) (m*n x m*n) by vec(X) (p*q): m*n is not p*q",
        'declare the shapes: --where "X: m x n"'),
    ("x + y", "x: n; y: m",        4, 1, "cannot add x (n) and y (m): n is not m", ""),
    ("x - 2 y", "x: n; y: m",      4, 3, "cannot subtract 2 y (m) from x (n): n is not m", ""),
    ("x + y^T", "x, y: n",         4, 3, "cannot add x (n) and y^T (1 x n)", "transpose one of them: x^T or y"),
    ("A + x", "A: m x n; x: m",    4, 1, "cannot add A (m x n) and x (m)",
        "write x ones(n)^T to add it to every column, ones(m) x^T to every row"),
    ("x .* y", "x: n; y: m",       5, 1, "cannot multiply x (n) and y (m) entry by entry: n is not m", ""),
    ("x .* A", "x: m; A: m x n",   5, 1, "cannot multiply x (m) and A (m x n) entry by entry",
        "write diag(x) A to scale the rows, A diag(x) to scale the columns"),
    ("x ./ A", "x: m; A: m x n",   5, 1, "cannot divide x (m) by A (m x n) entry by entry", ""),
    ("max(x, y)", "x: n; y: m",    7, 1, "cannot take the maximum of x (n) and y (m): n is not m", ""),
    ("dot(x, y)", "x: n; y: m",    7, 1, "cannot take dot of x (n) and y (m): n is not m", ""),
]  # fmt: skip
SQUARE = [
    ("tr(A)", "A: m x n",    3, 1, "tr needs a square matrix, not A (m x n): m is not n", ""),
    ("tr(x)", "x: n",        3, 1, "tr needs a square matrix, not x (n)", ""),
    ("tr(diag(X))", "X: n x n", 3, 7, "tr needs a square matrix, not diag(X) (n)",
     "diag of a matrix is the vector of its diagonal; diag(diag(A)) is the diagonal matrix, tr(A) or sum(diag(A)) its sum"),
    ("tr(X ⊗ X)", "",        3, 5, "tr needs a square matrix, not kron(X, X) (m*m x n*n): m*m is not n*n",
        'declare the shapes: --where "X: n x n"'),
    ("A^-1", "A: m x n",     0, 1, "an inverse needs a square matrix, not A (m x n): m is not n", ""),
    ("x^-1", "x: n",         0, 4, "a vector has no inverse: x (n)", "write 1 ./ x for the entrywise reciprocal"),
    ("A^2", "A: m x n",      0, 1, "a power needs a square matrix, not A (m x n): m is not n", ""),
    ("x^2", "x: n",          0, 3, "a power of the vector x (n)", "write x.^2 or x^T x"),
    ("x^3", "",              0, 3, "a power of the vector x (n)",
        'write x.^3 for the entrywise power, or declare --where "x: scalar"'),
    ("(x - mu)^2", "",       0, 10, "a power of the vector x - mu (n)",
        'write (x - mu).^2 or (x - mu)^T (x - mu), or declare --where "x: scalar"'),
    ("2^y", "y: n",          2, 1, "the exponent y (n) is not a scalar", ""),
    ("x.^y", "x, y: n",      3, 1, "the exponent y (n) is not a scalar", "write exp(y .* log(x))"),
    ("A^(1/2)", "",          0, 1, "a square root of a matrix that is not declared positive definite: A",
        'write sqrtm(A), or declare --where "A: n x n positive definite"'),
    ("A^(1/3)", "A: n x n",  2, 5, "the power of a matrix is an integer or a name, not 1/3", "write expm(1/3 logm(A))"),
    ("A^(k/2)", "A: n x n",  2, 5, "the power of a matrix is an integer or a name, not k/2", ""),
    ("x/y", "x, y: n",       2, 1, "division by a vector: y (n)", "use ./ for the entrywise quotient"),
    ("x/sqrt(2 s)", "x: n",  2, 9, "division by a vector: sqrt(2 s) (m)",
        'use ./ for the entrywise quotient, or declare --where "s: scalar"'),
    ("x/(A s)", "A: n x m; x: n", 2, 5, "division by a vector: A s (n)", "use ./ for the entrywise quotient"),
    ("(a + 2 b) x", "x: n",  10, 1, "cannot multiply a + 2 b (n) by x (n): 1 is not n",
        'write (a + 2 b)^T x, (a + 2 b) x^T or (a + 2 b) .* x, or declare --where "a: scalar"'),
    ("x/A", "A: n x n",      2, 1, "division by a matrix: A (n x n)", "use ./ or ^-1"),
    ("1/n sum(x)", "",       2, 1, "division by a vector: n (m)",
        'use ./ for the entrywise quotient, or declare --where "n: scalar"'),
]  # fmt: skip
FUNCTIONS = [
    ("mean(X)", "X: m x n",             5, 1, "mean of the matrix X (m x n) may mean its rows, its columns or all its entries",
        "write mean_rows(X), mean_cols(X) or mean(vec(X))"),
    ("softmax(A B)", "",                8, 3, "softmax of the matrix A B (m x p) may mean its rows, its columns or all its entries",
        "write softmax_rows(A B), softmax_cols(A B) or softmax(vec(A B))"),
    ("dot(A, B)", "A, B: m x n",        4, 1, "dot needs a vector, not A (m x n)",
        "write tr(A^T B) for the inner product of matrices"),
    ("skew(w)", "w: 4",                 5, 1, "skew needs 3 entries, not w (4)", ""),
    ("unvec(x, m, n)", "x: k",          6, 1, "unvec needs m*n entries, not x (k)", ""),
    ("diag(X)", "X: m x n",             5, 1, "diag needs a square matrix, not X (m x n): m is not n", ""),
    ("||A||_inf", "A: m x n",           0, 9, "||.||_inf of the matrix A (m x n) may mean two norms",
        "write max(vec(abs(A))) for the largest entry, max(abs(A) ones(n)) for the largest row sum"),
    ("I", "",                           0, 1, "the size of I cannot be inferred", "write I(n)"),
    ("I ⊗ A", "",                       0, 1, "the size of I cannot be inferred", "write I(n)"),
    ("ones(0)", "",                     5, 1, "a dimension is an integer from 1 on, a name, or a product or sum of these",
        ""),
    ("x + ones(n)", "x: m",             4, 7, "cannot add x (m) and ones(n) (n): m is not n", ""),
    ("g(x)", "g: R^n -> R; x: k",       2, 1, "g takes an argument of shape n, not x (k)", ""),
    ("D(g,x)[v]", "g: R^n -> R; v: k",  7, 1, "D(g, ...) takes a direction of shape n, not v (k)", ""),
    ("grad(g,x)", "g: R^n -> R^m",      0, 9, "grad needs a scalar function; g is not", "write J(g, x)"),
    ("hess(g,x)", "g: R^n -> R^m",      0, 9, "hess needs a scalar function; g is not", "write D2(g, x)[v, w]"),
    ("f(X)",      "f: analytic; X: m x n", 2, 1, "f needs a square matrix, not X (m x n): m is not n", ""),
    ("X[1]", "X: m x n",                0, 4, "an entry of the matrix X (m x n) has two indices", ""),
    ("x[1,2]", "x: n",                  0, 6, "an entry of x (n) has one index", "write x[i]"),
    ("x[4]", "x: 3",                    2, 1, "the index 4 is larger than the dimension 3", ""),
    ("e(4,3)", "",                      2, 1, "the index 4 is larger than the dimension 3", ""),
    ("x[0]", "x: n",                    2, 1, "an index is an integer from 1 on, or a name", ""),
]  # fmt: skip
SCALAR_PLUS = [
    ("x - mu", "",                         4, 2, "cannot subtract mu (scalar) from x (n): mu is not declared",
        'declare it: --where "mu: scalar" or --where "mu: n", or --where "x: scalar"'),
    ("n log(s^2) - c/sigma", "s, c: scalar", 13, 7, "cannot subtract c/sigma (scalar) from n log(s^2) (m): sigma is not declared",
        'declare it: --where "sigma: scalar" or --where "sigma: m", or --where "n: scalar"'),
    ("x - mu", "x: k",                     4, 2, "cannot subtract mu (scalar) from x (k): mu is not declared",
        'declare it: --where "mu: scalar" or --where "mu: k"'),
    ("x + c", "c: scalar",                 0, 1, "cannot add c (scalar) and x (n): x is not declared",
        'declare it: --where "x: scalar" or --where "x: n"'),
    ("x + 1/mu", "x: n",                   4, 4, "cannot add 1/mu (scalar) and x (n): mu is not declared",
        'declare it: --where "mu: scalar" or --where "mu: n"'),
    ("sin(x) + 1", "",                     0, 6, "cannot add 1 (scalar) and sin(x) (n): x is not declared",
        'declare it: --where "x: scalar" or --where "x: n"'),
    ("w^T x + b", "",                      8, 1, "cannot add w^T x (scalar) and b (m): b is not declared",
        'declare it: --where "b: scalar" or --where "b: m"'),
    ("X + 1", "X: n x n",                  4, 1, "cannot add 1 (scalar) and X (n x n)", "write I or ones(n, n)"),
    ("X - c", "X: n x n; c: scalar",       4, 1, "cannot subtract c (scalar) from X (n x n)",
        "write c I or c ones(n, n)"),
    ("X + 1", "X: m x n",                  4, 1, "cannot add 1 (scalar) and X (m x n)", "write ones(m, n)"),
    ("X + a/b", "X: n x n; a, b: scalar",  4, 3, "cannot add a/b (scalar) and X (n x n)",
        "write (a/b) I or (a/b) ones(n, n)"),
    ("sum(X + 1)", "X: m x n",             8, 1, "cannot add 1 (scalar) and X (m x n)", "write ones(m, n)"),
    ("exp(A (X + 1))", "A, X: n x n",      11, 1, "cannot add 1 (scalar) and X (n x n)", "write I or ones(n, n)"),
]  # fmt: skip
TWO_READINGS = [
    ("M .* U V^T", "",           0, 10, "'M .* U V^T' can be read in two ways", "write (M .* U) V^T or M .* (U V^T)"),
    ("a .* x^T y", "",           0, 10, "'a .* x^T y' can be read in two ways", "write (a .* x^T) y or a .* (x^T y)"),
    ("A ⊗ B x", "",              0, 7, "'A ⊗ B x' can be read in two ways", "write (A ⊗ B) x or A ⊗ (B x)"),
    ("M ./ U V", "",             0, 8, "'M ./ U V' can be read in two ways", "write (M ./ U) V or M ./ (U V)"),
    ("M .* U c V", "c: scalar",  0, 10, "'M .* U V' can be read in two ways", "write (M .* U) V or M .* (U V)"),
]  # fmt: skip


# what fits, but must be written in another way
NOTATION = ("the size of I", "a square root", "the power of a matrix is", "||.||_inf")


@pytest.mark.parametrize(
    ("text", "where", "column", "width", "sentence", "advice"),
    [*CLASHES, *SQUARE, *FUNCTIONS, *SCALAR_PLUS, *TWO_READINGS],
)
def test_what_is_refused(text: str, where: str, column: int, width: int, sentence: str, advice: str) -> None:
    error = refusal(text, where)
    kind = NotationError if sentence.startswith(NOTATION) else ShapeError
    assert type(error) is (SyntaxProblem if sentence.endswith("two ways") else kind)
    assert (error.message, error.text, error.span, error.hint) == (sentence, text, (column, column + width), advice)


@pytest.mark.parametrize(
    ("f",        "wrt",  "where",       "sentence"),
    [
        ("x^T x", "y",   "",            "'y' is neither declared nor in the expression"),
        ("n x",   "n",   "x: n",        "'n' is a dimension here, not a variable to differentiate by"),
        ("x[i]",  "i",   "",            "'i' is an index here, not a variable to differentiate by"),
    ],
)  # fmt: skip
def test_what_cannot_be_differentiated_by(f: str, wrt: str, where: str, sentence: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        understand(f, read_declarations(where), [wrt])
    assert caught.value.message == sentence


def test_a_declared_variable_need_not_occur() -> None:
    found = understand("x^T x", read_declarations("y: m"), ["y"])
    assert found.typing.variables["y"].shape == (named("m"), ONE)


def test_an_expected_shape_takes_part() -> None:
    """The Hessian 2 I of x^T x: only the shape it must have tells the size of I."""
    n = named("n")
    tree = read("2 I")
    assert infer(tree, NOTHING, expected=[(n, ONE), (n, n)]).shapes[tree] == (n, n)
    with pytest.raises(ShapeError, match="this must be n, not 2 I"):
        infer(tree, NOTHING, expected=[(n, ONE)])


def test_other_expressions_share_the_names() -> None:
    f, claim = read("||A x - b||^2"), read("2 A^T (A x - b)")
    assert infer(claim, NOTHING, also=[f]).shapes[f] == SCALAR
    with pytest.raises(ShapeError):
        infer(read("x^T A x"), read_declarations("b: n; x: m"), also=[f])


# ---- properties

DECLARED = "A, S: n x n; B: m x n; x: n; y: m; c: scalar; r: 1 x n; g: R^n -> R^m; phi: elementwise"
_leaves = st.sampled_from([*(Tree("name", text=name) for name in "A S B x y c r".split()), Tree("number", text="2")])
_identity = st.builds(Tree, st.just("call"), text=st.just("I"))  # each its own part, with its own size


def _larger(below: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def node(head: str, text: str = "", *, count: int = 2) -> st.SearchStrategy[Tree]:
        return st.tuples(*[below] * count).map(lambda children: Tree(head, children, text))

    calls = st.sampled_from("tr det sum exp diag vec softmax mean_rows phi norm".split())
    return st.one_of(
        node("sum"),
        node("sum", count=3),
        node("times", " "),
        node("times", "*"),
        node("hadamard"),
        node("entrydiv"),
        node("kron"),
        node("over"),
        node("neg", count=1),
        node("transpose", count=1),
        node("inverse", count=1),
        node("norm", count=1),
        below.map(lambda base: Tree("power", (base, Tree("number", text="2")))),
        below.map(lambda base: Tree("entrypow", (base, Tree("number", text="3")))),
        node("call", "maximum"),
        calls.flatmap(lambda name: node("call", name, count=1)),
    )


TREES = st.recursive(st.one_of(_leaves, _identity), _larger, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_every_tree_is_typed_or_refused(tree: Tree) -> None:
    """No inference ends otherwise than with a shape for every part, or a MatcalcError."""
    with contextlib.suppress(MatcalcError):
        typing = infer(tree, read_declarations(DECLARED))
        assert all(part in typing.shapes for part in postorder(tree))


def test_a_part_that_stands_in_many_places_is_looked_at_once() -> None:
    tree = Tree("name", text="x")
    for _ in range(100):
        tree = Tree("sum", (tree, tree))
    assert len(infer(tree, NOTHING).shapes) == 101


def test_a_limit_is_reached_at_a_place() -> None:
    text = "x" + " ⊗ x" * 40
    with pytest.raises(LimitError) as caught:
        understand(text, read_declarations("x: a + b + c + d + f"))
    assert caught.value.text == text
    assert caught.value.span is not None


def test_depth_and_length_cost_no_more_than_memory() -> None:
    deep = read("(x + " * 5000 + "x" + ")" * 5000)
    long = read(" + ".join(["x^T A x"] * 5000))
    for tree in (deep, long):
        assert infer(tree, NOTHING).variables["x"].shape == (named("n"), ONE)

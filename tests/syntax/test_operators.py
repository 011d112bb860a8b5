"""Shapes that do not fit, and notations that mean several things: what is said, where, and what to write, word for word."""

from __future__ import annotations

import pytest

from matcalc.errors import MatcalcError, NotationError, ShapeError, SyntaxProblem
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand


def refusal(text: str, where: str = "") -> MatcalcError:
    with pytest.raises(MatcalcError) as caught:
        understand(text, read_declarations(where))
    return caught.value


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

"""df/dX_ij = Df(X)[1_ij]: the printed forms, and their values against central differences at distinct rectangular sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product as places
from typing import Any

import numpy as np
import pytest
import sympy

from matcalc import limits
from matcalc.algebra import calls, entries, entrywise, kronecker, linear, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE, constant, named
from matcalc.algebra.leaves import direction, index, number, ones, row_symbol, symbol
from matcalc.algebra.nodes import Node, RowDirection, RowSymbol, intern
from matcalc.calculus.differential import differential
from matcalc.calculus.partial import entry_names, partial
from matcalc.errors import DeclarationError, LimitError, ShapeError, SyntaxProblem
from tests.rewrite.indexed import Opaque, value

SIZES = {"m": 2, "n": 3, "p": 4}
m, n, p = map(named, SIZES)
A, B, C, X, Y, P = (
    symbol(name, shape) for name, shape in zip("ABCXYP", [(m, n), (n, m), (n, p), (m, n), (n, n), (p, m)], strict=True)
)
x, y, u, v, w, b = (symbol(name, (length, ONE)) for name, length in zip("xyuvwb", [n, n, m, n, p, m], strict=True))
t = symbol("t", (ONE, ONE))
T, mul, call = transposes.transpose, products.product, calls.call
minus, had = sums.minus, entrywise.hadamard


def f_of(name: str, *arguments: Node) -> Node:
    return call(name, list(arguments))


def quadratic(z: Node) -> Node:
    return products.inner(z, z)


def power(base: Node, exponent: int) -> Node:
    return entrywise.power(base, number(exponent))


def moved(leaf: Node) -> Node:
    """The direction H of a leaf."""
    return intern(RowDirection, (), "H", leaf.shape) if type(leaf) is RowSymbol else direction("H", leaf.shape)


def of(f: Node, leaf: Node, *at: str | int) -> Any:
    """df/dX_ij."""
    return partial(differential(f, {leaf: moved(leaf)}), moved(leaf), at)


PRINTED = [
    ("u^T X v",               mul([T(u), X, v]),               X, "u[i]*v[j]"),
    ("x^T Y x",               mul([T(x), Y, x]),               x, "Sum(Y[i, r]*x[r], (r, 1, n)) + Sum(Y[r, i]*x[r], (r, 1, n))"),
    ("tr(Y)",                 f_of("tr", Y),                   Y, "KroneckerDelta(i, j)"),
    ("sum(X)",                f_of("sum", X),                  X, "1"),
    ("P X C, a matrix",       mul([P, X, C]),                  X, "C[j, s]*P[r, i]"),
    ("x, a vector",           x,                               x, "KroneckerDelta(i, r)"),
    ("x^T, a row",            T(x),                            x, "KroneckerDelta(i, r)"),
    ("x .* y, a vector",      had([x, y]),                     x, "KroneckerDelta(i, r)*y[r]"),
    ("t^3",                   power(t, 3),                     t, "3*t**2"),
    ("||x||_2",               f_of("norm", x),                 x, "x[i]/sqrt(Sum(x[r]**2, (r, 1, n)))"),
    ("||X||_F",               f_of("norm", X),                 X, "X[i, j]/sqrt(Sum(X[r, s]**2, (r, 1, m), (s, 1, n)))"),
    ("log(sum(exp(x)))",      f_of("logsumexp", x),            x, "exp(x[i])/Sum(exp(x[r]), (r, 1, n))"),
    ("sum(tanh(A x))",        f_of("sum", f_of("tanh", mul([A, x]))), x,
     "-Sum((tanh(Sum(A[s, r]*x[r], (r, 1, n)))**2 - 1)*A[s, i], (s, 1, m))"),
    ("||A x - b||_2^2",       quadratic(minus(mul([A, x]), b)), x, "2*Sum((-b[s] + Sum(A[s, r]*x[r], (r, 1, n)))*A[s, i], (s, 1, m))"),
    ("logdet(Y)",             f_of("logdet", Y),               Y, "inv(Y)[j, i]"),
    ("det(Y)",                f_of("det", Y),                  Y, "det(Y)*inv(Y)[j, i]"),
    ("Y^-1, a matrix",        matrix_powers.inverse(Y),             Y, "-inv(Y)[j, s]*inv(Y)[r, i]"),
    ("A vec(X), composite",   mul([symbol("E", (p, m * n)), linear.vectorised(X)]), X, "E[r, i + m*(j - 1)]"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "f", "leaf", "text"), PRINTED, ids=[row[0] for row in PRINTED])
def test_printed(name: str, f: Node, leaf: Node, text: str) -> None:
    at = ["i", "j"][: sum(length is not ONE for length in leaf.shape)]
    assert str(of(f, leaf, *at)) == text


# ---- values


@dataclass(frozen=True)
class Case:
    f: Node
    leaf: Node
    function: Callable[..., Any]  # the same f in NumPy, of all values by name
    opaque: Opaque | None = None


def softmax(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=0)


inv, det = np.linalg.inv, np.linalg.det
Ax = mul([A, x])
of_inverse: Opaque = {"inv(Y)": lambda d: inv(d["Y"]), "det(Y)": lambda d: det(d["Y"])}
CASES = {
    "x^T Y x":              Case(mul([T(x), Y, x]), x, lambda d: d["x"] @ d["Y"] @ d["x"]),
    "u^T X v":              Case(mul([T(u), X, v]), X, lambda d: d["u"] @ d["X"] @ d["v"]),
    "tr(A Y B)":            Case(f_of("tr", mul([A, Y, B])), Y, lambda d: np.trace(d["A"] @ d["Y"] @ d["B"])),
    "logdet(Y)":            Case(f_of("logdet", Y), Y, lambda d: np.log(abs(det(d["Y"]))), of_inverse),
    "det(Y)":               Case(f_of("det", Y), Y, lambda d: det(d["Y"]), of_inverse),
    "t logdet(Y) by t":     Case(had([t, f_of("logdet", Y)]), t, lambda d: d["t"] * np.log(abs(det(d["Y"]))), of_inverse),
    "Y^-1":                 Case(matrix_powers.inverse(Y), Y, lambda d: inv(d["Y"]), of_inverse),
    "Y^2":                  Case(mul([Y, Y]), Y, lambda d: d["Y"] @ d["Y"]),
    "Y^3":                  Case(mul([Y, Y, Y]), Y, lambda d: d["Y"] @ d["Y"] @ d["Y"], {"Y^2": lambda d: d["Y"] @ d["Y"]}),
    "log(sum(exp(A x)))":   Case(f_of("log", f_of("sum", f_of("exp", Ax))), x, lambda d: np.log(np.exp(d["A"] @ d["x"]).sum())),
    "||A x - b||^2":        Case(quadratic(minus(Ax, b)), x, lambda d: ((d["A"] @ d["x"] - d["b"]) ** 2).sum()),
    "||A x - b||":          Case(f_of("norm", minus(Ax, b)), x, lambda d: np.linalg.norm(d["A"] @ d["x"] - d["b"])),
    "x .* (Y x)":           Case(had([x, mul([Y, x])]), x, lambda d: d["x"] * (d["Y"] @ d["x"])),
    "P X C":                Case(mul([P, X, C]), X, lambda d: d["P"] @ d["X"] @ d["C"]),
    "sum(tanh(A x))":       Case(f_of("sum", f_of("tanh", Ax)), x, lambda d: np.tanh(d["A"] @ d["x"]).sum()),
    "(x^T x)^4":            Case(power(quadratic(x), 4), x, lambda d: (d["x"] @ d["x"]) ** 4),
    "exp(-x^T x)":          Case(f_of("exp", sums.times_number(-1, quadratic(x))), x, lambda d: np.exp(-d["x"] @ d["x"])),
    "softmax(Y x)":         Case(f_of("softmax", mul([Y, x])), x, lambda d: softmax(d["Y"] @ d["x"])),
    "tr(A^T X Y)":          Case(f_of("tr", mul([T(A), X, Y])), X, lambda d: np.trace(d["A"].T @ d["X"] @ d["Y"])),
    "sum(exp(X) .* A)":     Case(f_of("sum", had([f_of("exp", X), A])), X, lambda d: (np.exp(d["X"]) * d["A"]).sum()),
    "sum(sigmoid(A x))":    Case(f_of("sum", f_of("sigmoid", Ax)), x, lambda d: (1 / (1 + np.exp(-d["A"] @ d["x"]))).sum()),
    "sum(softplus(A x))":   Case(f_of("sum", f_of("softplus", Ax)), x, lambda d: np.log(1 + np.exp(d["A"] @ d["x"])).sum()),
    "sum(relu(A x))":       Case(f_of("sum", f_of("relu", Ax)), x, lambda d: np.maximum(d["A"] @ d["x"], 0).sum()),
    "||A x - b||_1":        Case(f_of("norm_1", minus(Ax, b)), x, lambda d: abs(d["A"] @ d["x"] - d["b"]).sum()),
    "max(x, y)":            Case(f_of("maximum", x, y), x, lambda d: np.maximum(d["x"], d["y"])),
    "mean(A x)":            Case(f_of("mean", Ax), x, lambda d: (d["A"] @ d["x"]).mean()),
    "A diag(x) C":          Case(mul([A, f_of("diag", x), C]), x, lambda d: d["A"] @ np.diag(d["x"]) @ d["C"]),
    "diag(B X)":            Case(f_of("diag", mul([B, X])), X, lambda d: np.diag(d["B"] @ d["X"])),
    "vec(P X C)":           Case(linear.vectorised(mul([P, X, C])), X, lambda d: (d["P"] @ d["X"] @ d["C"]).ravel("F")),
    "kron(X, C)":           Case(kronecker.product(X, C), X, lambda d: np.kron(d["X"], d["C"])),
    "kron(C, X) vec(B)":    Case(mul([kronecker.product(C, X), linear.vectorised(symbol("F", (n, p)))]), X,
                                 lambda d: np.kron(d["C"], d["X"]) @ d["F"].ravel("F")),
    "||kron(A, X)||^2":     Case(quadratic(linear.vectorised(kronecker.product(A, X))), X, lambda d: (np.kron(d["A"], d["X"]) ** 2).sum()),
    "khatri_rao(P, X^T)":   Case(f_of("khatri_rao", P, T(X)), X, lambda d: np.einsum("pm,nm->pnm", d["P"], d["X"].T).reshape(-1, 2)),
    "tr(kron(X, B) G)":     Case(f_of("tr", mul([kronecker.product(X, B), symbol("G", (n * m, m * n))])), X,
                                 lambda d: np.trace(np.kron(d["X"], d["B"]) @ d["G"])),
    "A diag(B A C w)":      Case(mul([A, f_of("diag", mul([B, A, C, w]))]), w,
                                 lambda d: d["A"] @ np.diag(d["B"] @ d["A"] @ d["C"] @ d["w"])),
    "x x^T":                Case(mul([x, T(x)]), x, lambda d: np.outer(d["x"], d["x"])),
    "x / ||x||":            Case(entrywise.divide(x, f_of("norm", x)), x, lambda d: d["x"] / np.linalg.norm(d["x"])),
    "t x by t":             Case(products.scaled(t, x), t, lambda d: d["t"] * d["x"]),
    "x[2] x":               Case(products.scaled(entries.entry(x, index(2), index(1)), x), x, lambda d: d["x"][1] * d["x"]),
    "sum(X ones)^2":        Case(quadratic(mul([X, ones(n)])), X, lambda d: (d["X"].sum(axis=1) ** 2).sum()),
    "n tr(Y)":              Case(had([f_of("sum", ones(n)), f_of("tr", Y)]), Y, lambda d: 3 * np.trace(d["Y"])),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_value_is_the_central_difference(name: str) -> None:
    case = CASES[name]
    rng = np.random.default_rng(7)
    values = {
        leaf.data: rng.normal(size=[length.evaluate(SIZES) for length in leaf.shape if length is not ONE]) + 0.3
        for leaf in (
            A,
            B,
            C,
            X,
            Y,
            P,
            x,
            y,
            u,
            v,
            w,
            b,
            t,
            symbol("E", (p, m * n)),
            symbol("F", (n, p)),
            symbol("G", (m * n, m * n)),
        )
    }
    given = values[case.leaf.data]
    at = ["i", "j"][: given.ndim]
    h = moved(case.leaf)
    change = differential(case.f, {case.leaf: h})
    found, names = partial(change, h, at), entry_names(change, h, at)
    arrays = {**values, **{word: array(values) for word, array in (case.opaque or {}).items()}}
    step = 1e-5
    for place in places(*map(range, given.shape)):
        nudge = np.zeros_like(given)
        nudge[place] = step
        sides = [np.asarray(case.function({**values, case.leaf.data: given + side * nudge})) for side in (1, -1)]
        truth = (sides[0] - sides[1]) / (2 * step)
        for free in places(*map(range, truth.shape)):
            ends = dict(zip([*at, *names], (k + 1 for k in (*place, *free)), strict=True))
            assert value(found, arrays, SIZES | ends) == pytest.approx(truth[free], rel=1e-6, abs=1e-7), (place, free)


def test_the_partials_of_the_lecture_equal_symbols_made_by_hand() -> None:
    i, j = sympy.symbols("i j", integer=True)
    assert of(mul([T(u), X, v]), X, "i", "j") == sympy.IndexedBase("u")[i] * sympy.IndexedBase("v")[j]


def test_integers_give_one_entry() -> None:
    assert str(of(mul([T(u), X, v]), X, 1, "2")) == "u[1]*v[2]"
    assert of(f_of("tr", Y), Y, 1, 2) == 0
    assert of(f_of("tr", Y), Y, 2, 2) == 1


def test_literal_dimensions_give_literal_ranges() -> None:
    x3 = symbol("x", (constant(3), ONE))
    assert str(of(quadratic(had([x3, x3])), x3, 2)) == "4*x[2]**3"
    assert str(of(f_of("norm", x3), x3, 2)) == "x[2]/sqrt(Sum(x[r]**2, (r, 1, 3)))"


def test_a_declared_row_has_one_index() -> None:
    r = row_symbol("g", n)
    assert str(of(mul([r, x]), r.children[0], "i")) == "x[i]"


def test_summation_indices_capture_nothing() -> None:
    """Variables r and s, and the index t: none of them is bound by a sum."""
    s, r = symbol("s", (n, ONE)), symbol("r", (n, n))
    found = of(mul([T(s), r, Y, s]), s, "t")
    bound = {str(name) for total in found.atoms(sympy.Sum) for name in total.bound_symbols}
    assert bound == {"p", "q"}
    assert {"r", "s", "t", "Y", "n"} <= {str(name) for name in found.free_symbols}


def test_free_indices_avoid_the_given_ones() -> None:
    h = moved(X)
    assert entry_names(h, h, ["r", "s"]) == ("t", "p")
    assert str(of(X, X, "r", "s")) == "KroneckerDelta(p, s)*KroneckerDelta(r, t)"


TWO = "the variable is m x n: its partial derivative has two indices, and 1 given"
ONE_INDEX = "the variable is n x 1: its partial derivative has one index, and 2 given"
NO_INDEX = "the variable is a scalar: its partial derivative has no index, and 1 given"
REFUSED = [
    ("of a matrix, two",     X, ["i"],       ShapeError,       TWO),
    ("of a vector, one",     x, ["i", "j"],  ShapeError,       ONE_INDEX),
    ("of a scalar, none",    t, ["i"],       ShapeError,       NO_INDEX),
    ("counted from 1",       x, [0],         ShapeError,       "the index 0 is not in 1..n"),
    ("in range",             symbol("x", (constant(3), ONE)), ["4"], ShapeError, "the index 4 is not in 1..3"),
    ("no formulas",          x, ["i+1"],     SyntaxProblem,    "an index is a name or an integer, not 'i+1'"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "leaf", "at", "error", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(name: str, leaf: Node, at: list[Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as refusal:
        of(leaf, leaf, *at)
    assert refusal.value.message == message  # type: ignore[attr-defined]


def test_an_index_is_not_a_variable() -> None:
    with pytest.raises(DeclarationError, match="u is a variable here"):
        of(mul([T(u), X, v]), X, "u", "j")


def test_too_deep_is_a_limit() -> None:
    f = x
    for _ in range(40):
        f = f_of("sin", mul([Y, f]))
    with pytest.raises(LimitError, match="too deep for SymPy"):
        of(f, x, "i")


def test_too_many_terms_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "terms", 5)
    with pytest.raises(LimitError, match=r"matcalc\.limits\.terms = 5"):
        of(mul([T(x), Y, Y, Y, x]), x, "i")

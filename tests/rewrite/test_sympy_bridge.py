"""SymPy's objects mean what the nodes mean, and what SymPy simplifies is equal wherever the scalar is defined."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.matrices.expressions.diagonal import DiagonalOf

from matcalc.algebra import calls, entries, entrywise, kronecker, linear, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import ONE, SCALAR, constant, named
from matcalc.algebra.leaves import ONE as ONE_NODE
from matcalc.algebra.leaves import basis, commutation, identity, index, number, ones, row_symbol, size, symbol
from matcalc.algebra.nodes import Node
from matcalc.errors import EvaluationError, LimitError, UnsupportedError
from matcalc.numeric.evaluation import evaluate
from matcalc.rewrite.sympy_bridge import simplify_scalar, to_sympy

m, n = named("m"), named("n")
A, B, x, y, s, t = (
    symbol(name, shape)
    for name, shape in zip("ABxyst", [(m, n), (n, n), (n, ONE), (n, ONE), SCALAR, SCALAR], strict=True)
)
T, mul, had = transposes.transpose, products.product, entrywise.hadamard
HALF = number(sums.divide(1, 2))

M, N = (sympy.Symbol(name, integer=True, positive=True) for name in "mn")
SA, SB, SX, SY = (sympy.MatrixSymbol(*row) for row in [("A", M, N), ("B", N, N), ("x", N, 1), ("y", N, 1)])
S1, S2 = sympy.symbols("s t")
T1 = sympy.Symbol("t")


def f_of(name: str, *arguments: Node) -> Node:
    return calls.call(name, list(arguments))


def power(base: Node, exponent: int | Node) -> Node:
    return entrywise.power(base, number(exponent) if isinstance(exponent, int) else exponent)


# ---- to_sympy

HELD = [
    ("A x",            mul([A, x]),                       SA * SX),
    ("A^T A",          mul([T(A), A]),                    SA.T * SA),
    ("B^-1 x",         mul([matrix_powers.inverse(B), x]),     SB.inv() * SX),
    ("B^3",            mul([B, B, B]),                    SB**3),
    ("2 x - y",        sums.add([(2, x), (-1, y)]),       2 * SX - SY),
    ("x^T y",          mul([T(x), y]),                    sympy.Trace(SX.T * SY)),
    ("tr(B)",          f_of("tr", B),                     sympy.Trace(SB)),
    ("s det(B)",       had([s, f_of("det", B)]),          S1 * sympy.Determinant(SB)),
    ("logdet(B)",      f_of("logdet", B),                 sympy.log(sympy.Abs(sympy.Determinant(SB)))),
    ("x .* y",         had([x, y]),                       sympy.HadamardProduct(SX, SY)),
    ("x .^ 3",         power(x, 3),                       sympy.HadamardPower(SX, 3)),
    ("exp(x)",         f_of("exp", x),                    SX.applyfunc(sympy.Lambda(T1, sympy.exp(T1)))),
    ("A ⊗ B",          kronecker.product(A, B),             sympy.KroneckerProduct(SA, SB)),
    ("diag(x)",        f_of("diag", x),                   sympy.DiagMatrix(SX)),
    ("diag(B)",        f_of("diag", B),                   DiagonalOf(SB)),
    ("I",              identity(n),                       sympy.Identity(N)),
    ("ones(m,n)",      ones(m, n),                        sympy.OneMatrix(M, N)),
    ("sum(A)",         f_of("sum", A),                    sympy.Trace(sympy.OneMatrix(1, M) * SA * sympy.OneMatrix(N, 1))),
    ("||x||_2",        f_of("norm", x),                   sympy.sqrt(sympy.Trace(SX.T * SX))),
    ("A[1,k]",         entries.entry(A, index(1), index("k")), SA[0, sympy.Symbol("k", integer=True) - 1]),
    ("n s",            had([size(n), s]),                 N * S1),
    ("sigmoid(s)",     f_of("sigmoid", s),                1 / (1 + sympy.exp(-S1))),
    ("max(s, t)",      f_of("maximum", s, t),             sympy.Max(S1, S2)),
    ("a declared row", row_symbol("r", n),                sympy.MatrixSymbol("r", 1, N)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "node", "object_"), HELD, ids=[row[0] for row in HELD])
def test_held(name: str, node: Node, object_: Any) -> None:
    found = to_sympy(node)
    assert found == object_ or found.doit() == object_.doit()  # SymPy sorts the terms of a matrix sum only then


@pytest.mark.parametrize("name", ["I", "E", "S", "N", "O", "Q", "pi", "lambda", "beta", "oo", "zoo", "x'y"])
def test_a_name_is_a_symbol_of_that_name(name: str) -> None:
    scalar, matrix = to_sympy(symbol(name, SCALAR)), to_sympy(symbol(name, (n, n)))
    assert isinstance(scalar, sympy.Symbol)
    assert isinstance(matrix, sympy.MatrixSymbol)
    assert scalar.name == matrix.name == name


UNHELD = [
    ("pinv",        f_of("pinv", A)),
    ("Commutation", commutation(m, n)),
    ("vec",         linear.vectorised(A)),
    ("expm",        f_of("expm", B)),
    ("maximum",     f_of("maximum", x, y)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "node"), UNHELD, ids=[row[0] for row in UNHELD])
def test_what_sympy_cannot_hold_is_named(name: str, node: Node) -> None:
    with pytest.raises(UnsupportedError, match=f"SymPy has no expression for {name}"):
        to_sympy(node)


def test_too_deep_is_a_limit() -> None:
    f = x
    for _ in range(10_000):
        f = f_of("sin", f)
    with pytest.raises(LimitError, match="too deep for SymPy"):
        to_sympy(f)


# explicit 2 x 2 values
two = constant(2)
B2, x2, y2 = symbol("B", (two, two)), symbol("x", (two, ONE)), symbol("y", (two, ONE))
VALUES: dict[str, Any] = {"B": [[1.5, 0.5], [-0.25, 2.0]], "x": [0.5, -1.5], "y": [2.0, 0.75]}
EXPLICIT = {
    "B x + y":         sums.plus(mul([B2, x2]), y2),
    "x^T B y":         mul([T(x2), B2, y2]),
    "tr(B B^T)":       f_of("tr", mul([B2, T(B2)])),
    "det(B) x":        products.scaled(f_of("det", B2), x2),
    "B^-1 x":          mul([matrix_powers.inverse(B2), x2]),
    "softmax(x)":      f_of("softmax", x2),
    "logsumexp(x)":    f_of("logsumexp", x2),
    "mean(x)":         f_of("mean", x2),
    "||B||_F":         f_of("norm", B2),
    "||x - y||_1":     f_of("norm_1", sums.minus(x2, y2)),
    "sum(B)":          f_of("sum", B2),
    "diag(x) B":       mul([f_of("diag", x2), B2]),
    "diag(B)":         f_of("diag", B2),
    "B ⊗ B":           kronecker.product(B2, B2),
    "x[2] y":          products.scaled(entries.entry(x2, index(2), index(1)), y2),
    "e(2,2)":          basis(number(2), two),
    "relu(x) .* y":    had([f_of("relu", x2), y2]),
    "x .^ 2":          power(x2, 2),
    "logdet(B)":       f_of("logdet", B2),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPLICIT)
def test_explicit_values(name: str) -> None:
    node = EXPLICIT[name]
    truth = evaluate(node, VALUES, {"B": (two, two), "x": (two, ONE), "y": (two, ONE)})
    assert explicit(to_sympy(node)).ravel() == pytest.approx(truth.ravel())


def explicit(found: Any) -> Any:
    """The array that a SymPy object of literal shape is at VALUES."""
    matrix = found.as_explicit() if isinstance(found, sympy.MatrixExpr) else sympy.Matrix([[found]])
    for kind, value in ((sympy.Trace, sympy.Matrix.trace), (sympy.Determinant, sympy.Matrix.det)):
        matrix = matrix.replace(kind, lambda body, value=value: value(sympy.Matrix(body.as_explicit())))
    entries = {}
    for name, rows in VALUES.items():
        array = np.reshape(rows, (2, -1))
        whole = sympy.MatrixSymbol(name, *array.shape)
        entries |= {whole[i, j]: sympy.Float(entry) for (i, j), entry in np.ndenumerate(array)}
    return np.array(matrix.xreplace(entries).evalf().tolist(), float)


# ---- simplify_scalar


def sqrt(node: Node) -> Node:
    return f_of("sqrt", node)


norm = f_of("norm", x)
SIMPLER = [
    ("sin^2 + cos^2 = 1",          sums.plus(power(f_of("sin", t), 2), power(f_of("cos", t), 2)), ONE_NODE),
    ("sqrt(t^2) = |t|",            sqrt(power(t, 2)),                                     f_of("abs", t)),
    ("sqrt(s^2), s > 0",           sqrt(power(s, 2)),                                     s),
    ("log(exp(t)) = t",            f_of("log", f_of("exp", t)),                           t),
    ("exp(log(s)) = s, s > 0",     f_of("exp", f_of("log", s)),                           s),
    ("sqrt((||x|| + 1)^2) = ||x|| + 1", sqrt(power(sums.plus(norm, ONE_NODE), 2)),        sums.plus(norm, ONE_NODE)),
    ("|||x||| = ||x||",            f_of("abs", norm),                                     norm),
    ("cosh^2 - sinh^2 = 1",        sums.minus(power(f_of("cosh", t), 2), power(f_of("sinh", t), 2)), ONE_NODE),
    ("exp(t) exp(-t) = 1",         had([f_of("exp", t), f_of("exp", sums.times_number(-1, t))]), ONE_NODE),
    ("in x^T B x",                 sqrt(power(mul([T(x), B, x]), 2)),                     f_of("abs", mul([T(x), B, x]))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "node", "simple"), SIMPLER, ids=[row[0] for row in SIMPLER])
def test_simpler(name: str, node: Node, simple: Node) -> None:
    assert simplify_scalar(node, frozenset({"s"})) is simple


# t may be negative: the left side has no value there, the right side has one
KEPT = [
    ("exp(log(t)), t",             f_of("exp", f_of("log", t))),
    ("exp(2 log(t)), t^2",         f_of("exp", sums.times_number(2, f_of("log", t)))),
    ("sqrt(t)^4, t^2",             had([sqrt(t), f_of("exp", s), sqrt(sums.plus(t, ONE_NODE))])),
    ("log(t) + log(-t)",           sums.plus(f_of("log", t), f_of("log", sums.times_number(-1, t)))),
    ("log(t) + log(s + t)",        sums.plus(f_of("log", t), f_of("log", sums.plus(s, t)))),
    ("sin(arcsin(t)), t",          f_of("sin", f_of("arcsin", t))),
    ("log(t^2), 2 log(t)",         f_of("log", power(t, 2))),
    ("t^(1/3)",                    power(t, number(sums.divide(1, 3)))),
    ("x, a vector",                x),
]  # fmt: skip


@pytest.mark.parametrize(("name", "node"), KEPT, ids=[row[0] for row in KEPT])
def test_kept(name: str, node: Node) -> None:
    assert simplify_scalar(node, frozenset()) is node


def random_scalar(draw: random.Random, depth: int) -> Node:
    if depth == 0:
        return draw.choice([s, t, number(draw.randint(-2, 3)), mul([T(x), y]), norm, size(n)])
    parts = [random_scalar(draw, depth - 1) for _ in range(2)]
    kind = draw.randint(0, 4)
    if kind == 0:
        return sums.add([(draw.choice([1, -1, 2]), part) for part in parts])
    if kind == 1:
        return had(parts)
    if kind == 2:
        try:
            return power(parts[0], draw.choice([number(2), HALF, number(-1), number(3)]))
        except ZeroDivisionError:
            return parts[1]
    name = draw.choice("exp log sin cos tan tanh sinh cosh abs sqrt sign relu sigmoid softplus arctan arcsin".split())
    return f_of(name, parts[0])


@pytest.mark.parametrize("seed", range(60))
def test_random_scalars_keep_value_and_domain(seed: int) -> None:
    """Wherever the given scalar is finite, the simpler one has the same value; t may be negative, s is positive."""
    draw = random.Random(seed)
    node = random_scalar(draw, 3)
    simple = simplify_scalar(node, frozenset({"s"}))
    assert simple is node or simple.weight < node.weight
    rng = np.random.default_rng(seed)
    shapes = {"s": SCALAR, "t": SCALAR, "x": (n, ONE), "y": (n, ONE)}
    for _ in range(20):
        values = {"s": rng.uniform(0.1, 3), "t": rng.uniform(-3, 3), "x": rng.normal(size=3), "y": rng.normal(size=3)}
        try:
            before = evaluate(node, values, shapes)
        except EvaluationError:
            continue
        if np.isfinite(before):
            assert evaluate(simple, values, shapes) == pytest.approx(before, rel=1e-6, abs=1e-9)


def test_importing_the_bridge_does_not_import_sympy() -> None:
    program = "import sys, matcalc.rewrite.sympy_bridge, matcalc.calculus.partial; assert 'sympy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0

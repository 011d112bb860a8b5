"""The emitted text, looked at: sums, quotients, shared parts, helpers, names, what cannot be emitted."""

from __future__ import annotations

import ast

import pytest

from matcalc.algebra import calls, products, sums
from matcalc.algebra.dimension import ONE, SCALAR, named
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import ones, row_symbol, symbol
from matcalc.algebra.nodes import Node
from matcalc.code.emission import emit
from matcalc.code.targets.numpy import LANGUAGE
from matcalc.code.targets.numpy_helpers import HELPERS
from matcalc.code.writer import WIDTH
from matcalc.errors import UnsupportedError
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand

WHERE = read_declarations("A: m x n; X: n x n; x, y: n; b: m; c, t: scalar; r: 1 x n; g: R^n -> R; k: scalar")

LINES = [
    # written                      emitted
    ("A^T (A x - b)",              "A.T @ (A @ x - b)"),
    ("2 A^T (A x - b) / m",        "2 / m * (A.T @ (A @ x - b))"),
    ("x / ||x||",                  "x / np.linalg.norm(x)"),
    ("c x / ||x||",                "c / np.linalg.norm(x) * x"),
    ("-A x",                       "-(A @ x)"),
    ("-A x / 3 + b",               "b - A @ x / 3"),
    ("x / 2 - 3 y",                "x / 2 - 3 * y"),
    ("x + c",                      "x + c"),
    ("x - ones(n)",                "x - 1"),
    ("c (x + y)",                  "c * (x + y)"),
    ("X.^2 .* (X X - X^T)",        "(X @ X - X.T) * X * X"),
    ("x.^3 + c^3",                 "x * x * x + c**3"),
    ("x ./ y.^2",                  "x / y**2"),
    ("x .* (X x)",                 "x * (X @ x)"),
    ("sqrt(c) + c^(1/3)",          "np.sqrt(c) + c**(1 / 3)"),
    ("c^t",                        "c**t"),
    ("X^k",                        "_matrix_power(X, k)"),
    ("0.25 x .^ 1.5",              "x**1.5 / 4"),
    ("1/n sum(x)",                 "np.sum(x) / n"),
    ("x[2] + X[1,n]",              "X[0, n - 1] + x[1]"),
    ("softmax_rows(r)[2]",         "_softmax(r)[1]"),
    ("sigmoid(A x)",               "_sigmoid_of_minus(-(A @ x))"),
    ("sigmoid(-A x)",              "_sigmoid_of_minus(A @ x)"),
    ("sigmoid(-x .* y)",           "_sigmoid_of_minus(x * y)"),
    ("sigmoid(x - y)",             "_sigmoid_of_minus(-(x - y))"),
    ("softplus(x)",                "_softplus(x)"),
    ("logdet(X)",                  "np.linalg.slogdet(X)[1]"),
    ("x ⊗ X",                      "np.kron(x[:, None], X)"),
    ("r ⊗ X",                      "np.kron(r, X)"),
    ("||X||_*",                    'np.linalg.norm(X, "nuc")'),
    ("pi x",                       "np.pi * x"),
    ("zeros(m,n)",                 "np.zeros((m, n))"),
    ("10^400 x",                   "np.inf * x"),
]  # fmt: skip


def node(text: str) -> Node:
    return understand(text, WHERE).node


def body(text: str) -> list[str]:
    lines = text.splitlines()
    return [line.strip() for line in lines[next(k for k, x in enumerate(lines) if x.startswith("def gradient")) :]]


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_arithmetic_is_written_as_by_hand(written: str, emitted: str) -> None:
    assert body(emit([node(written)]))[-1] == f"return {emitted}"


def test_what_is_used_twice_is_computed_once() -> None:
    """A x - b stands twice in the expression and once in the program."""
    residual = node("A x - b")
    text = emit([products.scaled(calls.call("norm", [residual]), products.product([node("A^T"), residual]))])
    assert body(text) == [
        "def gradient(b, A, x):",
        "t0 = A @ x - b",
        "return np.linalg.norm(t0) * (A.T @ t0)",
    ]


def test_a_sum_over_the_dag_is_linear() -> None:
    """tanh(W tanh(W ...)) + its own square, forty times: as a tree 2^40 parts, as a program forty lines."""
    n = named("n")
    y, w = symbol("x", (n, ONE)), symbol("W", (n, n))
    for _ in range(40):
        y = calls.call("tanh", [sums.plus(products.product([w, y]), calls.call("sin", [y]))])
    assert len(emit([y]).splitlines()) < 50


def test_lines_stay_short_and_nesting_shallow() -> None:
    """Three hundred factors and terms, and a thousand calls: no line that Python or a reader cannot take."""
    n = named("n")
    xs = [symbol(f"x_{k}", (n, ONE)) for k in range(300)]
    deep = xs[0]
    for _ in range(1000):
        deep = calls.call("sin", [deep])
    for long in (sums.plus(*xs), deep):
        text = emit([long])
        compile(text, "emitted", "exec")
        assert max(len(line) for line in text.splitlines() if not line.startswith("def")) <= WIDTH + 32


NAMES = [
    # the user's      the program's
    ("lambda",        "lambda_"),
    ("np",            "np_"),
    ("t0",            "t0_"),
    ("sum",           "sum_"),
    ("print",         "print_"),
    ("None",          "None_"),
    ("match",         "match_"),
    ("λ",             "u03bb"),
    ("_expm",         "expm"),
    ("x; import os",  "xu003bu0020importu0020os"),
    ("x_1",           "x_1"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "safe"), NAMES)
def test_names_never_break_out(given: str, safe: str) -> None:
    """A name is an identifier that hides nothing of Python's and nothing of the program's."""
    text = emit([symbol(given, (named("n"), ONE))])
    assert body(text) == [f"def gradient({safe}):", f"return {safe}"]
    ast.parse(text)


def test_names_stay_different() -> None:
    """lambda and lambda_ are two arguments."""
    pair = [symbol(name, (named("n"), ONE)) for name in ("lambda", "lambda_", "np", "np_")]
    assert body(emit([sums.plus(*pair)], pair))[0] == "def gradient(lambda_, lambda__, np_, np__):"


NO_NAME = "\nhint: a letter, then letters, digits and _"

OWN_NAMES = [
    # name                  what is said of it
    ("",                    NO_NAME),
    ("1f",                  NO_NAME),
    ("a b",                 NO_NAME),
    ("f(): pass\ndef g",   NO_NAME),
    ("lambda",              ": it has a meaning already\nhint: write lambda_1, or another name"),
    ("np",                  ": it has a meaning already\nhint: write np_1, or another name"),
    ("print",               ": it has a meaning already\nhint: write print_1, or another name"),
    ("_expm",               ": it has a meaning already\nhint: write _expm_1, or another name"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said"), OWN_NAMES)
def test_the_functions_own_name_is_checked(name: str, said: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        emit([node("x")], name=name)
    assert str(caught.value) == f"{name!r} cannot name a Python function{said}"


def test_arguments_in_the_callers_order_then_indices_then_open_dimensions() -> None:
    """The caller's symbols come first, whether they occur or not; a row is passed as its transpose."""
    n, p = named("n"), named("p")
    caller = [symbol("y", (n, ONE)), row_symbol("r", n), symbol("x", (n, ONE))]
    whole = products.scaled(symbol("q", SCALAR), node("x[i]"))
    assert body(emit([products.scaled(whole, ones(p))], caller))[0] == "def gradient(y, r, x, q, i, p):"
    assert emit([symbol("x", (p, ONE))], name="f").endswith("def f(x):\n    return x\n")


def test_helpers_come_before_the_function_and_only_where_used() -> None:
    assert [line for line in emit([node("logm(X) + X")]).splitlines() if line.startswith("def ")] == [
        "def _sqrtm(X):",
        "def _logm(X):",
        "def gradient(X):",
    ]
    assert "_expm" not in emit([node("X x")])


@pytest.mark.parametrize("helper", HELPERS)
def test_a_helper_is_a_function_of_its_name(helper: str) -> None:
    (definition,) = ast.parse(HELPERS[helper]).body
    assert isinstance(definition, ast.FunctionDef)
    assert definition.name == helper


def test_every_function_of_the_one_table_is_written_or_lowered() -> None:
    """inv, sqrt and dot are nodes, diag two operations; the rest stands in the table."""
    lowered = {"inv", "sqrt", "dot", "diag"}
    assert set(FUNCTIONS) - set(LANGUAGE.rows) <= lowered


@pytest.mark.parametrize("text", ["g(x)", "D(g, x)[y]", "J(g, x)", "grad(g, x)"])
def test_a_function_of_which_only_the_shapes_are_known_has_no_program(text: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        emit([node(text)])
    assert str(caught.value) == (
        "g is declared by its shapes only: it has no program\nhint: write what g is in place of it"
    )

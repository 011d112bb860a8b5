"""X[i,j] of every kind of row, transpose, sum and multiple is the entry of its value, and prints as it is read back."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from matcalc import Expr, diff, parse, simplify
from matcalc.algebra import calls, entries, products, sums, transposes
from matcalc.algebra.dimension import ONE, named
from matcalc.algebra.leaves import number, symbol
from matcalc.algebra.nodes import Entry

WHERE = "A, B: n x n; M: m x n; u, v: n; r: 1 x n; c: scalar"
VALUES = {
    "A": np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.5], [3.0, 1.25, 0.75]]),
    "B": np.array([[1.5, 0.5, -1.0], [2.0, -0.75, 1.5], [0.25, 1.0, 3.0]]),
    "M": np.array([[1.0, 2.0, -0.5], [0.25, -1.0, 1.5]]),
    "u": np.array([0.5, -1.25, 0.75]),
    "v": np.array([1.5, 0.25, -0.5]),
    "r": np.array([-0.25, 1.75, 0.5]),
    "c": np.array(1.25),
}
LONG = " + ".join(f"c^{k} softmax_rows({k} u^T)" for k in range(2, sums.WIDEST + 4))

ROWS = [
    # transposes of columns, chains, multiples and sums of them
    "u^T", "r", "u^T A", "c exp(u)^T", "2 r", "sin(r)", "(u .* v)^T", "(u + v)^T", "softmax(u)^T", "max(u, v)^T", "u^T ⊗ v^T",
    "vec(A)^T", "e(2, n)^T", "ones(1, n)",
    # functions that are rows themselves: their transposes stay Transpose
    "softmax_rows(u^T)", "softmax_cols(u^T A)", "softmax_rows(r)", "pinv(u)", "pinv(A v)", "c softmax_rows(r)", "-pinv(u)",
    "softmax_rows(u^T) A", "pinv(u) A", "softmax_rows(r) + u^T", "pinv(u) + pinv(v)", "u^T .* softmax_rows(r)",
    "(u^T v) softmax_rows(u^T)", "softmax_rows(pinv(u))", "pinv(v) (A + u v^T)", "2 pinv(u) - c (pinv(v) + r)", f"({LONG})",
]  # fmt: skip
MATRICES = [
    "A^T", "M^T", "(A + B)^T", "(A .* B)^T", "tril(A)^T", "softmax_cols(A)", "softmax_rows(A)^T", "pinv(M)", "A^-T", "u v^T",
    "I(n)", "diag(u)", "A .* I(n)", "A .* B .* diag(u)", "u softmax_rows(v^T)", "pinv(u)^T pinv(v)", "c (A + u pinv(v))^T", "softmax_cols(A) u v^T - 2 B^T",
]  # fmt: skip
PLACES = [(text, "[2]") for text in ROWS] + [(text, "[3,2]") for text in MATRICES]


def value(expr: Expr) -> np.ndarray[Any, Any]:
    known = {"n": 3, "m": 2, **VALUES}
    return expr.evaluate({name: known[name] for name in expr.names() if name in known})


@pytest.mark.parametrize(("body", "at"), PLACES)
def test_an_entry_is_that_of_the_value(body: str, at: str) -> None:
    whole, entry = value(parse(body, WHERE)), value(parse(f"({body}){at}", WHERE))
    np.testing.assert_allclose(entry, whole[1] if at == "[2]" else whole[2, 1], rtol=1e-12)


@pytest.mark.parametrize(("body", "at"), PLACES)
def test_an_entry_prints_as_it_is_read_back(body: str, at: str) -> None:
    """Of a row the column alone is written: r[2]."""
    entry = parse(f"({body}){at}", WHERE)
    made = entries.entry(parse(body, WHERE).node, number(1 if at == "[2]" else 3), number(2))
    assert made is entry.node
    assert parse(str(entry), WHERE).node is made


@pytest.mark.parametrize(("body", "at"), [place for place in PLACES if re.search(r"\bu\b", place[0])])
def test_an_entry_has_a_derivative(body: str, at: str) -> None:
    assert diff(f"({body}){at}", "u", where=WHERE).verify().ok


@pytest.mark.parametrize(
    ("given",                     "known"),
    [
        ("I(n)[2,3]",             "0"),
        ("I(n)[2,2]",             "1"),
        ("I(n)[i,i]",             "1"),
        ("I(n)[i,j]",             "(I(n))[i,j]"),
        ("diag(u)[2,3]",          "0"),
        ("diag(u)[3,3]",          "u[3]"),
        ("diag(u)[i,j]",          "(diag(u))[i,j]"),
        ("(A .* I(n))[3,2]",      "0"),
        ("(A .* I(n))[i,i]",      "A[i,i]"),
        ("(A .* B)[3,2]",         "(A .* B)[3,2]"),
        ("diag(A)[2]",            "A[2,2]"),
    ],
)  # fmt: skip
def test_an_entry_of_a_diagonal_matrix_is_on_the_diagonal_or_zero(given: str, known: str) -> None:
    given = re.sub(r"^(.*)(\[.*)$", r"(\1)\2", given)
    assert str(simplify(parse(given, WHERE))) == known


@pytest.mark.parametrize("body", ["I(n)", "diag(u)", "A .* I(n)", "A .* B .* diag(u)"])
def test_an_entry_on_the_diagonal_is_that_of_the_value(body: str) -> None:
    whole, entry = value(parse(body, WHERE)), value(parse(f"({body})[2,2]", WHERE))
    np.testing.assert_allclose(entry, whole[1, 1], rtol=1e-12)


def test_the_transpose_of_what_stays_a_row_goes_to_the_row() -> None:
    """(R^T)[i,1] = R[1,i], in one step, for a row R = pinv(u) that is no transpose of a column."""
    row = transposes.transpose(symbol("u", (named("n"), ONE)))
    pinv = calls.call("pinv", [transposes.transpose(row)])
    made = entries.entry(transposes.transpose(pinv), number(2), number(1))
    assert made is entries.entry(pinv, number(1), number(2))
    assert type(made) is Entry
    assert made.children[0] is pinv


def test_an_entry_of_nested_multiples_of_sums_needs_no_recursion() -> None:
    """x[1] of y = s (x + s (x + ...)) a few thousand deep: (x + s x + s^2 x + ...)[1]."""
    x, s = symbol("x", (named("n"), ONE)), symbol("s", (ONE, ONE))
    body = x
    for _ in range(3000):
        body = products.scaled(s, sums.plus(x, products.scaled(s, body)))
    one = entries.entry(x, number(1), number(1))
    value = entries.entry(body, number(1), number(1))
    expected = one
    for _ in range(3000):
        expected = products.scaled(s, sums.plus(one, products.scaled(s, expected)))
    assert value is expected

"""Arrays are used again where sizes are given, in NumPy, and nothing else ever changes: neither an argument nor a shared part."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from matcalc import diff
from matcalc.code.emission import emit, run
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.oracle import DIRECTION, TABLES, Case, load

WHERE = read_declarations("A, M: m x n; X: n x n; x, y: n; b: m; c: scalar; B: n x p")
SIZES = {"m": 200, "n": 100, "p": 10}

LINES = [
    # written                   emitted
    ("A x - b",                 ["t0 = A @ x", "t0 -= b", "t0"]),
    ("b - A x",                 ["t0 = A @ x", "np.subtract(b, t0, out=t0)", "t0"]),
    ("2 A^T A",                 ["t0 = A.T @ A", "t0 *= 2", "t0"]),
    ("-A^T A / 3",              ["t0 = A.T @ A", "t0 /= -3", "t0"]),
    ("c A^T A / m",             ["t0 = A.T @ A", "t0 *= c / m", "t0"]),
    ("-A^T A",                  ["t0 = A.T @ A", "np.negative(t0, out=t0)", "t0"]),
    ("M .* M .* (A X)",         ["t0 = A @ X", "t0 *= M", "t0 *= M", "t0"]),
    ("(A X) ./ M",              ["t0 = A @ X", "t0 /= M", "t0"]),
    ("tanh(A x)",               ["t0 = A @ x", "np.tanh(t0, out=t0)", "t0"]),
    ("tanh(A) diag(x)",         ["t0 = np.tanh(A)", "t0 *= x", "t0"]),
    ("A^T A + diag(x)",         ["t0 = A.T @ A", "t0.flat[:: len(t0) + 1] += x", "t0"]),
    ("A x + sin(A x)",          ["t0 = A @ x", "t1 = np.sin(t0)", "t1 += t0", "t1"]),  # t0 is needed again
    ("-x .* (A^T b)",           ["t0 = A.T @ b", "t0 *= x", "-t0"]),
    ("2 x",                     ["2 * x"]),                                             # x is an argument
    ("2 X^T",                   ["2 * X.T"]),
]  # fmt: skip


def body(text: str) -> list[str]:
    lines = text[text.index("def gradient(") :].splitlines()[1:]
    return [line.strip().removeprefix("return ") for line in lines if ".shape[" not in line]


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_an_array_that_nothing_else_needs_is_changed(written: str, emitted: list[str]) -> None:
    assert body(emit([understand(written, WHERE).node], sizes=SIZES)) == emitted


def test_only_where_sizes_are_given_and_only_in_numpy() -> None:
    node = understand("A x - b", WHERE).node
    assert body(emit([node])) == ["A @ x - b"]
    assert "A @ x - b" in emit([node], target="jax", sizes=SIZES)
    assert "A @ x - b" in emit([node], target="torch", sizes=SIZES)


@pytest.mark.parametrize("table", TABLES)
def test_values_are_the_same_and_arguments_are_left_alone(table: str) -> None:
    """All forms of all reference cases: equal to those without sizes, to rounding."""
    for case in load(table):
        d = diff(case.f, case.wrt, {name: text for name, text in case.where.items() if name != DIRECTION})
        sizes = dict.fromkeys(sorted(d.f.declarations.dimensions), 100)
        for what in ["result", "differential", *(["value_and_gradient", "hessian", "hvp"] if d.f.shape == () else [])]:
            assert_same(case, d.code(what=what, name="made", sizes=sizes), d.code(what=what, name="made"))


def assert_same(case: Case, text: str, plain: str) -> None:
    functions = [run(each, "made", "numpy") for each in (text, plain)]
    given = {}
    for name in inspect.signature(functions[0]).parameters:
        known = next((key for key in (name, name.rstrip("_")) if key in case.values), None)
        given[name] = np.array(case.values[known if known is not None else DIRECTION])
    before = {name: value.copy() for name, value in given.items()}
    found, expected = ([np.asarray(r) for r in as_tuple(function(**given))] for function in functions)
    for one, other in zip(found, expected, strict=True):
        assert np.allclose(one, other, rtol=1e-9, atol=1e-9 * max(1.0, np.max(np.abs(other)))), (case.id, text)
    assert all(np.array_equal(before[name], given[name]) for name in given), (case.id, text)


def as_tuple(result: object) -> tuple[object, ...]:
    return result if isinstance(result, tuple) else (result,)

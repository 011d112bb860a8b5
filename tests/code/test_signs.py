"""A sign in front of a product with a difference turns the difference, which costs nothing."""

from __future__ import annotations

import pytest

from matcalc import diff
from matcalc.syntax.declarations import read_declarations
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations("A, B, C: m x n; X: n x p; x, y, z: n; c: scalar")

LINES = [
    # written                                emitted
    ("-A .* (B - C)",                        ["A * (C - B)"]),
    ("-2 x .* (y - z)",                      ["2 * x * (z - y)"]),
    ("-x .* (1 - y) ./ z",                   ["x * (y - 1) / z"]),
    # what is needed elsewhere stays, and so does a sum; a difference of numbers costs nothing
    ("-x .* (y - z) + tanh(y - z)",          ["t0 = y - z", "np.tanh(t0) - x * t0"]),
    ("-x .* (y + z)",                        ["-x * (y + z)"]),
    ("-(c - 1) x",                           ["-(c - 1) * x"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_sign_goes_into_a_difference(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted
    assert_agrees(written, WHERE)
    assert_agrees(written, WHERE, {"m": 100, "n": 50})


def test_the_weights_of_logistic_regression_are_written_as_in_a_textbook() -> None:
    """H = X^T diag(p .* (1 - p)) X."""
    text = diff("sum(softplus(X w))", "w", where="X: m x n; w: n").code("numpy", "hessian")
    assert "np.sqrt(t0 * (1 - t0))[:, None] * X" in text

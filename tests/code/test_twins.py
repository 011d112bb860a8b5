"""A product of matrices and its transpose are computed once."""

from __future__ import annotations

import pytest

from matcalc.syntax.declarations import read_declarations
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations("A, D: m x n; C: n x n; W: n x k; X: n x p; x: n")

LINES = [
    # written                            emitted
    ("A^T D + D^T A",                    ["t0 = A.T @ D", "t0 + t0.T"]),
    ("W W^T X X^T - X X^T W W^T",        ["t0 = W.T @ X", "W @ t0 @ X.T - X @ t0.T @ W.T"]),
    ("A^T D C - D^T A",                  ["t0 = A.T @ D", "t0 @ C - t0.T"]),
    ("tanh(A^T D) C + D^T A",            ["t0 = D.T @ A", "t0 + np.tanh(t0.T) @ C"]),
    # a square is its own transpose, a vector has none
    ("C^T C - C C^T",                    ["C.T @ C - C @ C.T"]),
    ("C x + C^T x",                      ["C @ x + C.T @ x"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_product_and_its_transpose_are_one(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted
    assert_agrees(written, WHERE)
    assert_agrees(written, WHERE, {"m": 100, "n": 50, "k": 3, "p": 20})

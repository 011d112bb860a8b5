"""A squared norm is the sum of the squares of what it is the norm of: never negative, 0 where that is 0, and made once."""

from __future__ import annotations

import numpy as np
import pytest

from matcalc import diff
from matcalc.syntax.declarations import read_declarations
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations("A, B: m x n; C: n x n; S: n x n symmetric; X, Y: n x p; W: n x k; x: n; D: p x m")
SIZES = {"m": 2000, "n": 2000, "p": 5, "k": 3}

VALUES = [
    # written                      emitted                                          with U =
    ("||C X||_F^2",                ["t0 = C @ X", "np.vdot(t0, t0)"]),
    ("||X^T C||_F^2",              ["t0 = X.T @ C", "np.vdot(t0, t0)"]),
    ("||C x||_2^2",                ["t0 = C @ x", "t0 @ t0"]),
    ("||S x||_2^2",                ["t0 = S @ x", "t0 @ t0"]),
    ("tr(X^T S^2 X)",              ["t0 = S @ X", "np.vdot(t0, t0)"]),
    ("tr(A A^T D^T D)",            ["t0 = D @ A", "np.vdot(t0, t0)"]),
    ("||(A - B) x||_2^2",          ["t0 = B @ x - A @ x", "t0 @ t0"]),
    ("||(C - x x^T) X||_F^2",      ["t0 = (np.outer(x, x) - C) @ X", "np.vdot(t0, t0)"]),
    ("||(I - x x^T) X||_F^2",      ["t0 = np.outer(x, x @ X) - X", "np.vdot(t0, t0)"]),
    ("||X - W W^T X||_F^2",        ["t0 = W @ (W.T @ X) - X", "np.vdot(t0, t0)"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), VALUES)
def test_a_squared_norm_is_a_sum_of_squares(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted
    assert_agrees(written, WHERE)
    assert_agrees(written, WHERE, SIZES)


BOTH = [
    # written                      sizes   by   emitted
    ("||C X||_F^2",                {},     "X", ["t0 = C @ X", "return np.vdot(t0, t0), 2 * (C.T @ t0)"]),
    ("||C x||_2^2",                {},     "x", ["t0 = C @ x", "return t0 @ t0, 2 * (C.T @ t0)"]),
    ("||(A - B) x||_2^2",          {},     "x", ["t0 = B @ x - A @ x", "return t0 @ t0, 2 * (B.T @ t0 - A.T @ t0)"]),
    ("||(I - W W^T) X||_F^2",      {}, "W",
     ["t0 = W.T @ X", "t1 = W @ t0", "t2 = t1 - X", "t3 = X @ t0.T",
      "return np.vdot(t2, t2), 2 * (t1 @ t0.T) + 2 * (t3 @ (W.T @ W)) - 4 * t3"]),
    ("||(I - W W^T) X||_F^2",      {"n": 2000, "p": 5, "k": 3}, "X",
     ["t0 = W @ (W.T @ X)", "t1 = t0 - X", "np.subtract(X, t0, out=t0)", "t0 += W @ (W.T @ t1)", "t0 *= 2", "return np.vdot(t1, t1), t0"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "sizes", "by", "emitted"), BOTH)
def test_the_gradient_uses_what_the_norm_is_of(
    written: str, sizes: dict[str, int], by: str, emitted: list[str]
) -> None:
    """||U||^2 and its gradient, U = C X made once."""
    text = diff(written, by, where="A, B: m x n; W: n x k; X: n x p").code("numpy", "value_and_gradient", sizes=sizes)
    assert [line.strip() for line in text.rpartition('"""')[2].split("\n") if line.strip()] == emitted


SMALL = [
    # written                 U is small beside its factors
    ("||C X||_F^2",           "X"),
    ("||(I - W W^T) X||_F^2", "X"),
    ("||(I - W W^T) X||_F^2", "W"),
]  # fmt: skip


@pytest.mark.parametrize("sizes", [None, {"n": 2000, "p": 5, "k": 3}])
@pytest.mark.parametrize(("written", "by"), SMALL)
def test_a_squared_norm_of_nearly_nothing_is_right(written: str, by: str, sizes: dict[str, int] | None) -> None:
    """U of size eps beside factors of size 1: its square is of size eps^2, as by hand, and not eps or below 0."""
    d = diff(written, by, where="C: n x n; W: n x k; X: n x p")
    value = d.function("numpy", "value_and_gradient", wrt_first=True, sizes=sizes)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        basis = np.linalg.qr(rng.normal(size=(30, 30)))[0]
        W, out = basis[:, :4], basis[:, 4:]
        X = W @ rng.normal(size=(4, 6))
        C = out @ out.T
        given = {"C": C, "W": W, "X": X}
        rest = [given[name] for name in ("C", "W", "X") if name in written and name != by]
        found = value(given[by], *rest)[0]
        assert 0 <= found < 1e-26

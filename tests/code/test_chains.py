"""Products as an expert writes them: the text of the emitted function's last line."""

from __future__ import annotations

import pytest

from matcalc.code.emission import emit
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand

WHERE = read_declarations("A: m x n; B: n x p; C: p x m; X, Y: n x n; x, y: n; u, s: m; r: 1 x n; c: scalar")

LINES = [
    # written                    emitted                                          because
    ("A B C",                    "A @ B @ C"),                                  # from left to right
    ("A X x",                    "A @ (X @ x)"),                                # a vector first
    ("u^T A X",                  "u @ A @ X"),
    ("u^T A x",                  "u @ (A @ x)"),
    ("r X x",                    "r @ (X @ x)"),
    ("u x^T",                    "np.outer(u, x)"),                             # rank one
    ("A x u^T A",                "np.outer(A @ x, u @ A)"),
    ("A^T diag(s) A",            "(A.T * s) @ A"),                              # diag(d) is never formed
    ("diag(s) A",                "s[:, None] * A"),
    ("A diag(x)",                "A * x"),
    ("diag(x) y",                "x * y"),
    ("x^T diag(y) x",            "x @ (y * x)"),
    ("diag(x) X^-1 diag(y)",     "(x[:, None] * np.linalg.inv(X)) * y"),
    ("X^-1 diag(x) B",           "np.linalg.solve(X, x[:, None] * B)"),
    ("X^-1 x",                   "np.linalg.solve(X, x)"),                      # an inverse solves
    ("X^-1 B",                   "np.linalg.solve(X, B)"),
    ("A X^-1",                   "np.linalg.solve(X.T, A.T).T"),
    ("x^T X^-1",                 "np.linalg.solve(X.T, x)"),
    ("X^-T y",                   "np.linalg.solve(X.T, y)"),
    ("X^-1 Y^-1 x",              "np.linalg.solve(X, np.linalg.solve(Y, x))"),
    ("X^-2 x",                   "np.linalg.solve(X, np.linalg.solve(X, x))"),
    ("X^-1 Y X^-1",              "np.linalg.solve(X.T, np.linalg.solve(X, Y).T).T"),
    ("A (X^T X + c I)^-1",       "np.linalg.solve(c * np.eye(n) + X.T @ X, A.T).T"),
    ("X^-T",                     "np.linalg.inv(X).T"),
    ("X^2 x",                    "X @ (X @ x)"),
    ("X^2 B",                    "np.linalg.matrix_power(X, 2) @ B"),
    ("X^7 x",                    "np.linalg.matrix_power(X, 7) @ x"),
    ("X^-7 x",                   "np.linalg.matrix_power(X, -7) @ x"),
    ("tr(A B C)",                "np.sum(A * (B @ C).T)"),                      # no trace of a product
    ("tr(A^T A)",                "np.sum(A * A)"),
    ("tr(X^-1 Y)",               "np.trace(np.linalg.solve(X, Y))"),
    ("tr(diag(x) X Y)",          "x @ np.sum(X * Y.T, axis=1)"),
    ("diag(X Y)",                "np.sum(X * Y.T, axis=1)"),
    ("diag(x y^T X)",            "x * (X.T @ y)"),
    ("diag(X)",                  "np.diag(X)"),
    ("A ones(n)",                "np.sum(A, axis=1)"),                          # ones sum, unit vectors pick
    ("ones(m)^T A",              "np.sum(A, axis=0)"),
    ("ones(m)^T A x",            "np.sum(A @ x)"),
    ("A e(2,n)",                 "A[:, 1]"),
    ("e(i,m)^T A",               "A[i - 1]"),
    ("e(i,m)^T A e(j,n)",        "A[i - 1, j - 1]"),
    ("e(i,m)^T A X y",           "A[i - 1] @ (X @ y)"),
    ("Kmat(m,n) vec(A)",         'A.ravel(order="F")[_swap(m, n)]'),           # a permutation permutes
    ("Kmat(m,n)",                "np.eye(m * n)[_swap(m, n)]"),
    ("vec(A^T)",                 "A.ravel()"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_product_is_written_as_by_hand(written: str, emitted: str) -> None:
    text = emit([understand(written, WHERE).node])
    assert text.splitlines()[-1] == f"    return {emitted}"

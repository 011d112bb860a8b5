"""Sums are multiplied out where that is cheaper to compute, and only there."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from matcalc import diff
from matcalc.algebra.walks import postorder
from matcalc.code.costs import Sizes
from matcalc.code.opening import opened
from matcalc.code.program import program
from matcalc.code.values import order
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations(
    "A: m x n; B: n x p; X, Y: n x n; S: n x n positive definite; x, y, d: n; u, s: m; r: 1 x n; c, k: scalar positive; w: n*n; w_2: m*n"
)

LINES = [
    # written                         emitted                                           because
    ("(X + X^T) x",                   ["X @ x + X.T @ x"]),                           # two passes over X, X + X^T is not made
    ("x^T (X + Y)",                   ["X.T @ x + Y.T @ x"]),
    ("(A^T A + c I) x",               ["c * x + A.T @ (A @ x)"]),                     # no product of matrices
    ("(X + diag(d)) x",               ["X @ x + d * x"]),                             # diag(d) is never formed
    ("(diag(d) - d d^T) x",           ["d * x - (d @ x) * d"]),                         # what a vector meets stays thin
    ("(diag(d) - d d^T) B",           ["d[:, None] * B - np.outer(d, d @ B)"]),
    ("A^T (diag(s) - u s^T) A",       ["A.T @ (s[:, None] * A) - np.outer(A.T @ u, s @ A)"]),
    ("(I - x x^T) B",                 ["B - np.outer(x, x @ B)"]),
    ("(I - 1/n ones(n,n)) B",         ["B - np.mean(B, axis=0)"]),
    ("(diag(d) - c I - x y^T) B",     ["-np.outer(x, y @ B) - (c - d)[:, None] * B"]), # the diagonals are one
    ("tr(X (x y^T - Y))",             ["y @ (X @ x) - np.vdot(X, Y.T)"]),
    ("tr((Y .* (x y^T - X)) S)",       ["x @ ((Y * S) @ y) - np.vdot(X, (S * Y.T).T)"]),
    # x y^T stands deeper in the sum: no product of it is formed
    ("tr(X (Y .* (S (X - Y - x y^T) S + X)))",                                       # X - Y stay one
     ["t0 = X * Y.T", "t1 = np.vdot(S, (X - Y) @ S @ t0)", "np.vdot(X, t0.T) + t1 - y @ (S @ (t0 @ (S @ x)))"]),
    ("tr(Y^T (Y .* (S (Y - x y^T) S + X)))",
     ["t0 = Y**2", "t1 = y @ (S @ (t0.T @ (S @ x)))", "np.vdot(X, t0) + np.vdot(S, Y @ S @ t0.T) - t1"]),
    ("tr((Y .* (X .* (X - x y^T) + X)) S)",
     ["t0 = S * Y.T", "np.vdot(X, t0.T) + np.vdot(X, (X.T * t0).T) - x @ ((X * Y * S) @ y)"]),
    # ... unless it is needed elsewhere
    ("tr(X (Y .* (S (X - x y^T) S + Y))) + sum(exp(S (X - x y^T) S))",
     ["t0 = S @ (np.outer(x, y) - X) @ S", "np.sum(np.exp(-t0)) - np.vdot(X, (Y * (t0 - Y)).T)"]),
    ("kron(A, X) w",                  ['(X @ w.reshape((n, n), order="F") @ A.T).ravel(order="F")']),   # kron is not formed
    ("kron(I(n), X) w",               ['(X @ w.reshape((n, n), order="F")).ravel(order="F")']),
    ("logdet(kron(X, A A^T + c I))",
     ["t0 = np.sum(np.log(np.diag(np.linalg.cholesky(_add_diagonal(A @ A.T, c)))))", "m * np.linalg.slogdet(X)[1] + 2 * n * t0"]),
    ("det(kron(X, A A^T + c I))",     ["np.linalg.det(X)**m * np.linalg.det(_add_diagonal(A @ A.T, c))**n"]),
    ("log(det(kron(S, S)))",          ["4 * n * np.sum(np.log(np.diag(np.linalg.cholesky(S))))"]),
    ("det(kron(A, A^T))",             ["np.linalg.det(np.kron(A.T, A))"]),              # of no square matrices
    ("w_2^T kron(X, A)",              ['(A.T @ w_2.reshape((m, n), order="F") @ X).ravel(order="F")']),
    ("Kmat(m,n) w_2",                 ['w_2.reshape((n, m)).ravel(order="F")']),                       # nor a permutation
    ("X + diag(d)",                   ["_add_diagonal(X, d)"]),
    ("X - c I",                       ["_add_diagonal(X, -c)"]),
    ("c diag(d) + k I + X Y",         ["_add_diagonal(X @ Y, c * d + k)"]),
    ("diag(d) + c I",                 ["np.diag(d + c)"]),
    ("c ones(n,n) + diag(d)",         ["_add_diagonal(c * np.ones((n, n), dtype=d.dtype), d)"]),     # c spreads over a matrix, and there is none
    ("(X + Y) B",                     ["(X + Y) @ B"]),                               # one product of matrices, not two
    ("(X + Y)^-1 x",                  ["np.linalg.solve(X + Y, x)"]),
    ("(X + Y) x + tr((X + Y)^3) y",   ["t0 = X + Y", "t0 @ x + np.vdot(t0, (t0 @ t0).T) * y"]),  # formed anyway
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_sum_is_multiplied_out_where_that_is_cheaper(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted


@pytest.mark.parametrize("written", [written for written, _ in LINES])
def test_what_is_multiplied_out_is_equal(written: str) -> None:
    assert_agrees(written, WHERE)


def test_many_vectors_meet_a_sum_that_is_made_once() -> None:
    """(X + Y) x for five vectors: one sum and five products, not ten products."""
    text = " + ".join(f"{k} tanh((X + Y) x_{k})" for k in range(2, 7))
    where = read_declarations("X, Y: n x n; x_2, x_3, x_4, x_5, x_6: n")
    assert lines(text, where)[0] == "t0 = X + Y"
    assert_agrees(text, where)


FEW = read_declarations("T: m x n; U: m x k; V: n x k")
SIZED = [
    # written                         sizes                           emitted
    ("(U V^T - T) V",                 {},                             ["(U @ V.T - T) @ V"]),
    ("(U V^T - T) V",                 {"m": 500, "n": 400, "k": 5},   ["t0 = U @ (V.T @ V)", "t0 -= T @ V", "t0"]),  # V^T V is 5 x 5
    ("(U V^T - T) V",                 {"m": 6, "n": 5, "k": 400},     ["t0 = U @ V.T", "t0 -= T", "t0 @ V"]),
    ("(U V^T - T) V",                 {"m": 10, "n": 10, "k": 5},     ["t0 = U @ V.T", "t0 -= T", "t0 @ V"]),       # a call less
    ("(U V^T - T)^T U",               {"m": 500, "n": 400, "k": 5},   ["t0 = V @ (U.T @ U)", "t0 -= T.T @ U", "t0"]),
    ("||U V^T - T||_F (U V^T - T) V", {"m": 500, "n": 400, "k": 5},
     ["t0 = U @ V.T", "t0 -= T", "t1 = t0 @ V", "t1 *= np.linalg.norm(t0)", "t1"]),                               # formed anyway
]  # fmt: skip


@pytest.mark.parametrize(("written", "sizes", "emitted"), SIZED)
def test_expected_sizes_decide_whether_a_sum_is_formed(written: str, sizes: dict[str, int], emitted: list[str]) -> None:
    assert lines(written, FEW, sizes) == emitted
    assert_agrees(written, FEW, sizes)


def test_a_likelihood_by_a_parameter_takes_one_product_of_matrices() -> None:
    """f = y^T K^-1 y + logdet(K), K = s exp(-c D) + r I: f'' needs Q = K^-1 dK, tr(Q Q) and vectors; two lines make matrices of matrices."""
    kernel = "s exp(-c D) + r I"
    d = diff(f"y^T inv({kernel}) y + logdet({kernel})", "c", "D: n x n symmetric; s, c, r: scalar positive; y: n")
    text = d.code("numpy", "hessian", sizes={"n": 100})
    assert text.count("_symmetric_inverse(t1)") == 1
    products = [line.strip() for line in text.splitlines() if re.search(r"= t\d @ t\d$", line)]
    assert products == ["t4 = t0 @ t3", "t0 = t1 @ t0"]  # the first of a matrix and a vector
    assert "np.vdot(t0, t0.T)" in text


def test_sums_within_sums_stay_linear() -> None:
    """((..(W + W^T) W + W^T) W ..) x, 200 sums deep: one vector for each sum, and no recursion."""
    text = "W + W^T"
    for _ in range(200):
        text = f"(({text}) W + W^T)"
    node = understand(f"{text} x", read_declarations("W: n x n; x: n")).node
    assert opened([node], Sizes())[0].weight < 40 * node.weight
    assert len(lines(f"{text} x", read_declarations("W: n x n; x: n"))) < 500


@pytest.mark.parametrize("steps", [5, 10, 20, 30, 50])
def test_a_repeated_product_with_its_own_square_stays_small(steps: int) -> None:
    """v <- (A + v v^T) v: the gradient is not opened into more values than a small multiple of its nodes."""
    names = ["v", *(f"t{k}" for k in range(steps))]
    steps_of = "; ".join(f"{new} = (A + {old} {old}^T) {old}" for old, new in pairwise(names))
    gradient = diff(f"sum({names[-1]}) where {steps_of}", "v", where="A: n x n; v: n").gradient.node
    assert len(list(order(program([gradient])))) < 6 * len(list(postorder(gradient)))

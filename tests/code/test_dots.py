"""A sum of products entry by entry is a product that sums; what is multiplied for it serves the gradient too."""

from __future__ import annotations

import pytest

from matcalc import diff
from matcalc.syntax.declarations import read_declarations
from tests.code.agreement import assert_agrees, lines

TOLD = "A, B, M, T: m x n; U: m x k; V: n x k; X: n x m; S: n x n; u, w, b: m; v, x, y: n; c: scalar"
WHERE = read_declarations(TOLD)

SUMS = [
    # written                          emitted                                    because
    ("sum(A .* B)",                    ["np.vdot(A, B)"]),                       # A .* B is not made
    ("sum(c A .* B) / 2",              ["c * np.vdot(A, B) / 2"]),
    ("sum(A .* B ./ c)",               ["np.vdot(A, B) / c"]),
    ("sum(A .* (U V^T))",              ["np.vdot(A, U @ V.T)"]),
    ("sum(A .* (u v^T))",              ["u @ (A @ v)"]),                         # nor is u v^T
    ("sum(A .* B .* (u v^T))",         ["u @ ((A * B) @ v)"]),
    ("sum(A.^2)",                      ["np.vdot(A, A)"]),
    ("sum(x.^2)",                      ["x @ x"]),
    ("sum(x.^4)",                      ["t0 = x**2", "t0 @ t0"]),
    ("sum(A.^2 .* B.^2)",              ["t0 = A * B", "np.vdot(t0, t0)"]),       # a square is never negative
    ("sum(A.^3)",                      ["np.vdot(A * A, A)"]),
    ("sum(A ./ B)",                    ["np.sum(A / B)"]),                       # one pass as it stands
    ("sum(A .* X^T)",                  ["np.vdot(A, X.T)"]),
    ("sum(A .* (u ones(n)^T))",        ["u @ np.sum(A, axis=1)"]),
    ("sum(exp(A - u ones(n)^T) .* (ones(m) v^T))", ["np.sum(np.exp(A - u[:, None]), axis=0) @ v"]),
    ("sum(A .* B) A .* B",             ["t0 = A * B", "np.sum(t0) * t0"]),       # A .* B is there
    ("x^T diag(y) x",                  ["x @ (x * y)"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), SUMS)
def test_a_sum_of_products_is_taken_in_one_pass(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted
    assert_agrees(written, WHERE)
    assert_agrees(written, WHERE, {"m": 7, "n": 5, "k": 3})


BOTH = [
    # written                             by   emitted
    ("sum((M .* (T - U V^T)).^2)",        "U",
     ["t0 = (U @ V.T - T) * M", "return np.vdot(t0, t0), 2 * ((M * t0) @ V)"]),
    ("||M .* (T - U V^T)||_F^2",          "U",
     ["t0 = M * (U @ V.T - T)", "return np.vdot(t0, t0), 2 * ((M * t0) @ V)"]),
    ("sum(M .* (T - U V^T).^2)",          "U",
     ["t0 = U @ V.T - T", "t1 = M * t0", "return np.vdot(t1, t0), 2 * (t1 @ V)"]),
    ("w^T (A x - b).^2",                  "x",
     ["t0 = A @ x - b", "t1 = w * t0", "return t1 @ t0, 2 * (A.T @ t1)"]),
    ("sum((A x - b).^4)",                 "x",
     ["t0 = A @ x - b", "t1 = t0**2", "return t1 @ t1, 4 * (A.T @ (t0 * t1))"]),
    ("sum(log(1 + exp(-w .* (A x))))",     "x",
     ["t0 = w * (A @ x)", "return np.sum(_softplus(-t0)), -(A.T @ (w * _sigmoid_of_minus(t0)))"]),
    ("sum(A.^3)",                         "A",
     ["t0 = A**2", "return np.vdot(t0, A), 3 * t0"]),
    ("sum(A .* B .* M)",                  "A",
     ["t0 = B * M", "return np.vdot(t0, A), t0"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "by", "emitted"), BOTH)
def test_what_is_multiplied_for_a_sum_serves_the_gradient(written: str, by: str, emitted: list[str]) -> None:
    text = diff(written, by, where=TOLD).code("numpy", "value_and_gradient")
    assert [line.strip() for line in text.rpartition('"""')[2].split("\n") if line.strip()] == emitted

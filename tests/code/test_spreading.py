"""x 1^T beside another matrix is a column that spreads over it, 1 y^T a row; neither is made, and ones neither."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from matcalc import diff
from matcalc.code.emission import emit
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations("A, B: m x n; X: n x n; C: n x p; x, y: n; u, v: m positive; c: scalar positive")
SIZES = {"m": 1000, "n": 500, "p": 5}

LINES = [
    # written                                          emitted
    ("A - u ones(n)^T",                                ["A - u[:, None]"]),
    ("A - ones(m) x^T",                                ["A - x"]),
    ("u ones(n)^T + ones(m) x^T",                      ["u[:, None] + x"]),
    ("X - x ones(n)^T + diag(y)",                      ["_add_diagonal(X - x[:, None], y)"]),
    ("-A - u ones(n)^T",                               ["-A - u[:, None]"]),
    # what spreads alike is added up before, a number to the vector
    ("A - u ones(n)^T - v ones(n)^T + ones(m) x^T",    ["A + x - (u + v)[:, None]"]),
    ("c ones(m,n) - u ones(n)^T - A",                  ["(c - u)[:, None] - A"]),
    ("3 u ones(n)^T - 2 ones(m) x^T",                  ["(3 * u)[:, None] - 2 * x"]),
    # entry by entry
    ("A .* (u ones(n)^T)",                             ["u[:, None] * A"]),
    ("A .* exp(u ones(n)^T)",                          ["np.exp(u)[:, None] * A"]),
    ("exp(A - u ones(n)^T) .* (ones(m) x^T)",          ["np.exp(A - u[:, None]) * x"]),
    ("exp(A) ./ (exp(A) ones(n,n))",                   ["t0 = np.exp(A)", "t0 / np.sum(t0, axis=1)[:, None]"]),
    ("(u ones(n)^T) ./ (ones(m) x^T)",                 ["np.outer(u, 1 / x)"]),
    ("max(A, u ones(n)^T)",                            ["np.maximum(A, u[:, None])"]),
    ("X .* (ones(n) x^T - x ones(n)^T)",               ["X * (x - x[:, None])"]),
    # means
    ("A - A ones(n,n) / n",                            ["A - np.mean(A, axis=1)[:, None]"]),
    ("A - ones(m,m) A / m",                            ["A - np.mean(A, axis=0)"]),
    ("A^T - A^T ones(m,m) / m",                        ["(A - np.mean(A, axis=0)).T"]),
    ("A - A ones(n,n) / n - ones(m,m) A / m + ones(m,m) A ones(n,n) / (m n)",
     ["t0 = (np.sum(np.sum(A, axis=1)) / (m * n) - np.mean(A, axis=1))[:, None]", "A + t0 - np.mean(A, axis=0)"]),
    ("diag(A^T A) ones(n)^T + ones(n) diag(A^T A)^T - 2 A^T A",
     ['t0 = np.einsum("ij,ij->i", A.T, A.T)', "t0[:, None] + t0 - 2 * (A.T @ A)"]),
    # in products and sums
    ("exp(u ones(n)^T + c ones(m,n)) C",               ["np.outer(np.exp(u + c), np.sum(C, axis=0))"]),
    ("A exp(ones(n) x^T)",                             ["np.outer(np.sum(A, axis=1), np.exp(x))"]),
    ("exp(u ones(n)^T) x",                             ["np.sum(x) * np.exp(u)"]),
    ("exp(u ones(n)^T) ones(n)",                       ["n * np.exp(u)"]),
    ("sum(exp(u ones(n)^T))",                          ["n * np.sum(np.exp(u))"]),
    # where nothing spreads it, it is made, without ones
    ("u ones(n)^T",                                    ["np.repeat(u[:, None], n, axis=1)"]),
    ("c ones(m) x^T",                                  ["np.repeat((c * x)[None, :], m, axis=0)"]),
    ("u ones(n)^T + v ones(n)^T",                      ["np.repeat((u + v)[:, None], n, axis=1)"]),
    ("kron(u ones(n)^T, X)",                           ["np.kron(np.repeat(u[:, None], n, axis=1), X)"]),
    ("(u ones(n)^T) .^ c",                             ["np.repeat((u**c)[:, None], n, axis=1)"]),
    ("(exp(u ones(n)^T))^T A",                         ["np.repeat(np.exp(u)[None, :], n, axis=0) @ A"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_vector_spreads_and_no_matrix_is_made_of_it(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted


@pytest.mark.parametrize("sizes", [None, SIZES])
@pytest.mark.parametrize("written", [written for written, _ in LINES])
def test_what_spreads_has_its_value(written: str, sizes: Mapping[str, int] | None) -> None:
    assert_agrees(written, WHERE, sizes)


OTHERS = [
    # written                            target       the last line
    ("A - u ones(n)^T - ones(m) x^T",    "torch",     "return A - u[:, None] - x"),
    ("A - u ones(n)^T - ones(m) x^T",    "array-api", "return A - u[:, None] - x"),
    ("A - u ones(n)^T - ones(m) x^T",    "jax",       "return A - u[:, None] - x"),
    ("A - u ones(n)^T - ones(m) x^T",    "julia",     "return A .- u .- x'"),
    ("A - u ones(n)^T - ones(m) x^T",    "matlab",    "result = A - u - x';"),
    ("u ones(n)^T + ones(m) x^T - A",    "julia",     "return u .+ x' - A"),
    ("A ./ (u ones(n)^T)",               "julia",     "return (1 ./ u) .* A"),
    ("u ones(n)^T",                      "torch",     "return u[:, None].repeat(1, n)"),
    ("u ones(n)^T",                      "array-api", "return xp.repeat(u[:, None], n, axis=1)"),
    ("u ones(n)^T",                      "dask",      "return u[:, None] * xp.ones(n, dtype=u.dtype, device=getattr(u, \"device\", None))"),
    ("ones(m) x^T",                      "julia",     "return repeat(x', m)"),
    ("ones(m) x^T",                      "matlab",    "result = repmat(x', m, 1);"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "target", "last"), OTHERS)
def test_every_target_spreads_in_its_way(written: str, target: str, last: str) -> None:
    body = emit([understand(written, WHERE).node], target=target).splitlines()
    assert [line.strip() for line in body if line.strip().startswith(("return ", "result "))][-1] == last


DERIVATIVES = [
    # f                                        by    declared                            the body of value and gradient
    ("||X - X ones(p,p) / p||_F^2",            "X",  "X: n x p",
     ["t0 = X - np.mean(X, axis=1)[:, None]", "return np.vdot(t0, t0), 2 * t0"]),
    ("||X - mean_rows(X) ones(p)^T||_F^2",     "X",  "X: n x p",
     ["t0 = X - np.mean(X, axis=1)[:, None]", "return np.vdot(t0, t0), 2 * t0"]),
    ("sum(softmax_rows(X) .* Y)",              "X",  "X, Y: n x p",
     ["t0 = _softmax(X, axis=1)", "t1 = Y * t0", "return np.sum(t1), t0 * (Y - np.sum(t1, axis=1)[:, None])"]),
    ("||X W + ones(n) b^T - Y||_F^2",          "W",  "X: n x m; W: m x p; Y: n x p; b: p",
     ["t0 = X @ W + b - Y", "return np.vdot(t0, t0), 2 * (X.T @ t0)"]),
    ("sum(tanh(W X + b ones(n)^T))",           "b",  "W: m x p; X: p x n; b: m",
     ["t0 = np.tanh(W @ X + b[:, None])", "return np.sum(t0), n - np.sum(t0**2, axis=1)"]),
    ("sum(exp(2 X^T X - diag(X^T X) ones(n)^T - ones(n) diag(X^T X)^T))", "X", "X: p x n",
     ['t0 = np.einsum("ij,ij->i", X.T, X.T)', "t1 = np.exp(2 * (X.T @ X) - t0[:, None] - t0)",
      "return np.sum(t1), -4 * (X @ _add_diagonal(-t1, np.sum(t1, axis=1)))"]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "by", "declared", "emitted"), DERIVATIVES)
def test_a_derivative_is_written_as_by_hand(f: str, by: str, declared: str, emitted: list[str]) -> None:
    text = diff(f, by, where=declared).code("numpy", "value_and_gradient")
    body = [line.strip() for line in text.rpartition('"""')[2].splitlines() if line.strip()]
    assert [line for line in body if ".shape[" not in line] == emitted
    assert diff(f, by, where=declared).verify()

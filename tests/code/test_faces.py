"""Products through one index are made of Kronecker products of rows; no matrix with n k rows is formed."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from matcalc import diff
from matcalc.syntax.declarations import read_declarations
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations("P, Q: n x k; X: n x m; Y: k x p; u, v: k; s, t: n; A: n*k x n*k; M: m x n; N: m x k")

LINES = [
    # written                                                               emitted
    ("kron(I(k), X^T) diag(vec(P)) kron(ones(k,k), I(n)) diag(vec(P)) kron(I(k), X)",
     ["t0 = _khatri_rao(P.T, X.T)", "t0 @ t0.T"]),
    ("kron(Y^T, I(n)) diag(vec(P)) kron(I(k), ones(n,n)) diag(vec(P)) kron(Y, I(n))",
     ["t0 = _khatri_rao(Y.T, P)", "t0 @ t0.T"]),
    ("diag(vec(P)) kron(u v^T, I(n)) diag(vec(Q)) kron(Y, X)",
     ["t0 = _khatri_rao(u[:, None] * P.T, np.eye(n, dtype=u.dtype))", "_block_rows(t0, Y.T @ (v[:, None] * Q.T), X.T)"]),
    ("kron(Y^T, X^T) diag(vec(Q)) kron(I(k), s t^T) diag(vec(P))",
     ["t0 = _khatri_rao(Y.T, X.T @ (s[:, None] * Q))", "_block_rows(t0, np.eye(k, dtype=Y.dtype), t[:, None] * P)"]),
]  # fmt: skip

# kron(u v^T, I) without a diagonal on either side, and shapes that do not fit, are left to others
OTHERS = [
    "kron(u v^T, I(n)) diag(vec(P)) kron(Y, X)",
    "diag(vec(P)) kron(u v^T, I(n))",
    "kron(u v^T, I(n)) A",
    "diag(vec(M)) kron(ones(n, n), I(m)) diag(vec(M))",
    "kron(I(k), X^T) (diag(vec(P)) - diag(vec(P)) kron(ones(k, k), I(n)) diag(vec(Q))) kron(I(k), X)",
    "(3 I + diag(vec(P)) - kron(I(k), s t^T) diag(vec(Q))) kron(Y, X)",
]


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_products_through_one_index(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted


@pytest.mark.parametrize("written", [*(written for written, _ in LINES), *OTHERS])
def test_they_have_their_value(written: str) -> None:
    assert_agrees(written, WHERE)
    assert_agrees(written, WHERE, {"n": 100, "k": 5, "m": 20, "p": 3})


SOFTMAX = [
    # f                                              declared
    ("sum(logsumexp_rows(X W)) - tr(T^T X W)",       "X: n x m; W: m x k; T: n x k"),
    ("sum(logsumexp_cols(W X)) - tr(T^T W X)",       "X: m x n; W: k x m; T: k x n"),
    ("y^T logsumexp_rows(X W)",                      "X: n x m; W: m x k; y: n"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "declared"), SOFTMAX)
def test_softmax_regression_is_blocks_minus_a_square(f: str, declared: str) -> None:
    """No kron with an identity; H V agrees with the product that never forms H."""
    d = diff(f, "W", declared)
    text = d.code("numpy", "hessian", sizes={"n": 1000, "m": 20, "k": 5})
    assert "_blocks_" in text
    assert "_kron_eye" not in text
    assert "_eye_kron" not in text
    sizes, rng = {"n": 7, "m": 4, "k": 3}, np.random.default_rng(2)
    given = {
        name: rng.standard_normal([sizes[str(side)] for side in shape]) for name, shape in d.shapes.items() if shape
    }
    hessian, product = d.function("numpy", "hessian", sizes=sizes), d.function("numpy", "hvp")
    (direction,) = inspect.signature(product).parameters.keys() - given.keys()
    V = rng.standard_normal(given["W"].shape)
    found = hessian(**{name: given[name] for name in inspect.signature(hessian).parameters}) @ V.ravel(order="F")
    expected = product(
        **{direction: V}, **{n: given[n] for n in inspect.signature(product).parameters if n != direction}
    )
    assert np.allclose(found, expected.ravel(order="F"), rtol=1e-12, atol=1e-12)

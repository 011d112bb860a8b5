"""Matrices on vec(X) that are kept as a few numbers, and written where these stand."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc.code.blocks import blocks
from matcalc.code.emission import compiled
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations(
    "A: p x p; B: q x q; C: m x m; M: m x n; T: m x n; V: n x k; U: m x k; x: m; u: n; c: scalar; W: n x m; G: k x k"
)

FORMS = [
    # expression                                             kind            cores
    ("2 kron(V^T V, I(m))",                                  "kron_eye",     ["2 V^T V"]),
    ("kron(I(n), C + C^T)",                                  "eye_kron",     ["C + C^T"]),
    ("2 kron(G, I(m)) + c I(k*m)",                           "kron_eye",     ["2 G + c I"]),
    ("kron(G, I(m)) kron(V^T, I(m)) kron(V, I(m))",          "kron_eye",     ["G V^T V"]),
    ("3 kron(V^T, I(m)) diag(vec(M.^2)) kron(V, I(m))",      "blocks_inner", ["3 M.^2 khatri_rao(V^T, V^T)^T"]),
    ("kron(I(n), U^T) diag(vec(M)) kron(I(n), U)",           "blocks_outer", ["M^T khatri_rao(U^T, U^T)^T"]),
    ("kron(I(n), U^T) diag(exp(vec(M)) .* vec(T)) kron(I(n), U)", "blocks_outer", ["(T .* exp(M))^T khatri_rao(U^T, U^T)^T"]),
    ("kron(V^T, I(m)) (diag(vec(M)) + diag(vec(T))) kron(V, I(m))", "blocks_inner", ["(M + T) khatri_rao(V^T, V^T)^T"]),
    ("kron(x, I(n)) (W C W^T) kron(x^T, I(n))",              "kron",         ["x x^T", "W C W^T"]),
    ("kron(x, C (2 kron(x^T, C^T) - C x kron(x^T, x^T)))",   "kron",         ["x x^T", "C (2 C^T - C x x^T)"]),
    ("kron(A, B) kron(A, B^T)",                              "kron",         ["A^2", "B B^T"]),
    ("kron(A, B) + kron(A, B^T)",                            "kron",         ["A", "B + B^T"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "cores"), FORMS)
def test_the_form_and_its_cores(text: str, kind: str, cores: list[str]) -> None:
    found = blocks(understand(text, WHERE).node)
    assert found is not None
    assert (found.kind, [ascii_text(written(core)) for core in found.cores]) == (kind, cores)


@pytest.mark.parametrize("text", [text for text, _, _ in FORMS])
def test_a_matrix_in_such_a_form_has_its_value(text: str) -> None:
    assert_agrees(text, WHERE)


OTHERS = [
    "M",
    "kron(x, u)",
    "kron(A, B) + kron(B, A)",                                # p and q change places
    "kron(G, I(m)) + kron(I(k), C)",
    "kron(V^T, C) diag(vec(M)) kron(V, C)",                   # acts on both
    "kron(G, I(m)) diag(vec(U)) kron(G, I(m)) diag(vec(U)) kron(G, I(m))",  # quadratic in U
    "diag(vec(M)) diag(vec(W))",                              # M is m x n, W n x m
    "diag(vec(M) .* vec(W)) kron(I(n), C)",
    "kron(I(n), C) (diag(vec(M)) + diag(vec(W)))",
    "kron(I(n), C) diag(vec(M)) diag(vec(W)) kron(I(n), C)",
    "kron(u^T, I(m)) diag(vec(M)) kron(u, I(m))",             # blocks of one number: a diagonal
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_what_has_no_such_form_has_its_value(text: str) -> None:
    assert blocks(understand(text, WHERE).node) is None
    assert_agrees(text, WHERE)


HESSIANS = [
    # f                                    by   declared                                          emitted
    ("||T - U V^T||_F^2",                  "U", "T: m x n; U: m x k; V: n x k",                   ["_kron_eye(2 * (V.T @ V), m)"]),
    ("||M .* (T - U V^T)||_F^2",           "U", "M, T: m x n; U: m x k; V: n x k",
     ["_blocks_inner(2 * _block_rows(M**2, V.T, V.T), k, k)"]),
    ("||A X B - C||_F^2",                  "X", "A: m x n; X: n x p; B: p x q; C: m x q",         ["np.kron(B @ B.T, 2 * (A.T @ A))"]),
    ("sum(exp(A X))",                      "X", "A: m x n; X: n x p",
     ["_blocks_outer(_block_rows(np.exp(A @ X).T, A.T, A.T), n, n)"]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "by", "declared", "emitted"), HESSIANS)
def test_no_kronecker_product_with_an_identity_is_formed(f: str, by: str, declared: str, emitted: list[str]) -> None:
    hessian = matcalc.diff(f, by, where=declared).hessian
    assert lines(str(hessian), hessian.declarations) == emitted
    assert_agrees(str(hessian), hessian.declarations)


def test_factors_of_other_lengths_are_left_alone() -> None:
    """J(khatri_rao(X, X)): kron(I(m n), ones(m)^T) diag(vec(V)) with V m^2 x n; I(m n) numbers no rows of V."""
    jacobian = matcalc.diff("khatri_rao(X, X)", "X", where="X: m x n").jacobian()
    assert_agrees(str(jacobian), jacobian.declarations)


@pytest.mark.parametrize(("count", "size"), [(3, 7), (7, 3), (4, 4)])
def test_many_small_blocks_and_few_large_ones(count: int, size: int) -> None:
    """Row i of V khatri_rao(L, R)^T is vec(R diag(V_i) L^T), whichever way it is computed."""
    where = read_declarations("V: m x n; L: p x n; R: q x n")
    run, names = compiled([understand("V khatri_rao(L, R)^T", where).node])
    random = np.random.default_rng(1)
    V, L, R = (random.normal(size=(rows, 5)) for rows in (count, size, 2))
    expected = [(R @ np.diag(v) @ L.T).ravel(order="F") for v in V]
    assert names == ["V", "L", "R"]
    np.testing.assert_allclose(run(V, L, R), expected, rtol=1e-13)


def test_the_numbers_of_a_form_are_opened_and_nothing_else_below_it_is_made() -> None:
    """The Hessian of a net by its first weights is kron(x x^T, C), and C takes as many products as C alone."""
    net = "x"
    for layer in range(1, 10):
        net = f"{'tanh' if layer % 2 else 'relu'}(W{layer} {net})"
    where = "; ".join([*(f"W{layer}: n x n" for layer in range(1, 11)), "x, t: n"])
    d = matcalc.diff(f"logsumexp(W10 {net}) - t^T (W10 {net})", "W1", where)
    dense, alone = (d.code("numpy", what, sizes={"n": 10}) for what in ("hessian", "compressed_hessian"))
    assert "np.kron(np.outer(x, x)" in dense
    assert dense.count("@") == alone.count("@")

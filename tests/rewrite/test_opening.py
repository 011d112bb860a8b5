"""Opening brackets: taken where terms cancel, and left where a bracket is shorter."""

from __future__ import annotations

import pytest

from matcalc import diff, parse, simplify

WHERE = "A, B, K, L: n x n; x: n; X: n x k"
C = "(I - ones(n, n)/n)"

CENTRED = [
    # the centring matrix C = I - 1/n 1 1^T is a projection that takes ones to zero
    (f"{C}^2",               "I - ones(n, n) / n"),
    (f"{C}^3",               "I - ones(n, n) / n"),
    (f"{C} {C} x",           "x - ones(n, n) x / n"),
    (f"{C} ones(n)",         "zeros(n)"),
    (f"{C}^2 A X",           "(I - ones(n, n) / n) A X"),
    (f"{C}^2 A + K {C}^3",   "A + K - (ones(n, n) A + K ones(n, n)) / n"),
    (f"tr({C})",             "n - 1"),
    ("sum(x - mean(x) ones(n))", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), CENTRED)
def test_the_centring_matrix_is_a_projection(given: str, expected: str) -> None:
    assert str(simplify(parse(given, WHERE))) == expected


def test_a_distance_to_a_line_has_its_projection() -> None:
    """f = ||P (x - a)||^2, P = I - v v^T / (v^T v) = P^2: the gradient is 2 P (x - a)."""
    d = diff("||(I - v v^T/(v^T v)) (x - a)||^2", "x", where="a, v, x: n")
    assert str(d.gradient) == "2 (I - v v^T / (v^T v)) (x - a)"
    assert str(d.hessian) == "2 I - 2 v v^T / (v^T v)"


@pytest.mark.parametrize("given", ["(A + B)^2", "(A + B)^3 x", "(A - B)^2 (A + B)"])
def test_a_power_of_a_sum_stays_where_its_terms_do_not_cancel(given: str) -> None:
    assert str(simplify(parse(given, WHERE))) == given


SPREAD = [
    # a ones(n)^T has a in every column: times W entry by entry it scales the rows
    ("W .* (x ones(n)^T - ones(n) x^T)",            "diag(x) W - W diag(x)"),
    ("(W .* (x ones(n)^T - ones(n) x^T)) ones(n)",  "x .* (W ones(n)) - W x"),
    ("W .* (x ones(n)^T + B)",                      "W .* (B + x ones(n)^T)"),
    ("exp(A B + K) .* (x ones(n)^T - ones(n) x^T)", "exp(A B + K) .* (x ones(n)^T - ones(n) x^T)"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), SPREAD)
def test_what_is_spread_over_rows_or_columns_scales_them_where_that_is_shorter(given: str, expected: str) -> None:
    assert str(simplify(parse(given, f"{WHERE}; W: n x n"))) == expected


def test_the_energy_of_a_graph_has_its_laplacian() -> None:
    # 1/2 sum_ij W_ij (x_i - x_j)^2 = x^T (diag(W 1) - W) x for symmetric W
    d = diff("1/2 sum(W .* (x ones(n)^T - ones(n) x^T).^2)", "x", where="W: n x n symmetric; x: n")
    assert str(d.gradient) == "2 x .* (W ones(n)) - 2 W x"
    assert str(d.hessian) == "2 diag(W ones(n)) - 2 W"


@pytest.mark.parametrize(
    ("f", "by", "gradient"),
    [
        ("||X - polar(X)||_F^2",        "X", "2 X - 2 polar(X)"),  # the distance to the orthogonal matrices
        ("tr(expm(A) + A expm(A))",     "A", "expm(A)^T (A^T + 2 I)"),
        ("tr(A logm(A) + logm(A) - A)", "A", "logm(A)^T + A^-T"),
    ],
)  # fmt: skip
def test_a_frechet_derivative_is_taken_of_each_term_where_they_are_known(f: str, by: str, gradient: str) -> None:
    assert str(diff(f, by, where=WHERE).gradient) == gradient


GRADIENTS = [
    (f"||{C} X||_F^2",       "X", "2 X - 2 ones(n, n) X / n"),
    (f"x^T {C} x",           "x", "2 x - 2 ones(n, n) x / n"),
    (f"tr({C} K {C} L)",     "K", "(I - ones(n, n) / n) L^T (I - ones(n, n) / n)"),
    (f"logdet(X^T {C} X)",   "X", "2 (I - ones(n, n) / n) X (X^T (I - ones(n, n) / n) X)^-1"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "by", "expected"), GRADIENTS)
def test_gradients_of_centred_data(f: str, by: str, expected: str) -> None:
    d = diff(f, by, where=WHERE)
    assert str(d.gradient) == expected
    assert d.verify().ok


def test_a_trace_of_a_sum_is_opened_where_terms_cancel() -> None:
    assert str(simplify(parse("tr(A X X^T) - tr((A + B) X X^T)", WHERE))) == "-tr(B X X^T)"
    assert str(simplify(parse("tr(A (B + K))", WHERE))) == "tr(A (B + K))"


def test_the_trace_of_a_symmetric_matrix_times_h_and_its_transpose_is_twice_one_of_them() -> None:
    """tr(S (H^T X + X^T H)) = 2 tr(S X^T H) for S = X^T X - I."""
    assert str(diff("1/4 ||X^T X - I||_F^2", wrt="X", where=WHERE).differential) == "tr((X X^T X - X)^T H)"


def test_a_triangle_of_a_sum_is_opened_where_terms_cancel() -> None:
    """A - tril(A) has the gradient 2 (A - tril(A)) of its squared norm: tril(A - tril(A)) is 0."""
    assert str(diff("||A - tril(A)||_F^2", wrt="A", where=WHERE).gradient) == "2 A - 2 tril(A)"


def test_the_norm_that_a_cholesky_factor_gives_has_the_gradient_of_the_inverse() -> None:
    """||L^-1 b||^2 = b^T S^-1 b for S = L L^T."""
    d = diff("||chol(S)^-1 b||^2", wrt="S", where="S: n x n positive definite; b: n")
    assert str(d.gradient) == "-S^-1 b b^T S^-1"

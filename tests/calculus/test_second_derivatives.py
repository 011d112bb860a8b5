"""Second derivatives of matrix functions close, are symmetric, and are differences of first ones."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from tests.calculus.matrices import DEFINITE, SQUARE, SYMMETRIC, TALL, WIDE, is_true, point

TWICE = [
    (SQUARE,    "tr(expm(X))"),
    (SQUARE,    "tr(sinm(A X))"),
    (SQUARE,    "tr(logm(X))"),
    (SQUARE,    "tr(A sqrtm(X))"),
    (SQUARE,    "tr(X^k)"),
    (SQUARE,    "det(X^k)"),
    (SQUARE,    "||tril(X) a||_2^2"),
    (SQUARE,    "tr(A expm(X))"),
    (SQUARE,    "||expm(A X)||_F^2"),
    (SQUARE,    "tr(A expm(X^T) B expm(X))"),
    (SQUARE,    "a^T logm(X) b"),
    (SQUARE,    "det(logm(X))"),
    (SQUARE,    "||sinm(X) a||_2"),
    (SQUARE,    "sum(cosm(X))"),
    (SQUARE,    "a^T X^k b"),
    (SQUARE,    "||X^k||_F^2"),
    (TALL,      "b^T polar(X) a"),
    (WIDE,      "sum(polar(X))"),
    (TALL,      "||X||_*"),
    (TALL,      "||X||_*^2"),
    (TALL,      "||X||_2"),
    (TALL,      "a^T pinv(X) b"),
    (WIDE,      "logdet(pinv(X)^T pinv(X))"),
    (SYMMETRIC, "lambda_max(X)"),
    (SYMMETRIC, "a^T v_max(X)"),
    (DEFINITE,  "tr(A chol(X))"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "f"), TWICE)
def test_the_second_differential_and_the_hessian_close(where: str, f: str) -> None:
    """D2f(X)[H, K] = (Df(X + eK)[H] - Df(X - eK)[H]) / 2e = vec(K)^T Hessian vec(H), by the emitted programs."""
    d = matcalc.diff(f, wrt="X", where=where)
    values, h, k = point(d, where)
    e = 1e-5
    sides = [float(d.differential.evaluate({**values, "X": values["X"] + s * k, "H": h})) for s in (e, -e)]
    second = float(d.second_differential.evaluate({**values, "H": h, "K": k}))
    assert second == pytest.approx((sides[0] - sides[1]) / (2 * e), rel=1e-6, abs=1e-7)
    hessian = d.hessian.evaluate(values)
    assert k.ravel(order="F") @ hessian @ h.ravel(order="F") == pytest.approx(second, rel=1e-7, abs=1e-8)


ANALYTIC = ["expm", "logm", "sinm", "cosm"]

# value                               is, with E = 1e-5, the difference of                              text
SECOND = [
    *[(f"D2_{f}(X, H, K)", f"D_{f}(X, H)") for f in [*ANALYTIC, "polar"]],
    *[(f"J2_{f}(X, K)", f"J({f}, X)") for f in [*ANALYTIC, "polar"]],
    ("D2_power(X, k, H, K)", "D_power(X, k, H)"),
    ("J2_power(X, k, K)", "J_power(X, k)"),
]


@pytest.mark.parametrize(("second", "first"), SECOND)
@pytest.mark.parametrize("exponent", [3, -2])
def test_second_derivatives_are_differences_of_first_ones(second: str, first: str, exponent: int) -> None:
    """D2_f(X, H, K) = (D_f(X + eK, H) - D_f(X - eK, H)) / 2e, J2_f(X, K) = (J(f, X + eK) - J(f, X - eK)) / 2e, by programs."""
    where = "X, H, K: n x n; k: scalar"
    rng = np.random.default_rng(3)
    x, h, k = 4 * np.eye(3) + rng.normal(size=(3, 3)), *rng.normal(size=(2, 3, 3))
    values = {"X": x, "H": h, "K": k, "k": exponent}
    e = 1e-5
    sides = [matcalc.parse(first, where).evaluate({**values, "X": x + s * k}) for s in (e, -e)]
    found = matcalc.parse(second, where).evaluate(values)
    np.testing.assert_allclose(found, (sides[0] - sides[1]) / (2 * e), rtol=1e-5, atol=1e-6 * np.abs(found).max())


@pytest.mark.parametrize("f", ANALYTIC)
def test_the_second_derivative_is_symmetric_in_its_directions(f: str) -> None:
    where = "X, H, K: n x n"
    left, right = (matcalc.parse(text, where) for text in (f"D2_{f}(X, H, K)", f"D2_{f}(X, K, H)"))
    assert left.node is right.node
    turned = matcalc.parse(f"D2_{f}(X^T, K^T, H^T)^T", where)
    assert left.node is turned.node
    assert str(matcalc.simplify(matcalc.parse(f"D2_{f}(X, 2 H, 3 K)", where))) == f"6 D2_{f}(X, H, K)"


@pytest.mark.parametrize("f", [*ANALYTIC, "sqrtm"])
def test_the_hessian_vector_product_is_read_off(f: str) -> None:
    """D (gradient of tr(A f(X)))[K], a matrix like X: the derivative of a matrix function that is itself a derivative."""
    gradient = matcalc.diff(f"tr(A {f}(X))", wrt="X", where=SQUARE).gradient
    product = matcalc.diff(str(gradient), wrt="X", where=SQUARE)
    assert product.verify().ok


@pytest.mark.parametrize("other", ["A", "L", "Z"])
@pytest.mark.parametrize("slots", ["{0}, X", "X, {0}"])
def test_the_adjoint_holds_in_either_direction_whatever_their_names(other: str, slots: str) -> None:
    """D2_f is symmetric, its normal form by names: the gradient of tr(C D2_f(B, X, L)) does not depend on them."""
    f = f"tr(C D2_expm(B, {slots.format(other)}))"
    d = matcalc.diff(f, wrt="X", where=f"B, C, X, {other}: n x n")
    assert is_true(d, d.gradient, "gradient")
    assert is_true(d, d.jacobian(), "jacobian")


def test_mixed_second_derivatives_close() -> None:
    """d2/dA dX tr(B expm(A X)): vec(H)^T M vec(K) is the mixed difference."""
    d = matcalc.diff("tr(B expm(A X))", wrt=["A", "X"], where="A: n x m; X: m x n; B: n x n")
    rng = np.random.default_rng(4)
    values = {"A": rng.normal(size=(3, 4)), "X": rng.normal(size=(4, 3)), "B": rng.normal(size=(3, 3))}
    h, k, e = rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), 1e-5
    g = d.gradient["A"]
    sides = [np.sum(g.evaluate({**values, "X": values["X"] + s * k}) * h) for s in (e, -e)]
    found = h.ravel(order="F") @ d.mixed("A", "X").evaluate(values) @ k.ravel(order="F")
    assert found == pytest.approx((sides[0] - sides[1]) / (2 * e), rel=1e-6)


SYMMETRIC_FUNCTIONS = [
    (SYMMETRIC, "lambda_max(X)"),
    (SYMMETRIC, "a^T v_max(X)"),
    (SYMMETRIC, "tr(A X) + lambda_max(X)^2"),
    (DEFINITE,  "tr(A chol(X))"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "f"), SYMMETRIC_FUNCTIONS)
def test_functions_of_symmetric_matrices_move_with_the_symmetric_part_of_any_direction(where: str, f: str) -> None:
    """f(X) = g((X + X^T) / 2): Df(X)[H] = <G, H> and D2f(X)[H, K] = vec(H)^T M vec(K) for H and K that are not symmetric, M = M^T."""
    d = matcalc.diff(f, wrt="X", where=where)
    random = np.random.default_rng(7)
    B, H, K, A = random.standard_normal((4, 4, 4))
    given = {"X": B @ B.T + np.eye(4), "A": A, "a": random.standard_normal(4)}
    known = {name: given[name] for name in d.shapes}
    gradient, hessian = d.gradient.evaluate(known), d.hessian.evaluate(known)
    assert np.isclose(d.differential.evaluate({**known, "H": H}), np.sum(gradient * H))
    assert np.allclose(hessian, hessian.T)
    moved = d.second_differential.evaluate({**known, "H": H, "K": K})
    assert np.isclose(moved, H.ravel(order="F") @ hessian @ K.ravel(order="F"))

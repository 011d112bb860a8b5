"""expm, logm, sqrtm, sinm, cosm, polar, chol, lambda_max, X^k, pinv: what is printed, and that it is the derivative."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import matcalc
from matcalc import UnsupportedError
from matcalc.numeric.verification import verify
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.inference import infer

Array = NDArray[np.float64]

SQUARE = "X, A, B: n x n; a, b: n; t: scalar"
TALL = "X: m x n; a: n; b: m"
WIDE = "X: n x m"
DEFINITE = "X: n x n positive definite; A: n x n; a: n"
SYMMETRIC = "X: n x n symmetric; a: n"

GRADIENTS = [
    # where     f                                by    gradient
    (SQUARE,    "tr(expm(X))",                   "X",  "expm(X)^T"),
    (SQUARE,    "tr(logm(X))",                   "X",  "X^-T"),
    (SQUARE,    "tr(sqrtm(X))",                  "X",  "1/2 sqrtm(X)^-T"),
    (SQUARE,    "tr(sinm(X))",                   "X",  "cosm(X)^T"),
    (SQUARE,    "tr(cosm(X))",                   "X",  "-sinm(X)^T"),
    (SQUARE,    "tr(A expm(X))",                 "X",  "D_expm(X, A)^T"),
    (SQUARE,    "a^T sqrtm(X) b",                "X",  "D_sqrtm(X^T, a b^T)"),
    (SQUARE,    "tr(expm(A X B))",               "X",  "A^T expm(A X B)^T B^T"),
    (SQUARE,    "det(expm(X))",                  "X",  "exp(tr(X)) I(n)"),
    (SQUARE,    "tr(expm(t A))",                 "t",  "tr(A expm(t A))"),
    (SQUARE,    "tr(cosm(t A))",                 "t",  "-tr(A sinm(t A))"),
    (SQUARE,    "tr(X^k)",                       "X",  "k (X^(k - 1))^T"),
    (SQUARE,    "det(X^k)",                      "X",  "k det(X)^k X^-T"),
    (SQUARE,    "logdet(X^k)",                   "X",  "k X^-T"),
    (SQUARE,    "a^T X^k b",                     "X",  "D_power(X^T, k, a b^T)"),
    (SQUARE,    "tr(A X^k)",                     "X",  "D_power(X, k, A)^T"),
    (SQUARE,    "tr(tril(X)^T A)",               "X",  "tril(A)"),
    (SQUARE,    "||triu(X)||_F^2",               "X",  "2 triu(X)"),
    (TALL,      "||X||_*",                       "X",  "polar(X)"),
    (TALL,      "||X||_2",                       "X",  "X v_max(X^T X) v_max(X^T X)^T / ||X||_2"),
    (TALL,      "lambda_max(X^T X)",             "X",  "2 X v_max(X^T X) v_max(X^T X)^T"),
    (TALL,      "logdet(pinv(X)^T pinv(X))",     "X",  "-2 pinv(X)^T"),
    (TALL,      "||X pinv(X) b||_2^2",           "X",  "2 (I - X pinv(X)) b b^T pinv(X)^T"),
    (SYMMETRIC, "lambda_max(X)",                 "X",  "v_max(X) v_max(X)^T"),
    (DEFINITE,  "logdet(chol(X) chol(X)^T)",     "X",  "X^-1"),
    (DEFINITE,  "sum(log(diag(chol(X))))",       "X",  "1/2 X^-1"),
]  # fmt: skip

DIFFERENTIALS = [
    # where     f                    differential
    (SQUARE,    "expm(X)",           "D_expm(X, H)"),
    (SQUARE,    "logm(X)",           "D_logm(X, H)"),
    (SQUARE,    "sqrtm(X)",          "D_sqrtm(X, H)"),
    (SQUARE,    "sinm(X)",           "D_sinm(X, H)"),
    (SQUARE,    "cosm(2 X)",         "2 D_cosm(2 X, H)"),
    (SQUARE,    "expm(X)^T",         "D_expm(X, H)^T"),
    (SQUARE,    "expm(X^2)",         "D_expm(X^2, H X + X H)"),
    (SQUARE,    "X^k",               "D_power(X, k, H)"),
    (SQUARE,    "tril(X)",           "tril(H)"),
    (TALL,      "polar(X)",          "D_polar(X, H)"),
    (TALL,      "||X||_*",           "tr(polar(X)^T H)"),
    (SYMMETRIC, "v_max(X)",          "1/2 pinv(lambda_max(X) I - X) (H + H^T) v_max(X)"),
    (DEFINITE,  "chol(X)",           "1/2 chol(X) (tril(chol(X)^-1 (H + H^T) chol(X)^-T) - (chol(X)^-1 H chol(X)^-T) .* I)"),
]  # fmt: skip

JACOBIANS = [
    # where     f             denominator layout
    (SQUARE,    "expm(X)",    "J(expm, X)"),
    (SQUARE,    "expm(X^T)",  "J(expm, X) Kmat(n, n)"),
    (SQUARE,    "logm(X)",    "J(logm, X)"),
    (SQUARE,    "sinm(X)",    "J(sinm, X)"),
    (SQUARE,    "cosm(X)",    "J(cosm, X)"),
    (SQUARE,    "sqrtm(X)",   "(kron(sqrtm(X), I(n)) + kron(I(n), sqrtm(X)^T))^-1"),
    (SQUARE,    "X^k",        "J_power(X, k)"),
    (SQUARE,    "tril(X)",    "diag(vec(tril(ones(n, n))))"),
    (TALL,      "polar(X)",   "J(polar, X)"),
]  # fmt: skip

BY_A_SCALAR = [
    # f                 derivative by t
    ("expm(t A)",       "A expm(t A)"),
    ("sinm(t A)",       "A cosm(t A)"),
    ("cosm(t A)",       "-A sinm(t A)"),
    ("sqrtm(t A)",      "1/2 A sqrtm(t A)^-1"),
    ("logm(t A)",       "I(n) / t"),
    ("expm(t A + B)",   "D_expm(t A + B, A)"),
]  # fmt: skip

# Second derivatives in closed form.
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


@pytest.mark.parametrize(("where", "f", "by", "expected"), GRADIENTS)
def test_the_gradient_is_printed_as_in_a_textbook(where: str, f: str, by: str, expected: str) -> None:
    d = matcalc.diff(f, wrt=by, where=where)
    assert str(d.gradient) == expected
    assert d.verify().ok
    assert is_true(d, d.gradient, "gradient")


@pytest.mark.parametrize(("where", "f", "expected"), DIFFERENTIALS)
def test_the_differential_is_a_function_of_the_direction(where: str, f: str, expected: str) -> None:
    d = matcalc.diff(f, wrt="X", where=where)
    assert str(d.differential) == expected
    assert d.verify().ok


@pytest.mark.parametrize(("where", "f", "expected"), JACOBIANS)
def test_the_jacobian_has_a_name_or_a_closed_form(where: str, f: str, expected: str) -> None:
    d = matcalc.diff(f, wrt="X", where=where)
    assert str(d.jacobian()) == expected
    assert is_true(d, d.jacobian(), "jacobian")
    again = matcalc.parse(str(d.jacobian()), where={**shapes(where), "k": "scalar"})
    assert again.node is d.jacobian().node


@pytest.mark.parametrize(("f", "expected"), BY_A_SCALAR)
def test_a_function_of_t_times_a_matrix_commutes_with_it(f: str, expected: str) -> None:
    d = matcalc.diff(f, wrt="t", where=SQUARE)
    assert str(d.result) == expected
    assert d.verify().ok


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


def test_the_gradient_of_a_function_of_symmetric_matrices_is_symmetric() -> None:
    """Among the G with Df(X)[H] = <G, H> for symmetric H it is the symmetric one; below a product nothing is changed."""
    d = matcalc.diff("a^T v_max(X)", wrt="X", where=SYMMETRIC)
    values, _, _ = point(d, SYMMETRIC)
    g = d.gradient.evaluate(values)
    np.testing.assert_allclose(g, g.T, atol=1e-12)
    inner = matcalc.diff("tr(A^T chol(X X^T))", wrt="X", where="X, A: n x n")
    assert inner.verify().ok


@pytest.mark.parametrize("shape", [(4, 3), (3, 4)])
def test_polar_is_the_gradient_of_the_nuclear_norm_tall_and_wide(shape: tuple[int, int]) -> None:
    x, h = np.random.default_rng(2).normal(size=(2, *shape))
    d = matcalc.diff("||X||_*", wrt="X", where=TALL)
    e = 1e-6
    norms = [np.linalg.norm(x + s * h, "nuc") for s in (e, -e)]
    values = {"X": x, "H": h}
    assert float(d.differential.evaluate(values)) == pytest.approx((norms[0] - norms[1]) / (2 * e), rel=1e-7)
    if shape[0] > shape[1]:
        closed = matcalc.parse("X sqrtm(X^T X)^-1", where="X: m x n").evaluate({"X": x})
        np.testing.assert_allclose(d.gradient.evaluate(values), closed, rtol=1e-10)


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


@pytest.mark.parametrize("name", ["expm", "logm", "sqrtm", "sinm", "cosm"])
def test_the_two_spellings_of_a_transposed_derivative_are_one(name: str) -> None:
    where = "X, H: n x n"
    left, right = (matcalc.parse(text, where) for text in (f"D_{name}(X^T, H^T)", f"D_{name}(X, H)^T"))
    assert left.node is right.node


@pytest.mark.parametrize(
    ("text",                                "expected"),
    [
        ("D_expm(2 A, 3 A)",                "3 A expm(2 A)"),
        ("D2_expm(A, A, I)",                "A expm(A)"),
        ("tr(D2_cosm(A, A, A))",            "-tr(cosm(A) A^2)"),
        ("D_power(A, k, A^-1)",             "k A^(k - 2)"),
        ("sqrtm(A) sqrtm(A)",               "A"),
        ("expm(-A) expm(A)^-1",             "expm(-A)^2"),
        ("logdet(expm(A))",                 "tr(A)"),
        ("X^T X pinv(X)",                   "X^T"),
        ("(I - X pinv(X)) X",               "zeros(m, n)"),
        ("pinv(X)^T X^T - X pinv(X)",       "zeros(m, m)"),
        ("diag(tril(A))",                   "diag(A)"),
        ("tril(A + 2 tril(A))",             "tril(A + 2 tril(A))"),
    ],
)  # fmt: skip
def test_identities_of_matrix_functions(text: str, expected: str) -> None:
    assert str(matcalc.simplify(matcalc.parse(text, "A: n x n; X: m x n; k: scalar"))) == expected


@pytest.mark.parametrize(
    ("f",                   "what",                 "said"),
    [
        ("tr(A D_expm(X, B))",   "second_differential",  "no derivative of D2_expm: it would be the third derivative of expm"),
        ("tr(A D_power(X, k, B))", "hessian",            "no derivative of D2_power: it would be the third derivative of a symbolic power"),
        ("sum(J(expm, X))",      "gradient",             "the gradient through J2_expm has no matrix notation here"),
        ("tr(A D_polar(X, B))",  "second_differential",  "no derivative of D2_polar: it would be the third derivative of polar"),
    ],
)  # fmt: skip
def test_what_does_not_close_says_why(f: str, what: str, said: str) -> None:
    with pytest.raises(UnsupportedError, match=said):
        getattr(matcalc.diff(f, wrt="X", where=SQUARE), what)


def test_the_conditions_say_that_the_eigenvalue_is_simple() -> None:
    assert matcalc.diff("lambda_max(X)", wrt="X", where=SYMMETRIC).conditions == ("X with a simple largest eigenvalue",)
    assert matcalc.diff("||X||_2", wrt="X", where=TALL).conditions == (
        "X with a simple largest singular value",
        "X != 0",
    )


def test_latex() -> None:
    d = matcalc.diff("expm(X)", wrt="X", where=SQUARE)
    assert d.jacobian().latex() == r"J_{\operatorname{expm}}(\mathbf{X})"
    curved = matcalc.diff("tr(A expm(X))", wrt="X", where=SQUARE)
    assert (
        r"D^{2}\operatorname{expm}\left(\mathbf{X}\right)\left[\mathbf{H}, \mathbf{K}\right]"
        in curved.second_differential.latex()
    )
    assert r"DJ_{\operatorname{expm}}\left(\mathbf{X}\right)\left[\mathbf{A}\right]" in curved.hessian.latex()
    power = matcalc.diff("X^k", wrt="X", where=SQUARE).differential.latex()
    assert power == r"\left(\sum_{r=0}^{k - 1} \mathbf{X}^{r} \mathbf{H} \mathbf{X}^{k - 1 - r}\right)"


# ---- points


def shapes(where: str) -> dict[str, str]:
    return {
        name.strip(): shape
        for part in where.split(";")
        for names, shape in [part.split(":")]
        for name in names.split(",")
    }


def point(d: matcalc.Derivative, where: str) -> tuple[dict[str, Array], Array, Array]:
    """Values of the variables of f and two directions; symmetric where X is declared to be so."""
    rng = np.random.default_rng(5)
    sizes = {"m": 4, "n": 3}
    values: dict[str, Array] = {}
    for name, shape in d.shapes.items():
        values[name] = rng.normal(size=[sizes[str(side)] for side in shape])
    x = values["X"]
    h, k = rng.normal(size=(2, *x.shape))
    if x.shape[0] == x.shape[1]:
        values["X"] = x = x + 4 * np.eye(3)
    if "symmetric" in where or "definite" in where:
        values["X"], h, k = x + x.T, h + h.T, k + k.T
    if "k" in values:
        values["k"] = np.array(3.0)
    return values, h, k


def is_true(d: matcalc.Derivative, claimed: matcalc.Expr, form: str) -> bool:
    declarations: Declarations = d.f.declarations
    f_typing, typing = infer(d.f.tree, declarations), infer(claimed.tree, claimed.declarations)
    report = verify(d.f.tree, f_typing, d.names[0], claimed.tree, typing, form=form, layout="denominator")
    return report.ok


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

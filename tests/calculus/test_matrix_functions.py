"""expm, logm, sqrtm, sinm, cosm, polar, chol, lambda_max, X^k, pinv: what is printed, and that it is the derivative."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc
from matcalc import UnsupportedError
from tests.calculus.matrices import DEFINITE, SQUARE, SYMMETRIC, TALL, is_true, point, shapes

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
        ("tril(A + 2 tril(A))",             "3 tril(A)"),
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

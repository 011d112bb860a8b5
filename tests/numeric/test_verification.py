"""Right derivatives are confirmed to 20 digits and more, wrong ones of every usual kind are not."""

from __future__ import annotations

import pytest

from matcalc.errors import EvaluationError
from matcalc.numeric.verification import Report, verify
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand


def verified(where: str, f: str, wrt: str, derivative: str, *, form: str, layout: str = "denominator") -> Report:
    declared = read_declarations(where)
    left, right = understand(f, declared), understand(derivative, declared)
    along = {"x": "v", "X": "H", "c": "h"}[wrt] if form == "differential" else ()
    return verify(left.tree, left.typing, wrt, right.tree, right.typing, along, form=form, layout=layout)


V = "x, v, a: n; A: m x n; b: m; B: n x n; c, h: scalar"
M = "X, H: n x n; A, B: n x n; S: n x n positive definite"
R = "X, H: m x n; A: p x m; B: n x p; k: scalar"

LINES = [
    # where  f                        by   derivative                                      form            right
    (V, "x^T B x",                    "x", "(B + B^T) x",                                  "gradient",     True),
    (V, "x^T B x",                    "x", "2 B x",                                        "gradient",     False),
    (V, "||A x - b||^2",              "x", "2 A^T (A x - b)",                              "gradient",     True),
    (V, "||A x - b||^2",              "x", "A^T (A x - b)",                                "gradient",     False),
    (V, "||A x - b||",                "x", "A^T (A x - b) / ||A x - b||",                  "gradient",     True),
    (V, "sum(log(1 + exp(A x)))",     "x", "A^T sigmoid(A x)",                             "gradient",     True),
    (V, "logsumexp(x)",               "x", "softmax(x)",                                   "gradient",     True),
    (V, "||x||_1 + max(x)",           "x", "sign(x) + onehot_max(x)",                      "gradient",     True),
    (V, "sum(arcsin(x))",             "x", "1 ./ sqrt(1 - x.^2)",                          "gradient",     True),
    (V, "sum(log(x))",                "x", "1 ./ x",                                       "gradient",     True),
    (V, "b^T b",                      "x", "zeros(n)",                                     "gradient",     True),
    (V, "b^T b",                      "x", "1e-8 x",                                       "gradient",     False),
    (V, "x / ||x||",                  "x", "v / ||x|| - x x^T v / ||x||^3",                "differential", True),
    (V, "softmax(x)",                 "x", "softmax(x) .* v - softmax(x) softmax(x)^T v",  "differential", True),
    (V, "x^T",                        "x", "v^T",                                          "differential", True),
    (V, "c^3 x",                      "c", "3 c^2 h x",                                    "differential", True),
    (V, "A x",                        "x", "A^T",                                          "jacobian",     True),
    (V, "A x",                        "x", "A",                                            "numerator",    True),
    (V, "x .* x",                     "x", "2 diag(x)",                                    "jacobian",     True),
    (V, "x .* x",                     "x", "2 x x^T",                                      "jacobian",     False),
    (M, "logdet(X)",                  "X", "X^-T",                                         "gradient",     True),
    (M, "logdet(X)",                  "X", "X^-1",                                         "gradient",     False),
    (M, "det(X)",                     "X", "cof(X)",                                       "gradient",     True),
    (M, "log(det(X))",                "X", "X^-T",                                         "gradient",     True),
    (M, "tr(X^3)",                    "X", "3 (X^2)^T",                                    "gradient",     True),
    (M, "tr(expm(X))",                "X", "expm(X)^T",                                    "gradient",     True),
    (M, "tr(logm(X))",                "X", "X^-T",                                         "gradient",     True),
    (M, "tr(sqrtm(X))",               "X", "1/2 sqrtm(X)^-T",                              "gradient",     True),
    (M, "expm(X)",                    "X", "D_expm(X, H)",                                 "differential", True),
    (M, "expm(X)",                    "X", "expm(X) H",                                    "differential", False),
    (M, "X^-1",                       "X", "-X^-1 H X^-1",                                 "differential", True),
    (M, "A X B",                      "X", "B^T ⊗ A",                                      "numerator",    True),
    (M, "A X B",                      "X", "A ⊗ B^T",                                      "numerator",    False),
    (M, "A X B",                      "X", "B ⊗ A^T",                                      "jacobian",     True),
    (R, "X^T",                        "X", "Kmat(m,n)",                                    "numerator",    True),
    (R, "X^T",                        "X", "Kmat(n,m)",                                    "numerator",    False),
    (R, "logdet(X^T X)",              "X", "2 X (X^T X)^-1",                               "gradient",     True),
    (R, "det(A X B)",                 "X", "det(A X B) (B (A X B)^-1 A)^T",                "gradient",     True),
    (R, "tr(X^T X)",                  "X", "2 (X X^T)^-1 X X^T X",                         "gradient",     True),
    (V, "x^T x",                      "x", "2 (x x^T)^-1 x",                               "gradient",     False),
    (R, "||X||_*^2",                  "X", "2 ||X||_* pinv(X)^T",                          "gradient",     False),
    (R, "tr((X B A)^k)",              "X", "k ((X B A)^(k-1))^T (B A)^T",                  "gradient",     True),
    (R, "pinv(A X B)[1,1]",           "X", "zeros(m,n)",                                   "gradient",     False),
]  # fmt: skip


@pytest.mark.parametrize(("where", "f", "wrt", "derivative", "form", "right"), LINES)
def test_a_derivative_is_told_from_a_wrong_one(
    where: str, f: str, wrt: str, derivative: str, form: str, right: bool
) -> None:
    layout = "numerator" if form == "numerator" else "denominator"
    report = verified(where, f, wrt, derivative, form="jacobian" if form == "numerator" else form, layout=layout)
    assert report.ok is bool(report) is right
    assert report.digits >= 28 if right else report.digits < 20


def test_functions_of_symmetric_matrices_move_symmetrically() -> None:
    """chol(X)[1,1] = sqrt(X[1,1]); D chol(X)[H] = L Phi(L^-1 H L^-T), here in the first entry."""
    report = verified(
        "X: n x n positive definite; H: n x n", "chol(X)[1,1]", "X", "H[1,1] / (2 sqrt(X[1,1]))", form="differential"
    )
    assert report.ok


def test_the_unconstrained_gradient_is_asked_for_even_where_x_is_symmetric() -> None:
    """tr(A X) has the gradient A^T; its symmetric part is another gradient."""
    where = "X: n x n symmetric; A: n x n"
    assert verified(where, "tr(A X)", "X", "A^T", form="gradient").ok
    assert not verified(where, "tr(A X)", "X", "1/2 (A + A^T)", form="gradient").ok


def test_several_variables_move_together() -> None:
    """D(A x)[dA, dx] = dA x + A dx."""
    declared = read_declarations("A, dA: m x n; x, dx: n")
    f, derivative = understand("A x", declared), understand("dA x + A dx", declared)
    assert verify(f.tree, f.typing, ["A", "x"], derivative.tree, derivative.typing, ["dA", "dx"]).ok


def test_the_point_is_where_it_fails() -> None:
    """Numbers and lists that evaluate takes: the counterexample of a claim."""
    report = verified("x: n", "x^T x", "x", "x", form="gradient")
    assert not report.ok
    x = report.point["x"]
    assert isinstance(x, list)
    assert all(isinstance(entry, float) for entry in x)


def test_a_function_that_is_nowhere_real_has_no_point() -> None:
    with pytest.raises(EvaluationError) as caught:
        verified("x: n", "log(-x^T x)", "x", "x", form="gradient")
    assert str(caught.value) == (
        "no point to verify at: it is not real there\nhint: declare where f is defined: positive, invertible"
    )


def test_the_same_report_from_the_same_seed() -> None:
    one, two = (verified("x: n", "x^T x", "x", "2 x", form="gradient") for _ in range(2))
    assert one == two

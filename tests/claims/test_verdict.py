"""How a claim is read, how a right one is known to be right, and what a verdict prints."""

from __future__ import annotations

import pytest

from matcalc import ShapeError, UnknownNameError, check, parse

READ = [
    # f              wrt  claim                        form            layout
    ("x^T A x",      "x", "(A + A^T) x",               "gradient",     None),
    ("x^T A x",      "x", "A + A^T",                   "hessian",      None),
    ("x^T A x",      "x", "v^T A x + x^T A v",         "differential", None),
    ("x^T A x",      "x", "dx^T A x + x^T A dx",       "differential", None),
    ("x^T A x",      "x", "((A + A^T) x)[k]",          "partial",      None),
    ("u^T X v",      "X", "u[i] v[j]",                 "partial",      None),
    ("u^T X v",      "X", "u[2] v[1]",                 "partial",      None),
    ("A x",          "x", "A[i,j]",                    "partial",      None),
    ("A X B",        "X", "A[k,i] B[j,l]",             "partial",      None),
    ("X^-1",         "X", "-(X^-1)[k,i] (X^-1)[j,l]",  "partial",      None),
    ("x[1]^2 x[2]",  "x", "x[1]^2",                    "partial",      None),
    ("h(x)",         "x", "D(h, x)[v]",                "differential", None),
    ("tr(X)",        "X", "I",                         "gradient",     None),
    ("tr(A)",        "X", "0",                         "gradient",     None),
    ("A x",          "x", "A^T",                       "jacobian",     "denominator"),
    ("A x",          "x", "A",                         "jacobian",     "numerator"),
    ("x .* y",       "x", "diag(y)",                   "jacobian",     "denominator"),
    ("A X B",        "X", "A dX B",                    "differential", None),
    ("A X B",        "X", "A H B",                     "differential", None),
    ("A X B",        "X", "B^T ⊗ A",                   "jacobian",     "numerator"),
    ("A X B",        "X", "B ⊗ A^T",                   "jacobian",     "denominator"),
    ("tr(X^T X)",    "X", "2 I(m*n)",                  "hessian",      None),
    ("expm(t A)",    "t", "A expm(t A)",               "jacobian",     None),
    ("t x",          "t", "x",                         "jacobian",     "numerator"),
    ("g(x)^T g(x)",  "x", "2 J(g, x) g(x)",            "gradient",     None),
    ("sum(phi(x))",  "x", "D(phi, x)[ones(n)]",        "gradient",     None),
]  # fmt: skip

WHERE = {
    "tr(A)": "X: m x n",
    "t": "t: scalar",
    "g": "g: R^n -> R^m; x: n",
    "h": "h: R^n -> R^m; x: n",
    "phi": "phi: elementwise; x: n",
}


@pytest.mark.parametrize(("f", "wrt", "claim", "form", "layout"), READ)
def test_the_form_is_found_from_the_shape_and_the_names(
    f: str, wrt: str, claim: str, form: str, layout: str | None
) -> None:
    where = next((text for name, text in WHERE.items() if f == name or wrt == name or f"{name}(x)" in f), None)
    verdict = check(f, wrt, claim, where)
    assert verdict.right, verdict
    assert (verdict.form, verdict.layout) == (form, layout)


ENTRIES = [
    # f               wrt  claim                                         where                      form
    ("x[1]^2 + x[2]",  "x", "2 x[1] e(1,n) + e(2,n)",                     "x: n",                    "gradient"),
    ("x[1]^2 + x[2]",  "x", "2 x[1]",                                     "x: n",                    "partial"),
    ("A[1,2] w^T q",   "w", "A[1,2] q",                                   "A: 3 x 3; w, q: 3",       "gradient"),
    ("A[1,2] w^T q",   "w", "A[1,2] q[3]",                                "A: 3 x 3; w, q: 3",       "partial"),
    ("A[i,j] w^T q",   "w", "A[i,j] q",                                   "A: n x n",                "gradient"),
    ("A[i,j] w^T q",   "w", "A[i,j] q[k]",                                "A: n x n",                "partial"),
    ("(u u^T) e(2,k)", "u", "u[2] I + e(2,k) u^T",                        "u: k",                    "jacobian"),
    ("(u u^T) e(2,k)", "u", "u[2] I(k) + u e(2,k)^T",                     "u: k",                    "jacobian"),
    ("(u u^T) e(2,k)", "u", "u[2] e(2,k) + u",                            "u: k",                    "partial"),
    ("x[1] x^T x",     "x", "2 x[1] I + 2 e(1,n) x^T + 2 x e(1,n)^T",     "x: n",                    "hessian"),
    ("x[1] x",         "x", "x[1] dx + dx[1] x",                          "x: n",                    "differential"),
    ("tr(A X) X[1,2]", "X", "X[1,2] A^T + tr(A X) unit(1,2,n,n)",         "X: n x n",                "gradient"),
    ("A[1,2] t^2",     "t", "2 A[1,2] t",                                 "A: n x n; t: scalar",     "gradient"),
    ("softmax_cols(A)[1,2] (w^T q)", "w", "softmax_cols(A)[1,2] q",       "A: 3 x 3; w, q: 3",       "gradient"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "claim", "where", "form"), ENTRIES)
def test_a_claim_with_entries_is_what_its_shape_says(f: str, wrt: str, claim: str, where: str, form: str) -> None:
    """2 x[1] e(1,n) is a gradient, 2 x[1] one of its entries: both are right, and each says what it is."""
    verdict = check(f, wrt, claim, where)
    assert verdict.right, verdict
    assert verdict.form == form


WRONG_ENTRIES = [
    # f               wrt  claim                       where                diagnosis
    ("x[1]^2 + x[2]", "x", "2 x[1] e(1,n) - e(2,n)",   "x: n",              "the term -e(2, n) has the wrong sign"),
    ("A[1,2] w^T q",  "w", "2 A[1,2] q",               "A: 3 x 3; w, q: 3", "a factor 2 is too much"),
    ("A[1,2] w^T q",  "w", "2 A[1,2] q[1]",            "A: 3 x 3; w, q: 3", "a factor 2 is too much"),
    ("u^T X v",       "X", "u[2] v",                   "X: m x n",          "not conformable: this is a column of n, and the gradient is m x n"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "claim", "where", "diagnosis"), WRONG_ENTRIES)
def test_a_wrong_claim_with_entries_is_diagnosed_as_what_its_shape_says(
    f: str, wrt: str, claim: str, where: str, diagnosis: str
) -> None:
    verdict = check(f, wrt, claim, where)
    assert not verdict.right
    assert verdict.diagnosis == diagnosis


def test_a_layout_that_is_asked_for_is_the_only_one() -> None:
    verdict = check("A x", "x", "A", layout="denominator")
    assert verdict.diagnosis == "transposed: this is the Jacobian in numerator layout, not in denominator layout"
    assert check("A x", "x", "A", layout="numerator").right


def test_the_direction_may_have_any_name_that_is_said() -> None:
    assert check("A X B", "X", "A E B", direction="E").form == "differential"


def test_a_partial_derivative_may_say_by_which_entry() -> None:
    assert check("u^T X v", "X", "u[i] v[j]", at="i,j").right
    turned = check("u^T X v", "X", "u[i] v[j]", at="j,i")
    assert turned.diagnosis == "transposed: the indices i and j should change places"
    with pytest.raises(ShapeError, match="2 indices, and 1 given"):
        check("u^T X v", "X", "u[i] v[j]", at="i")


def test_an_entry_of_a_jacobian_may_be_said_in_numbers() -> None:
    assert check("A x", "x", "A[1,2]").right
    assert check("A x", "x", "A[2,1]", at="1").right
    assert not check("A x", "x", "A[2,1]", at="2").right


def test_an_entry_is_written_in_brackets() -> None:
    with pytest.raises(UnknownNameError) as refused:
        check("u^T X v", "X", "u_i v_j")
    assert str(refused.value) == "the claim has 'u_i', which f does not have\nhint: write u[i] for an entry of u"
    with pytest.raises(UnknownNameError, match="hint: write X\\[i,j\\] for an entry of X"):
        check("tr(X^T X)", "X", "2 X_ij")


def test_the_true_partial_derivative_is_written_in_entries() -> None:
    assert str(check("X^T X", "X", "X[i,k] I(n)[j,l]").correct) == "(I(n))[j,l] X[i,k] + (I(n))[j,k] X[i,l]"
    assert str(check("x^T A x", "x", "x[i]").correct) == "(A x)[i] + (A^T x)[i]"


def test_a_value_that_the_claim_gives_a_name_is_no_direction() -> None:
    assert check("||A x - b||_2^2", "x", "2 A^T u where u = A x - b").form == "gradient"


def test_a_claim_may_be_an_expression() -> None:
    f = parse("x^T A x")
    assert check(f, "x", (parse("A + A^T", where="A: n x n") @ parse("x"))).right


HOW = [
    ("x^T A x",            "x", "A^T x + A x",                     "equal by normal form"),
    ("tr(A X^-1 B)",       "X", "-(X^-1 B A X^-1)^T",              "equal by normal form"),
    ("sum(sigmoid(x))",    "x", "1/4 (1 - tanh(x/2).^2)",          "equal to 50 digits at 3 random points"),
    ("||A||_*",            "A", "A sqrtm(A^T A)^-1",               "equal to 50 digits at 3 random points where it has a value"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "claim", "how"), HOW)
def test_a_right_claim_says_how_it_is_known(f: str, wrt: str, claim: str, how: str) -> None:
    assert check(f, wrt, claim).how == how


SMALL = [
    # f                                 claim
    ("exp(-1000 c^2)",                  "0"),
    ("exp(-1000 c^2)",                  "-1000 c exp(-1000 c^2)"),
    ("exp(-1000 c^2) + c",              "1"),
    ("exp(-10^8 c^2) + c",              "1"),
    ("exp(-(c - 100)^2)",               "0"),
    ("tanh(500 c) + c",                 "1"),
    ("softplus(c + 2000)",              "1"),
    ("sigmoid(c - 1000)",               "0"),
    ("sigmoid(c - 1000)",               "sigmoid(c - 1000)"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "claim"), SMALL)
def test_a_derivative_that_is_small_where_it_is_looked_at_is_not_0(f: str, claim: str) -> None:
    assert not check(f, "c", claim, "c: scalar").right


@pytest.mark.parametrize(
    ("f",                         "claim"),
    [
        ("exp(-1000 c^2)",        "-2000 c / exp(500 c^2)^2"),
        ("sigmoid(c - 1000)",     "1/4 (1 - tanh(c/2 - 500)^2)"),
        ("sin(c)^2 + cos(c)^2",   "sin(2 c) - 2 sin(c) cos(c)"),
        ("10^400 c",              "10^400"),
    ],
)  # fmt: skip
def test_what_is_0_but_for_rounding_is_0_and_what_is_small_is_compared_as_it_is(f: str, claim: str) -> None:
    assert check(f, "c", claim, "c: scalar").right


def test_the_names_of_dimensions_in_the_claim_are_those_of_f() -> None:
    assert check("sum(A x)", "x", "A^T ones(k)").right


def test_a_wrong_claim_is_wrong_though_no_counterexample_has_50_digits() -> None:
    """X^-1 dX is D logm(X)[dX] where X and dX commute; at small integers logm has too few eigenvectors for 50 digits."""
    verdict = check("logm(X)", "X", "X^-1 dX")
    assert (verdict.right, verdict.diagnosis) == (False, "right only if X and dX commute")


def test_a_wrong_verdict_is_printed_with_the_right_formula_and_a_counterexample() -> None:
    assert str(check("x^T A x", "x", "2 A x")).splitlines() == [
        "wrong: right only if A is symmetric",
        "the gradient is (A + A^T) x",
        "for example x = [1, 1], A = [[0, -1], [2, 0]]: claimed [-2, 4], true [1, 1]",
    ]


def test_a_right_verdict_is_one_line() -> None:
    assert str(check("A x", "x", "A")) == "right: the Jacobian in numerator layout, equal by normal form"

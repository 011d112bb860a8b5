"""What people get wrong, and what is said to them: exact texts.

Most claims are those of askers (a factor 2 lost, wrong signs, transposes missing, A^-2 for A^-1 . A^-1, products that
are not conformable, symmetry unstated) and misprints of textbooks.
"""

from __future__ import annotations

import pytest

from matcalc import MatcalcError, NotScalarError, SyntaxProblem, UnknownNameError, UnsupportedError, check

WRONG = [
    # f                      wrt  claim                              diagnosis
    # ---- the whole: factor, sign, transpose
    ("||A x - b||_2^2",      "x", "A^T (A x - b)",                   "a factor 2 is missing"),
    ("1/2 ||A x - b||_2^2",  "x", "2 A^T (A x - b)",                 "a factor 2 is too much"),
    ("1/2 ||A x - b||_2^2",  "x", "A^T (b - A x)",                   "the sign is wrong"),
    ("||b - A x||_2^2",      "x", "-A^T (A x - b)",                  "the sign is wrong, and a factor 2 is missing"),
    ("x^T x x^T x",          "x", "6 x^T x x",                       "a factor 2/3 is missing"),
    ("||X||_F",              "X", "X",                               "a factor ||X||_F is too much"),
    ("logdet(X)",            "X", "det(X) X^-T",                     "a factor det(X) is too much"),
    ("det(X)",               "X", "X^-T",                            "a factor det(X) is missing"),
    ("mean(x)",              "x", "ones(n)",                         "a factor n is too much"),
    ("logdet(X)",            "X", "X^-1",                            "transposed: the gradient is the transpose of this"),
    ("tr(X^3)",              "X", "3 X^2",                           "transposed: the gradient is the transpose of this"),
    ("u^T X v",              "X", "v u^T",                           "transposed: the gradient has the shape of X, n x m"),
    ("x^T x",                "x", "2 x^T",                           "transposed: the gradient has the shape of x, a column of n"),
    ("u^T X v",              "X", "v[i] u[j]",                       "transposed: the indices i and j should change places"),
    # ---- one factor
    ("a^T X^-1 b",           "X", "-X^-1 a b^T X^-1",                "X should be X^T everywhere"),
    ("tr(A X B C)",          "X", "A C^T B^T",                       "not conformable: cannot multiply A (m x n) by C^T (m x q): n is not m; A should be A^T"),
    ("tr((X X^T)^-1)",       "X", "-2 (X X^T)^-1 X",                 "(X X^T)^-1 should be (X X^T)^-2"),
    ("tr(A X^2)",            "X", "A^T X^T + A^T X^T",               "right only if A and X commute"),
    ("x .* y",               "x", "diag(x)",                         "x should be y"),
    ("sum(sin(A x))",        "x", "A^T sin(A x)",                    "sin(A x) should be its derivative cos(A x)"),
    # ---- one term
    ("||A x + b||_2^2",      "x", "2 A^T (A x - b)",                 "the term -2 A^T b has the wrong sign"),
    ("tr(A X B X^T)",        "X", "A X B",                           "the term A^T X B^T is missing"),
    ("x^T A x + b^T x",      "x", "A x + A^T x",                     "the term b is missing"),
    ("x^T A x",              "x", "A x + A^T x - x",                 "the term -x is too much"),
    ("||A X - B||_F^2",      "X", "A^T A X - 2 A^T B",               "the term A^T A X should be 2 A^T A X"),
    ("softmax(x)",           "x", "diag(softmax(x))",                "the term -softmax(x) softmax(x)^T is missing"),
    ("x^T A x + b^T x",      "x", "A x + 2 b",                       "the term 2 b should be b and the term A^T x is missing"),
    ("tr((X + A)^-1)",       "X", "-(X^-1 (X + A)^-1)^T",            "X^-1 should be (A + X)^-1"),
    # ---- a condition unstated
    ("x^T A x",              "x", "2 A x",                           "right only if A is symmetric"),
    ("tr(X^T A X B)",        "X", "2 A X B",                         "right only if A and B are symmetric"),
    ("X^-1",                 "X", "-X^-2 H",                         "right only if X and H commute"),
    ("tr(A logm(X))",        "X", "X^-1 A",                          "transposed, and then right only if A and X commute"),
    ("tr(A X^-1)",           "X", "-X^-2 A",                         "transposed, and then right only if A and X commute"),
    ("||x||_1",              "x", "ones(n)",                         "right only if the entries of x are positive"),
    # ---- a convention
    ("logdet(X)",            "X", "2 X^-1 - X^-1 .* I",              "right in another convention: X symmetric, its entries on and below the diagonal independent (structure='independent')"),
    ("A X B",                "X", "A ⊗ B^T",                         "right in another convention: vec stacks rows, not columns"),
    # ---- shapes
    ("||A x - b||_2^2",      "x", "2 A (A x - b)",                   "not conformable: cannot multiply 2 A (m x n) by A x - b (m): n is not m; A should be A^T"),
    ("||X A - B||_F^2",      "X", "2 A^T (X A - B)",                 "not conformable: cannot multiply 2 A^T (p x n) by X A - B (m x p): n is not m; A^T and (X A - B) should change places"),
    ("tr(A X B)",            "X", "A B",                             "not conformable: cannot multiply A (m x n) by B (p x m): n is not p; A should be A^T and B B^T"),
    ("x^T A x",              "x", "x^T A + A x",                     "not conformable: cannot add x^T A (1 x n) and A x (n); (x^T A) should be (x^T A)^T"),
    ("x^T A x",              "x", "A^T x + A",                       "not conformable: cannot add A^T x (n) and A (n x n)"),
    ("sum(sin(A x))",        "x", "cos(A x)",                        "not conformable: this is a column of m, and the gradient is a column of n; a factor A^T is missing: cos(A x) should be A^T cos(A x)"),
    ("(a^T x)^2",            "x", "2 a^T x",                         "not conformable: this is a scalar, and the gradient is a column of n; a factor a is missing: 2 a^T x should be 2 a^T x a"),
    ("x .* x",               "x", "2 x",                             "not conformable: this is a column of n, and the Jacobian in denominator layout is n x n; diag is missing: it is the matrix with this diagonal"),
    ("tr(X^T X)",            "X", "2 tr(X)",                         "not conformable: tr needs a square matrix, not X (m x n): m is not n; right only in one dimension (m = n = 1)"),
    # ---- none of these
    ("x^T A x",              "x", "exp(x)",                          "it is another function; no single correction that was tried makes it right"),
    ("||A x||_2^2",          "x", "(x x^T)^-1 x",                    "it has no value: a matrix that is inverted is singular, or a function is not defined there"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "claim", "diagnosis"), WRONG)
def test_what_is_wrong(f: str, wrt: str, claim: str, diagnosis: str) -> None:
    verdict = check(f, wrt, claim)
    assert not verdict.right
    assert verdict.diagnosis == diagnosis


def test_a_misprint_of_the_matrix_cookbook() -> None:
    """Eq. 127 holds for a symmetric A only, which is not printed."""
    f = "tr((A + X^T C X)^-1 (X^T B X))"
    printed = "-2 C X (A + X^T C X)^-1 X^T B X (A + X^T C X)^-1 + 2 B X (A + X^T C X)^-1"
    verdict = check(f, "X", printed, where="C: m x m positive definite; B: m x m symmetric; A: n x n invertible")
    assert verdict.diagnosis == "right only if A is symmetric"


def test_a_condition_that_is_stated_makes_it_right() -> None:
    assert check("x^T A x", "x", "2 A x", where="A: n x n symmetric").right
    assert check("||x||_1", "x", "ones(n)", where="x: n positive").right


def test_a_structure_that_is_stated_makes_it_right() -> None:
    claim = "2 X^-1 - X^-1 .* I"
    assert check("logdet(X)", "X", claim, where="X: n x n symmetric", structure="independent").right
    other = check("logdet(X)", "X", "X^-1", where="X: n x n symmetric", structure="independent")
    assert other.diagnosis == "this is the unconstrained gradient, of an X whose entries all move"


KINKED = [
    # equal on one side of a kink only
    ("max(0, w^T x + b)",       "w", "step(w^T x) x",                              "b: scalar"),
    ("(y - max(0, a^T x))^2",   "x", "-2 y step(a^T x) a",                         "y: scalar"),
    ("||x||_1",                 "x", "step(x)",                                    ""),
    ("max(x)",                  "x", "x / max(x)",                                 ""),
    ("sqrt(c^2)",               "c", "1",                                          "c: scalar"),
    ("abs(c)^3",                "c", "3 c^2",                                      "c: scalar"),
    ("max(0, w^T x + b)",       "b", "step(w^T x + b)^-1",                         "b: scalar"),
    # the kink is far away
    ("sum(relu(x - 40))",       "x", "zeros(n)",                                   "x: n"),
    ("sum(min(x, 6))",          "x", "ones(n)",                                    "x: n"),
    ("sum(max(x, 10))",         "x", "zeros(n)",                                   "x: n positive"),
    ("abs(c - 1000)",           "c", "-1",                                         "c: scalar"),
    ("max(x^T x, 200)",         "x", "zeros(n)",                                   "x: n"),
    ("sum(relu(x/100 - 1))",    "x", "zeros(n)",                                   "x: n"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "claim", "where"), KINKED)
def test_never_right_on_one_side_of_a_kink_only(f: str, wrt: str, claim: str, where: str) -> None:
    assert not check(f, wrt, claim, where or None).right


def test_never_right_for_some_indices_only() -> None:
    """d (X A)_ij / d X_kl is A_lj where k = i; A_jl is the same where l = j."""
    where = "X: m x n; A: n x n"
    assert check("(X A)[i,j]", "X", "I(m)[i,k] A[l,j]", where, form="partial").right
    assert not check("(X A)[i,j]", "X", "I(m)[i,k] A[j,l]", where, form="partial").right


def test_where_the_truth_is_0_no_correction_is_believed() -> None:
    """step(s)^2 = step(s): at points with s < 0 both are 0, and everything would be a correction."""
    verdict = check("max(0, w^T x + b)", "w", "-step(w^T x + b) x", where="b: scalar")
    assert verdict.diagnosis == "the sign is wrong"


REFUSED = [
    ("x^T A x", "2 A +",  SyntaxProblem,    "an operand is missing after '+'"),
    ("x^T A x", "2 A Bx", UnknownNameError, "no name 'Bx' is declared"),
    ("x^T A x", "2 A y",  UnknownNameError, "the claim has 'y', which f does not have"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "claim", "error", "message"), REFUSED)
def test_what_cannot_be_read_is_an_error(f: str, claim: str, error: type[MatcalcError], message: str) -> None:
    with pytest.raises(error) as refused:
        check(f, "x", claim)
    assert refused.value.message == message


def test_a_form_that_f_does_not_have_is_an_error() -> None:
    with pytest.raises(NotScalarError):
        check("A x", "x", "A^T", form="gradient")
    with pytest.raises(UnsupportedError, match="not 'slope'"):
        check("A x", "x", "A^T", form="slope")
    with pytest.raises(UnsupportedError, match="by one variable"):
        check("x^T y", "x,y", "x")


CROSSED = [
    # claims that once ended in a traceback
    ("x^T A x",    "x", "((A + A^T) x) - (a)^T",           None,                      UnknownNameError),
    ("X^-1",       "X", "(-X^-1 H X^-1) - (x)^T",          None,                      UnknownNameError),
    ("tr(X^5)",    "X", "(5 (X^4)^T) .* (I(m n))",         {"X": "m x m"},            None),
    ("x A + B",    "x", "A .* A[1,2]",                     "x: scalar; A, B: m x n",  None),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "claim", "where", "error"), CROSSED)
def test_what_no_claim_says_is_no_crash(
    f: str, wrt: str, claim: str, where: object, error: type[MatcalcError] | None
) -> None:
    if error is None:
        assert not check(f, wrt, claim, where).right  # type: ignore[arg-type]
    else:
        with pytest.raises(error):
            check(f, wrt, claim, where)  # type: ignore[arg-type]


def test_an_entry_of_a_derivative_by_a_scalar() -> None:
    assert check("x A + B", "x", "A[1,2]", "x: scalar; A, B: m x n").right
    assert not check("x A + B", "x", "B[1,2]", "x: scalar; A, B: m x n").right


BOUNDED = [
    # f                  claim        where x is bounded one side of the kink is out of reach: that is no reason
    ("sum(relu(1 + x))", "ones(n)",   {"x": [-2]}),
    ("sum(abs(1 + x))",  "ones(n)",   {"x": [-2]}),
    ("sum(max(x, 2))",   "zeros(n)",  {"x": [3]}),
]  # fmt: skip


@pytest.mark.parametrize(("f", "claim", "values"), BOUNDED)
def test_right_only_if_is_not_said_of_what_hides_one_side_of_a_kink(
    f: str, claim: str, values: dict[str, list[int]]
) -> None:
    """||x|| = 1 leaves 1 + x > 0 only, so relu(1 + x) = 1 + x there: the claim is right for other x too, and wrong beyond the kink."""
    verdict = check(f, "x", claim, where="x: n")
    assert not verdict.right
    assert "right only if" not in verdict.diagnosis
    assert verdict.counterexample is not None
    assert verdict.counterexample.values == values


def test_right_only_if_the_entries_are_positive_is_said_of_the_kink_itself() -> None:
    assert (
        check("sum(relu(2 x))", "x", "2 ones(n)", where="x: n").diagnosis
        == check("2 sum(abs(x))", "x", "2 ones(n)", where="x: n").diagnosis
        == check("sum(relu(x))", "x", "ones(n)", where="x: n").diagnosis
        == "right only if the entries of x are positive"
    )

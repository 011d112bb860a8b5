"""Scalars in front: a x + b x = (a + b) x where a + b is shorter, and c (x/c + y) = x + c y."""

from __future__ import annotations

import pytest

from matcalc import diff, parse, simplify

WHERE = "a, b, c, q, nu, s: scalar positive; x, y, m: n; A, B: n x n; S: n x n symmetric invertible"

ADDED_UP = [
    # terms that are multiples of one body                what they are together
    ("(a + 1) x - x",                                      "a x"),
    ("a (b + 1) x - a x",                                  "a b x"),
    ("x + ones(n) - (log(a) + 1) ones(n)",                 "x - log(a)"),
    ("A - (a + 1) A + B",                                  "B - a A"),
    ("(x^T x + 1) A - A",                                  "x^T x A"),
    ("(a + b) (a - b) x - a^2 x",                          "-b^2 x"),
    ("a/(a + 1) x + 1/(a + 1) x",                          "x"),
    ("(a/b + 1) A x - a/b A x",                            "A x"),
]  # fmt: skip

CLEARED = [
    # a divisor inside a factor                            met by one outside
    ("x / (nu (q/nu + 1))",                                "x/(nu + q)"),
    ("a (x/a + y)",                                        "a y + x"),
    ("x ./ (a (y.^2/a + 1))",                              "x ./ (y.^2 + a)"),
    ("x / (a (q/a + 1)^2)",                                "a x / (a + q)^2"),
    ("(a^2/b^2 + 1)^-1 / b^2",                             "1/(a^2 + b^2)"),
    ("a/(1 + a/b)",                                        "a b / (a + b)"),
    ("(1 + a/b)/(1 + c/b)",                                "(a + b) / (b + c)"),
    ("(x/a - b/a^2 y) / (q/a + 1)",                        "(x - b y / a) / (a + q)"),
    ("(1/a A - b/a^2 B) x / (q/a + 1)",                    "(A - b B / a) x / (a + q)"),
    # a bracket and its multiple in one sum
    ("a x/(b/c + 1)^2 + c y/(b + c)",                      "c (a c x / (b + c)^2 + y/(b + c))"),
    ("2 nu x x^T/(x^T x + nu)^2 - I/(x^T x/nu + 1)",       "nu (2 x x^T / (x^T x + nu)^2 - I / (x^T x + nu))"),
    ("2 x ./ (x.^2/c + 1) - 2 c x.^3 ./ (x.^2 + c).^2",    "2 c^2 (x ./ (x.^2 + c).^2)"),
    # one in front meets one far below
    ("A^T (S/s + I)^-1 A / s",                             "A^T (S + s I)^-1 A"),
    ("A^T (1/(a nu) S + I)^-1 A / (a nu)",                 "A^T (S + a nu I)^-1 A"),
    ("diag(A^T (S/s + I)^-1 A) / s",                       "diag(A^T (S + s I)^-1 A)"),
    ("A^T (x ./ (y.^2/a^2 + 1)) / a^2",                    "A^T (x ./ (y.^2 + a^2))"),
    ("A diag((1 - x.^2/a) ./ (x.^2/a + 1).^2) / a",        "A diag((a - x.^2) ./ (x.^2 + a).^2)"),
    ("tr(A (S/s + I)^-2) / s^2",                           "tr(A (S + s I)^-2)"),
]  # fmt: skip

KEPT = [
    "x/(q/nu + 1)",  # nu x / (nu + q) is as long
    "A (S / s + I)^-1 A",  # s A (S + s I)^-1 A is as long
    "(x - sum(x) / n) / (n sqrt(x^T x / n + a))",  # a root keeps its divisor
    "(x^T x / nu + 1)^(-a/2 - 1/2)",  # no integer: nu could be negative
    "x - (a + b) x",
    "a x + b x + y",
]


@pytest.mark.parametrize(("given", "expected"), ADDED_UP + CLEARED)
def test_what_is_shorter_is_taken(given: str, expected: str) -> None:
    assert str(simplify(parse(given, WHERE))) == expected


@pytest.mark.parametrize("given", KEPT)
def test_what_is_not_shorter_is_left(given: str) -> None:
    before = parse(given, WHERE)
    assert simplify(before).node.weight <= before.node.weight
    assert "a b" not in str(simplify(before)), "nothing is brought over one divisor"


GRADIENTS = [
    # f                                                    by   gradient
    ("-(nu + q)/2*log(1 + (x - m)^T S^-1 (x - m)/nu)",     "x", "(nu + q) S^-1 (m - x) / ((x - m)^T S^-1 (x - m) + nu)"),
    ("sum(log(1 + x.^2/a))",                               "x", "2 x ./ (x.^2 + a)"),
    ("log(1 + (x^T y)^2/(x^T S x + a))",                   "x", "2 x^T y (y - x^T y S x / (x^T S x + a)) / ((x^T y)^2 + x^T S x + a)"),
    ("(x - y)^T (x - y) / (1 + (x - y)^T (x - y))",        "x", "2 (x - y) / (||x - y||_2^2 + 1)^2"),
    ("x^T log(x) - sum(x) log(sum(x))",                    "x", "log(x) - log(sum(x))"),
    ("sum(max(a (y - A x), (a - 1) (y - A x)))",           "x", "A^T (step(A x - y) - a)"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "by", "expected"), GRADIENTS, ids=[f for f, *_ in GRADIENTS])
def test_gradients_of_the_textbooks(f: str, by: str, expected: str) -> None:
    """Student's t, Cauchy, signal over interference and noise, Geman and McClure, entropy, quantile regression."""
    d = diff(f, by, where=WHERE)
    assert str(d.gradient) == expected
    assert d.verify().ok

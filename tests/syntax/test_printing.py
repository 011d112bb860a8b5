"""ASCII and Unicode text of a tree: minimal brackets, never a reading that people mean in two ways."""

from __future__ import annotations

import time

import pytest

from matcalc.syntax.layout import FLOORS, LEFT
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.tree import Tree
from tests.syntax.trees import (
    call,
    entrydiv,
    entrypow,
    gradient,
    hadamard,
    index,
    inverse,
    jacobian,
    kron,
    name,
    names,
    neg,
    norm,
    number,
    over,
    power,
    slope,
    star,
    sum_,
    times,
    transpose,
    where,
)  # fmt: skip

a, b, c, d, i, j, k, m, n, v, w, x, y, z = names("a b c d i j k m n v w x y z")
A, B, C, D, I, T, U, V, X = names("A B C D I T U V X")  # noqa: E741
one, two, three, half = number(1), number(2), number(3), over(number(1), number(2))
xT, AT = transpose(x), transpose(A)

# tree                                                          ASCII                          Unicode
CASES = [
    # leaves
    (number("0.5"),                                             "0.5",                         "0.5"),
    (name("x_1"),                                               "x_1",                         "x₁"),
    (name("x1"),                                                "x1",                          "x1"),
    (name("x1_20"),                                             "x1_20",                       "x1₂₀"),
    (name("W_ij"),                                              "W_ij",                        "W_ij"),
    (name("W_i1"),                                              "W_i1",                        "W_i1"),
    (name("lambda"),                                            "lambda",                      "λ"),
    (name("mu_1"),                                              "mu_1",                        "μ₁"),
    (name("mu0"),                                               "mu0",                         "μ0"),
    (name("Sigma_xy"),                                          "Sigma_xy",                    "Σ_xy"),
    (name("Alpha_1"),                                           "Alpha_1",                     "Alpha₁"),
    (name("alphabet"),                                          "alphabet",                    "alphabet"),
    # sums and signs
    (sum_(a, b, neg(c)),                                        "a + b - c",                   "a + b - c"),
    (sum_(neg(a), b),                                           "-a + b",                      "-a + b"),
    (sum_(a, sum_(b, c)),                                       "a + (b + c)",                 "a + (b + c)"),
    (sum_(a, neg(sum_(b, c))),                                  "a - (b + c)",                 "a - (b + c)"),
    (sum_(a, neg(neg(b))),                                      "a - (-b)",                    "a - (-b)"),
    (neg(neg(a)),                                               "-(-a)",                       "-(-a)"),
    (neg(sum_(a, b)),                                           "-(a + b)",                    "-(a + b)"),
    (neg(times(xT, power(y, two))),                             "-x^T y^2",                    "-xᵀ y²"),
    (neg(over(a, b)),                                           "-a/b",                        "-a/b"),
    (neg(hadamard(a, b)),                                       "-a .* b",                     "-a ⊙ b"),
    (power(neg(x), two),                                        "(-x)^2",                      "(-x)²"),
    (sum_(times(A, x), neg(b)),                                 "A x - b",                     "A x - b"),
    # products
    (times(xT, A, x),                                           "x^T A x",                     "xᵀ A x"),
    (times(A, times(B, C)),                                     "A (B C)",                     "A (B C)"),
    (times(A, sum_(x, y)),                                      "A (x + y)",                   "A (x + y)"),
    (times(sum_(x, y), A),                                      "(x + y) A",                   "(x + y) A"),
    (times(neg(a), b),                                          "(-a) b",                      "(-a) b"),
    (times(x, neg(y)),                                          "x (-y)",                      "x (-y)"),
    (star(x, neg(y)),                                           "x * (-y)",                    "x * (-y)"),
    (star(A, B, C),                                             "A * B * C",                   "A * B * C"),
    (times(star(A, B), C),                                      "A * B C",                     "A * B C"),
    (star(A, times(B, C)),                                      "A * (B C)",                   "A * (B C)"),
    # a factor by juxtaposition never begins with a number
    (times(two, x),                                             "2 x",                         "2 x"),
    (times(x, two),                                             "x * 2",                       "x * 2"),
    (times(two, three),                                         "2 * 3",                       "2 * 3"),
    (times(x, power(two, k)),                                   "x * 2^k",                     "x * 2^k"),
    (times(x, power(power(two, k), k)),                         "x (2^k)^k",                   "x (2^k)^k"),
    # a bracket after a function's name would be its argument
    (times(I, sum_(A, B)),                                      "I * (A + B)",                 "I * (A + B)"),
    (times(call("I"), sum_(A, B)),                              "I * (A + B)",                 "I * (A + B)"),
    (times(call("I", n), sum_(A, B)),                           "I(n) (A + B)",                "I(n) (A + B)"),
    (times(x, D, sum_(A, B)),                                   "x D (A + B)",                 "x D (A + B)"),
    (times(I, transpose(sum_(A, B))),                           "I * (A + B)^T",               "I * (A + B)ᵀ"),
    (times(I, index(sum_(A, B), i, j)),                         "I * (A + B)[i,j]",            "I * (A + B)[i,j]"),
    (times(name("step"), sum_(A, B)),                           "step * (A + B)",              "step * (A + B)"),
    (times(power(x, k), sum_(A, B)),                            "x^k (A + B)",                 "x^k (A + B)"),
    (times(power(x, I), sum_(A, B)),                            "x^I * (A + B)",               "x^I * (A + B)"),
    (times(power(x, two), sum_(A, B)),                          "x^2 (A + B)",                 "x² (A + B)"),
    (times(AT, sum_(A, B)),                                     "A^T (A + B)",                 "Aᵀ (A + B)"),
    (times(D, A),                                               "D A",                         "D A"),
    # division
    (over(a, b),                                                "a/b",                         "a/b"),
    (over(times(a, b), c),                                      "a b / c",                     "a b / c"),
    (over(over(a, b), c),                                       "a/b / c",                     "a/b / c"),
    (over(a, over(b, c)),                                       "a/(b/c)",                     "a/(b/c)"),
    (over(a, times(b, c)),                                      "a/(b c)",                     "a/(b c)"),
    (over(x, norm(x, "2")),                                     "x / ||x||_2",                 "x / ‖x‖₂"),
    (over(sum_(a, b), c),                                       "(a + b) / c",                 "(a + b) / c"),
    (over(neg(a), b),                                           "(-a) / b",                    "(-a) / b"),
    (over(a, neg(b)),                                           "a/(-b)",                      "a/(-b)"),
    (over(inverse(A), two),                                     "A^-1 / 2",                    "A⁻¹ / 2"),
    (over(times(B, power(A, neg(two))), n),                     "B A^-2 / n",                  "B A⁻² / n"),
    # what follows p/q by juxtaposition
    (times(half, xT, A, x),                                     "1/2 x^T A x",                 "1/2 xᵀ A x"),
    (times(over(name("lambda"), two), power(norm(x), two)),     "lambda/2 ||x||^2",            "λ/2 ‖x‖²"),
    (times(over(one, n), call("sum", x)),                       "1/n sum(x)",                  "1/n sum(x)"),
    (times(over(one, power(n, two)), x),                        "1/n^2 x",                     "1/n² x"),
    (times(over(one, power(two, n)), x),                        "1/2^n x",                     "1/2^n x"),
    (times(over(one, times(two, n)), x),                        "1/(2 n) x",                   "1/(2 n) x"),
    (times(over(power(x, two), two), y),                        "(x^2 / 2) y",                 "(x² / 2) y"),
    (times(over(times(a, b), c), d),                            "(a b / c) d",                 "(a b / c) d"),
    (times(over(over(a, b), c), d),                             "(a/b / c) d",                 "(a/b / c) d"),
    (times(over(one, norm(x)), y),                              "(1 / ||x||) y",               "(1 / ‖x‖) y"),
    (star(over(times(a, b), c), d),                             "a b / c * d",                 "a b / c * d"),
    (times(a, over(b, c)),                                      "a (b/c)",                     "a (b/c)"),
    (times(over(one, I), sum_(x, y)),                           "1/I * (x + y)",               "1/I * (x + y)"),
    (times(over(one, call("I")), x),                            "(1 / I) x",                   "(1 / I) x"),
    # entry by entry
    (hadamard(a, b, c),                                         "a .* b .* c",                 "a ⊙ b ⊙ c"),
    (hadamard(a, hadamard(b, c)),                               "a .* (b .* c)",               "a ⊙ (b ⊙ c)"),
    (entrydiv(hadamard(a, b), c),                               "a .* b ./ c",                 "a ⊙ b ./ c"),
    (hadamard(entrydiv(a, b), c),                               "(a ./ b) .* c",               "(a ./ b) ⊙ c"),
    (entrydiv(one, x),                                          "1 ./ x",                      "1 ./ x"),
    (hadamard(times(A, x), b),                                  "(A x) .* b",                  "(A x) ⊙ b"),
    (hadamard(A, times(U, transpose(V))),                       "A .* (U V^T)",                "A ⊙ (U Vᵀ)"),
    (times(hadamard(A, U), transpose(V)),                       "(A .* U) V^T",                "(A ⊙ U) Vᵀ"),
    (star(hadamard(A, U), V),                                   "(A .* U) * V",                "(A ⊙ U) * V"),
    (times(two, hadamard(x, y)),                                "2 (x .* y)",                  "2 (x ⊙ y)"),
    (hadamard(half, x),                                         "(1/2) .* x",                  "(1/2) ⊙ x"),
    (over(hadamard(x, y), two),                                 "(x .* y) / 2",                "(x ⊙ y) / 2"),
    # Kronecker
    (kron(transpose(B), A),                                     "kron(B^T, A)",                "Bᵀ ⊗ A"),
    (kron(A, B, C),                                             "kron(kron(A, B), C)",         "A ⊗ B ⊗ C"),
    (kron(A, kron(B, C)),                                       "kron(A, kron(B, C))",         "A ⊗ (B ⊗ C)"),
    (kron(times(transpose(X), AT), call("I")),                  "kron(X^T A^T, I)",            "(Xᵀ Aᵀ) ⊗ I"),
    (times(kron(A, B), x),                                      "kron(A, B) x",                "(A ⊗ B) x"),
    (times(A, kron(B, C)),                                      "A kron(B, C)",                "A (B ⊗ C)"),
    (transpose(kron(A, B)),                                     "kron(A, B)^T",                "(A ⊗ B)ᵀ"),
    # postfix
    (inverse(A),                                                "A^-1",                        "A⁻¹"),
    (transpose(inverse(A)),                                     "A^-T",                        "A⁻ᵀ"),
    (inverse(AT),                                               "(A^T)^-1",                    "(Aᵀ)⁻¹"),
    (transpose(inverse(times(A, B))),                           "(A B)^-T",                    "(A B)⁻ᵀ"),
    (transpose(transpose(A)),                                   "(A^T)^T",                     "(Aᵀ)ᵀ"),
    (transpose(power(X, two)),                                  "(X^2)^T",                     "(X²)ᵀ"),
    (power(xT, two),                                            "(x^T)^2",                     "(xᵀ)²"),
    (power(X, neg(two)),                                        "X^-2",                        "X⁻²"),
    (power(X, neg(one)),                                        "X^-1",                        "X⁻¹"),
    (power(x, neg(half)),                                       "x^(-1/2)",                    "x^(-1/2)"),
    (power(x, half),                                            "x^(1/2)",                     "x^(1/2)"),
    (power(x, number("0.5")),                                   "x^0.5",                       "x^0.5"),
    (power(x, sum_(k, one)),                                    "x^(k + 1)",                   "x^(k + 1)"),
    (power(x, k),                                               "x^k",                         "x^k"),
    (power(x, neg(k)),                                          "x^(-k)",                      "x^(-k)"),
    (power(X, T),                                               "X^(T)",                       "X^(T)"),
    (power(X, name("t")),                                       "X^t",                         "X^t"),
    (power(X, name("H")),                                       "X^(H)",                       "X^(H)"),
    (power(power(a, b), c),                                     "(a^b)^c",                     "(a^b)^c"),
    (power(a, power(b, c)),                                     "a^(b^c)",                     "a^(b^c)"),
    (power(half, k),                                            "(1/2)^k",                     "(1/2)^k"),
    (power(two, number(10)),                                    "2^10",                        "2¹⁰"),
    (entrypow(X, two),                                          "X.^2",                        "X.^2"),
    (entrypow(X, neg(one)),                                     "X.^(-1)",                     "X.^(-1)"),
    (entrypow(sum_(x, y), k),                                   "(x + y).^k",                  "(x + y).^k"),
    (transpose(T),                                              "T^T",                         "Tᵀ"),
    (power(call("sin", x), two),                                "sin(x)^2",                    "sin(x)²"),
    # entries
    (index(X, i, j),                                            "X[i,j]",                      "X[i,j]"),
    (index(X, sum_(i, one), j),                                 "X[i + 1,j]",                  "X[i + 1,j]"),
    (index(times(A, x), i),                                     "(A x)[i]",                    "(A x)[i]"),
    (index(AT, i, j),                                           "(A^T)[i,j]",                  "(Aᵀ)[i,j]"),
    (power(index(x, i), two),                                   "x[i]^2",                      "x[i]²"),
    # norms
    (norm(x),                                                   "||x||",                       "‖x‖"),
    (power(norm(x, "2"), two),                                  "||x||_2^2",                   "‖x‖₂²"),
    (norm(x, "1"),                                              "||x||_1",                     "‖x‖₁"),
    (norm(x, "inf"),                                            "||x||_inf",                   "‖x‖_inf"),
    (norm(X, "F"),                                              "||X||_F",                     "‖X‖_F"),
    (norm(A, "*"),                                              "||A||_*",                     "‖A‖_*"),
    (norm(sum_(times(A, x), neg(b))),                           "||A x - b||",                 "‖A x - b‖"),
    (times(norm(A), norm(B)),                                   "||A|| ||B||",                 "‖A‖ ‖B‖"),
    (norm(times(A, norm(x, "2")), "2"),                         "||A (||x||_2)||_2",           "‖A (‖x‖₂)‖₂"),
    (norm(times(norm(x), y)),                                   "||(||x||) y||",               "‖(‖x‖) y‖"),
    (norm(norm(x), "1"),                                        "||(||x||)||_1",               "‖(‖x‖)‖₁"),
    (norm(sum_(x, neg(over(y, power(norm(y), two))))),          "||x - y / (||y||)^2||",       "‖x - y / (‖y‖)²‖"),
    (norm(times(call("exp", norm(x)), y)),                      "||exp(||x||) y||",            "‖exp(‖x‖) y‖"),
    (norm(times(sum_(norm(x), one), y)),                        "||(||x|| + 1) y||",           "‖(‖x‖ + 1) y‖"),
    (times(transpose(one), x),                                  "1^T * x",                     "1ᵀ * x"),
    # functions
    (call("tr", times(A, B)),                                   "tr(A B)",                     "tr(A B)"),
    (call("maximum", x, y),                                     "max(x, y)",                   "max(x, y)"),
    (call("minimum", x, sum_(y, z)),                            "min(x, y + z)",               "min(x, y + z)"),
    (call("max", x),                                            "max(x)",                      "max(x)"),
    (call("lambda_max", A),                                     "lambda_max(A)",               "lambda_max(A)"),
    (call("phi", x),                                            "phi(x)",                      "φ(x)"),
    (call("pi"),                                                "pi",                          "π"),
    (call("I"),                                                 "I",                           "I"),
    (call("I", times(m, n)),                                    "I(m n)",                      "I(m n)"),
    (call("unvec", v, m, n),                                    "unvec(v, m, n)",              "unvec(v, m, n)"),
    (slope("h", x, v),                                          "D(h, x)[v]",                  "D(h, x)[v]"),
    (slope("h", times(A, x), y, v, w),                          "D(h, A x, y)[v, w]",          "D(h, A x, y)[v, w]"),
    (slope("h", x, v, w, order=2),                              "D2(h, x)[v, w]",              "D2(h, x)[v, w]"),
    (slope("phi", x, v, v, w, order=3),                         "D3(phi, x)[v, v, w]",         "D3(φ, x)[v, v, w]"),
    (Tree("hess", (times(A, x),), "g"),                         "hess(g, A x)",                "hess(g, A x)"),
    (transpose(slope("phi", x, v)),                             "D(phi, x)[v]^T",              "D(φ, x)[v]ᵀ"),
    (times(jacobian("h", x), gradient("g", call("h", x))),      "J(h, x) grad(g, h(x))",       "J(h, x) grad(g, h(x))"),
    (where(times(name("t0"), name("t1")), t0=sum_(A, B), t1=x), "t0 t1 where t0 = A + B; t1 = x",
                                                                "t0 t1 where t0 = A + B; t1 = x"),
    (where(name("t_0"), t_0=power(x, two)),                     "t_0 where t_0 = x^2",         "t₀ where t₀ = x²"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "in_ascii", "in_unicode"), CASES)
def test_text(tree: Tree, in_ascii: str, in_unicode: str) -> None:
    assert ascii_text(tree) == in_ascii
    assert unicode_text(tree) == in_unicode


@pytest.mark.parametrize("tree", [case[0] for case in CASES])
def test_ascii_is_ascii(tree: Tree) -> None:
    assert ascii_text(tree).isascii()


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (times(xT, A, x), "x' A x"),
        (transpose(inverse(A)), "A^-1'"),
        (inverse(transpose(A)), "(A')^-1"),
        (power(transpose(A), two), "(A')^2"),
        (transpose(sum_(A, neg(B))), "(A - B)'"),
        (power(a, T), "a^(T)"),
    ],
)
def test_where_T_is_a_scalar_the_transpose_is_a_prime(tree: Tree, text: str) -> None:
    assert ascii_text(tree, primed=True) == text


def test_every_product_like_head_says_what_may_stand_to_its_left() -> None:
    assert set(LEFT) == {head for head, floor in FLOORS.items() if floor == FLOORS["times"]}


def test_a_head_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such head: matrix"):
        ascii_text(Tree("matrix"))


DEEP = {
    "sum":       lambda tree: sum_(x, tree),
    "neg":       neg,
    "left":      lambda tree: times(tree, x),
    "right":     lambda tree: times(x, tree),
    "over":      lambda tree: over(tree, x),
    "under":     lambda tree: over(x, tree),
    "hadamard":  lambda tree: hadamard(tree, x),
    "kron":      lambda tree: kron(tree, x),
    "transpose": transpose,
    "inverse":   inverse,
    "both":      lambda tree: transpose(inverse(tree)),
    "base":      lambda tree: power(tree, two),
    "exponent":  lambda tree: power(x, tree),
    "norm":      norm,
    "call":      lambda tree: call("exp", tree),
    "index":     lambda tree: index(tree, i),
    "slope":     lambda tree: slope("h", tree, v),
}  # fmt: skip


@pytest.mark.parametrize("grow", DEEP.values(), ids=DEEP.keys())
def test_a_deep_tree_prints_in_linear_time(grow) -> None:  # type: ignore[no-untyped-def]
    def seconds(depth: int) -> float:
        tree = x
        for _ in range(depth):
            tree = grow(tree)
        begin = time.process_time()
        ascii_text(tree)
        unicode_text(tree)
        return time.process_time() - begin

    small, large = seconds(5_000), seconds(50_000)
    assert large < 30 * small + 0.5


def test_a_sum_of_100_000_terms_prints_in_linear_time() -> None:
    begin = time.process_time()
    assert len(ascii_text(sum_(*[neg(x)] * 100_000))) == 400_000 - 2
    assert time.process_time() - begin < 2

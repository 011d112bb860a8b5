"""Common factors: what is taken out of a sum, and what is left as it is."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from matcalc import diff, parse, simplify
from matcalc.algebra.nodes import Sum

TAKEN_OUT = """
A x + A^T x                              | (A + A^T) x
2 A^T A x - 2 A^T b                      | 2 A^T (A x - b)
A^T C A + A^T D A                        | A^T (C + D) A
A^T A + A^T B + B^T A + B^T B            | (A + B)^T (A + B)
B x x^T B + B^T x x^T B + B x x^T B^T + B^T x x^T B^T | (B + B^T) x x^T (B + B^T)
A B + A^T B                              | (A + A^T) B
"""


@pytest.mark.parametrize("line", TAKEN_OUT.strip().splitlines())
def test_what_terms_share_is_taken_out(line: str) -> None:
    given, wanted = (cell.strip() for cell in line.split("|"))
    assert str(simplify(parse(given))) == wanted


# f | its Hessian by x: H = H^T is seen, and terms stand in pairs t + t^T
SYMMETRIC = """
(x^T A x) / (x^T x)            |                       | 8 x^T A x x x^T / (x^T x)^3 + (A + A^T) / (x^T x) - 2 ((A + A^T) x x^T + x x^T (A + A^T) + x^T A x I) / (x^T x)^2
(a^T x) / ||x||                |                       | 3 a^T x x x^T / ||x||_2^5 - (a x^T + x a^T + a^T x I) / ||x||_2^3
||A x - b||                    |                       | A^T (I / ||A x - b||_2 - (A x - b) (A x - b)^T / ||A x - b||_2^3) A
sum(sqrt(1 + (A x).^2))        |                       | A^T diag(1 ./ ((A x).^2 + 1).^(3/2)) A
a^T x / (b^T x + c)            | c: scalar             | 2 a^T x b b^T / (b^T x + c)^3 - (a b^T + b a^T) / (b^T x + c)^2
(a^T x) (b^T x) (x^T x)        |                       | 2 a^T x (b x^T + x b^T + b^T x I) + 2 b^T x (a x^T + x a^T) + x^T x (a b^T + b a^T)
(x^T S x) / (x^T x)            | S: n x n symmetric    | 8 x^T S x x x^T / (x^T x)^3 + 2 S / (x^T x) - 2 (2 S x x^T + 2 x x^T S + x^T S x I) / (x^T x)^2
"""


@pytest.mark.parametrize("line", SYMMETRIC.strip().splitlines())
def test_a_hessian_is_seen_to_be_symmetric(line: str) -> None:
    f, where, wanted = (cell.strip() for cell in line.split(" | "))
    assert str(diff(f, "x", where or None).hessian) == wanted


# S F + S = S (F + 1), where the terms of S stand among the others; c S + F S = (c I + F) S
SUMS = """
lambda (x - b) + x - b                          | (lambda + 1) (x - b)
B (X - A) + X - A                               | (B + I) (X - A)
(X - A) B + 3 X - 3 A + C                       | (X - A) (B + 3 I) + C
2 y .* (b - x) + x - b                          | (x - b) .* (1 - 2 y)
y .* (x - b) + z .* (x - b) + x - b             | (x - b) .* (y + z + 1)
diag(x - b) A + diag(x) - diag(b)               | diag(x - b) (A + I)
A^T A (x - b) + lambda (x - b)                  | (A^T A + lambda I) (x - b)
lambda (x - b) + y .* (x - b)                   | (x - b) .* (y + lambda)
B (X - A) + X - 2 A                             | B (X - A) + X - 2 A
lambda (X - A) B (X - A) + X - A                | lambda (X - A) B (X - A) + X - A
(S + Q) B (S + Q) + S + Q                       | (Q + S) B (Q + S) + Q + S
S + Q - (S + Q) x x^T (S + Q) / (x^T x)         | Q + S - (Q + S) x x^T (Q + S) / (x^T x)
lambda x + y .* x                               | lambda x + x .* y
"""


WHERE = "A, B, C, X: n x n; S, Q: n x n symmetric; b, x, y, z: n; lambda: scalar"
RANDOM = np.random.default_rng(7)
VALUES = {name: RANDOM.standard_normal((3, 3)) for name in "ABCXSQ"} | {
    name: RANDOM.standard_normal(3) for name in "bxyz"
}
VALUES |= {name: VALUES[name] + VALUES[name].T for name in "SQ"} | {"lambda": np.float64(0.7)}


@pytest.mark.parametrize("line", SUMS.strip().splitlines())
def test_a_sum_is_taken_out_of_its_own_terms(line: str) -> None:
    """But not where its left end would be parted from its right one: t S B S + S is seen to be symmetric if S and B are."""
    given, wanted = (cell.strip() for cell in line.split(" | "))
    read = parse(given, WHERE)
    found = simplify(read)
    assert str(found) == wanted
    assert np.allclose(found.evaluate(VALUES), read.evaluate(VALUES))


def test_the_riccati_map_has_the_differential_of_the_closed_loop() -> None:
    """P -> A^T P A - A^T P B (R + B^T P B)^-1 B^T P A moves by (A - B K)^T H (A - B K), K the gain: I - P B (...)^-1 B^T stands in front."""
    f = "A^T P A - A^T P B (R + B^T P B)^-1 B^T P A"
    d = diff(f, "P", "P: n x n symmetric; B: n x m; R: m x m positive definite")
    inner = "(B^T P B + R)^-1 B^T"
    assert str(d.differential) == f"A^T (I - P B {inner}) (H - H B {inner} P) A"


@pytest.mark.parametrize(("factors", "terms"), [(8, 1), (40, 1), (80, 40)])
def test_a_long_chain_is_taken_apart_only_while_that_is_cheap(factors: int, terms: int) -> None:
    """D (X A_1 X A_2 ...)[H] has a term per X; from 40 terms of 80 factors nothing is taken out, which would cost their cube."""
    names = ["X" if k % 2 == 0 else f"A_{k}" for k in range(factors)]
    where = f"{', '.join(dict.fromkeys(names))}: n x n"
    found = diff(" ".join(names), "X", where).differential.node
    assert len(found.children if type(found) is Sum else [found]) == terms


# {s} is a sum, {t} its terms with other coefficients; each is added up with some of the others
FACTORED = [
    "A {s}",
    "{s} B",
    "{s}^T {s}",
    "{s} S {s}",
    "{s} x x^T {s}^T",
    "{s}^T",
    "lambda {s}",
    "B .* {s}",
    "diag(x) {s}",
    "X",
]
OF_A_SUM = ["A", "B", "S", "A^T", "x x^T", "I", "ones(n, n)", "S A S"]


@pytest.mark.parametrize("seed", range(120))
def test_collecting_keeps_the_value(seed: int) -> None:
    """Of sums in which a sum occurs as a factor of terms, its terms among the others."""
    random = Random(seed)
    parts = [(random.choice([1, 1, -1, 2]), part) for part in random.sample(OF_A_SUM, random.choice([2, 2, 3]))]
    whole = "(" + " + ".join(f"({c} ({part}))" for c, part in parts) + ")"
    terms = [
        (random.choice([1, -2]), form.format(s=whole)) for form in random.sample(FACTORED, random.choice([1, 2, 3]))
    ]
    ratio = random.choice([1, -1, 3])
    terms += [(ratio * c, part) for c, part in parts]
    read = parse(" + ".join(f"({c} ({term}))" for c, term in terms), WHERE)
    assert np.allclose(simplify(read).evaluate(VALUES), read.evaluate(VALUES))

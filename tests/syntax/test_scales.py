"""Numbers in sums that are factors: the shortest way to write them all, which reads back; halves beside decimals have a point."""

from __future__ import annotations

import re
import time
from random import Random

import pytest

from matcalc import diff, parse
from matcalc.syntax import scales, terms
from matcalc.syntax.latex import latex
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written

WHERE = "x, y, v: n; A, B, K: n x n; a, b, c: scalar; r: 1 x n"

# as it is read | as it is printed
FORMS = """
3/4 (2 c - 1)^2                         | 3 (c - 1/2)^2
6 (2 c - 1)^2                           | 6 (2 c - 1)^2
24000 (c + 0.35)^2                      | 60 (20 c + 7)^2
-2/3 (3 c - 2)^3                        | 2/3 (2 - 3 c)^3
exp(1/4 (2 c - 1)^2)                    | exp((c - 1/2)^2)
10 ./ (10 x + 1)                        | 1 ./ (x + 0.1)
1e8 ./ (1e8 x + 1)                      | 1 ./ (x + 1e-8)
0.1 (A + B) (10 x - 3 y)                | (A + B) (x - 0.3 y)
1/3 (A + B) (3 x - y)                   | (A + B) (x - 1/3 y)
10 inv(10 K + I)^T                      | (K + 0.1 I)^-T
1e4 inv(100 K + I) v v^T inv(100 K + I) | (K + 0.01 I)^-1 v v^T (K + 0.01 I)^-1
100 diag(1 ./ (10 x + 1).^2)            | diag(1 ./ (x + 0.1).^2)
3 diag(2 x - 1)                         | 3 diag(2 x - 1)
0.01 diag(100 - 99 x)                   | diag(1 - 0.99 x)
1/2 kron(2 A - B, A)                    | kron(A - 1/2 B, A)
100 kron(inv(10 A + I), inv(10 A + I))  | kron((A + 0.1 I)^-1, (A + 0.1 I)^-1)
8 / ((2 c - 1)^2 + 16)                  | 2/((c - 1/2)^2 + 4)
0.035677408136172 c^3 + c               | 0.035677408136172 c^3 + c
1/12 (3 a + 2 b - 6 c)^2                | 3 (a/2 + b/3 - c)^2
25/4 (2 c - 1)^2 + 1                    | 25 (c - 1/2)^2 + 1
(2 c - 1) / (2 sqrt(a))                 | (c - 1/2) / sqrt(a)
(v .* (10 x - y)) (10 x - y)^T / 10     | 0.1 (v .* (10 x - y)) (10 x - y)^T
0.5 c + 0.1                             | 0.5 c + 0.1
c/2 + 1/4                               | c/2 + 1/4
c/3 + 0.2                               | c/3 + 0.2
sqrt((c - 1/2)^2 + 0.01)                | sqrt((c - 0.5)^2 + 0.01)
1/2 (A + B) x + 0.1 y                   | 0.5 (A + B) x + 0.1 y
(c + 0.1)^(3/2) / 2                     | 0.5 (c + 0.1)^(3/2)
1/5 x                                   | 0.2 x
3/8 x                                   | 3/8 x
0.00025 x + 3e-5 y                      | 0.00025 x + 3e-5 y
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_numbers_are_written_as_short_as_they_can_be(line: str) -> None:
    read, printed = (cell.strip() for cell in line.split(" | "))
    assert ascii_text(written(parse(read, WHERE).node)) == printed
    assert parse(printed, WHERE).node is parse(read, WHERE).node


NUMBERS = ["", "", "2", "3", "10", "1/2", "0.3", "1/3", "3/4", "0.01", "2.5", "7", "100", "0.1", "1/8", "1e-6"]
NAMES = {
    "scalar": ["a", "b", "c", "1", "a b", "sin(c)"],
    "column": ["x", "y", "v", "1", "A x", "x .* y"],
    "matrix": ["A", "B", "K", "I", "x y^T", "v v^T", "A B"],
}
WHOLE = ["1", "2", "3", "-1", "-2"]


def drawn_sum(rng: Random, kind: str) -> list[str]:
    """Two or three terms, at times the square of another sum among them."""
    names = rng.sample(NAMES[kind], rng.randint(2, 3))
    if rng.random() < 0.25:
        names.append(f"({' '.join(drawn_sum(rng, kind))}){'.' * (kind == 'column')}^2")
    return [f"{rng.choice('+-')} {rng.choice(NUMBERS) or 1} * {name}" for name in names]


def drawn_product(rng: Random, *roots: str) -> list[str]:
    """Texts of one product of powers of sums, `roots` among them, with a number in front: in one order of the terms and in another."""
    kind = rng.choice(list(NAMES))
    spelled = [drawn_sum(rng, kind), drawn_sum(rng, kind)]
    powers = [rng.choice(WHOLE if kind == "matrix" else [*WHOLE, *roots]) for _ in spelled]
    number = rng.choice(["1", "2", "1/4", "0.01", "100", "3/4", "1e4"])
    texts = []
    for _ in range(2):
        dot = "." * (kind == "column")
        factors = [f"({' '.join(row)}){dot}^({p})" for row, p in zip(spelled, powers, strict=True)]
        texts.append(f"{number} * ({factors[0]} {dot}* {factors[1]})")
        for row in spelled:
            rng.shuffle(row)
    return texts


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_what_is_written_reads_back_and_does_not_depend_on_the_order_of_terms(first: int) -> None:
    for seed in range(first, first + 50):
        text, other = drawn_product(Random(seed), "1/2", "-3/2")
        node = parse(text, WHERE).node
        printed = ascii_text(written(node))
        assert parse(printed, WHERE).node is node, f"{text}: {printed}"
        assert ascii_text(written(parse(other, WHERE).node)) == printed, f"{text} and {other}"


def characters(text: str) -> int:
    """Of all its numbers but the exponents of sums: 4 of 3/4 (2 c - 1)^2."""
    return sum(map(len, re.findall(r"(?<![\w^])[0-9]+(?:[.][0-9]+)?(?:e-[0-9]+)?(?:/[0-9]+)?", text)))


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_the_numbers_are_never_longer_for_it(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the normal form, in which every factor is a sum with integers without common divisor.

    Where that has no decimal, 15/8 becomes 1.875 if another one has: 15/8 and 1/5 are as long as 1.875 and 0.2, or shorter.
    """
    shorter = 0
    for seed in range(first, first + 100):
        node = parse(drawn_product(Random(seed))[0], WHERE).node
        with monkeypatch.context() as changed:
            changed.setattr(terms, "scaling", lambda names, c, factors: scales.Scaling(0, c, ()))
            plain = ascii_text(written(node))
        text = ascii_text(written(node))
        if ("0." in text) is ("0." in plain):
            assert characters(text) <= characters(plain), f"{plain} and {text}"
        shorter += characters(text) < characters(plain)
    assert shorter > 20


ANSWERS = [
    # f                                     wrt  the answer
    ("(c - 0.5)^3",                         "c", "3 (c - 1/2)^2"),
    ("exp((c - 1/2)^2)",                    "c", "exp((c - 1/2)^2) (2 c - 1)"),
    ("0.1 x^T x",                           "x", "0.2 x"),
    ("sum(log(x + 1e-8))",                  "x", "1 ./ (x + 1e-8)"),
    ("logdet(K + 0.1 I)",                   "K", "(K + 0.1 I)^-T"),
    ("(x - 0.3 y)^T A (x - 0.3 y)",         "x", "(A + A^T) (x - 0.3 y)"),
    ("sigmoid(0.5 c + 0.1)^2",              "c", "sigmoid(0.5 c + 0.1)^2 (1 - sigmoid(0.5 c + 0.1))"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "answer"), ANSWERS)
def test_decimals_come_back_as_they_were_typed(f: str, wrt: str, answer: str) -> None:
    assert str(diff(f, wrt, WHERE).gradient) == answer


def test_a_small_decimal_is_drawn_as_a_power_of_ten() -> None:
    tree = written(parse("x + 1e-8 y", WHERE).node)
    assert latex(tree, {"x": 1, "y": 1}) == r"\mathbf{x} + 10^{-8} \mathbf{y}"


def test_a_wide_sum_is_left_as_it_is() -> None:
    """1,000 terms with as many coefficients: trying every one of them against all others would be quadratic."""
    wide = " + ".join(f"{k + 2}/7 x[{k}] / {k + 3}" for k in range(1, 1000))
    node = parse(f"({wide})^2", "x: n").node
    start = time.process_time()
    written(node)
    assert time.process_time() - start < 1

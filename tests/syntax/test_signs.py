"""Which differences are turned in a product: the sign of the product holds, 1 - f stands as an author writes it, and like stay alike."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from matcalc import diff, parse
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written

WHERE = "x, y, v: n; A, B, C: n x n; Y: n x n; s, t, a: scalar"

# as it is read | as it is printed
FORMS = """
-(x - y) .* v                                      | v .* (y - x)
-(x - y)^T C (x - y)                               | -(x - y)^T C (x - y)
(sigmoid(s) - 1) (2 sigmoid(s) - 1)                | (1 - sigmoid(s)) (1 - 2 sigmoid(s))
(s - 1) (t - 1)                                    | (s - 1) (t - 1)
-(s - 1) (t - 1)                                   | (1 - s) (t - 1)
(tanh(x).^2 - 1) .* (x - y)                        | (1 - tanh(x).^2) .* (y - x)
(tanh(x).^2 - 1) .* v                              | v .* (tanh(x).^2 - 1)
-(tanh(x).^2 - 1) .* v                             | v .* (1 - tanh(x).^2)
-(tanh(x).^2 - 1) .* (x - y)                       | (1 - tanh(x).^2) .* (x - y)
(A (tanh(x).^2 - 1)) .* (tanh(y).^2 - 1)           | (A (1 - tanh(x).^2)) .* (1 - tanh(y).^2)
diag(tanh(x).^2 - 1) A diag(tanh(x).^2 - 1)        | diag(1 - tanh(x).^2) A diag(1 - tanh(x).^2)
-diag(A (x - y))                                   | diag(A (y - x))
-vec(A (B - C) A)                                  | vec(A (C - B) A)
-kron(A (B - C), A)                                | kron(A (C - B), A)
-inv(A (B - C)) x                                  | (C - B)^-1 A^-1 x
(sigmoid(s) - 1)^2 t                               | t (1 - sigmoid(s))^2
(A B - I) C (B A - I)                              | (I - A B) C (I - B A)
-(v .* (x - y)) (x - y)^T                          | -(v .* (x - y)) (x - y)^T
-(v .* (x - y)) (x - v)^T                          | (v .* (x - y)) (v - x)^T
A - (v .* (x - y)) (x - y)^T                       | A - (v .* (x - y)) (x - y)^T
(A - I) C (B - I)                                  | (A - I) C (B - I)
-2 diag(A (x - y))                                 | 2 diag(A (y - x))
-vec((A - B) C)                                    | vec((B - A) C)
vec((A - B) C) (s - t)                             | (s - t) vec((A - B) C)
-vec(s (A - B) C) t                                | s t vec((B - A) C)
(ones(n, n)/n - I) B (ones(n, n)/n - I)            | (I - ones(n, n) / n) B (I - ones(n, n) / n)
x ./ y + (1 - x) ./ (y - 1)                        | x ./ y - (1 - x) ./ (1 - y)
s/t + a/(t - 1)                                    | s/t - a/(1 - t)
a/(t - 1)                                          | a/(t - 1)
a/(t - 1) + s/(t - 1)^2                            | s / (1 - t)^2 - a/(1 - t)
-a/(1 - t) - s/(1 - t)^2                           | a/(t - 1) - s / (t - 1)^2
1/(t - 1)^2                                        | 1 / (1 - t)^2
(t - 1)^2                                          | (t - 1)^2
-s (5 t - 2) (t - 1)^2                             | s (2 - 5 t) (1 - t)^2
inv(B - I)^T v v^T inv(B - I)^T                    | (I - B)^-T v v^T (I - B)^-T
-inv(B - I) C inv(B - I) C inv(B - I)              | (I - B)^-1 C (I - B)^-1 C (I - B)^-1
inv(B - I)^2                                       | (I - B)^-2
inv(B - 2 A)^2                                     | (2 A - B)^-2
x / (n - 1) + y                                    | x/(n - 1) + y
-(x - y)/(n - 1)                                   | (y - x) / (n - 1)
inv(A - s I) B inv(A - s I)                        | (A - s I)^-1 B (A - s I)^-1
v + A (x - y)                                      | A (x - y) + v
v - A (x - y)                                      | A (y - x) + v
B - s (3 - tr(A)) C                                | s (tr(A) - 3) C + B
B - s (1 - tr(A)) C                                | B - s (1 - tr(A)) C
-2 s tr(A (A - B))                                 | 2 s tr(A (B - A))
-tr(A (A^T - A - B))                               | -tr(A (A^T - A - B))
v - A (x - y) - B (x - y)                          | v - A (x - y) - B (x - y)
x^T (y - v) (s (v - y) - t x^T (v - y) A v)        | x^T (v - y) (t x^T (v - y) A v - s (v - y))
-(kron(A B - I, C) + kron(C, B A - I))             | kron(I - A B, C) + kron(C, I - B A)
-(A (x - y) + B (v - y))                           | A (y - x) + B (y - v)
-(Y - x y^T) (Y - x y^T)^T                         | -(x y^T - Y) (x y^T - Y)^T
3 A - A^T                                          | 3 A - A^T
C (A^T - 3 A)                                      | C (A^T - 3 A)
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_the_sign_goes_where_an_author_puts_it(line: str) -> None:
    read, printed = (cell.strip() for cell in line.split(" | "))
    assert ascii_text(written(parse(read, WHERE).node)) == printed
    assert parse(printed, WHERE).node is parse(read, WHERE).node


def test_layers_have_their_slopes_one_minus_squares() -> None:
    d = diff("||Y - tanh(A tanh(B C))||_F^2", wrt="B", where="A, B, C, Y: n x n")
    assert str(d.gradient) == (
        "2 ((A^T ((1 - tanh(A tanh(B C)).^2) .* (tanh(A tanh(B C)) - Y))) .* (1 - tanh(B C).^2)) C^T"
    )


def test_a_deep_product_of_differences_keeps_its_value() -> None:
    rng = np.random.default_rng(3)
    text = "x"
    for k in range(12):
        text = f"(A ({text} .* (tanh({'xyv'[k % 3]}) - 1)))"
    f = parse(f"-{text}", WHERE)
    values = {name: rng.standard_normal(4) for name in "xyv"} | {"A": rng.standard_normal((4, 4))}
    assert parse(ascii_text(written(f.node)), WHERE).node is f.node
    program = {"numpy": np}
    exec(f.code("numpy", name="f"), program)
    expected = values["x"]
    for k in range(12):
        expected = values["A"] @ (expected * (np.tanh(values["xyv"[k % 3]]) - 1))
    found = program["f"](**values)  # type: ignore[operator]
    assert np.allclose(found, -expected)


ANSWERS = [
    # f                                              wrt  where                                   the answer
    ("sum(y .* log(p) + (1 - y) .* log(1 - p))",     "p", "y, p: n",                              "y ./ p - (1 - y) ./ (1 - p)"),
    ("s log(p) + t log(1 - p)",                      "p", "s, t, p: scalar",                      "s/p - t/(1 - p)"),
    ("log(1 - p)",                                   "p", "p: scalar",                            "1/(p - 1)"),
    ("p^2 (1 - p)^3",                                "p", "p: scalar",                            "p (2 - 5 p) (1 - p)^2"),
    ("s/(1 - x^T x)",                                "x", "x: n; s: scalar",                      "2 s x / (1 - x^T x)^2"),
    ("a^T (I - X)^-1 b",                             "X", "X: n x n; a, b: n",                    "(I - X)^-T a b^T (I - X)^-T"),
    ("(w^T (m - y))^2 / (w^T S w)",                  "w", "S: n x n symmetric; w, m, y: n",
     "2 w^T (y - m) ((y - m) / (w^T S w) - w^T (y - m) S w / (w^T S w)^2)"),
    ("||A X - X B||_F^2",                            "X", "A: m x m; X: m x n; B: n x n",         "2 A^T (A X - X B) - 2 (A X - X B) B^T"),
    ("3 tr(P^2 H) - 2 tr(P^3 H)",                    "P", "P, H: n x n symmetric",                "H (3 P - 2 P^2) + (3 P - 2 P^2) H - 2 P H P"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "where", "answer"), ANSWERS)
def test_a_difference_is_written_in_one_way_in_all_of_an_answer(f: str, wrt: str, where: str, answer: str) -> None:
    assert str(diff(f, wrt, where).gradient) == answer


DRAWN = {
    "scalar": ("1 - s", "s - t", "t - 1", "1 - s - t", "sigmoid(s) - 1", "x^T x - 1", "x^T (x - y) - s"),
    "column": ("1 - x", "x - y", "y - 1", "tanh(v) - 1", "A x - y", "v .* (x - y) - x"),
    "matrix": ("I - A", "A - B", "B - I", "A C - I", "x y^T - Y", "Y^T - y x^T"),
}


def drawn_sum(rng: Random) -> list[list[str]]:
    """One to three terms, each a sign and one to three powers of differences."""
    kind = rng.choice(list(DRAWN))
    powers = ("", "", "^2", "^(-1)", "^(-2)", "^3")
    dot = "." * (kind == "column")
    terms = []
    for _ in range(rng.randint(1, 3)):
        factors = [f"({rng.choice(DRAWN[kind])}){dot * bool(p)}{p}" for p in rng.choices(powers, k=rng.randint(1, 3))]
        terms.append([rng.choice("+-"), f" {dot}* ".join(factors)])
    return terms


@pytest.mark.parametrize("first", range(0, 600, 50))
def test_what_is_written_reads_back_whatever_the_order_of_terms(first: int) -> None:
    for seed in range(first, first + 50):
        rng = Random(seed)
        terms = drawn_sum(rng)
        text = " ".join(map(" ".join, terms))
        node = parse(text, WHERE).node
        printed = ascii_text(written(node))
        assert parse(printed, WHERE).node is node, f"{text}: {printed}"
        rng.shuffle(terms)
        other = " ".join(map(" ".join, terms))
        assert ascii_text(written(parse(other, WHERE).node)) == printed, f"{text} and {other}"

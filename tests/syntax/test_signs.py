"""Which differences are turned in a product: the sign of the product holds, 1 - f stands as an author writes it, and like stay alike."""

from __future__ import annotations

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
(ones(n, n)/n - I) B (ones(n, n)/n - I)            | (I(n) - ones(n, n) / n) B (I(n) - ones(n, n) / n)
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

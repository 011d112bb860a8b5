"""A name is given again only when nothing that is still to be written reads what it stood for."""

from __future__ import annotations

import re

import numpy as np
import pytest

from matcalc import diff
from matcalc.code.emission import compiled, emit
from matcalc.numeric.points import draw
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees

WHERE = read_declarations("A, B: m x n; X, Y: n x n; x, y: n; b: m; c: scalar; v: m*n")
SIZES = {"m": 200, "n": 100}

# parts that are views, parts used twice, parts that stay in a long line
TEXTS = [
    "vec(A X)^T vec(A X) + sum((A X) .* B)",
    "unvec(v + v .* v, m, n) X + unvec(v + v .* v, m, n) .* B",
    "vec((A X)^T) .* vec(B^T) + vec(A X .* B)",
    "(A X)^T (A X) + 2 (A X)^T B + (A X .* A)^T B",
    "diag(X Y) .* (X Y x) + (X Y)^T y",
    "(X Y)[1,2] x + (X Y) e(2,n) + tanh((X Y)^T e(1,n))",
    "tanh(A x - b) .* (A x - b) + sin(A x - b)",
    "sum(tanh(A x)) x + A^T tanh(A x) + c (A^T A) x",
    "X tanh(X tanh(X tanh(X x))) + tanh(X x)",
    "(x^T y) X Y - (X Y)^T + 3 (X Y .* X)",
    "exp(X Y) - exp(X Y)^T .* (X Y)",
    "kron(A x, A x + b) + vec((A X) (A X)^T + b b^T)",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_value_is_that_of_the_text(text: str) -> None:
    assert_agrees(text, WHERE, SIZES)


def test_layers_need_few_names() -> None:
    """tanh(W tanh(W ...)) forty times, used again on the way back: the gradient needs all forty; the value needs two."""
    text = "x"
    for _ in range(12):
        text = f"tanh(X ({text})) + y .* ({text})" if text != "x" else "tanh(X x)"
    emitted = emit([understand(text, WHERE).node], sizes=SIZES)
    assert len(set(re.findall(r"\bt\d+\b", emitted))) <= 3


def test_every_form_of_a_net_is_the_same_with_sizes_and_without() -> None:
    where = read_declarations("W: n x n; V: n x n; x: n; y: n")
    d = diff("||V tanh(W tanh(V x)) - y||_2^2 + sum(exp(V tanh(W x)))", "x", "W: n x n; V: n x n; x: n; y: n")
    from random import Random

    values, sizes = draw(where.variables, Random(1))
    arrays = {name: np.array(value, float).squeeze() for name, value in values.items()}
    for shown in (d.gradient, d.hessian, d.hvp):
        found = []
        for given in (None, sizes):
            function, names = compiled([shown.node], sizes=given)
            found.append(function(*({**arrays, "v": arrays["x"] + 1}[name] for name in names)))
        assert np.allclose(*found, rtol=1e-12)

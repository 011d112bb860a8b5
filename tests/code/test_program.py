"""Programs of several results: what they share is one value, and comes before all that uses it."""

from __future__ import annotations

import numpy as np
import pytest

from matcalc.code.emission import compiled, emit
from matcalc.code.program import program
from matcalc.code.values import WIDEST, order
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import lines

WHERE = read_declarations("A: m x n; x: n; b: m")


def test_results_share_their_parts() -> None:
    """f = ||A x - b||^2 and its gradient 2 A^T (A x - b): one residual; A x is made once."""
    f, gradient = (understand(text, WHERE).node for text in ("||A x - b||_2^2", "2 A^T (A x - b)"))
    values = list(order(program([f, gradient])))
    assert [value.operation for value in values].count("add") == 1
    assert sum(value.operation == "matmul" and value.operands[0].data == "A" for value in values) == 1


SHARED = [
    # results                                        parts that are made once
    (("tanh(A X)", "tr(Y^T A X)"),                   "np.vdot(t0, Y)"),           # A X is there; Y^T A is not made
    (("tanh(A X)", "A X x"),                         "t0 @ x"),
    (("A x", "b^T A x"),                             "b @ t0"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), SHARED)
def test_a_product_that_is_needed_is_a_part_of_longer_ones(texts: tuple[str, str], expected: str) -> None:
    where = read_declarations("A: m x n; X: n x p; Y: m x p; x: p; b: m") if "X" in texts[1] else WHERE
    text = emit([understand(text, where).node for text in texts])
    assert text.splitlines()[-1].endswith(f", {expected}")


def test_operands_come_before_what_uses_them_and_results_are_in_the_order_asked() -> None:
    asked = [understand(text, WHERE).node for text in ("tanh(A x)", "A x", "A^T tanh(A x)", "A x")]
    results = program(asked)
    assert [value.operation for value in results] == ["tanh", "matmul", "matmul", "matmul"]
    assert results[1] is results[3]
    values = list(order(results))
    places = {value: k for k, value in enumerate(values)}
    assert len(places) == len(values)
    assert all(places[operand] < places[value] for value in values for operand in value.operands)


@pytest.mark.parametrize("count", [12, 13, 24, 25, 145, 300])
@pytest.mark.parametrize(("operator", "operation"), [(" + ", "add"), (" .* ", "multiply")])
def test_long_sums_and_products_are_made_of_few_at_a_time(operator: str, operation: str, count: int) -> None:
    """Every operand once, at most WIDEST to an operation, and only as many operations as that takes."""
    names = [f"u{k}" for k in range(count)]
    node = understand(
        operator.join(f"tanh({name})" for name in names), read_declarations(f"{', '.join(names)}: n")
    ).node
    made = [value for value in order(program([node])) if value.operation == operation]
    assert max(len(value.operands) for value in made) <= WIDEST
    assert sum(len(value.operands) for value in made) == count + len(made) - 1
    assert len(made) <= -(-count // (WIDEST - 1)) + 1


STABLE = [
    # written                          emitted
    ("sum(log(1 + exp(x)))",           "np.sum(_softplus(x))"),
    ("log(sum(exp(x)))",               "_logsumexp(x)"),
    ("sum(log(sigmoid(x)))",           "-np.sum(_softplus(-x))"),
    ("log(softmax(x))",                "x - _logsumexp(x)"),
    ("exp(x) / sum(exp(x))",           "_softmax(x)"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), STABLE)
def test_what_overflows_as_written_is_computed_stably(written: str, emitted: str) -> None:
    """log(1 + exp(1000)) is 1000, in programs too."""
    assert lines(written, WHERE)[-1] == emitted
    run, _ = compiled([understand(written, WHERE).node])
    assert np.all(np.isfinite(run(np.array([1000.0, -1000.0, 0.0]))))

"""Values: operands in the order in which a library needs the fewest arrays; powers; functions that hold at both ends."""

from __future__ import annotations

import tracemalloc
import warnings

import numpy as np
import pytest

from matcalc.code.emission import compiled
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations("M, T: m x n; U: m x k; V: n x k; X: n x n; x, y: n; c: scalar")

LINES = [
    # written                       emitted                                   because
    ("(M.^2 .* (U V^T - T)) V",     "((U @ V.T - T) * M * M) @ V"),         # over the temporary matrix, not beside it
    ("M .* T .* (U V^T)",           "(U @ V.T) * M * T"),
    ("M .* (U V^T)",                "M * (U @ V.T)"),                       # two commute as they stand
    ("M.^2 .* T",                   "T * M**2"),
    ("M + T + U V^T",               "U @ V.T + M + T"),
    ("T - U V^T",                   "T - U @ V.T"),
    ("x.^5",                        "t0 * t0 * x"),
    ("x.^4 ./ y.^3",                "t0 * t0 / (y * y * y)"),
    ("x.^100",                      "x**100"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_the_order_of_operands(written: str, emitted: str) -> None:
    assert lines(written, WHERE)[-1] == emitted
    assert_agrees(written, WHERE)


def test_the_gradient_of_masked_factorization_takes_two_matrices_of_its_size() -> None:
    """(M.^2 .* (U V^T - T)) V: the largest amount in use is two m x n arrays, the product and what it is computed in."""
    run, names = compiled([understand("(M.^2 .* (U V^T - T)) V", WHERE).node])
    random = np.random.default_rng(0)
    sizes = {"M": (600, 500), "T": (600, 500), "U": (600, 3), "V": (500, 3)}
    values = [random.normal(size=sizes[name]) for name in names]
    run(*values)
    tracemalloc.start()
    run(*values)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2.1 * 8 * 600 * 500


def test_functions_that_hold_at_both_ends() -> None:
    """sigmoid and softplus of -1000 .. 1000: no warning, the relative error of a few roundings."""
    t = np.array([-1000.0, -700.0, -30.0, -1.0, 0.0, 1.0, 30.0, 700.0, 1000.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for text, truth in (("sigmoid(x)", _sigmoid), ("softplus(x)", _softplus)):
            run, _ = compiled([understand(text, WHERE).node])
            for many in (t, np.tile(t, 20)):
                np.testing.assert_allclose(run(many), [truth(each) for each in many], rtol=4e-14, atol=0)


def _sigmoid(t: float) -> float:
    return float(np.exp(t) / (1 + np.exp(t))) if t < 0 else float(1 / (1 + np.exp(-t)))


def _softplus(t: float) -> float:
    return max(t, 0.0) + float(np.log1p(np.exp(-abs(t))))

"""An index form has the values of the expression, entry by entry."""

from __future__ import annotations

from itertools import product as places

import numpy as np
import pytest

from matcalc.algebra import calls, declared, entries, entrywise, linear, matrix_powers, products, transposes
from matcalc.algebra.dimension import ONE, constant, named
from matcalc.algebra.leaves import basis, commutation, identity, index, number, symbol
from matcalc.algebra.nodes import Abstract, Node
from matcalc.numeric.evaluation import evaluate
from matcalc.rewrite.index_form import IndexForm
from matcalc.rewrite.sympy_words import DEEPEST
from tests.expressions import SHAPES, SIZES, SYMBOLS, Array, Generator, flat, random_values
from tests.rewrite.indexed import value

S = SYMBOLS
m, n, p = map(named, SIZES)
w3 = symbol("w3", (constant(3), ONE))


def at_free_indices(node: Node) -> tuple[str, IndexForm]:
    """The text of the entry (i, j)."""
    form = IndexForm(node, {"i", "j"})
    return str(form.entry(node, form.index("i"), form.index("j"))), form


def assert_same_values(node: Node, truth: Array, values: dict[str, Array]) -> None:
    form = IndexForm(node, {"i", "j"})
    found = form.entry(node, form.index("i"), form.index("j"))
    named_values = flat(values)
    arrays = dict(named_values)
    for opaque, name in form._names.items():
        arrays[name] = evaluate(opaque, named_values, SHAPES)
    for i, j in places(*map(range, truth.shape)):
        assert value(found, arrays, SIZES | {"i": i + 1, "j": j + 1}) == pytest.approx(truth[i, j], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(150))
def test_random_expressions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = random_values(rng)
    node, truth = Generator(rng, values).expression(7)
    if truth.size <= 150 and node.weight <= 60:
        assert_same_values(node, truth, values)


FUNCTIONS = [
    *((name, S["x"]) for name in ("mean", "logsumexp", "softmax", "max", "min", "norm", "norm_1", "norm_inf", "skew")),
    *((f"{name}_{by}", S["X"]) for name in ("mean", "max", "min", "logsumexp", "softmax") for by in ("rows", "cols")),
    *((name, S["X"]) for name in ("norm", "norm_1", "norm_2", "norm_nuclear", "pinv", "abs", "sign", "relu", "step", "arctan")),
    *((name, S["B"]) for name in ("det", "logdet", "inv", "adj", "cof", "expm", "diag", "tr")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "argument"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS])
def test_functions(name: str, argument: Node) -> None:
    values = random_values(np.random.default_rng(3))
    if name == "skew":
        argument, values["w3"] = w3, values["x"]
        w = values["x"][:, 0]
        truth = np.array([[0, -w[2], w[1]], [w[2], 0, -w[0]], [-w[1], w[0], 0]])
        found = IndexForm(calls.call("skew", [w3]))
        arrays = {"w3": w}
        for i, j in places(range(3), repeat=2):
            entry = found.entry(calls.call("skew", [w3]), found.index(i + 1), found.index(j + 1))
            assert value(entry, arrays, {}) == truth[i, j]
        return
    node = calls.call(name, [argument])
    truth = evaluate(node, flat(values), SHAPES)
    assert_same_values(node, truth.reshape([length.evaluate(SIZES) for length in node.shape]), values)


TEXTS = [
    ("I",                       identity(n),                                              "KroneckerDelta(i, j)"),
    ("e(2, n)",                 basis(number(2), n),                                      "KroneckerDelta(2, i)"),
    ("A[2, k] x",               products.scaled(entries.entry(S["A"], index(2), index("k")), S["x"]), "A[2, k]*x[i]"),
    ("n: a sum over nothing",   calls.call("sum", [products.product([S["x"], transposes.transpose(S["y"])])]),
     "Sum(x[r], (r, 1, n))*Sum(y[r], (r, 1, n))"),
    ("(x^T x)^2",               entrywise.power(products.inner(S["x"], S["x"]), number(2)), "Sum(x[r]**2, (r, 1, n))**2"),
    ("names of constants",      products.product([symbol("E", (m, n)), symbol("I", (n, m))]), "Sum(E[i, r]*I[r, j], (r, 1, n))"),
    ("phi(x), elementwise",     declared.apply(Abstract("phi", ((ONE, ONE),), (ONE, ONE), "elementwise"), [S["x"]]), "phi(x[i])"),
    ("g(x), of a vector",       declared.apply(Abstract("g", ((n, ONE),), (m, ONE)), [S["x"]]), "g(x)[i]"),
    ("Kmat(m,n) vec(X)",        products.product([commutation(m, n), linear.vectorised(S["X"])]),
     "X[floor((i - 1)/n) + 1, Mod(i + n - 1, n) + 1]"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "node", "text"), TEXTS, ids=[row[0] for row in TEXTS])
def test_texts(name: str, node: Node, text: str) -> None:
    assert at_free_indices(node)[0] == text


def test_slope_of_an_elementwise_function() -> None:
    phi = Abstract("phi", ((ONE, ONE),), (ONE, ONE), "elementwise")
    text, _ = at_free_indices(declared.slope(phi, [S["x"]], [S["y"]]))
    assert text == "Derivative(phi(x[i]), x[i])*y[i]"


def test_two_nodes_never_share_a_name() -> None:
    long = matrix_powers.inverse(products.product([S["B"]] + [symbol(f"B_{k}", (n, n)) for k in range(50)]))
    both = products.product([calls.call("expm", [long]), calls.call("expm", [transposes.transpose(long)])])
    _, form = at_free_indices(both)
    assert len(set(form._names.values())) == len(form._names)


def test_as_deep_as_allowed_prints() -> None:
    f = S["x"]
    for _ in range((DEEPEST - 1) // 2):
        f = calls.call("tanh", [products.product([S["B"], f])])
    assert at_free_indices(f)[0].count("tanh") == (DEEPEST - 1) // 2

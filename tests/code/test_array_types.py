"""float32 in, float32 out, and float64 stays float64: a new array takes the type of the argument that it meets."""

from __future__ import annotations

import importlib
from itertools import product
from typing import Any

import numpy as np
import pytest

from matcalc import Derivative, diff
from matcalc.code.emission import emit, run
from matcalc.errors import UnsupportedError
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import lines
from tests.code.test_operations import given, nodes
from tests.code.test_targets import CASES, LIBRARIES, arguments
from tests.oracle import derivative

TYPED = ["numpy", "array-api strict", "array-api NumPy", "array-api torch", "jax", "torch"]

# where a constant takes part: ones, zeros, I, e(i, n), their Kronecker products, constants under functions, helpers
KINDS = [
    # f                                        by    declared
    ("||X - X ones(p, p) / p||_F^2",           "X",  "X: n x p"),
    ("||X - mean_rows(X) ones(p)^T||_F^2",     "X",  "X: n x p"),
    ("sum(softmax_rows(X) .* Y)",              "X",  "X, Y: n x p"),
    ("sum(logsumexp_rows(X W))",               "W",  "X: n x m; W: m x p"),
    ("sum(sqrt(d ones(n)^T + ones(n) d^T))",   "d",  "d: n"),
    ("||X W + ones(n) b^T - Y||_F^2",          "b",  "X: n x m; W: m x p; Y: n x p; b: p"),
    ("sum(X)^2",                               "X",  "X: n x p"),
    ("sum(x) + sqrt(2) sum(x.^2)",             "x",  "x: n"),
    ("sqrt(n) ||x||^2 + log(n) sum(x)",        "x",  "x: n"),
    ("x[2] exp(x[1])",                         "x",  "x: n"),
    ("||X||_F^2 / 2",                          "X",  "X: n x p"),
    ("||A X B||_F^2",                          "X",  "A: m x n; B: p x q; X: n x p"),
    ("||(I - W W^T) X||_F^2",                  "W",  "W: n x p; X: n x q"),
    ("logdet(S) + x^T S^-1 x",                 "S",  "S: n x n positive definite; x: n"),
    ("tr(S^-1)",                               "S",  "S: n x n"),
    ("logdet(c S + k I)",                      "c",  "S: n x n symmetric; c, k: scalar positive"),
    ("pi sum(max(x, y)) + max(x)",             "x",  "x, y: n"),
    ("log(c) sin(c) + abs(c)",                 "c",  "c: scalar positive"),
    ("||x||_1 + ||x||_inf + ||x||",            "x",  "x: n"),
    ("sum(relu(A x)) + sum(sigmoid(A x))",     "x",  "A: m x n; x: n"),
]  # fmt: skip
WHATS = ["value_and_gradient", "hvp", "hessian"]
SIZES = {"m": 4, "n": 3, "p": 2, "q": 5}


def types(target: str, library: str, text: str, values: list[Any], kind: str) -> set[str]:
    """The types of the arrays that the program gives for arguments of one type."""
    made = LIBRARIES[library][2]
    given_values = [made(np.asarray(v, kind)) if isinstance(v, np.ndarray) else v for v in values]
    function = run(text, "made", target)
    traced = library == "jax"  # and not compiled
    evaluated = importlib.import_module("jax").eval_shape if traced else lambda call: call()
    found = evaluated(lambda: function(*given_values))
    results = found if isinstance(found, tuple) else (found,)
    return {str(result.dtype).rpartition(".")[2] for result in results if hasattr(result, "dtype")}


@pytest.fixture(params=TYPED)
def library(request: pytest.FixtureRequest) -> str:
    """A library that is installed."""
    name: str = request.param
    target, module, _, _ = LIBRARIES[name]
    pytest.importorskip(module)
    if target == "array-api" and name != "array-api strict":
        pytest.importorskip("array_api_compat")
    return name


def drawn(d: Derivative, by: str, text: str) -> list[Any]:
    """Values of the arguments of a program; square ones are far from singular."""
    names = [name for name in text.rpartition("def made(")[2].partition(")")[0].split(", ") if name != "xp=None"]
    values = []
    for k, name in enumerate(names):
        lengths = [
            int(SIZES.get(str(side), side)) for side in d.shapes.get(name, d.shapes[by])
        ]  # a direction is like X
        value = np.random.default_rng(k).uniform(0.1, 0.9, lengths)
        values.append(value + np.eye(3) if lengths == [3, 3] else value)
    return values


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("what", WHATS)
def test_a_derivative_has_the_type_of_the_arguments(library: str, what: str, kind: str) -> None:
    target, wrong = LIBRARIES[library][0], []
    for (f, by, declared), sizes in product(KINDS, [None, {"n": 1000}]):
        d = diff(f, by, where=declared)
        text = d.code(target, what, name="made", sizes=sizes if "n" in declared else None)
        if types(target, library, text, drawn(d, by, text), kind) != {kind}:
            wrong.append(text)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("what", WHATS)
def test_a_new_tensor_is_on_the_device_of_the_arguments(what: str) -> None:
    """On the device "meta", which has shapes and no numbers; a tensor of another device cannot be added there."""
    torch = pytest.importorskip("torch")
    for f, by, declared in KINDS:
        d = diff(f, by, where=declared)
        text = d.code("torch", what, name="made")
        found = run(text, "made", "torch")(*(torch.tensor(v, device="meta") for v in drawn(d, by, text)))
        for result in found if isinstance(found, tuple) else (found,):
            assert result.device.type == "meta", text


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_every_operation_keeps_the_type_of_its_operands(library: str, kind: str) -> None:
    target, wrong = LIBRARIES[library][0], []
    for name, node in nodes().items():
        try:
            text = emit([node], target=target, name="made")
        except UnsupportedError:
            continue
        values = given(name, text, node)
        if not any(isinstance(v, np.ndarray) and v.ndim for v in values):
            continue
        if library == "jax":  # an exponent is no traced array
            values = [v if np.ndim(v) else np.asarray(v).item() for v in values]
        if types(target, library, text, values, kind) - {kind}:
            wrong.append(f"{name}\n{text}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_the_reference_tables_keep_the_type_of_their_arguments(library: str, kind: str) -> None:
    """All but the two derivatives that are a literal number."""
    target, wrong = LIBRARIES[library][0], []
    for case in CASES[:: 10 if library == "jax" else 2]:
        try:
            text = derivative(case).code(target, name="made")
        except UnsupportedError:
            continue
        if types(target, library, text, arguments(case, text, np.asarray), kind) - {kind}:
            wrong.append(f"{case.id}\n{text}")
    assert not wrong, "\n".join(wrong)


WHERE = read_declarations("A: m x n; x: n; y: m; X: n x n; c: scalar")

LINES = [
    # written                     emitted                                              takes the type of
    ("X x + ones(n) - A^T y",     ["X @ x + 1 - A.T @ y"]),                              # nothing: 1 is 1 of any type
    ("ones(n)",                   ["np.ones(n)"]),
    ("x + e(2, n)",               ["x + _basis(n, 1, dtype=x.dtype)"]),
    ("c I(n) + 2 X",              ["_add_diagonal(2 * X, c)"]),
    ("kron(A, X) - kron(A, I(n))", ["np.kron(A, X) - _kron_eye(A, n)"]),
    ("exp(1) x",                  ["math.exp(1) * x"]),                                # np.exp(1) is a double, whatever x is
    ("exp(c) x",                  ["np.exp(c) * x"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_constant_takes_the_type_of_what_it_meets(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE) == emitted


def test_a_constant_takes_the_type_of_what_it_meets_first() -> None:
    """I(n) is multiplied by X, of which x knows nothing."""
    text = emit([understand("sum(x) X exp(2 I(n))", WHERE).node])
    assert "X @ np.exp(2 * np.eye(n, dtype=X.dtype))" in text

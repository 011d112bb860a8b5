"""Values in, an array out: shapes, dimensions bound from values, and the exact text of every refusal."""

from __future__ import annotations

import builtins
import warnings
from typing import Any

import numpy as np
import pytest

from matcalc.algebra.dimension import SCALAR, Shape
from matcalc.errors import EvaluationError, MissingExtraError
from matcalc.numeric.evaluation import evaluate
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand

WHERE = read_declarations(
    "A: m x n; X: n x n; x: n; b: m; r: 1 x n; c: scalar; v: m*n; z: n + 1; y: 3; N: scalar; w: N"
)
KNOWN: dict[str, Shape] = {name: variable.shape for name, variable in WHERE.variables.items()} | {"i": SCALAR}

A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def at(text: str, **values: Any) -> Any:
    return evaluate(understand(text, WHERE).node, values, KNOWN)


SHAPES = [
    # expression   values                                                     shape
    ("c",          {"c": 2},                                                  ()),
    ("x",          {"x": [1, 2, 3]},                                          (3,)),
    ("x",          {"x": np.ones((3, 1))},                                    (3,)),
    ("r",          {"r": [1, 2, 3]},                                          (3,)),
    ("r",          {"r": np.ones((1, 3))},                                    (3,)),
    ("r",          {"r": np.ones((3, 1))},                                    (3,)),
    ("x",          {"x": np.ones((1, 3))},                                    None),
    ("A",          {"A": A},                                                  (2, 3)),
    ("A x",        {"A": A, "x": [1, 2, 3]},                                  (2,)),
    ("x^T",        {"x": [1, 2, 3]},                                          (3,)),
    ("x x^T",      {"x": [1]},                                                (1, 1)),
    ("vec(A)",     {"A": A},                                                  (6,)),
    ("ones(m,n)",  {"A": A},                                                  (2, 3)),
    ("ones(n)",    {"v": np.ones(6), "b": [1, 2]},                            (3,)),
    ("ones(n)",    {"z": np.ones(4)},                                         (3,)),
    ("zeros(m,n)", {"m": 2, "n": 3},                                          (2, 3)),
    ("1/n c x",    {"c": 1, "x": np.ones(3)},                                 (3,)),
    ("w / N",      {"w": np.ones(5)},                                         (5,)),
    ("N c",        {"w": np.ones(5), "c": 1},                                 ()),
    ("ones(N)",    {"N": 4},                                                  (4,)),
    ("x[i] + 0",   {"x": [1, 2, 3], "i": 3},                                  ()),
    ("c + 0",      {"c": np.float32(1), "A": A, "n": 3, "r": [1, 2, 3]},      ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "shape"), SHAPES)
def test_scalars_vectors_and_matrices_have_their_rank(
    text: str, values: dict[str, Any], shape: tuple[int, ...] | None
) -> None:
    """0-d, 1-d for a column and a row, 2-d; floats; (n,1) is a column, (1,n) a row only."""
    if shape is None:
        with pytest.raises(EvaluationError):
            at(text, **values)
    else:
        value = at(text, **values)
        assert value.shape == shape
        assert value.dtype == float


REFUSED = [
    # expression  values                              says
    ("A x",       {"A": A},                           "no value for x\nhint: x is n x 1"),
    ("x",         {"x": [1, 2], "q": 3},              "no name 'q' in this derivative\nhint: it has A, X, x, b, r, c, v, z, y, N, w, i"),
    ("A x",       {"A": A, "x": [1, 2]},              "the sizes do not fit: n is 3 in A and 2 in x\nhint: x is n x 1"),
    ("c",         {"A": A, "x": [1, 2], "c": 0},      "the sizes do not fit: n is 3 in A and 2 in x\nhint: x is n x 1"),
    ("X",         {"X": A},                           "the sizes do not fit: n is 2 in X and 3 in X\nhint: X is n x n"),
    ("y",         {"y": [1, 2]},                      "the sizes do not fit: its length 2 is not 3\nhint: y is 3 x 1"),
    ("v",         {"v": np.ones(5), "A": A},          "the sizes do not fit: m*n is 6 and 5 in v\nhint: v is m*n x 1"),
    ("v",         {"v": np.ones(5), "m": 2},          "v is m*n x 1: no n gives a length of 5 where m = 2"),
    ("x",         {"x": [1, 2], "n": 3},              "the sizes do not fit: n is 3 as given and 2 in x\nhint: x is n x 1"),
    ("ones(n)",   {"v": np.ones(6)},                  'no value given fixes the dimension n\nhint: give it as a number: {"n": ...}'),
    ("1/n c",     {"c": 1},                           'no value given fixes the dimension n\nhint: give it as a number: {"n": ...}'),
    ("ones(n)",   {"n": 2.5},                         "n is an integer of at least 1, not 2.5"),
    ("ones(n)",   {"n": 0},                           "n is an integer of at least 1, not 0.0"),
    ("ones(n)",   {"n": [3]},                         "n is an integer: a number, not an array of shape (1,)"),
    ("c",         {"c": [1]},                         "c is a scalar: a number, not an array of shape (1,)"),
    ("x",         {"x": 1},                           "x is n x 1: a 1-d array, not an array of shape ()"),
    ("x",         {"x": np.ones((2, 2))},             "x is n x 1: a 1-d array, not an array of shape (2, 2)"),
    ("A",         {"A": [1, 2]},                      "A is m x n: a 2-d array, not an array of shape (2,)"),
    ("x",         {"x": []},                          "x has no entries: its shape is (0,)"),
    ("x",         {"x": ["a"]},                       "the value of x is not an array of real numbers"),
    ("x",         {"x": [1j]},                        "the value of x is not an array of real numbers"),
    ("A",         {"A": [[1, 2], [3]]},               "the value of A is not an array of real numbers"),
    ("x",         {"x": None},                        "the value of x is not an array of real numbers"),
    ("X^-1",      {"X": [[1, 2], [2, 4]]},            "a matrix is singular there"),
    ("X^-1 x",    {"X": [[1, 2], [2, 4]], "x": [1, 1]}, "a matrix is singular there"),
    ("chol(X)",   {"X": [[1, 2], [2, 1]]},            "a matrix is not positive definite there: it has no Cholesky factor"),
    ("x[i]",      {"x": [1, 2]},                      "no value for the index i\nhint: indices count from 1"),
    ("x[i]",      {"x": [1, 2], "i": 0},              "i is an integer of at least 1, not 0.0"),
    ("x[i]",      {"x": [1, 2], "i": 3},              "an index is larger than its dimension\nhint: indices count from 1"),
    ("X^c",       {"X": np.eye(2), "c": 0.5},         "it has no value there: a matrix power needs an integer exponent"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "message"), REFUSED)
def test_values_that_do_not_fit_are_refused(text: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        at(text, **values)
    assert str(caught.value) == message


SILENT = [
    ("x / ||x||",  {"x": [0, 0]},      [np.nan, np.nan]),
    ("1 ./ x",     {"x": [0, 1]},      [np.inf, 1]),
    ("log(x)",     {"x": [-1, 0]},     [np.nan, -np.inf]),
    ("exp(x)",     {"x": [1e4, -1e4]}, [np.inf, 0]),
    ("sigmoid(x)", {"x": [1e4, -1e4]}, [1, 0]),
    ("softplus(x)", {"x": [1e4, -1e4]}, [1e4, 0]),
    ("softmax(x)", {"x": [1e4, -1e4]}, [1, 0]),
    ("logsumexp(x)", {"x": [1e4, -1e4]}, 1e4),
    ("sign(x)",    {"x": [0, -2]},     [0, -1]),
    ("step(x)",    {"x": [0, 2]},      [0, 1]),
    ("logdet(X)",  {"X": np.zeros((2, 2))}, -np.inf),
    ("logm(X)",    {"X": [[-1, 1], [0, -2]]}, [[np.nan, np.nan], [np.nan, np.nan]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "expected"), SILENT)
def test_poles_and_kinks_give_inf_nan_or_their_convention_silently(
    text: str, values: dict[str, Any], expected: Any
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(at(text, **values), expected)


def test_values_may_be_given_by_drawn_names() -> None:
    known = read_declarations("mu, x_1: n; Sigma: n x n")
    shapes = {name: variable.shape for name, variable in known.variables.items()}
    node = understand("Σ μ - x₁", known).node
    drawn = {"Σ": np.diag([2.0, 3.0]), "µ": [1, 1], "x₁": [1, 0]}
    assert evaluate(node, drawn, shapes).tolist() == [1, 3]
    with pytest.raises(EvaluationError) as refusal:
        evaluate(node, drawn | {"mu": [5, 5]}, shapes)
    assert refusal.value.message == "'µ' and 'mu' are one name: there are two values for it"


def test_the_values_are_not_changed_and_not_returned() -> None:
    x = np.array([1.0, 2.0])
    value = at("x", x=x)
    value[0] = 5
    assert x[0] == 1


def test_a_program_is_compiled_once() -> None:
    """The same node, the same function."""
    from matcalc.numeric.evaluation import _compiled

    before = _compiled.cache_info().misses
    for _ in range(3):
        at("sin(cos(tan(x)))", x=[1.0])
    assert _compiled.cache_info().misses == before + 1


HARD = [
    # f          X
    ("expm(X)",  [[0, 1e3], [0, 0]]),
    ("expm(X)",  [[-30, 20], [5, -40]]),
    ("sqrtm(X)", [[1, 1e3], [0, 4]]),
    ("sqrtm(X)", [[2, 1], [0, 2]]),       # not diagonalisable
    ("sqrtm(X)", [[1, 1], [1, 1]]),       # singular
    ("logm(X)",  [[2, 1], [0, 2]]),
    ("logm(X)",  [[1e-3, 0.2], [0, 1e3]]),
    ("logm(X)",  [[0, -1], [1, 0]]),      # a rotation: eigenvalues i and -i
    ("cosm(X)",  [[1, 5], [-5, 2]]),
    ("adj(X)",   [[0, 1], [0, 0]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), HARD)
def test_functions_of_matrices_keep_their_identity(text: str, rows: list[list[float]]) -> None:
    """e^X = (e^(X/2))^2, sqrtm(X)^2 = X, expm(logm(X)) = X, cos^2 + sin^2 = I, X adj(X) = det(X) I."""
    value, x = at(text, X=rows), np.array(rows)
    left, right = {
        "expm(X)": lambda: (value, np.linalg.matrix_power(at(text, X=x / 2), 2)),
        "sqrtm(X)": lambda: (value @ value, x),
        "logm(X)": lambda: (at("expm(X)", X=value), x),
        "cosm(X)": lambda: (value @ value + np.linalg.matrix_power(at("sinm(X)", X=x), 2), np.eye(2)),
        "adj(X)": lambda: (x @ value, np.linalg.det(x) * np.eye(2)),
    }[text]()
    np.testing.assert_allclose(left, right, atol=1e-9 * (np.abs(value).max() ** 2 + 1))


def test_without_numpy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "numpy":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as caught:
        at("x", x=[1])
    assert str(caught.value) == 'evaluation needs NumPy\nhint: pip install "matcalc[numpy]"'

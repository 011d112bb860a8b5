"""Every function, at every shape that its signature allows, twice: in 50 digits and by its emitted NumPy program."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from time import process_time

import numpy as np
import pytest

from matcalc.algebra import calls
from matcalc.algebra.dimension import ONE, SCALAR, Shape, constant
from matcalc.algebra.functions import FUNCTIONS, SYMMETRIC_ONLY
from matcalc.algebra.leaves import row_symbol, symbol
from matcalc.errors import EvaluationError
from matcalc.numeric.decompositions import eigenvalues
from matcalc.numeric.evaluation import evaluate
from matcalc.numeric.matrices import add, context, identity, largest, multiply, scale
from matcalc.numeric.precise_functions import MATRIX, call

SIZES = {"m": 3, "n": 4, "p": 2, "q": 5}


def shapes(name: str) -> Iterator[list[Shape]]:
    """The argument shapes of the signatures, each dimension also as 1."""
    for arguments, _ in FUNCTIONS[name].signatures:
        dimensions = sorted({d.name for shape in arguments for d in shape if d.name})
        for count in range(len(dimensions) + 1):
            for flat in combinations(dimensions, count):
                ones = dict.fromkeys(flat, ONE)
                yield [(rows.substitute(ones), columns.substitute(ones)) for rows, columns in arguments]


CASES = [(name, given) for name in FUNCTIONS if name != "unvec" for given in shapes(name)]


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize(("name", "given"), CASES)
def test_a_function_has_one_value(name: str, given: list[Shape], symmetric: bool) -> None:
    """Entries in (0, 1), where arcsin and log are real; squares near a multiple of I, where logm and sqrtm are."""
    rng = np.random.default_rng(1)
    square = FUNCTIONS[name].signatures[0][0][0]
    nodes, plain, exact, known = [], {}, [], {}
    for letter, shape, wanted in zip("XYZW", given, FUNCTIONS[name].signatures[0][0], strict=False):
        rows, columns = (length.evaluate(SIZES) for length in shape)
        value = rng.uniform(0.1, 0.9, size=(rows, columns))
        if wanted == SCALAR:  # an exponent
            value = np.array([[3.0]])
        if rows == columns > 1 and square[0] is square[1] and not nodes:
            value = value + rows * np.eye(rows)
            value = value + value.T if symmetric or name in SYMMETRIC_ONLY else value
        is_row = shape[0] is ONE and shape[1] is not ONE
        nodes.append(row_symbol(letter, shape[1]) if is_row else symbol(letter, shape))
        plain[letter] = value if nodes[-1].is_matrix else value.ravel() if value.size > 1 else value.item()
        known[letter] = shape
        exact.append([[context().mpf(float(entry)) for entry in line] for line in value])
    node = calls.call(name, nodes)
    expected = np.array([[float(entry) for entry in line] for line in call(name, exact)])
    assert expected.shape == tuple(length.evaluate(SIZES) for length in node.shape)
    value = evaluate(node, plain, known)
    np.testing.assert_allclose(value, expected.reshape(value.shape), rtol=1e-11)


@pytest.mark.parametrize(
    "a", [[[2, 1], [0, 2]], [[3, 1, 0], [-1, 3, 1], [0, 2, 4]]], ids=["not diagonalisable", "turning"]
)
def test_the_derivative_of_a_root_solves_its_equation(a: list[list[float]]) -> None:
    """S Z + Z S = H to 45 of 50 digits."""
    given, h = matrix(a), matrix([[i - 2 * j + 1 for j in range(len(a))] for i in range(len(a))])
    s, z = call("sqrtm", [given]), call("D_sqrtm", [given, h])
    residue = add(add(multiply(s, z), multiply(z, s)), scale(-1, h))
    assert largest(residue) < 1e-45


def test_the_derivative_of_a_root_takes_the_third_power_of_the_size_not_the_sixth() -> None:
    times = []
    for n in (6, 18):
        a = matrix([[n + 1 if i == j else 1 / (1 + i + 2 * j) for j in range(n)] for i in range(n)])
        start = process_time()
        call("D_sqrtm", [a, a])
        times.append(process_time() - start)
    assert times[1] < 3**5 * max(times[0], 0.01)


def matrix(rows: list[list[float]]) -> list[list[object]]:
    return [[context().mpf(entry) for entry in row] for row in rows]


KNOWN = [
    # function      arguments                           value, by hand
    ("sign",        [[[-2, 0, 3]]],                     [[-1, 0, 1]]),
    ("step",        [[[-2, 0, 3]]],                     [[0, 0, 1]]),
    ("onehot_max",  [[[1], [3], [3]]],                  [[0], [1], [0]]),
    ("adj",         [[[1, 2], [2, 4]]],                 [[4, -2], [-2, 1]]),
    ("cof",         [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]),
    ("det",         [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], [[0]]),
    ("skew",        [[[1], [2], [3]]],                  [[0, -3, 2], [3, 0, -1], [-2, 1, 0]]),
    ("unskew",      [[[7, -3, 5], [1, 7, 0], [-1, 2, 7]]], [[1], [3], [2]]),
    ("vec",         [[[1, 2], [3, 4]]],                 [[1], [3], [2], [4]]),
    ("khatri_rao",  [[[1, 2]], [[3, 4], [5, 6]]],       [[3, 8], [5, 12]]),
    ("kron",        [[[1, 2]], [[3], [4]]],             [[3, 6], [4, 8]]),
    ("expm",        [[[0, 1], [0, 0]]],                 [[1, 1], [0, 1]]),
    ("chol",        [[[4, 2], [2, 5]]],                 [[2, 0], [1, 2]]),
    ("pinv",        [[[3], [4]]],                       [[0.12, 0.16]]),
    ("norm_nuclear", [[[3, 0], [0, -4]]],               [[7]]),
    ("norm_2",      [[[3, 0], [0, -4]]],                [[4]]),
    ("max_rows",    [[[1, 2], [4, 3]]],                 [[2], [4]]),
    ("mean_cols",   [[[1, 2], [4, 3]]],                 [[2.5], [2.5]]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "expected"), KNOWN)
def test_a_function_has_its_textbook_value(
    name: str, arguments: list[list[list[float]]], expected: list[list[float]]
) -> None:
    """Singular, tied and zero arguments too: adj and cof of singular X, the first of two maxima, sign(0) = step(0) = 0."""
    value = call(name, [matrix(rows) for rows in arguments])
    np.testing.assert_allclose([[float(entry) for entry in row] for row in value], expected, atol=1e-40)
    shapes_ = [(len(rows), len(rows[0])) for rows in arguments]
    nodes, plain, known = [], {}, {}
    for letter, (rows, columns), given in zip("XY", shapes_, arguments, strict=False):
        shape = (constant(rows), constant(columns))
        nodes.append(row_symbol(letter, shape[1]) if rows == 1 and columns > 1 else symbol(letter, shape))
        plain[letter] = np.array(given) if nodes[-1].is_matrix else np.ravel(given)
        known[letter] = shape
    emitted = evaluate(calls.call(name, nodes), plain, known)
    np.testing.assert_allclose(emitted, np.reshape(expected, emitted.shape), atol=1e-12)


def test_an_iteration_for_eigenvalues_that_does_not_end_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """mpmath gives up with a RuntimeError; the point is then left out, as where a function has no value."""

    def endless(*_: object, **__: object) -> None:
        raise RuntimeError("qr: failed to converge")

    mp = context()
    monkeypatch.setattr(mp, "eig", endless)
    matrix = [[mp.mpf(2), mp.mpf(1)], [mp.mpf(0), mp.mpf(3)]]
    with pytest.raises(EvaluationError):
        MATRIX["J_expm"](matrix)
    with pytest.raises(EvaluationError):
        eigenvalues(matrix)
    first, zero = identity(2), [[mp.mpf(0)] * 2] * 2
    assert MATRIX["D2_expm"](zero, first, first) == first  # by blocks: D2 expm(0)[I, I] = I

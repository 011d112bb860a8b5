"""Sums take one term after the other: no two terms are held at once, nor what those before were made of."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from matcalc.code.emission import compiled
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.understanding import understand
from tests.code.agreement import assert_agrees, lines

WHERE = read_declarations("A, B: n x n; M: m x n; N: n x m; x, y, z: n; c: scalar; S: n x n symmetric")
SIZES = {"m": 200, "n": 100}

LINES = [
    # written                    emitted                                              because
    ("A + A^T",                  ["t0 = A.T.copy()", "t0 += A", "t0"]),             # what is turned is copied, not added
    ("A - A^T",                  ["t0 = A.T.copy()", "np.subtract(A, t0, out=t0)", "t0"]),
    ("A^T - A",                  ["t0 = A.T.copy()", "t0 -= A", "t0"]),
    ("-A - A^T",                 ["t0 = A.T.copy()", "t0 += A", "np.negative(t0, out=t0)", "t0"]),
    ("3 (A + B^T)",              ["t0 = B.T.copy()", "t0 += A", "t0 *= 3", "t0"]),
    ("A + A^T + c ones(n,n)",    ["t0 = A.T.copy()", "t0 += A", "t0 += c", "t0"]),
    ("tanh(A) - tanh(A)^T",
     ["t0 = np.tanh(A)", "t1 = t0.T.copy()", "np.subtract(t0, t1, out=t1)", "t1"]),
    ("A^T + B^T",                ["(A + B).T"]),                                    # both are turned
    ("S + S^T",                  ["S + S"]),
    ("S + A^T + S^T",            ["t0 = A.T.copy()", "t0 += S", "t0 += S", "t0"]),  # one value, two terms
    ("A B + B^T",                ["t0 = A @ B", "t0 += B.T", "t0"]),                # A B is an array of its own
    ("A - B A - A A^T",          ["t0 = B @ A", "np.subtract(A, t0, out=t0)", "t0 -= A @ A.T", "t0"]),
    ("A - M^T M - c ones(n,n)",  ["t0 = M.T @ M", "np.subtract(A, t0, out=t0)", "t0 -= c", "t0"]),
    ("-A - M^T M",               ["t0 = M.T @ M", "t0 += A", "np.negative(t0, out=t0)", "t0"]),
    # a Kronecker product is added without being made
    ("kron(A, B) - kron(B, A) + kron(S, S)",
     ["t0 = np.kron(A, B)", "_add_kron(t0, S, S)", "_add_kron(t0, -B, A)", "t0"]),
    ("Kmat(n,n) (-kron(A, B) - kron(B, A + S))",
     ["t0 = _swapped_kron(A, B)", "_add_swapped_kron(t0, B, A + S)", "np.negative(t0, out=t0)", "t0"]),
    ("kron(A, B) + kron(B, A) .* kron(B, A)",   ["t0 = np.kron(A, B)", "t0 += np.kron(B, A)**2", "t0"]),
    ("kron(A, B) + kron(B, A) + exp(kron(B, A))",                                   # needed twice
     ["t0 = np.kron(B, A)", "t1 = np.kron(A, B)", "t1 += t0", "np.exp(t0, out=t0)", "t1 += t0", "t1"]),
    ("vec(A) vec(B)^T - kron(A, B)",
     ['t0 = np.outer(A.ravel(order="F"), B.ravel(order="F"))', "_add_kron(t0, -A, B)", "t0"]),
    ("kron(A^T, B) + kron(B, A^T)",
     ["t0 = np.kron(A.T, B)", "_add_kron(t0, B, A.T)", "t0"]),
    ("x + y + z",                ["t0 = x + y", "t0 += z", "t0"]),
    ("c + m + n",                ["c + m + n"]),                                    # numbers
    # each product is added before B A, which it is made of, becomes B B A
    ("A^T diag(y) A - (B A)^T diag(x) (B A) + (B B A)^T diag(z) (B B A)",
     ["t0 = B @ A", "t1 = A.T @ (y[:, None] * A)", "t1 -= t0.T @ (x[:, None] * t0)",
      "t0 = B @ t0", "t1 += t0.T @ (z[:, None] * t0)", "t1"]),
    ("(B A)^T diag(x) (B A) - A^T diag(y) A",
     ["t0 = B @ A", "t1 = A.T @ (y[:, None] * A)", "np.subtract(t0.T @ (x[:, None] * t0), t1, out=t1)", "t1"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "emitted"), LINES)
def test_a_sum_is_added_up_in_one_array(written: str, emitted: list[str]) -> None:
    assert lines(written, WHERE, SIZES) == emitted


@pytest.mark.parametrize("written", [written for written, _ in LINES])
def test_it_has_its_value(written: str) -> None:
    assert_agrees(written, WHERE, SIZES)


@pytest.mark.parametrize(
    ("written", "emitted"),
    [
        ("A + A^T", ["t0 = A.T.copy()", "t0 += A", "t0"]),
        ("A - A^T", ["t0 = A.T.copy()", "np.subtract(A, t0, out=t0)", "t0"]),
        ("(A + A^T)/2", ["t0 = A.T.copy()", "t0 += A", "t0 / 2"]),
        ("A + B^T", ["A + B.T"]),
        ("A^T B + B^T A", ["t0 = A.T @ B", "t0 + t0.T"]),
    ],
)
def test_without_sizes_only_an_argument_meets_a_copy_of_its_transpose(written: str, emitted: list[str]) -> None:
    """Arrays of several types may be given, and A and A^T are of one."""
    assert lines(written, WHERE) == emitted


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.float64, np.complex128])
def test_the_type_of_a_sum_with_the_transpose(dtype: type) -> None:
    """A + A^T has the type of A, and A is as it was."""
    A = np.arange(9).reshape(3, 3).astype(dtype)
    run, _ = compiled([understand("A + A^T", WHERE).node])
    found = run(A)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, A + A.T)
    np.testing.assert_array_equal(A.ravel(), np.arange(9))


@pytest.mark.parametrize("layout", [lambda M: M, np.asfortranarray, lambda M: np.repeat(M, 2, axis=1)[:, ::2]])
@pytest.mark.parametrize("entries", [np.float64, np.float32, np.int64])
@pytest.mark.parametrize("written", ["A + A^T", "A - A^T", "A^T - A", "-A - A^T + A .* A"])
def test_whatever_the_order_in_memory_and_the_type(written: str, entries: type, layout: Callable[[Any], Any]) -> None:
    A = layout(np.arange(9, dtype=entries).reshape(3, 3))
    truth = {"A + A^T": A + A.T, "A - A^T": A - A.T, "A^T - A": A.T - A, "-A - A^T + A .* A": -A - A.T + A * A}[written]
    before = A.copy()
    run, _ = compiled([understand(written, WHERE).node], sizes=SIZES)
    found = run(A)
    assert np.array_equal(found, truth)
    assert found.dtype == entries
    assert np.array_equal(A, before)
    assert not np.shares_memory(A, found)


LAYERS = read_declarations("A, B, C, D: n x n; x, y: n")
# sum of Y_l^T diag Y_l, Y_l = A ... made of Y_(l-1): the sum, Y_l, diag Y_l, and the product
SUMS = "A^T diag(x) A - (B A)^T diag(y) (B A) + (C (B A))^T diag(x) (C (B A)) - (D (C (B A)))^T diag(y) (D (C (B A)))"


def test_a_sum_through_layers_holds_four_matrices() -> None:
    n = 64
    run, names = compiled([understand(SUMS, LAYERS).node], sizes={"n": n})
    rng = np.random.default_rng(1)
    given = {name: rng.standard_normal((n, n) if name.isupper() else n) for name in names}
    assert peak(lambda: run(*(given[name] for name in names))) <= 4.3 * 8 * n * n


def peak(call: Callable[[], object]) -> int:
    """Bytes that one call holds at most, its result included."""
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

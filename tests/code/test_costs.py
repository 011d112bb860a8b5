"""The order of a product by what its operations cost, and what stands for unknown sizes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from matcalc.algebra.dimension import constant, named
from matcalc.algebra.leaves import symbol
from matcalc.algebra.transposes import transpose
from matcalc.code.costs import TYPICAL, Sizes, cheapest, matrix_chains, product
from matcalc.code.factors import Factor
from matcalc.errors import DeclarationError

m, n = named("m"), named("n")


def test_an_unknown_dimension_is_typical_and_a_polynomial_is_evaluated() -> None:
    sizes = Sizes({"m": 7})
    assert [sizes(length) for length in (m, n, m * n, m + constant(3), constant(3))] == [
        7, TYPICAL, 7 * TYPICAL, 10, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("size", [0, -2, 2.5, "7", None, True])
def test_a_size_is_a_positive_integer(size: Any) -> None:
    with pytest.raises(DeclarationError) as raised:
        Sizes({"m": 3, "n": size})
    assert str(raised.value) == (
        f'a size is a positive integer, and n = {size!r} is not\nhint: write sizes={{"n": 1000}}'
    )
    assert Sizes({"n": np.int64(5)})(n) == 5


def brackets(sides: list[int]) -> list[float]:
    """The cost of every way to set the brackets, by hand."""
    if len(sides) == 2:
        return [0.0]
    return [
        a + b + product(sides[0], sides[k], sides[-1])
        for k in range(1, len(sides) - 1)
        for a in brackets(sides[: k + 1])
        for b in brackets(sides[k:])
    ]


@pytest.mark.parametrize("sides", [[3, 50, 2, 40], [9, 1, 9, 5], [30, 35, 15, 5, 10, 20, 25], [8, 8, 8, 1]])
def test_the_cheapest_way_is_the_cheapest_of_all(sides: list[int]) -> None:
    """Dynamic programming over parts against all ways to set the brackets."""
    names = {f"n_{k}": side for k, side in enumerate(sides)}
    dimensions = [constant(side) for side in sides]
    chain = [Factor(symbol(f"A_{k}", shape), "plain", ()) for k, shape in enumerate(pairwise(dimensions))]
    best = cheapest(chain, Sizes(names), lambda node, word: False)
    assert best[0, len(chain) - 1][0] == min(brackets(sides))


def test_a_thin_matrix_is_cheaper_in_front() -> None:
    """U (V^T V) against (U V^T) V for V of 5 columns; a single matrix costs nothing."""
    U, V = (symbol(name, (n, m)) for name in "UV")
    sizes = Sizes({"n": 500, "m": 5})
    assert matrix_chains([[U, transpose(V), V]], sizes) < product(500, 5, 500)
    assert matrix_chains([[U]], sizes) == 0


def test_what_products_share_is_counted_once() -> None:
    """W (W^T X) and X (W^T X)^T take three products, W (W^T X) twice the two of one."""
    k, p = named("k"), named("p")
    W, X = symbol("W", (n, k)), symbol("X", (n, p))
    sizes = Sizes({"n": 100, "k": 90, "p": 80})
    once = matrix_chains([[W, transpose(W), X]], sizes)
    assert matrix_chains([[W, transpose(W), X]] * 2, sizes) == once
    last = matrix_chains([[X, transpose(X), W]], sizes) - matrix_chains([[transpose(X), W]], sizes)
    assert matrix_chains([[W, transpose(W), X], [X, transpose(X), W]], sizes) == once + last


@pytest.mark.parametrize(
    ("sizes", "split"),
    [
        ({}, 0),                       # W (W^T X)
        ({"n": 1000, "k": 5, "p": 1000}, 0),
        ({"n": 5, "k": 1000, "p": 1000}, 1),  # (W W^T) X, 5 x 5
    ],
)  # fmt: skip
def test_an_n_by_n_matrix_is_made_last_unless_sizes_say_better(sizes: dict[str, int], split: int) -> None:
    k, p = named("k"), named("p")
    W, X = symbol("W", (n, k)), symbol("X", (n, p))
    chain = [Factor(factor, "plain", ()) for factor in (W, transpose(W), X)]
    assert cheapest(chain, Sizes(sizes), lambda node, word: False)[0, 2][1] == split


def test_where_an_n_by_n_matrix_is_given_another_one_is_no_worry() -> None:
    """S W W^T: from left to right, or as S (W W^T), which is half a product."""
    S, W = symbol("S", (n, n)), symbol("W", (n, m))
    assert Sizes().unknown([S, W, transpose(W)]) == {m}
    assert Sizes({"m": 3}).unknown([W]) == {n}

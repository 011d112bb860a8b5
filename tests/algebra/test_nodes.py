"""What a node tells of what is in it, and the walks over it."""

from __future__ import annotations

import numpy as np
import pytest

from matcalc.algebra.nodes import PLUS, Call, Node, Sum, bit, postorder, postorder_with
from tests.expressions import Generator, random_values


def drawn(seed: int) -> Node:
    """A random expression."""
    rng = np.random.default_rng(seed)
    node, _ = Generator(rng, random_values(rng)).expression(12)
    return node


def head_of(node: Node) -> str:
    """The name of a function, of everything else that of its class."""
    return node.data if type(node) is Call else type(node).__name__


def is_sum_of_several(node: Node) -> bool:
    """Whether it adds; a multiple is a Sum of one term."""
    return type(node) is Sum and len(node.children) > 1


@pytest.mark.parametrize("seed", range(50))
def test_the_heads_are_those_of_all_parts(seed: int) -> None:
    node = drawn(seed)
    expected = 0
    for part in postorder(node):
        expected |= bit(head_of(part)) | (PLUS if is_sum_of_several(part) else 0)
    assert node.heads == expected


def test_two_heads_have_two_bits() -> None:
    names = ["Sum", "+", "Product", "tr", "det", "logdet"]
    assert len({bit(name) for name in names}) == len(names)
    assert all(bit(name).bit_count() == 1 for name in names)


@pytest.mark.parametrize("heads", [PLUS, bit("Hadamard") | bit("Power"), bit("Transpose"), bit("Symbol"), bit("det")])
@pytest.mark.parametrize("seed", range(20))
def test_the_walk_by_heads_is_the_part_of_the_whole_walk_that_has_them(seed: int, heads: int) -> None:
    node = drawn(seed)
    found = list(postorder_with(heads, node))
    assert found == [part for part in postorder(node) if part.heads & heads]


def test_the_walk_by_heads_leaves_out_what_is_known() -> None:
    node = next(one for one in map(drawn, range(100)) if any(child.heads & PLUS for child in one.children))
    known = {child for child in node.children if child.heads & PLUS}
    assert list(postorder_with(PLUS, node, known)) == [node]

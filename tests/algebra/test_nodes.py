"""What a node tells of what is in it."""

from __future__ import annotations

import pytest

from matcalc.algebra.nodes import PLUS, Call, Node, Sum, bit
from matcalc.algebra.walks import postorder
from tests.expressions import drawn


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

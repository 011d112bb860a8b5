"""The walks over an expression."""

from __future__ import annotations

import pytest

from matcalc.algebra.nodes import PLUS, bit
from matcalc.algebra.walks import postorder, postorder_with
from tests.expressions import drawn


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

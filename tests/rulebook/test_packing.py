"""A line is kept as JSON and made again of it."""

from __future__ import annotations

import pytest

from matcalc.rulebook import loading, packing
from matcalc.rulebook.in_force import book
from matcalc.rulebook.rule import Line


@pytest.mark.parametrize("line", book().lines(), ids=str)
def test_a_line_survives_the_cache(line: Line) -> None:
    again = packing.unpacked(packing.packed(line))
    assert packing.packed(again) == packing.packed(line)
    left, right = loading.lowered(line)[:2]
    assert loading.lowered(again)[:2] == (left, right)

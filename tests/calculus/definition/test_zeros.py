"""The directions in which a form is zero."""

from __future__ import annotations

import pytest
import sympy

from matcalc.calculus.definition.zeros import zero_directions

V = sympy.symbols("v_1 v_2", real=True)
FORMS_AND_ZEROS = [
    # form                      directions in which it is 0
    (V[0] ** 2 + V[1] ** 2,     []),
    (V[0],                      [(0, 1)]),
    (V[0] * V[1],               [(0, 1), (1, 0)]),
    (V[0] ** 2 - V[1] ** 2,     [(-1, 1), (1, 1)]),
    (V[0] ** 2 + V[0] * V[1] + V[1] ** 2, []),
    (sympy.exp(V[0]) - 1,       None),
]  # fmt: skip


@pytest.mark.parametrize(("form", "zeros"), FORMS_AND_ZEROS)
def test_zero_directions(form, zeros):
    found = zero_directions(form, V)
    assert (None if found is None else sorted(found)) == zeros

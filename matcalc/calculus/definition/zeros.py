"""The directions in which a homogeneous form is 0: there a formula for a general direction v may fail.

In: a SymPy expression in the components of v, homogeneous.  Out: its zero directions up to a factor, or None where they are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcalc.calculus.definition.germs import Germs


def zero_directions(form: Any, v: Sequence[Any]) -> list[tuple[Any, ...]] | None:
    """The directions, up to a factor, in which a homogeneous form is 0; None where they are not known."""
    import sympy

    if not form.has(*v):
        return []
    if form.is_Mul:
        found = [zero_directions(factor, v) for factor in form.args]
        return None if None in found else [each for part in found for each in part or ()]
    if form.is_Pow or form.func is sympy.Abs or form.func is sympy.sign:
        return zero_directions(form.args[0], v)
    if not form.is_polynomial(*v):
        return None
    if all(c.is_positive and all(k % 2 == 0 for k in powers) for powers, c in sympy.Poly(form, *v).terms()):
        pure = [sum(map(bool, powers)) == 1 for powers, _ in sympy.Poly(form, *v).terms()]
        if sum(pure) == len(v):
            return []
    return _roots(form, v)


def _roots(form: Any, v: Sequence[Any]) -> list[tuple[Any, ...]] | None:
    """Of a form in two variables: v = (s, 1) for its real roots s, and (1, 0)."""
    import sympy

    if len(v) == 1:
        return [] if not sympy.Poly(form, *v).is_zero else None
    if len(v) != 2:
        return None
    s, one, zero = sympy.Symbol("s"), sympy.S.One, sympy.S.Zero
    found = [(one, zero)] if Germs().is_zero(form.subs(dict(zip(v, (1, 0), strict=True)))) else []
    across = sympy.Poly(form.subs(dict(zip(v, (s, 1), strict=True)), simultaneous=True), s)
    if across.is_zero or any(c.free_symbols for c in across.coeffs()):
        return None
    try:
        return found + [(root, one) for root in dict.fromkeys(sympy.real_roots(across))]
    except NotImplementedError:
        return None

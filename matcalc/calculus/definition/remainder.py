"""Whether the remainder (f(p + w) - f(p) - D[w])/|w| tends to 0: then the linear D is the derivative of f at p.

In: the quotients of f along paths, and D as a formula in v.  Out: whether its order is proved to be above 0; or a curve along which it
does not tend to 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from matcalc.calculus.definition.germs import Germs, Undefined
from matcalc.calculus.definition.leading import Undecided
from matcalc.calculus.definition.scalars import shown, spell
from matcalc.calculus.definition.zeros import zero_directions

CURVES = (2, 3, 4)  # y = x^p


@dataclass(frozen=True, slots=True)
class Remainder:
    """`along(path, germs)` is (f(p + path(h)) - f(p))/h; `formula` is D[v], linear in the components `v`."""

    along: Callable[[Sequence[Any], Germs], Any]
    wrt: Sequence[str]
    at: Sequence[Any]
    v: Sequence[Any]
    h: Any
    formula: Any

    def _remainder(self, path: Sequence[Any], germs: Germs) -> Any:
        """(f(p + w) - f(p) - D[w])/h for w = path(h)."""
        linear = self.formula.subs(dict(zip(self.v, path, strict=True)), simultaneous=True)
        return self.along(path, germs) - linear / self.h

    def contradiction(self) -> str:
        """A curve x_j = +-x_i^p along which the remainder over |w| does not tend to 0."""
        import sympy

        for i, j in ((i, j) for i in range(len(self.wrt)) for j in range(len(self.wrt)) if i != j):
            for p, sign in product(CURVES, (1, -1)):
                path = [sympy.S.Zero] * len(self.wrt)
                path[i], path[j] = self.h, sign * self.h**p
                germs = Germs(self.h)
                curve = self._curve(i, j, p, sign)
                try:
                    found = germs.limit(self._remainder(path, germs))
                except Undefined as problem:
                    return f"f has no values along {curve} ({problem})"
                except Undecided:
                    continue
                if found is None or (found != 0 and not found.free_symbols):
                    to = "has no limit" if found is None else f"-> {spell(shown(found))}"
                    return f"along {curve} the remainder (f(p + w) - f(p) - Df(p)[w])/|w| {to}, not 0"
        return ""

    def _curve(self, i: int, j: int, p: int, sign: int) -> str:
        x, y = (f"({self.wrt[k]} - {self.at[k]})" if self.at[k] != 0 else self.wrt[k] for k in (i, j))
        return f"{y} = {'-' if sign < 0 else ''}{x}^{p}"

    def is_small(self) -> bool:
        """Whether the remainder is h^k r(v, h), k > 1, with a bounded r: a quotient whose denominator's leading form has no zeros."""
        import sympy

        germs = Germs(self.h)
        try:
            remainder = self._remainder([self.h * v for v in self.v], germs)
        except (Undefined, Undecided):
            return False
        if germs.is_zero(remainder):
            return True
        above, below = sympy.fraction(sympy.together(remainder))
        if not (above.is_polynomial(self.h) and below.is_polynomial(self.h)):
            return False
        continuous = not (above.atoms(sympy.sign) | below.atoms(sympy.sign))
        forms = [germs.lowest_form(below), *germs.critical]
        order = germs.leading(remainder)[0]
        return continuous and order > 0 and all(zero_directions(sympy.factor(form), self.v) == [] for form in forms)

"""Leading terms: what an expression in the positive symbol h does as h -> 0, u ~ c h^k, its sign, its limit.

SymPy expressions in, numbers or expressions out; Undecided where SymPy finds no answer.  `sure` is false once a limit is SymPy's word
alone, which knows no exceptions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from matcalc.errors import UnsupportedError

LARGEST = 400  # operations: SymPy needs seconds for a limit of more
SAMPLES = 6  # points at which an expression that is no quotient of polynomials must be 0
ORDERS = 8  # derivatives that are taken to find a leading term


class Undecided(Exception):
    """SymPy finds no leading term or limit."""


class Leading:
    """Leading terms in the positive symbol `h`; without one, of numbers and of expressions that do not vary."""

    def __init__(self, h: Any = None) -> None:
        import sympy

        self.sympy = sympy
        self.h = h
        self.critical: list[Any] = []
        self.smooth = True
        self.sure = True
        self._infinite = (sympy.zoo, sympy.nan, sympy.oo, sympy.AccumBounds)
        self._failures = (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError, sympy.PoleError)

    def is_zero(self, u: Any) -> bool:
        """Whether u is 0 identically."""
        if u.is_zero is not None:
            return bool(u.is_zero)
        if not u.free_symbols:
            return self._vanishes(u) is True
        if not u.is_rational_function():
            names = sorted(u.free_symbols, key=str)
            seen = [self._vanishes(u.subs(dict(zip(names, row, strict=True)))) for row in self._samples(len(names))]
            return True in seen and False not in seen
        above = self.sympy.fraction(self.sympy.together(u))[0]
        if self.h is not None and above.has(self.h):
            return all(self.is_zero(c) for c in self.sympy.Poly(self.sympy.expand(above), self.h).coeffs())
        return bool(self.sympy.expand(above) == 0)

    def _vanishes(self, number: Any) -> bool | None:
        """Whether a number is 0, with 40 digits; None where it is undefined."""
        size = abs(number.evalf(50))
        if size.has(*self._infinite) or not size.is_Number:
            return None
        return bool(size < self.sympy.Float(10) ** -40)

    def _samples(self, count: int) -> Iterator[list[Any]]:
        draw = random.Random(2)
        for _ in range(SAMPLES):
            yield [self.sympy.Rational(draw.choice((-1, 1)) * draw.randint(20, 99), 101) for _ in range(count)]

    def sign(self, c: Any) -> int | None:
        """1, -1 or 0; None where it depends on the symbols."""
        if c.is_positive:
            return 1
        if c.is_negative:
            return -1
        if self.is_zero(c):
            return 0
        return None if c.free_symbols else (1 if c.evalf() > 0 else -1)

    def leading(self, u: Any) -> tuple[Any, Any, Any]:
        """(k, w, c) with u = h^k w, and w -> c, not 0 identically, as h -> 0; u is not 0."""
        if self.h is None or not u.has(self.h):
            return self.sympy.S.Zero, u, u
        if u.count_ops() > LARGEST:
            raise UnsupportedError("this is too long for a limit by SymPy", hint="ask for the derivative: matcalc diff")
        above, below = self.sympy.fraction(self.sympy.together(u))
        if above.is_polynomial(self.h) and below.is_polynomial(self.h):
            (m, p, a), (n, q, b) = (self._lowest(side) for side in (above, below))
            return self.sympy.Integer(m - n), self.sympy.cancel(p / q), self.sympy.cancel(a / b)
        (m, a), (n, b) = (self._lowest_term(side) for side in (above, below))
        k = m - n
        return k, u if k == 0 else self.sympy.expand(u / self.h**k), self.sympy.cancel(a / b)

    def lowest_form(self, u: Any) -> Any:
        """The coefficient of the lowest power of h in a polynomial in h."""
        return self._lowest(u)[2]

    def _lowest(self, u: Any) -> tuple[int, Any, Any]:
        """(k, u/h^k, coefficient of h^k) of a polynomial in h."""
        terms = self.sympy.Poly(self.sympy.expand(u), self.h).terms()[::-1]
        for (k,), c in terms:
            if not self.is_zero(c):
                rest = self.sympy.Add(*(c * self.h ** (m - k) for (m,), c in terms if m >= k))
                return k, rest, c
        raise Undecided

    def _lowest_term(self, u: Any) -> tuple[Any, Any]:
        """(k, c) with u ~ c h^k: by derivatives at 0, where they exist, else by SymPy."""
        try:
            changing = u
            for k in range(ORDERS):
                c = changing.subs(self.h, 0)
                if c.has(*self._infinite, self.sympy.DiracDelta, self.sympy.Derivative, self.sympy.Subs):
                    break
                if not self.is_zero(c):
                    return self.sympy.Integer(k), c / self.sympy.factorial(k)
                changing = changing.diff(self.h)
            self.sure = False
            c, k = self.sympy.powdenest(u.as_leading_term(self.h), force=True).as_coeff_exponent(self.h)
        except self._failures:
            raise Undecided from None
        if c.has(self.h, *self._infinite) or self.is_zero(c):
            raise Undecided
        return k, c

    def limit(self, u: Any) -> Any:
        """The limit as h -> 0: a number, an expression, +-oo; None where there is none; Undecided where SymPy finds no answer."""
        if self.is_zero(u):
            return self.sympy.S.Zero
        try:
            k, _, lead = self.leading(u)
        except Undecided:
            return self._limit_by_sympy(u)
        self._note(lead if k < 0 else self.sympy.fraction(lead)[1])
        if k > 0:
            return self.sympy.S.Zero
        return lead if k == 0 else self.sympy.sign(lead) * self.sympy.oo

    def _limit_by_sympy(self, u: Any) -> Any:
        self.sure = False
        try:
            found = self.sympy.limit(u, self.h, 0, "+")
        except self._failures:
            raise Undecided from None
        if isinstance(found, self.sympy.AccumBounds):
            return None
        if found.has(self.sympy.Limit, self.sympy.nan, self.sympy.zoo, self.sympy.AccumBounds, self.sympy.I):
            raise Undecided
        return found

    def _note(self, lead: Any) -> None:
        for part in self.sympy.fraction(self.sympy.factor(lead)):
            if part.free_symbols and not part.is_positive and part not in self.critical:
                self.critical.append(part)

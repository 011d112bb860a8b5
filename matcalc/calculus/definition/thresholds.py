"""K for a delta: from which index on a sequence that tends to 0 stays below delta.

In: the error s_n - s in SymPy, its index, and delta > 0.  Out: the smallest K from 1 on with |error| < delta for all n > K, or none.
A quotient of polynomials by the real roots of delta^2 q^2 - p^2; else a majorant that decreases from a known index on, products
of n^a, q^n, log(n)^b, sin and cos replaced by 1 (sin(1/n) by 1/n), a - b = (a^2 - b^2)/(a + b) for roots; from its K down while
|error| < delta holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matcalc.calculus.definition.germs import Germs

STEPS_DOWN = 2_000  # from the K of a majorant
LARGEST_BITS = 4_000  # of a K


def index_from(terms: Any, error: Any, n: Any, delta: Any) -> tuple[int | None, bool]:
    """K with |error| < delta for all n > K, and whether it is the smallest: it does not hold for n = K."""
    import sympy

    if Germs().is_zero(error):
        return 1, False
    rational = sympy.together(error)
    if (
        rational.is_rational_function(n)
        and all(c.is_Rational for c in _coefficients(rational, n))
        and delta.is_Rational
    ):
        start: int | None = _by_roots(rational, n, delta)
    else:
        start = _by_majorant(terms, n, delta)
    return (None, False) if start is None else _going_down(error, n, delta, start)


def _coefficients(rational: Any, n: Any) -> Iterator[Any]:
    import sympy

    for side in sympy.fraction(rational):
        yield from sympy.Poly(side, n).coeffs()


def _by_roots(rational: Any, n: Any, delta: Any) -> int:
    """|p/q| < delta where delta^2 q^2 - p^2 > 0: beyond the largest real root."""
    import sympy

    p, q = sympy.fraction(rational)
    roots = sympy.Poly(sympy.expand(delta**2 * q**2 - p**2), n).real_roots()
    return max(1, int(sympy.floor(max(roots)))) if roots else 1


def _by_majorant(terms: Any, n: Any, delta: Any) -> int | None:
    """The first K from which on a decreasing majorant is below delta."""
    import sympy

    bounds = [majorant(term, n) for term in sympy.Add.make_args(_without_roots_above(terms, n))]
    if None in bounds:
        return None
    begins = [_decreases_from(bound, n) for bound in bounds]
    known = [begin for begin in begins if begin is not None]
    if len(known) < len(begins):
        return None
    start = max(known)
    whole = sympy.Add(*bounds)

    def holds(K: int) -> bool:
        return _is_below(whole.subs(n, K + 1), delta)

    if holds(start):
        return start
    low, high = start, 2 * start
    while not holds(high):
        low, high = high, 2 * high
        if high.bit_length() > LARGEST_BITS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _without_roots_above(terms: Any, n: Any) -> Any:
    """(a^2 - b^2)/(a + b) for a difference a - b of square roots of polynomials with positive coefficients."""
    import sympy

    parts = sympy.Add.make_args(terms)
    if len(parts) != 2 or not all((part**2).is_polynomial(n) for part in parts):
        return terms
    squares = [sympy.expand(part**2) for part in parts]
    signs = [part.could_extract_minus_sign() for part in parts]
    if signs[0] == signs[1] or not all(c.is_positive for square in squares for c in sympy.Poly(square, n).coeffs()):
        return terms
    one, other = (-part if minus else part for part, minus in zip(parts, signs, strict=True))
    gap = sympy.expand(squares[0] - squares[1]) * (-1 if signs[0] else 1)
    return gap / (one + other)


def _decreases_from(bound: Any, n: Any) -> int | None:
    """An index from which on c n^a q^n log(n)^b, over what grows, decreases; None where this is not seen.

    Its logarithm has the derivative a/n + log q + b/(n log n), and b/(n log n) <= b/n for n >= 3.
    """
    import sympy

    a = b = rate = sympy.S.Zero
    for factor in sympy.Mul.make_args(sympy.powsimp(bound)):
        base, exponent = factor.as_base_exp()
        if not factor.has(n):
            continue
        if base == n and exponent.is_Rational:
            a += exponent
        elif base == sympy.log(n) and exponent.is_Rational:
            b += exponent
        elif not base.has(n) and base.is_positive and exponent.is_polynomial(n) and sympy.degree(exponent, n) == 1:
            rate += exponent.coeff(n, 1) * sympy.log(base)
        elif (
            exponent.is_Rational
            and exponent < 0
            and base.is_polynomial(n)
            and all(c.is_positive for c in sympy.Poly(base, n).coeffs())
        ):
            continue  # 1/(n^2 + 1) decreases
        elif exponent.is_Rational and exponent < 0 and all(_rises(term, n) for term in sympy.Add.make_args(base)):
            continue  # 1/(sqrt(n + 1) + sqrt(n)) decreases
        else:
            return None
    rising = max(a, sympy.S.Zero) + max(b, sympy.S.Zero)
    if not rate.is_zero:
        return int(sympy.ceiling(rising / -rate)) + 3 if rate.evalf() < 0 else None
    if a < 0:
        return 3 if b <= 0 else int(sympy.ceiling(sympy.exp(b / -a))) + 1
    return 3 if a == 0 and b <= 0 else None


def _rises(term: Any, n: Any) -> bool:
    """Whether this is a positive power of a polynomial with positive coefficients."""
    import sympy

    base, exponent = term.as_base_exp()
    rising = exponent.is_Rational and exponent > 0 and base.is_polynomial(n)
    return bool(rising and all(c.is_positive for c in sympy.Poly(base, n).coeffs()))


def _going_down(error: Any, n: Any, delta: Any, start: int) -> tuple[int, bool]:
    """The smallest K at or below `start`, if at most STEPS_DOWN steps lead there."""
    for K in range(start, max(0, start - STEPS_DOWN), -1):
        if not _is_below(error.subs(n, K), delta):
            return K, True
    return max(1, start - STEPS_DOWN), False


def _is_below(value: Any, delta: Any) -> bool:
    """|value| < delta, exactly for rational numbers, else with 40 digits to spare."""
    import sympy

    if value.has(sympy.zoo, sympy.nan):
        return False
    gap = delta - sympy.Abs(value)
    return bool(gap > 0) if gap.is_Rational else bool(gap.evalf(60) > sympy.Float(10) ** -40)


def oscillates(s: Any, n: Any) -> bool:
    """Whether (-q)^n stands in s, or a sine, cosine or tangent of what tends to no number: of sin(1/n) it does."""
    import sympy

    signs = any(power.exp.has(n) and power.base.is_negative for power in s.atoms(sympy.Pow))
    waves = s.atoms(sympy.sin, sympy.cos, sympy.tan)
    return signs or any(wave.has(n) and _wanders(wave.args[0], n) for wave in waves)


def _wanders(argument: Any, n: Any) -> bool:
    limit = plain_limit(argument, n)
    return limit is None or not limit.is_finite


def plain_limit(s: Any, n: Any) -> Any:
    """SymPy's limit for n -> infinity, a number or an infinity; None where it finds none."""
    import sympy

    # Along all reals: of an integer n SymPy takes 1/n, too, for an integer, and sin(2 pi/n) for 0.
    x = sympy.Dummy("x", positive=True)
    try:
        limit = sympy.limit(s.subs(n, x), x, sympy.oo)
    except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return None if limit.has(sympy.AccumBounds, sympy.nan, sympy.zoo, sympy.I, sympy.Limit, x) else limit


def majorant(term: Any, n: Any) -> Any:
    """What |term| is at most: sin and cos are at most 1, |sin a| <= |a| for a that tends to 0, |q^n| = |q|^n; None for another wave."""
    import sympy

    bound = sympy.S.One
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if isinstance(base, sympy.sin | sympy.cos) and exponent.is_integer and exponent.is_positive:
            if isinstance(base, sympy.sin) and plain_limit(base.args[0], n) == 0:
                bound *= sympy.Abs(base.args[0]) ** exponent
            continue
        if base.is_negative and exponent.has(n):
            bound *= (-base) ** exponent
        elif oscillates(factor, n):
            return None
        else:
            bound *= sympy.Abs(factor)
    return bound

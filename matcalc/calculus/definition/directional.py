"""Directional derivatives at a point, from the limit: whether they exist, whether they are linear, whether f is differentiable.

In: a scalar function of scalars, a point, and f's value there if the text has none.  Out: a Directional.  Three ways decide:

    f is made of differentiable functions there        -> differentiable, D = <grad f, v>
    a direction without a limit, or D not linear in v   -> not differentiable, with the direction
    D linear: r(w) = f(p + w) - f(p) - D[w] over |w|     -> differentiable if its order is proved to be above 0; not differentiable
                                                          if it does not tend to 0 along a curve; else not decided

The formula for a general v holds where the leading coefficients that it was made with are not 0; the directions in which they
are 0 are looked at one by one.  Source: the lecture, "n-dimensions: differentiability" and the counterexample y^3/(x^2 + y^2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from matcalc.calculus.definition.germs import Germs, Undefined, value_there
from matcalc.calculus.definition.leading import Undecided
from matcalc.calculus.definition.remainder import Remainder
from matcalc.calculus.definition.scalars import ScalarFunction, fresh, point, real, shown, spell
from matcalc.calculus.definition.slopes import Directional, Slope
from matcalc.calculus.definition.zeros import zero_directions
from matcalc.errors import UnsupportedError
from matcalc.syntax.tree import Tree

MOST = 64  # directions that are looked at one by one
MANY = 6  # variables
SHOWN = 3  # directions that are exceptions


def directional_derivatives(f: ScalarFunction, wrt: Sequence[str], at: Sequence[Any], value: Any = None) -> Directional:
    """Df(p)[v] at the numbers `at`, from the limit, and whether f is differentiable there."""
    if len(at) != len(wrt):
        raise UnsupportedError(f"the point has {len(at)} numbers, the variables are {len(wrt)}: {', '.join(wrt)}")
    if len(wrt) > MANY:
        raise UnsupportedError(f"directions in more than {MANY} variables are not looked at")
    return _Question(f, wrt, at, value).answer()


class _Question:
    """The function at the point: quotients along paths, and what follows from them."""

    def __init__(self, f: ScalarFunction, wrt: Sequence[str], at: Sequence[Any], value: Any) -> None:
        import sympy

        self.sympy = sympy
        self.f, self.wrt, self.at = f, tuple(wrt), tuple(at)
        self.places = f.symbols()
        self.h = sympy.Symbol("h_", positive=True)
        letter = fresh(["v", "w", "u", "d"], [name.partition("_")[0] for name in f.variables])
        self.v = tuple(real(f"{letter}_{k + 1}" if len(wrt) > 1 else letter) for k in range(len(wrt)))
        self.step = fresh(["t", "s", "tau", "h"], f.variables)
        here = {**self.places, **dict(zip(wrt, at, strict=True))}
        found, problem = value_there(f, here, value)
        if found is None:
            raise UnsupportedError(
                f"f has no value at {point([shown(x) for x in at])}: {problem}",
                hint="if f is given one there, say which: value=0, --value 0",
            )
        self.value = found
        self.regular = Germs()
        self.is_regular = True
        try:
            self.regular.value(f.tree, here)
        except Undefined:
            self.is_regular = False
        self.is_regular = self.is_regular and self.regular.smooth
        self.critical: list[Any] = []
        self.sure = True
        self._slopes: dict[tuple[Any, ...], Slope] = {}
        self._values: dict[tuple[Any, ...], Any] = {}

    def along(self, path: Sequence[Any], germs: Germs) -> Any:
        """(f(p + path(h)) - f(p))/h; the path vanishes at h = 0."""
        moved = {name: x + change for name, x, change in zip(self.wrt, self.at, path, strict=True)}
        return (germs.value(self.f.tree, {**self.places, **moved}) - self.value) / self.h

    def one_side(self, v: Sequence[Any]) -> Any:
        """The limit for t > 0 in the direction v: a number, +-oo, or None."""
        germs = Germs(self.h)
        found = germs.limit(self.along([self.h * each for each in v], germs))
        self.critical += germs.critical
        self.sure = self.sure and germs.sure
        return found

    def slope(self, v: Sequence[Any]) -> Slope:
        """Both sides in the direction v of numbers."""
        key = tuple(v)
        if key not in self._slopes:
            self._slopes[key] = self._slope(key)
        return self._slopes[key]

    def _slope(self, v: tuple[Any, ...]) -> Slope:
        direction = tuple(shown(each) for each in v)
        try:
            right = self.one_side(v)
            left = self.one_side([-each for each in v])
        except Undefined as problem:
            return Slope(direction, None, None, None, f"f has no values along it ({problem})")
        except Undecided:
            raise UnsupportedError(f"SymPy does not find the limit in the direction {point(direction)}") from None
        left = None if left is None else -left
        trees = [None if side is None else shown(side) for side in (right, left)]
        same = right is not None and left is not None and right.is_finite is not False and self.is_zero(right - left)
        if same:
            self._values[v] = right
        return Slope(direction, trees[0], trees[1], trees[0] if same else None)

    def is_zero(self, term: Any) -> bool:
        return Germs().is_zero(self.sympy.sympify(term))

    # ---- the answer

    def answer(self) -> Directional:
        units = self._units()
        if self.is_regular:
            return self._smooth(units)
        partials = tuple(self.slope(e) for e in units)
        self.critical, self.sure = [], True
        right, left = self._general()
        formula = right if right is not None and left is not None and self.is_zero(right - left) else None
        zeros, proved = self._zeros(formula is not None)
        tried = [self.slope(v) for v in self._directions(zeros, formula if proved else None)]
        exceptions = self._exceptions(tried, formula)
        failed = [slope for slope in tried if slope.value is None]
        exists = False if failed else True if proved else None
        linear, counterexample = self._linear(formula, failed)
        differentiable, reason = self._verdict(formula, linear, failed)
        sides = None if formula is not None or right is None or left is None else (shown(right), shown(left))
        return self._found(
            formula,
            sides,
            partials,
            exceptions,
            exists,
            linear,
            differentiable,
            reason,
            counterexample,
            self._parameters(),
        )

    def _found(
        self, formula: Any, sides: tuple[Tree, Tree] | None, partials: tuple[Slope, ...], exceptions: tuple[Slope, ...],
        exists: bool | None, linear: bool | None, differentiable: bool | None, reason: str,
        counterexample: tuple[Slope, Tree] | None, parameters: Iterable[Any],
    ) -> Directional:  # fmt: skip
        return Directional(
            self.f.tree, self.wrt, tuple(shown(x) for x in self.at), shown(self.value), tuple(v.name for v in self.v), self.step,
            None if formula is None else shown(formula), sides, partials, exceptions, exists, linear, differentiable, reason,
            counterexample, tuple(f"{spell(shown(each))} != 0" for each in dict.fromkeys(parameters)), self.f.assumed,
        )  # fmt: skip

    def _smooth(self, units: Sequence[tuple[Any, ...]]) -> Directional:
        """Where f is made of functions that are differentiable there: the slope of t -> f(p + t v) at t = 0."""
        t = self.sympy.Symbol("t_", real=True)
        moved = {name: x + t * v for name, x, v in zip(self.wrt, self.at, self.v, strict=True)}
        path = Germs().value(self.f.tree, {**self.places, **moved})
        formula = self.sympy.expand(self.sympy.simplify(path.diff(t).subs(t, 0)))
        slopes = []
        for e in units:
            value = shown(self.sympy.simplify(self._at(formula, e)))
            slopes.append(Slope(tuple(map(shown, e)), value, value, value))
        why = "f is made of functions that are differentiable there"
        parameters = self._parameters()
        return self._found(formula, None, tuple(slopes), (), True, True, True, why, None, parameters)

    def _units(self) -> list[tuple[Any, ...]]:
        one, zero = self.sympy.S.One, self.sympy.S.Zero
        return [tuple(one if i == k else zero for i in range(len(self.wrt))) for k in range(len(self.wrt))]

    def _general(self) -> tuple[Any, Any]:
        """The limits for t > 0 and for t < 0 in a general direction v; None where they are not finite or not known."""
        if len(self.v) == 1 and self._units()[0] in self._values:
            slope = self._values[self._units()[0]] * self.v[0]
            return slope, slope
        sides = []
        for sign in (1, -1):
            try:
                found = self.one_side([sign * v for v in self.v])
            except (Undefined, Undecided):
                return None, None
            if found is None or found.has(self.sympy.oo, -self.sympy.oo):
                return None, None
            found = sign * found
            sides.append(self.sympy.factor(found) if found.is_rational_function() else self.sympy.simplify(found))
        return sides[0], sides[1]

    def _zeros(self, known: bool) -> tuple[list[tuple[Any, ...]], bool]:
        """The directions in which the general formula may fail, and whether they are all known."""
        found = [zero_directions(form, self.v) for form in self.critical]
        return [v for part in found for v in part or ()], known and self.sure and None not in found

    def _directions(self, zeros: Sequence[tuple[Any, ...]], formula: Any) -> Iterator[tuple[Any, ...]]:
        """The partial ones, those in which the formula may fail, then small integer directions, one of each line.

        A `formula` that is proved to hold in all others needs no more than one direction in which it is not the sum.
        """
        units = self._units()
        made = dict.fromkeys(units)
        yield from units
        for v in zeros:
            if v not in made:
                made[v] = None
                yield v
        known = formula is not None and all(e in self._values for e in units)
        for v in (v for size in (1, 2) for v in self._small(size) if max(map(abs, v)) == size):
            key = tuple(map(self.sympy.Integer, v))
            if key in made or len(made) >= MOST:
                continue
            made[key] = None
            if not known:
                yield key
            elif not self.is_zero(formula.subs(dict(zip(self.v, key, strict=True))) - self._sum(key, units)):
                yield key
                return

    def _small(self, size: int) -> Iterator[tuple[int, ...]]:
        """Integer directions up to a factor, positive ones first."""
        if len(self.v) == 1:
            return
        for v in product(
            sorted(range(-size, size + 1), key=lambda k: (-k <= 0 and k == 0, k < 0, abs(k))), repeat=len(self.v)
        ):
            if next((k for k in v if k), 0) > 0 and self.sympy.igcd(*v, 0) == 1:
                yield v

    def _at(self, formula: Any, v: Sequence[Any]) -> Any:
        """The general formula in one direction; None where it has no value."""
        found = formula.subs(dict(zip(self.v, v, strict=True)), simultaneous=True)
        return None if found.has(self.sympy.nan, self.sympy.zoo, self.sympy.oo) else found

    def _exceptions(self, tried: Sequence[Slope], formula: Any) -> tuple[Slope, ...]:
        """Directions in which the general formula does not give the limit; without a formula, one that has no limit."""
        if formula is None:
            partials = len(self.wrt)
            return tuple([slope for slope in tried[partials:] if slope.value is None][:1])
        found = []
        for v, slope in zip(self._slopes, self._slopes.values(), strict=True):
            expected = self._at(formula, v)
            if expected is None or slope.value is None or not self.is_zero(expected - self._values[v]):
                found.append(slope)
        return tuple(found[:SHOWN])

    def _linear(self, formula: Any, failed: Sequence[Slope]) -> tuple[bool | None, tuple[Slope, Tree] | None]:
        """Whether D[v] is the sum of v_i times the partial derivatives; if not, a direction in which it is not."""
        units = self._units()
        if failed:
            return (False if len(units) > 1 else None), self._unequal_to_sum(units)
        if len(units) == 1:
            return True, None
        counterexample = self._unequal_to_sum(units)
        if counterexample is not None:
            return False, counterexample
        if formula is None:
            return None, None
        return self.is_zero(formula - self._sum(self.v, units)), None

    def _unequal_to_sum(self, units: Sequence[tuple[Any, ...]]) -> tuple[Slope, Tree] | None:
        if any(e not in self._values for e in units):
            return None
        for v, found in self._values.items():
            total = self._sum(v, units)
            if not self.is_zero(found - total):
                return self._slopes[v], shown(self.sympy.simplify(total))
        return None

    def _sum(self, v: Sequence[Any], units: Sequence[tuple[Any, ...]]) -> Any:
        return sum((each * self._values[e] for each, e in zip(v, units, strict=True)), self.sympy.S.Zero)

    def _parameters(self) -> Iterator[Any]:
        """What must not be 0 for this answer, of the names that are no variables."""
        for form in [*self.regular.critical, *self.critical]:
            for factor in self.sympy.Mul.make_args(form):
                base = factor.as_base_exp()[0]
                if base.free_symbols and not base.has(*self.v, self.h):
                    yield base

    # ---- differentiable or not

    def _verdict(self, formula: Any, linear: bool | None, failed: Sequence[Slope]) -> tuple[bool | None, str]:
        if failed and len(self.wrt) == 1:
            one = failed[0]
            differ = one.left is not None and one.right is not None and spell(one.left) != spell(one.right)
            return False, one.problem or (
                "the left and the right quotient differ" if differ else "the quotient has no finite limit"
            )
        if failed:
            return False, f"there is no directional derivative in the direction {point(failed[0].direction)}"
        if linear is False:
            both = "both partial derivatives exist" if len(self.wrt) == 2 else "all partial derivatives exist"
            return False, f"{both}, but the directional derivatives are not linear in v"
        if len(self.wrt) == 1:
            return True, "the left and the right quotient have the same limit"
        if linear is None or formula is None:
            return None, "SymPy finds no general directional derivative"
        remainder = Remainder(self.along, self.wrt, self.at, self.v, self.h, formula)
        if remainder.is_small():
            return True, "the directional derivatives are linear, and (f(p + w) - f(p) - Df(p)[w])/|w| -> 0"
        curve = remainder.contradiction()
        if curve:
            return False, f"the directional derivatives are linear, but {curve}"
        return None, "the directional derivatives are linear, which alone does not make f differentiable"

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
from dataclasses import dataclass
from itertools import product
from typing import Any

from matcalc.calculus.definition.germs import Germs, Undecided, Undefined, value_there
from matcalc.calculus.definition.scalars import ScalarFunction, fresh, point, real, shown, spell
from matcalc.errors import UnsupportedError
from matcalc.syntax import pieces
from matcalc.syntax.tree import Tree

MOST = 64  # directions that are looked at one by one
CURVES = (2, 3, 4)  # y = x^p
MANY = 6  # variables
SHOWN = 3  # directions that are exceptions


@dataclass(frozen=True, slots=True)
class Slope:
    """The limit of the quotient in one direction, for t > 0 and for t < 0; `problem` says why there is none."""

    direction: tuple[Tree, ...]
    right: Tree | None
    left: Tree | None
    value: Tree | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Directional:
    """The directional derivatives of f at a point: Df(p)[v] for a general v, the partial ones, and the verdict.

    `formula` is None where the limits for t > 0 and t < 0 differ; `sides` are these two then.  `linear` and `differentiable` are True,
    False, or None where it is not decided; `exceptions` are directions in which another value holds than the formula says;
    `counterexample` is a direction in which D is not the sum of the partial ones.

    >>> from matcalc.calculus.definition.scalars import scalar_function
    >>> f = scalar_function("y^3/(x^2 + y^2)", wrt=["x", "y"])
    >>> import sympy
    >>> d = directional_derivatives(f, ["x", "y"], [sympy.S(0), sympy.S(0)], sympy.S(0))
    >>> d.linear, d.differentiable
    (False, False)
    """

    f: Tree
    wrt: tuple[str, ...]
    at: tuple[Tree, ...]
    value: Tree
    direction: tuple[str, ...]
    formula: Tree | None
    sides: tuple[Tree, Tree] | None
    partials: tuple[Slope, ...]
    exceptions: tuple[Slope, ...]
    exists: bool | None
    linear: bool | None
    differentiable: bool | None
    reason: str
    counterexample: tuple[Slope, Tree] | None = None
    conditions: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """One line: differentiable or not at the point, and why."""
        return self._verdict("text")

    def _verdict(self, form: str) -> str:
        place = point(self.at, form)
        if self.differentiable:
            return f"differentiable at {place}: {self.reason}"
        if self.differentiable is None:
            return f"whether f is differentiable at {place} is not decided: {self.reason}"
        return f"not differentiable at {place}: {self.reason}"

    def text(self, form: str = "text") -> str:
        """What was found, a line each, as `text` or `unicode`."""
        def write(tree: Tree) -> str:
            return spell(tree, form)

        names = ", ".join(map(write, map(pieces.name, self.wrt)))
        place = point(self.at, form)
        bare = place.strip("()")
        lines = [f"f({names}) = {write(self.f)}, f({bare}) = {write(self.value)}"]
        v = point([pieces.name(name) for name in self.direction], form)
        if self.formula is not None:
            lines.append(f"Df({bare})[{v}] = lim t -> 0 of (f({self._moved(form)}) - f({bare}))/t = {write(self.formula)}")
        if self.sides is not None:
            right, left = map(write, self.sides)
            lines.append(f"(f({self._moved(form)}) - f({bare}))/t -> {right} for t > 0, -> {left} for t < 0")
        for slope in self.exceptions:
            lines.append(f"Df({bare})[{point(slope.direction, form)}]: {_said(slope, form)}")
        for name, slope in zip(self.wrt, self.partials, strict=True):
            lines.append(f"partial derivative by {name}: {_said(slope, form)}")
        tried = "exist for every v that was tried"
        every = {True: "exist for every v", False: "do not exist for every v", None: tried}
        lines.append(f"directional derivatives: {every[self.exists]}")
        if self.linear is not None:
            lines.append(f"linear in v: {'yes' if self.linear else 'no'}" + self._unequal(form))
        lines += [f"where {condition}" for condition in self.conditions]
        return "\n".join([*lines, self._verdict(form)])

    def _moved(self, form: str) -> str:
        moved = []
        for value, name in zip(self.at, self.direction, strict=True):
            change = Tree("times", (pieces.name("t"), pieces.name(name)), " ")
            is_zero = value.head == "number" and not value.text.strip("0.")
            moved.append(spell(change if is_zero else Tree("sum", (value, change)), form))
        return ", ".join(moved)

    def _unequal(self, form: str) -> str:
        if self.counterexample is None:
            return ""
        slope, total = self.counterexample
        assert slope.value is not None
        terms = []
        for v, partial in zip(slope.direction, self.partials, strict=True):
            assert partial.value is not None
            terms.append(_term(v, partial.value))
        sum_ = spell(Tree("sum", tuple(terms)) if len(terms) > 1 else terms[0], form)
        found, place = spell(slope.value, form), point(self.at, form).strip("()")
        return f", Df({place})[{point(slope.direction, form)}] = {found} is not {sum_} = {spell(total, form)}"

    def __str__(self) -> str:
        return self.text()

    def unicode(self) -> str:
        """What was found in Unicode."""
        return self.text("unicode")

    def latex(self) -> str:
        """The limit for a general direction, the partial derivatives and the verdict, as an align* environment."""
        place = point(self.at, "latex")
        v = point([pieces.name(name) for name in self.direction], "latex")
        bare = place.strip("()")
        lines = []
        if self.formula is not None:
            limit = rf"\lim_{{t \to 0}} \frac{{f({self._moved('latex')}) - f({bare})}}{{t}}"
            lines.append(f"Df({bare})[{v}] &= {limit} = {spell(self.formula, 'latex')}")
        for name, slope in zip(self.wrt, self.partials, strict=True):
            if slope.value is not None:
                x = spell(pieces.name(name), "latex")
                lines.append(rf"\frac{{\partial f}}{{\partial {x}}}({bare}) &= {spell(slope.value, 'latex')}")
        if self.counterexample is not None:
            slope, total = self.counterexample
            assert slope.value is not None
            w = point(slope.direction, "latex")
            lines.append(rf"Df({bare})[{w}] &= {spell(slope.value, 'latex')} \neq {spell(total, 'latex')}")
        verdict = {True: "differentiable", False: "not differentiable", None: "not decided whether differentiable"}
        lines.append(rf"&\text{{{verdict[self.differentiable]} at }} {place}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _term(v: Tree, partial: Tree) -> Tree:
    """v_i times the partial derivative, as a number."""
    import sympy

    return shown(sympy.nsimplify(Germs().value(v, {}) * Germs().value(partial, {})))


def _said(slope: Slope, form: str) -> str:
    if slope.value is not None:
        return spell(slope.value, form)
    if slope.problem:
        return f"none, {slope.problem}"
    left, right = ("no limit" if side is None else spell(side, form) for side in (slope.left, slope.right))
    if left == right:
        return f"none, the quotient -> {left}" if left != "no limit" else "none, the quotient has no limit"
    return f"none, the quotient -> {right} for t > 0 and -> {left} for t < 0"


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
        taken = [*f.variables]
        letter = fresh(["v", "w", "u", "d"], {name.partition("_")[0] for name in taken})
        self.v = tuple(real(f"{letter}_{k + 1}" if len(wrt) > 1 else letter) for k in range(len(wrt)))
        here = {**self.places, **dict(zip(wrt, at, strict=True))}
        found, problem = value_there(f, here, value)
        if found is None:
            raise UnsupportedError(
                f"f has no value at {point([shown(x) for x in at])}: {problem}", hint="if f is given one there, say which: value=0, --value 0"
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
        sides = tuple(None if side is None else shown(side) for side in (right, left))
        same = right is not None and left is not None and right.is_finite is not False and self.is_zero(right - left)
        if same:
            self._values[v] = right
        return Slope(direction, *sides, sides[0] if same else None)

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
        tried = [self.slope(v) for v in self._directions(zeros)]
        exceptions = self._exceptions(tried, formula)
        failed = [slope for slope in tried if slope.value is None]
        exists = False if failed else True if proved else None
        linear, counterexample = self._linear(formula, failed)
        differentiable, reason = self._verdict(formula, linear, failed)
        sides = None if formula is not None or right is None or left is None else (shown(right), shown(left))
        return self._found(
            formula, sides, partials, exceptions, exists, linear, differentiable, reason, counterexample, self._parameters()
        )

    def _found(
        self, formula: Any, sides: tuple[Tree, Tree] | None, partials: tuple[Slope, ...], exceptions: tuple[Slope, ...],
        exists: bool | None, linear: bool | None, differentiable: bool | None, reason: str,
        counterexample: tuple[Slope, Tree] | None, parameters: Iterable[Any],
    ) -> Directional:  # fmt: skip
        return Directional(
            self.f.tree, self.wrt, tuple(shown(x) for x in self.at), shown(self.value), tuple(v.name for v in self.v),
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
            found = self.sympy.simplify(sign * found)
            sides.append(self.sympy.factor(found) if found.is_rational_function() else found)
        return sides[0], sides[1]

    def _zeros(self, known: bool) -> tuple[list[tuple[Any, ...]], bool]:
        """The directions in which the general formula may fail, and whether they are all known."""
        found = [self._zero_directions(form) for form in self.critical]
        return [v for part in found for v in part or ()], known and self.sure and None not in found

    def _zero_directions(self, form: Any) -> list[tuple[Any, ...]] | None:
        """The directions, up to a factor, in which a homogeneous form is 0; None where they are not known."""
        if not form.has(*self.v):
            return []
        if form.is_Mul:
            found = [self._zero_directions(factor) for factor in form.args]
            return None if None in found else [v for part in found for v in part or ()]
        if form.is_Pow or form.func is self.sympy.Abs or form.func is self.sympy.sign:
            return self._zero_directions(form.args[0])
        if not form.is_polynomial(*self.v):
            return None
        if all(c.is_positive and all(k % 2 == 0 for k in powers) for powers, c in self.sympy.Poly(form, *self.v).terms()):
            pure = [sum(map(bool, powers)) == 1 for powers, _ in self.sympy.Poly(form, *self.v).terms()]
            if sum(pure) == len(self.v):
                return []
        return self._roots(form)

    def _roots(self, form: Any) -> list[tuple[Any, ...]] | None:
        """Of a form in two variables: v = (s, 1) for its real roots s, and (1, 0)."""
        if len(self.v) == 1:
            return [] if not self.sympy.Poly(form, *self.v).is_zero else None
        if len(self.v) != 2:
            return None
        s, one, zero = self.sympy.Symbol("s"), self.sympy.S.One, self.sympy.S.Zero
        found = [(one, zero)] if self.is_zero(form.subs(dict(zip(self.v, (1, 0), strict=True)))) else []
        across = self.sympy.Poly(form.subs(dict(zip(self.v, (s, 1), strict=True)), simultaneous=True), s)
        if across.is_zero or any(c.free_symbols for c in across.coeffs()):
            return None
        try:
            return found + [(root, one) for root in dict.fromkeys(self.sympy.real_roots(across))]
        except NotImplementedError:
            return None

    def _directions(self, zeros: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """The partial ones, those in which the formula may fail, then small integer directions, one of each line."""
        made = {tuple(v) for v in self._units()}
        yield from self._units()
        small = [v for size in (1, 2) for v in self._small(size) if max(map(abs, v)) == size]
        for v in [*zeros, *small]:
            key = tuple(self.sympy.sympify(each) for each in v)
            if key not in made and len(made) < MOST:
                made.add(key)
                yield key

    def _small(self, size: int) -> Iterator[tuple[int, ...]]:
        """Integer directions up to a factor, positive ones first."""
        if len(self.v) == 1:
            return
        for v in product(sorted(range(-size, size + 1), key=lambda k: (-k <= 0 and k == 0, k < 0, abs(k))), repeat=len(self.v)):
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

    def _verdict(
        self, formula: Any, linear: bool | None, failed: Sequence[Slope]
    ) -> tuple[bool | None, str]:
        if failed and len(self.wrt) == 1:
            one = failed[0]
            differ = one.left is not None and one.right is not None and spell(one.left) != spell(one.right)
            return False, one.problem or ("the left and the right quotient differ" if differ else "the quotient has no finite limit")
        if failed:
            return False, f"there is no directional derivative in the direction {point(failed[0].direction)}"
        if linear is False:
            both = "both partial derivatives exist" if len(self.wrt) == 2 else "all partial derivatives exist"
            return False, f"{both}, but the directional derivatives are not linear in v"
        if len(self.wrt) == 1:
            return True, "the left and the right quotient have the same limit"
        if linear is None or formula is None:
            return None, "SymPy finds no general directional derivative"
        if self._is_small(formula):
            return True, "the directional derivatives are linear, and (f(p + w) - f(p) - Df(p)[w])/|w| -> 0"
        curve = self._contradiction(formula)
        if curve:
            return False, f"the directional derivatives are linear, but {curve}"
        return None, "the directional derivatives are linear, which alone does not make f differentiable"

    def _remainder(self, path: Sequence[Any], formula: Any, germs: Germs) -> Any:
        """(f(p + w) - f(p) - D[w])/h for w = path(h)."""
        linear = formula.subs(dict(zip(self.v, path, strict=True)), simultaneous=True)
        return self.along(path, germs) - linear / self.h

    def _contradiction(self, formula: Any) -> str:
        """A curve x_j = +-x_i^p along which the remainder over |w| does not tend to 0."""
        for i, j in ((i, j) for i in range(len(self.wrt)) for j in range(len(self.wrt)) if i != j):
            for p, sign in product(CURVES, (1, -1)):
                path = [self.sympy.S.Zero] * len(self.wrt)
                path[i], path[j] = self.h, sign * self.h**p
                germs = Germs(self.h)
                curve = self._curve(i, j, p, sign)
                try:
                    found = germs.limit(self._remainder(path, formula, germs))
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

    def _is_small(self, formula: Any) -> bool:
        """Whether the remainder is h^k r(v, h), k > 1, with a bounded r: a quotient whose denominator's leading form has no zeros."""
        germs = Germs(self.h)
        try:
            remainder = self._remainder([self.h * v for v in self.v], formula, germs)
        except (Undefined, Undecided):
            return False
        if germs.is_zero(remainder):
            return True
        above, below = self.sympy.fraction(self.sympy.together(remainder))
        if not (above.is_polynomial(self.h) and below.is_polynomial(self.h)):
            return False
        continuous = not (above.atoms(self.sympy.sign) | below.atoms(self.sympy.sign))
        forms = [germs.lowest_form(below), *germs.critical]
        order = germs.leading(remainder)[0]
        return continuous and order > 0 and all(self._zero_directions(self.sympy.factor(form)) == [] for form in forms)

"""The difference quotient of a scalar function of a scalar, line by line to its limit, as on the slide.

In: f, the variable, and a point if the question is about one.  Out: a Quotient, whose lines are equal for epsilon != 0; the last
one is the limit.  What cancels is a polynomial, a quotient of polynomials or a root; exp, sin, cos and log alone go to their known
limits; every other limit is SymPy's.  Each limit has been compared with matcalc's own derivative.  At a point the left and the
right quotient are followed separately: where they differ there is no derivative.  Source: the lecture, "Gradient in 1 dimension"
and "Limits" (kinks).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcalc.algebra.dimension import SCALAR
from matcalc.algebra.leaves import symbol
from matcalc.algebra.nodes import Apply
from matcalc.algebra.walks import postorder
from matcalc.calculus.definition.germs import Germs, Undefined, value_there
from matcalc.calculus.definition.leading import Undecided
from matcalc.calculus.definition.lines import (
    KINKS,
    Line,
    is_zero,
    lines_to_limit,
    moved,
    over,
    polynomial_at,
    terms_of,
)
from matcalc.calculus.definition.scalars import ScalarFunction, fresh, holds_where, shown, slope, spell
from matcalc.errors import UnsupportedError
from matcalc.syntax import pieces
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree, put
from matcalc.syntax.tree import postorder as parts_of

STEPS = ("epsilon", "delta", "eta", "h")  # what the step is called: the first name that is free
POINTS, DIGITS, TINY = 4, 60, 20  # the derivative is compared at POINTS points with a step of 10^-TINY


@dataclass(frozen=True, slots=True)
class Kink:
    """A point of one variable: the limits of the quotient from the left and from the right (None: there is none)."""

    at: Tree
    left: Tree | None
    right: Tree | None
    undefined: str = ""

    @property
    def derivative(self) -> Tree | None:
        """The derivative at the point; None where the two sides differ or one has no finite limit."""
        if self.left is None or self.right is None or ascii_text(self.left) != ascii_text(self.right):
            return None
        return None if "infinity" in ascii_text(self.left) else self.left


@dataclass(frozen=True, slots=True)
class Quotient:
    """The difference quotient (f(x + epsilon) - f(x))/epsilon of f, its lines, and its limit.

    `limit` is None where there is no derivative: at a point that is a kink.  `kinks` are points at which the two sides differ.

    >>> from matcalc.calculus.definition.scalars import scalar_function
    >>> print(difference_quotient(scalar_function("a x + b", wrt=["x"]), "x"))
    (f(x + epsilon) - f(x)) / epsilon
      = (a (x + epsilon) + b - (a x + b)) / epsilon    [f written out]
      = (a x + a epsilon + b - a x - b) / epsilon    [expanded]
      = a epsilon / epsilon    [cancelled]
      = a    [epsilon cancelled]
    lim epsilon -> 0: f'(x) = a
    """

    f: Tree
    wrt: str
    step: str
    lines: tuple[Line, ...]
    limit: Tree | None
    at: Tree | None = None
    reason: str = ""
    conditions: tuple[str, ...] = ()
    kinks: tuple[Kink, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """One line: the derivative, or that there is none."""
        return self._verdict("text")

    def _verdict(self, form: str) -> str:
        arrow = r"\to" if form == "latex" else "->"
        place = self.wrt if self.at is None else spell(self.at, form)
        if self.limit is not None:
            return f"lim {spell(pieces.name(self.step), form)} {arrow} 0: f'({place}) = {spell(self.limit, form)}"
        kink = self.kinks[0]
        if kink.undefined:
            return f"no derivative at {self.wrt} = {place}: {kink.undefined}"
        return f"no derivative at {self.wrt} = {place}: " + _sides(kink, form)

    def _first(self) -> Tree:
        x = pieces.name(self.wrt) if self.at is None else self.at
        step = pieces.name(self.step)
        f_of = [pieces.call("f", tree) for tree in (Tree("sum", (x, step)) if not is_zero(x) else step, x)]
        return Tree("over", (Tree("sum", (f_of[0], Tree("neg", (f_of[1],)))), step))

    def text(self, form: str = "text") -> str:
        """The lines as `text` or `unicode`."""
        lines = [spell(self._first(), form)]
        lines += [f"  = {spell(line.tree, form)}    [{line.reason}]" for line in self.lines]
        lines.append(self._verdict(form) + (f"    [{self.reason}]" if self.reason else ""))
        lines += [f"where {condition}" for condition in self.conditions]
        if self.at is None:
            for kink in self.kinks:
                lines.append(
                    f"at {self.wrt} = {spell(kink.at, form)}: "
                    + (kink.undefined or _sides(kink, form))
                    + ", no derivative"
                )
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def unicode(self) -> str:
        """The lines in Unicode."""
        return self.text("unicode")

    def latex(self) -> str:
        """The lines as an align* environment, ending in the limit."""
        lines = ["&" + spell(self._first(), "latex")]
        lines += [rf"&= {spell(line.tree, 'latex')} && \text{{{line.reason}}}" for line in self.lines]
        step = spell(pieces.name(self.step), "latex")
        for kink in self.kinks if self.limit is None else ():
            for side, sign in ((kink.left, "-"), (kink.right, "+")):
                found = spell(side, "latex") if side is not None else r"\text{none}"
                lines.append(rf"&\lim_{{{step} \to 0^{sign}}} {spell(self._first(), 'latex')} = {found}")
        if self.limit is not None:
            lines.append(
                rf"&\Rightarrow \lim_{{{step} \to 0}} {spell(self._first(), 'latex')} = {spell(self.limit, 'latex')}"
            )
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _sides(kink: Kink, form: str) -> str:
    left, right = ("no limit" if side is None else spell(side, form) for side in (kink.left, kink.right))
    return f"left quotient -> {left}, right quotient -> {right}"


def difference_quotient(f: ScalarFunction, wrt: str, at: Any = None, value: Any = None) -> Quotient:
    """The quotient of f by the variable, at a general point or at the number `at`, where f may be given a `value`."""
    names = [*f.variables, *(part.text for part in parts_of(f.tree))]
    step = fresh(STEPS, names)
    if at is not None:
        return _at(f, wrt, step, at, value)
    if any(type(node) is Apply for node in postorder(f.node)):
        line = Line(over([*terms_of(moved(f.tree, wrt, step)), Tree("neg", (f.tree,))], step), "f written out")
        found = _abstract(f, wrt)
        return Quotient(f.tree, wrt, step, (line,), found, reason="this limit is the definition", assumed=f.assumed)
    lines, reason = lines_to_limit(f, wrt, step)
    derivative = slope(f, wrt)
    _compare(f, wrt, derivative)
    return Quotient(
        f.tree, wrt, step, lines, derivative, None, reason, holds_where(f, [wrt]), _kinks(f, wrt), f.assumed
    )


def _abstract(f: ScalarFunction, wrt: str) -> Tree:
    if type(f.node) is Apply and f.node.children == (symbol(wrt, SCALAR),):
        return slope(f, wrt)
    raise UnsupportedError(
        "the quotient of an unknown function ends at its definition", hint="ask for the derivative: matcalc diff"
    )


def _compare(f: ScalarFunction, wrt: str, derivative: Tree) -> None:
    """Refuse a derivative that the quotient contradicts, at POINTS random points with DIGITS digits."""
    draw = random.Random(1)
    seen = 0
    for _ in range(8 * POINTS):
        point = {name: _drawn(draw, positive=name in f.positive) for name in f.variables}
        values = _values(f.tree, derivative, point, wrt)
        if values is None:
            continue
        seen += 1
        quotient, claimed = values
        if abs(quotient - claimed) > abs(claimed) * 10 ** (-TINY // 2) + 10 ** (-TINY // 2):
            raise UnsupportedError(
                f"the quotient does not tend to {ascii_text(derivative)}: this is a fault of matcalc"
            )
        if seen == POINTS:
            return
    if not seen:
        raise UnsupportedError("f has no value at any of the points that were tried")


def _drawn(draw: random.Random, *, positive: bool) -> Any:
    import sympy

    return (
        sympy.Float(draw.randint(1 if positive else -300, 300), DIGITS) / 97
    )  # exact roots of rationals take SymPy seconds


def _values(f: Tree, derivative: Tree, point: Mapping[str, Any], wrt: str) -> tuple[Any, Any] | None:
    """The central quotient and the derivative at a point, None where they are not defined."""
    import sympy

    h = sympy.Float(10, DIGITS) ** -TINY
    try:
        above, below = (Germs().value(f, {**point, wrt: point[wrt] + side}) for side in (h, -h))
        there = Germs().value(derivative, point)
    except (Undefined, Undecided):
        return None
    return ((above - below) / (2 * h)).evalf(DIGITS), there.evalf(DIGITS)


# ---- at a point: two sides


def _at(f: ScalarFunction, wrt: str, step: str, at: Any, value: Any) -> Quotient:
    here = shown(at)
    ahead = put(f.tree, {wrt: pieces.name(step) if at == 0 else Tree("sum", (here, pieces.name(step)))})
    still = put(f.tree, {wrt: here}) if value is None else shown(value)
    line = Line(over([*terms_of(ahead), Tree("neg", (still,))], step), "f written out")
    kink = two_sides(f, wrt, at, value)
    found = kink.derivative
    reason = "" if found is None else _sides(kink, "text")
    lines = () if kink.undefined else (line, *polynomial_at(f, wrt, step, at))
    return Quotient(f.tree, wrt, step, lines, found, here, reason, (), (kink,), f.assumed)


def two_sides(f: ScalarFunction, wrt: str, at: Any, value: Any = None) -> Kink:
    """The limits of the quotient at the number `at`, from the left and from the right."""
    import sympy

    h = sympy.Symbol("h_", positive=True)
    places = f.symbols()
    here, problem = value_there(f, {**places, wrt: at}, value)
    if here is None:
        return Kink(shown(at), None, None, f"f has no value there ({problem})")
    limits: list[Any] = []
    for side in (-1, 1):
        germs = Germs(h)
        try:
            limits.append(germs.limit((germs.value(f.tree, {**places, wrt: at + side * h}) - here) / (side * h)))
        except Undefined as undefined:
            beside = "left" if side < 0 else "right"
            return Kink(shown(at), None, None, f"f has no values on its {beside} ({undefined})")
        except Undecided:
            hint = "ask for the derivative: matcalc diff"
            raise UnsupportedError("SymPy does not find the limit of the quotient", hint=hint) from None
    left, right = limits
    if left is not None and right is not None and sympy.simplify(left - right) == 0:
        left = right
    return Kink(shown(at), None if left is None else shown(left), None if right is None else shown(right))


def _kinks(f: ScalarFunction, wrt: str) -> tuple[Kink, ...]:
    """The points where the argument of an abs, relu, max ... of f is 0 and the sides differ, as far as they are numbers."""
    import sympy

    x = f.symbols()[wrt]
    found: dict[Any, Kink] = {}
    for part in parts_of(f.tree):
        if not ((part.head == "call" and part.text in KINKS) or part.head == "norm"):
            continue
        try:
            values = [Germs().value(child, f.symbols()) for child in part.children]
        except Undefined:
            continue
        gap = values[0] - values[1] if len(values) == 2 else values[0]
        if gap.free_symbols != {x} or not gap.is_polynomial(x):
            continue
        for root in sympy.real_roots(sympy.Poly(gap, x)):
            kink = two_sides(f, wrt, root)
            if kink.derivative is None:
                found[root] = kink
    return tuple(found[root] for root in sorted(found))

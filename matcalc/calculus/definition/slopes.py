"""What is found about the directional derivatives of f at a point, and how it is said: text, Unicode, LaTeX.

In: trees and verdicts that `directional` made.  Out: lines.  Nothing is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcalc.calculus.definition.germs import Germs
from matcalc.calculus.definition.scalars import point, shown, spell
from matcalc.syntax import pieces
from matcalc.syntax.tree import Tree


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

    >>> from matcalc.calculus.definition.directional import directional_derivatives
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
    step: str
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
        bare, t = place.strip("()"), self.step
        lines = [f"f({names}) = {write(self.f)}, f({bare}) = {write(self.value)}"]
        v = point([pieces.name(name) for name in self.direction], form)
        if self.formula is not None:
            lines.append(
                f"Df({bare})[{v}] = lim {t} -> 0 of (f({self._moved(form)}) - f({bare}))/{t} = {write(self.formula)}"
            )
        if self.sides is not None:
            right, left = map(write, self.sides)
            lines.append(f"(f({self._moved(form)}) - f({bare}))/{t} -> {right} for {t} > 0, -> {left} for {t} < 0")
        for slope in self.exceptions:
            lines.append(f"Df({bare})[{point(slope.direction, form)}]: {_said(slope, self.step, form)}")
        for name, slope in zip(self.wrt, self.partials, strict=True):
            lines.append(f"partial derivative by {name}: {_said(slope, self.step, form)}")
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
            change = Tree("times", (pieces.name(self.step), pieces.name(name)), " ")
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
            limit = rf"\lim_{{{self.step} \to 0}} \frac{{f({self._moved('latex')}) - f({bare})}}{{{self.step}}}"
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


def _said(slope: Slope, t: str, form: str) -> str:
    if slope.value is not None:
        return spell(slope.value, form)
    if slope.problem:
        return f"none, {slope.problem}"
    left, right = ("no limit" if side is None else spell(side, form) for side in (slope.left, slope.right))
    if left == right:
        return f"none, the quotient -> {left}" if left != "no limit" else "none, the quotient has no limit"
    return f"none, the quotient -> {right} for {t} > 0 and -> {left} for {t} < 0"

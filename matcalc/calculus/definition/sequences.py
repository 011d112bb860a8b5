"""Limits by sequences: s_n -> s with a K for a given delta, and the limit of g(x) for x -> p, the same along every sequence.

In: a scalar function of one index, or of one variable and a point.  Out: a Limit.  "No limit" comes with two sequences
that disagree.  What oscillates is squeezed: of (-1)^n/n only |1/n| counts.  Source: the lecture, "Limits".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matcalc.calculus.definition.germs import Germs, Undefined
from matcalc.calculus.definition.leading import Undecided
from matcalc.calculus.definition.scalars import ScalarFunction, shown, spell
from matcalc.calculus.definition.thresholds import index_from, majorant, oscillates, plain_limit
from matcalc.errors import UnsupportedError
from matcalc.syntax.tree import Tree

PERIODS = (2, 3, 4, 6, 8)  # of subsequences n = m k + r
FAR = 10_007  # an index at which a sequence must have a value


@dataclass(frozen=True, slots=True)
class Along:
    """A sequence that the limit is taken along, and the limit along it."""

    sequence: Tree
    limit: Tree


@dataclass(frozen=True, slots=True)
class Limit:
    """lim s_n for n -> infinity, or lim g(x) for x -> `to`; None where there is none or it is not known (`decided` is False then).

    >>> from matcalc.calculus.definition.scalars import constant, scalar_function
    >>> found = sequence_limit(scalar_function("1/n"), "n", constant("0.01", "delta"))
    >>> found.K, str(found).splitlines()[-1]
    (100, '|s_n - 0| < 0.01 for all n > 100, and not for n = 100')
    """

    f: Tree
    index: str
    to: Tree | None
    limit: Tree | None
    decided: bool = True
    delta: Tree | None = None
    K: int | None = None
    smallest: bool = False
    disagree: tuple[Along, Along] | None = None
    note: str = ""
    assumed: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """One line: the limit, or that there is none."""
        return self._verdict("text")

    def _verdict(self, form: str) -> str:
        to = "infinity" if self.to is None else spell(self.to, form)
        head = f"lim {self.index} -> {to} of {spell(self.f, form)}"
        if self.limit is not None:
            return f"{head} = {spell(self.limit, form)}" + (f" ({self.note})" if self.note else "")
        return f"{head}: " + (f"no limit, {self.note}" if self.decided else f"not decided, {self.note}")

    def text(self, form: str = "text") -> str:
        """The limit, its K or the sequences that disagree, a line each, as `text` or `unicode`."""
        name = f"s_{self.index}" if self.to is None else f"g({self.index})"
        lines = [f"{name} = {spell(self.f, form)}", self._verdict(form)]
        if self.disagree is not None:
            lines += [
                f"along {self.index} = {spell(a.sequence, form)}: -> {spell(a.limit, form)}" for a in self.disagree
            ]
        if self.limit is None or self.delta is None:
            return "\n".join(lines)
        apart = f"|{name} - {_bracketed(self.limit, form)}| < {spell(self.delta, form)}"
        if self.K is None:
            lines.append(f"{apart}: no K was found")
        else:
            fails = f", and not for {self.index} = {self.K}" if self.smallest else ""
            lines.append(f"{apart} for all {self.index} > {self.K}{fails}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def unicode(self) -> str:
        """The same in Unicode."""
        return self.text("unicode")

    def latex(self) -> str:
        """The limit, and |s_n - s| < delta for all n > K."""
        to = r"\infty" if self.to is None else spell(self.to, "latex")
        head = rf"\lim_{{{self.index} \to {to}}} {spell(self.f, 'latex')}"
        if self.limit is None:
            return head + r" \text{ does not exist}" if self.decided else head + r" \text{: not decided}"
        found = f"{head} = {spell(self.limit, 'latex')}"
        if self.K is None or self.delta is None:
            return found
        apart = rf"\left|s_{{{self.index}}} - {_bracketed(self.limit, 'latex')}\right| < {spell(self.delta, 'latex')}"
        return rf"{found}, \quad {apart} \text{{ for all }} {self.index} > {self.K}"


def _bracketed(tree: Tree, form: str) -> str:
    text = spell(tree, form)
    return f"({text})" if tree.head in ("sum", "neg") else text


# ---- sequences


def sequence_limit(f: ScalarFunction, index: str, delta: Any = None) -> Limit:
    """The limit of s_n for n -> infinity, and for a number delta > 0 a K."""
    import sympy

    others = [name for name in f.variables if name != index]
    if others:
        hint = "choose a number for it, or another --index"
        raise UnsupportedError(f"a sequence has its index alone, and {others[0]} is another name", hint=hint)
    if delta is not None and not delta > 0:
        raise UnsupportedError("delta is a number above 0")
    n = sympy.Symbol(index, integer=True, positive=True)

    def term(at: Any) -> Any:
        try:
            return Germs().value(f.tree, {index: at})
        except Undefined as problem:
            raise UnsupportedError(f"s_{index} has no value: {problem}") from None

    s = sympy.sympify(term(n))
    term(sympy.Integer(FAR))  # log(1 - n) has no values for large n
    limit = _limit(s, n)
    if limit is None:
        apart = _disagreeing(term) if oscillates(s, n) else None
        note = "two subsequences disagree" if apart else "neither a limit nor two subsequences that disagree were found"
        return Limit(f.tree, index, None, None, apart is not None, disagree=apart, note=note, assumed=f.assumed)
    if limit.has(sympy.oo, -sympy.oo):
        grows = "s_n grows without bound" if limit > 0 else "s_n falls without bound"
        return Limit(f.tree, index, None, None, note=grows.replace("s_n", f"s_{index}"), assumed=f.assumed)
    K, smallest = (None, False) if delta is None else index_from(sympy.expand(s - limit), s - limit, n, delta)
    named = None if delta is None else shown(delta)
    return Limit(f.tree, index, None, shown(limit), True, named, K, smallest, assumed=f.assumed)


def _disagreeing(term: Callable[[Any], Any]) -> tuple[Along, Along] | None:
    """Two subsequences n = m k + r with different limits."""
    import sympy

    k = sympy.Symbol("k", integer=True, positive=True)
    for m in PERIODS:
        found: list[tuple[Any, Any]] = []
        for r in range(m):
            limit = _limit(sympy.simplify(term(m * k + r)), k)
            if limit is not None:
                found.append((m * k + r, limit))
        for at, limit in found[1:]:
            if limit != found[0][1] and not Germs().is_zero(limit - found[0][1]):
                first, second = ((shown(path), shown(value)) for path, value in (found[0], (at, limit)))
                return Along(*first), Along(*second)
    return None


def _limit(s: Any, n: Any) -> Any:
    """The limit for n -> infinity; what oscillates and is squeezed to 0 is left out; None where SymPy finds none."""
    import sympy

    terms = sympy.Add.make_args(sympy.expand(s))
    waves = [each for each in terms if oscillates(each, n)]
    for wave in waves:
        bound = majorant(wave, n)
        if bound is None or plain_limit(bound, n) != 0:
            return None
    return plain_limit(sympy.Add(*(each for each in terms if each not in waves)) if waves else s, n)


# ---- functions


def function_limit(f: ScalarFunction, name: str, to: Any) -> Limit:
    """The limit of g(x) for x -> the number `to`: from both sides, else two sequences that disagree."""
    import sympy

    h = sympy.Symbol("h_", positive=True)
    sides: list[Any] = []
    missing = []
    for sign in (-1, 1):
        germs = Germs(h)
        try:
            sides.append(germs.limit(germs.value(f.tree, {**f.symbols(), name: to + sign * h})))
        except Undefined:
            missing.append("left" if sign < 0 else "right")
        except Undecided:
            return Limit(f.tree, name, shown(to), None, False, note="SymPy finds no limit", assumed=f.assumed)
    if not sides:
        raise UnsupportedError(f"f has no values beside {name} = {spell(shown(to))}")
    if any(side is not None and side.has(sympy.oo, -sympy.oo) and side.free_symbols for side in sides):
        return Limit(f.tree, name, shown(to), None, False, note="it depends on signs", assumed=f.assumed)
    if None in sides:
        apart = _along_sequences(f, name, to)
        note = "two sequences disagree" if apart else "the values oscillate"
        return Limit(f.tree, name, shown(to), None, apart is not None, disagree=apart, note=note, assumed=f.assumed)
    if len(sides) == 2 and not (sides[0] == sides[1] or Germs().is_zero(sides[0] - sides[1])):
        index = sympy.Symbol("n", integer=True, positive=True)
        left, right = (Along(shown(to + sign / index), shown(side)) for sign, side in zip((-1, 1), sides, strict=True))
        note = "two sequences disagree"
        return Limit(f.tree, name, shown(to), None, disagree=(left, right), note=note, assumed=f.assumed)
    if sides[0].has(sympy.oo, -sympy.oo):
        note = f"the values go to {spell(shown(sides[0]))}"
        return Limit(f.tree, name, shown(to), None, note=note, assumed=f.assumed)
    note = f"f has no values on the {missing[0]}" if missing else ""
    return Limit(f.tree, name, shown(to), shown(sides[0]), note=note, assumed=f.assumed)


def _along_sequences(f: ScalarFunction, name: str, to: Any) -> tuple[Along, Along] | None:
    """Two null sequences 1/(pi n), 1/(2 pi n + pi/2) ... along which the limits differ."""
    import sympy

    n = sympy.Symbol("n", integer=True, positive=True)
    found: list[tuple[Any, Any]] = []
    for part in (sympy.S.Zero, sympy.pi / 2, sympy.pi, 3 * sympy.pi / 2):
        path = to + 1 / (2 * sympy.pi * n + part)
        try:
            limit = _limit(sympy.simplify(Germs().value(f.tree, {**f.symbols(), name: path})), n)
        except Undefined:
            continue
        if limit is None:
            continue
        found.append((path, limit))
        if limit != found[0][1]:
            return Along(shown(found[0][0]), shown(found[0][1])), Along(shown(path), shown(limit))
    return None

"""The difference quotient of a scalar function of a scalar, line by line to its limit, as on the slide.

In: f, the variable, and a point if the question is about one.  Out: a Quotient, whose lines are equal for epsilon != 0; the last
one is the limit.  What cancels is a polynomial, a quotient of polynomials or a root; exp, sin, cos and log alone go to their known
limits; every other limit is SymPy's.  Each limit has been compared with matcalc's own derivative.  At a point the left and the
right quotient are followed separately: where they differ there is no derivative.  Source: the lecture, "Gradient in 1 dimension"
and "Limits" (kinks).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcalc.algebra.dimension import SCALAR
from matcalc.algebra.nodes import Apply, postorder, symbol
from matcalc.calculus.adjoint import gradient
from matcalc.calculus.conditions import conditions
from matcalc.calculus.definition.germs import LARGEST, Germs, Undecided, Undefined, value_there
from matcalc.calculus.definition.scalars import ScalarFunction, fresh, real, shown, spell
from matcalc.errors import UnsupportedError
from matcalc.rewrite.form import textbook
from matcalc.rewrite.identities import simplify_by_rules
from matcalc.syntax import pieces
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts_of

STEPS = ("epsilon", "delta", "eta", "h")  # what the step is called: the first name that is free
POINTS, DIGITS, TINY = 4, 60, 20  # the derivative is compared at POINTS points with a step of 10^-TINY
KINKS = frozenset("abs relu sign step maximum minimum".split())

# f            over epsilon, by an addition theorem                                                   known limits
_KNOWN = {
    "exp": ("exp(x) (exp(epsilon) - 1)/epsilon",                                "(exp(epsilon) - 1)/epsilon -> 1"),
    "sin": ("sin(x) (cos(epsilon) - 1)/epsilon + cos(x) sin(epsilon)/epsilon",  "(cos(epsilon) - 1)/epsilon -> 0, sin(epsilon)/epsilon -> 1"),
    "cos": ("cos(x) (cos(epsilon) - 1)/epsilon - sin(x) sin(epsilon)/epsilon",  "(cos(epsilon) - 1)/epsilon -> 0, sin(epsilon)/epsilon -> 1"),
    "log": ("log(1 + epsilon/x)/epsilon",                                       "log(1 + u)/u -> 1, u = epsilon/x"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the way: an expression that equals the quotient for epsilon != 0, and how it came from the line before."""

    tree: Tree
    reason: str


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
    (f(x + epsilon) - f(x))/epsilon
      = (a (x + epsilon) + b - (a x + b))/epsilon    [f written out]
      = (a x + a epsilon + b - a x - b)/epsilon    [expanded]
      = a epsilon/epsilon    [cancelled]
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
        f_of = [pieces.call("f", tree) for tree in (Tree("sum", (x, step)) if not _is_zero(x) else step, x)]
        return Tree("over", (Tree("sum", (f_of[0], Tree("neg", (f_of[1],)))), step))

    def text(self, form: str = "text") -> str:
        """The lines as `text` or `unicode`."""
        lines = [spell(self._first(), form)]
        lines += [f"  = {spell(line.tree, form)}    [{line.reason}]" for line in self.lines]
        lines.append(self._verdict(form) + (f"    [{self.reason}]" if self.reason else ""))
        lines += [f"where {condition}" for condition in self.conditions]
        if self.at is None:
            for kink in self.kinks:
                lines.append(f"at {self.wrt} = {spell(kink.at, form)}: " + (kink.undefined or _sides(kink, form)) + ", no derivative")
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
                lines.append(rf"&\lim_{{{step} \to 0^{sign}}} = {found}")
        if self.limit is not None:
            lines.append(rf"&\Rightarrow \lim_{{{step} \to 0}} {spell(self._first(), 'latex')} = {spell(self.limit, 'latex')}")
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
    lines, reason = _lines(f, wrt, step)
    if any(type(node) is Apply for node in postorder(f.node)):
        return Quotient(f.tree, wrt, step, lines[:1], _abstract(f, wrt), reason="the definition of f'", assumed=f.assumed)
    derivative = _derivative(f, wrt)
    _compare(f, wrt, derivative)
    leaf = symbol(wrt, SCALAR)
    where = conditions(f.node, [leaf], lambda node: ascii_text(written(node)), lambda _: frozenset())
    return Quotient(f.tree, wrt, step, lines, derivative, None, reason, where, _kinks(f, wrt), f.assumed)


def _derivative(f: ScalarFunction, wrt: str) -> Tree:
    """matcalc's own derivative in textbook form."""
    leaf = symbol(wrt, SCALAR)
    return written(textbook(simplify_by_rules(gradient(simplify_by_rules(f.node, {}), [leaf])[leaf], {}), {}))


def _abstract(f: ScalarFunction, wrt: str) -> Tree:
    if type(f.node) is Apply and f.node.children == (symbol(wrt, SCALAR),):
        return _derivative(f, wrt)
    raise UnsupportedError("the quotient of an unknown function ends at its definition", hint="ask for the derivative: matcalc diff")


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
        quotient, slope = values
        if abs(quotient - slope) > abs(slope) * 10 ** (-TINY // 2) + 10 ** (-TINY // 2):
            raise UnsupportedError(f"the quotient does not tend to {ascii_text(derivative)}: this is a fault of matcalc")
        if seen == POINTS:
            return
    if not seen:
        raise UnsupportedError("f has no value at any of the points that were tried")


def _drawn(draw: random.Random, *, positive: bool) -> Any:
    import sympy

    return sympy.Float(draw.randint(1 if positive else -300, 300), DIGITS) / 97  # exact roots of rationals take SymPy seconds


def _values(f: Tree, derivative: Tree, point: Mapping[str, Any], wrt: str) -> tuple[Any, Any] | None:
    """The central quotient and the derivative at a point, None where they are not defined."""
    import sympy

    h = sympy.Float(10, DIGITS) ** -TINY
    try:
        above, below = (Germs().value(f, {**point, wrt: point[wrt] + side}) for side in (h, -h))
        slope = Germs().value(derivative, point)
    except (Undefined, Undecided):
        return None
    return ((above - below) / (2 * h)).evalf(DIGITS), slope.evalf(DIGITS)


# ---- the lines


def _lines(f: ScalarFunction, wrt: str, step: str) -> tuple[tuple[Line, ...], str]:
    """The lines for f, and why the last one has its limit."""
    moved = _moved(f.tree, wrt, step)
    first = _over([*_terms(moved), Tree("neg", (f.tree,))], step)
    lines = [Line(first, "f written out")]
    known = f.tree.head == "call" and ascii_text(f.tree) == f"{f.tree.text}({wrt})" and f.tree.text in _KNOWN
    if known:
        text, limits = (part.replace("epsilon", step) for part in _KNOWN[f.tree.text])
        tree = _renamed(read(text), {"x": pieces.name(wrt)})
        why = "log a - log b = log(a/b)" if f.tree.text == "log" else "addition theorem"
        return (*lines, Line(tree, why)), "known limits: " + limits.replace("/x", f"/{wrt}")
    if any(part.head == "call" and part.text in KINKS for part in parts_of(f.tree)) or f.node.weight > LARGEST:
        return tuple(lines), "on either side of the kinks"
    x, eps = real(wrt, positive=wrt in f.positive), real(step)
    try:
        whole = Germs().value(f.tree, f.symbols())
    except Undefined as problem:
        raise UnsupportedError(f"f has no value: {problem}") from None
    if whole.is_polynomial(x):
        lines += _polynomial(f, x, eps)
    elif whole.is_rational_function(x):
        lines += _rational(whole, x, eps)
    elif (whole**2).is_polynomial(x) and whole.as_independent(x)[1].is_Pow:
        lines += _root(f.tree, moved, whole, x, eps)
    else:
        return tuple(lines), f"{step} does not cancel: by the known limits of its parts"
    free = any(part.head == "name" and part.text == step for part in parts_of(lines[-1].tree))
    return tuple(lines), f"{step} = 0 in the last line" if free else ""


def _polynomial(f: ScalarFunction, x: Any, eps: Any) -> list[Line]:
    """Expand term by term as written, cancel, divide by epsilon."""
    import sympy

    places = f.symbols()
    expanded: list[Tree] = []
    for sign in (1, -1):
        for term in _terms(f.tree):
            value = sign * Germs().value(term, places)
            expanded += _by_powers(sympy.expand(value.subs(x, x + eps) if sign == 1 else value), x, eps)
    value = Germs().value(f.tree, places)
    left = sympy.expand(value.subs(x, x + eps) - value)
    if left == 0:
        return [Line(_over(expanded, eps.name), "expanded"), Line(pieces.number(0), "cancelled")]
    lines = [Line(_over(expanded, eps.name), "expanded"), Line(_over(_by_powers(left, x, eps), eps.name), "cancelled")]
    return [*lines, Line(_sum(_by_powers(sympy.expand(left / eps), x, eps)), f"{eps.name} cancelled")]


def _rational(whole: Any, x: Any, eps: Any) -> list[Line]:
    """One denominator, expand the numerator, cancel, divide by epsilon."""
    import sympy

    p, q = sympy.fraction(sympy.together(whole))
    if not q.has(x):
        raise UnsupportedError("no quotient of polynomials")
    p1, q1 = (side.subs(x, x + eps) for side in (p, q))
    left = sympy.expand(p1 * q - p * q1)

    def times(*factors: Any) -> Tree:
        """The product as written; the sign of a number in front."""
        negative = factors[0].as_coeff_Mul()[0] < 0
        first = -factors[0] if negative else factors[0]
        written_out = [shown_in_order(factor, x, eps) for factor in (first, *factors[1:]) if factor != 1]
        return pieces.sign(negative, _product(written_out))

    crossed = Tree("sum", (times(p1, q), _minus(times(p, q1))))
    below = _product([_product([shown_in_order(q1, x, eps), shown_in_order(q, x, eps)]), pieces.name(eps.name)])
    under = _product([shown_in_order(q1, x, eps), shown_in_order(q, x, eps)])
    cancelled = _sum(_by_powers(left, x, eps)) if left != 0 else pieces.number(0)
    last = _sum(_by_powers(sympy.expand(left / eps), x, eps)) if left != 0 else pieces.number(0)
    return [
        Line(Tree("over", (crossed, below)), "one denominator"),
        Line(_signed_over(cancelled, below), "expanded and cancelled"),
        Line(_signed_over(last, under), f"{eps.name} cancelled"),
    ]


def _root(f: Tree, moved: Tree, whole: Any, x: Any, eps: Any) -> list[Line]:
    """(a - b) (a + b) = a^2 - b^2 for a = f(x + epsilon), b = f(x)."""
    import sympy

    square = sympy.expand(whole**2)
    left = sympy.expand(square.subs(x, x + eps) - square)
    both = Tree("sum", (*_terms(moved), *_terms(f)))
    step = pieces.name(eps.name)
    raw = Tree("sum", (shown_in_order(square.subs(x, x + eps), x, eps), Tree("neg", (shown_in_order(square, x, eps),))))
    below = Tree("times", (step, both), " ")
    return [
        Line(Tree("over", (raw, below)), "times f(x + epsilon) + f(x), above and below".replace("epsilon", eps.name).replace("x", x.name)),
        Line(_signed_over(_sum(_by_powers(left, x, eps)), below), "cancelled"),
        Line(_signed_over(_sum(_by_powers(sympy.expand(left / eps), x, eps)), both), f"{eps.name} cancelled"),
    ]


def _minus(tree: Tree) -> Tree:
    return tree.children[0] if tree.head == "neg" else Tree("neg", (tree,))


def _moved(f: Tree, wrt: str, step: str) -> Tree:
    return _renamed(f, {wrt: Tree("sum", (pieces.name(wrt), pieces.name(step)))})


def _renamed(tree: Tree, names: Mapping[str, Tree]) -> Tree:
    out: dict[Tree, Tree] = {}
    for part in parts_of(tree):
        if part.head == "name" and part.text in names:
            out[part] = names[part.text]
        else:
            out[part] = replace(part, children=tuple(out[child] for child in part.children)) if part.children else part
    return out[tree]


def _terms(tree: Tree) -> tuple[Tree, ...]:
    return tuple(term for child in tree.children for term in _terms(child)) if tree.head == "sum" else (tree,)


def _sum(terms: Sequence[Tree]) -> Tree:
    return terms[0] if len(terms) == 1 else Tree("sum", tuple(terms))


def _product(factors: Sequence[Tree]) -> Tree:
    return pieces.juxtaposed(factors) if factors else pieces.number(1)


def _over(terms: Sequence[Tree], step: str) -> Tree:
    return _signed_over(_sum(terms), pieces.name(step))


def _signed_over(above: Tree, below: Tree) -> Tree:
    if above.head == "neg":
        return Tree("neg", (Tree("over", (above.children[0], below)),))
    return Tree("over", (above, below))


def shown_in_order(value: Any, x: Any, eps: Any) -> Tree:
    """A polynomial as written in x + epsilon: `x + epsilon`, `(x + epsilon)^2 + 1`."""
    mark = real("_moved")
    inner = value.subs(x + eps, mark)
    if inner.has(eps) or not inner.has(mark):
        return _sum(_by_powers(value, x, eps))
    return _renamed(shown(inner), {"_moved": Tree("sum", (pieces.name(x.name), pieces.name(eps.name)))})


def _by_powers(value: Any, x: Any, eps: Any) -> list[Tree]:
    """The terms of an expanded polynomial, by rising powers of epsilon, and in each the highest power of x first."""
    import sympy

    terms: list[Tree] = []
    for (k,), c in sympy.Poly(value, eps).terms()[::-1]:
        for (m,), d in sympy.Poly(c, x).terms() if c.has(x) else [((0,), c)]:
            for part in sympy.Add.make_args(sympy.expand(d)):
                terms.append(_monomial(part, [(x.name, m), (eps.name, k)]))
    return terms


def _monomial(c: Any, powers: Sequence[tuple[str, int]]) -> Tree:
    factors = [pieces.power("power", pieces.name(name), k) for name, k in powers if k]
    negative = bool(c.could_extract_minus_sign())
    size = -c if negative else c
    if size == 1 and factors:
        return pieces.sign(negative, _product(factors))
    return pieces.sign(negative, _product([shown(size), *factors]))


def _is_zero(tree: Tree) -> bool:
    return tree.head == "number" and not tree.text.strip("0.")


# ---- at a point: two sides


def _at(f: ScalarFunction, wrt: str, step: str, at: Any, value: Any) -> Quotient:
    here = shown(at)
    moved = _renamed(f.tree, {wrt: pieces.name(step) if at == 0 else Tree("sum", (here, pieces.name(step)))})
    still = _renamed(f.tree, {wrt: here}) if value is None else shown(value)
    line = Line(_over([*_terms(moved), Tree("neg", (still,))], step), "f written out")
    kink = two_sides(f, wrt, at, value)
    found = kink.derivative
    reason = "" if found is None else _sides(kink, "text")
    lines = () if kink.undefined else (line,)
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
    return Kink(shown(at), *(None if side is None else shown(side) for side in (left, right)))


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


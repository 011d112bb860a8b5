"""The lines of a difference quotient on the way to its limit: written out, expanded, cancelled, epsilon cancelled.

In: f, the variable and the name of the step.  Out: trees that are equal for epsilon != 0, in the order of the slide: terms by rising
powers of epsilon, nothing put together that the slide still shows apart.  A polynomial is expanded term by term, a quotient of
polynomials brought to one denominator, a root multiplied by f(x + epsilon) + f(x); exp, sin, cos and log end at known limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matcalc.calculus.definition.germs import Germs, Undefined
from matcalc.calculus.definition.leading import LARGEST
from matcalc.calculus.definition.scalars import ScalarFunction, real, shown
from matcalc.errors import UnsupportedError
from matcalc.syntax import pieces
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree, put
from matcalc.syntax.tree import postorder as parts_of

KINKS = frozenset("abs relu sign step maximum minimum".split())

_WAVES = "(cos(epsilon) - 1)/epsilon -> 0, sin(epsilon)/epsilon -> 1"

# f            over epsilon, by an addition theorem                                                   known limits
_KNOWN = {
    "exp": ("exp(x) (exp(epsilon) - 1)/epsilon",                                "(exp(epsilon) - 1)/epsilon -> 1"),
    "sin": ("sin(x) (cos(epsilon) - 1)/epsilon + cos(x) sin(epsilon)/epsilon",  _WAVES),
    "cos": ("cos(x) (cos(epsilon) - 1)/epsilon - sin(x) sin(epsilon)/epsilon",  _WAVES),
    "log": ("log(1 + epsilon/x)/epsilon",                                       "log(1 + u)/u -> 1, u = epsilon/x"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the way: an expression that equals the quotient for epsilon != 0, and how it came from the line before."""

    tree: Tree
    reason: str


def lines_to_limit(f: ScalarFunction, wrt: str, step: str) -> tuple[tuple[Line, ...], str]:
    """The lines for f, and why the last one has its limit."""
    ahead = moved(f.tree, wrt, step)
    first = over([*terms_of(ahead), Tree("neg", (f.tree,))], step)
    lines = [Line(first, "f written out")]
    known = f.tree.head == "call" and ascii_text(f.tree) == f"{f.tree.text}({wrt})" and f.tree.text in _KNOWN
    if known:
        text, limits = (part.replace("epsilon", step) for part in _KNOWN[f.tree.text])
        tree = put(read(text), {"x": pieces.name(wrt)})
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
        lines += _root(f.tree, ahead, whole, x, eps)
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
        for term in terms_of(f.tree):
            value = sign * Germs().value(term, places)
            expanded += _by_powers(sympy.expand(value.subs(x, x + eps) if sign == 1 else value), x, eps)
    value = Germs().value(f.tree, places)
    left = sympy.expand(value.subs(x, x + eps) - value)
    if left == 0:
        return [Line(over(expanded, eps.name), "expanded"), Line(pieces.number(0), "cancelled")]
    lines = [Line(over(expanded, eps.name), "expanded"), Line(over(_by_powers(left, x, eps), eps.name), "cancelled")]
    return [*lines, Line(_sum(_by_powers(sympy.expand(left / eps), x, eps)), f"{eps.name} cancelled")]


def polynomial_at(f: ScalarFunction, wrt: str, step: str, at: Any) -> list[Line]:
    """The same at a number: f(a + epsilon) - f(a) expanded, divided by epsilon; nothing where f is no polynomial there."""
    import sympy

    eps = real(step)
    try:
        ahead, still = (Germs().value(f.tree, {**f.symbols(), wrt: place}) for place in (at + eps, at))
    except Undefined:
        return []
    left = sympy.expand(ahead - still)
    if left == 0 or not left.is_polynomial(eps):
        return []
    lines = [Line(over(_by_powers(left, real(wrt), eps), step), "expanded and cancelled")]
    return [*lines, Line(_sum(_by_powers(sympy.expand(left / eps), real(wrt), eps)), f"{step} cancelled")]


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

    crossed = Tree("sum", (times(p1, q), minus(times(p, q1))))
    below = _product([_product([shown_in_order(q1, x, eps), shown_in_order(q, x, eps)]), pieces.name(eps.name)])
    under = _product([shown_in_order(q1, x, eps), shown_in_order(q, x, eps)])
    cancelled = _sum(_by_powers(left, x, eps)) if left != 0 else pieces.number(0)
    last = _sum(_by_powers(sympy.expand(left / eps), x, eps)) if left != 0 else pieces.number(0)
    return [
        Line(Tree("over", (crossed, below)), "one denominator"),
        Line(_signed_over(cancelled, below), "expanded and cancelled"),
        Line(_signed_over(last, under), f"{eps.name} cancelled"),
    ]


def _root(f: Tree, ahead: Tree, whole: Any, x: Any, eps: Any) -> list[Line]:
    """(a - b) (a + b) = a^2 - b^2 for a = f(x + epsilon), b = f(x)."""
    import sympy

    square = sympy.expand(whole**2)
    left = sympy.expand(square.subs(x, x + eps) - square)
    both = Tree("sum", (*terms_of(ahead), *terms_of(f)))
    step = pieces.name(eps.name)
    raw = Tree("sum", (shown_in_order(square.subs(x, x + eps), x, eps), Tree("neg", (shown_in_order(square, x, eps),))))
    below = Tree("times", (step, both), " ")
    return [
        Line(
            Tree("over", (raw, below)),
            "times f(x + epsilon) + f(x), above and below".replace("epsilon", eps.name).replace("x", x.name),
        ),
        Line(_signed_over(_sum(_by_powers(left, x, eps)), below), "cancelled"),
        Line(_signed_over(_sum(_by_powers(sympy.expand(left / eps), x, eps)), both), f"{eps.name} cancelled"),
    ]


def minus(tree: Tree) -> Tree:
    """-a; a for the tree of -a."""
    return tree.children[0] if tree.head == "neg" else Tree("neg", (tree,))


def moved(f: Tree, wrt: str, step: str) -> Tree:
    """f with x + epsilon for x."""
    return put(f, {wrt: Tree("sum", (pieces.name(wrt), pieces.name(step)))})


def terms_of(tree: Tree) -> tuple[Tree, ...]:
    """The terms of a sum, inner sums opened; the tree itself for no sum."""
    return tuple(term for child in tree.children for term in terms_of(child)) if tree.head == "sum" else (tree,)


def _sum(terms: Sequence[Tree]) -> Tree:
    return terms[0] if len(terms) == 1 else Tree("sum", tuple(terms))


def _product(factors: Sequence[Tree]) -> Tree:
    return pieces.juxtaposed(factors) if factors else pieces.number(1)


def over(terms: Sequence[Tree], step: str) -> Tree:
    """The sum of the terms over epsilon, the sign of a single term in front."""
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
    return put(shown(inner), {"_moved": Tree("sum", (pieces.name(x.name), pieces.name(eps.name)))})


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


def is_zero(tree: Tree) -> bool:
    """Whether the tree is the number 0."""
    return tree.head == "number" and not tree.text.strip("0.")

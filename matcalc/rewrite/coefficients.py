"""Scalars in front of vectors and matrices: (a + 1) x - x -> a x, and x / (c (y/c + 1)) -> x / (y + c).

In: an expression in normal form.  Out: equal ones.  Which of them is shorter, and whether it is taken, is the matter of multiply_out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from matcalc.algebra import entrywise, products, sums
from matcalc.algebra.leaves import ONE, number
from matcalc.algebra.nodes import PLUS, Hadamard, MatrixPower, Node, Number, Power, Product, Rational, Scaled, Sum
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import postorder_with


def over_bodies(node: Node, simplest: Callable[[Node], Node]) -> Node:
    """A sum with the terms that are multiples of one body made one: a x + b x = (a + b) x, a + b in its `simplest` form.

    >>> from matcalc.algebra.dimension import ONE as one, SCALAR, named; from matcalc.algebra.leaves import symbol
    >>> a, x = symbol("a", SCALAR), symbol("x", (named("n"), one))
    >>> difference = sums.minus(products.scaled(sums.plus(a, ONE), x), x)
    >>> over_bodies(difference, lambda node: node) is products.scaled(a, x)
    True
    """
    if type(node) is not Sum or not any(type(term) is Scaled for term in node.children):
        return node
    parts = [sums.split(term) for term in node.children]
    multiples: dict[Node, list[tuple[Rational, Node]]] = {body: [] for _, _, body in parts}
    if len(multiples) == len(parts):
        return node
    for coefficient, (c, scalars, body) in zip(node.data, parts, strict=True):
        multiples[body].append((coefficient * c, entrywise.hadamard(scalars or [ONE])))
    return sums.plus(*(products.scaled(simplest(sums.add(terms)), body) for body, terms in multiples.items()))


def without_inner_fractions(node: Node) -> Iterator[Node]:
    """1/(c (x/c + 1)) = 1/(x + c), and (x/c - y/c^2) / (z/c + 1) = (x - y/c) / (z + c): a divisor inside a factor meets another one.

    >>> from matcalc.algebra.dimension import SCALAR; from matcalc.algebra.leaves import symbol
    >>> c, t = symbol("c", SCALAR), symbol("t", SCALAR)
    >>> product = entrywise.hadamard([c, sums.plus(entrywise.divide(t, c), ONE)])
    >>> next(without_inner_fractions(product)) is sums.plus(t, c)
    True
    """
    coefficient, scalars, body = sums.split(node)
    front = [factor for scalar in scalars for factor in factors_of(scalar)]
    factors = [*front, *(body.children if type(body) in (Hadamard, Product) else (body,))]
    powers = [power_of(factor) for factor in factors]
    if not any(type(inner) is Sum for inner, _ in powers):
        return
    entry = type(body) is Hadamard  # there a divisor may be a vector or a matrix, too: 1 ./ (y .* (x.^2 ./ y.^2 + 1))
    present = {base for base, p in powers if (base.is_scalar or entry) and _is_whole(p)}
    for k, (inner, p) in enumerate(powers):
        if type(inner) is not Sum or not _is_whole(p):
            continue
        for base, e in _divisors(inner, entry).items():
            out = entrywise.power(base, number(-e * p))
            made = list(factors)
            made[k] = entrywise.power(_times(entrywise.power(base, number(e)), inner), number(p))
            if base in present and base.is_scalar:
                yield _joined(coefficient, [out, *made], len(front) + 1, type(body))
            elif base in present:
                yield _joined(coefficient, [*made, out], len(front), type(body))
            for j, other in enumerate(factors):
                if j != k and type(other) is Sum and all(_exponent(term, base) * p > 0 for term in other.children):
                    met = [*made[:j], _times(out, other), *made[j + 1 :]]
                    yield _joined(coefficient, met, len(front), type(body))


def without_fractions_below(node: Node) -> Iterator[Node]:
    """H^T (C/s + I)^-1 H / s = H^T (C + s I)^-1 H: a divisor in front meets one in a sum below the line, however deep that stands.

    >>> from matcalc.algebra.dimension import SCALAR, named; from matcalc.algebra.leaves import identity, symbol
    >>> from matcalc.algebra.matrix_powers import inverse
    >>> s, A = symbol("s", SCALAR), symbol("A", (named("n"), named("n")))
    >>> below = sums.plus(products.scaled(entrywise.power(s, number(-1)), A), identity(named("n")))
    >>> divided = products.scaled(entrywise.power(s, number(-1)), inverse(below))
    >>> next(without_fractions_below(divided)) is inverse(sums.plus(A, products.scaled(s, identity(named("n")))))
    True
    """
    front = node.children[0] if type(node) is Scaled else node
    over = [base for base, p in map(power_of, factors_of(front)) if base.is_scalar and p < 0]
    parts = list(postorder_with(PLUS, node)) if over else []
    below = {part.children[0] for part in parts if _is_below(part)}
    for base in over if below else ():
        found: dict[Node, Rational] = {
            part: _divisors(part, entry=False).get(base, 0) for part in parts if type(part) is Sum
        }
        if any(found.get(part) for part in below):
            yield substitute(node, {part: _divided(part, base, e) for part, e in found.items() if e})


def with_one_bracket(node: Node) -> Node:
    """x/(y/c + 1) + z/(y + c)^2 as c x/(y + c) + z/(y + c)^2: of a sum and its multiple below the line the one without divisors.

    >>> from matcalc.algebra.dimension import SCALAR; from matcalc.algebra.leaves import symbol
    >>> c, x, y = (symbol(name, SCALAR) for name in "cxy")
    >>> inner, whole = sums.plus(entrywise.divide(y, c), ONE), sums.plus(y, c)
    >>> mixed = sums.plus(entrywise.divide(x, inner), entrywise.divide(y, whole))
    >>> with_one_bracket(mixed) is sums.plus(entrywise.divide(entrywise.hadamard([c, x]), whole), entrywise.divide(y, whole))
    True
    """
    below = dict.fromkeys(part.children[0] for part in postorder_with(PLUS, node) if _is_below(part))
    for inner in below if len(below) > 1 else ():
        for base, e in _divisors(inner, entry=False).items() if type(inner) is Sum else ():
            if _times(entrywise.power(base, number(e)), inner) in below:
                return substitute(node, {inner: _divided(inner, base, e)})
    return node


def _is_below(part: Node) -> bool:
    """Whether a part is a negative integer power, entry by entry or of a matrix."""
    if type(part) is not Power and type(part) is not MatrixPower:
        return False
    exponent = part.children[1]
    return type(exponent) is Number and exponent.data < 0 and _is_whole(exponent.data)


def _divided(total: Node, base: Node, e: Rational) -> Node:
    """S as base^(-e) (base^e S)."""
    return products.product([entrywise.power(base, number(-e)), _times(entrywise.power(base, number(e)), total)])


def _divisors(inner: Node, entry: bool) -> dict[Node, Rational]:
    """The scalars, `entry`: and what else, that terms of a sum are divided by, with their highest powers if these are integers."""
    found: dict[Node, Rational] = {}
    for term in inner.children:
        for base, p in map(power_of, _entry_factors(term)):
            if not base.is_scalar and not entry:
                continue
            if p < 0 and _is_whole(p):
                found[base] = max(found.get(base, 0), -p)
    return found


def _entry_factors(term: Node) -> list[Node]:
    _, scalars, body = sums.split(term)
    return [factor for part in [*scalars, body] for factor in factors_of(part)]


def _exponent(term: Node, base: Node) -> Rational:
    """The power of `base` among the factors of a term."""
    return sum(p for each, p in map(power_of, _entry_factors(term)) if each is base)


def _times(factor: Node, total: Node) -> Node:
    """A sum with every term multiplied, by a scalar or entry by entry."""
    multiply = products.product if factor.is_scalar else entrywise.hadamard
    return sums.add([(c, multiply([factor, term])) for c, term in sums.terms_of(total)])


def _joined(coefficient: Rational, factors: Sequence[Node], front: int, kind: type[Node]) -> Node:
    """The product of scalars, `front` of them, and of the factors of an entrywise or a matrix product."""
    rest = factors[front:]
    body = products.product(rest) if kind is Product else entrywise.hadamard(rest)
    return products.product([number(coefficient), *factors[:front], body])


def factors_of(term: Node) -> tuple[Node, ...]:
    """The factors of an entrywise product or of a product of scalars."""
    return term.children if type(term) is Hadamard else (term,)


def power_of(factor: Node) -> tuple[Node, Rational]:
    """b and p of b^p."""
    if type(factor) is Power and type(factor.children[1]) is Number:
        return factor.children[0], factor.children[1].data
    return factor, 1


def _is_whole(p: Rational) -> bool:
    """Whether an exponent is an integer, so that (a b)^p = a^p b^p for all a and b."""
    return p.denominator == 1

"""Multiplying out where that is shorter: s (y - 1) + y (1 - s) -> y - s, and 1/c - q/c^2 with c = q + a -> a/c^2.

In: an expression in normal form.  Out: an equal one.  Scalars and entrywise products are polynomials in what they are made of, with
negative powers.  Bottom-up, memoised, every sum and entrywise product is tried multiplied out, with sigmoid(-X) = 1 - sigmoid(X),
over a common denominator, and with (a b)^(3/2) = a b (a b)^(1/2), a sum of scalars also with the brackets in its chains opened:
a^T x - x^T (a + b) = -b^T x.  What comes out is brought into the best form again, and taken only if its weight is lower by LEAST:
(1 - t^2) h is not h - t^2 h.

It ends: the weight of a part falls whenever something is taken.  What is heavy, or has more than MOST_TERMS terms, is left as it is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from math import prod, trunc

from matcalc.algebra import entrywise, products, sums, transposes
from matcalc.algebra.leaves import ONE, number, ones
from matcalc.algebra.nodes import (
    PLUS,
    Call,
    Hadamard,
    MatrixPower,
    Node,
    Number,
    Power,
    Product,
    Rational,
    Scaled,
    Sum,
    bit,
)
from matcalc.algebra.traversal import rebuild, substitute
from matcalc.algebra.walks import postorder_with
from matcalc.rewrite.coefficients import (
    factors_of,
    over_bodies,
    power_of,
    with_one_bracket,
    without_fractions_below,
    without_inner_fractions,
)
from matcalc.rewrite.opening import opened

LEAST = 2
SLACK = 4  # what opened brackets of several terms may weigh more before they are simplified: a rule may take it off
HEAVIEST = 100  # weight of a part that is tried
MOST_TERMS = 64
POWER = bit("Power")
CHAINS = bit("Product")
SQUARES = bit("MatrixPower")
FACTORS = bit("Hadamard") | POWER | bit("Scaled") | CHAINS  # where none occurs, there is nothing to multiply out
HIGHEST = 4  # a power of a sum that is multiplied out

Terms = list[tuple[Rational, Node]]
Better = Callable[[Node], Node]


def multiplied_out(root: Node, best: Better) -> Node:
    """`root` with every polynomial in it multiplied out where that lowers the weight; `best` is the form that is weighed.

    >>> from matcalc.algebra.leaves import ONE, symbol; from matcalc.algebra.dimension import SCALAR
    >>> a, s, y = (symbol(name, SCALAR) for name in "asy")
    >>> p = sums.plus(entrywise.hadamard([s, sums.minus(y, ONE)]), entrywise.hadamard([y, sums.minus(ONE, s)]))
    >>> multiplied_out(p, lambda node: node) is sums.minus(y, s)
    True
    """
    out: dict[Node, Node] = {}
    for node in postorder_with(FACTORS, root):
        children = [out.get(child, child) for child in node.children]
        same = all(new is old for new, old in zip(children, node.children, strict=True))
        made = node if same else rebuild(node, children)
        out[node] = _least(made, best)
    return out.get(root, root)


def _least(node: Node, best: Better) -> Node:
    if type(node) is Sum and not node.is_scalar and len(node.children) <= MOST_TERMS:
        made = over_bodies(node, lambda coefficient: _polynomial(coefficient, best))
        return made if made.weight + LEAST <= node.weight else _polynomial(node, best)
    return _polynomial(node, best)


def _polynomial(node: Node, best: Better) -> Node:
    if node.heads & SQUARES and node.heads & PLUS and type(node) in (Product, Sum):
        node = _with_projections(node, best)
    if node.weight > HEAVIEST:
        return node
    if type(node) is Sum and node.heads & PLUS and node.heads & POWER and (alike := with_one_bracket(node)) is not node:
        alike = best(alike)
        node = alike if alike.weight <= node.weight else node
    if not _is_open(node):
        return node
    found = [best(candidate) for candidate in _candidates(node) if candidate is not node]
    least = min(found, key=lambda candidate: candidate.weight, default=node)
    return least if least.weight + LEAST <= node.weight else node


def _with_projections(node: Node, best: Better) -> Node:
    """A chain or sum with P for the powers P^k in it, if they multiply out to it: P = I - 1 1^T / n.  x^T P^2 x stays: it is ||P x||^2."""
    if node.is_scalar and transposes.transpose(node.children[0]) is node.children[-1]:
        return node
    parts = [best(opened(part)) if _is_small_power(part) else part for part in node.children]
    parts = [old if new.weight >= old.weight else new for old, new in zip(node.children, parts, strict=True)]
    return node if all(map(operator.is_, parts, node.children)) else rebuild(node, parts)


def _is_small_power(factor: Node) -> bool:
    if type(factor) is not MatrixPower or type(factor.children[0]) is not Sum or factor.weight > HEAVIEST:
        return False
    exponent = factor.children[1]
    return type(exponent) is Number and exponent.data in range(2, HIGHEST + 1)


def _is_open(node: Node) -> bool:
    """Whether there is something to multiply out: a product with a sum in it, a power of a sum, a b^(3/2), terms with a denominator."""
    kind = type(node)
    if kind is Scaled:
        return bool(node.heads & PLUS and node.heads & POWER)
    if node.is_scalar and _has_brackets(node):
        return True
    if kind is not Sum and kind is not Hadamard:
        return False
    terms = node.children if kind is Sum else (node,)
    for term in terms:
        product = type(term) is Hadamard
        if type(term) is Scaled and term.heads & POWER and _split_powers(term) is not term:
            return True
        for factor in factors_of(term):
            if product and type(factor) is Sum:
                return True
            base, exponent = power_of(factor)
            if exponent == 1:
                continue
            if type(base) is Sum or (exponent < 0 and len(terms) > 1) or trunc(exponent) not in (0, exponent):
                return True
    return False


def _has_brackets(scalar: Node) -> bool:
    """Whether a sum stands in a product of matrices, or in its trace, among the terms: a^T x - x^T (a + b).

    Of one term alone: in one whose own terms may meet, and that is no squared norm: x^T (A + A^T) x, (a + b)^T (a - b).
    """
    if type(scalar) is Sum and len(scalar.children) > 1:
        return any(_is_bracketed(core) for _, _, core in map(sums.split, scalar.children))
    core = scalar.children[0] if type(scalar) is Sum else scalar
    if not _is_bracketed(core):
        return False
    if type(core) is not Product:
        return True
    mirrored = transposes.transpose(core.children[0]) is core.children[-1]
    if mirrored:
        return len(core.children) > 2
    return sum(factor.heads & PLUS != 0 for factor in core.children) > 1


def _is_bracketed(core: Node) -> bool:
    return bool(core.heads & PLUS and core.heads & CHAINS)


def _candidates(node: Node) -> Iterator[Node]:
    """Equal expressions that may be shorter."""
    if node.is_scalar and _has_brackets(node):
        found = opened(node)
        if found.weight < node.weight + (SLACK if type(node) is Sum else 0):
            yield found
    if type(node) is not Sum:
        yield from (found for found in without_inner_fractions(node) if found.weight < node.weight)
        yield from (found for found in without_fractions_below(node) if found.weight < node.weight)
    if type(node) is Scaled:
        scalar, body = node.children
        merged = over_bodies(body, lambda coefficient: coefficient)
        if merged is not body:
            yield products.scaled(scalar, merged)
        return
    written = sums.terms_of(node)
    split = [(c, _split_powers(term)) for c, term in written]
    if split != written:
        yield sums.add(split)
    without = _of_one_sign(node)
    terms = _expanded(without)
    if terms is None:
        return
    if terms != written:
        yield sums.add(terms)
        yield from _over_common_denominators(written, _summands)  # the powers in the denominator stay what they are
        yield from _over_common_denominators(written, _expanded)
    yield from _over_common_denominators(terms, _expanded)


def _split_powers(term: Node) -> Node:
    """With b^p = b^k b^(p - k), k the whole part of p, for b a product: s (2 s^2)^(-3/2) -> (2 s^2)^(-1/2) / (2 s).

    Of a multiple s x, in s.
    """
    if type(term) is Scaled:
        scalar, body = term.children
        return products.scaled(_split_powers(scalar), body)
    factors = factors_of(term)
    split = [part for factor in factors for part in _split_power(factor)]
    return term if len(split) == len(factors) else entrywise.hadamard(split)


def _split_power(factor: Node) -> list[Node]:
    base, p = power_of(factor)
    whole = trunc(p)
    if whole in (0, p):
        return [factor]
    opened = entrywise.power(base, number(whole))
    closed = type(opened) is Power and opened.children[0] is base
    return [factor] if closed else [opened, entrywise.power(base, number(p - whole))]


def _of_one_sign(node: Node) -> Node:
    """With 1 - sigmoid(X) for sigmoid(-X), if both sigmoid(X) and sigmoid(-X) are factors of its terms."""
    inside = {factor.children[0]: factor for factor in _factors_within(node) if _is_sigmoid(factor)}
    negative = {
        factor: sums.minus(ones(*X.shape), inside[minus])
        for X, factor in inside.items()
        if (minus := sums.times_number(-1, X)) in inside and type(X) is Sum and X.data[0] < 0
    }
    return substitute(node, negative) if negative else node


def _is_sigmoid(node: Node) -> bool:
    return type(node) is Call and node.data == "sigmoid"


def _factors_within(node: Node) -> Iterator[Node]:
    """The factors of the terms of a polynomial, of sums among them too, each once."""
    seen: set[Node] = set()
    stack = [node]
    while stack:
        part = stack.pop()
        if part in seen:
            continue
        seen.add(part)
        if type(part) in (Sum, Hadamard):
            stack.extend(part.children)
        elif type(part) is Power:
            stack.append(part.children[0])
        else:
            yield part


def _expanded(node: Node) -> Terms | None:
    """The terms of a polynomial after multiplying out; None if they are too many."""
    made: Terms = []
    for c, term in sums.terms_of(node):
        several = [_summands(factor) for factor in _factors(term)]
        if prod(map(len, several)) + len(made) > MOST_TERMS:
            return None
        partial: Terms = [(c, ones(*node.shape))]
        for summands in several:
            partial = [(a * b, entrywise.hadamard([left, right])) for a, left in partial for b, right in summands]
        made += partial
    return made


def _factors(term: Node) -> list[Node]:
    """The factors of a term, a small power of a sum one by one."""
    found = []
    for factor in factors_of(term):
        if type(factor) is Power and type(factor.children[0]) is Sum:
            base, exponent = factor.children
            if type(exponent) is Number and exponent.data in range(2, HIGHEST + 1):
                found += [base] * exponent.data
                continue
        found.append(factor)
    return found


def _summands(factor: Node) -> Terms:
    return sums.terms_of(factor) if type(factor) is Sum else [(1, factor)]


def _over_common_denominators(terms: Terms, terms_of: Callable[[Node], Terms | None]) -> Iterator[Node]:
    """b^e times the terms divided by b^e, for every base b with negative exponents, e the least; of the terms, b alone is opened.

    `terms_of` opens it: its own terms, or all that it multiplies out to.
    """
    parts = [(c * d, scalars, factors_of(core)) for c, term in terms for d, scalars, core in (sums.split(term),)]
    powers = [dict(map(power_of, factors)) for _, _, factors in parts]
    for base in dict.fromkeys(base for found in powers for base, exponent in found.items() if exponent < 0):
        least = min(found.get(base, 0) for found in powers)
        numerator: Terms = []
        for (c, scalars, factors), found in zip(parts, powers, strict=True):
            rest = [factor for factor in factors if power_of(factor)[0] is not base]
            raised = terms_of(entrywise.power(base, number(found.get(base, 0) - least)))
            if raised is None:
                break
            front = entrywise.hadamard([ONE, *scalars])
            numerator += [(c * a, products.scaled(front, entrywise.hadamard([*rest, part]))) for a, part in raised]
        else:
            yield entrywise.hadamard([entrywise.power(base, number(least)), sums.add(numerator)])

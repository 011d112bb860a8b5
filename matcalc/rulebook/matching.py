"""Is this expression an instance of that pattern?

A letter stands for any one expression of its shape, the same wherever it occurs; the shapes must fit without new equations
(n fits any one dimension, in the whole rule; a column letter fits columns only).  In a matrix product a letter is one factor or
several neighbours; a scalar chain is also read from behind, a trace from any of its factors on.  Factors of entrywise products and
terms of sums are taken in any order; X^3 holds X^2.

Everything that may be found is found, one after the other.  Parts that are not letters are tried first, so that what is not there
costs one look.  The recursion is as deep as the pattern, not as the expression.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from matcalc.algebra import calls, entrywise, products, sums, transposes
from matcalc.algebra.dimension import Shape
from matcalc.algebra.leaves import ONE, number, size
from matcalc.algebra.nodes import (
    Basis,
    Call,
    Commutation,
    Defined,
    Entry,
    Hadamard,
    Identity,
    Index,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Product,
    Rational,
    Scaled,
    Size,
    Sum,
    Transpose,
    Zero,
)
from matcalc.algebra.traversal import instantiate
from matcalc.algebra.walks import postorder
from matcalc.rulebook.rule import NOWHERE, Found, fit, is_letter


def match(pattern: Node, node: Node) -> Found | None:
    """What the letters of `pattern` stand for if it is the whole of `node`, or None.

    >>> from matcalc.algebra.leaves import symbol; from matcalc.algebra.dimension import ONE, named
    >>> X, x = symbol("X", (named("m"), named("n"))), symbol("x", (named("k"), ONE))
    >>> found = match(calls.call("exp", [X]), calls.call("exp", [x]))
    >>> found is not None and found.values[X] is x
    True
    """
    return next(iter(matches(pattern, node, NOWHERE)), None)


# ---- one expression; each way to read it gives one Found

NOTHING: tuple[Found, ...] = ()


def matches(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    """What else is found if `pattern` is the whole of `node`, where this is `found` already."""
    if is_letter(pattern):
        return _bound(pattern, node, found)
    rule = _BY_KIND.get(type(pattern))
    if rule is None:
        return (found,) if pattern is node else NOTHING
    return rule(pattern, node, found)


def _bound(letter: Node, node: Node, found: Found) -> Iterable[Found]:
    value = found.values.get(letter)
    if value is not None:
        return (found,) if value is node else NOTHING
    dimensions = fit(letter.shape, node.shape, found.dimensions)
    return NOTHING if dimensions is None else (Found({**found.values, letter: node}, dimensions),)


def _number(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    return (found,) if type(node) is Number and node.data == pattern.data else NOTHING


def _size(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    n = pattern.data.name  # the dimension n of the rule, which is not that of the expression
    if n in found.dimensions:
        return (found,) if size(found.dimensions[n]) is node else NOTHING
    if type(node) is Size:
        return (Found(found.values, {**found.dimensions, n: node.data}),)
    return NOTHING


def _index(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    return _bound(pattern, node, found) if type(node) in (Index, Number) else NOTHING


def _constant_of_shape(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    return _fitted(pattern.shape, node.shape, found) if type(node) is type(pattern) else NOTHING


def _commutation(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    return _fitted(pattern.data, node.data, found) if type(node) is Commutation else NOTHING


def _basis(pattern: Node, node: Node, found: Found) -> Iterator[Found]:
    for inner in _constant_of_shape(pattern, node, found):
        yield from matches(pattern.children[0], node.children[0], inner)


def _fitted(pattern: Shape, shape: Shape, found: Found) -> Iterable[Found]:
    dimensions = fit(pattern, shape, found.dimensions)
    return NOTHING if dimensions is None else (Found(found.values, dimensions),)


def _children(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    if type(node) is type(pattern) and node.data == pattern.data and len(node.children) == len(pattern.children):
        return _in_order(pattern.children, node.children, found)
    return NOTHING


def _in_order(patterns: Sequence[Node], nodes: Sequence[Node], found: Found) -> Iterable[Found]:
    if len(patterns) == 1:
        return matches(patterns[0], nodes[0], found)
    firsts = matches(patterns[0], nodes[0], found)
    return (both for first in firsts for both in _in_order(patterns[1:], nodes[1:], first)) if firsts else NOTHING


def _call(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    if type(node) is not Call or node.data != pattern.data:
        return NOTHING
    if len(pattern.children) != 1:
        return _in_order(pattern.children, node.children, found)
    inside, argument = pattern.children[0], node.children[0]
    if pattern.data == "tr" and type(inside) is Product:
        return _rotations(inside.children, argument.children, found) if type(argument) is Product else NOTHING
    upright = matches(inside, argument, found)
    if pattern.data in calls.BLIND_TO_TRANSPOSE and not is_letter(inside) and argument.is_matrix:
        return itertools.chain(upright, matches(inside, transposes.transpose(argument), found))
    return upright


def _rotations(patterns: Sequence[Node], chain: tuple[Node, ...], found: Found) -> Iterator[Found]:
    if not _has_heads(patterns, chain):
        return
    turned = tuple(transposes.transpose(factor) for factor in reversed(chain))
    for one in (chain, turned):
        for corner in range(len(one)):
            yield from _whole(patterns, one[corner:] + one[:corner], found)


def _transpose(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    inside = pattern.children[0]
    if type(node) is Transpose:
        return matches(inside, node.children[0], found)
    return _bound(inside, transposes.transpose(node), found) if is_letter(inside) else NOTHING


def _product(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    patterns, factors = pattern.children, node.children
    if type(node) is not Product or not _has_heads(patterns, factors):
        return NOTHING
    straight = _whole(patterns, factors, found)
    if not node.is_scalar:
        return straight
    return itertools.chain(straight, _whole(patterns, tuple(transposes.transpose(f) for f in reversed(factors)), found))


def _hadamard(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    if type(node) is not Hadamard:
        return NOTHING
    return (inner for inner, _ in among(pattern.children, list(node.children), found, whole=True))


def _sum(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    if len(pattern.children) == 1:
        c, inside = pattern.data[0], pattern.children[0]
        if is_letter(inside) and inside not in found.values and (c >= 0 or sums.split(node)[0] >= 0):
            return NOTHING  # everything is the double of something; only what is negative is the negative of something
        return matches(inside, sums.times_number(sums.divide(1, c), node), found)
    if type(node) is not Sum or len(node.children) != len(pattern.children):
        return NOTHING
    return (inner for inner, _, _ in terms_among(pairs_of(pattern), pairs_of(node), found, 1))


def _scaled(pattern: Node, node: Node, found: Found) -> Iterator[Found]:
    c, scalars, core = sums.split(node)
    if scalars or c != 1:
        for inner in matches(pattern.children[1], core, found):
            yield from matches(pattern.children[0], entrywise.hadamard([number(c), *scalars]), inner)


_BY_KIND: dict[type[Node], Callable[[Node, Node, Found], Iterable[Found]]] = {
    Number:         _number,
    Size:           _size,
    Index:          _index,
    Identity: _constant_of_shape,
    Ones:           _constant_of_shape,
    Zero:           _constant_of_shape,
    Commutation:    _commutation,
    Basis:          _basis,
    Sum:            _sum,
    Product:        _product,
    Scaled:         _scaled,
    Hadamard:       _hadamard,
    Power:          _children,
    MatrixPower:    _children,
    Transpose:      _transpose,
    Call:           _call,
    Defined:        _children,
    Entry:          _children,
}  # fmt: skip


# ---- chains: patterns for neighbouring factors


def window(patterns: Sequence[Node], chain: tuple[Node, ...]) -> Iterator[tuple[Found, int, int]]:
    """Every part of the chain that is the product of the patterns: what is found, where it begins and ends."""
    fixed = anchor(patterns)
    if fixed is None:
        for start in range(len(chain)):
            for found, length in _along(patterns, chain[start:], NOWHERE, forward=True):
                yield found, start, start + length
        return
    left, right = patterns[:fixed][::-1], patterns[fixed + 1 :]
    for place in range(len(left), len(chain) - len(right)):
        for here in matches(patterns[fixed], chain[place], NOWHERE):
            for further, after in _along(right, chain[place + 1 :], here, forward=True):
                for found, before in _along(left, chain[:place][::-1], further, forward=False):
                    yield found, place - before, place + 1 + after


def _has_heads(patterns: Sequence[Node], chain: tuple[Node, ...]) -> bool:
    """Whether the chain has a factor of the head of every pattern that is no letter: without them no part need be tried."""
    heads = {_bare_head(factor) for factor in chain}
    return all(_is_turned_letter(pattern) or _bare_head(pattern) in heads for pattern in patterns)


def _bare_head(node: Node) -> object:
    while type(node) is Transpose:
        node = node.children[0]
    return node.data if type(node) is Call else type(node)


def _is_turned_letter(pattern: Node) -> bool:
    return is_letter(pattern.children[0] if type(pattern) is Transpose else pattern)


def _whole(patterns: Sequence[Node], chain: tuple[Node, ...], found: Found) -> Iterable[Found]:
    return (inner for inner, length in _along(patterns, chain, found, forward=True) if length == len(chain))


def _along(
    patterns: Sequence[Node], chain: tuple[Node, ...], found: Found, *, forward: bool
) -> Iterable[tuple[Found, int]]:
    """What is found when the patterns are read off the chain one after the other, and how many factors that takes."""
    if not patterns:
        return ((found, 0),)
    return _begun(patterns, chain, found, forward=forward) if chain else ()


def _begun(
    patterns: Sequence[Node], chain: tuple[Node, ...], found: Found, *, forward: bool
) -> Iterator[tuple[Found, int]]:
    """`_along` where there is a pattern and a factor."""
    pattern, others = patterns[0], patterns[1:]
    turned = type(pattern) is Transpose
    letter = pattern.children[0] if turned else pattern
    if not is_letter(letter):
        for here in matches(pattern, chain[0], found):
            for inner, length in _along(others, chain[1:], here, forward=forward):
                yield inner, length + 1
        return
    value = found.values.get(letter)
    if value is not None:
        expected = _chain_of(transposes.transpose(value) if turned else value)
        count = len(expected)
        if chain[:count] == (expected if forward else expected[::-1]):
            for inner, length in _along(others, chain[count:], found, forward=forward):
                yield inner, length + count
        return
    for count in range(1, len(chain) + 1):
        first, last = (chain[0], chain[count - 1]) if forward else (chain[count - 1], chain[0])
        if fit(pattern.shape, (first.shape[0], last.shape[1]), found.dimensions) is None:
            continue
        part = chain[:count] if forward else chain[:count][::-1]
        for here in matches(pattern, part[0] if count == 1 else products.product(part), found):
            for inner, length in _along(others, chain[count:], here, forward=forward):
                yield inner, length + count


def _chain_of(node: Node) -> tuple[Node, ...]:
    return node.children if type(node) is Product else (node,)


def anchor(patterns: Sequence[Node]) -> int | None:
    """The place of the first pattern that is neither a letter nor its transpose, or None."""
    for place, pattern in enumerate(patterns):
        if not _is_turned_letter(pattern):
            return place
    return None


# ---- commuting factors and terms


def factors_of(node: Node) -> tuple[Node, ...]:
    """The factors of an entrywise product."""
    return node.children if type(node) is Hadamard else (node,)


def among(
    patterns: Sequence[Node], factors: list[Node], found: Found, *, whole: bool
) -> Iterator[tuple[Found, list[Node]]]:
    """What is found when each pattern takes one of the factors, and the factors that are left; none are if `whole`."""
    if not patterns:
        if not (whole and factors):
            yield found, factors
        return
    if whole and all(map(is_letter, patterns)) and len(factors) > sum(_taken(p, found) for p in patterns):
        return
    # Letters last: what else there is tells what they are.
    pattern = next((p for p in patterns if not is_letter(p)), patterns[0])
    others = [p for p in patterns if p is not pattern]
    value = found.values.get(pattern)
    if value is not None:
        rest = list(factors)
        for factor in factors_of(value):
            if factor not in rest:
                return
            rest.remove(factor)
        yield from among(others, rest, found, whole=whole)
        return
    for k, factor in enumerate(factors):
        for inner, left in _factor(pattern, factor, found):
            yield from among(others, factors[:k] + left + factors[k + 1 :], inner, whole=whole)


def _taken(letter: Node, found: Found) -> int:
    """How many factors a letter takes at most: those of what it stands for already, else one."""
    return len(factors_of(found.values.get(letter, letter)))


def _factor(pattern: Node, factor: Node, found: Found) -> Iterator[tuple[Found, list[Node]]]:
    """A factor that a pattern takes, wholly or in part: X^2 of X^3 leaves X; what is left."""
    for inner in matches(pattern, factor, found):
        yield inner, []
    base, exponent = power_of(pattern)
    if is_letter(exponent) and type(factor) is not Power:
        for inner in matches(base, factor, found):
            for both in _bound(exponent, ONE, inner):
                yield both, []
    if type(factor) is Power and type(exponent) is Number and type(factor.children[1]) is Number:
        wanted, given = exponent.data, factor.children[1].data
        if _is_part(wanted, given):
            for inner in matches(base, factor.children[0], found):
                yield inner, [entrywise.power(factor.children[0], number(given - wanted))]


def _is_part(wanted: Rational, given: Rational) -> bool:
    return type(wanted) is int and type(given) is int and wanted * given > 0 and abs(given) > abs(wanted)


def power_of(node: Node) -> tuple[Node, Node]:
    """The base and the exponent of an entrywise power."""
    return (node.children[0], node.children[1]) if type(node) is Power else (node, ONE)


def pairs_of(node: Node) -> list[tuple[Rational, Node]]:
    """The coefficients and terms of a sum."""
    return list(zip(node.data, node.children, strict=True))


def terms_among(
    patterns: Sequence[tuple[Rational, Node]],
    terms: list[tuple[Rational, Node]],
    found: Found,
    ratio: Rational | None,
) -> Iterator[tuple[Found, list[tuple[Rational, Node]], Rational]]:
    """What is found when each pattern takes one of the terms, all with the same ratio of coefficients; what is left; the ratio."""
    if not patterns:
        yield found, terms, 1 if ratio is None else ratio
        return
    (c, pattern), *others = patterns
    only = _known(pattern, found)
    for k, (given, term) in enumerate(terms):
        if only is not None and term is not only:
            continue
        now = sums.divide(given, c)
        if ratio is None or now == ratio:
            for inner in matches(pattern, term, found):
                yield from terms_among(others, terms[:k] + terms[k + 1 :], inner, now)


def _known(pattern: Node, found: Found) -> Node | None:
    """The one expression that a pattern of letters all of which are known can be; None if one of them is not."""
    letters = [part for part in postorder(pattern) if is_letter(part)]
    if not letters or any(letter not in found.values for letter in letters):
        return None
    return instantiate(pattern, found.values, found.dimensions)

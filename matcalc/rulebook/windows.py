"""Patterns along a chain of factors: each takes one factor or, if it is a letter or its transpose, several neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from matcalc.algebra import products, transposes
from matcalc.algebra.nodes import Call, Node, Product, Transpose
from matcalc.rulebook import matching
from matcalc.rulebook.rule import NOWHERE, Found, fit, is_letter


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
        for here in matching.matches(patterns[fixed], chain[place], NOWHERE):
            for further, after in _along(right, chain[place + 1 :], here, forward=True):
                for found, before in _along(left, chain[:place][::-1], further, forward=False):
                    yield found, place - before, place + 1 + after


def has_heads(patterns: Sequence[Node], chain: tuple[Node, ...]) -> bool:
    """Whether the chain has a factor of the head of every pattern that is no letter: without them no part need be tried."""
    heads = {_bare_head(factor) for factor in chain}
    return all(_is_turned_letter(pattern) or _bare_head(pattern) in heads for pattern in patterns)


def _bare_head(node: Node) -> object:
    while type(node) is Transpose:
        node = node.children[0]
    return node.data if type(node) is Call else type(node)


def _is_turned_letter(pattern: Node) -> bool:
    return is_letter(pattern.children[0] if type(pattern) is Transpose else pattern)


def whole(patterns: Sequence[Node], chain: tuple[Node, ...], found: Found) -> Iterable[Found]:
    """What else is found if the chain is the product of the patterns, where this is `found` already."""
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
        for here in matching.matches(pattern, chain[0], found):
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
        for here in matching.matches(pattern, part[0] if count == 1 else products.product(part), found):
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

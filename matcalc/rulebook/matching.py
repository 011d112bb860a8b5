"""Is this expression an instance of that pattern?

A letter stands for any one expression of its shape, the same wherever it occurs; the shapes must fit without new equations
(n fits any one dimension, in the whole rule; a column letter fits columns only).  In a matrix product a letter is one factor or
several neighbours; a scalar chain is also read from behind, a trace from any of its factors on.  Factors of entrywise products and
terms of sums are taken in any order; X^3 holds X^2.

Everything that may be found is found, one after the other.  Parts that are not letters are tried first, so that what is not there
costs one look.  The recursion is as deep as the pattern, not as the expression.  How patterns are laid along a chain says
`windows`, how they are spread over factors and terms that commute, `commuting`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from matcalc.algebra import calls, entrywise, sums, transposes
from matcalc.algebra.dimension import Shape
from matcalc.algebra.leaves import number, size
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
    Scaled,
    Size,
    Sum,
    Transpose,
    Zero,
)
from matcalc.rulebook import commuting, windows
from matcalc.rulebook.rule import Found, fit, is_letter

NOTHING: tuple[Found, ...] = ()


def matches(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    """What else is found if `pattern` is the whole of `node`, where this is `found` already: once for each way to read it.

    >>> from matcalc.algebra.dimension import ONE, named; from matcalc.algebra.leaves import symbol
    >>> from matcalc.rulebook.rule import NOWHERE
    >>> X, x = symbol("X", (named("m"), named("n"))), symbol("x", (named("k"), ONE))
    >>> (found,) = matches(calls.call("exp", [X]), calls.call("exp", [x]), NOWHERE)
    >>> found.values[X] is x
    True
    """
    if is_letter(pattern):
        return bound(pattern, node, found)
    rule = _BY_KIND.get(type(pattern))
    if rule is None:
        return (found,) if pattern is node else NOTHING
    return rule(pattern, node, found)


def bound(letter: Node, node: Node, found: Found) -> Iterable[Found]:
    """What is found if the letter stands for `node`; nothing if it has another shape, or stands for something else already."""
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
    return bound(pattern, node, found) if type(node) in (Index, Number) else NOTHING


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
    if not windows.has_heads(patterns, chain):
        return
    turned = tuple(transposes.transpose(factor) for factor in reversed(chain))
    for one in (chain, turned):
        for corner in range(len(one)):
            yield from windows.whole(patterns, one[corner:] + one[:corner], found)


def _transpose(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    inside = pattern.children[0]
    if type(node) is Transpose:
        return matches(inside, node.children[0], found)
    return bound(inside, transposes.transpose(node), found) if is_letter(inside) else NOTHING


def _product(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    patterns, factors = pattern.children, node.children
    if type(node) is not Product or not windows.has_heads(patterns, factors):
        return NOTHING
    straight = windows.whole(patterns, factors, found)
    if not node.is_scalar:
        return straight
    return itertools.chain(
        straight, windows.whole(patterns, tuple(transposes.transpose(f) for f in reversed(factors)), found)
    )


def _hadamard(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    if type(node) is not Hadamard:
        return NOTHING
    return (inner for inner, _ in commuting.among(pattern.children, list(node.children), found, whole=True))


def _sum(pattern: Node, node: Node, found: Found) -> Iterable[Found]:
    if len(pattern.children) == 1:
        c, inside = pattern.data[0], pattern.children[0]
        if is_letter(inside) and inside not in found.values and (c >= 0 or sums.split(node)[0] >= 0):
            return NOTHING  # everything is the double of something; only what is negative is the negative of something
        return matches(inside, sums.times_number(sums.divide(1, c), node), found)
    if type(node) is not Sum or len(node.children) != len(pattern.children):
        return NOTHING
    return (
        inner for inner, _, _ in commuting.terms_among(commuting.pairs_of(pattern), commuting.pairs_of(node), found, 1)
    )


def _scaled(pattern: Node, node: Node, found: Found) -> Iterator[Found]:
    c, scalars, core = sums.split(node)
    if scalars or c != 1:
        for inner in matches(pattern.children[1], core, found):
            yield from matches(pattern.children[0], entrywise.hadamard([number(c), *scalars]), inner)


_BY_KIND: dict[type[Node], Callable[[Node, Node, Found], Iterable[Found]]] = {
    Number:         _number,
    Size:           _size,
    Index:          _index,
    Identity:       _constant_of_shape,
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

"""In which order terms and factors are written, whatever the order of input.

A sum: positive terms first, then multiples of I and of ones and numbers last, then higher degree, then alphabetical.
Commuting factors: names and their powers, functions, matrix products, sums; alphabetical in each; directions last.
"""

from __future__ import annotations

import re

from matcalc.algebra.nodes import (
    Call,
    Constant,
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
    Symbol,
    Transpose,
)

_NUMBER = re.compile("[0-9]+")  # x_2 before x_10

Rank = tuple[bool, int, int, str, str, object]

NAME, FUNCTION, CHAIN, SUM = range(4)
_NAMES = (Symbol, Number, Constant, Size, Index, Entry)
_CHAINS = (Product, Hadamard, Scaled)
_AROUND = frozenset({Power, MatrixPower, Transpose})


def term_rank(negative: bool, term: Node) -> Rank:
    """The place of a term in a sum: `A x - b`, `S^-1 - S^-1 C S^-1`, `x^2 + 2 x + 1`, `A + lambda I`."""
    return (negative, is_constant(term), -term.degree, *_alphabetical(term))


def is_constant(term: Node) -> bool:
    """Whether `term` is a multiple of 1, of I or of ones."""
    while type(term) is Scaled:
        term = term.children[1]
    return type(term) in (Number, Identity, Ones)


def factor_rank(factor: Node, *, named: bool = False) -> Rank:
    """The place of a commuting factor: `2 x^2 y sin(x) (a - b)`; `named` says that it is written as one name."""
    return (factor.directional, NAME if named else _group(factor), 0, *_alphabetical(factor))


def _group(factor: Node) -> int:
    while type(factor) in _AROUND:
        factor = factor.children[0]
    if isinstance(factor, _NAMES):
        return NAME
    if isinstance(factor, _CHAINS) or (type(factor) is Call and factor.data == "kron"):
        return CHAIN
    return SUM if type(factor) is Sum else FUNCTION


def _alphabetical(node: Node) -> tuple[str, str, object]:
    letters = _NUMBER.sub(lambda digits: digits.group().zfill(8), node.key[1])
    return (letters.lower(), letters, node.key)

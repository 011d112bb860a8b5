"""Which expressions have positive, nonnegative or nonzero entries, which scalars are whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcalc.algebra.nodes import (
    Call,
    Constant,
    Entry,
    Hadamard,
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
from matcalc.rewrite.definiteness import adds, is_square, one_and_rest

if TYPE_CHECKING:
    from matcalc.rewrite.properties import Known

_POSITIVE = frozenset("exp sigmoid softplus softmax softmax_rows softmax_cols cosh".split())
_NONNEGATIVE = frozenset(
    "abs relu step norm norm_1 norm_inf norm_2 norm_nuclear onehot_max onehot_max_rows onehot_max_cols".split()
)
_BETWEEN_ONES = frozenset("sigmoid tanh".split())  # above -1, below 1
_AT_MOST_ONE = _BETWEEN_ONES | frozenset("sin cos softmax softmax_rows softmax_cols".split())  # and at least -1
_OF_A_SIMPLEX = frozenset("sum mean max".split())  # its entries are not negative and add up to 1
_MONOTONE = frozenset("sum mean max min tr diag vec mean_rows mean_cols".split())  # positive of positive entries


def positive(known: Known, node: Node) -> bool:
    """Whether every entry is above 0."""
    kind = type(node)
    if kind is Number:
        return bool(node.data > 0)
    if kind in (Constant, Size, Ones):
        return True
    if kind in (Hadamard, Scaled, Product, Transpose):
        return known.all_hold(node.children, "positive")
    if kind is Power:
        return known.holds(node.children[0], "positive")
    if kind is Sum:
        less = _less_than_one(node)
        if less is not None and _is_below_one(known, less, strictly=True):
            return True
        return adds(node) and one_and_rest(known, node, "positive", "nonnegative")
    if kind is Entry:
        return known.holds(node.children[0], "positive")
    if kind is Call:
        name, inside = node.data, node.children[0]
        if name == "det" or (name == "tr" and node.is_scalar):
            return known.holds(inside, "positive definite") or (name == "tr" and known.holds(inside, "positive"))
        if name in _OF_A_SIMPLEX and known.holds(inside, "simplex"):
            return True
        if name == "diag" and type(inside) is Call and inside.data == "chol":
            return True
        return name in _POSITIVE or (
            name in _MONOTONE and not (name == "diag" and node.is_matrix) and known.holds(inside, "positive")
        )
    return False


def nonnegative(known: Known, node: Node) -> bool:
    """Whether no entry is below 0."""
    kind = type(node)
    if kind is Number:
        return bool(node.data >= 0)
    if kind is Zero:
        return True
    if kind is Product and node.is_scalar and is_square(known, node):
        return True
    if kind in (Hadamard, Scaled, Product, Transpose):
        return known.all_hold(node.children, "nonnegative")
    if kind is Power:
        exponent = node.children[1]
        even = type(exponent) is Number and exponent.data % 2 == 0
        return even or known.holds(node.children[0], "nonnegative")
    if kind is Sum:
        less = _less_than_one(node)
        if less is not None and _is_below_one(known, less, strictly=False):
            return True
        return adds(node) and known.all_hold(node.children, "nonnegative")
    if kind is Entry:
        return known.holds(node.children[0], "nonnegative")
    if kind is Call:
        inside = node.children[0]
        if node.data in ("tr", "det") and known.holds(inside, "positive semidefinite"):
            return True
        return node.data in _NONNEGATIVE or (node.data in _MONOTONE and known.holds(inside, "nonnegative"))
    return False


def _less_than_one(node: Node) -> Node | None:
    """The u of 1 - u."""
    if sorted(node.data) != [-1, 1]:
        return None
    less, one = sorted(node.children, key=lambda child: type(child) in (Ones, Number))
    subtracted = node.data[node.children.index(less)] == -1
    return less if subtracted and (type(one) is Ones or (type(one) is Number and one.data == 1)) else None


def _is_below_one(known: Known, node: Node, *, strictly: bool) -> bool:
    """Whether no entry is above 1, `strictly`: or 1: sigmoid(x), cos(x), tanh(x)^2, exp(-u) with u positive."""
    if type(node) is Power and type(node.children[1]) is Number:
        base, exponent = node.children
        return exponent.data > 0 and exponent.data % 2 == 0 and _is_below_one(known, base, strictly=strictly)
    if type(node) is not Call:
        return False
    if node.data == "exp":
        inside = node.children[0]
        falls = type(inside) is Sum and all(c < 0 for c in inside.data)
        return falls and known.all_hold(inside.children, "positive" if strictly else "nonnegative")
    return node.data in (_BETWEEN_ONES if strictly else _AT_MOST_ONE)


def nonzero(known: Known, node: Node) -> bool:
    """Whether no entry is 0."""
    kind = type(node)
    if kind is Number:
        return bool(node.data != 0)
    if kind in (Hadamard, Scaled, Transpose):
        return known.all_hold(node.children, "nonzero")
    if kind is Power:
        return known.holds(node.children[0], "nonzero")
    return kind is Call and node.data == "det" and known.holds(node.children[0], "invertible")


def integer(known: Known, node: Node) -> bool:
    """Whether this is a whole number."""
    return type(node) is Size or (type(node) is Number and type(node.data) is int)

"""Short names for making trees by hand: what the tests of the printers start from."""

from __future__ import annotations

from functools import reduce

from matcalc.syntax.tree import Tree


def name(text: str) -> Tree:
    return Tree("name", text=text)


def names(text: str) -> list[Tree]:
    return [name(word) for word in text.split()]


def number(text: str | int) -> Tree:
    return Tree("number", text=str(text))


def sum_(*terms: Tree) -> Tree:
    return Tree("sum", terms)


def neg(body: Tree) -> Tree:
    return Tree("neg", (body,))


def chain(head: str, *factors: Tree, text: str = "") -> Tree:
    """Left-deep: ((a b) c) d."""
    return reduce(lambda left, right: Tree(head, (left, right), text), factors)


def times(*factors: Tree) -> Tree:
    """Juxtaposed."""
    return chain("times", *factors, text=" ")


def star(*factors: Tree) -> Tree:
    return chain("times", *factors, text="*")


def over(*factors: Tree) -> Tree:
    return chain("over", *factors)


def hadamard(*factors: Tree) -> Tree:
    return chain("hadamard", *factors)


def entrydiv(*factors: Tree) -> Tree:
    return chain("entrydiv", *factors)


def kron(*factors: Tree) -> Tree:
    return chain("kron", *factors)


def power(base: Tree, exponent: Tree) -> Tree:
    return Tree("power", (base, exponent))


def entrypow(base: Tree, exponent: Tree) -> Tree:
    return Tree("entrypow", (base, exponent))


def transpose(body: Tree) -> Tree:
    return Tree("transpose", (body,))


def inverse(body: Tree) -> Tree:
    return Tree("inverse", (body,))


def norm(body: Tree, subscript: str = "") -> Tree:
    return Tree("norm", (body,), subscript)


def call(function: str, *arguments: Tree) -> Tree:
    return Tree("call", arguments, function)


def index(body: Tree, *places: Tree) -> Tree:
    return Tree("index", (body, *places))


def slope(function: str, *children: Tree, order: int = 1) -> Tree:
    """D(function, arguments)[directions]; D2 has two directions for each argument."""
    return Tree("D" if order == 1 else f"D{order}", children, function)


def jacobian(function: str, *arguments: Tree) -> Tree:
    return Tree("J", arguments, function)


def gradient(function: str, *arguments: Tree) -> Tree:
    return Tree("grad", arguments, function)


def where(body: Tree, **values: Tree) -> Tree:
    return Tree("where", (body, *values.values()), ",".join(values))

"""A claim whose shapes do not fit: which transpose, order or missing transpose would make it the derivative.

The changes are made in the text as it was read, since there is no expression yet.  What becomes conformable is compared with the
truth like every correction, a factor aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from matcalc.algebra.nodes import Node
from matcalc.errors import MatcalcError
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.lowering import lower
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree

PLACES = 40  # of the claim that are changed
TOGETHER = 8  # places of which also two are changed together

Path = tuple[int, ...]


def repaired(tree: Tree, declarations: Declarations, direction: str) -> Iterator[tuple[str, Node]]:
    """What should be what, and the expression that is then meant, for every change that makes the claim conformable."""
    for words, changed in _changes(tree):
        try:
            node = lower(changed, infer(changed, declarations), frozenset({direction}))
        except MatcalcError:
            continue
        yield words, node


def _changes(tree: Tree) -> Iterator[tuple[str, Tree]]:
    found = list(_places(tree))
    turned = []
    for path, part in found:
        if part.head == "name" and not (path and _at(tree, path[:-1]).head == "transpose"):
            turned.append((path, part, Tree("transpose", (part,), span=part.span)))
        elif part.head == "transpose":
            turned.append((path, part, part.children[0]))
    for path, old, new in turned:
        yield f"{ascii_text(old)} should be {ascii_text(new)}", _with(tree, path, new)
    for path, part in found:
        if part.head == "times":
            left, right = part.children
            if left.head == "times":
                inner = replace(left, children=(left.children[0], right))
                swapped = replace(part, children=(inner, left.children[1]))
                yield _order(left.children[1], right), _with(tree, path, swapped)
            yield _order(left, right), _with(tree, path, replace(part, children=(right, left)))
    for path, part in found:
        if part.head in ("sum", "times", "inverse", "call") and path:
            yield f"{_bracketed(part)} should be {_bracketed(part)}^T", _with(tree, path, Tree("transpose", (part,)))
    if len(turned) <= TOGETHER:
        for i, (path, old, new) in enumerate(turned):
            for other, second, third in turned[i + 1 :]:
                words = f"{ascii_text(old)} should be {ascii_text(new)} and {ascii_text(second)} {ascii_text(third)}"
                yield words, _with(_with(tree, path, new), other, third)


def _order(left: Tree, right: Tree) -> str:
    return f"{_bracketed(left)} and {_bracketed(right)} should change places"


def _bracketed(tree: Tree) -> str:
    text = ascii_text(tree)
    return f"({text})" if tree.head in ("sum", "times", "neg") else text


def _places(tree: Tree) -> Iterator[tuple[Path, Tree]]:
    waiting: list[tuple[Path, Tree]] = [((), tree)]
    for done, (path, part) in enumerate(waiting):
        if done == PLACES:
            return
        yield path, part
        waiting += [((*path, k), child) for k, child in enumerate(part.children)]


def _at(tree: Tree, path: Path) -> Tree:
    for k in path:
        tree = tree.children[k]
    return tree


def _with(tree: Tree, path: Path, new: Tree) -> Tree:
    parts = [tree]
    for k in path:
        parts.append(parts[-1].children[k])
    for k, part in zip(reversed(path), reversed(parts[:-1]), strict=True):
        new = replace(part, children=(*part.children[:k], new, *part.children[k + 1 :]))
    return new

"""What is kept of a line, in the book and in the cache: what it is filed under, and itself as JSON.

A line is made again when it is needed, its expressions later still: a start costs what its own rules cost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from matcalc.rulebook import finding, loading
from matcalc.rulebook.rule import REWRITTEN, Line
from matcalc.syntax.declarations import Function
from matcalc.syntax.tree import Tree


def entry(line: Line) -> list[Any]:
    """What is kept of a line: its kind, its keys, the arguments it is linear in, the words of its conditions, and itself."""
    keys: list[str] = []
    slots: list[int] = []
    if line.kind in ("D", "unsupported"):
        keys = [loading.derivative_key(line, loading.lowered(line)[0])]
    elif line.kind in ("linear", "bilinear"):
        key, found = loading.slots(line)
        keys, slots = [key], list(found)
    elif line.kind == "adjoint":
        keys = ["/".join(map(str, loading.adjoint_key(line)))]
    elif line.kind == "define":
        keys = [line.left.text]
    elif line.kind in REWRITTEN:
        keys = ["/".join(key) for key in finding.by_keys(loading.identities(line))]
    words = [word for _, word in line.conditions]
    return [line.kind, keys, slots, words, packed(line)]


def packed(line: Line) -> str:
    """A Line as JSON; the places of its parts in the text are left out.

    >>> from matcalc.rulebook.lines import lines
    >>> (line,) = lines("let X: n x n\\nlinear tr(X)", "my.rules")
    >>> unpacked(packed(line)).text
    'linear tr(X)'
    """
    right = None if line.right is None else _plain(line.right)
    conditions = [[_plain(tree), word] for tree, word in line.conditions]
    sides = [_plain(line.left), line.directions, right]
    data = [line.kind, line.text, line.place, line.let, *sides, conditions, line.reason]
    return json.dumps(data, separators=(",", ":"))


def unpacked(packed: str, functions: Mapping[str, Function] = loading.NO_FUNCTIONS) -> Line:
    """The Line that was packed; these functions were defined above it."""
    kind, text, place, let, left, directions, right, conditions, reason = json.loads(packed)
    sides = _tree(left), tuple(directions), None if right is None else _tree(right)
    said = tuple((_tree(tree), word) for tree, word in conditions)
    return Line(kind, text, place, let, *sides, said, reason, functions)


def _plain(tree: Tree) -> list[Any]:
    # A rule line has few levels (lines.py): its depth is no danger.
    return [tree.head, tree.text, tree.bracketed, *map(_plain, tree.children)]


def _tree(data: list[Any]) -> Tree:
    head, text, bracketed, *children = data
    return Tree(head, tuple(map(_tree, children)), text, bracketed=bracketed)

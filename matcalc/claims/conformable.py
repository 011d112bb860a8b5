"""A claim whose shapes do not fit: which transpose or order, or which equal dimensions, would make it the derivative.

The changes are made in the text as it was read, since there is no expression yet.  What becomes conformable is compared with the
truth like every correction, a factor aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from matcalc.algebra import transposes
from matcalc.algebra.dimension import ONE, Dimension, named
from matcalc.algebra.nodes import Node
from matcalc.claims import whole
from matcalc.claims.comparison import Comparison, told
from matcalc.claims.conditions import Condition, sized
from matcalc.claims.question import Question
from matcalc.errors import MatcalcError
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.lowering import lower
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree

PLACES = 40  # of the claim that are changed
TOGETHER = 8  # places of which also two are changed together

Path = tuple[int, ...]


def repair(tree: Tree, comparison: Comparison, declarations: Declarations) -> str:
    """What makes the claim conformable and right: a change (also if a factor is then missing), or equal dimensions; else nothing."""
    return _changed(tree, comparison, declarations) or _merged(tree, comparison.question, declarations)


def _changed(tree: Tree, comparison: Comparison, declarations: Declarations) -> str:
    question, almost = comparison.question, ""
    direction = next((name for name in question.variables if name not in declarations.variables), "")
    for words, node in _conformable(tree, declarations, direction):
        if node.shape == question.truth.shape:
            if comparison.equal(node):
                return words
            found = whole.factor(comparison, node) if not almost else None
            if found is not None and comparison.equal(whole.scaled(node, *found[1:])):
                almost = f"{words}, and {found[0]}"
        elif not almost and node.shape[::-1] == question.truth.shape and comparison.equal(transposes.transpose(node)):
            almost = f"{words}, and the whole transposed"
    return almost


def _merged(tree: Tree, question: Question, declarations: Declarations) -> str:
    names = sorted({name for v in declarations.variables.values() for side in v.shape for name in side.names})
    tried: list[tuple[str, dict[str, Dimension], tuple[str, ...], int]] = [
        (f"if {a} = {b}", {b: named(a)}, (a, b), 3) for a, b in combinations(names, 2)
    ]
    if len(names) > 2:
        all_equal = " = ".join(names)
        tried.append((f"if {all_equal}", {name: named(names[0]) for name in names[1:]}, tuple(names), 3))
    if names:
        tried.append((f"in one dimension ({' = '.join([*names, '1'])})", dict.fromkeys(names, ONE), tuple(names), 1))
    for words, values, equal, size in tried:
        variables = {
            name: replace(v, shape=(v.shape[0].substitute(values), v.shape[1].substitute(values)))
            for name, v in declarations.variables.items()
        }
        merged = Declarations(variables, declarations.functions, declarations.dimensions)
        points = Condition(words, question, change=sized(question, equal, size)).comparison
        try:
            node = lower(tree, infer(tree, merged), frozenset())
            if told(points, node, question.truth):
                return f"right only {words}"
        except MatcalcError:
            continue
    return ""


def _conformable(tree: Tree, declarations: Declarations, direction: str) -> Iterator[tuple[str, Node]]:
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
    for path, part in found:
        for words, meant in _notation(part):
            yield words, _with(tree, path, meant)
    if len(turned) <= TOGETHER:
        for i, (path, old, new) in enumerate(turned):
            for other, second, third in turned[i + 1 :]:
                if path == other[: len(path)] or other == path[: len(other)]:
                    continue  # one inside the other
                words = f"{ascii_text(old)} should be {ascii_text(new)} and {ascii_text(second)} {ascii_text(third)}"
                yield words, _with(_with(tree, path, new), other, third)


def _notation(part: Tree) -> Iterator[tuple[str, Tree]]:
    """What another sign would say: c I for c beside a matrix, x .* y for x y, diag(x) A for x .* A, x.^2 for x^2, x ./ y for x/y."""
    if part.head == "sum":
        for k, term in enumerate(part.children):
            inside = term.children[0] if term.head == "neg" else term
            times = (
                Tree("name", text="I") if inside.text == "1" else Tree("times", (inside, Tree("name", text="I")), " ")
            )
            wider = replace(term, children=(times,)) if term.head == "neg" else times
            terms = (*part.children[:k], wider, *part.children[k + 1 :])
            yield _should(inside, times), replace(part, children=terms)
    elif part.head in _OTHER_SIGNS:
        for head in _OTHER_SIGNS[part.head]:
            meant = Tree(head, part.children, " " if head == "times" else "")
            yield _should(part, meant), meant
    if part.head == "hadamard":
        left, right = part.children
        for one, two in ((left, right), (right, left)):
            scale = Tree("call", (one,), "diag")
            for pair in ((scale, two), (two, scale)):
                meant = Tree("times", pair, " ")
                yield _should(part, meant), meant


_OTHER_SIGNS: dict[str, tuple[str, ...]] = {
    "times":    ("hadamard",),
    "hadamard": ("times",),
    "over":     ("entrydiv",),
    "entrydiv": ("over",),
    "power":    ("entrypow",),
    "entrypow": ("power",),
}  # fmt: skip


def _should(old: Tree, new: Tree) -> str:
    return f"{_bracketed(old)} should be {_bracketed(new)}"


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

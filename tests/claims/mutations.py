"""Wrong claims made of right ones, as people get them wrong: transposed, sign, factor, a term lost, X for X^T, A for A^T."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from matcalc.algebra.dimension import Shape
from matcalc.errors import EvaluationError, MatcalcError
from matcalc.numeric.matrices import add, largest, scale
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree, postorder

POINTS = 3


def mutations(text: str, where: dict[str, str], shape: Shape) -> Iterator[tuple[str, str]]:
    """Kind and text of each wrong claim; those that stay equal at three random points are left out."""
    declarations = read_declarations(where)
    right = read(text, declarations)
    seen = {"0", "-0", "0^T", "2 * 0", "1/2 * 0"}
    for kind, tree in _changed(right, where):
        wrong = ascii_text(tree)
        if wrong not in seen and not stays(right, read(wrong, declarations), where, shape):
            seen.add(wrong)
            yield kind, wrong


def _changed(right: Tree, where: dict[str, str]) -> Iterator[tuple[str, Tree]]:
    yield "transpose", Tree("transpose", (right,))
    yield "sign", right.children[0] if right.head == "neg" else Tree("neg", (right,))
    yield "factor 2", Tree("times", (Tree("number", text="2"), right), "*")
    yield "factor 1/2", Tree("times", (Tree("over", (Tree("number", text="1"), Tree("number", text="2"))), right), "*")
    for part in postorder(right):
        if part.head == "sum":
            for k in range(len(part.children)):
                kept = part.children[:k] + part.children[k + 1 :]
                yield "term", _with(right, part, kept[0] if len(kept) == 1 else replace(part, children=kept))
        elif part.head == "transpose" and part.children[0].head == "name":
            yield "X for X^T", _with(right, part, part.children[0])
        elif part.head == "name" and " x " in where.get(part.text, ""):
            yield "A for A^T", _with(right, part, Tree("transpose", (part,)))


def _with(tree: Tree, old: Tree, new: Tree) -> Tree:
    if tree is old:
        return new
    children = tuple(_with(child, old, new) for child in tree.children)
    same = all(a is b for a, b in zip(children, tree.children, strict=True))
    return tree if same else replace(tree, children=children)


def stays(right: Tree, wrong: Tree, where: dict[str, str], shape: Shape) -> bool:
    """Whether two claims are equal at three random points."""
    declarations = read_declarations(where)
    random = Random(5)
    try:
        typings = [infer(tree, declarations, expected=[shape]) for tree in (right, wrong)]
    except MatcalcError:
        return False
    equal = 0
    for _ in range(20):
        values, sizes = draw(typings[0].variables, random, dimensions=sorted(declarations.dimensions))
        try:
            a, b = precise_value(right, typings[0], values, sizes), precise_value(wrong, typings[1], values, sizes)
        except EvaluationError:
            continue
        if (len(a), len(a[0])) != (len(b), len(b[0])) or largest(add(a, scale(-1, b))) > 1e-30:
            return False
        equal += 1
        if equal == POINTS:
            return True
    return False

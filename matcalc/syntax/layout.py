"""How a tree is laid out as text or LaTeX: how tightly each head binds, what may stand side by side, part after part without recursion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcalc.collector import without_collector
from matcalc.syntax.tree import Tree

# Finished text, or a tree still to be written and the one thing that its writer must know of its place.
Part = str | tuple[Tree, bool]
Writer = Callable[[Tree, bool], Sequence[Part]]

NUMBER = -1  # in LaTeX the rank of a name that is a dimension's; scalars have 0

# How tightly a head binds, loosest first.  A child on a lower floor than its place asks for gets brackets.
WHERE, SUM, SIGN, PRODUCT, POSTFIX, ATOM = range(6)

FLOORS = {
    "where":     WHERE,
    "sum":       SUM,
    "neg":       SIGN,
    "times":     PRODUCT,
    "total":     POSTFIX,
    "over":      PRODUCT,
    "hadamard":  PRODUCT,
    "entrydiv":  PRODUCT,
    "kron":      PRODUCT,
    "power":     POSTFIX,
    "entrypow":  POSTFIX,
    "transpose": POSTFIX,
    "inverse":   POSTFIX,
    "index":     ATOM,
    "number":    ATOM,
    "name":      ATOM,
    "call":      ATOM,
    "norm":      ATOM,
    "D":         ATOM,
    "D2":        ATOM,
    "D3":        ATOM,
    "J":         ATOM,
    "grad":      ATOM,
    "hess":      ATOM,
}  # fmt: skip

# Left to right all of these could stand together; these alone are not misread: a b/c, a .* b .* c, a .* b ./ c.
LEFT: dict[str, frozenset[str]] = {
    "times":    frozenset({"times", "over"}),
    "over":     frozenset({"times", "over"}),
    "hadamard": frozenset({"hadamard"}),
    "entrydiv": frozenset({"hadamard"}),
    "kron":     frozenset({"kron"}),
}  # fmt: skip


def stands_bare(operator: str, left: Tree) -> bool:
    """Whether a product-like `left` operand needs no brackets: a b/c, a .* b .* c, and 2 a .* b, which is 2 (a .* b)."""
    if left.head in LEFT[operator]:
        return True
    return operator in ("hadamard", "entrydiv") and left.head == "times" and is_number(left.children[0])


def is_number(tree: Tree) -> bool:
    """Whether `tree` is a number or a fraction of numbers."""
    parts = tree.children if tree.head == "over" else (tree,)
    return all(part.head == "number" for part in parts)


@without_collector
def assemble(root: Tree, write: Writer) -> str:
    """The text of `root`, where `write` says one part and leaves its children to be written after it."""
    pieces: list[str] = []
    waiting: list[Part] = [(root, False)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            pieces.append(part)
        else:
            waiting.extend(reversed(write(*part)))
    return "".join(pieces)


def listed(trees: Sequence[Tree], write: Callable[[Tree], Sequence[Part]], comma: str = ", ") -> list[Part]:
    """`a, b, c`."""
    parts: list[Part] = list(write(trees[0])) if trees else []
    for tree in trees[1:]:
        parts += [comma, *write(tree)]
    return parts


def summed(terms: Sequence[Tree], term: Callable[[Tree], Sequence[Part]]) -> list[Part]:
    """`a + b - c`: from the second term on, a sign takes the place of the plus."""
    parts = list(term(terms[0]) if terms[0].head != "neg" else ["-", *term(terms[0].children[0])])
    for tree in terms[1:]:
        parts += [" - ", *term(tree.children[0])] if tree.head == "neg" else [" + ", *term(tree)]
    return parts


def is_word(tree: Tree) -> bool:
    """Whether `tree` is one word: a name, or a constant such as I."""
    return tree.head == "name" or (tree.head == "call" and not tree.children)


def postfix_base(tree: Tree) -> Tree:
    """What the postfix signs of `tree` stand at: the x of `x^T`, `x^2` and, for both signs at once, of `x^-T`."""
    base = tree.children[0]
    return base.children[0] if tree.head == "transpose" and base.head == "inverse" else base

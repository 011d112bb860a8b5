"""A syntax tree as ASCII or Unicode text that reads back to the same tree, with as few brackets as that allows.

A tree goes in, its text comes out, in linear time and without recursion; nothing is decided here about what it means.
Brackets follow the two tables of `layout`, and the readings that people mean in two ways, which are errors (`M .* U V^T`,
`a b/c d`, `A^-1/2`): the text is never one of those.  Where juxtaposition cannot be read back, `*` is written: `x * 2`, `I * (A + B)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcalc.algebra.functions import FUNCTIONS
from matcalc.syntax import names
from matcalc.syntax.layout import (
    ATOM,
    FLOORS,
    LEFT,
    POSTFIX,
    PRODUCT,
    SUM,
    Part,
    assemble,
    is_word,
    listed,
    postfix_base,
    stands_bare,
    summed,
)
from matcalc.syntax.tree import Tree, point_and_directions

# Functions that print under the name of what they mean.
SHOWN = {"maximum": "max", "minimum": "min"}

# Greek letters, spelled -> drawn, but for those that look like a Latin letter.
GREEK = {spelled: drawn for drawn, spelled in reversed(names.GREEK.items()) if drawn not in "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"}

# what is written    ASCII    Unicode
_SIGNS = {
    "hadamard":     (" .* ",  " ⊙ "),
    "entrydiv":     (" ./ ",  " ./ "),
    "kron":         ("",      " ⊗ "),
    "transpose":    ("^T",    "ᵀ"),
    "inverse":      ("^-1",   "⁻¹"),
    "both":         ("^-T",   "⁻ᵀ"),
    "bar":          ("||",    "‖"),
    "norm":         ("",      ""),
    "norm 1":       ("_1",    "₁"),
    "norm 2":       ("_2",    "₂"),
    "norm inf":     ("_inf",  "_inf"),
    "norm F":       ("_F",    "_F"),
    "norm *":       ("_*",    "_*"),
}  # fmt: skip

# Where T is a scalar, X^T may mean a power: what is written there in ASCII.
_PRIMES = {"transpose": "'", "both": "^-1'"}

_RAISED = str.maketrans({digit: drawn for drawn, digit in names.SUPERSCRIPTS.items()})
_LOWERED = str.maketrans({digit: drawn for drawn, digit in names.SUBSCRIPTS.items()})
_NAME = re.compile(r"([A-Za-z]+)(.*?)(?:_(\d+))?")

# Words that a bracket after them turns into a call.
_CALLABLE = names.BUILT_IN | names.SIZED.keys()


def ascii_text(tree: Tree, primed: bool = False) -> str:
    """The ASCII text of `tree`; it reads back to the same tree.  `primed` where T is a scalar: x' for the transpose.

    >>> x = Tree("name", text="x")
    >>> ascii_text(Tree("times", (Tree("transpose", (x,)), x), " "))
    'x^T x'
    """
    return assemble(tree, _PRIMED if primed else _ASCII)


def unicode_text(tree: Tree) -> str:
    """The Unicode text of `tree` on one line; it reads back to the same tree.

    >>> unicode_text(Tree("inverse", (Tree("name", text="Sigma_1"),)))
    'Σ₁⁻¹'
    """
    return assemble(tree, _UNICODE)


class _Text:
    """Writes one part as text, column 0 of `_SIGNS` for ASCII or 1 for Unicode.

    A place is inside a norm if its innermost open bracket is `||`: there a norm needs brackets, or its `||` would close.
    """

    def __init__(self, column: int, instead: Mapping[str, str] | None = None) -> None:
        self.column = column
        self.signs = {key: row[column] for key, row in _SIGNS.items()} | dict(instead or {})
        # ASCII has no sign for the Kronecker product and writes kron(A, B).
        self.floors: Mapping[str, int] = FLOORS if column else FLOORS | {"kron": ATOM}

    def __call__(self, tree: Tree, in_norm: bool) -> Sequence[Part]:
        match tree.head:
            case "number":
                return [tree.text]
            case "name":
                return [self.name(tree.text)]
            case "call":
                word = self.name(SHOWN.get(tree.text, tree.text))
                return self.called(word, tree.children) if tree.children else [word]
            case "times":
                return self.times(tree, in_norm)
            case "sum":
                return summed(tree.children, lambda term: self.operand(term, PRODUCT, in_norm))
            case "neg":
                return ["-", *self.operand(tree.children[0], PRODUCT, in_norm)]
            case "over":
                return self.over(tree, in_norm)
            case "kron" if self.floors["kron"] == ATOM:
                return self.called("kron", tree.children)
            case "hadamard" | "entrydiv" | "kron":
                left, right = tree.children
                sign = self.sign(tree.head)
                return [*self.left(tree.head, left, in_norm), sign, *self.operand(right, POSTFIX, in_norm)]
            case "power" | "entrypow":
                base, exponent = tree.children
                return [*self.operand(base, ATOM, in_norm), *self.exponent(tree.head, exponent)]
            case "transpose" | "inverse":
                both = tree.head == "transpose" and tree.children[0].head == "inverse"
                return [*self.operand(postfix_base(tree), ATOM, in_norm), self.sign("both" if both else tree.head)]
            case "norm":
                bar = self.sign("bar")
                return [bar, *self.operand(tree.children[0], SUM, True), bar, self.sign(f"norm {tree.text}".strip())]
            case "total":  # in derivations only: it is shown and not read
                return [f"sum_{{{tree.text}}} ", *self.operand(tree.children[0], PRODUCT, in_norm)]
            case "index":
                body, *places = tree.children
                entries: list[Part] = ["[", *listed(places, self.argument, ","), "]"]
                return [(body, in_norm), *entries] if body.head == "name" else ["(", (body, False), ")", *entries]
            case "D" | "D2" | "D3":
                point, directions = point_and_directions(tree)
                at = self.called(tree.head, point, self.name(tree.text))
                return [*at, "[", *listed(directions, self.argument), "]"]
            case "J" | "grad" | "hess":
                return self.called(tree.head, tree.children, self.name(tree.text))
            case "where":
                body, *values = tree.children
                parts = self.operand(body, SUM, in_norm)
                for number, (name, value) in enumerate(zip(tree.text.split(","), values, strict=True)):
                    sign = "; " if number else " where "
                    parts += [sign, self.name(name), " = ", *self.operand(value, SUM, in_norm)]
                return parts
        raise ValueError(f"no such head: {tree.head}")

    def sign(self, key: str) -> str:
        return self.signs[key]

    def name(self, name: str) -> str:
        """The name as it is spelled, or with its Greek letter and its subscript of digits drawn."""
        found = _NAME.fullmatch(name) if self.column and name not in FUNCTIONS else None
        if found is None:
            return name
        letters, middle, subscript = found.groups()
        return GREEK.get(letters, letters) + middle + (subscript or "").translate(_LOWERED)

    def needs_brackets(self, tree: Tree, floor: int, in_norm: bool) -> bool:
        return self.floors[tree.head] < floor or (in_norm and tree.head == "norm")

    def operand(self, tree: Tree, floor: int, in_norm: bool) -> list[Part]:
        """`tree` at a place that asks for this floor."""
        return ["(", (tree, False), ")"] if self.needs_brackets(tree, floor, in_norm) else [(tree, in_norm)]

    def argument(self, tree: Tree) -> list[Part]:
        return self.operand(tree, SUM, False)

    def called(self, word: str, trees: Sequence[Tree], function: str = "") -> list[Part]:
        """`word(a, b)`, or `word(function, a, b)`."""
        return [word, "(", function and function + ", ", *listed(trees, self.argument), ")"]

    def left(self, operator: str, tree: Tree, in_norm: bool) -> list[Part]:
        """The left operand of a product-like operator."""
        return self.operand(tree, PRODUCT if stands_bare(operator, tree) else POSTFIX, in_norm)

    def times(self, tree: Tree, in_norm: bool) -> list[Part]:
        left, right = tree.children
        first = self.first(right, in_norm)
        ones = any(side.head == "transpose" and side.children[0].text == "1" for side in (left, right))
        juxtaposed = (
            tree.text != "*" and first != "number" and not (first == "(" and self.ends_in_call(left)) and not ones
        )
        if juxtaposed and left.head == "over" and not self.is_light(left):
            return ["(", (left, False), ") ", *self.operand(right, POSTFIX, in_norm)]
        sign = " " if juxtaposed else " * "
        return [*self.left("times", left, in_norm), sign, *self.operand(right, POSTFIX, in_norm)]

    def over(self, tree: Tree, in_norm: bool) -> list[Part]:
        left, right = tree.children
        sign = "/" if self.is_light(tree) else " / "  # A^-1/2 without blanks is an error, for some mean A^(-1/2)
        return [*self.left("over", left, in_norm), sign, *self.operand(right, POSTFIX, in_norm)]

    def exponent(self, head: str, tree: Tree) -> list[Part]:
        """`^2`, `^-2`, `^k`, `^(k + 1)`; a name is in brackets where it might be a transpose: `^(T)`, `^(H)`."""
        caret = "^" if head == "power" else ".^"
        negative = head == "power" and tree.head == "neg" and tree.children[0].head == "number"
        digits = "-" + tree.children[0].text if negative else tree.text if tree.head == "number" else ""
        if self.column and head == "power" and digits.lstrip("-").isdecimal():
            return [digits.translate(_RAISED)]
        if digits or (tree.head == "name" and not tree.text.startswith("T") and tree.text != "H"):
            return [caret, digits or (tree, False)]
        return [caret, "(", (tree, False), ")"]

    def first(self, tree: Tree, in_norm: bool) -> str:
        """What a right factor begins with: "(", "number" or another head."""
        floor = POSTFIX
        while not self.needs_brackets(tree, floor, in_norm):
            if tree.head == "index":
                return "(" if tree.children[0].head != "name" else "name"
            if self.floors[tree.head] == ATOM:
                return tree.head
            tree, floor = postfix_base(tree), ATOM
        return "("

    def ends_in_call(self, left: Tree) -> bool:
        """Whether a bracket after `left` would make a call of its last word."""
        last = left.children[1] if left.head in LEFT["times"] else left
        word = last.children[1] if last.head in ("power", "entrypow") else last
        return is_word(word) and word.text in _CALLABLE

    def is_light(self, over: Tree) -> bool:
        """Whether p/q y can only be (p/q) y: p a number or a name; q a number, a name, a power of these, or in brackets."""
        above, below = over.children
        base = below.children[0] if below.head == "power" else below
        single = ("number", "name")
        return above.head in single and (base.head in single or self.floors[below.head] < POSTFIX)


_ASCII, _UNICODE, _PRIMED = _Text(0), _Text(1), _Text(0, _PRIMES)

"""The arguments of an emitted function, under names that are safe, and the dimensions that it reads off its arrays.

The order: the symbols that the caller lists, the other symbols in order of appearance, indices, dimensions that no array fixes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcalc.algebra.dimension import Dimension, Shape
from matcalc.algebra.nodes import Index, Node, RowSymbol, Symbol
from matcalc.algebra.walks import postorder
from matcalc.code.arithmetic import ATOM, SUM, TERM, Text
from matcalc.code.sizes import Binding, bindings
from matcalc.code.values import Value

LONGEST_NAME = 50  # characters; MATLAB looks at 63 only

# the program's own names, in every language: t0, t1 for parts, result for what MATLAB gives back
_OWN = re.compile(r"t\d+|result\d*")


@dataclass(frozen=True, slots=True)
class Signature:
    """The safe `names` of the arguments in order, the `shapes` of those that are arrays, the dimensions it computes itself."""

    names: dict[str, str]
    shapes: dict[str, Shape]
    bindings: list[Binding]
    local: dict[str, str]

    def written(self, name: str) -> str:
        """The safe name of an argument or dimension."""
        return self.names.get(name) or self.local[name]


def parameters(
    roots: Sequence[Node], arguments: Iterable[Node], values: Iterable[Value], reserved: frozenset[str]
) -> Signature:
    """The arguments that a program for `roots` has; `reserved` are the words that no argument may be called."""
    listed = [argument if isinstance(argument, Symbol) else argument.children[0] for argument in arguments]
    nodes = list(postorder(*roots))
    leaves = [*listed, *(leaf for leaf in nodes if isinstance(leaf, Symbol))]
    shapes = {leaf.data: leaf.shape[::-1] if isinstance(leaf, RowSymbol) else leaf.shape for leaf in leaves}
    asked = list(dict.fromkeys([*shapes, *(leaf.data for leaf in nodes if type(leaf) is Index)]))
    needed = {dimension for value in values if value.operation == "size" for dimension in sorted(value.data.names)}
    every = bindings(shapes.items(), asked)
    fixed = {binding.name for binding in every}
    asked += sorted(needed - fixed - set(asked))
    for binding in reversed(every):
        if binding.name in needed:
            needed |= binding.scale.names | (binding.offset.names if binding.offset is not None else frozenset())
    used = [binding for binding in every if binding.name in needed]
    safe = _safe([*asked, *(binding.name for binding in used)], reserved)
    return Signature({key: safe[key] for key in asked}, shapes, used, {b.name: safe[b.name] for b in used})


def _safe(names: Iterable[str], reserved: frozenset[str]) -> dict[str, str]:
    """An identifier for each name: ASCII, no reserved word, none of the program's own (t0, _expm), no two the same."""
    taken: set[str] = set()
    safe: dict[str, str] = {}
    for name in names:
        written = re.sub(r"[^0-9A-Za-z_]", lambda match: f"u{ord(match[0]):04x}", name).lstrip("_")[:LONGEST_NAME]
        if not written or written[0].isdigit():
            written = "x" + written
        while written in taken or written in reserved or _OWN.fullmatch(written):
            written += "_"
        taken.add(written)
        safe[name] = written
    return safe


def dimension(length: Dimension, signature: Signature) -> Text:
    """A dimension as an integer: m * n + 1."""
    terms = []
    for monomial, coefficient in length.terms:
        factors = [str(coefficient)] * (coefficient != 1 or not monomial) + [signature.written(n) for n in monomial]
        terms.append(" * ".join(factors))
    if len(terms) > 1:
        return Text(" + ".join(terms), SUM)
    return Text(terms[0], TERM if "*" in terms[0] else ATOM)

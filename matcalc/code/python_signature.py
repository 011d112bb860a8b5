"""The arguments of an emitted Python function, under names that are safe, and the dimensions that it reads off its arrays.

The order: the symbols that the caller lists, the other symbols in order of appearance, indices, dimensions that no array fixes.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass

from matcalc.algebra.dimension import Dimension
from matcalc.algebra.nodes import Index, Node, Symbol, postorder
from matcalc.code.python_text import ATOM, SUM, TERM, Text
from matcalc.code.sizes import Binding, bindings
from matcalc.code.values import Value

# not names of arguments: "np" is the program's own, as are t0, t1, ... and the helpers, which begin with _
RESERVED = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "np"])


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of the function: their safe `names` in order, and the `bindings` of the dimensions it computes itself."""

    names: dict[str, str]
    bindings: list[Binding]
    local: dict[str, str]

    def written(self, name: str) -> str:
        """The safe name of an argument or dimension."""
        return self.names.get(name) or self.local[name]


def parameters(node: Node, arguments: Iterable[Node], values: Iterable[Value]) -> Signature:
    """The arguments that a program for `node` has, in the order of `emit`."""
    leaves = [argument if isinstance(argument, Symbol) else argument.children[0] for argument in arguments]
    nodes = list(postorder(node))
    leaves += [leaf for leaf in nodes if isinstance(leaf, Symbol)]
    shapes = {leaf.data: leaf.shape for leaf in leaves}
    asked = list(dict.fromkeys([*shapes, *(leaf.data for leaf in nodes if type(leaf) is Index)]))
    needed = {dimension for value in values if value.operation == "size" for dimension in sorted(value.data.names)}
    every = bindings(shapes.items(), asked)
    fixed = {binding.name for binding in every}
    asked += sorted(needed - fixed - set(asked))
    for binding in reversed(every):
        if binding.name in needed:
            needed |= binding.scale.names | (binding.offset.names if binding.offset is not None else frozenset())
    used = [binding for binding in every if binding.name in needed]
    safe = _safe([*asked, *(binding.name for binding in used)])
    return Signature({key: safe[key] for key in asked}, used, {b.name: safe[b.name] for b in used})


def _safe(names: Iterable[str]) -> dict[str, str]:
    """A Python name for each name: no keyword, no builtin, none of the program's own (np, t0, _expm), no two the same."""
    taken: set[str] = set()
    safe: dict[str, str] = {}
    for name in names:
        written = re.sub(r"[^0-9A-Za-z_]", lambda match: f"u{ord(match[0]):04x}", name).lstrip("_")
        if not written or written[0].isdigit():
            written = "x" + written
        while written in taken or written in RESERVED or re.fullmatch(r"t\d+", written):
            written += "_"
        taken.add(written)
        safe[name] = written
    return safe


def size_lines(signature: Signature) -> list[str]:
    """`n = A.shape[0]` for each dimension that the program needs."""
    lines = []
    for binding in signature.bindings:
        text = f"{signature.written(binding.argument)}.shape[{binding.axis}]"
        if binding.offset is not None:
            text = f"{text} - {dimension(binding.offset, signature):2}"
        if binding.scale.value != 1:
            text = f"({text})" if binding.offset is not None else text
            text = f"{text} // {dimension(binding.scale, signature):4}"
        if binding.power > 1:
            text = f"round(({text})**(1 / {binding.power}))"
        lines.append(f"{signature.written(binding.name)} = {text}")
    return lines


def dimension(length: Dimension, signature: Signature) -> Text:
    """A dimension as a Python integer: m * n + 1."""
    terms = []
    for monomial, coefficient in length.terms:
        factors = [str(coefficient)] * (coefficient != 1 or not monomial) + [signature.written(n) for n in monomial]
        terms.append(" * ".join(factors))
    if len(terms) > 1:
        return Text(" + ".join(terms), SUM)
    return Text(terms[0], TERM if "*" in terms[0] else ATOM)

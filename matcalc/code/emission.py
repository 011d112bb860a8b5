"""Expressions as the text of a self-contained function in a target: `emit`; and as the function itself: `compiled`.

Scalars are numbers, vectors and rows 1-d arrays, matrices 2-d.  What the target lacks is a helper, written beside the function where
it is used.  Names of the user are made safe; they count from 1 outside and as the target counts inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from matcalc.algebra.nodes import Node
from matcalc.code.accumulation import accumulated, mirrors_accumulated
from matcalc.code.documentation import About, documentation
from matcalc.code.language import Laid, Language, Pieces, with_their_own
from matcalc.code.program import program
from matcalc.code.signature import Signature, dimension, parameters
from matcalc.code.values import order
from matcalc.code.vectors_first import vectors_first
from matcalc.code.writer import Writer
from matcalc.collector import without_collector
from matcalc.errors import MissingExtraError, UnsupportedError

# a target's name and the module of its table
TARGETS = {
    "numpy":     "numpy",
    "array-api": "array_api",
    "dask":      "dask",
    "jax":       "jax",
    "torch":     "torch",
    "julia":     "julia",
    "matlab":    "matlab",
}  # fmt: skip


def language(target: str) -> Language:
    """The table of a target; UnsupportedError for an unknown one, with the list."""
    if target not in TARGETS:
        raise UnsupportedError(f"no programs for {target!r}", hint=f"choose {', '.join(TARGETS)} or latex")
    found: Language = import_module(f"matcalc.code.targets.{TARGETS[target]}").LANGUAGE
    return found


@dataclass(frozen=True, slots=True)
class Emitted:
    """An emitted function: its name, its text in blocks, and the signature that says which argument is which."""

    name: str
    laid: Laid
    signature: Signature

    def call(self, given: Mapping[str, str]) -> str:
        """The call of the function with these texts, by the names that its arguments had at first."""
        return f"{self.name}({', '.join(given[name] for name in self.signature.names)})"


def emit(
    roots: Sequence[Node],
    arguments: Sequence[Node] = (),
    *,
    target: str = "numpy",
    name: str = "gradient",
    about: About | None = None,
    properties: Mapping[str, frozenset[str]] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> str:
    """The text of a function that computes `roots`, in the language of the target.

    Its arguments are `arguments` (symbols, rows as their transposes), then the other symbols in order of appearance, the indices,
    and the dimensions that no array fixes.  `properties` (declared, by name) and `sizes` (expected, by dimension) choose how it is
    computed.  UnsupportedError where a function is known by its shapes only, and for what the target lacks.

    >>> from matcalc.algebra import matrix_powers, products; from matcalc.algebra.dimension import ONE, named
    >>> from matcalc.algebra.leaves import symbol
    >>> n = named("n"); A, x = symbol("A", (n, n)), symbol("x", (n, ONE))
    >>> print(emit([products.product([matrix_powers.inverse(A), x])]))
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def gradient(A, x):
        return np.linalg.solve(A, x)
    <BLANKLINE>
    """
    made = emitted(roots, arguments, target=target, name=name, about=about, properties=properties, sizes=sizes)
    return language(target).file([made.laid])


def compiled(
    roots: Sequence[Node],
    arguments: Sequence[Node] = (),
    *,
    target: str = "numpy",
    properties: Mapping[str, frozenset[str]] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> tuple[Callable[..., Any], list[str]]:
    """The emitted function itself, and the names of its arguments in order: symbols, indices, dimensions."""
    made = emitted(roots, arguments, target=target, name="value", properties=properties, sizes=sizes)
    return run(language(target).file([made.laid]), "value", target), list(made.signature.names)


def run(text: str, name: str, target: str) -> Callable[..., Any]:
    """The function `name` of an emitted text; UnsupportedError where the target is not Python, MissingExtraError without its library."""
    spoken = language(target)
    if not spoken.module:
        raise UnsupportedError(f"a {spoken.title} program does not run here", hint="write its text to a file")
    space: dict[str, Any] = {}
    try:
        exec(compile(text, "<matcalc>", "exec"), space)
    except ImportError:
        raise MissingExtraError(
            f"the target {target} needs {spoken.module}", hint=f"pip install {spoken.extra}"
        ) from None
    made: Callable[..., Any] = space[name]
    return made


@without_collector
def emitted(
    roots: Sequence[Node],
    arguments: Sequence[Node] = (),
    *,
    target: str = "numpy",
    name: str = "gradient",
    about: About | None = None,
    properties: Mapping[str, frozenset[str]] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Emitted:
    """The function of `emit`, with its signature."""
    spoken = language(target)
    said = f"{name!r} cannot name a {spoken.title} function"
    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise UnsupportedError(said, hint="a letter, then letters, digits and _")
    if name in spoken.reserved:
        raise UnsupportedError(f"{said}: it has a meaning already", hint=f"write {name}_1, or another name")
    in_place = spoken.in_place and bool(sizes)
    results = program(roots, properties=properties, sizes=sizes)
    if spoken.in_place:
        results = accumulated(results) if in_place else mirrors_accumulated(results)
    if spoken.vectors_first:
        results = vectors_first(results)
    values = list(order(results))
    signature = parameters(roots, arguments, values, spoken.reserved)
    writer = Writer(values, results, signature, spoken, in_place=in_place)
    helpers = [spoken.helpers[helper] for helper in with_their_own(writer.helpers, spoken.helpers)]
    shapes = [root.shape for root in roots]
    made = Pieces(
        name=name,
        signature=signature,
        sizes=[spoken.statement.format(name=to, text=text) for to, text in _sizes(signature, spoken)],
        lines=writer.lines,
        results=writer.results,
        rows=[root.is_row for root in roots],
        helpers=helpers,
        documentation=documentation(about, signature, shapes, flat_rows=spoken.flat_rows) if about is not None else (),
    )
    return Emitted(name, spoken.function(made), signature)


def _sizes(signature: Signature, spoken: Language) -> Iterable[tuple[str, str]]:
    """`n`, `A.shape[0]` for each dimension that the program needs."""
    for binding in signature.bindings:
        argument = signature.written(binding.argument)
        text = spoken.size.format(argument=argument, axis=binding.axis, place=binding.axis + 1)
        if binding.offset is not None:
            text = f"{text} - {dimension(binding.offset, signature):2}"
        if binding.scale.value != 1:
            text = f"({text})" if binding.offset is not None else text
            text = spoken.quotient.format(text, dimension(binding.scale, signature))
        if binding.power > 1:
            text = spoken.root.format(text, binding.power)
        yield signature.written(binding.name), text

"""From a text to all that it says: the tree as it was written, the shapes of its parts, and the expression it means.

Every refusal is a MatcalcError that knows the text and the place in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from matcalc import syntax
from matcalc.algebra.dimension import Shape
from matcalc.algebra.nodes import Node
from matcalc.collector import without_collector
from matcalc.errors import MatcalcError, UnknownNameError
from matcalc.records import record
from matcalc.syntax.declarations import NOTHING, Declarations
from matcalc.syntax.inference import Typing, infer
from matcalc.syntax.lowering import lower
from matcalc.syntax.names import spelled
from matcalc.syntax.reading import read_with_notes
from matcalc.syntax.roles import Role
from matcalc.syntax.tree import Tree


@record
class Understood:
    """A `text`, the `tree` as it was written, the `typing` of its parts, and the `node` it means."""

    text: str
    tree: Tree
    typing: Typing
    node: Node


@without_collector
def understand(
    text: str,
    declarations: Declarations = NOTHING,
    wrt: Sequence[str] = (),
    directions: Sequence[str] = (),
    *,
    expected: Iterable[Shape] = (),
    also: Sequence[Tree] = (),
) -> Understood:
    """What `text` says; every name in `wrt` must be declared or occur in it.

    `directions` are the names that stand for directions; `expected` the shapes the text may have; the expressions `also`
    share its names and dimensions.  Raises a MatcalcError, with its place in the text, for whatever is not understood.

    >>> found = understand("log(1 + exp(X w))")
    >>> found.node.shape, found.typing.defaults[1]
    ((m, 1), 'w: n (a column vector by default; --where "w: scalar" to change)')
    """
    names = [spelled(name) for name in wrt]
    turned = [spelled(name) for name in directions]
    try:
        tree, notes = read_with_notes(text, declarations, names, turned)
        typing = infer(tree, declarations, also=also, expected=expected)
        for name in names:
            _check_variable(name, typing)
        node = lower(tree, typing, frozenset(turned))
    except MatcalcError as error:
        if not error.text:
            error.text = text
        raise
    return Understood(text, tree, replace(typing, notes=notes + typing.notes) if notes else typing, node)


def _check_variable(name: str, typing: Typing) -> None:
    role = typing.roles.get(name)
    if role in (Role.SIZE, Role.INDEX):
        called = "a dimension" if role is Role.SIZE else "an index"
        raise UnknownNameError(f"'{name}' is {called} here, not a variable to differentiate by")
    if name not in typing.variables:
        raise syntax.suggestions.not_in_f(name, typing.variables, f'--where "{name}: n"')

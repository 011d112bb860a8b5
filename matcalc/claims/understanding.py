"""What a claim says: its expression under the names and dimensions of f, for each reading that its shape allows.

A claim whose shapes do not fit together is no error here but a `Misfit`: that is something to diagnose.  What cannot be read, and
names that f does not have, are errors as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matcalc.algebra.leaves import ZERO, zero
from matcalc.algebra.nodes import Node
from matcalc.claims.question import Reading
from matcalc.errors import NotationError, ShapeError
from matcalc.syntax.declarations import NOTHING, Declarations
from matcalc.syntax.names import spelled
from matcalc.syntax.reading import read
from matcalc.syntax.roles import places, scoped
from matcalc.syntax.tree import Tree
from matcalc.syntax.understanding import understand

_NAME = re.compile(r"[^\W\d_]\w*")
_BOUND = re.compile(r"([^\W\d_]\w*)\s*=")


@dataclass(frozen=True, slots=True, eq=False)
class Misfit:
    """A claim that is not conformable: its tree, and the error that says where."""

    tree: Tree
    error: ShapeError


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the claim says: its `node`, and the `readings` whose shape it has (none: its shape fits nothing)."""

    node: Node
    readings: tuple[Reading, ...]


def direction_in(
    text: str, candidates: Sequence[str], taken: Collection[str], declarations: Declarations = NOTHING
) -> str | None:
    """The first of the `candidates` that stands in the claim, and not as an index; no name of f, none that `where` gives a value.

    >>> direction_in("A dX B", ["H", "dX"], ["A", "B", "X"])
    'dX'
    >>> direction_in("X[h,1] v", ["h", "v"], ["X"])
    'v'
    """
    written = set(map(spelled, _NAME.findall(text))) - bound_in(text)
    possible = [name for name in candidates if name in written and name not in taken]
    if not possible or "[" not in text:
        return next(iter(possible), None)
    parts, given = scoped([read(text, declarations, directions=possible)])
    indices = places(parts, given, declarations).indices
    return next((name for name in possible if name not in indices), None)


def stranger_in(text: str, taken: Collection[str], declarations: Declarations) -> str | None:
    """The only name in the claim that is no name of f, no dimension, index or exponent; None if there is none, or several.

    >>> stranger_in("A E B", ["A", "B"], NOTHING), stranger_in("A E F", ["A"], NOTHING)
    ('E', None)
    """
    names = set(names_in(read(text, declarations), declarations)) - set(taken)
    return names.pop() if len(names) == 1 else None


def names_in(tree: Tree, declarations: Declarations) -> list[str]:
    """The names in an expression that are variables: no dimension, index or exponent, nothing that `where` gives a value."""
    parts, given = scoped([tree])
    found = places(parts, given, declarations)
    others = {"pi", "I", *found.sizes, *found.indices, *found.exponents} - declarations.variables.keys()
    names = [part.text for part in parts if part.head == "name" and part not in given]
    return [name for name in dict.fromkeys(names) if name not in others]


def bound_in(text: str) -> set[str]:
    """The names that the `where` of a text gives a value."""
    return set(map(spelled, _BOUND.findall(text)))


def indices_in(
    text: str, declarations: Declarations, directions: Sequence[str] = (), own: Collection[str] = ()
) -> list[str]:
    """The indices in the claim that f does not have by its `own`: names in alphabetical order, or integers as they come."""
    if "[" not in text and "unit" not in text and "e(" not in text:
        return []
    parts, given = scoped([read(text, declarations, directions=directions)])
    named = places(parts, given, declarations).indices - declarations.variables.keys() - set(own)
    if named:
        return sorted(named)
    return [
        place.text for part in parts if part.head == "index" for place in part.children[1:] if place.head == "number"
    ]


def understood(
    text: str, declarations: Declarations, readings: Sequence[Reading], directions: Sequence[str] = ()
) -> Told | Misfit:
    """What `text` says, under the declarations of f."""
    try:
        node = understand(text, declarations, directions=directions).node
    except ShapeError as error:
        told = _expected(text, declarations, readings, directions)
        if told is None and isinstance(error, NotationError):
            raise
        return told or Misfit(read(text, declarations, directions=directions), error)
    fitting = tuple(reading for reading in readings if reading.shape == node.shape)
    if not fitting and node is ZERO:
        return Told(zero(readings[0].shape), tuple(readings[:1]))
    return Told(node, fitting)


def _expected(
    text: str, declarations: Declarations, readings: Sequence[Reading], directions: Sequence[str]
) -> Told | None:
    """What it says if it must have the shape of a reading: this gives I its size."""
    for reading in readings:
        try:
            node = understand(text, declarations, directions=directions, expected=[reading.shape]).node
        except ShapeError:
            continue
        return Told(node, tuple(other for other in readings if other.shape == node.shape))
    return None

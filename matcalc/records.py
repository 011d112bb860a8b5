"""The decorator of plain classes: dataclasses with slots, one and the same only where it is one object.

Their fields are never assigned again.  `mypy --strict` says so, as of a frozen dataclass, and nothing at run time: a __setattr__
that refuses is asked for every field of every node that is made, five times what the node costs otherwise, and to make the class
itself, at every start, costs half as much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Made = TypeVar("Made")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def record(made: type[Made]) -> type[Made]:
    """A dataclass with slots, compared by identity, frozen for the type checker.

    >>> @record
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1).y, Point(1) == Point(1)
    (0, False)
    """
    return dataclass(slots=True, eq=False)(made)

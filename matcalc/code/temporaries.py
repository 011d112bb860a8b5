"""Names for parts of a program: t0, t1, ...; or the first one whose array no text needs any more, so that its memory is freed.

A text that has not been written to a line yet mentions names; a name is free when no such text and no value with uses ahead of it
mentions it.  So `t0 = tanh(W @ t0)` is said where the old t0 was needed for the last time.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush

from matcalc.algebra.functions import FUNCTIONS
from matcalc.code.values import Value

# operations whose result is an array of its own, not a view of an operand's
ANEW = frozenset(
    (
        "copy matmul outer solve definite_solve cho_solve inv symmetric_inverse inverse_by cho_inverse scale_rows scale_columns add"
        " multiply power add_diagonal row_sums column_sums mean_rows mean_cols row_dots take repeat_column repeat_row kron swapped_kron"
        " add_kron add_swapped_kron khatri_rao kron_eye eye_kron block_rows blocks_inner blocks_outer"
    ).split()
) | {name for name, function in FUNCTIONS.items() if function.entrywise}


class Temporaries:
    """The names given so far; `again` says whether one may be given twice.

    >>> from matcalc.code.values import Values
    >>> make = Values(); x = make.argument("x", 1); y = make.make("sin", x, rank=1); z = make.make("cos", y, rank=1)
    >>> names = Temporaries({x: 1, y: 1, z: 2}, again=True)
    >>> names.written(x); names.written(y); first = names.name(y)
    >>> names.written(z); first, names.name(z)
    ('t0', 't0')
    """

    def __init__(self, uses: Mapping[Value, int], *, again: bool) -> None:
        self._again = again
        self._left = dict(uses)
        self._mentions: dict[Value, frozenset[str]] = {}  # by the text of a value that is needed
        self._needed: dict[str, int] = {}  # how many values mention the name
        self._named: set[Value] = set()
        self._free: list[tuple[int, str]] = []
        self._given = 0

    def written(self, value: Value, held: Value | None = None) -> None:
        """`value` has a text now, made of those of its operands, each of which has one use less; or it took the place of `held`."""
        if not self._again:
            return
        parts = value.operands if held is None else (held,)
        self._mention(value, frozenset[str]().union(*(self._mentions[operand] for operand in parts)))
        if held is not None:
            self._named.add(value)
        for operand in value.operands:
            self._left[operand] -= 1
            if not self._left[operand]:
                self._forget(operand)

    def name(self, value: Value) -> str:
        """A name for `value`, whose text is written to a line with it."""
        if not self._again:
            self._given += 1
            return f"t{self._given - 1}"
        # what may be a view keeps the array that it looks at
        seen = self._mentions[value] if value.rank and value.operation not in ANEW else frozenset[str]()
        for looked_at in seen:
            self._needed[looked_at] += 1
        self._forget(value)
        if self._free:
            _, name = heappop(self._free)
        else:
            name = f"t{self._given}"
            self._given += 1
        self._mention(value, frozenset([name]))
        self._mentions[value] |= seen
        self._named.add(value)
        return name

    def is_last(self, value: Value) -> bool:
        """Whether one use of `value` is ahead, and no text that is still to be written reads its array."""
        alone = value not in self._named or all(self._needed[name] == 1 for name in self._mentions[value])
        return self._left[value] == 1 and alone

    def _mention(self, value: Value, names: frozenset[str]) -> None:
        self._mentions[value] = names
        for name in names:
            self._needed[name] = self._needed.get(name, 0) + 1

    def _forget(self, value: Value) -> None:
        for name in self._mentions.pop(value):
            self._needed[name] -= 1
            if not self._needed[name]:
                heappush(self._free, (int(name[1:]), name))

"""What holds throughout an expression while it is written: which nodes are written as a name, and whether halves have a point.

Beside 0.1 an author writes 0.5, not 1/2.  Whether a decimal occurs is known when all is written; if then a half or so had none, all is
written once more.
"""

from __future__ import annotations

from functools import cached_property

from matcalc.algebra.leaves import ONE
from matcalc.algebra.nodes import Node, Rational
from matcalc.algebra.walks import postorder
from matcalc.syntax import pieces
from matcalc.syntax.tree import Tree


class Manner(dict[Node, str]):
    """The nodes of the expression `root` that are written as a name.  `point`: halves are decimals; `fractions`: not even fifths.

    `mixed` says, when all is written, that halves should have been.

    >>> from matcalc.syntax.printing import ascii_text
    >>> from fractions import Fraction
    >>> manner = Manner()
    >>> [ascii_text(manner.number(Fraction(1, q))) for q in (2, 10)], manner.mixed
    (['1/2', '0.1'], True)
    >>> ascii_text(Manner(point=True).number(Fraction(1, 2)))
    '0.5'
    """

    def __init__(self, root: Node = ONE, *, point: bool = False, fractions: bool = False) -> None:
        super().__init__()
        self.root = root
        self.point = point
        self.fractions = fractions
        self.characters: dict[tuple[Node, Rational, int], int] = {}  # of the numbers in a sum that is divided
        self._decimals = self._halves = False

    def number(self, value: Rational) -> Tree:
        """A rational number."""
        return pieces.number(value, point=self.point) if self.is_decimal(value) else pieces.fraction(value)

    def is_decimal(self, value: Rational) -> bool:
        """Whether a number is written with a point."""
        if type(value) is int or (self.fractions and value.denominator % 10):
            return False
        if pieces.is_decimal(value):
            self._decimals = True
            return True
        self._halves |= value.denominator in pieces.EIGHTHS
        return pieces.is_decimal(value, point=self.point)

    def has(self, node: Node) -> bool:
        """Whether `node` is a part of what is written."""
        return node in self._parts

    @cached_property
    def _parts(self) -> frozenset[Node]:
        return frozenset(postorder(self.root))

    @property
    def mixed(self) -> bool:
        """Whether decimals and fractions that could have been decimals were written."""
        return self._decimals and self._halves and not self.point

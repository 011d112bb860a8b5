"""What a target is: a table with a row for every operation, helpers, signs, and how a function is laid out.

A row is `operation | level | template | helpers`.  The level says how tightly the template binds (code/arithmetic.py).  In the
template {0} is the first operand, {0:3} the same in brackets if it binds less tightly than level 3, {0:7} a name for it, {0:-} its
negative; {dot} is the dot that Julia sets where an operand is an array, {like} what gives a new array the type of the arguments.
Level 0 is that of the first operand.  Operands of different ranks may have rows of their own: `matmul:12` is a vector times a matrix,
`matmul` any other product.  What a target lacks is a row too: level -, the reason, and the targets that have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from matcalc.code.arithmetic import Signs, Text
from matcalc.code.signature import Signature
from matcalc.errors import UnsupportedError


@dataclass(frozen=True, slots=True)
class Row:
    """How one operation is written: its `template`, how tightly that binds, the names of the helpers in it."""

    level: int
    template: str
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An operation that a target lacks: what it has not, and the targets that have it."""

    reason: str
    instead: str


def table(text: str) -> dict[str, Row | Refusal]:
    """The rows of a table by operation.

    >>> table("tr | 6 | np.trace({0}) |")
    {'tr': Row(level=6, template='np.trace({0})', helpers=())}
    >>> table("expm | - | no matrix exponential | numpy or jax")
    {'expm': Refusal(reason='no matrix exponential', instead='numpy or jax')}
    """
    rows: dict[str, Row | Refusal] = {}
    for line in text.strip().splitlines():
        operation, level, template, last = (cell.strip() for cell in line.split("|"))
        rows[operation] = Refusal(template, last) if level == "-" else Row(int(level), template, tuple(last.split()))
    return rows


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one function: its `name`, arguments, lines that bind sizes and parts, results, helpers, documentation."""

    name: str
    signature: Signature
    sizes: Sequence[str]
    lines: Sequence[str]
    results: Sequence[Text]
    rows: Sequence[bool]  # whether a result is a row: 1 x n
    helpers: Sequence[str]
    documentation: Sequence[str]


@dataclass(frozen=True, slots=True)
class Laid:
    """A function as text, in blocks: lines that load libraries, helpers, the function itself."""

    head: Sequence[str]
    helpers: Sequence[str]
    function: str


@dataclass(frozen=True)
class Language:
    """A target: see the module's header."""

    target: str
    title: str  # of the language, in errors
    rows: Mapping[str, Row | Refusal]
    helpers: Mapping[str, str]
    signs: Signs
    words: frozenset[str]  # keywords and builtins
    size: str  # the length of an axis: {argument}, {axis} counted from 0, {place} from 1
    quotient: str  # of integers: {0} by {1}
    root: str  # of an integer: the {1}-th root of {0}
    statement: str  # {name}, {text}
    function: Callable[[Pieces], Laid]
    gap: str  # between blocks
    helpers_first: bool = True
    in_place: bool = False  # whether arrays may be changed
    vectors_first: bool = False  # whether A^T x is said x A
    first: int = 0  # what places count from
    flat_rows: bool = True  # whether a row is an array with one axis
    integer: str = "int({0})"
    like: str = ""  # what gives a new array the type of the array {0}
    like_nothing: str = ""  # ... where no argument is an array
    array: str = ""  # the scalar argument {0} as an array, where the library's functions take nothing else
    array_alone: str = ""  # ... the first of them, where no other argument is an array: of its own type if it is one
    numbers: Mapping[str, Row] = field(default_factory=dict)  # ... and functions of plain numbers
    module: str = ""  # that must be there to run it
    extra: str = ""  # what to install for it

    def row(self, operation: str, ranks: Sequence[int]) -> Row:
        """The row of an operation at operands of these ranks; UnsupportedError where the target lacks it."""
        found = self.rows.get(f"{operation}:{''.join(map(str, ranks))}") or self.rows[operation]
        if isinstance(found, Refusal):
            raise UnsupportedError(f"{self.target} has {found.reason}", hint=f"choose {found.instead}")
        return found

    def file(self, functions: Sequence[Laid], *more: str) -> str:
        """One text of several functions: libraries and helpers once, then the functions and `more`."""
        heads = dict.fromkeys(line for laid in functions for line in laid.head)
        helpers = dict.fromkeys(text for laid in functions for text in laid.helpers)
        bodies = [*(laid.function for laid in functions), *more]
        blocks = [*helpers, *bodies] if self.helpers_first else [*bodies, *helpers]
        return self.gap.join(["\n".join(sorted(heads)), *blocks] if heads else blocks) + "\n"

    @property
    def reserved(self) -> frozenset[str]:
        """The words that no argument may be called: those of the language, and the functions and modules in templates."""
        rows = [*self.rows.values(), *self.numbers.values()]
        texts = [row.template for row in rows if isinstance(row, Row)]
        texts += [
            self.size,
            self.quotient,
            self.root,
            self.integer,
            self.like,
            self.like_nothing,
            self.array,
            self.array_alone,
        ]
        called = re.findall(r"(?<![.\w])[A-Za-z_]\w*(?=[(.{])", " ".join(texts))
        return self.words.union(called, self.helpers)


def with_their_own(helpers: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """The helpers and those that they call, callees first."""
    found: dict[str, None] = {}
    waiting = list(helpers)[::-1]
    while waiting:
        helper = waiting.pop()
        calls = [
            word for word in re.findall(r"(?<![.\w])\w+(?=\.?\()", texts[helper]) if word in texts and word != helper
        ]
        missing = [other for other in calls if other not in found]
        if missing:
            waiting += [helper, *missing]
        else:
            found[helper] = None
    return list(found)


def called(rows: Mapping[str, Row | Refusal], texts: Mapping[str, str]) -> dict[str, str]:
    """Of the helpers, those that some row calls."""
    wanted = dict.fromkeys(name for row in rows.values() if isinstance(row, Row) for name in row.helpers)
    return {name: texts[name] for name in with_their_own(wanted, texts)}

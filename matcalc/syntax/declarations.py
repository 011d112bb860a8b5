"""Declarations: what the names of an expression are, as `where` says it.

`read_declarations("A, B: m x n; c: scalar positive; g: R^n -> R^m")` gives Declarations.  A piece is names, `:` or `in`, a
shape, then properties; `;` and line ends separate pieces, `,` does where names and `:` follow.  What cannot be read, an unknown
property, and two statements that contradict each other are DeclarationErrors.  Rule files declare their letters with this too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matcalc import limits
from matcalc.algebra.dimension import ONE, SCALAR, Shape
from matcalc.algebra.nodes import Definition
from matcalc.errors import DeclarationError, LimitError, Span
from matcalc.records import record
from matcalc.syntax.complaints import shown
from matcalc.syntax.names import BUILT_IN, RESERVED, spelled
from matcalc.syntax.properties import EXCLUDE, OF, PROPERTIES, WORDS
from matcalc.syntax.shapes import read_shape, shape_text
from matcalc.syntax.tables import Lexeme, scan


@record
class Variable:
    """A declared variable: its shape (rows, columns), what it is known to be, and where this is said."""

    name: str
    shape: Shape
    properties: frozenset[str] = frozenset()
    span: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Function:
    """A declared function: the shapes of its arguments and value; `kind` is abstract, bilinear, elementwise or analytic.

    Of a function with a `definition` the dimensions of these shapes stand for any; if it is elementwise, the first argument has any shape.
    """

    name: str
    arguments: tuple[Shape, ...]
    result: Shape
    kind: str = "abstract"
    definition: Definition | None = None


def t_is_scalar(variables: Mapping[str, Variable]) -> bool:
    """Whether T is a scalar: X^T may mean a power then, and only X' is read and written for the transpose."""
    return "T" in variables and variables["T"].shape == SCALAR


@record
class Declarations:
    """All that is declared for one expression.  Compared by identity."""

    variables: Mapping[str, Variable] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    dimensions: frozenset[str] = frozenset()


NOTHING = Declarations()
MOST_SIDES = 2  # of a shape


def read_declarations(where: str | Mapping[str, object] | Iterable[str] | None) -> Declarations:
    """The declarations in a string, in several, or in a mapping from names to shapes.

    >>> d = read_declarations("A, B: m x n; x in R^n nonzero; c: scalar")
    >>> d.variables["B"].shape, sorted(d.variables["x"].properties), sorted(d.dimensions)
    ((m, n), ['nonzero'], ['m', 'n'])
    """
    if not where:
        return NOTHING
    if isinstance(where, str):
        texts = [where]
    elif isinstance(where, Mapping):
        texts = [f"{name}: {_said(name, shape)}" for name, shape in where.items()]
    elif isinstance(where, Iterable):
        texts = [str(text) for text in where]
    else:
        message = f"declarations are a text, several, or a mapping from names to shapes, not {where!r}"
        raise DeclarationError(message, hint='write for example where="A: m x n; x: n"')
    book = _Book()
    for text in texts:
        if len(text) > limits.text:
            raise LimitError(f"the declarations have {len(text)} characters, more than {limits.text}")
        for piece in _pieces(text):
            book.add(text, piece)
    return book.closed()


def _said(name: str, shape: object) -> str:
    """A shape of a mapping as text; ("m", "n") is m x n, () a scalar."""
    sides = [str(side) for side in shape] if isinstance(shape, tuple | list) else None
    if sides is not None and len(sides) <= MOST_SIDES:
        return " x ".join(sides) or "scalar"
    if not isinstance(shape, str | int):
        raise DeclarationError(f"the shape of {name} is {shape!r}", hint='write "m x n", "n" or "scalar"')
    return str(shape)


def _pieces(text: str) -> list[list[Lexeme]]:
    """The lexemes of each declaration: they end at `;`, and at those commas and line ends behind which a new one begins."""
    pieces: list[list[Lexeme]] = [[]]
    found = scan(text, 0, len(text))
    if not (";" in text or "," in text or "\n" in text):
        return [found] if found else []
    begins = _begins(found)
    named = False  # whether the colon of this piece has come
    for at, lexeme in enumerate(found):
        before = found[at - 1].end if at else 0
        if lexeme.type == "SEMICOLON" or (lexeme.type == "COMMA" and named and begins[at + 1]):
            pieces.append([])
            named = False
            continue
        if begins[at] and "\n" in text[before : lexeme.start]:
            pieces.append([])
            named = False
        named = named or _is_colon(lexeme)
        pieces[-1].append(lexeme)
    return [piece for piece in pieces if piece]


_COLONS = frozenset({":", "in", "∈"})


def _is_colon(lexeme: Lexeme) -> bool:
    return lexeme.text in _COLONS


def _begins(found: list[Lexeme]) -> list[bool]:
    """Whether names and `:` or `in` stand here, for every place and the end."""
    begins = [False] * (len(found) + 2)
    for at in reversed(range(len(found) - 1)):
        if found[at].type == "NAME":
            # In "A: n x n, symmetric, x: n" a property stands between, not the name of a variable.
            listed = found[at + 1].type == "COMMA" and begins[at + 2] and found[at].text not in WORDS
            begins[at] = listed or _is_colon(found[at + 1])
    return begins


class _Book:
    """The declarations read so far."""

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.functions: dict[str, Function] = {}
        self.dimensions: dict[str, tuple[str, Span]] = {}

    def add(self, text: str, piece: list[Lexeme]) -> None:
        """Read one declaration: names, a colon, and what they are."""
        colon = next((at for at, lexeme in enumerate(piece) if _is_colon(lexeme)), 0)
        names = piece[:colon:2]
        listed = [lexeme.type for lexeme in piece[:colon]]
        if listed != ["NAME", *["COMMA", "NAME"] * (colon // 2)]:
            span = (piece[0].start, piece[-1].end)
            hint = "write for example A: m x n; x: n; c: scalar"
            raise DeclarationError("a declaration is names, ':' and a shape", text=text, span=span, hint=hint)
        function, variable, dimensions = read_shape(text, piece, colon + 1)
        for dimension, span in dimensions.items():
            self.dimensions.setdefault(dimension, (text, span))
        for lexeme in names:
            name, span = spelled(lexeme.text), (lexeme.start, lexeme.end)
            self.check_name(text, span, name)
            if function is not None:
                self.add_function(text, span, Function(name, *function))
            else:
                self.add_variable(text, span, name, *variable)
            if name in self.functions and name in self.variables:
                raise DeclarationError(
                    f"'{shown(name)}' is declared as a function and as a variable",
                    text=text,
                    span=span,
                    hint="give one of them another name",
                )

    def add_function(self, text: str, span: Span, function: Function) -> None:
        before = self.functions.setdefault(function.name, function)
        if before != function:
            raise DeclarationError(
                f"'{shown(function.name)}' is declared as two functions", text=text, span=span, hint="declare it once"
            )

    def add_variable(self, text: str, span: Span, name: str, shape: Shape, properties: frozenset[str]) -> None:
        before = self.variables.get(name)
        if before is not None:
            if before.shape != shape:
                raise DeclarationError(
                    f"'{shown(name)}' is declared as {shape_text(before.shape)} and as {shape_text(shape)}",
                    text=text,
                    span=span,
                    hint="declare it once",
                )
            properties |= before.properties
        _check_properties(text, span, name, shape, properties)
        self.variables[name] = Variable(name, shape, properties, span)

    def check_name(self, text: str, span: Span, name: str) -> None:
        if name in BUILT_IN or name in RESERVED:
            raise DeclarationError(
                f"'{shown(name)}' has a meaning already",
                text=text,
                span=span,
                hint=f"use another name, such as {name}_1",
            )

    def closed(self) -> Declarations:
        """All together; a name that is both variable and dimension must be a scalar."""
        for name, (text, span) in self.dimensions.items():
            variable = self.variables.get(name)
            if name in self.functions or (variable is not None and variable.shape != SCALAR):
                what = "a function" if variable is None else shape_text(variable.shape)
                raise DeclarationError(
                    f"'{shown(name)}' is a dimension here and declared as {what}",
                    text=text,
                    span=span,
                    hint=f"declare '{name}: scalar', or use another name",
                )
        return Declarations(self.variables, self.functions, frozenset(self.dimensions))


def _check_properties(text: str, span: Span, name: str, shape: Shape, properties: frozenset[str]) -> None:
    """DeclarationError if the properties need another shape, or exclude each other."""
    if not properties:
        return
    rows, columns = shape
    for word in PROPERTIES:
        if word not in properties:
            continue
        if OF[word] == "square" and rows is not columns:
            raise DeclarationError(
                f"'{shown(name)}' cannot be {word}: it is {shape_text(shape)}, not square",
                text=text,
                span=span,
                hint=f"write {name}: n x n {word}",
            )
        if OF[word] == "vector" and (rows is ONE) is (columns is ONE):
            raise DeclarationError(
                f"'{shown(name)}' cannot be {word}: it is {shape_text(shape)}, not a vector",
                text=text,
                span=span,
                hint=f"write {name}: n {word}",
            )
    for one, other in EXCLUDE:
        if one in properties and other in properties:
            raise DeclarationError(
                f"'{shown(name)}' cannot be both {one} and {other}", text=text, span=span, hint="leave one of them out"
            )

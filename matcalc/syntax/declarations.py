"""Declarations: what the names of an expression are, as `where` says it.

`read_declarations("A, B: m x n; c: scalar positive; g: R^n -> R^m")` gives Declarations.  A piece is names, `:` or `in`, a
shape, then properties; `;` and line ends separate pieces, `,` does where names and `:` follow.  What cannot be read, an unknown
property, and two statements that contradict each other are DeclarationErrors.  Rule files declare their letters with this too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matcalc import limits
from matcalc.algebra.dimension import ONE, SCALAR, Dimension, Shape, constant, named
from matcalc.algebra.nodes import Definition
from matcalc.errors import DeclarationError, LimitError, Span
from matcalc.syntax.complaints import shown
from matcalc.syntax.names import BUILT_IN, RESERVED, spelled
from matcalc.syntax.tables import Lexeme, scan

# property               implies                          of
_PROPERTIES = """
symmetric              |                                | square
skew                   |                                | square
orthogonal             | invertible                     | square
diagonal               |                                | square
lower                  |                                | square
upper                  |                                | square
toeplitz               |                                | square
positive definite      | symmetric, invertible          | square
positive semidefinite  | symmetric                      | square
invertible             |                                | square
full rank              |                                |
positive               |                                |
nonnegative            |                                |
nonzero                |                                |
simplex                |                                | vector
unit                   |                                | vector
"""
_ROWS = [[cell.strip() for cell in line.split("|")] for line in _PROPERTIES.strip().splitlines()]
PROPERTIES = tuple(name for name, _, _ in _ROWS)
IMPLIED = {name: frozenset(implied.split(", ")) - {""} for name, implied, _ in _ROWS}
_OF = {name: of for name, _, of in _ROWS}
_EXCLUDE = (("symmetric", "skew"), ("positive definite", "skew"), ("positive", "skew"))
_LONGEST = max(len(name.split()) for name in PROPERTIES)
_WORDS = frozenset(word for name in PROPERTIES for word in name.split())
_BY = frozenset({"x", "by", "×"})
_NO_DIMENSION = (
    _BY | _WORDS | {"in", "scalar", "vector", "matrix", "row", "column", "real", "bilinear", "elementwise", "analytic"}
)
_TERMS, _FACTORS, _LARGEST = 1000, 100, 10**15  # of a dimension
_DIMENSION = "a dimension is an integer from 1 on, a name, a product or a sum"


@dataclass(frozen=True, slots=True, eq=False)
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


@dataclass(frozen=True, slots=True, eq=False)
class Declarations:
    """All that is declared for one expression.  Compared by identity."""

    variables: Mapping[str, Variable] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    dimensions: frozenset[str] = frozenset()


NOTHING = Declarations()


def read_declarations(where: str | Mapping[str, str] | Iterable[str] | None) -> Declarations:
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
        texts = [f"{name}: {shape}" for name, shape in where.items()]
    else:
        texts = [str(text) for text in where]
    book = _Book()
    for text in texts:
        if len(text) > limits.text:
            raise LimitError(f"the declarations have {len(text)} characters, more than {limits.text}")
        for piece in _pieces(text):
            book.add(text, piece)
    return book.closed()


def _pieces(text: str) -> list[list[Lexeme]]:
    """The lexemes of each declaration: they end at `;`, and at those commas and line ends behind which a new one begins."""
    pieces: list[list[Lexeme]] = [[]]
    found = scan(text, 0, len(text))
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


def _is_colon(lexeme: Lexeme) -> bool:
    return lexeme.text == ":" or lexeme.text == "in"


def _begins(found: list[Lexeme]) -> list[bool]:
    """Whether names and `:` or `in` stand here, for every place and the end."""
    begins = [False] * (len(found) + 2)
    for at in reversed(range(len(found) - 1)):
        if found[at].type == "NAME":
            # In "A: n x n, symmetric, x: n" a property stands between, not the name of a variable.
            listed = found[at + 1].type == "COMMA" and begins[at + 2] and found[at].text not in _WORDS
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
        commas = piece[1:colon:2]
        if colon % 2 == 0 or any(n.type != "NAME" for n in names) or any(c.type != "COMMA" for c in commas):
            span = (piece[0].start, piece[-1].end)
            hint = "write for example A: m x n; x: n; c: scalar"
            raise DeclarationError("a declaration is names, ':' and a shape", text=text, span=span, hint=hint)
        line = _Line(text, piece, colon + 1)
        function, variable = line.read()
        for dimension, span in line.dimensions.items():
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
        check_properties(text, span, name, shape, properties)
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


class _Line:
    """What stands behind the colon: `at` is the next lexeme, `dimensions` the names of dimensions met so far."""

    def __init__(self, text: str, piece: list[Lexeme], at: int) -> None:
        self.text = text
        self.piece = [*piece, Lexeme("$END", "", piece[-1].end, piece[-1].end)]
        self.at = at
        self.dimensions: dict[str, Span] = {}

    def read(self) -> tuple[tuple[tuple[Shape, ...], Shape, str] | None, tuple[Shape, frozenset[str]]]:
        """(arguments, value, kind) of a function or None, and (shape, properties) of a variable."""
        if self.now.text in ("elementwise", "analytic") and self.piece[self.at + 1].type == "$END":
            return ((SCALAR,), SCALAR, self.now.text), (SCALAR, frozenset())
        shapes = [self.shape()]
        is_function = any(lexeme.text in (">", "→") for lexeme in self.piece)
        while self.now.type == "COMMA" and is_function:
            self.at += 1
            shapes.append(self.shape())
        if self.arrow():
            return (tuple(shapes), self.shape(), self.kind(shapes)), (SCALAR, frozenset())
        if self.now.type == "MINUS":
            raise self.error("a dimension has no minus", _DIMENSION)
        return None, (shapes[0], read_properties(self.text, self.now.start, self.piece[-1].end))

    @property
    def now(self) -> Lexeme:
        return self.piece[self.at]

    def arrow(self) -> bool:
        """Pass over `->` if it stands here."""
        if self.now.text == "→":
            self.at += 1
        elif self.now.type == "MINUS" and self.piece[self.at + 1].text == ">":
            self.at += 2
        else:
            return False
        return True

    def kind(self, arguments: list[Shape]) -> str:
        """What stands behind the shapes of a function: nothing, `bilinear` or `elementwise`."""
        lexeme, rest = self.now, self.piece[self.at + 1 :]
        if lexeme.type == "$END":
            return "abstract"
        if lexeme.text not in ("bilinear", "elementwise") or rest[0].type != "$END":
            raise self.error("a function is at most 'bilinear' or 'elementwise'", "leave out the other words")
        if lexeme.text == "bilinear" and len(arguments) != 2:
            raise self.error("a bilinear function has two arguments", "write B: R^n, R^m -> R^p bilinear")
        if lexeme.text == "elementwise" and len(arguments) != 1:
            raise self.error("an elementwise function has one argument", "write g: elementwise")
        return lexeme.text

    def shape(self) -> Shape:
        """`scalar`, `n`, `m x n`, `R`, `R^n` or `R^{m x n}`."""
        lexeme = self.now
        if lexeme.text == "scalar":
            self.at += 1
            return SCALAR
        if lexeme.text not in ("R", "ℝ"):
            return self.pair()
        self.at += 1
        if self.now.type == "TRANSPOSE" and self.now.text.startswith("^"):
            self.dimensions.setdefault("T", (self.now.start, self.now.end))  # R^T: T is a dimension here
            self.at += 1
            return named("T"), ONE
        if self.now.type != "CIRCUMFLEX":
            shape = SCALAR
        else:
            self.at += 1
            if self.now.type in ("OPENING_BRACE", "OPENING"):
                closing = "CLOSING_BRACE" if self.now.type == "OPENING_BRACE" else "CLOSING"
                self.at += 1
                shape = self.pair()
                if self.now.type != closing:
                    raise self.error("this shape is never closed", "write R^{m x n}")
                self.at += 1
            else:
                shape = self.operand(), ONE
        if self.now.text in _BY:
            raise self.error("an exponent of two dimensions needs braces", "write R^{m x n}")
        return shape

    def pair(self) -> Shape:
        rows = self.dimension()
        if self.now.text not in _BY:
            return rows, ONE
        self.at += 1
        return rows, self.dimension()

    def dimension(self) -> Dimension:
        """A sum of products of integers and names, with brackets."""
        waiting: list[tuple[Dimension | None, Dimension | None]] = []
        total: Dimension | None = None
        product: Dimension | None = None
        while True:
            if self.now.type == "OPENING":
                self.at += 1
                waiting.append((total, product))
                total = product = None
                continue
            is_number = self.now.type == "NUMBER"
            value = self.operand()
            while True:
                product = value if product is None else self.multiplied(product, value)
                if self.now.type == "TIMES":
                    self.at += 1
                    break
                if is_number and self.now.type == "NAME" and self.now.text not in _NO_DIMENSION:
                    break
                total = product if total is None else total + product
                product, is_number = None, False
                if self.now.type == "PLUS":
                    self.at += 1
                    break
                if not waiting:
                    return total
                if self.now.type != "CLOSING":
                    raise self.error("this dimension has an open bracket", "write ')'")
                self.at += 1
                value = total
                total, product = waiting.pop()

    def multiplied(self, left: Dimension, right: Dimension) -> Dimension:
        """The product of two dimensions; LimitError for more terms, factors or digits than anybody means."""
        factors = max(len(names) for names, _ in left.terms) + max(len(names) for names, _ in right.terms)
        largest = max(value for _, value in left.terms) * max(value for _, value in right.terms)
        if len(left.terms) * len(right.terms) > _TERMS or factors > _FACTORS or largest > _LARGEST:
            span = (self.now.start, max(self.now.end, self.now.start + 1))
            raise LimitError("this dimension is too large", text=self.text, span=span, hint="give it a name")
        return left * right

    def operand(self) -> Dimension:
        """An integer from 1 on, or a name."""
        lexeme = self.now
        if lexeme.type == "NUMBER":
            if not lexeme.text.isdigit() or not lexeme.text.strip("0") or len(lexeme.text) > 15:
                raise self.error(f"'{shown(lexeme.text)}' is no dimension", _DIMENSION)
            self.at += 1
            after = self.now
            if after.start == lexeme.end and after.text[:1] == "x" and after.type == "NAME":
                raise self.error("a shape needs spaces around its x", "write 3 x 4, m x n")
            return constant(int(lexeme.text))
        name = spelled(lexeme.text)
        if lexeme.type == "MINUS":
            raise self.error("a dimension has no minus", _DIMENSION)
        if lexeme.type == "$END" or name in _WORDS:
            raise self.error("a shape is missing here", "write for example n x n, n or scalar before the properties")
        if lexeme.type != "NAME" or name in _NO_DIMENSION:
            hint = _SHAPES.get(name, _DIMENSION)
            raise self.error(f"'{shown(lexeme.text)}' is no dimension", hint)
        if len(name) == 3 and name[1] == "x":
            raise self.error("a shape needs spaces around its x", f"write {name[0]} x {name[2]}")
        self.at += 1
        self.dimensions.setdefault(name, (lexeme.start, lexeme.end))
        return named(name)

    def error(self, message: str, hint: str) -> DeclarationError:
        start = self.now.start if self.now.type != "$END" else max(0, self.now.start - 1)
        return DeclarationError(message, text=self.text, span=(start, max(self.now.end, start + 1)), hint=hint)


_SHAPES = {"vector": "write n for a vector", "matrix": "write m x n for a matrix", "row": "write 1 x n for a row"}


def shape_text(shape: Shape) -> str:
    """A shape as it is declared.

    >>> shape_text(SCALAR), shape_text((named("n"), ONE)), shape_text((ONE, named("n")))
    ('scalar', 'n', '1 x n')
    """
    rows, columns = shape
    if columns is ONE:
        return "scalar" if rows is ONE else str(rows)
    return f"{rows} x {columns}"


def check_properties(text: str, span: Span, name: str, shape: Shape, properties: frozenset[str]) -> None:
    """DeclarationError if the properties need another shape, or exclude each other."""
    if not properties:
        return
    rows, columns = shape
    for word in PROPERTIES:
        if word not in properties:
            continue
        if _OF[word] == "square" and rows is not columns:
            raise DeclarationError(
                f"'{shown(name)}' cannot be {word}: it is {shape_text(shape)}, not square",
                text=text,
                span=span,
                hint=f"write {name}: n x n {word}",
            )
        if _OF[word] == "vector" and (rows is ONE) is (columns is ONE):
            raise DeclarationError(
                f"'{shown(name)}' cannot be {word}: it is {shape_text(shape)}, not a vector",
                text=text,
                span=span,
                hint=f"write {name}: n {word}",
            )
    for one, other in _EXCLUDE:
        if one in properties and other in properties:
            raise DeclarationError(
                f"'{shown(name)}' cannot be both {one} and {other}", text=text, span=span, hint="leave one of them out"
            )


def read_properties(text: str, start: int, end: int) -> frozenset[str]:
    """The properties in `text[start:end]`, separated by spaces or commas, with all that they imply; longest match.

    >>> sorted(read_properties("positive definite", 0, 17))
    ['invertible', 'positive definite', 'symmetric']
    """
    if start >= end:
        return frozenset()
    words = [
        (match.group().lower(), start + match.start(), start + match.end())
        for match in re.finditer(r"[^\s,-]+|-(?![A-Za-z])", text[start:end])
    ]
    found: set[str] = set()
    at = 0
    while at < len(words):
        for count in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(word for word, _, _ in words[at : at + count])
            if phrase in IMPLIED:
                found |= {phrase} | IMPLIED[phrase]
                at += count
                break
        else:
            word, first, last = words[at]
            raise DeclarationError(
                f"'{shown(word)}' is no property",
                text=text,
                span=(first, last),
                hint="the properties are " + ", ".join(PROPERTIES),
            )
    return frozenset(found)

"""What stands behind the colon of a declaration: `m x n`, `R^n nonzero`, `scalar`, `R^n, R^m -> R^p bilinear`, `elementwise`.

A dimension is an integer from 1 on, a name, a product or a sum of these.
"""

from __future__ import annotations

from typing import NamedTuple

from matcalc.algebra.dimension import ONE, SCALAR, Dimension, Shape, constant, named
from matcalc.errors import DeclarationError, LimitError, Span
from matcalc.syntax.complaints import shown
from matcalc.syntax.names import spelled
from matcalc.syntax.properties import WORDS, read_properties
from matcalc.syntax.tables import Lexeme

_BY = frozenset({"x", "by", "×"})
_NO_DIMENSION = (
    _BY | WORDS | {"in", "scalar", "vector", "matrix", "row", "column", "real", "bilinear", "elementwise", "analytic"}
)
_TERMS, _FACTORS, _LARGEST = 1000, 100, 10**15  # of a dimension
_DIMENSION = "a dimension is an integer from 1 on, a name, a product or a sum"
_SHAPES = {
    "[": "write n for a vector, m x n for a matrix",
    "vector": "write n for a vector",
    "matrix": "write m x n for a matrix",
    "row": "write 1 x n for a row",
}


def shape_text(shape: Shape) -> str:
    """A shape as it is declared.

    >>> shape_text(SCALAR), shape_text((named("n"), ONE)), shape_text((ONE, named("n")))
    ('scalar', 'n', '1 x n')
    """
    rows, columns = shape
    if columns is ONE:
        return "scalar" if rows is ONE else str(rows)
    return f"{rows} x {columns}"


class Said(NamedTuple):
    """(arguments, value, kind) of a function or None, (shape, properties) of a variable, and where each dimension is first named."""

    function: tuple[tuple[Shape, ...], Shape, str] | None
    variable: tuple[Shape, frozenset[str]]
    dimensions: dict[str, Span]


def read_shape(text: str, piece: list[Lexeme], at: int) -> Said:
    """What the lexemes from `at` on say; DeclarationError with the place where that is nothing."""
    reader = _Reader(text, piece, at)
    return Said(*reader.read(), reader.dimensions)


class _Reader:
    """`now` is the next lexeme, the one at `at`; `dimensions` are the names of dimensions met so far."""

    def __init__(self, text: str, piece: list[Lexeme], at: int) -> None:
        self.text = text
        self.piece = [*piece, Lexeme("$END", "", piece[-1].end, piece[-1].end)]
        self.at = at
        self.now = self.piece[at]
        self.dimensions: dict[str, Span] = {}

    def read(self) -> tuple[tuple[tuple[Shape, ...], Shape, str] | None, tuple[Shape, frozenset[str]]]:
        """(arguments, value, kind) of a function or None, and (shape, properties) of a variable."""
        if self.now.text in ("elementwise", "analytic") and self.piece[self.at + 1].type == "$END":
            return ((SCALAR,), SCALAR, self.now.text), (SCALAR, frozenset())
        shapes = [self.shape()]
        if self.now.type == "COMMA" and any(lexeme.text in (">", "→") for lexeme in self.piece):  # of a function
            while self.now.type == "COMMA":
                self.step()
                shapes.append(self.shape())
        if self.arrow():
            return (tuple(shapes), self.shape(), self.kind(shapes)), (SCALAR, frozenset())
        if self.now.type == "MINUS":
            raise self.error("a dimension has no minus", _DIMENSION)
        return None, (shapes[0], read_properties(self.text, self.now.start, self.piece[-1].end))

    def step(self, count: int = 1) -> None:
        """Pass over what has been read."""
        self.at += count
        self.now = self.piece[self.at]

    def arrow(self) -> bool:
        """Pass over `->` if it stands here."""
        if self.now.text == "→":
            self.step()
        elif self.now.type == "MINUS" and self.piece[self.at + 1].text == ">":
            self.step(2)
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
            self.step()
            return SCALAR
        if lexeme.text not in ("R", "ℝ"):
            return self.pair()
        self.step()
        if self.now.type == "TRANSPOSE" and self.now.text.startswith("^"):
            self.dimensions.setdefault("T", (self.now.start, self.now.end))  # R^T: T is a dimension here
            self.step()
            return named("T"), ONE
        if self.now.type != "CIRCUMFLEX":
            shape = SCALAR
        else:
            self.step()
            if self.now.type in ("OPENING_BRACE", "OPENING"):
                closing = "CLOSING_BRACE" if self.now.type == "OPENING_BRACE" else "CLOSING"
                self.step()
                shape = self.pair()
                if self.now.type != closing:
                    raise self.error("this shape is never closed", "write R^{m x n}")
                self.step()
            else:
                shape = self.operand(), ONE
        if self.now.text in _BY:
            raise self.error("an exponent of two dimensions needs braces", "write R^{m x n}")
        return shape

    def pair(self) -> Shape:
        rows = self.dimension()
        if self.now.text not in _BY:
            return rows, ONE
        self.step()
        return rows, self.dimension()

    def dimension(self) -> Dimension:
        """A sum of products of integers and names, with brackets."""
        waiting: list[tuple[Dimension | None, Dimension | None]] = []
        total: Dimension | None = None
        product: Dimension | None = None
        while True:
            if self.now.type == "OPENING":
                self.step()
                waiting.append((total, product))
                total = product = None
                continue
            is_number = self.now.type == "NUMBER"
            value = self.operand()
            while True:
                product = value if product is None else self.multiplied(product, value)
                if self.now.type == "TIMES":
                    self.step()
                    break
                if is_number and self.now.type == "NAME" and self.now.text not in _NO_DIMENSION:
                    break
                total = product if total is None else total + product
                product, is_number = None, False
                if self.now.type == "PLUS":
                    self.step()
                    break
                if not waiting:
                    return total
                if self.now.type != "CLOSING":
                    hint = "a matrix is m x n" if self.now.type == "COMMA" else "write ')'"
                    raise self.error("this dimension has an open bracket", hint)
                self.step()
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
            self.step()
            after = self.now
            if after.start == lexeme.end and after.text[:1] == "x" and after.type == "NAME":
                raise self.error("a shape needs spaces around its x", "write 3 x 4, m x n")
            return constant(int(lexeme.text))
        name = spelled(lexeme.text)
        if lexeme.type == "MINUS":
            raise self.error("a dimension has no minus", _DIMENSION)
        if lexeme.type == "$END" or name in WORDS:
            raise self.error("a shape is missing here", "write for example n x n, n or scalar before the properties")
        if lexeme.type != "NAME" or name in _NO_DIMENSION:
            hint = _SHAPES.get(name, _DIMENSION)
            raise self.error(f"'{shown(lexeme.text)}' is no dimension", hint)
        if len(name) == 3 and name[1] == "x":
            raise self.error("a shape needs spaces around its x", f"write {name[0]} x {name[2]}")
        self.step()
        self.dimensions.setdefault(name, (lexeme.start, lexeme.end))
        return named(name)

    def error(self, message: str, hint: str) -> DeclarationError:
        start = self.now.start if self.now.type != "$END" else max(0, self.now.start - 1)
        return DeclarationError(message, text=self.text, span=(start, max(self.now.end, start + 1)), hint=hint)

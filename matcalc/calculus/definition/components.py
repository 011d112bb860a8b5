"""Component functions: f(x, y) = (x^2 y, sin(x)) with its Jacobian matrix, the gradients of the components side by side.

In: a text, components separated by commas, with or without brackets around them and `f(x, y) =` before them; every name that is not
declared is a scalar.  Out: Components.  Denominator layout, the lecture's: one row per input, one column per component; numerator is
its transpose.  Source: the lecture, "n-dimensions: vector-valued functions".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matcalc.calculus.definition.scalars import holds_where, point, scalar_function, slope, spell
from matcalc.calculus.forms import LAYOUTS
from matcalc.errors import DeclarationError, SyntaxProblem
from matcalc.syntax import pieces
from matcalc.syntax.declarations import NOTHING, Declarations
from matcalc.syntax.names import spelled
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree

_HEAD = re.compile(r"\s*(?P<name>[A-Za-z]\w*)\s*\((?P<inputs>[\w\s,]+)\)\s*=(?P<body>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Components:
    """A function with the components `f`, of the inputs `wrt`, and its Jacobian matrix, `rows` in the layout that it names.

    >>> print(components("x^2 y, sin(x)", ["x", "y"]))
    f(x, y) = (x^2 y, sin(x))
    Jacobian (denominator layout: one row per input, one column per component)
    [ 2 x y  cos(x) ]
    [ x^2    0      ]
    """

    f: tuple[Tree, ...]
    wrt: tuple[str, ...]
    rows: tuple[tuple[Tree, ...], ...]
    layout: str
    conditions: tuple[str, ...]
    assumed: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The Jacobian matrix in one line: rows separated by `;`."""
        return "[" + "; ".join(", ".join(map(ascii_text, row)) for row in self.rows) + "]"

    def text(self, form: str = "text") -> str:
        """The components and the matrix, as `text` or `unicode`."""
        names = ", ".join(spell(pieces.name(name), form) for name in self.wrt)
        lay = {
            "denominator": "one row per input, one column per component",
            "numerator": "one row per component, one column per input",
        }
        lines = [f"f({names}) = {point(self.f, form)}", f"Jacobian ({self.layout} layout: {lay[self.layout]})"]
        cells = [[spell(entry, form) for entry in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for row in cells:
            lines.append("[ " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " ]")
        return "\n".join([*lines, *(f"where {condition}" for condition in self.conditions)])

    def __str__(self) -> str:
        return self.text()

    def unicode(self) -> str:
        """The components and the matrix in Unicode."""
        return self.text("unicode")

    def latex(self) -> str:
        """The Jacobian matrix as a pmatrix, as on the slide."""
        names = ", ".join(spell(pieces.name(name), "latex") for name in self.wrt)
        rows = [" & ".join(spell(entry, "latex") for entry in row) for row in self.rows]
        transposed = r"^\top" if self.layout == "numerator" else ""
        body = " \\\\\n".join(rows)
        return rf"\nabla f({names}){transposed} = " + "\\begin{pmatrix}\n" + body + "\n\\end{pmatrix}"


def components(
    text: str, wrt: Sequence[str] | None = None, declarations: Declarations = NOTHING, layout: str = "denominator"
) -> Components:
    """The component functions that the text says, and their Jacobian matrix."""
    if layout not in LAYOUTS:
        raise DeclarationError(f"the layout is 'denominator' or 'numerator', not {layout!r}")
    body, inputs = text, wrt
    head = _HEAD.fullmatch(text)
    if head is not None:
        body = head["body"]
        named = [spelled(name.strip()) for name in head["inputs"].split(",")]
        for k, name in enumerate(named):
            if not name.isidentifier() or name in named[:k]:
                message = f"'{name}' is {'twice an input' if name.isidentifier() else 'no name of an input'}"
                span = (head.start("inputs"), head.end("inputs"))
                raise DeclarationError(message, text=text, span=span, hint="write f(x, y) = (...)")
        if wrt is not None and sorted(wrt) != sorted(named):
            raise DeclarationError(f"the inputs are {', '.join(named)} in the text and {', '.join(wrt)} in wrt")
        inputs = wrt or named
    if not inputs:
        raise DeclarationError("no inputs are named", hint="write f(x, y) = (...), or wrt=x,y")
    found = [scalar_function(part, declarations, inputs) for part in _split(body)]
    columns = [[slope(f, name) for name in inputs] for f in found]
    rows = zip(*columns, strict=True) if layout == "denominator" else iter(map(tuple, columns))
    where = dict.fromkeys(condition for f in found for condition in holds_where(f, inputs))
    assumed = dict.fromkeys(line for f in found for line in f.assumed)
    return Components(tuple(f.tree for f in found), tuple(inputs), tuple(rows), layout, tuple(where), tuple(assumed))


def _split(text: str) -> list[str]:
    """The parts between the commas that are in no bracket; a bracket around all of them is left out."""
    body = text.strip()
    parts = _parts(body)
    if len(parts) == 1 and body.startswith("(") and _is_whole(body):
        parts = _parts(body[1:-1])
    if any(not part.strip() for part in parts):
        raise SyntaxProblem(
            "a component is missing", text=text, span=(0, len(text)), hint="write them with commas: x^2 y, sin(x)"
        )
    return parts


def _parts(text: str) -> list[str]:
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append(text[begin:at])
            begin = at + 1
    return [*parts, text[begin:]]


def _is_whole(text: str) -> bool:
    """Whether the first bracket closes at the end."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0:
            return at == len(text) - 1
    return False

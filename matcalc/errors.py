"""What matcalc says when it cannot answer: the place in the text, what is wrong there, and what to write instead.

Every error is a MatcalcError.  `message` is one sentence; `text` and `span` (start, end) point at the place; `hint` says
what to write.  Nothing else is ever raised for bad input.  `exit_code` is that of the command line: 1 for mathematics and
shapes, 2 for usage and syntax.
"""

from __future__ import annotations

Span = tuple[int, int]

WINDOW = 72  # characters of a long line that are shown around the place


class MatcalcError(Exception):
    """A refusal: `message`, the `text` and `span` it is about, and a `hint` that says what to write.

    >>> print(MatcalcError("no name 'Ax'", text="Ax - b", span=(0, 2), hint="did you mean 'A x'?"))
    no name 'Ax'
      Ax - b
      ^^
    hint: did you mean 'A x'?
    """

    exit_code = 1

    def __init__(self, message: str, *, text: str = "", span: Span | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = span
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.message]
        if self.text and self.span is not None:
            lines += ["  " + line for line in caret(self.text, self.span)]
        if self.hint:
            lines.append("hint: " + self.hint)
        return "\n".join(lines)

    def placed(self, text: str, span: Span | None) -> MatcalcError:
        """The same error with its place filled in where it has none yet."""
        if self.span is None:
            self.text, self.span = text, span
        return self


def caret(text: str, span: Span) -> tuple[str, str]:
    """The line of `text` that holds `span`, shortened to a window, and carets under the span."""
    start = min(max(span[0], 0), len(text))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = text[first : len(text) if last < 0 else last]
    column = start - first
    width = max(1, min(span[1] - start, len(line) - column))
    left = max(0, column - WINDOW // 2)
    shown = "".join(c if c.isprintable() else " ?"[c != "\t"] for c in line[left : left + WINDOW])
    width = min(width, max(1, len(shown) - (column - left)))
    dots = "..." if left else ""
    tail = "..." if left + WINDOW < len(line) else ""
    return dots + shown + tail, " " * (len(dots) + column - left) + "^" * width


class SyntaxProblem(MatcalcError):
    """The text cannot be read, or people read it in two ways."""

    exit_code = 2


class DeclarationError(MatcalcError):
    """A declaration (`where`) cannot be read, or two of them contradict each other."""

    exit_code = 2


class UnknownNameError(MatcalcError):
    """A name is neither declared, nor a function, nor a default name."""

    exit_code = 2


class LimitError(MatcalcError):
    """The input is larger than `matcalc.limits` allows."""

    exit_code = 2


class ShapeError(MatcalcError):
    """The shapes of two operands do not go together."""


class NotationError(ShapeError):
    """The shapes may go together, but what is meant must be written in another way."""


class NotScalarError(MatcalcError):
    """A gradient or Hessian was asked of a function that is not scalar."""


class UnsupportedError(MatcalcError):
    """The mathematics is known to matcalc, but this derivative or form is not."""


class EvaluationError(MatcalcError):
    """The values given do not fit the expression, or it is singular there."""


class RuleError(MatcalcError):
    """A rule line cannot be read, does not fit together, or is numerically false."""


class MissingExtraError(MatcalcError):
    """An optional library is needed and not installed."""

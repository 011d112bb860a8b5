"""One expression, or one a line: what is asked, what is said on stderr, and the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NoReturn, Protocol

import click

from matcalc import Derivative, Expr, MatcalcError, SyntaxProblem
from matcalc.api.expression import public_shape

NOT_TRUE = 3  # exit code

Tell = Callable[[str], None]  # says a line on stderr
Answer = Callable[[str, bool, Tell], int]  # of a text, alone or one of many: the exit code


def run(expression: str | None, answer: Answer) -> NoReturn:
    """Answer the expression, or every line of stdin if there is none; end with the exit code."""
    if expression is None or expression.strip() == "-":
        sys.exit(_each_line(answer))
    sys.exit(answer(expression, True, _teller()))


def refuse(error: MatcalcError) -> NoReturn:
    """Say on stderr why there is no answer, and end with the error's exit code."""
    click.echo(str(error), err=True)
    sys.exit(error.exit_code)


def _each_line(answer: Answer) -> int:
    """Answer every line of stdin; the exit code is the largest."""
    codes = [0]
    for number, line in enumerate(sys.stdin.buffer if sys.stdin else (), 1):
        if line.strip():
            tell = _teller(f"line {number}: ")
            try:
                codes.append(answer(_decoded(line), False, tell))
            except MatcalcError as error:
                tell(str(error))
                codes.append(error.exit_code)
    return max(codes)


def _teller(prefix: str = "") -> Tell:
    return lambda said: click.echo(prefix + said, err=True)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SyntaxProblem(f"this is not UTF-8: {error.reason} at byte {error.start + 1}") from None


# ---- what was read, inferred and assumed


def tell_about(d: Derivative, alone: bool, tell: Tell) -> None:
    """Shapes, defaults and conditions, for one expression; warnings always."""
    if alone:
        tell("read: " + "; ".join(_declarations(d.shapes)))
    tell_more(d, alone, tell)


class Assuming(Protocol):
    """A derivative, or a verdict on a claim."""

    @property
    def defaults(self) -> tuple[str, ...]:
        """What was assumed of names."""

    @property
    def conditions(self) -> tuple[str, ...]:
        """Where it holds."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know."""


def tell_more(found: Assuming, alone: bool, tell: Tell) -> None:
    """Defaults and conditions, for one expression; warnings always."""
    if alone:
        for line in found.defaults:
            tell(f"assumed: {line}")
        for line in found.conditions:
            tell(f"holds where: {line}")
    for line in found.warnings:
        tell(f"warning: {line}")


def tell_shapes(e: Expr, tell: Tell, *more: str) -> None:
    """The shapes of the names in an expression, and `more`."""
    shapes = {name: public_shape(variable.shape) for name, variable in e.variables.items()}
    tell("read: " + "; ".join([*_declarations(shapes), *more]))


def shape_text(shape: Sequence[object]) -> str:
    """`m x n`, `n`, or `scalar`."""
    return " x ".join(map(str, shape)) or "scalar"


def _declarations(shapes: Mapping[str, Sequence[object]]) -> Iterable[str]:
    return (f"{name}: {shape_text(shape)}" for name, shape in shapes.items())

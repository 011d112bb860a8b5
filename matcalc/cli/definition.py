"""matcalc quotient | directional | limit | components: the lecture's first half, from the limit.

One expression alone gets all its lines; of many, on stdin, each gets its verdict in one line.  "Not differentiable" and "no limit"
are answers: exit code 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import click

from matcalc.api import definition
from matcalc.cli.answering import Tell, run
from matcalc.cli.options import EXPRESSION, LAYOUT, NOTATIONS, RULES, SETTINGS, WHERE, formats, with_options
from matcalc.cli.printing import in_notation, print_lines

_FORMAT = formats(*NOTATIONS)
_VALUE = click.option("--value", help="The value of f at the point, where the expression has none.")


def _answer(expression: str | None, form: str, ask: Callable[[str], Any]) -> NoReturn:
    """Ask about the expression, or about each line of stdin, and print what is found."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        found = ask(text)
        for line in found.assumed if alone else ():
            tell(f"assumed: {line}")
        print_lines([in_notation(found, form) if alone or form == "latex" else found.verdict])
        return 0

    run(expression, answer)


@click.command("quotient", short_help="The difference quotient, to its limit.", context_settings=SETTINGS)
@with_options(EXPRESSION)
@click.option("--wrt", required=True, help="The scalar variable.")
@click.option("--at", help="A number: the quotient there, from the left and from the right.")
@with_options(_VALUE, WHERE, _FORMAT, RULES)
def quotient_command(
    expression: str | None, wrt: str, at: str | None, value: str | None, where: tuple[str, ...], form: str
) -> None:
    """The difference quotient of EXPRESSION, line by line to its limit; every name is a scalar."""
    _answer(expression, form, lambda text: definition.quotient(text, wrt, where, at, value))


@click.command(
    "directional", short_help="All directional derivatives at a point, from the limit.", context_settings=SETTINGS
)
@with_options(EXPRESSION)
@click.option("--wrt", required=True, help="The scalar variables: x,y.")
@click.option("--at", required=True, help="The point: 0,0.")
@with_options(_VALUE, WHERE, _FORMAT, RULES)
def directional_command(
    expression: str | None, wrt: str, at: str, value: str | None, where: tuple[str, ...], form: str
) -> None:
    """All directional derivatives of EXPRESSION at a point, from the limit, and whether it is differentiable there."""
    _answer(expression, form, lambda text: definition.directional(text, wrt, at, value, where))


@click.command("limit", short_help="The limit of a sequence or a function.", context_settings=SETTINGS)
@with_options(EXPRESSION)
@click.option("--index", default="n", show_default=True, help="The index of the sequence, or the variable that moves.")
@click.option("--delta", help="A number above 0: the K with |s_n - s| < delta for all n > K.")
@click.option("--to", help="A number: the limit of a function for its variable towards it, not that of a sequence.")
@with_options(WHERE, _FORMAT, RULES)
def limit_command(
    expression: str | None, index: str, delta: str | None, to: str | None, where: tuple[str, ...], form: str
) -> None:
    """The limit of the sequence EXPRESSION; where there is none, two subsequences that disagree."""
    _answer(expression, form, lambda text: definition.limit(text, index, delta, to, where))


@click.command("components", short_help="The Jacobian of component functions.", context_settings=SETTINGS)
@with_options(EXPRESSION)
@click.option("--wrt", help="The scalar inputs: x,y; not needed for f(x, y) = (...).")
@with_options(LAYOUT, WHERE, _FORMAT, RULES)
def components_command(expression: str | None, wrt: str | None, layout: str, where: tuple[str, ...], form: str) -> None:
    """The Jacobian matrix of the component functions EXPRESSION: "x^2 y, sin(x)"."""
    _answer(expression, form, lambda text: definition.components(text, wrt, where, layout))

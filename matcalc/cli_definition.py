"""The command line of the lecture: matcalc quotient | directional | limit | components | chain.  No mathematics here.

Loaded by `cli` when one of them is asked for.  One expression alone gets all its lines; of many, on stdin, each gets its verdict
in one line.  "Not differentiable" and "no limit" are answers: exit code 0.
"""

from __future__ import annotations

from typing import Any

import click

from matcalc import diff
from matcalc.api import definition
from matcalc.cli import (
    _DEFINE,
    _DIRECTION,
    _EXPRESSION,
    _LAYOUT,
    _RULES,
    _SETTINGS,
    _WHERE,
    _WRT,
    FORMATS,
    SCHEMA,
    Tell,
    _can_print,
    _print,
    _run,
    _tell,
    _with,
)

_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "unicode", "latex"]), default="text", show_default=True
)
_VALUE = click.option("--value", help="The value of f at the point, where the expression has none.")


def _say(found: Any, form: str, alone: bool, tell: Tell) -> int:
    for line in found.assumed if alone else ():
        tell(f"assumed: {line}")
    if form == "latex":
        _print([found.latex()])
    elif not alone:
        _print([found.verdict])
    else:
        unicode = form == "unicode" and _can_print(found.unicode())
        _print([found.unicode() if unicode else str(found)])
    return 0


@click.command("quotient", context_settings=_SETTINGS)
@_with(_EXPRESSION)
@click.option("--wrt", required=True, help="The scalar variable.")
@click.option("--at", help="A number: the quotient there, from the left and from the right.")
@_with(_VALUE, _WHERE, _FORMAT, _RULES)
def quotient_command(
    expression: str | None, wrt: str, at: str | None, value: str | None, where: tuple[str, ...], form: str
) -> None:
    """The difference quotient of EXPRESSION, line by line to its limit; every name is a scalar."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        return _say(definition.quotient(text, wrt, where, at, value), form, alone, tell)

    _run(expression, answer)


@click.command("directional", context_settings=_SETTINGS)
@_with(_EXPRESSION)
@click.option("--wrt", required=True, help="The scalar variables: x,y.")
@click.option("--at", required=True, help="The point: 0,0.")
@_with(_VALUE, _WHERE, _FORMAT, _RULES)
def directional_command(
    expression: str | None, wrt: str, at: str, value: str | None, where: tuple[str, ...], form: str
) -> None:
    """All directional derivatives of EXPRESSION at a point, from the limit, and whether it is differentiable there."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        return _say(definition.directional(text, wrt, at, value, where), form, alone, tell)

    _run(expression, answer)


@click.command("limit", context_settings=_SETTINGS)
@_with(_EXPRESSION)
@click.option("--index", default="n", show_default=True, help="The index of the sequence, or the variable that moves.")
@click.option("--delta", help="A number above 0: the K with |s_n - s| < delta for all n > K.")
@click.option("--to", help="A number: the limit of a function for its variable towards it, not that of a sequence.")
@_with(_WHERE, _FORMAT, _RULES)
def limit_command(
    expression: str | None, index: str, delta: str | None, to: str | None, where: tuple[str, ...], form: str
) -> None:
    """The limit of the sequence EXPRESSION; where there is none, two subsequences that disagree."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        return _say(definition.limit(text, index, delta, to, where), form, alone, tell)

    _run(expression, answer)


@click.command("components", context_settings=_SETTINGS)
@_with(_EXPRESSION)
@click.option("--wrt", help="The scalar inputs: x,y; not needed for f(x, y) = (...).")
@_with(_LAYOUT, _WHERE, _FORMAT, _RULES)
def components_command(expression: str | None, wrt: str | None, layout: str, where: tuple[str, ...], form: str) -> None:
    """The Jacobian matrix of the component functions EXPRESSION: "x^2 y, sin(x)"."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        return _say(definition.components(text, wrt, where, layout), form, alone, tell)

    _run(expression, answer)


@click.command("chain", context_settings=_SETTINGS)
@_with(_EXPRESSION, _WRT)
@click.option("--inner", help="h(x); by default the outermost expression through which alone f depends on x.")
@_with(_WHERE, _DEFINE, _DIRECTION)
@click.option("--format", "form", type=click.Choice(FORMATS[:4]), default="text", show_default=True)
@_RULES
def chain_command(
    expression: str | None,
    wrt: str,
    inner: str | None,
    where: tuple[str, ...],
    define: tuple[str, ...],
    direction: str | None,
    form: str,
) -> None:
    """The chain rule for EXPRESSION = g(h(x)) in every form: linear maps, gradients, Jacobians, components, partial derivatives."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        d = diff(text, wrt, where, direction, define=define)
        _tell(d, alone, tell)
        found = d.chain(inner)
        if form == "json":
            import json

            _print([json.dumps({"schema": SCHEMA, "f": str(d.f), "wrt": d.wrt, "chain": found.data()})])
            return 0
        shown = {"latex": found.latex, "unicode": found.unicode}.get(form, found.__str__)()
        _print([shown if form != "unicode" or _can_print(shown) else str(found)])
        return 0

    _run(expression, answer)


COMMANDS: dict[str, click.Command] = {
    "quotient":    quotient_command,
    "directional": directional_command,
    "limit":       limit_command,
    "components":  components_command,
    "chain":       chain_command,
}  # fmt: skip

"""The options that commands share, each said once: an expression, its variables and declarations, and how an answer is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from matcalc import MatcalcError, load_rules
from matcalc.cli.answering import refuse

PROGRAMS = ("numpy", "array-api", "dask", "jax", "torch", "julia", "matlab")  # the targets of code/emission.py
NOTATIONS = ("text", "unicode", "latex")

EXAMPLES = """
\b
Examples:
  matcalc diff "x^T A x" --wrt x
  matcalc diff "||A x - b||_2^2" --wrt x --show gradient
  matcalc diff "logdet(X)" --wrt X --format latex
  matcalc diff "c x^T x" --wrt x --where "c: scalar"
  matcalc partial "u^T X v" --wrt X --at i,j
  matcalc check "x^T A x" --wrt x --claim "2 A x"
"""

# An expression may begin with a sign: what is no option is an argument.
SETTINGS: dict[str, Any] = {"ignore_unknown_options": True}


def _load(_: click.Context, __: click.Parameter, paths: tuple[str, ...]) -> None:
    for path in paths:
        try:
            load_rules(path)
        except MatcalcError as error:
            refuse(error)


def _expression(ctx: click.Context, _: click.Parameter, text: str | None) -> str | None:
    if text is not None and re.fullmatch(r"--[a-z]{2}[a-z-]*(=.*)?", text):
        known = [name for option in ctx.command.params for name in option.opts if name.startswith("--")]
        raise click.NoSuchOption(text.partition("=")[0], possibilities=known, ctx=ctx)
    return text


RULES = click.option(
    "--rules",
    metavar="FILE",
    multiple=True,
    callback=_load,
    expose_value=False,
    help="Rules of your own, checked first.",
)
EXPRESSION = click.argument("expression", required=False, callback=_expression)
WHERE = click.option("--where", multiple=True, help='Declarations: "A: m x n; x: n; S: n x n symmetric".')
DEFINE = click.option("--define", multiple=True, help='Functions of your own: "swish(t) = t sigmoid(t)".')
WRT = click.option("--wrt", required=True, help="The variable, or several: x,y.")
DIRECTION = click.option("--direction", help="The direction's name (by default v, H or h); several: u,v.")
STRUCTURE = click.option(
    "--structure",
    type=click.Choice(["projected", "independent"]),
    help="For a symmetric, skew, diagonal, triangular or Toeplitz variable.",
)
DETAIL = click.option(
    "--detail",
    type=click.Choice(["brief", "normal", "full"]),
    default="normal",
    show_default=True,
    help="Of the steps.",
)
LAYOUT = click.option(
    "--layout", type=click.Choice(["denominator", "numerator"]), default="denominator", show_default=True
)


def formats(*choices: str) -> Callable[[Any], Any]:
    """The option --format, of which the first choice is the default."""
    return click.option("--format", "form", type=click.Choice(choices), default=choices[0], show_default=True)


def with_options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The options, in the order of the help text."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def names(direction: str | None) -> list[str] | None:
    """The names of several directions, from the text "u,v"."""
    return None if direction is None else [name.strip() for name in direction.split(",")]

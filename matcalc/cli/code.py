"""matcalc code: a program for a derivative."""

from __future__ import annotations

import re

import click

from matcalc import diff
from matcalc.api.programs import WHAT
from matcalc.cli.answering import Tell, run, tell_about
from matcalc.cli.options import (
    DEFINE,
    DIRECTION,
    EXPRESSION,
    LAYOUT,
    RULES,
    SETTINGS,
    STRUCTURE,
    WHERE,
    WRT,
    names,
    with_options,
)
from matcalc.cli.printing import print_lines
from matcalc.code.emission import TARGETS

EXAMPLES = """
\b
Examples:
  matcalc code "||A x - b||_2^2" --wrt x
  matcalc code "||A x - b||_2^2" --wrt x --what value_and_gradient --wrt-first --name fun
  matcalc code "logdet(X)" --wrt X --target julia --what hvp --check
  matcalc code "tr(A B C X)" --wrt X --sizes m=10,n=1000
"""


def _sizes(_: click.Context, __: click.Parameter, text: str | None) -> dict[str, int] | None:
    if text is None:
        return None
    found = {}
    for piece in text.split(","):
        read = re.fullmatch(r"\s*(\w+)\s*=\s*([1-9]\d*)\s*", piece)
        if read is None:
            raise click.BadParameter(f"{piece.strip()!r} is no size: write n=1000,m=20")
        found[read[1]] = int(read[2])
    return found


@click.command("code", short_help="A program for a derivative.", context_settings=SETTINGS, epilog=EXAMPLES)
@with_options(EXPRESSION, WRT, WHERE, DEFINE)
@click.option("--target", type=click.Choice([*TARGETS, "latex"]), default="numpy", show_default=True)
@click.option("--what", type=click.Choice(WHAT), default="result", show_default=True, help="What it computes.")
@click.option("--name", help="The function's name; by default what it computes.")
@click.option("--sizes", callback=_sizes, help="Expected sizes, n=1000,m=20: they choose the order of products.")
@click.option("--wrt-first", is_flag=True, help="The variable is the first argument, as SciPy wants it.")
@click.option("--flat", is_flag=True, help="A matrix variable is given as vec(X), columns stacked.")
@click.option("--check", is_flag=True, help="Add a test by central differences.")
@with_options(LAYOUT, DIRECTION, STRUCTURE, RULES)
def code_command(
    expression: str | None,
    wrt: str,
    where: tuple[str, ...],
    define: tuple[str, ...],
    target: str,
    what: str,
    name: str | None,
    sizes: dict[str, int] | None,
    wrt_first: bool,
    flat: bool,
    check: bool,
    layout: str,
    direction: str | None,
    structure: str | None,
) -> None:
    """A program for the derivative of EXPRESSION: by default the gradient or Jacobian, else Df(x)[v]."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        d = diff(text, wrt, where, names(direction), structure, layout, define=define)
        tell_about(d, alone, tell)
        print_lines([d.code(target, what, name, sizes, wrt_first=wrt_first, flat=flat, check=check).rstrip("\n")])
        return 0

    run(expression, answer)

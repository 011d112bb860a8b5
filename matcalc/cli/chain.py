"""matcalc chain: the chain rule in every form."""

from __future__ import annotations

import click

from matcalc import diff
from matcalc.cli.answering import Tell, run, tell_about
from matcalc.cli.options import (
    DEFINE,
    DIRECTION,
    EXPRESSION,
    NOTATIONS,
    RULES,
    SETTINGS,
    WHERE,
    WRT,
    formats,
    names,
    with_options,
)
from matcalc.cli.printing import as_json, in_notation, print_lines


@click.command("chain", short_help="The chain rule in every form.", context_settings=SETTINGS)
@with_options(EXPRESSION, WRT)
@click.option("--inner", help="h(x); by default the outermost expression through which alone f depends on x.")
@with_options(WHERE, DEFINE, DIRECTION, formats(*NOTATIONS, "json"), RULES)
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
        d = diff(text, wrt, where, names(direction), define=define)
        tell_about(d, alone, tell)
        found = d.chain(inner)
        if form == "json":
            print_lines([as_json({"f": str(d.f), "wrt": d.wrt, "chain": found.data()})])
        else:
            print_lines([in_notation(found, form)])
        return 0

    run(expression, answer)

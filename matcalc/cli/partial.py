"""matcalc partial: one partial derivative, in index notation."""

from __future__ import annotations

import click

from matcalc import diff
from matcalc.cli.answering import Tell, run, tell_about
from matcalc.cli.forms import derived, entries
from matcalc.cli.options import (
    DEFINE,
    DETAIL,
    EXPRESSION,
    NOTATIONS,
    RULES,
    SETTINGS,
    WHERE,
    WRT,
    formats,
    with_options,
)
from matcalc.cli.printing import as_json, print_lines


@click.command("partial", short_help="One partial derivative, in index notation.", context_settings=SETTINGS)
@with_options(EXPRESSION, WRT)
@click.option("--at", required=True, help="Indices, counted from 1: i,j or 1,2.")
@with_options(WHERE, DEFINE)
@click.option(
    "--show", type=click.Choice(["result", "steps"]), default="result", help="The derivative, or the way to it."
)
@with_options(DETAIL, formats(*NOTATIONS, "json"), RULES)
def partial_command(
    expression: str | None,
    wrt: str,
    at: str,
    where: tuple[str, ...],
    define: tuple[str, ...],
    show: str,
    detail: str,
    form: str,
) -> None:
    """The partial derivative df/dX_ij = Df(X)[1_ij] of EXPRESSION, in index notation."""
    places = [place.strip() for place in at.split(",") if place.strip()]

    def answer(text: str, alone: bool, tell: Tell) -> int:
        d = diff(text, wrt, where, define=define)
        tell_about(d, alone, tell)
        if show == "steps":
            line = derived(d, d.derivation("partial", detail, places), form)
        else:
            line = str(found := d.partial(*places))
            of = d.partial_of(*places)
            if of and alone:
                by = f"d{d.names[0]}[{','.join(places)}]" if places else f"d{d.names[0]}"
                tell(f"this is df[{','.join(of)}]/{by}, of the entry {', '.join(of)} of f")
            if form == "latex":
                from sympy import latex

                line = latex(found)
            elif form == "json":
                line = as_json({**entries(d), "at": places, "of": of, "partial": line})
        print_lines([line])
        return 0

    run(expression, answer)

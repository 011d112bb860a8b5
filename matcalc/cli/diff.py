"""matcalc diff: the differential, and the gradient, Jacobian or Hessian."""

from __future__ import annotations

import click

from matcalc import diff
from matcalc.cli.answering import NOT_TRUE, Tell, run, tell_about
from matcalc.cli.forms import ALONE, derived, lines_of
from matcalc.cli.options import (
    DEFINE,
    DETAIL,
    DIRECTION,
    EXAMPLES,
    EXPRESSION,
    LAYOUT,
    NOTATIONS,
    PROGRAMS,
    RULES,
    SETTINGS,
    STRUCTURE,
    WHERE,
    WRT,
    formats,
    names,
    with_options,
)
from matcalc.cli.printing import print_lines

SHOWN = ("all", "result", *ALONE, "steps")


@click.command(
    "diff",
    short_help="Differential, gradient, Jacobian, Hessian, or the way there.",
    context_settings=SETTINGS,
    epilog=EXAMPLES,
)
@with_options(EXPRESSION, WRT, WHERE, DEFINE)
@click.option("--show", type=click.Choice(SHOWN), default="all", help="One form alone, bare, so that it can be piped.")
@with_options(LAYOUT, DIRECTION, STRUCTURE, DETAIL)
@click.option(
    "--goal", type=click.Choice(("result", "differential", "hessian")), default="result", help="Of the steps."
)
@formats(*NOTATIONS, "json", *PROGRAMS)
@click.option(
    "--verify", is_flag=True, help="Compare with finite differences at 50 digits; exit code 3 if it is false."
)
@RULES
def diff_command(
    expression: str | None,
    wrt: str,
    where: tuple[str, ...],
    define: tuple[str, ...],
    show: str,
    layout: str,
    direction: str | None,
    structure: str | None,
    detail: str,
    goal: str,
    form: str,
    verify: bool,
) -> None:
    """Differentiate EXPRESSION: Df(x)[v], gradient, Jacobian, Hessian."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        d = diff(text, wrt, where, names(direction), structure, layout, define=define)
        tell_about(d, alone, tell)
        if show == "steps":
            lines = [derived(d, d.derivation(goal, detail), form)]
        else:
            lines = lines_of(d, show if alone or show != "all" else "result", form)
        if verify:
            report = d.verify()
            if not report.ok:
                tell("NOT verified: " + "; ".join(lines))
                tell(f"only {report.digits} digits agree with the finite difference at {report.point}")
                return NOT_TRUE
            tell(f"verified: {report.digits} digits agree with the finite difference")
        print_lines(lines if alone else ["\t".join(lines)])
        return 0

    run(expression, answer)

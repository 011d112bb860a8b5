"""matcalc check: whether a claimed derivative is right, and what is wrong with it if not."""

from __future__ import annotations

import click

from matcalc import check
from matcalc.cli.answering import NOT_TRUE, Tell, run, tell_more, tell_shapes
from matcalc.cli.options import (
    DEFINE,
    DIRECTION,
    EXPRESSION,
    RULES,
    SETTINGS,
    STRUCTURE,
    WHERE,
    WRT,
    formats,
    with_options,
)
from matcalc.cli.printing import as_json, print_lines


@click.command("check", short_help="Whether a claimed derivative is right.", context_settings=SETTINGS)
@with_options(EXPRESSION, WRT)
@click.option("--claim", required=True, help="What is said to be the derivative.")
@click.option(
    "--form",
    "read_as",
    type=click.Choice(["gradient", "jacobian", "hessian", "differential", "partial"]),
    help="What the claim is; by default what its shape says.",
)
@click.option("--layout", type=click.Choice(["denominator", "numerator"]), help="Of a Jacobian; by default either.")
@click.option("--at", help="The indices of a partial derivative, i,j; by default those in the claim.")
@with_options(WHERE, DEFINE, DIRECTION, STRUCTURE, formats("text", "json"), RULES)
def check_command(
    expression: str | None,
    wrt: str,
    claim: str,
    read_as: str | None,
    layout: str | None,
    at: str | None,
    where: tuple[str, ...],
    define: tuple[str, ...],
    direction: str | None,
    structure: str | None,
    form: str,
) -> None:
    """Whether a claim is the derivative of EXPRESSION; what is wrong with it if not (exit code 3)."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        verdict = check(text, wrt, claim, where, read_as, layout, direction, structure, at=at, define=define)
        if alone:
            tell_shapes(verdict.correct, tell)
        tell_more(verdict, alone, tell)
        lines = [as_json(verdict.as_dict())] if form == "json" else str(verdict).splitlines()
        print_lines(lines if alone else ["\t".join(lines)])
        return 0 if verdict.right else NOT_TRUE

    run(expression, answer)

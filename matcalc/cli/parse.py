"""matcalc parse: how an expression is read."""

from __future__ import annotations

import click

from matcalc.api.asking import declaring
from matcalc.api.expression import said
from matcalc.cli.answering import Tell, run, shape_text, tell_shapes
from matcalc.cli.options import DEFINE, EXPRESSION, NOTATIONS, RULES, SETTINGS, WHERE, formats, with_options
from matcalc.cli.printing import in_notation, print_lines
from matcalc.syntax.understanding import understand


@click.command("parse", short_help="How an expression is read.", context_settings=SETTINGS)
@with_options(EXPRESSION, WHERE, DEFINE, formats(*NOTATIONS), RULES)
def parse_command(expression: str | None, where: tuple[str, ...], define: tuple[str, ...], form: str) -> None:
    """How EXPRESSION is read; on stderr, the shapes of its names and its own."""

    def answer(text: str, alone: bool, tell: Tell) -> int:
        read = understand(text, declaring(where, define))
        e = said(read)
        line = in_notation(e, form)
        if alone:
            tell_shapes(e, tell, f"the whole: {shape_text(e.shape)}")
            for default in read.typing.defaults:
                tell(f"assumed: {default}")
        for note in read.typing.notes:
            tell(f"warning: {note}")
        print_lines([line])
        return 0

    run(expression, answer)

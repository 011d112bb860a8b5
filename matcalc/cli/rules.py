"""matcalc rules: the lines of the rule book."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from matcalc import UnknownNameError
from matcalc.cli.options import RULES
from matcalc.cli.printing import print_lines
from matcalc.rulebook.in_force import book

if TYPE_CHECKING:
    from matcalc.rulebook.rule import Line


@click.command("rules", short_help="The rule book.")
@click.argument("name", required=False)
@RULES
def rules_command(name: str | None) -> None:
    """The rule book: all lines, or those about NAME, a function or a piece of a left side."""
    lines = [line.text for line in book().lines() if name is None or _is_about(line, name)]
    if not lines:
        raise UnknownNameError(f"no rule is about {name!r}", hint="`matcalc rules` prints all of them")
    print_lines(lines)


def _is_about(line: Line, name: str) -> bool:
    if line.mentions(name):
        return True
    left = line.text.partition(" = ")[0].partition(":")[0]
    if re.fullmatch(r"\w+", name):
        return re.search(rf"(?<!\w){re.escape(name)}(?=[( ])", left) is not None
    return name in left

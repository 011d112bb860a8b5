"""What is printed on stdout: lines that the terminal's encoding can hold, expressions in each format, one JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import click

from matcalc import Expr
from matcalc.cli.options import PROGRAMS

SCHEMA = 1  # of the JSON


class Notated(Protocol):
    """What can be written in the three notations: an expression, a derivation, a verdict about a limit."""

    def unicode(self) -> str:
        """As Unicode text."""

    def latex(self) -> str:
        """As LaTeX."""


def print_lines(lines: Iterable[str]) -> None:
    """Print the lines; what stdout cannot encode becomes ASCII."""
    for line in lines:
        click.echo(line if _can_print(line) else line.replace("⊗", r"\otimes").encode("ascii", "replace"))


def in_notation(found: Notated, form: str) -> str:
    """As text, Unicode or LaTeX; as text, too, where stdout cannot encode the Unicode."""
    if form == "latex":
        return found.latex()
    if form == "unicode" and _can_print(unicode := found.unicode()):
        return unicode
    return str(found)


def written(e: Expr, form: str, name: str) -> str:
    """An expression in a notation, or as a program whose function has this name."""
    return e.code(form, name=name).rstrip("\n") if form in PROGRAMS else in_notation(e, form)


def as_json(entries: Mapping[str, Any]) -> str:
    """One JSON object in one line, the version of its keys first."""
    import json

    return json.dumps({"schema": SCHEMA, **entries})


def _can_print(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True

"""The command line: matcalc diff | partial | check | code | parse | rules, and the lecture's.  No mathematics here.

Answers go to stdout and nothing else does; what was read, inferred and assumed goes to stderr.  Exit codes: 0 ok, 1 mathematics or
shapes, 2 usage or syntax, 3 a verification came out false.  `-` alone or no expression reads stdin: one expression a line, one
answer a line (programs and derivations have several), errors with the line's number, the largest exit code.

Each command is a function `NAME_command` of the module in `COMMANDS`, which is imported when it is asked for.
"""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from typing import Any

import click

from matcalc import MatcalcError, __version__
from matcalc.cli.answering import refuse
from matcalc.cli.options import EXAMPLES, RULES

COMMANDS = {name: name for name in ("diff", "partial", "check", "code", "parse", "rules", "chain")} | dict.fromkeys(
    ("quotient", "directional", "limit", "components"), "definition"
)

_EXTRA = re.compile(r"unexpected extra arguments? \((\S+)[ )]")
INTERRUPTED = 130  # exit code


class _Commands(click.Group):
    """The commands; whatever they refuse is said on stderr, with its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"matcalc.cli.{COMMANDS[cmd_name]}"), f"{cmd_name}_command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            there_are = ", ".join(self.list_commands(ctx))
            ctx.fail(f"No such command '{args[0]}'; there are {there_are}.  For a derivative: diff EXPRESSION --wrt X")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if found := _EXTRA.search(error.message):
                option = f"No such option '{found[1]}'."
                quotes = f"{error.message}; an expression stands in quotes: 'x^T A x'"
                (error.ctx or ctx).fail(option if found[1].startswith("--") else quotes)
            raise
        except MatcalcError as error:
            refuse(error)
        except MemoryError:
            click.echo("matcalc: out of memory", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["--help"]}, epilog=EXAMPLES)
@click.version_option(__version__)
@RULES
def commands() -> None:
    """The derivative of a matrix expression, as a textbook prints it."""


def main() -> None:
    """The entry point; a closed pipe ends it silently."""
    try:
        commands()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

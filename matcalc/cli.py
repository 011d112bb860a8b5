"""The command line: matcalc diff | partial | code | parse | rules.  No mathematics here.

Results go to stdout and nothing else does; what was read, inferred and assumed goes to stderr.  Exit codes: 0 ok, 1 mathematics or
shapes, 2 usage or syntax, 3 a verification came out false.  `-` alone or no expression reads stdin, one expression a line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from matcalc import Derivative, Expr, MatcalcError, __version__, diff, load_rules, parse

FORMATS = ("text", "unicode", "latex", "json", "numpy")
SHOWN = ("all", "result", "differential", "gradient", "jacobian", "hessian", "steps")
SCHEMA = 1

EXAMPLES = """
\b
Examples:
  matcalc diff "x^T A x" --wrt x
  matcalc diff "||A x - b||_2^2" --wrt x --show gradient
  matcalc diff "logdet(X)" --wrt X --format latex
  matcalc diff "c x^T x" --wrt x --where "c: scalar"
  matcalc partial "u^T X v" --wrt X --at i,j
"""

# An expression may begin with a sign: what is not an option is an argument.
_SETTINGS: dict[str, Any] = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@click.group(context_settings={"help_option_names": ["--help"]}, epilog=EXAMPLES)
@click.version_option(__version__)
def commands() -> None:
    """The derivative of a matrix expression, as a textbook prints it."""


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """The argument and options of every command that reads an expression."""
    for option in reversed(
        [
            click.argument("expression", required=False, type=click.UNPROCESSED),
            click.option("--where", multiple=True, help='Declarations: "A: m x n; x: n; S: n x n symmetric".'),
            click.option("--rules", "rule_files", multiple=True, help="A rule file of your own, checked before it is used."),
        ]
    ):
        command = option(command)
    return command


def _wrt(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        [
            click.option("--wrt", required=True, help="The variable, or several: x,y."),
            click.option("--direction", help="The name of the direction (default v, H or h)."),
            click.option("--structure", type=click.Choice(["projected", "independent"]), help="For a symmetric variable."),
            click.option("--layout", type=click.Choice(["denominator", "numerator"]), default="denominator", show_default=True),
        ]
    ):
        command = option(command)
    return command


@commands.command("diff", context_settings=_SETTINGS, epilog=EXAMPLES)
@_shared
@_wrt
@click.option("--show", type=click.Choice(SHOWN), default="all", help="One form alone, bare, so that it can be piped.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--verify", is_flag=True, help="Compare with finite differences at 50 digits; exit code 3 if it fails.")
def diff_command(
    expression: str | None,
    where: tuple[str, ...],
    rule_files: tuple[str, ...],
    wrt: str,
    direction: str | None,
    structure: str | None,
    layout: str,
    show: str,
    form: str,
    verify: bool,
) -> None:
    """Differentiate EXPRESSION: Df(x)[v], gradient, Jacobian, Hessian."""

    def answer(text: str, alone: bool) -> int:
        d = diff(text, wrt, list(where), _names(direction), structure, layout)
        if alone:
            _tell(d)
        for line in _answer(d, show if alone or show != "all" else "result", form):
            click.echo(line)
        if not verify:
            return 0
        report = d.verify()
        click.echo(f"verified to {report.digits} digits" if report.ok else f"NOT verified: {report}", err=True)
        return 0 if report.ok else 3

    _run(expression, rule_files, answer)


@commands.command("partial", context_settings=_SETTINGS)
@_shared
@_wrt
@click.option("--at", required=True, help="Indices, counted from 1: i,j or 1,2.")
@click.option("--format", "form", type=click.Choice(["text", "latex"]), default="text", show_default=True)
def partial_command(
    expression: str | None,
    where: tuple[str, ...],
    rule_files: tuple[str, ...],
    wrt: str,
    direction: str | None,
    structure: str | None,
    layout: str,
    at: str,
    form: str,
) -> None:
    """The partial derivative df/dX_ij = Df(X)[1_ij], in index notation."""

    def answer(text: str, alone: bool) -> int:
        d = diff(text, wrt, list(where), _names(direction), structure, layout)
        if alone:
            _tell(d)
        places = [int(i) if i.strip().isdigit() else i.strip() for i in at.split(",")]
        found = d.partial(*places)
        if form == "latex":
            from sympy import latex

            click.echo(latex(found))
        else:
            click.echo(str(found))
        return 0

    _run(expression, rule_files, answer)


@commands.command("code", context_settings=_SETTINGS)
@_shared
@_wrt
@click.option("--target", type=click.Choice(["numpy"]), default="numpy", show_default=True)
@click.option("--name", default="derivative", show_default=True, help="The function's name.")
def code_command(
    expression: str | None,
    where: tuple[str, ...],
    rule_files: tuple[str, ...],
    wrt: str,
    direction: str | None,
    structure: str | None,
    layout: str,
    target: str,
    name: str,
) -> None:
    """A program that computes the result of `diff`."""

    def answer(text: str, alone: bool) -> int:
        d = diff(text, wrt, list(where), _names(direction), structure, layout)
        if alone:
            _tell(d)
        click.echo(d.result.code(target, name=name))
        return 0

    _run(expression, rule_files, answer)


@commands.command("parse", context_settings=_SETTINGS)
@_shared
@click.option("--format", "form", type=click.Choice(["text", "unicode", "latex"]), default="text", show_default=True)
def parse_command(expression: str | None, where: tuple[str, ...], rule_files: tuple[str, ...], form: str) -> None:
    """How EXPRESSION is read, and the shapes of its names (on stderr)."""

    def answer(text: str, alone: bool) -> int:
        e = parse(text, list(where))
        if alone:
            for name, variable in e.variables.items():
                click.echo(f"{name}: {_shape(Expr(e.node, e.variables).known()[name])}", err=True)
                del variable
        click.echo(_written(e, form))
        return 0

    _run(expression, rule_files, answer)


@commands.command("rules")
@click.argument("name", required=False)
def rules_command(name: str | None) -> None:
    """The rule book: all lines, or those about NAME."""
    from matcalc.rulebook.book import book

    lines = [str(line) for line in book().lines() if name is None or line.mentions(name)]
    if name is not None and not lines:
        raise click.UsageError(f"no rule mentions {name!r}")
    for line in lines:
        click.echo(line)


def _names(direction: str | None) -> list[str] | None:
    return None if direction is None else [name.strip() for name in direction.split(",")]


def _shape(shape: Iterable[object]) -> str:
    rows, columns = (str(side) for side in shape)
    return "scalar" if rows == columns == "1" else rows if columns == "1" else f"{rows} x {columns}"


def _tell(d: Derivative) -> None:
    """On stderr: shapes, defaults, conditions, warnings."""
    known = {name: variable.shape for name, variable in d.f.variables.items()}
    click.echo("read: " + "; ".join(f"{name}: {_shape(shape)}" for name, shape in known.items()), err=True)
    for line in d.defaults:
        click.echo(f"assumed: {line}", err=True)
    for line in d.conditions:
        click.echo(f"holds where: {line}", err=True)
    for line in d.warnings:
        click.echo(f"warning: {line}", err=True)


def _written(e: Expr, form: str) -> str:
    if form == "latex":
        return e.latex()
    if form == "numpy":
        return e.code("numpy")
    if form == "unicode" and _is_unicode():
        return e.unicode()
    return str(e)


def _is_unicode() -> bool:
    try:
        "ᵀ⊙‖".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _answer(d: Derivative, show: str, form: str) -> list[str]:
    if form == "json":
        return [json.dumps(_json(d))]
    if show == "steps":
        steps = d.steps
        return [steps.latex() if form == "latex" else steps.unicode() if form == "unicode" and _is_unicode() else str(steps)]
    if show != "all":
        found = {
            "result": lambda: d.result,
            "differential": lambda: d.differential,
            "gradient": lambda: d.gradient,
            "jacobian": d.jacobian,
            "hessian": lambda: d.hessian,
        }[show]()
        if isinstance(found, dict):
            return [f"{name}: {_written(e, form)}" for name, e in found.items()]
        return [_written(found, form)]
    point = ", ".join(d.names)
    moving = ", ".join(d.direction) if isinstance(d.direction, list) else d.direction
    lines = [f"f({point}) = {_written(d.f, form)}", f"Df({point})[{moving}] = {_written(d.differential, form)}"]
    if d.several:
        if d.f.node.is_scalar:
            lines += [f"gradient by {name} = {_written(e, form)}" for name, e in d.gradient.items()]
        return lines
    kind, result = d.form
    if kind == "jacobian":
        kind = f"jacobian ({d.layout} layout)"
    if kind != "differential":
        lines.append(f"{kind} = {_written(result, form)}")
    return lines


def _json(d: Derivative) -> dict[str, Any]:
    kind, result = d.form

    def attempt(make: Callable[[], Any]) -> Any:
        try:
            found = make()
        except MatcalcError:
            return None
        return {name: str(e) for name, e in found.items()} if isinstance(found, dict) else str(found)

    return {
        "schema": SCHEMA,
        "f": str(d.f),
        "wrt": d.wrt,
        "direction": d.direction,
        "shapes": d.shapes,
        "defaults": list(d.defaults),
        "result": {
            "form": kind,
            "layout": d.layout if kind == "jacobian" else None,
            "text": str(result),
            "latex": result.latex(),
            "shape": result.shape,
        },
        "differential": str(d.differential),
        "gradient": attempt(lambda: d.gradient),
        "jacobian": attempt(d.jacobian),
        "hessian": attempt(lambda: d.hessian),
        "conditions": list(d.conditions),
        "warnings": list(d.warnings),
    }


def _run(expression: str | None, rule_files: Sequence[str], answer: Callable[[str, bool], int]) -> None:
    """One expression, or one a line from stdin; the exit code is the largest."""
    code = 0
    try:
        for path in rule_files:
            load_rules(path)
        if expression is not None and expression != "-":
            code = answer(expression, True)
        else:
            code = _each_line(answer)
    except MatcalcError as error:
        click.echo(str(error), err=True)
        code = error.exit_code
    sys.exit(code)


def _each_line(answer: Callable[[str, bool], int]) -> int:
    code = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            code = max(code, answer(line.rstrip("\n"), False))
        except MatcalcError as error:
            click.echo(f"line {number}: {error}", err=True)
            code = max(code, error.exit_code)
    return code


def main() -> None:
    """The entry point; a closed pipe ends it silently."""
    try:
        commands()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)



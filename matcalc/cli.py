"""The command line: matcalc diff | partial | check | code | parse | rules.  No mathematics here.

Answers go to stdout and nothing else does; what was read, inferred and assumed goes to stderr.  Exit codes: 0 ok, 1 mathematics or
shapes, 2 usage or syntax, 3 a verification came out false.  `-` alone or no expression reads stdin: one expression a line, one
answer a line (programs and derivations have several), errors with the line's number, the largest exit code.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from matcalc import (
    Derivative,
    Expr,
    MatcalcError,
    SyntaxProblem,
    UnknownNameError,
    UnsupportedError,
    __version__,
    diff,
    load_rules,
)

if TYPE_CHECKING:
    from matcalc.calculus.steps import Steps

PROGRAMS = ("numpy", "array-api", "dask", "jax", "torch", "julia", "matlab")  # the targets of code/emission.py
FORMATS = ("text", "unicode", "latex", "json", *PROGRAMS)
SHOWN = ("all", "result", "differential", "gradient", "jacobian", "hessian", "steps")
SCHEMA = 1

NOT_TRUE = 3  # exit code
INTERRUPTED = 130

EXAMPLES = """
\b
Examples:
  matcalc diff "x^T A x" --wrt x
  matcalc diff "||A x - b||_2^2" --wrt x --show gradient
  matcalc diff "logdet(X)" --wrt X --format latex
  matcalc diff "c x^T x" --wrt x --where "c: scalar"
  matcalc partial "u^T X v" --wrt X --at i,j
  matcalc check "x^T A x" --wrt x --claim "2 A x"
"""

# An expression may begin with a sign: what is no option is an argument.
_SETTINGS: dict[str, Any] = {"ignore_unknown_options": True}

Tell = Callable[[str], None]  # says a line on stderr
Answer = Callable[[str, bool, Tell], int]  # of a text, alone or one of many: the exit code


# commands that are loaded when they are asked for, and the module each is in
LATER = dict.fromkeys(("quotient", "directional", "limit", "components", "chain"), "cli_definition") | {
    "code": "cli_code"
}


class _Commands(click.Group):
    """The commands; whatever they refuse is said on stderr, with its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *LATER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in LATER:
            found: click.Command = import_module(f"matcalc.{LATER[cmd_name]}").COMMANDS[cmd_name]
            return found
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MatcalcError as error:
            _refuse(error)
        except MemoryError:
            click.echo("matcalc: out of memory", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)


def _refuse(error: MatcalcError) -> NoReturn:
    click.echo(str(error), err=True)
    sys.exit(error.exit_code)


def _load(_: click.Context, __: click.Parameter, paths: tuple[str, ...]) -> None:
    for path in paths:
        try:
            load_rules(path)
        except MatcalcError as error:
            _refuse(error)


def _expression(ctx: click.Context, _: click.Parameter, text: str | None) -> str | None:
    if text is not None and re.fullmatch(r"--[a-z]{2}[a-z-]*(=.*)?", text):
        known = [name for option in ctx.command.params for name in option.opts if name.startswith("--")]
        raise click.NoSuchOption(text.partition("=")[0], possibilities=known, ctx=ctx)
    return text


_RULES = click.option(
    "--rules",
    metavar="FILE",
    multiple=True,
    callback=_load,
    expose_value=False,
    help="Rules of your own, checked first.",
)
_EXPRESSION = click.argument("expression", required=False, callback=_expression)
_WHERE = click.option("--where", multiple=True, help='Declarations: "A: m x n; x: n; S: n x n symmetric".')
_DEFINE = click.option("--define", multiple=True, help='Functions of your own: "swish(t) = t sigmoid(t)".')
_WRT = click.option("--wrt", required=True, help="The variable, or several: x,y.")
_DIRECTION = click.option("--direction", help="The direction's name (by default v, H or h); several: u,v.")
_STRUCTURE = click.option(
    "--structure",
    type=click.Choice(["projected", "independent"]),
    help="For a symmetric, skew, diagonal, triangular or Toeplitz variable.",
)
_DETAIL = click.option(
    "--detail",
    type=click.Choice(["brief", "normal", "full"]),
    default="normal",
    show_default=True,
    help="Of the steps.",
)
_LAYOUT = click.option(
    "--layout", type=click.Choice(["denominator", "numerator"]), default="denominator", show_default=True
)


def _with(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The options, in the order of the help text."""

    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


@click.group(cls=_Commands, context_settings={"help_option_names": ["--help"]}, epilog=EXAMPLES)
@click.version_option(__version__)
@_RULES
def commands() -> None:
    """The derivative of a matrix expression, as a textbook prints it."""


# ---- the commands


@commands.command("diff", context_settings=_SETTINGS, epilog=EXAMPLES)
@_with(_EXPRESSION, _WRT, _WHERE, _DEFINE)
@click.option("--show", type=click.Choice(SHOWN), default="all", help="One form alone, bare, so that it can be piped.")
@_with(_LAYOUT, _DIRECTION, _STRUCTURE, _DETAIL)
@click.option(
    "--goal", type=click.Choice(("result", "differential", "hessian")), default="result", help="Of the steps."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--verify", is_flag=True, help="Compare with finite differences at 50 digits; exit code 3 if it is false."
)
@_RULES
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
        d = diff(text, wrt, where, _names(direction), structure, layout, define=define)
        _tell(d, alone, tell)
        if show == "steps":
            lines = [_derived(d, d.derivation(goal, detail), form)]
        else:
            lines = _answers(d, show if alone or show != "all" else "result", form)
        if verify:
            report = d.verify()
            if not report.ok:
                tell("NOT verified: " + "; ".join(lines))
                tell(f"only {report.digits} digits agree with the finite difference at {report.point}")
                return NOT_TRUE
            tell(f"verified: {report.digits} digits agree with the finite difference")
        _print(lines if alone else ["\t".join(lines)])
        return 0

    _run(expression, answer)


@commands.command("partial", context_settings=_SETTINGS)
@_with(_EXPRESSION, _WRT)
@click.option("--at", required=True, help="Indices, counted from 1: i,j or 1,2.")
@_with(_WHERE, _DEFINE)
@click.option(
    "--show", type=click.Choice(["result", "steps"]), default="result", help="The derivative, or the way to it."
)
@_DETAIL
@click.option("--format", "form", type=click.Choice(FORMATS[:4]), default="text", show_default=True)
@_RULES
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

    def answer(text: str, alone: bool, tell: Tell) -> int:
        d = diff(text, wrt, where, define=define)
        _tell(d, alone, tell)
        places = [place.strip() for place in at.split(",") if place.strip()]
        if show == "steps":
            _print([_derived(d, d.derivation("partial", detail, places), form)])
            return 0
        found = d.partial(*places)
        if form == "latex":
            from sympy import latex

            found = latex(found)
        elif form == "json":
            import json

            found = json.dumps({**_json(d), "at": places, "partial": str(found)})
        _print([str(found)])
        return 0

    _run(expression, answer)


@commands.command("check", context_settings=_SETTINGS)
@_with(_EXPRESSION, _WRT)
@click.option("--claim", required=True, help="What is said to be the derivative.")
@click.option(
    "--form",
    "read_as",
    type=click.Choice(["gradient", "jacobian", "hessian", "differential", "partial"]),
    help="What the claim is; by default what its shape says.",
)
@click.option("--layout", type=click.Choice(["denominator", "numerator"]), help="Of a Jacobian; by default either.")
@click.option("--at", help="The indices of a partial derivative, i,j; by default those in the claim.")
@_with(_WHERE, _DEFINE, _DIRECTION, _STRUCTURE)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_RULES
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
    from matcalc.api import check
    from matcalc.api.expression import public_shape

    def answer(text: str, alone: bool, tell: Tell) -> int:
        verdict = check(text, wrt, claim, where, read_as, layout, direction, structure, at=at, define=define)
        if alone:
            names = {name: public_shape(variable.shape) for name, variable in verdict.correct.variables.items()}
            tell("read: " + "; ".join(_shapes(names)))
        if form == "json":
            import json

            _print([json.dumps({"schema": SCHEMA, **verdict.as_dict()})])
        else:
            lines = str(verdict).splitlines()
            _print(lines if alone else ["\t".join(lines)])
        return 0 if verdict.right else NOT_TRUE

    _run(expression, answer)


@commands.command("parse", context_settings=_SETTINGS)
@_with(_EXPRESSION, _WHERE, _DEFINE)
@click.option("--format", "form", type=click.Choice(["text", "unicode", "latex"]), default="text", show_default=True)
@_RULES
def parse_command(expression: str | None, where: tuple[str, ...], define: tuple[str, ...], form: str) -> None:
    """How EXPRESSION is read; on stderr, the shapes of its names and its own."""
    from matcalc.api import declaring
    from matcalc.api.expression import public_shape, said
    from matcalc.syntax.understanding import understand

    def answer(text: str, alone: bool, tell: Tell) -> int:
        read = understand(text, declaring(where, define))
        e = said(read)
        line = _written(e, form)
        if alone:
            shapes = {name: public_shape(variable.shape) for name, variable in e.variables.items()}
            tell("read: " + "; ".join([*_shapes(shapes), f"the whole: {_shape(e.shape)}"]))
            for default in read.typing.defaults:
                tell(f"assumed: {default}")
        for note in read.typing.notes:
            tell(f"warning: {note}")
        _print([line])
        return 0

    _run(expression, answer)


@commands.command("rules")
@click.argument("name", required=False)
@_RULES
def rules_command(name: str | None) -> None:
    """The rule book: all lines, or those about NAME, a function or a piece of a left side."""
    from matcalc.rulebook.book import book

    lines = [line.text for line in book().lines() if name is None or _is_about(line, name)]
    if not lines:
        raise UnknownNameError(f"no rule is about {name!r}", hint="`matcalc rules` prints all of them")
    _print(lines)


def _is_about(line: Any, name: str) -> bool:
    if line.mentions(name):
        return True
    left = line.text.partition(" = ")[0].partition(":")[0]
    if re.fullmatch(r"\w+", name):
        return re.search(rf"(?<!\w){re.escape(name)}(?=[( ])", left) is not None
    return name in left


# ---- one expression, or one a line


def _run(expression: str | None, answer: Answer) -> NoReturn:
    if expression is None or expression.strip() == "-":
        sys.exit(_each_line(answer))
    sys.exit(answer(expression, True, _teller()))


def _each_line(answer: Answer) -> int:
    """Answer every line of stdin; the exit code is the largest."""
    codes = [0]
    for number, line in enumerate(sys.stdin.buffer if sys.stdin else (), 1):
        if line.strip():
            tell = _teller(f"line {number}: ")
            try:
                codes.append(answer(_decoded(line), False, tell))
            except MatcalcError as error:
                tell(str(error))
                codes.append(error.exit_code)
    return max(codes)


def _teller(prefix: str = "") -> Tell:
    return lambda said: click.echo(prefix + said, err=True)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SyntaxProblem(f"this is not UTF-8: {error.reason} at byte {error.start + 1}") from None


# ---- what is said on stderr


def _tell(d: Derivative, alone: bool, tell: Tell) -> None:
    """Shapes, defaults and conditions, for one expression; warnings always."""
    if alone:
        tell("read: " + "; ".join(_shapes(d.shapes)))
        for line in d.defaults:
            tell(f"assumed: {line}")
        for line in d.conditions:
            tell(f"holds where: {line}")
    for line in d.warnings:
        tell(f"warning: {line}")


def _shapes(shapes: Mapping[str, Sequence[object]]) -> Iterable[str]:
    return (f"{name}: {_shape(shape)}" for name, shape in shapes.items())


def _shape(shape: Sequence[object]) -> str:
    return " x ".join(map(str, shape)) or "scalar"


def _names(direction: str | None) -> list[str] | None:
    return None if direction is None else [name.strip() for name in direction.split(",")]


# ---- what is printed on stdout


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line if _can_print(line) else line.replace("⊗", r"\otimes").encode("ascii", "replace"))


def _can_print(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _written(e: Expr, form: str, name: str = "expression") -> str:
    if form == "latex":
        return e.latex()
    if form in PROGRAMS:
        return e.code(form, name=name).rstrip("\n")
    if form == "unicode" and _can_print(e.unicode()):
        return e.unicode()
    return str(e)


def _answers(d: Derivative, show: str, form: str) -> list[str]:
    if form == "json":
        import json

        return [json.dumps(_json(d))]
    if show == "all" and form not in PROGRAMS:
        return [f"{label} = {_written(e, form)}" for label, e in _labelled(d)]
    found: Any
    if show in _READ_OFF:
        kind, found = show, _READ_OFF[show](d)
    else:
        kind, found = d.form
    if isinstance(found, dict):
        parts = {name: _written(e, form, f"{kind}_{name}") for name, e in found.items()}
        return list(parts.values()) if form in PROGRAMS else [f"{name}: {text}" for name, text in parts.items()]
    return [_written(found, form, kind)]


_READ_OFF: dict[str, Callable[[Derivative], Any]] = {
    "differential": lambda d: d.differential,
    "gradient":     lambda d: d.gradient,
    "jacobian":     lambda d: d.jacobian(),
    "hessian":      lambda d: d.hessian,
}  # fmt: skip


def _labelled(d: Derivative) -> Iterator[tuple[str, Expr]]:
    """f, Df, and what a textbook gives: the gradients of a scalar f, the Jacobian with its layout, Df(t)[1]."""
    point = ", ".join(d.names)
    moving = d.direction if isinstance(d.direction, str) else ", ".join(d.direction)
    yield f"f({point})", d.f
    yield f"Df({point})[{moving}]", d.differential
    kind, result = d.form
    if d.several and d.f.shape == ():
        with suppress(UnsupportedError):  # no matrix notation: Df stands above
            yield from [(f"gradient by {name}", e) for name, e in d.gradient.items()]
    elif kind == "jacobian":
        yield f"jacobian ({d.layout} layout)", result
    elif kind != "differential":
        yield kind, result


def _derived(d: Derivative, steps: Steps, form: str) -> str:
    if form == "json":
        import json

        return json.dumps({**_json(d), **steps.as_dict()})
    if form == "latex":
        return steps.latex()
    if form == "unicode" and _can_print(steps.unicode()):
        return steps.unicode()
    return str(steps)


def _json(d: Derivative) -> dict[str, Any]:
    kind, result = d.form

    def text(read_off: Callable[[Derivative], Any]) -> Any:
        """The form as text, by names for several variables; None where there is none."""
        try:
            found = read_off(d)
        except MatcalcError:
            return None
        return {name: str(e) for name, e in found.items()} if isinstance(found, dict) else str(found)

    return {
        "schema": SCHEMA,
        "f": str(d.f),
        "wrt": d.wrt,
        "direction": d.direction,
        "shapes": d.shapes,
        "defaults": d.defaults,
        "result": {
            "form": kind,
            "layout": d.layout if kind == "jacobian" else None,
            "text": str(result),
            "latex": result.latex(),
            "shape": result.shape,
        },
        **{form: text(read_off) for form, read_off in _READ_OFF.items()},
        "conditions": d.conditions,
        "warnings": d.warnings,
    }


def main() -> None:
    """The entry point; a closed pipe ends it silently."""
    try:
        commands()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

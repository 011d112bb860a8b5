"""A derivative as the commands print it: the form that was asked for, all of them with labels, the way there, or all as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from matcalc import Derivative, Expr, MatcalcError, UnsupportedError
from matcalc.cli.options import PROGRAMS
from matcalc.cli.printing import as_json, in_notation, written

if TYPE_CHECKING:
    from matcalc.calculus.steps import Steps

READ_OFF: dict[str, Callable[[Derivative], Any]] = {
    "differential": lambda d: d.differential,
    "gradient":     lambda d: d.gradient,
    "jacobian":     lambda d: d.jacobian(),
    "hessian":      lambda d: d.hessian,
}  # fmt: skip


def _mixed(d: Derivative) -> Expr:
    """d2f / dx dy^T by the two variables that are listed."""
    if len(d.names) != 2:
        raise UnsupportedError(
            "a mixed derivative is by two variables", hint="list two, --wrt x,y; of one ask for hessian"
        )
    return d.mixed(*d.names)


ALONE = {**READ_OFF, "mixed": _mixed}  # what may be shown alone


def lines_of(d: Derivative, show: str, form: str) -> list[str]:
    """The form `show`, or "all" with labels, or what a textbook gives ("result"), written in the format `form`."""
    if form == "json":
        return [as_json({**entries(d), **({"mixed": str(_mixed(d))} if show == "mixed" else {})})]
    if show == "all" and form not in PROGRAMS:
        return [f"{label} = {in_notation(e, form)}" for label, e in _labelled(d)]
    kind, found = (show, ALONE[show](d)) if show in ALONE else d.form
    if isinstance(found, dict):
        parts = {name: written(e, form, f"{kind}_{name}") for name, e in found.items()}
        return list(parts.values()) if form in PROGRAMS else [f"{name}: {text}" for name, text in parts.items()]
    return [written(found, form, kind)]


def derived(d: Derivative, steps: Steps, form: str) -> str:
    """The steps of a derivation in a notation, or with everything else as JSON."""
    return as_json({**entries(d), **steps.as_dict()}) if form == "json" else in_notation(steps, form)


def entries(d: Derivative) -> dict[str, Any]:
    """What is known of d, under the keys of the JSON; a form that does not exist is None."""
    kind, result = d.form

    def text(read_off: Callable[[Derivative], Any]) -> Any:
        """The form as text, by names for several variables; None where there is none."""
        try:
            found = read_off(d)
        except MatcalcError:
            return None
        return {name: str(e) for name, e in found.items()} if isinstance(found, dict) else str(found)

    return {
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
        **{form: text(read_off) for form, read_off in READ_OFF.items()},
        "conditions": d.conditions,
        "warnings": d.warnings,
    }


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

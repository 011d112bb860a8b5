"""A test that can be run, as text: an emitted derivative against central differences of the emitted function it is the derivative of.

In: both functions, numbers for a point and a direction, how the derivative applies to the direction.  Out: the text of one more
function, check_NAME, and what calls it.  The numbers are given, all dimensions distinct; nothing is drawn at run time.

With f(k) the function k steps h along v, (8 (f(1) - f(-1)) - (f(2) - f(-2))) / (12 h) is right up to h^4; (f(1) - f(-1)) / (2 h), right up
to h^2, would call the derivative of a^T X^-1 b wrong where X is nearly singular.

| kind   | the derivative's result r stands, in the direction v, for       |
|--------|-----------------------------------------------------------------|
| inner  | <r, v>: a gradient                                              |
| same   | r: a differential, a Hessian-vector product                     |
| scaled | r v: a derivative by a scalar                                   |
| left   | r vec(v): a Jacobian in numerator layout, a Hessian             |
| right  | r^T vec(v): a Jacobian in denominator layout                    |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcalc.code.emission import Emitted
from matcalc.errors import UnsupportedError

STEP = "5e-6"
TOLERANCE = "1e-6"  # of the largest entry, or absolute below 1


@dataclass(frozen=True, slots=True)
class Move:
    """Variables that move together along `directions`, name by name; the `kind` of the derivative, its place among `count` results."""

    directions: Mapping[str, str]
    kind: str
    place: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True)
class _Phrases:
    """How a language says what the test does."""

    array: Callable[[Any], str]
    taken: Callable[[str, str, int, int], str]  # name, call, place, count
    assigned: str
    kinds: Mapping[str, str]  # {0} the result, {1} the direction
    quotient: str  # {0} after, {1} before, {2} further after, {3} further before, {4} the step
    difference: str  # {0} the quotient, {1} what is claimed
    failed: str  # {difference}, {said}, {tolerance}
    head: str
    tail: str
    libraries: Sequence[str] = ()
    before: str = ""


def difference_test(
    target: str, base: Emitted, derivative: Emitted, numbers: Mapping[str, Any], moves: Sequence[Move], count: int
) -> tuple[Sequence[str], list[str]]:
    """The libraries that it needs, and the blocks of text to stand with both functions.

    `numbers` are the values of all arguments and directions by name: a number, a list, a list of rows.  The value of `base` is the
    first of its `count` results.
    """
    if target not in _TARGETS:
        raise UnsupportedError(f"no check is written for {target}", hint=f"choose {', '.join(_TARGETS)}")
    say = _TARGETS[target]
    taken = {base.name, derivative.name, f"check_{derivative.name}", "np", "torch", "jnp", "jax", "dask"}
    names = {**base.signature.names, **derivative.signature.names}
    local = {name: _free(names.get(name, name), taken) for name in numbers}
    step, after, before, after_2, before_2, result, quotient, claimed, difference = (
        _free(word, taken) for word in "step after before after_2 before_2 result quotient claimed difference".split()
    )
    lines = [say.before] if say.before else []
    lines += [say.assigned.format(local[name], say.array(number)) for name, number in numbers.items()]
    lines.append(say.assigned.format(step, STEP))
    for move in moves:
        for side, by in ((after, "+"), (before, "-"), (after_2, "+ 2 *"), (before_2, "- 2 *")):
            moved = {name: f"{local[name]} {by} {step} * {local[v]}" for name, v in move.directions.items()}
            lines.append(say.taken(side, base.call(local | moved), 0, count))
        lines.append(say.taken(result, derivative.call(local), move.place, move.count))
        lines.append(say.assigned.format(quotient, say.quotient.format(after, before, after_2, before_2, step)))
        along = next((local[v] for v in move.directions.values()), "")
        lines.append(say.assigned.format(claimed, say.kinds[move.kind].format(result, along)))
        lines.append(say.assigned.format(difference, say.difference.format(quotient, claimed)))
        said = f"{derivative.name} by {', '.join(names[name] for name in move.directions)}"
        lines += say.failed.format(difference=difference, said=said, tolerance=TOLERANCE).splitlines()
    body = "\n".join(f"    {line}" for line in lines)
    filled = {"check": f"check_{derivative.name}", "body": body, "base": base.name, "name": derivative.name}
    return say.libraries, [block.format(**filled) for block in (say.head, say.tail) if block]


def _free(word: str, taken: set[str]) -> str:
    while word in taken:
        word += "_"
    taken.add(word)
    return word


def _python(array: str, *libraries: str, scalar: str = "{0}", before: str = "") -> _Phrases:
    def taken(name: str, call: str, place: int, count: int) -> str:
        return f"{name} = np.asarray({call}{f'[{place}]' if count > 1 else ''})"

    return _Phrases(
        array=lambda number: (array if isinstance(number, list) else scalar).format(number),
        taken=taken,
        assigned="{0} = {1}",
        kinds={
            "inner":  "np.sum({0} * np.asarray({1}))",
            "vector": 'np.sum({0} * np.ravel(np.asarray({1}), order="F"))',
            "same":   'np.ravel({0}, order="F")',
            "scaled": 'np.ravel({0} * np.asarray({1}), order="F")',
            "left":   '{0} @ np.ravel(np.asarray({1}), order="F")',
            "right":  '{0}.T @ np.ravel(np.asarray({1}), order="F")',
        },
        quotient='np.ravel((8 * ({0} - {1}) - ({2} - {3})) / (12 * {4}), order="F")',
        difference="np.max(np.abs({0} - {1})) / max(1.0, np.max(np.abs({0})))",
        failed='print(f"{said}: {{{difference}:.1e}}")\nassert {difference} < {tolerance}',
        head='def {check}():\n    """{name} against central differences of {base}, at one point."""\n{body}',
        tail='if __name__ == "__main__":\n    {check}()',
        libraries=["import numpy as np", *libraries],
        before=before,
    )  # fmt: skip


def _julia_number(number: Any) -> str:
    if not isinstance(number, list):
        return repr(number)
    rows = [" ".join(map(repr, row)) for row in number] if isinstance(number[0], list) else []
    if len(rows) == 1:
        return f"[{rows[0]};]"
    return f"[{'; '.join(rows) or ', '.join(map(repr, number))}]"


def _matlab_number(number: Any) -> str:
    if not isinstance(number, list):
        return repr(number)
    rows = [", ".join(map(repr, row)) for row in number] if isinstance(number[0], list) else list(map(repr, number))
    return f"[{'; '.join(rows)}]"


def _matlab_taken(name: str, call: str, place: int, count: int) -> str:
    return f"[{'~, ' * place}{name}] = {call};" if place else f"{name} = {call};"


_JULIA = _Phrases(
    array=_julia_number,
    taken=lambda name, call, place, count: f"{name} = {call}{f'[{place + 1}]' if count > 1 else ''}",
    assigned="{0} = {1}",
    kinds={
        "inner":  "dot({0}, {1})",
        "vector": "dot(vec({0}), vec({1}))",
        "same":   "{0}",
        "scaled": "{0} * {1}",
        "left":   "{0} * vec([{1};])",
        "right":  "{0}' * vec([{1};])",
    },
    quotient="(8 * ({0} - {1}) - ({2} - {3})) / (12 * {4})",
    difference="norm(vec([{0};]) - vec([{1};]), Inf) / max(1, norm(vec([{0};]), Inf))",
    failed='println("{said}: ", {difference})\n{difference} < {tolerance} || error("{said}: not the derivative")',
    head="# {name} against central differences of {base}, at one point\nfunction {check}()\n{body}\nend",
    tail="if abspath(PROGRAM_FILE) == @__FILE__\n    {check}()\nend",
)  # fmt: skip

_MATLAB = _Phrases(
    array=_matlab_number,
    taken=_matlab_taken,
    assigned="{0} = {1};",
    kinds={
        "inner":  "{0}(:)' * {1}(:)",  # of a row, which is returned as a row and given as a column, too
        "vector": "{0}(:)' * {1}(:)",
        "same":   "{0}",
        "scaled": "{0} * {1}",
        "left":   "{0} * {1}(:)",
        "right":  "{0}' * {1}(:)",
    },
    quotient="(8 * ({0} - {1}) - ({2} - {3})) / (12 * {4})",
    difference="max(abs({0}(:) - {1}(:))) / max(1, max(abs({0}(:))))",
    failed="fprintf('{said}: %.1e\\n', {difference});\nif ~({difference} < {tolerance})\n    error('{said}: not the derivative');\nend",
    head="function {check}()\n    % {name} against central differences of {base}, at one point; save as {check}.m\n{body}\nend",
    tail="",
)  # fmt: skip

_CHUNKS = "dask.array.from_array(np.array({0}), chunks=-1)"

_TARGETS: dict[str, _Phrases] = {
    "numpy":     _python("np.array({0})"),
    "array-api": _python("np.array({0})", scalar="np.array({0})"),
    "dask":      _python(_CHUNKS, "import dask.array", scalar="dask.array.asarray({0})"),
    "jax":       _python("jnp.array({0})", "import jax", before='jax.config.update("jax_enable_x64", True)'),
    "torch":     _python("torch.tensor({0}, dtype=torch.float64)"),
    "julia":     _JULIA,
    "matlab":    _MATLAB,
}  # fmt: skip

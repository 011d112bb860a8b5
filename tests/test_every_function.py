"""Every function of the table, of A X B, of A x and by its other arguments, inside sum, trace and norm: all forms of its derivative.

The questions are made from the signatures in algebra/functions.py, so that a new function is asked about too; the answers (Df, D2f,
gradient, Hessian, Jacobian in both layouts) are judged by tests/judging.py, against differences of f with 50 digits.  What may be
refused is in REFUSED, by function; Df never is.  Every SAMPLE-th question is asked here; all of them, in half an hour:

    python -m tests.test_every_function
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from matcalc.algebra.dimension import ONE, Dimension, Shape
from matcalc.algebra.functions import FRECHET, FUNCTIONS, INTERNAL, OF_POWER, SECOND_JACOBIAN, Function
from tests.judging import Outcome, outcomes, shown
from tests.random_texts import Question, as_text

SAMPLE = 7

# how a function is written that is not called by its name
WRITTEN = {
    "norm": "||{0}||_F",
    "norm_1": "||{0}||_1",
    "norm_inf": "||{0}||_inf",
    "norm_2": "||{0}||_2",
    "norm_nuclear": "||{0}||_*",
    "maximum": "max({0}, {1})",
    "minimum": "min({0}, {1})",
    **{
        name: f"J({name.removeprefix('J_')}, {{0}})"
        for name in INTERNAL
        if name.startswith("J_") and name not in OF_POWER
    },
}

# What is refused: third derivatives, and what would need the matrix of a map into Jacobians.
THIRD, NO_MATRIX = "third derivative", "no matrix notation"
REFUSED = {
    **{name: {THIRD} for name in FRECHET if name != "D_sqrtm"},
    "sum_diagonals": {NO_MATRIX},
    **{name: {THIRD, NO_MATRIX} for name in FUNCTIONS if name.startswith(("J_", "J2_"))},
}

# around a function of the shape: scalar, column, matrix, square matrix
AROUND = {
    "scalar": ("{f}", "{f}^2"),
    "column": ("{f}", "sum({f})", "||{f}||_2"),
    "matrix": ("{f}", "sum({f})", "||{f}||_F^2", "{f} {w}"),
    "square": ("{f}", "tr({f})", "||{f}||_F", "tr({C} {f})", "{w}^T {f} {w}"),
}

# A function is asked about where it is smooth and real: arguments of these domains are made of positive or dominant matrices.
POSITIVE = frozenset({"log", "sqrt"})
NEAR_IDENTITY = frozenset("logdet adj cof inv logm sqrtm D_logm D_sqrtm D2_logm J_logm J2_logm".split())
SMALL = frozenset({"arcsin", "arccos"})
RANK = frozenset({"pinv", "norm_nuclear"})  # a derivative exists at full rank only
DEFINITE = frozenset({"chol", "lambda_max", "v_max"})


class _Question:
    """One question while it is put together: the text of the function, the declarations of what stands in it."""

    def __init__(
        self, function: Function, signature: tuple[tuple[Shape, ...], Shape], moving: int, made_of: str
    ) -> None:
        self.where: dict[str, str] = {}
        self.function = function
        arguments, self.value = signature
        parts = [
            self.moving(shape, made_of) if k == moving else self.held(shape, k) for k, shape in enumerate(arguments)
        ]
        sizes = ["m", "n"] if function.name == "unvec" else []
        called = f"{function.name}({', '.join([*parts, *sizes])})"
        self.text = WRITTEN[function.name].format(*parts) if function.name in WRITTEN else called

    def declare(self, name: str, shape: str) -> str:
        positive = self.function.name in POSITIVE or "power" in self.function.name
        self.where[name] = shape + (", positive" if positive and name in "AXBxy" else "")
        return name

    def held(self, shape: Shape, k: int) -> str:
        """An argument that does not move."""
        if self.function.name in OF_POWER and k == 1:
            self.where["k"] = "scalar"
            return "k"
        name = "EFGL"[k] if shape[1] is not ONE else "efgl"[k]
        self.where[name] = "scalar" if shape == (ONE, ONE) else _shape(shape)
        if k == 0 and self.function.name in NEAR_IDENTITY:
            return f"{name} {name}^T + 9 I"
        return name

    def moving(self, shape: Shape, made_of: str) -> str:
        """An argument that moves with X or x: it alone, or a product that it stands in."""
        rows, columns = map(_side, shape)
        if shape == (ONE, ONE):
            text = f"{self.declare('x', 'p')}^T {self.declare('y', 'p')}"
        elif shape[1] is ONE:
            text = (
                self.declare("x", rows)
                if made_of == "itself"
                else f"{self.declare('A', f'{rows} x p')} {self.declare('x', 'p')}"
            )
        elif self.function.name in DEFINITE:
            left = (
                self.declare("X", f"{rows} x {rows}")
                if made_of == "itself"
                else f"{self.declare('A', f'{rows} x p')} {self.declare('X', 'p x p')}"
            )
            text = f"{left} ({left})^T + I"
        elif made_of == "itself":
            text = self.declare("X", f"{rows} x {columns}")
        elif made_of == "a column":
            text = f"{self.declare('x', rows)} {self.declare('a', columns)}^T"
        else:
            A, X, B = self.declare("A", f"{rows} x p"), self.declare("X", "p x q"), self.declare("B", f"q x {columns}")
            text = f"{A} {X} {B}"
        if self.function.name in NEAR_IDENTITY:
            text = f"{text} + 9 I"
        return f"1/9 sin({text})" if self.function.name in SMALL else text

    def asked(self) -> Iterator[Question]:
        rows, columns = self.value
        kind = (
            "scalar"
            if self.value == (ONE, ONE)
            else "column"
            if columns is ONE
            else "square"
            if rows is columns
            else "matrix"
        )
        for around in AROUND[kind]:
            where = dict(self.where)
            if "{w}" in around:
                where["w"] = _side(columns)
            if "{C}" in around:
                where["C"] = f"{_side(columns)} x {_side(rows)}"
            wrt = "X" if "X" in where else "x"
            yield Question(as_text(around.format(f=self.text, w="w", C="C")), (wrt,), where)


def _shape(shape: Shape) -> str:
    rows, columns = map(_side, shape)
    return rows if columns == "1" else f"{rows} x {columns}"


def _side(dimension: Dimension) -> str:
    return str(dimension).replace(" ", "*")


def questions(function: Function) -> Iterator[Question]:
    """All that is asked about one function."""
    for signature in function.signatures:
        arguments, _ = signature
        for moving, shape in enumerate(arguments):
            if function.name in OF_POWER and moving == 1:
                continue  # an exponent stands for an integer
            kinds = ["itself", "a product"]
            if shape[1] is not ONE and function.domain not in ("invertible", "full rank") and function.name not in RANK:
                kinds.append("a column")  # x a^T, of rank 1
            for made_of in kinds:
                yield from _Question(function, signature, moving, made_of).asked()


def failures(name: str, asked: Iterable[Question]) -> Iterator[tuple[Question, Outcome]]:
    """The answers that are wrong, and what is refused and should not be."""
    for question in asked:
        for outcome in outcomes(question):
            refused = outcome.what == "refused" and outcome.said not in REFUSED.get(name, ())
            no_differential = outcome.what == "refused" and outcome.form == "differential" and name not in SECOND_ONES
            if outcome.fails or refused or no_differential:
                yield question, outcome


# these are second derivatives already: Df would be a third one
SECOND_ONES = SECOND_JACOBIAN | {name for name, (_, order) in FRECHET.items() if order == 2}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_differentiates_in_all_forms(name: str) -> None:
    asked = list(questions(FUNCTIONS[name]))
    step = 2 * SAMPLE if name in FRECHET or name in SECOND_ONES else SAMPLE  # with 50 digits they take long
    found = list(failures(name, asked[len(name) % SAMPLE :: step]))
    assert not found, "\n".join(f"{shown(q)}: {o.form} {o.what}: {o.said}" for q, o in found)


def test_what_may_be_refused_is_known_by_name() -> None:
    assert set(REFUSED) <= set(FUNCTIONS)


def main() -> int:
    """Ask all questions about the functions that are named, or about all; print the failures."""
    tally: Counter[str] = Counter()
    for name in sys.argv[1:] or FUNCTIONS:
        asked = list(questions(FUNCTIONS[name]))
        found = list(failures(name, asked))
        for question, outcome in found:
            print(f"{shown(question)}\n    {outcome.form} {outcome.what}: {outcome.said}", flush=True)
        tally.update(questions=len(asked), failures=len(found))
    print(dict(tally))
    return bool(tally["failures"])


if __name__ == "__main__":
    sys.exit(main())

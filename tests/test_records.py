"""The records of the reference tables that no float oracle covers: abstract functions, indices, several variables, structure.

Each row of tests/data/records.jsonl is a question and the answer that its book prints, both in matcalc's syntax (indices from 1,
J in denominator layout).  An answer is right if its printed text reads back as the expression that the book's text means:

form      as one node, the same normal form; a partial derivative, once its sums and deltas are written out, as one polynomial
value     as the same number to DIGITS digits at POINTS random points with distinct sizes; definite functions
          (numeric/standins.py) stand for the abstract ones

Whatever else of the tables has no oracle is in LEFT_OUT, with the reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

import matcalc
from matcalc.calculus.partial import entry_names
from matcalc.numeric.matrices import Matrix, add, context, largest, scale
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.rewrite.form import textbook
from matcalc.rewrite.index_form import IndexForm
from matcalc.syntax.declarations import Variable, read_declarations
from matcalc.syntax.roles import Role
from matcalc.syntax.understanding import Understood, understand

Row = dict[str, Any]

LINES = (Path(__file__).parent / "data" / "records.jsonl").read_text(encoding="utf-8").splitlines()
RECORDS: dict[str, Row] = {row["id"]: row for row in map(json.loads, LINES)}
POINTS, DIGITS, DRAWS = 2, 40, 40
FORM, VALUE = 167, 12  # answered by form, by value

# reason: records
LEFT_OUT = {
    "complex derivatives are out of scope for now":
        "wiki-df-12 mc-045 mc-089 mc-226 mc-227 mc-228 mc-229 mc-230 mc-231 mc-232 mc-233 mc-234 mc-235 mc-236a mc-236b mc-237a "
        "mc-237b mc-238a mc-238b mc-239a mc-239b mc-240 mc-241 mc-242 mc-243 mc-244a mc-244b mc-245 mc-246 mc-247 mc-248 mc-249 "
        "mc-250 mc-252 mc-B14a mc-B14b",
    "eigenvalues and eigenvectors by number: only the largest is a function here (lambda_max, v_max)":
        "mit-19 mit-20 mn-eig-01 mn-eig-02 mn-eig-03 mc-067 mc-068 wiki-df-17",
    "vech, unvech, the duplication and the elimination matrix are not in the function table":
        "mn-vf-06 mn-dn-01 mn-dn-02 mn-dn-03 mn-dn-04 mn-dn-05",
    "asked of derivations, limits, programs: tests in test_seed_checks.py":
        "seed-lim-01 seed-lim-02 seed-lim-03 seed-1d-01 seed-cex-04 seed-cex-06 seed-lin-03 seed-ch-07 seed-bil-02 seed-qf-08 "
        "seed-tk-01 seed-tk-02 seed-tk-03 seed-rec-06 seed-rec-07",
    "no expression: an ODE, a functional, a table":
        "mit-U1 mit-U2 mc-135",
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_the_answer_is_the_books(name: str) -> None:
    verdict, found = outcome(name)
    assert verdict in ("form", "value"), f"{verdict}: {found}\nthe book: {RECORDS[name]['expected']}"


def test_how_many_have_the_books_normal_form() -> None:
    count = Counter(outcome(name)[0] for name in RECORDS)
    assert count["form"] >= FORM, {name: outcome(name) for name in RECORDS if outcome(name)[0] != "form"}
    assert count["form"] + count["value"] == FORM + VALUE == len(RECORDS)


def test_every_record_without_an_oracle_is_here_or_left_out_with_a_reason() -> None:
    without = [name for names in LEFT_OUT.values() for name in names.split()]
    assert len({*without, *RECORDS}) == len(without) + len(RECORDS) == 613 - 366


# ---- the question, the answer, the book


@cache
def outcome(name: str) -> tuple[str, str]:
    """`form`, `value`, `wrong` or `refused`, and what was found."""
    row = RECORDS[name]
    try:
        if row["form"] == "partial":
            return _partial(row)
        answer = _answer(row)
    except matcalc.MatcalcError as refusal:
        return "refused", str(refusal)
    directions = [leaf.data for leaf in answer.directions]
    found = understand(str(answer), answer.declarations, directions=directions)
    book = understand(row["expected"], _declared(row), directions=directions)
    if found.node.shape != book.node.shape:
        return "wrong", f"{answer}, {found.node.shape} and not {book.node.shape}"
    if found.node is book.node or textbook(found.node, {}) is textbook(book.node, {}):
        return "form", str(answer)
    return ("value" if _agree(row, found, book, directions) else "wrong"), str(answer)


def _answer(row: Row) -> matcalc.Expr:
    form = row["form"]
    if form == "identity":
        return matcalc.parse(row["f"], where=row["where"])
    d = _derivative(row)
    if form == "jacobian":
        found: matcalc.Expr = d.jacobian(layout=row["layout"])
        return found
    return d.mixed(*row["wrt"]) if form == "mixed" else getattr(d, form.replace("-", "_"))


def _derivative(row: Row) -> matcalc.Derivative:
    return matcalc.diff(row["f"], row["wrt"], row["where"], row.get("direction"), row.get("structure"))


def _declared(row: Row) -> Any:
    return read_declarations(row["where"]) if row["form"] == "identity" else _derivative(row).differential.declarations


def _partial(row: Row) -> tuple[str, str]:
    """The partial derivative as a SymPy expression, and the entry of the book's text at the same free indices."""
    d = _derivative(row)
    found = d.partial(*row["at"])
    book = understand(row["expected"], _declared(row)).node
    names = entry_names(d.differential.node, d.differential.directions[0], row["at"])
    form, free = IndexForm(book, {*names, *row["at"]}), iter(names)
    entry = form.entry(book, *(form.index(1 if length.value == 1 else next(free)) for length in book.shape))
    return ("form" if all(_written_out(found - entry)) else "wrong"), f"{found}, and in the book {entry}"


def _written_out(difference: Any) -> Iterator[bool]:
    """Whether an index form is 0, all sums written out, for different sizes and all small values of its indices."""
    symbols = {symbol.name: symbol for symbol in difference.free_symbols if symbol.is_integer}
    sizes = {
        symbol: 2 + k for k, symbol in enumerate(symbols[name] for name in sorted(symbols) if symbols[name].is_positive)
    }
    indices = [symbol for symbol in symbols.values() if symbol not in sizes]
    for values in product((1, 2), repeat=len(indices)):
        yield difference.subs({**sizes, **dict(zip(indices, values, strict=True))}).doit().expand() == 0


def _agree(row: Row, found: Understood, book: Understood, directions: list[str]) -> bool:
    """Whether two expressions have the same value to DIGITS digits at POINTS random points."""
    random, agreeing = Random(1), 0
    for _ in range(DRAWS):
        values, sizes = _point(row, [found, book], directions, random)
        try:
            left, right = (precise_value(side.tree, side.typing, values, sizes) for side in (found, book))
        except matcalc.EvaluationError:
            continue
        if not _same(left, right):
            return False
        agreeing += 1
        if agreeing == POINTS:
            return True
    return False


def _point(
    row: Row, sides: list[Understood], directions: list[str], random: Random
) -> tuple[dict[str, Matrix], dict[str, int]]:
    typings = [side.typing for side in sides]
    variables = {name: variable for typing in typings for name, variable in typing.variables.items()}
    if row["form"] == "differential" and len(directions) == 1:
        # where X is symmetric, X + H is
        (name,), known = directions, variables[row["wrt"]].properties & {"symmetric"}
        variables[name] = Variable(name, variables[name].shape, known)
    roles = {name: role for typing in typings for name, role in typing.roles.items()}
    shapes = [shape for typing in typings for shape in typing.shapes.values()]
    shapes += [shape for typing in typings for g in typing.functions.values() for shape in (*g.arguments, g.result)]
    names = {name for shape in shapes for side in shape for name in side.names}
    values, sizes = draw(
        variables,
        random,
        dimensions=sorted(names | {name for name, role in roles.items() if role is Role.SIZE}),
        indices=sorted(name for name, role in roles.items() if role is Role.INDEX),
        exponents=row.get("integers", ()),
    )
    if row["form"] == "second-differential":  # the books print d2f, in one direction
        values[directions[1]] = values[directions[0]]
    return values, sizes


def _same(left: Matrix, right: Matrix) -> bool:
    mp = context()
    size = max(largest(left), largest(right), mp.mpf(1))
    return bool(largest(add(left, scale(-1, right))) < size * mp.mpf(10) ** -DIGITS)

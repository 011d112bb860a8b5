"""The records of the reference tables that no float oracle covers: abstract functions, indices, several variables, structure.

Each row of tests/data/records.jsonl is a question and the answer that its book prints, both in matcalc's syntax.  An answer is
right if its printed text reads back as the expression that the book's text means (one node: the same normal form), or if both
have the same value with 50 digits, definite functions (numeric/standins.py) standing for the abstract ones, at POINTS random
points with distinct sizes.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

import matcalc
from matcalc.algebra.nodes import Node
from matcalc.calculus.partial import entry_names
from matcalc.numeric.matrices import Matrix, add, context, largest, scale, transpose
from matcalc.numeric.points import draw
from matcalc.numeric.precise import precise_value
from matcalc.rewrite.form import textbook
from matcalc.rewrite.index_form import IndexForm
from matcalc.syntax.declarations import Declarations, Variable, read_declarations
from matcalc.syntax.roles import Role
from matcalc.syntax.understanding import Understood, understand

RECORDS = {row["id"]: row for row in map(json.loads, (Path(__file__).parent / "data" / "records.jsonl").open(encoding="utf-8"))}
POINTS, DIGITS, DRAWS = 2, 40, 40


def asked(row: dict[str, Any]) -> Any:
    """What matcalc answers: an Expr, or a SymPy expression for a partial derivative."""
    if row["form"] == "identity":
        return matcalc.parse(row["f"], where=row["where"])
    d = matcalc.diff(row["f"], row["wrt"], row["where"], row.get("direction"), row.get("structure"))
    match row["form"]:
        case "jacobian":
            return d.jacobian(layout=row["layout"])
        case "second-differential":
            return d.second_differential
        case "mixed":
            return d.mixed(*row["wrt"])
        case "partial":
            return d.partial(*row["at"])
        case form:
            return getattr(d, form)


def meant(row: dict[str, Any]) -> Understood:
    """What the book's text means, under the declarations of the question and with its directions."""
    d = _derivative(row)
    declared = d.differential.declarations if d else read_declarations(row["where"])
    return understand(row["expected"], declared, directions=row.get("direction", ()))


def _derivative(row: dict[str, Any]) -> Any:
    if row["form"] == "identity":
        return None
    return matcalc.diff(row["f"], row["wrt"], row["where"], row.get("direction"), row.get("structure"))


@cache
def outcome(name: str) -> tuple[str, str]:
    """`form` (the same node), `value` (the same number), `wrong` or `refused`, and what was found."""
    row = RECORDS[name]
    try:
        answer = asked(row)
    except matcalc.MatcalcError as refusal:
        return "refused", str(refusal)
    text = str(answer)
    book = meant(row)
    if row["form"] == "partial":
        return _partial_outcome(row, answer, book)
    back = understand(text, answer.declarations, directions=[leaf.data for leaf in answer.directions])
    assert back.node.shape == book.node.shape, f"{text} is {back.node.shape}, the book's {row['expected']} {book.node.shape}"
    if back.node is book.node or textbook(book.node, {}) is textbook(back.node, {}):
        return "form", text
    return ("value" if agree(row, back, book) else "wrong"), text


def _partial_outcome(row: dict[str, Any], answer: Any, book: Understood) -> tuple[str, str]:
    d = _derivative(row)
    names = entry_names(d._change, d._directions[0], row["at"])
    form = IndexForm(book.node, {*names, *row["at"]})
    free = iter(names)
    places = [form.index(1 if length.value == 1 else next(free)) for length in book.node.shape]
    entry = form.entry(book.node, *places)
    return ("form" if entry == answer or (entry - answer).simplify() == 0 else "wrong"), f"{answer} | {entry}"


def agree(row: dict[str, Any], one: Understood, other: Understood) -> bool:
    """Whether two expressions have the same value to DIGITS digits at POINTS random points."""
    random, found = Random(1), 0
    for _ in range(DRAWS):
        values, sizes = _point(row, one, other, random)
        try:
            left, right = (precise_value(side.tree, side.typing, values, sizes) for side in (one, other))
        except matcalc.EvaluationError:
            continue
        if not _same(left, right):
            return False
        found += 1
        if found == POINTS:
            return True
    return False


def _point(row: dict[str, Any], one: Understood, other: Understood, random: Random) -> tuple[dict[str, Matrix], dict[str, int]]:
    variables = {**one.typing.variables, **other.typing.variables}
    names = {name for side in (one, other) for shape in side.typing.shapes.values() for d in shape for name in d.names}
    names |= {n for side in (one, other) for g in side.typing.functions.values() for s in (*g.arguments, g.result) for d in s for n in d.names}
    names |= {name for side in (one, other) for name, role in side.typing.roles.items() if role is Role.SIZE}
    indices = {name for side in (one, other) for name, role in side.typing.roles.items() if role is Role.INDEX}
    values, sizes = draw(variables, random, dimensions=sorted(names), indices=sorted(indices))
    return values, sizes


def _same(left: Matrix, right: Matrix) -> bool:
    mp = context()
    size = max(largest(left), largest(right), mp.mpf(1))
    return bool(largest(add(left, scale(-1, right))) < size * mp.mpf(10) ** -DIGITS)


@pytest.mark.parametrize("name", RECORDS)
def test_the_book_agrees(name: str) -> None:
    verdict, found = outcome(name)
    assert verdict in ("form", "value"), f"{RECORDS[name]['f']} [{RECORDS[name]['form']}]: {verdict}: {found}, not {RECORDS[name]['expected']}"


if __name__ == "__main__":
    for name in RECORDS:
        try: v,t=outcome(name)
        except Exception as e:
            v,t="crash",f"{type(e).__name__}: {e}"
        if v not in ("form",): print(v,name,"|",RECORDS[name]["f"],"|",t.replace("\n"," ")[:300],"|",RECORDS[name]["expected"])
    print(Counter(outcome(n)[0] if True else 0 for n in RECORDS if n))

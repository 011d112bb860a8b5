"""docs/coverage.md: what matcalc answers to the Matrix Cookbook's chapter 2, equation by equation, and what it refuses.

    python -m tests.coverage_table > docs/coverage.md

The questions are those of the reference tables: tests/data/cases (plain numbers), tests/data/records.jsonl (abstract functions,
indices, several variables, structure), and tests/data/cookbook_rest.jsonl for what stands in neither.  `tests/test_coverage.py`
compares the file with what this program prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import matcalc
from matcalc.numeric.rule_check import failure
from matcalc.rulebook.lines import lines
from tests.oracle import DIRECTION, PROPERTIES, TABLES, load

DATA = Path(__file__).parent / "data"
FIRST, LAST = 33, 144  # the equations of chapter 2
WORDS = PROPERTIES | {"toeplitz"}  # what the book says of matrices

HEAD = """\
# What matcalc answers

Made by `python -m tests.coverage_table > docs/coverage.md`; a test fails when this file is out of date.

## The Matrix Cookbook, chapter 2

Every equation by its number (version of 15 November 2012): what is asked, what the book prints, what matcalc prints. A Jacobian is in
numerator layout where the book's is. *Refused* stands where matcalc gives no answer, with what it says instead.

| eq. | asked | the book | matcalc |
|---|---|---|---|
"""


class Question(NamedTuple):
    """One derivative of a book: `id` mc-054 is equation 54; without a `form` nothing is asked."""

    id: str
    f: str
    expected: str
    form: str = ""
    wrt: Any = ""
    where: str = ""
    direction: Any = None
    structure: str | None = None
    layout: str | None = None
    at: tuple[str, ...] = ()
    note: str = ""

    @property
    def number(self) -> int:
        """The number of the equation."""
        return int(re.findall(r"\d+", self.id)[0])

    def answer(self) -> str:
        """What matcalc prints; MatcalcError if it refuses."""
        d = matcalc.diff(self.f, self.wrt, self.where, self.direction, self.structure)
        if self.form == "jacobian":
            return str(d.jacobian(self.layout))
        if self.form == "partial":
            return str(d.partial(*self.at))
        return str(getattr(d, {"second-differential": "second_differential"}.get(self.form, self.form)))

    def asked(self) -> str:
        """The question in words."""
        if not self.form:
            return code(self.f)
        if self.form == "identity":
            return f"whether {code(self.f)} is what the book says"
        variables = self.wrt if isinstance(self.wrt, str) else ", ".join(self.wrt)
        form = f"entry {','.join(self.at)}" if self.form == "partial" else self.form
        told = [
            piece.strip() for piece in self.where.split(";") if any(re.search(rf"\b{word}\b", piece) for word in WORDS)
        ]
        words = "".join(f", {name.strip()} {said(rest)}" for name, _, rest in (piece.partition(":") for piece in told))
        structure = ", by its independent entries" if self.structure == "independent" else ""
        return f"{form} of {code(self.f)} by {code(variables)}{words}{structure}"


def said(declaration: str) -> str:
    """The properties in a declaration: `n x n positive definite` is positive definite."""
    found = re.search("|".join(sorted(WORDS, key=len, reverse=True)), declaration)
    return declaration[found.start() :] if found else declaration


def code(text: str) -> str:
    """An expression in a cell of a table."""
    return f"`{text}`".replace("|", r"\|")


def questions() -> list[Question]:
    """The equations, by number; an equation that has several forms has a row for each."""
    found = {row["id"]: row for row in rows(DATA / "cookbook_rest.jsonl")}
    found |= {row["id"]: row for row in rows(DATA / "records.jsonl")}
    made = [_question(row) for row in found.values()]
    for case in load("cookbook"):
        where = "; ".join(f"{name}: {text}" for name, text in case.where.items() if name != DIRECTION)
        layout = "numerator" if case.form == "jacobian" else None
        made.append(Question(case.id, case.f, _EXPECTED[case.id], case.form, case.wrt, where, layout=layout))
    numbered = [q for q in made if re.match(r"mc-\d", q.id) and FIRST <= q.number <= LAST]
    return sorted(numbered, key=lambda q: (q.number, q.id))


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table of questions."""
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _question(row: dict[str, Any]) -> Question:
    known = {name: value for name, value in row.items() if name in Question._fields}
    return Question(**{**known, "at": tuple(row.get("at", ()))})


_EXPECTED = {
    row["id"]: row["expected"]
    for row in json.loads((DATA / "cases" / "cookbook.oracle.json").read_text(encoding="utf-8"))
}


def table(asked: Iterable[Question]) -> Iterator[str]:
    """The rows of the Cookbook's equations."""
    for question in asked:
        book = code(question.expected) if question.expected else ""
        yield f"| {question.number} | {question.asked()} | {book} | {_answered(question)} |"


def _answered(question: Question) -> str:
    note = f"; {question.note}" if question.note else ""
    if not question.form:
        return f"nothing to derive: {question.note}"
    if question.form == "identity":
        (line,) = lines(f"let {question.where}\nlaw {question.f} = {question.expected}", question.id)
        return failure(line) or "it is, at random points to 20 digits"
    try:
        return code(question.answer()) + note
    except matcalc.MatcalcError as refusal:
        return f"*refused*: {reason(refusal)}{note}"


def reason(refusal: matcalc.MatcalcError) -> str:
    """What a refusal says, in one line."""
    hint = f" ({refusal.hint})" if refusal.hint else ""
    return f"{refusal.message}{hint}".replace("|", r"\|").replace("\n", " ")


def refused() -> Iterator[str]:
    """The records with plain numbers that are refused."""
    for name in TABLES:
        for case in load(name):
            where = {letter: text for letter, text in case.where.items() if letter != DIRECTION}
            try:
                d = matcalc.diff(case.f, case.wrt, where)
                str(d.jacobian("numerator") if case.form == "jacobian" else getattr(d, case.form))
            except matcalc.MatcalcError as refusal:
                yield f"| {name} | {case.id} | {case.form} of {code(case.f)} by {code(case.wrt)} | {reason(refusal)} |"


def document() -> str:
    """The whole of docs/coverage.md."""
    asked = questions()
    made = list(table(asked))
    no = sum("| *refused*" in row for row in made)
    out = HEAD + "\n".join(made) + "\n\n"
    out += f"{LAST - FIRST + 1} equations in {len(made)} rows, {no} of them refused.\n\n"
    out += "## Reference records that are refused\n\n"
    count = sum(len(load(name)) for name in TABLES)
    missing = list(refused())
    if not missing:
        return out + f"None of the {count} records in `tests/data/cases`.\n"
    out += f"{len(missing)} of the {count} records in `tests/data/cases`:\n\n"
    return out + "| table | record | asked | what matcalc says |\n|---|---|---|---|\n" + "\n".join(missing) + "\n"


if __name__ == "__main__":
    print(document(), end="")

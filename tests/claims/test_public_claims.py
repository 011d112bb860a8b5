"""Every public case as a claim: the published form is right, and what people make of it is wrong with a verified diagnosis.

The plain numeric cases, and those records of data/records.jsonl (abstract functions, indices, structure) that are of one variable.

By default the mutations of every TENTH case; CLAIMS=all in the environment takes those of all (2,800 claims, some minutes).
"""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

import pytest

import matcalc
from matcalc.claims.verdict import Verdict
from tests.claims.mutations import mutations
from tests.oracle import DIRECTION, FOLDER, TABLES, Case, load

TENTH = 10
DIAGNOSED = 0.95
MEDIAN = 0.050  # seconds of processor time for a verdict

# Written in words, with sums and integrals, or with functions that matcalc does not have.
UNREADABLE = frozenset("mit-37 mn-vf-07 mn-mf-05 mn-mf-10 mn-mf-11 mn-mf-27 wiki-df-14 wiki-df-15 wiki-df-16".split())


@dataclass(frozen=True, eq=False)
class Claimed:
    """A case and its published form; the name of the direction in it."""

    case: Case
    expected: str
    direction: str | None

    def check(self, claim: str, layout: str | None = None) -> Verdict:
        where = {name: text for name, text in self.case.where.items() if name != DIRECTION}
        return matcalc.check(
            self.case.f, self.case.wrt, claim, where, form=self.case.form, layout=layout, direction=self.direction
        )

    def wrong(self, shape: object) -> list[tuple[str, str]]:
        where = dict(self.case.where)
        if self.direction is not None:
            where[self.direction] = where[DIRECTION]
        return list(mutations(self.expected, where, shape))


def _claimed(case: Case, expected: str) -> Claimed:
    names = set(re.findall(r"[A-Za-z]\w*", expected))
    moving = next((name for name in "HhVv" if name in names and name not in case.where), "H")
    return Claimed(case, expected, moving if case.form == "differential" else None)


def _all() -> list[Claimed]:
    found = []
    for table in TABLES:
        rows = json.loads((FOLDER / f"{table}.oracle.json").read_text(encoding="utf-8"))
        expected = {row["id"]: row["expected"] for row in rows}
        found += [_claimed(case, expected[case.id]) for case in load(table) if case.id not in UNREADABLE]
    return found


CLAIMED = _all()
SAMPLE = CLAIMED if os.environ.get("CLAIMS") == "all" else CLAIMED[::TENTH]


@pytest.mark.parametrize("claimed", [pytest.param(claimed, id=claimed.case.id) for claimed in CLAIMED])
def test_the_published_form_is_right(claimed: Claimed) -> None:
    verdict = claimed.check(claimed.expected)
    assert verdict.right, f"{claimed.case.f}: {claimed.expected}\n{verdict}"


FORMS = ("gradient", "jacobian", "hessian", "differential", "partial")
LINES = (FOLDER.parent / "records.jsonl").read_text(encoding="utf-8").splitlines()
RECORDS = [row for row in map(json.loads, LINES) if row["form"] in FORMS and isinstance(row["wrt"], str)]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in RECORDS])
def test_the_published_form_of_a_record_is_right(row: dict[str, Any]) -> None:
    (direction,) = row.get("direction") or [None]
    verdict = matcalc.check(
        row["f"],
        row["wrt"],
        row["expected"],
        row["where"] or None,
        form=row["form"],
        direction=direction,
        structure=row.get("structure"),
        at=row.get("at"),
    )
    assert verdict.right, f"{row['f']}: {row['expected']}\n{verdict}"


@cache
def verdicts() -> tuple[list[tuple[str, Claimed, str, Verdict]], list[float]]:
    """Every mutation of the sample: its kind, its text, its verdict; and the time that each verdict took."""
    found, times = [], []
    for claimed in SAMPLE:
        right = claimed.check(claimed.expected)
        for kind, text in claimed.wrong(right.correct.node.shape):
            begin = time.process_time()
            verdict = claimed.check(text, right.layout)
            times.append(time.process_time() - begin)
            found.append((kind, claimed, text, verdict))
    return found, times


def test_no_mutation_is_right() -> None:
    assert not [(claimed.case.id, text) for _, claimed, text, verdict in verdicts()[0] if verdict.right]


def test_mutations_are_diagnosed() -> None:
    found, _ = verdicts()
    count = Counter((kind, verdict.kind != "unknown") for kind, _, _, verdict in found)
    for kind in sorted({kind for kind, *_ in found}):
        share = count[kind, True] / (count[kind, True] + count[kind, False])
        assert share >= DIAGNOSED, f"{kind}: {share:.1%} of {count[kind, True] + count[kind, False]}"


#      mutation      what may be said of it
SAID = {
    "transpose":     {"transposed"},
    "sign":          {"sign"},
    "factor 2":      {"factor"},
    "factor 1/2":    {"factor"},
}  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
def test_the_diagnosis_is_the_mutation(kind: str) -> None:
    others = [
        (claimed.case.id, text, verdict.diagnosis)
        for mutated, claimed, text, verdict in verdicts()[0]
        if mutated == kind and verdict.kind not in SAID[kind]
    ]
    assert not others


def test_a_verdict_is_quick() -> None:
    assert median(verdicts()[1]) < MEDIAN

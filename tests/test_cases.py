"""Every public reference case through the Python contract: a right derivative that reads back, or an honest refusal.

right     the derivative, evaluated by its own emitted NumPy code, is the truth to 1e-6 of its largest entry, and its
          printed text, parsed back, evaluates to the same to 1e-8
wrong     it evaluates to something else, or has another shape
misprint  the printed text does not read back, or means something else
refused   a MatcalcError
crash     any other exception
slow      no answer within SECONDS
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest

import matcalc
from tests.oracle import TABLES, Case, derivative, load

SECONDS = 10.0
CASES = {table: load(table) for table in TABLES}

#         table       at least right
RIGHT = {
    "seed":           28,
    "wikipedia":      52,
    "courses":        74,
    "cookbook":       95,
}  # fmt: skip


class Slow(BaseException):
    """The alarm.  Not an Exception, so that no `except Exception` on the way can swallow it."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Slow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@cache
def outcome(case: Case) -> tuple[str, str]:
    """The verdict of the header's table, and what was found."""
    try:
        with alarm(SECONDS):
            return judged(case)
    except Slow:
        return "slow", f"no answer within {SECONDS:g} s"
    except matcalc.MatcalcError as refusal:
        return "refused", str(refusal)
    except Exception as error:
        return "crash", f"{type(error).__name__}: {error}"


def judged(case: Case) -> tuple[str, str]:
    found = derivative(case)
    text = str(found)
    value = np.asarray(found.evaluate(case.values), float)
    if not case.agrees(value, 1e-6):
        return "wrong", f"{text} is\n{value}\nand the truth\n{case.truth}"
    try:
        back = np.asarray(matcalc.parse(text, where=case.where).evaluate(case.values), float)
    except Exception as error:
        return "misprint", f"{text} does not read back: {type(error).__name__}: {error}"
    if back.size != value.size or not np.all(np.abs(back.ravel() - value.ravel()) <= 1e-8 * case.scale):
        return "misprint", f"{text} reads back as something else:\n{back}\nfor\n{value}"
    return "right", text


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for table in TABLES for case in CASES[table]])
def test_right_or_refused(case: Case) -> None:
    verdict, found = outcome(case)
    assert verdict in ("right", "refused"), f"{verdict}: d({case.f})/d{case.wrt} [{case.form}]\n{found}"


@pytest.mark.parametrize("table", RIGHT)
def test_enough_are_right(table: str) -> None:
    verdicts = {case: outcome(case) for case in CASES[table]}
    count = Counter(verdict for verdict, _ in verdicts.values())
    missing = [
        f"{case.id}: {verdict}: {note.splitlines()[0]}"
        for case, (verdict, note) in verdicts.items()
        if verdict != "right"
    ]
    assert count["right"] >= RIGHT[table], "\n".join([str(dict(count)), *missing])

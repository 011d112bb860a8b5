"""The collector is off during a call and as it was before behind it, whatever becomes of the call."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

import matcalc
from matcalc.collector import without_collector


@pytest.fixture(autouse=True)
def _collector_on() -> Iterator[None]:
    yield
    gc.enable()


def test_it_is_off_within_and_on_behind() -> None:
    assert without_collector(gc.isenabled)() is False
    assert gc.isenabled()


def test_it_is_on_behind_a_call_within_a_call() -> None:
    inner = without_collector(gc.isenabled)
    outer = without_collector(lambda: (inner(), gc.isenabled()))
    assert outer() == (False, False)
    assert gc.isenabled()


def test_it_is_on_behind_a_refusal() -> None:
    with pytest.raises(matcalc.MatcalcError):
        matcalc.diff("x +", wrt="x")
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    gc.disable()
    assert str(matcalc.diff("x^T A x", wrt="x").gradient) == "(A + A^T) x"
    assert not gc.isenabled()

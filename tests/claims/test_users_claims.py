"""Claims as people make them: right ones in forms that are not ours, wrong ones with what is said of them, word for word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from matcalc import check
from tests.oracle import FOLDER

NAMED = 0.95  # of the wrong ones have a diagnosis


def _lines(name: str) -> Iterator[str]:
    text = (FOLDER.parent / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _claim(line: str) -> tuple[str, str, str, str]:
    f, wrt, claim, where = (part.strip() for part in f"{line} ; ".split(" ; ")[:4])
    return f, wrt, claim, where


RIGHT = [_claim(line) for line in _lines("right_claims.txt")]
_wrong = list(_lines("wrong_claims.txt"))
WRONG = [(*_claim(line), said.strip()) for line, said in zip(_wrong[::2], _wrong[1::2], strict=True)]


@pytest.mark.parametrize(("f", "wrt", "claim", "where"), RIGHT)
def test_a_right_claim_in_another_form_is_right(f: str, wrt: str, claim: str, where: str) -> None:
    verdict = check(f, wrt, claim, where or None)
    assert verdict.right, str(verdict)


@pytest.mark.parametrize(("f", "wrt", "claim", "where", "said"), WRONG)
def test_what_is_said_of_a_wrong_claim(f: str, wrt: str, claim: str, where: str, said: str) -> None:
    verdict = check(f, wrt, claim, where or None)
    assert not verdict.right
    assert verdict.diagnosis == said


def test_wrong_claims_have_a_diagnosis() -> None:
    unknown = sum("another function" in said for *_, said in WRONG)
    assert 1 - unknown / len(WRONG) >= NAMED

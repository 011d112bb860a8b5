"""docs/coverage.md is what `python -m tests.coverage_table` prints, and no equation of the Cookbook's chapter 2 is missing."""

from __future__ import annotations

from pathlib import Path

from tests import coverage_table

FILE = Path(__file__).parent.parent / "docs" / "coverage.md"


def test_every_equation_has_a_row() -> None:
    asked = coverage_table.questions()
    assert {question.number for question in asked} == set(range(coverage_table.FIRST, coverage_table.LAST + 1))


def test_the_file_is_up_to_date() -> None:
    made = coverage_table.document()
    message = "docs/coverage.md is out of date: python -m tests.coverage_table > docs/coverage.md"
    assert FILE.read_text(encoding="utf-8") == made, message

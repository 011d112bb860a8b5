"""The shipped rules are read once and remembered; a user's file is in force beside them, or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from matcalc import resources
from matcalc.errors import RuleError
from matcalc.rulebook import in_force, lines, packing
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.in_force import book, install, read_file
from tests.rule_words import node_of


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "matcalc"


def test_the_remembered_book_is_the_same_book(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_force, "_shipped", None)
    cold = book().lines()
    assert list(cache.glob("rules-*.json"))
    monkeypatch.setattr(in_force, "_shipped", None)
    monkeypatch.setattr(lines, "lines", _must_not_be_called)
    warm = book().lines()
    assert list(map(str, warm)) == list(map(str, cold))


def _must_not_be_called(*_: object) -> list[object]:
    raise AssertionError("a warm start reads no rule file")


def test_a_warm_start_makes_no_expression_of_any_line(cache: Path) -> None:
    program = """
from matcalc.rulebook.in_force import book
made = book()._made
book().identities()
assert not made, made
"""
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_a_user_s_line_is_asked_before_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = RuleBook([packing.entry(line) for line in book().lines()])
    monkeypatch.setattr(in_force, "_shipped", mine)
    path = tmp_path / "my.rules"
    path.write_text("let X, H: n x n\nD det(X)[H] = tr(adj(X) H)\n", encoding="utf-8")
    install(read_file(path), path)
    rule = book().derivative(node_of("det(X)"))
    assert rule is not None
    assert rule.place == "my.rules:2"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"D", b"let X: n x n\nfoo(X) = X", b"let X:\n"])
def test_a_bad_file_is_a_rule_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "my.rules"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RuleError):
        read_file(path)


def test_shipped_files_are_all_read() -> None:
    folder = Path(resources.folder("rules"))
    assert sorted(path.name for path in folder.glob("*.rules")) == sorted(in_force.FILES)

"""The grammar has no conflict, and its tables are remembered where they are safe."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from matcalc import resources
from matcalc.syntax import tables


def test_the_grammar_is_lalr_without_conflicts_or_colliding_terminals() -> None:
    pytest.importorskip("interegular")
    made = tables.made_by_lark(resources.text("grammar", "expression.lark"), strict=True)
    assert made["rules"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if sys.platform in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", "linux")
    return tmp_path / "cache" / "matcalc"


def test_what_is_remembered_is_private_and_comes_back(cache: Path) -> None:
    resources.remember("book", "source", {"a": [1, "λ"]})
    assert resources.remembered("book", "source") == {"a": [1, "λ"]}
    assert resources.remembered("book", "other source") is None
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in cache.iterdir()] == [0o600]


@pytest.mark.parametrize("damage", [b"", b"{}", b"\x80\x04", b"00000000\n{}", b"deadbeef\n" + b"[" * 100_000])
def test_a_damaged_file_is_as_good_as_none(cache: Path, damage: bytes) -> None:
    resources.remember("book", "source", 1)
    (file,) = cache.iterdir()
    file.write_bytes(damage)
    assert resources.remembered("book", "source") is None
    resources.remember("book", "source", 2)
    assert resources.remembered("book", "source") == 2


def test_a_truncated_file_is_as_good_as_none(cache: Path) -> None:
    resources.remember("book", "source", list(range(100)))
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    assert resources.remembered("book", "source") is None


def test_no_folder_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(sys, "platform", "linux")
    for place in (str(tmp_path / "file"), "relative", "/proc/nowhere"):
        monkeypatch.setenv("XDG_CACHE_HOME", place)
        resources.remember("book", "source", 1)
        assert resources.remembered("book", "source") is None


def test_a_link_in_place_of_the_folder_is_not_followed(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    cache.parent.mkdir()
    cache.symlink_to(tmp_path / "elsewhere")
    resources.remember("book", "source", 1)
    assert resources.cache_folder() is None
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_warm_start_imports_no_lark(cache: Path) -> None:
    program = "import sys; from matcalc.syntax.reading import read; read('x^T A x'); print('lark' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    answers = [
        subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert [answer.strip() for answer in answers] == ["True", "False"]


def test_the_remembered_tables_are_plain_data(cache: Path) -> None:
    made = tables.made_by_lark(resources.text("grammar", "expression.lark"))
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize("kind", ["grammar", "rules"])
def test_the_folders_are_found(kind: str) -> None:
    assert Path(resources.folder(kind)).is_dir()


def test_a_folder_that_is_nowhere_is_named_twice() -> None:
    with pytest.raises(FileNotFoundError, match=r"neither .* nor .*"):
        resources.folder("nothing")

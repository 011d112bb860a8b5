"""What the pages show of the command line is what it prints; the doctests of the same pages are pytest's own.

In a block `$ command` is a line for the shell, and what follows, up to the next one, is its stdout.  Each block runs in an empty folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from matcalc.algebra.functions import FUNCTIONS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs" / "code.md", ROOT / "docs" / "design.md"]
BLOCKS = [
    pytest.param(block, id=f"{page.name}: {block.splitlines()[0]}")
    for page in PAGES
    for block in re.findall(r"^```\n(\$ .*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
]


def without_rounding(text: str) -> str:
    """The text without the digits of what is left by rounding, which are those of the machine: 2.7e-09."""
    return re.sub(r"\d\.\de-(09|1\d)", "tiny", text).strip()


@pytest.mark.parametrize("block", BLOCKS)
def test_a_command_prints_what_the_page_shows(tmp_path: Path, block: str) -> None:
    scripts = sysconfig.get_path("scripts")  # where matcalc and python are
    environment = {**os.environ, "PATH": os.pathsep.join([scripts, os.environ["PATH"]])}
    for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, printed = shown.partition("\n")
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert without_rounding(done.stdout) == without_rounding(printed)


def test_the_readme_names_every_function_that_can_be_written() -> None:
    """max_rows is named by max, and D_expm, J(expm, X) by expm; norms are written with bars."""
    derived = re.compile("J2?_|D2?_|norm_")
    stems = {re.sub("_(rows|cols)$", "", name) for name in FUNCTIONS if not derived.match(name)}
    assert {"max", "expm", "polar"} <= stems
    assert [stem for stem in sorted(stems) if not re.search(rf"\b{stem}\b", README)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    """Links from the page's folder; `code/program.py` from the root or from a room, as a reader of the page finds it."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    named = {name for name in re.findall(r"`([\w./]+)`", text) if re.search(r"\w\.(py|md|rules|lark)$|\w/$", name)}
    assert [name for name in sorted(named) if not any(ROOT.glob(f"**/{name}"))] == []

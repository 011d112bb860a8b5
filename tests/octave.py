"""GNU Octave, where it is installed: MATLAB's programs are run by it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest


def said_by_octave(folder: Path, lines: Sequence[str], count: int) -> list[str]:
    """The `count` lines that Octave prints for these, run in the folder of the functions; skips the test where there is no Octave."""
    octave = shutil.which("octave")
    if octave is None:
        pytest.skip("octave is not installed")
    (folder / "main.m").write_text("\n".join(lines), encoding="utf-8")
    command = [octave, "--no-gui", "--norc", "--quiet", "main.m"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    said = done.stdout.splitlines()
    assert len(said) == count, f"{len(said)} of {count} lines\n{done.stderr}"
    return said

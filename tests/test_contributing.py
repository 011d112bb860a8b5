"""CONTRIBUTING.md says that a function is one line in each table: the lines that it gives are added to a copy of matcalc, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BESIDE = "arctan"  # the function whose lines the new ones are written under

ASKED = """
import numpy as np
import matcalc
from matcalc.numeric.rule_check import failure
from matcalc.rulebook.in_force import book

X = np.array([[0.5, -2.0], [1.0, 3.0], [0.0, -0.25]])
d = matcalc.diff("sum(arcsinh(X))", "X")
print(d.gradient)
print(d.f.latex())
print(d.verify().ok, matcalc.diff(d.gradient, "X").verify().ok, matcalc.diff("arcsinh(A x)", "x").verify().ok)
print(np.allclose(d.f.evaluate({"X": X}), np.arcsinh(X).sum()), np.allclose(d.gradient.evaluate({"X": X}), 1 / np.sqrt(1 + X**2)))
for target in ("numpy", "jax", "torch", "array-api", "dask", "julia", "matlab"):
    print([line.strip() for line in d.f.code(target).splitlines() if "arcsinh(" not in line and "asinh" in line or "np.arcsinh" in line])
print(d.partial("i", "j"))
print([failure(line) for line in book().lines() if line.mentions("arcsinh")])
print(matcalc.check("sum(arcsinh(X))", "X", "1 ./ sqrt(1 + X.^2)").right)
print(matcalc.parse("arcsinh(A^T)").node is matcalc.parse("arcsinh(A)^T").node)
"""

ANSWERED = """\
1 ./ sqrt(X.^2 + 1)
\\operatorname{sum}\\left(\\operatorname{arcsinh}\\left(\\mathbf{X}\\right)\\right)
True True True
True True
['return np.sum(np.arcsinh(X))']
['return jnp.sum(jnp.arcsinh(X))']
['return torch.sum(torch.asinh(X))']
['return xp.sum(xp.asinh(X))']
['return xp.sum(xp.asinh(X))']
['return sum(asinh.(X))']
['result = sum(sum(asinh(X)));']
1/sqrt(X[i, j]**2 + 1)
['']
True
True
"""


def lines_of_a_function() -> list[tuple[str, str]]:
    """The files and lines that CONTRIBUTING.md gives."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- the lines of a function -->\n```text\n(.*?)```", text, re.DOTALL)
    assert block is not None
    rows = [line.split(maxsplit=1) for line in block.group(1).splitlines()]
    return [(file, line) for file, line in rows]


def added(path: Path, line: str) -> None:
    """Write the line under the one about arctan in the file's table."""
    rows = path.read_text(encoding="utf-8").splitlines()
    (place,) = [
        k for k, row in enumerate(rows) if re.match(rf'\s*(D )?"?{BESIDE}\b', row) and "=" not in row.partition("]")[0]
    ]
    indent = rows[place][: len(rows[place]) - len(rows[place].lstrip())]
    path.write_text("\n".join([*rows[: place + 1], indent + line, *rows[place + 1 :]]) + "\n", encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("matcalc", "grammar", "rules"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_lines_of_a_function_are_all_that_it_needs(copy: Path) -> None:
    lines = lines_of_a_function()
    assert len(lines) == 8
    for file, line in lines:
        added(copy / file, line)
    environment = {"PYTHONPATH": str(copy), "XDG_CACHE_HOME": str(copy / "cache"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, env=environment, cwd=copy, check=False
    )
    assert done.stderr == ""
    assert done.stdout == ANSWERED

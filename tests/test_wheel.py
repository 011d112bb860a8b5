"""The distribution: built through the sdist as well as directly, installed elsewhere, used from an unrelated folder.

Marked `wheel` and not run by default: it needs the package index and the `dev` extra.  `.ci/run` runs it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parent.parent
COMMAND = ["diff", "x^T A x", "--wrt", "x"]


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """What the command prints on stdout; the test fails with its stderr if it fails."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def built(folder: Path, *options: str) -> Path:
    """The wheel that `python -m build` leaves in `folder`."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, *options, ROOT, cwd=folder.parent)
    (wheel,) = folder.glob("matcalc-*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the unpacked sdist, which is what `python -m build` does."""
    return built(tmp_path_factory.mktemp("through_sdist"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    kept = {f"{path.relative_to(ROOT)}" for path in (ROOT / "matcalc").rglob("*.py")} | {"matcalc/py.typed"}
    kept |= {f"matcalc/{path.relative_to(ROOT)}" for path in ROOT.glob("grammar/*.lark")}
    kept |= {f"matcalc/{path.relative_to(ROOT)}" for path in ROOT.glob("rules/*.rules")}
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == kept


def test_the_sdist_carries_all_that_the_wheel_needs(wheel: Path, tmp_path: Path) -> None:
    direct = built(tmp_path / "direct", "--wheel")
    assert sorted(zipfile.ZipFile(direct).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_the_installed_wheel_answers_from_an_unrelated_folder(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, with an empty home and no network use, it says what the checkout says."""
    home = tmp_path / "home"
    home.mkdir()
    venv.create(tmp_path / "venv", with_pip=True)
    scripts = tmp_path / "venv" / "bin"
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    env = {"PATH": os.defpath, "HOME": str(home)}

    expected = run(sys.executable, "-m", "matcalc", *COMMAND, cwd=ROOT)
    assert "x" in expected
    assert run(scripts / "matcalc", *COMMAND, cwd=home, env=env) == expected
    assert run(scripts / "python", "-m", "matcalc", *COMMAND, cwd=home, env=env) == expected
    program = (
        "import matcalc, importlib.metadata as m; print(matcalc.__file__, m.version('matcalc') == matcalc.__version__)"
    )
    where, same_version = run(scripts / "python", "-c", program, cwd=home, env=env).rsplit(maxsplit=1)
    assert (where.startswith(str(tmp_path / "venv")), same_version) == (True, "True")

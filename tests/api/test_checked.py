"""A program with its test beside it: the test passes, and fails where the derivative is wrong."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

import matcalc
from matcalc import diff
from matcalc.code.emission import run
from tests.octave import said_by_octave
from tests.oracle import TABLES, Case, load

CHECKED = [case for name in TABLES for case in load(name)][::12]


def checks(case: Case, target: str) -> list[str]:
    d = diff(case.f, case.wrt, {name: text for name, text in case.where.items() if name in case.f or name == case.wrt})
    asked = [
        "result",
        "differential",
        "jacobian",
        *(["value_and_gradient", "hessian", "hvp"] if d.f.shape == () else []),
    ]
    return [d.code(target, what, "made", check=True) for what in asked]


def runs(text: str, target: str) -> bool:
    """Whether check_made passes."""
    try:
        with redirect_stdout(io.StringIO()) as said:
            run(text, "check_made", target)()
    except AssertionError:
        return False
    assert "made by" in said.getvalue()
    return True


@pytest.mark.parametrize("target", ["numpy", "array-api", "torch"])
@pytest.mark.parametrize("case", CHECKED, ids=lambda case: case.id)
def test_a_check_passes(case: Case, target: str) -> None:
    if target == "torch":
        pytest.importorskip("torch")
    try:
        texts = checks(case, target)
    except matcalc.UnsupportedError:
        assert target == "array-api"
        return
    assert all(runs(text, target) for text in texts)


def test_a_check_fails_where_the_derivative_is_wrong() -> None:
    """3 A^T (A x - b) is not the gradient; so for each kind of form."""
    for what in ("gradient", "value_and_gradient", "hessian", "hvp", "differential"):
        text = diff("||A x - b||_2^2", wrt="x").code(what=what, name="made", check=True)
        place = text.index("def made")
        body = text.index("return", place)
        wrong = text[:body] + text[body:].replace("2 * ", "3 * ", 1)
        assert wrong != text
        assert runs(text, "numpy")
        assert not runs(wrong, "numpy")


@pytest.mark.parametrize(
    ("f", "wrt", "where"),
    [
        ("logdet(S) + x^T S^-1 x", "S", "S: n x n positive definite; x: n"),
        ("x^T Q x", "Q", "Q: n x n orthogonal; x: n"),
        ("tr(D A)", "D", "D: n x n diagonal; A: n x n"),
        ("lambda_max(A)", "A", ""),
        ("tr(chol(A))", "A", ""),
        ("sum(p .* log(p))", "p", "p: n simplex"),
        ("r A r^T", "r", "r: 1 x n; A: n x n"),
        ("tr(X^k)", "X", ""),
    ],
)
def test_the_point_of_a_check_has_the_declared_properties(f: str, wrt: str, where: str) -> None:
    d = diff(f, wrt, where)
    assert all(
        runs(d.code(what=what, name="made", check=True), "numpy") for what in ("value_and_gradient", "hvp", "hessian")
    )


@pytest.mark.parametrize(
    ("f", "wrt", "where"),
    [("a^T X^-1 b", "X", ""), ("a^T X^-1 b logdet(X)", "X", ""), ("logdet(X^T A X)", "X", "A: m x m; X: m x n")],
)
def test_a_check_passes_at_a_point_that_is_nearly_singular(f: str, wrt: str, where: str) -> None:
    """A difference of second order is wrong there by 1e-5 to 1e-3 of the derivative."""
    d = diff(f, wrt, where)
    assert all(
        runs(d.code(what=what, name="made", check=True), "numpy") for what in ("value_and_gradient", "hvp", "hessian")
    )


@pytest.mark.parametrize("f", ["r A r^T", "||r A - b||_2^2", "softmax(r) c", "sum(exp(r^T r))"])
def test_checks_by_a_row_run_in_octave(f: str, tmp_path: Path) -> None:
    """The gradient by a row is returned as a row; the direction is given as a column."""
    d = diff(f, "r", "r: 1 x n; A: n x n; b: 1 x n; c: n")
    whats = ["gradient", "value_and_gradient", "hessian", "hvp", "differential"]
    for what in whats:
        (tmp_path / f"check_{what}.m").write_text(d.code("matlab", what, what, check=True))
    said = said_by_octave(tmp_path, [f"check_{what}();" for what in whats], len(whats))
    assert [line.partition(" by ")[0] for line in said] == whats


def test_checks_run_in_octave(tmp_path: Path) -> None:
    texts = [text for case in CHECKED for text in checks(case, "matlab")]
    for k, text in enumerate(texts):
        (tmp_path / f"check_{k}.m").write_text(text.replace("check_made(", f"check_{k}(", 1))
    said = said_by_octave(tmp_path, [f"check_{k}();" for k in range(len(texts))], len(texts))
    assert all(line.startswith("made by ") for line in said)


def test_a_check_is_a_program(tmp_path: Path) -> None:
    path = tmp_path / "gradient.py"
    path.write_text(diff("||A x - b||_2^2", wrt="x").code(check=True))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("gradient by x: ")

"""Every shipped rule line is true at random points of distinct sizes; lines that a slip of the pen makes false are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcalc.errors import RuleError
from matcalc.numeric.rule_check import failure, load_checked, narrow
from matcalc.rulebook import in_force, packing
from matcalc.rulebook.book import RuleBook
from matcalc.rulebook.in_force import book
from matcalc.rulebook.lines import lines
from matcalc.rulebook.rule import Line
from tests.rule_words import node_of

LET = "let A, B, X, H: n x n; R, S: m x n; T: n x p; M, N: m x n; x, h, a: n; c, k: scalar\n"


@pytest.mark.parametrize("line", [line for line in book().lines() if line.kind != "unsupported"], ids=str)
def test_the_shipped_line_is_true_and_as_general_as_it_can_be(line: Line) -> None:
    assert failure(line) == ""


@pytest.mark.parametrize(
    "text",
    [
        "D inv(X)[H] = inv(X) H inv(X)",  # a sign
        "D logdet(X)[H] = tr(inv(X)^T H) where X: invertible",  # true on symmetric X only
        "D softplus(M)[N] = exp(M) .* N",  # the wrong function
        "D det(X)[H] = tr(inv(X) H)",  # a factor
        "D cos(M)[N] = sin(M) .* N",
        "D ||M||_F[N] = tr(M^T N)",
        "D M.^k[N] = k M.^k .* N where k: integer",
        "D max(M, R)[N, S] = step(R - M) .* N + step(M - R) .* S",  # the two sides exchanged
        "linear det(X)",
        "bilinear R / c",
        "adjoint A H = A Y",  # no transpose
        "adjoint H B = B^T Y",  # the wrong side
        "adjoint tr(H) = Y ones(n, n)",
        "(A B)^T = A^T B^T",
        "tr(A B) = tr(A) tr(B)",
        "A^T = A",  # its condition is missing
        "log(M.^k) = k log(M)",  # the same
        "det(c A) = c det(A)",
        "diag(a) x = a^T x ones(n)",
        "abs(M) = M",
        "sqrt(M.^2) = M",
        "sqrt(c^2) = c",  # true of positive c
        "log(c^2) = 2 log(c)",  # the same
        "arcsin(sin(c)) = c",  # true of small c
        "arctan(tan(c)) = c",  # the same
    ],
)
def test_a_false_line_is_caught(text: str) -> None:
    (line,) = lines(LET + text, "")
    assert failure(line).startswith("it is false")


@pytest.mark.parametrize(
    ("text",                             "said"),
    [
        ("(A B)^T = B^T A^T",            "it is declared too narrowly: A's rows need not be n"),
        ("(R T)^T = T^T R^T",            ""),
        ("tr(A B) = tr(B A)",            "it is declared too narrowly: A's rows and B's columns need not be n"),
        ("adjoint A H = A^T Y",          "it is declared too narrowly: A's rows need not be n"),
        ("inv(A B) = inv(B) inv(A)",     ""),
        ("D exp(X)[H] = exp(X) .* H",    "it is declared too narrowly: X's rows need not be n"),
        ("D exp(R)[S] = exp(R) .* S",    ""),
        ("A A^T = I where A: orthogonal", ""),
        ("ones(n)^T x = sum(x)",         ""),
    ],
)  # fmt: skip
def test_shapes_that_could_be_weaker_are_refused(text: str, said: str) -> None:
    (line,) = lines(LET + text, "")
    assert narrow(line) == said


def test_a_line_without_a_real_value_is_refused() -> None:
    (line,) = lines("let M: m x n\nlog(-exp(M)) = M", "")
    assert failure(line).startswith("it has no value at any random point")


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_force, "_shipped", RuleBook([packing.entry(line) for line in book().lines()]))


@pytest.mark.usefixtures("apart")
def test_a_user_s_file_is_in_force_only_if_all_of_it_is_true(tmp_path: Path) -> None:
    path = tmp_path / "my.rules"
    good = "let X, H: n x n\nD det(X)[H] = tr(adj(X) H)\n"
    path.write_text(good + "tr(X X) = tr(X)^2 - 1\n", encoding="utf-8")
    with pytest.raises(RuleError) as refused:
        load_checked(path)
    assert "my.rules:3: " in str(refused.value)
    rule = book().derivative(node_of("det(X)"))
    assert rule is not None
    assert rule.place.startswith("rules/")
    path.write_text(good, encoding="utf-8")
    assert [str(line) for line in load_checked(path)] == ["D det(X)[H] = tr(adj(X) H)"]
    rule = book().derivative(node_of("det(X)"))
    assert rule is not None
    assert rule.place == "my.rules:2"

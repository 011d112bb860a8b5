"""The commands that are offered, and the short ones: partial, parse, rules."""

import json

import click
import pytest

from matcalc.cli import commands
from tests.cli.running import process, run


def test_no_command_that_does_not_work_is_offered():
    offered = commands.list_commands(click.Context(commands))
    assert sorted(offered) == "chain check code components diff directional limit parse partial quotient rules".split()


@pytest.mark.parametrize("word", ["dif", "x^T A x"])
def test_what_is_no_command_is_answered_with_those_there_are(word):
    result = run(word, "--wrt", "x")
    assert (result.stdout, result.exit_code) == ("", 2)
    assert result.stderr.splitlines()[-1] == (
        f"Error: No such command '{word}'; there are chain, check, code, components, diff, directional, limit, parse, "
        "partial, quotient, rules.  For a derivative: diff EXPRESSION --wrt X"
    )


def test_help_is_asked_for_with_help_only():
    assert run("diff", "--help").stdout.startswith("Usage:")
    assert run("--help").exit_code == 0
    assert run("-h").exit_code == 2
    assert run("diff", "x^T x", "--wrt", "x", "-h").exit_code == 2


# ---- partial, parse


def test_partial_is_in_index_notation():
    assert run("partial", "u^T X v", "--wrt", "X", "--at", "i,j").stdout == "u[i]*v[j]\n"
    assert run("partial", "u^T X v", "--wrt", "X", "--at", "1, 2").stdout == "u[1]*v[2]\n"
    assert run("partial", "u^T X v", "--wrt", "X", "--at", "i,j", "--format", "latex").stdout.strip()


def test_partial_says_of_which_entry_it_is():
    answer = run("partial", "A x", "--wrt", "x", "--at", "i")
    assert answer.stdout == "A[r, i]\n"
    assert answer.stderr.splitlines()[-1] == "this is df[r]/dx[i], of the entry r of f"
    assert (
        "this is df[r,s]/dX[1,2], of the entry r, s of f" in run("partial", "A X", "--wrt", "X", "--at", "1,2").stderr
    )
    assert "this is" not in run("partial", "x^T x", "--wrt", "x", "--at", "i").stderr


def test_the_steps_to_a_partial_derivative():
    answer = run("partial", "u^T X v", "--wrt", "X", "--at", "i,j", "--show", "steps")
    assert answer.stdout.splitlines()[-1].startswith("  = u[i] v[j] ")
    found = json.loads(run("partial", "u^T X v", "--wrt", "X", "--at", "i,j", "--format", "json").stdout)
    assert (found["at"], found["partial"]) == (["i", "j"], "u[i]*v[j]")


def test_parse_prints_how_it_was_read_and_the_shapes_on_stderr():
    result = run("parse", "xᵀ A x")
    assert result.stdout == "x^T A x\n"
    assert result.stderr.splitlines()[0] == "read: x: n; A: n x n; the whole: scalar"
    assert run("parse", "x^T A x", "--format", "unicode").stdout == "xᵀ A x\n"
    assert run("parse", stdin="A x\nA\n").stdout.splitlines() == ["A x", "A"]


# ---- rules


def test_rules_prints_the_lines_of_the_rule_book():
    lines = run("rules").stdout.splitlines()
    assert "linear tr(X)" in lines
    assert "D det(X)[H] = det(X) tr(inv(X) H) where X: invertible" in lines


@pytest.mark.parametrize("name", ["inv", "logdet", "norm", "kron", "softmax_rows", "||X||_1", "D tanh"])
def test_rules_about_a_name(name):
    lines = run("rules", name).stdout.splitlines()
    assert 0 < len(lines) < 40
    assert any(name in line for line in lines) or name in ("norm", "kron")


TRUE = "let X: m x n\nexp(X) .* exp(-X) = ones(m, n)\n"
FALSE = "let X, H: m x n\nD sin(X)[H] = -cos(X) .* H\n"


def test_rules_of_ones_own_are_checked_and_then_used(tmp_path):
    (tmp_path / "my.rules").write_text(TRUE)
    rules = str(tmp_path / "my.rules")
    about = process("--rules", rules, "rules", "exp")
    assert (about.stdout.decode().splitlines()[-1], about.returncode) == (TRUE.splitlines()[-1], 0)
    answer = process("diff", "x^T x", "--wrt", "x", "--rules", rules, "--show", "gradient")
    assert (answer.stdout, answer.returncode) == (b"2 x\n", 0)


def test_a_rule_that_is_false_is_refused(tmp_path):
    (tmp_path / "my.rules").write_text(FALSE)
    answer = process("diff", "sum(sin(x))", "--wrt", "x", "--rules", str(tmp_path / "my.rules"))
    assert (answer.stdout, answer.returncode) == (b"", 1)
    assert b"my.rules" in answer.stderr
    assert FALSE.splitlines()[-1].encode() in answer.stderr

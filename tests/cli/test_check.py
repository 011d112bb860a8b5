"""matcalc check: the verdict on stdout, and the exit code 3 of a wrong claim."""

from __future__ import annotations

import json

from tests.cli.running import run


def check(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    result = run("check", *arguments, stdin=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_the_exit_code_is_0_or_3() -> None:
    assert check("x^T A x", "--wrt", "x", "--claim", "(A + A^T) x") == (
        0,
        "right: the gradient, equal by normal form\n",
        "read: x: n; A: n x n\n"
        'assumed: x: n (a column vector by default; --where "x: scalar" to change)\n'
        'assumed: A: n x n (a matrix by default; --where "A: scalar" to change)\n',
    )
    code, out, _ = check("x^T A x", "--wrt", "x", "--claim", "2 A x")
    assert code == 3
    assert out.startswith("wrong: right only if A is symmetric\n")


def test_errors_have_their_own_exit_codes() -> None:
    assert check("x^T A x", "--wrt", "x", "--claim", "2 A +")[0] == 2
    assert check("A x", "--wrt", "x", "--claim", "A", "--form", "gradient")[0] == 1


def test_json() -> None:
    code, out, _ = check("x^T A x", "--wrt", "x", "--claim", "2 A x", "--format", "json")
    assert code == 3
    assert json.loads(out) == {
        "schema": 1,
        "right": False,
        "form": "gradient",
        "layout": None,
        "how": "different at a random point",
        "kind": "condition",
        "diagnosis": "right only if A is symmetric",
        "counterexample": {
            "values": {"x": [1, 1], "A": [[0, -1], [2, 0]]},
            "claimed": [-2, 4],
            "true": [1, 1],
        },
        "correct": "(A + A^T) x",
        "defaults": [
            'x: n (a column vector by default; --where "x: scalar" to change)',
            'A: n x n (a matrix by default; --where "A: scalar" to change)',
        ],
        "conditions": [],
        "warnings": [],
    }


def test_where_it_holds_and_what_was_taken_for_what_is_told() -> None:
    code, out, told = check(
        "logdet(X) + tr(exp(X))", "--wrt", "X", "--where", "X: n x n", "--claim", "X^-T + diag(exp(diag(X)))"
    )
    assert (code, out) == (0, "right: the gradient, equal by normal form\n")
    note = "exp(X) is entry by entry; expm is the matrix function"
    assert told == f"read: X: n x n\nholds where: X invertible\nwarning: {note}\n"
    said = json.loads(
        check("tr(exp(X))", "--wrt", "X", "--where", "X: n x n", "--claim", "exp(X)", "--format", "json")[1]
    )
    assert (said["right"], said["conditions"], said["warnings"]) == (False, [], [note])


def test_stdin_is_answered_line_by_line() -> None:
    code, out, _ = check("-", "--wrt", "x", "--claim", "2 x", stdin="x^T x\n||x||_2\n")
    assert code == 3
    assert [line.split("\t")[0] for line in out.splitlines()] == [
        "right: the gradient, equal by normal form",
        "wrong: a factor 2 ||x||_2 is too much",
    ]


def test_a_gradient_with_entries_in_it_is_no_partial_derivative() -> None:
    claim = ("x[1]^2 + x[2]", "--wrt", "x", "--where", "x: n", "--claim")
    assert check(*claim, "2 x[1] e(1,n) + e(2,n)")[:2] == (0, "right: the gradient, equal by normal form\n")
    assert check(*claim, "2 x[1]")[:2] == (0, "right: the partial derivative, equal by normal form\n")
    assert check(*claim, "2 x[1] e(1,n)")[0] == 3


def test_what_a_structure_assumes_is_told() -> None:
    code, _, told = check("tr(A X)", "--wrt", "X", "--where", "X: n x n", "--structure", "projected", "--claim", "A^T")
    assert code == 3
    assert told.endswith("warning: X is not declared symmetric, and structure='projected' takes it to be\n")

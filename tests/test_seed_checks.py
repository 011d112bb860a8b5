"""What the lecture asks of the software in words: the records of tests/data/seed_checks.jsonl, a test each.

Source: "recapitulation of gradients knowledge", A. Binder, SUTD, 2019.  Formulas are in test_cases.py and test_records.py, the slides
word for word in test_lecture.py and test_lecture_limits.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import matcalc
from matcalc import directional, limit, quotient
from matcalc.numeric.evaluation import evaluate
from matcalc.syntax.printing import ascii_text
from tests import lecture_page
from tests.oracle import DIRECTION, TABLES, Array, Case, load
from tests.test_lecture_limits import COUNTEREXAMPLE

LINES = (Path(__file__).parent / "data" / "seed_checks.jsonl").read_text(encoding="utf-8").splitlines()
RECORDS = {row["id"]: row for row in map(json.loads, LINES)}

CHAIN = "h: R^k -> R^n; g: R^n -> R; x: k"
BILINEAR = "B: R^m, R^q -> R^p bilinear; a: R^n -> R^m; c: R^n -> R^q; x: n"


def convergence() -> None:
    assert "for all n > 100, and not for n = 100" in str(limit("1/n", delta=0.01))


def two_sided_limits() -> None:
    answer = str(limit("abs(epsilon)/epsilon", index="epsilon", to=0))
    assert "no limit, two sequences disagree\nalong epsilon = -1/n: -> -1\nalong epsilon = 1/n: -> 1" in answer


def kinks() -> None:
    for f, left in (("abs(x)", -1), ("relu(x)", 0)):
        said = f"no derivative at x = 0: left quotient -> {left}, right quotient -> 1"
        assert quotient(f, "x", at=0).verdict == said
    assert "x != 0" in matcalc.diff("abs(x)", "x", where="x: scalar").conditions


def definition_first() -> None:
    assert str(quotient("a x + b", "x")).startswith("(f(x + epsilon) - f(x)) / epsilon\n")


def partials_at_the_origin() -> None:
    lines = COUNTEREXAMPLE.splitlines()
    assert str(directional("y^3/(x^2 + y^2)", "x,y", at="0,0", value=0)).splitlines()[2:4] == lines[2:4]
    assert lines[2:4] == ["partial derivative by x: 0", "partial derivative by y: 1"]


def not_differentiable() -> None:
    found = directional("y^3/(x^2 + y^2)", "x,y", at="0,0", value=0)
    assert "linear in v: no, Df(0, 0)[(1, 1)] = 1/2 is not 0 + 1 = 1" in str(found)
    assert found.verdict.startswith("not differentiable at (0, 0): both partial derivatives exist")


def chain_forms() -> None:
    text = str(matcalc.diff("g(h(x))", "x", CHAIN).chain())
    for form in (
        "<grad g(h(x)), c>",
        "(grad g(h(x)))^T c",
        "c^T grad g(h(x))",
        "(<grad h_1(x), v>, ..., <grad h_n(x), v>)^T",
        "(v^T grad h_1(x), ..., v^T grad h_n(x))^T",
        "v^T (grad h_1(x), ..., grad h_n(x))",
        "v^T J(h, x)",
        "(grad g(h(x)))^T J(h, x)^T v",
        "v^T J(h, x) grad g(h(x))",
        "k x n",
    ):
        assert form in text


def bilinear() -> None:
    (step, *_) = matcalc.diff("B(a(x), c(x))", "x", BILINEAR).steps
    assert ascii_text(step.after) == "B(D(a, x)[v], c(x)) + B(a(x), D(c, x)[v])"
    assert step.reason() == "bilinear / product: plug in the derivative in one component at a time"


def quadratic_form() -> None:
    steps = matcalc.diff("x^T A x", "x").steps
    assert [(step.rule, step.note, ascii_text(step.after)) for step in steps][:3] == [
        ("bilinear / product", "(x^T, A x)", "D(x^T)[v] (A x) + x^T D(A x)[v]"),
        ("linear", "x -> x^T is linear", "v^T (A x) + x^T D(A x)[v]"),
        ("linear", "x -> A x is linear", "v^T (A x) + x^T (A v)"),
    ]


def takeaways() -> None:
    page = Path(__file__).parent.parent / "docs" / "lecture.md"
    assert page.read_text(encoding="utf-8") == lecture_page.document(), (
        "docs/lecture.md is out of date: python -m tests.lecture_page > docs/lecture.md"
    )


def matrix_products_only() -> None:
    program = matcalc.diff("A X C", "X", direction="V").differential.code("numpy")
    assert "A @ V @ C" in program
    for case in load("seed"):
        d = matcalc.diff(case.f, case.wrt, where={n: text for n, text in case.where.items() if n != DIRECTION})
        assert " for " not in d.differential.code("numpy")


def what_is_held_fixed() -> None:
    for f, held in (("u^T x", "u"), ("A x", "A"), ("A X", "A")):
        (step, *_) = matcalc.diff(f, f[-1]).steps
        assert (step.rule, step.fixed) == ("linear", (held,))
    (step, *_) = matcalc.diff("x^T A x", "x").steps
    assert step.reason(full=True).endswith("A x, then x^T held fixed")


def components() -> None:
    text = str(matcalc.diff("u^T X v", "X").derivation("partial", at=("i", "j")))
    assert "sum_{r,s} u[r] 1_ij[r,s] v[s]" in text


def kronecker_delta() -> None:
    lines = str(matcalc.diff("u^T X v", "X").derivation("partial", at=("i", "j"))).splitlines()
    assert lines[-1] == "  = u[i] v[j]    [index notation: 1_ij is 0 elsewhere: one term of each sum is left]"


def linear_in_the_direction() -> None:
    """Every case is a test below."""


TESTS: dict[str, Callable[[], None]] = {
    "seed-lim-01": convergence,
    "seed-lim-02": two_sided_limits,
    "seed-lim-03": kinks,
    "seed-1d-01":  definition_first,
    "seed-cex-04": partials_at_the_origin,
    "seed-cex-06": not_differentiable,
    "seed-lin-03": linear_in_the_direction,
    "seed-ch-07":  chain_forms,
    "seed-bil-02": bilinear,
    "seed-qf-08":  quadratic_form,
    "seed-tk-01":  takeaways,
    "seed-tk-02":  matrix_products_only,
    "seed-tk-03":  what_is_held_fixed,
    "seed-rec-06": components,
    "seed-rec-07": kronecker_delta,
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_what_the_lecture_asks(name: str) -> None:
    TESTS[name]()


CASES = [case for table in TABLES for case in load(table)]


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_differential_is_linear_in_the_direction(case: Case) -> None:
    """seed-lin-03: Df(x)[2 v + 3 w] = 2 Df(x)[v] + 3 Df(x)[w]."""
    where = {name: text for name, text in case.where.items() if name != DIRECTION}
    d = matcalc.diff(case.f, case.wrt, where=where, direction=DIRECTION)
    change, known = d.differential.node, d.differential.known()
    v = case.values[DIRECTION]
    w = np.cos(v)

    def along(h: Array) -> Array:
        return np.asarray(evaluate(change, {**case.values, DIRECTION: h}, known))

    np.testing.assert_allclose(
        along(2 * v + 3 * w), 2 * along(v) + 3 * along(w), rtol=1e-9, atol=1e-12 + 1e-9 * case.scale
    )

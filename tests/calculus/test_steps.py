"""Every step of a derivation keeps the value: D(e)[v] worked out, what stands before it and what stands behind it are equal."""

from dataclasses import replace

import numpy as np
import pytest

import matcalc
from matcalc.calculus.differential import differential
from matcalc.calculus.steps import DETAILS, LINES
from matcalc.numeric.evaluation import evaluate
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree, postorder
from matcalc.syntax.understanding import understand
from tests.oracle import DIRECTION, TABLES, Case, load

CASES = [case for table in TABLES for case in load(table)]


def worked_out(tree, d):
    """The tree with every inert D(e)[v] replaced by the differential of e."""
    declared = d.differential.declarations
    moves = dict(zip(d.leaves, d.moving, strict=True))
    out: dict[Tree, Tree] = {}
    for part in postorder(tree):
        if part.head == "D" and part.text == "":
            inner = understand(ascii_text(part.children[0]), declared).node
            out[part] = written(differential(inner, moves))
        elif part.children:
            out[part] = replace(part, children=tuple(out[child] for child in part.children))
        else:
            out[part] = part
    return out[tree]


def derivative_of(case: Case) -> matcalc.Derivative:
    where = {name: text for name, text in case.where.items() if name != DIRECTION}
    return matcalc.diff(case.f, case.wrt, where=where, direction=DIRECTION)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_every_step_keeps_the_value(case: Case):
    """In every detail, to the differential and on to the Hessian where there is one."""
    d = derivative_of(case)
    known = d.differential.known()
    values: dict[str, np.ndarray] = {}

    def value(tree):
        text = ascii_text(tree)
        if text not in values:
            read = understand(ascii_text(worked_out(tree, d)), d.differential.declarations, directions=[DIRECTION])
            values[text] = np.ravel(evaluate(read.node, case.values, known))
        return values[text]

    derivation = d.derivation(to="hessian") if case.form == "hessian" else d.steps
    for detail in DETAILS:
        for step in derivation.at(detail):
            if not step.label:
                size = 1 + np.max(np.abs(value(step.before)), initial=0)
                np.testing.assert_allclose(
                    value(step.after), value(step.before), rtol=1e-7, atol=1e-9 * size, err_msg=str(step)
                )


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_brief_derivation_has_few_lines(case: Case):
    d = derivative_of(case)
    assert 2 <= len(str(d.derivation(detail="brief")).splitlines()) <= LINES
    if case.form == "hessian":
        assert len(str(d.derivation(to="hessian", detail="brief")).splitlines()) <= LINES


def test_a_brief_derivation_of_a_large_sum_is_folded():
    f = " + ".join(f"log(a{k}^T x)" for k in range(30))
    text = str(matcalc.diff(f, "x").derivation(detail="brief"))
    assert len(text.splitlines()) <= LINES
    assert "[the same rules: " in text


ENDS = [
    # f               wrt  goal            the last line
    ("x^T A x",      "x", "result",       "gradient = (A + A^T) x"),
    ("logdet(X)",    "X", "result",       "gradient = X^-T"),
    ("A x",          "x", "result",       "Jacobian = A^T"),
    ("softmax(A x)", "x", "differential", "  = softmax(A x) .* (A v) - softmax(A x)^T A v softmax(A x)"),
    ("x^T A x",      "x", "hessian",      "Hessian = A + A^T"),
    ("tr(X^T X)",    "X", "hessian",      "Hessian = 2 I(m n)"),
    ("X^T X",        "X", "result",       "  = H^T X + X^T H"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "goal", "line"), ENDS)
def test_the_end_of_a_derivation_is_the_result(f, wrt, goal, line):
    assert str(matcalc.diff(f, wrt).derivation(to=goal)).splitlines()[-1].partition("    [")[0] == line


def test_the_hessian_begins_anew_at_the_gradient():
    lines = [
        line.partition("    [")[0] for line in str(matcalc.diff("x^T A x", "x").derivation("hessian")).splitlines()
    ]
    assert lines[-4:] == ["gradient = (A + A^T) x", "D((A + A^T) x)[v]", "  = (A + A^T) v", "Hessian = A + A^T"]


def test_the_layout_says_what_is_read_off():
    last = str(matcalc.diff("A x", "x", layout="numerator").steps).splitlines()[-1]
    assert last == "Jacobian = A    [read off J: Df = J v for all v: one column per input]"


RULES = [
    # f                   wrt  where                                            the rule of the first step, its note
    ("||A x - b||_2^2",  "x", "",                                              "bilinear / product", "((A x - b)^T, A x - b)"),
    ("A x - b",          "x", "",                                              "linear", "x -> A x - b is affine: its constant part goes"),
    ("-y^T sin(x)",      "x", "",                                              "linear", "the sign stays"),
    ("1/2 sum(sin(x))",  "x", "",                                              "linear", "the factor 1/2 stays"),
    ("sum(sin(x))",      "x", "",                                              "linear", "sum is linear"),
    ("sin(x)",           "x", "",                                              "rule", "D sin(X)[H] = cos(X) .* H"),
    ("sin(A x)",         "x", "",                                              "chain", "D sin(X)[H] = cos(X) .* H"),
    ("t^3",              "t", "t: scalar",                                     "rule", "D X.^k[H] = k X.^(k - 1) .* H where k: integer, k = 3"),
    ("h(x)",             "x", "h: R^n -> R^m; x: n",                           "definition", "D(h, x)[v] is its name"),
    ("g(h(x))",          "x", "h: R^k -> R^n; g: R^n -> R; x: k",              "chain", "the derivative of g at h(x) in the direction D(h, x)[v]"),
    ("B(a(x), c(x))",    "x", "B: R^m, R^q -> R^p bilinear; a: R^n -> R^m; c: R^n -> R^q; x: n",
                                                                               "bilinear / product", "plug in the derivative in one component at a time"),
    ("A",                "x", "x: n",                                          "constant", "x does not occur"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "where", "rule", "note"), RULES)
def test_the_rule_of_a_step_is_named(f, wrt, where, rule, note):
    step = matcalc.diff(f, wrt, where or None).steps[0]
    assert (step.rule, step.note) == (rule, note)


def test_the_terms_of_a_product_rule_stand_in_the_order_of_the_factors():
    assert "tr(H X^2 + X H X + X^2 H)" in str(matcalc.diff("tr(X^3)", "X").steps)
    where = "B: R^m, R^q -> R^p bilinear; a: R^n -> R^m; c: R^n -> R^q; x: n"
    first = matcalc.diff("B(a(x), c(x))", "x", where).steps[0]
    assert ascii_text(first.after) == "B(D(a, x)[v], c(x)) + B(a(x), D(c, x)[v])"


def test_long_parts_get_a_name():
    text = str(matcalc.diff("||tanh(A x - b)||_2^2 + sum(tanh(A x - b))", "x").steps)
    assert text.startswith("let s = tanh(A x - b)")


def test_full_detail_says_what_is_held_fixed_and_marks_what_changed():
    assert str(matcalc.diff("x^T A x", "x").derivation(detail="full")).splitlines()[:7] == [
        "D(x^T A x)[v]",
        "  = D(x^T)[v] (A x) + x^T D(A x)[v]    [bilinear / product: (x^T, A x); A x, then x^T held fixed]",
        "    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  = v^T (A x) + x^T D(A x)[v]    [linear: x -> x^T is linear]",
        "    ^^^",
        "  = v^T (A x) + x^T (A v)    [linear: x -> A x is linear; A held fixed]",
        "                    ^^^^^",
    ]


PARTIAL = [
    # f             wrt  at          the lines behind the differential
    ("u^T X v",    "X", ("i", "j"), ["df/dX[i,j] = u^T 1_ij v", "  = sum_{r,s} u[r] 1_ij[r,s] v[s]", "  = u[i] v[j]"]),
    ("tr(A X B)",  "X", (2, 1),     ["df/dX[2,1] = tr(B A 1_21)", "  = sum_{r,s,t} B[r,s] A[s,t] 1_21[t,r]", "  = (A^T B^T)[2,1]"]),
    ("u^T x",      "x", ("k",),     ["df/dx[k] = u^T e_k", "  = sum_{r} u[r] e_k[r]", "  = u[k]"]),
    ("A X B",      "X", ("i", "j"), ["df/dX[i,j] = A 1_ij B", "df[r,s]/dX[i,j] = A[r,i] B[j,s]"]),
    ("A x",        "x", ("j",),     ["df/dx[j] = A e_j", "df[r]/dx[j] = A[r,j]"]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "at", "lines"), PARTIAL)
def test_a_partial_derivative_is_the_differential_at_a_unit(f, wrt, at, lines):
    text = str(matcalc.diff(f, wrt).derivation(to="partial", at=at))
    assert [line.partition("    [")[0] for line in text.splitlines()][2:] == lines


def test_a_partial_derivative_has_as_many_indices_as_the_variable():
    with pytest.raises(matcalc.ShapeError, match="X has 2 indices, and 1 are given"):
        matcalc.diff("u^T X v", "X").derivation(to="partial", at=["i"])


def test_goals_and_details_are_a_closed_list():
    d = matcalc.diff("x^T A x", "x")
    with pytest.raises(matcalc.UnsupportedError, match="not 'proof'"):
        d.derivation(to="proof")
    with pytest.raises(matcalc.UnsupportedError, match="not 'long'"):
        d.derivation(detail="long")


def test_latex_is_an_align_environment():
    text = matcalc.diff("x^T A x", "x").steps.latex()
    assert text.startswith(
        "\\begin{align*}\n&D\\left(\\mathbf{x}^\\top \\mathbf{A} \\mathbf{x}\\right)[\\mathbf{v}] \\\\"
    )
    assert text.count("&=") == 5
    assert r"\text{linear: $\mathbf{x}$ $\to$ $\mathbf{A} \mathbf{x}$ is linear}" in text
    full = matcalc.diff("x^T A x", "x").derivation(detail="full").latex()
    assert r"\left(\underline{\mathbf{A} \mathbf{v}}\right)" in full


def test_plain_data_has_the_part_that_changed():
    found = matcalc.diff("x^T A x", "x").steps.as_dict()
    assert found["let"] == {}
    assert found["steps"][1] == {
        "rule": "linear",
        "note": "x -> x^T is linear",
        "fixed": [],
        "before": "D(x^T)[v] (A x) + x^T D(A x)[v]",
        "after": "v^T (A x) + x^T D(A x)[v]",
        "old": "D(x^T)[v]",
        "new": "v^T",
        "label": None,
    }

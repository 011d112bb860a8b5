"""Every step of a derivation keeps the value: D(e)[v] worked out, before and after are the differential."""

from dataclasses import replace

import numpy as np
import pytest

import matcalc
from matcalc.calculus.differential import differential
from matcalc.calculus.steps import LINES
from matcalc.numeric.evaluation import evaluate
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree, postorder
from matcalc.syntax.understanding import understand
from oracle import DIRECTION, TABLES, Case, load

CASES = [case for table in TABLES for case in load(table)]


def worked_out(tree, d):
    """The tree with every inert D(e)[v] replaced by the differential of e."""
    declared = d.differential.declarations
    moves = dict(zip(d._leaves, d._directions, strict=True))
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


@pytest.mark.parametrize("case", CASES[::3], ids=[case.id for case in CASES[::3]])
def test_every_step_keeps_the_value(case: Case):
    where = {name: text for name, text in case.where.items() if name != DIRECTION}
    d = matcalc.diff(case.f, case.wrt, where=where, direction=DIRECTION)
    try:
        steps = d.steps
    except matcalc.UnsupportedError:
        pytest.skip("refused with its reason")
    assert len(steps.at("brief")) < LINES
    known = d.differential.known()
    expected = evaluate(d.differential.node, case.values, known)
    for step in steps:
        if step.rule.startswith("read off"):
            break
        text = ascii_text(worked_out(step.after, d))
        read = understand(text, d.differential.declarations, directions=[DIRECTION])
        found = evaluate(read.node, case.values, known)
        np.testing.assert_allclose(np.ravel(found), np.ravel(expected), rtol=1e-7, atol=1e-9, err_msg=step.rule)


def test_the_end_of_a_derivation_is_the_result():
    for f, wrt in [("x^T A x", "x"), ("logdet(X)", "X"), ("A x", "x"), ("softmax(A x)", "x")]:
        d = matcalc.diff(f, wrt)
        assert ascii_text(d.steps[-1].after) == str(d.result)


def test_the_hessian_is_reached_through_the_gradient():
    steps = matcalc.diff("x^T A x", "x").derivation(to="hessian")
    assert [ascii_text(step.after) for step in steps][-3:] == ["(A + A^T) x", "(A + A^T) v", "A + A^T"]


def test_long_parts_get_a_name():
    text = str(matcalc.diff("||tanh(A x - b)||_2^2 + sum(tanh(A x - b))", "x").steps)
    assert text.startswith("let s = tanh(A x - b)")


def test_full_detail_says_what_is_held_fixed():
    assert "[linear: x -> A x is linear; A held fixed]" in str(matcalc.diff("x^T A x", "x").derivation(detail="full"))


def test_latex_is_an_align_environment():
    text = matcalc.diff("x^T A x", "x").steps.latex()
    assert text.startswith("\\begin{align*}")
    assert text.count("&=") == 5

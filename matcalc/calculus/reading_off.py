"""The last steps of a derivation: what is read off Df(x)[v], the gradient, Jacobian, Hessian, a partial derivative.

In: the steps to the differential, and the result.  Out: the steps with those that lead to the result; they are labelled, since a
gradient is not equal to a differential.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.nodes import Node
from matcalc.calculus.steps import Step, Words
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree, put


def read_off(
    steps: Sequence[Step], direction: Node, form: str, result: Node, layout: str = "denominator"
) -> list[Step]:
    """The step from the differential to the gradient, Jacobian, slope or Hessian."""
    v = direction.data
    rule, words, label = _READ[form](direction, layout)
    before, after = steps[-1].after, written(result)
    return [*steps, Step(rule, (words.format(v=v),), before, after, before, after, label=label)]


def _gradient(direction: Node, _: str) -> tuple[str, str, str]:
    words = "Df = G {v}" if direction.is_scalar else "Df = <G, {v}>"
    if direction.is_matrix:
        words += " = tr(G^T {v})"
    return "read off <G, H>", words + " for all {v}", "gradient"


def _jacobian(_: Node, layout: str) -> tuple[str, str, str]:
    numerator = layout == "numerator"
    words = (
        "Df = J {v} for all {v}: one column per input" if numerator else "Df = J^T {v} for all {v}: one row per input"
    )
    return "read off J", words, "Jacobian"


def _slope(_: Node, __: str) -> tuple[str, str, str]:
    return "read off Df(t)[1]", "{v} = 1", "derivative"


def _hessian(direction: Node, _: str) -> tuple[str, str, str]:
    if direction.is_scalar:
        return "read off D2f", "{v} = 1", "second derivative"
    many = direction.is_matrix
    words = "vec(D(gradient)[{v}]) = Hessian vec({v})" if many else "D(gradient)[{v}] = Hessian {v}"
    return "read off the Hessian", words + " for all {v}", "Hessian"


_READ = {"gradient": _gradient, "jacobian": _jacobian, "derivative": _slope, "hessian": _hessian}


def substituted(
    steps: Sequence[Step],
    direction: Node,
    unit: Tree,
    words: Words,
    further: Sequence[tuple[str, Words, Tree, str]],
    label: str,
) -> list[Step]:
    """The steps from Df(X)[H] to a partial derivative: H = 1_ij, then the `further` ones: rule, words, what is there, label."""
    last = steps[-1].after
    after = put(last, {direction.data: unit})
    found = [*steps, Step("substitute 1_{i,j}", tuple(words), last, after, written(direction), unit, label=label)]
    for rule, why, tree, name in further:
        found.append(Step(rule, tuple(why), after, tree, after, tree, label=name))
        after = tree
    return found

"""The forms of the chain rule, as the lecture writes them: a table, and the same in LaTeX.

Source: the lecture, "Chain rule" and "Chain rule with gradients".
"""

from __future__ import annotations

import re
from typing import NamedTuple

# {g} {h} {u} {c} {x} {v} are names; {n} {m} {k} are the numbers of entries of x, of u and of f.
#  for      | the form                                                | here     | why
_FORMS = """
any         | {c} = D{h}({x})[{v}]                                    | change   | how {h} changes
any         | Df({x})[{v}] = D{g}({h}({x}))[D{h}({x})[{v}]]           | map      | one linear map after the other
number      |   = <grad {g}({h}({x})), {c}>                           | inner    | inner product
slope       |   = {g}'({h}({x})) {c}                                  | scaled   | a number times a number
vector      |   = (grad {g}({h}({x})))^T {c}                          | row      | row times column
vector      |   = {c}^T grad {g}({h}({x}))                            | column   | its transpose: it is a number
matrix      |   = tr((grad {g}({h}({x})))^T {c})                      | trace    | the inner product of matrices
columns     | {c} = (<grad {h}_1({x}), {v}>, ..., <grad {h}_{m}({x}), {v}>)^T | | component by component: inner products
columns     |   = ({v}^T grad {h}_1({x}), ..., {v}^T grad {h}_{m}({x}))^T    |  | as products of a row and a column
columns     | {c}^T = {v}^T (grad {h}_1({x}), ..., grad {h}_{m}({x})) |          | as a row
columns     |   = {v}^T J({h}, {x})                              | jacobian | {n} x {m}, its columns are the gradients of {h}_1 to {h}_{m}
scalar      | Df({x})[{v}] = (grad {g}({h}({x})))^T J({h}, {x})^T {v} | products | as matrix products
scalar      |   = {v}^T J({h}, {x}) grad {g}({h}({x}))                | turned   | {v} transposed, the Jacobian of {h}, the gradient of {g}
scalar      | grad f({x}) = J({h}, {x}) grad {g}({h}({x}))            | gradient | {n} x {m} times {m}
along       | grad f({x}) = {g}'({h}({x})) grad {h}({x})              | along    | a number times a gradient
one         | f'({x}) = {g}'({h}({x})) {h}'({x})                      | along    | in one dimension
jacobians   | J(f, {x}) = J({h}, {x}) J({g}, {h}({x}))                | both     | denominator layout: {n} x {m} times {m} x {k}
jacobians   | J(f, {x})^T = J({g}, {h}({x}))^T J({h}, {x})^T          | swapped  | numerator layout: {k} x {m} times {m} x {n}
scalar      | df/d{x}_i = sum_j d{h}_j/d{x}_i d{g}/d{u}_j             |          | partial derivatives: one entry of the gradient
jacobians   | df_k/d{x}_i = sum_j d{h}_j/d{x}_i d{g}_k/d{u}_j         |          | partial derivatives: one entry of the Jacobian
matrix      | df/d{x}_ij = sum_rs d{h}_rs/d{x}_ij d{g}/d{u}_rs        |          | partial derivatives: one entry of the gradient
"""

# a form as it is printed -> in LaTeX
_DRAWN = (
    (r"\bd(\w+)/d([\\{}\w]+)",  r"\\frac{\\partial \1}{\\partial \2}"),
    (r"J\((\w+), ([^()]+)\)",   r"J_{\1}(\2)"),
    (r"J\((\w+), (\w+\([^()]+\))\)", r"J_{\1}(\2)"),
    (r"grad (\w)_(\w+)",        r"\\nabla \1_{\2}"),
    (r"grad ",                  r"\\nabla "),
    (r"\^T",                    r"^\\top"),
    (r"<",                      r"\\langle "),
    (r">",                      r"\\rangle "),
    (r"\.\.\.",                 r"\\dots"),
    (r"sum_(\w+)",              r"\\sum_{\1}"),
    (r"\btr\(",                 r"\\operatorname{tr}("),
)  # fmt: skip


class Row(NamedTuple):
    """What shapes the `form` is `about`, the form, the name of what it is `here` (calculus/chain.py), and `why` it holds."""

    about: str
    form: str
    here: str
    why: str


def in_latex(form: str) -> str:
    r"""A form as it is printed, in LaTeX.

    >>> print(in_latex("  = (grad g(h(x)))^T c"))
    = (\nabla g(h(x)))^\top c
    """
    text = form.strip()
    for pattern, replacement in _DRAWN:
        text = re.sub(pattern, replacement, text)
    return text


def _rows() -> list[Row]:
    lines = ([cell.rstrip() for cell in line.split("|")] for line in _FORMS.strip("\n").splitlines())
    return [Row(about, form[1:], here.strip(), why.strip()) for about, form, here, why in lines]


ROWS = _rows()

"""What is compared: f, the variable, the claim and the truth as expressions, and the names in them.

A `Reading` is one thing that a claim can be (form, layout, shape); `readings` lists those that fit f and the variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcalc.algebra.dimension import ONE, SCALAR, Shape
from matcalc.algebra.nodes import Node, RowSymbol
from matcalc.errors import NotScalarError, UnsupportedError
from matcalc.syntax.declarations import Variable, t_is_scalar
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written

FORMS = ("gradient", "jacobian", "hessian", "differential", "partial")
LONGEST = 60  # characters of an expression that a diagnosis repeats


@dataclass(frozen=True, slots=True)
class Reading:
    """What a claim is taken for: its form, the layout of a Jacobian, and the shape that it must have."""

    form: str
    layout: str | None
    shape: Shape

    def __str__(self) -> str:
        named = {"jacobian": "Jacobian", "hessian": "Hessian", "partial": "partial derivative"}.get(
            self.form, self.form
        )
        if self.layout:
            return f"{named} in {self.layout} layout"
        return "derivative" if self.form == "jacobian" else named  # by a scalar


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """`claim` against `truth`, the `reading` of the derivative of `f` by `leaf`; `variables` are all names, directions too.

    `unstructured` is the gradient without structure where the truth is one with it.
    """

    f: Node
    leaf: Node
    reading: Reading
    truth: Node
    claim: Node
    variables: Mapping[str, Variable]
    indices: frozenset[str] = frozenset()
    unstructured: Node | None = None

    def text(self, node: Node) -> str:
        """An expression as it is printed, shortened in its middle."""
        text = ascii_text(written(node, taken=self.variables), primed=t_is_scalar(self.variables))
        return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} ... {text[-LONGEST // 3 :]}"


def readings(
    f: Node, leaf: Node, form: str | None, layout: str | None, *, moving: bool, indexed: bool
) -> list[Reading]:
    """What a claim about the derivative of `f` by `leaf` can be, the likelier first.

    `form` and `layout` if they were said; `moving`, `indexed`: whether a direction, an index stands in the claim.
    """
    if form is not None and form not in FORMS:
        raise UnsupportedError(f"a claim is a {', '.join(FORMS[:-1])} or {FORMS[-1]}, not {form!r}")
    if form in ("gradient", "hessian") and not f.is_scalar:
        rows, columns = f.shape
        raise NotScalarError(f"a {form} needs a scalar function, and this one is {rows} x {columns}")
    if form == "differential" or (form is None and moving):
        return [Reading("differential", None, f.shape)]
    if form == "partial" or (form is None and indexed):
        return [Reading("partial", None, f.shape)]
    gradient = Reading("gradient", None, leaf.shape[::-1] if type(leaf) is RowSymbol else leaf.shape)
    entries = leaf.shape[0] * leaf.shape[1]
    hessian = Reading("hessian", None, (entries, entries))
    if form == "gradient":
        return [gradient]
    if form == "hessian":
        return [hessian]
    if form is None and f.is_scalar:
        return [gradient] if gradient.shape == hessian.shape == SCALAR else [gradient, hessian]
    return _jacobians(f, leaf, layout)


def _jacobians(f: Node, leaf: Node, layout: str | None) -> list[Reading]:
    if leaf.is_scalar and (f.is_matrix or f.is_scalar):
        return [Reading("jacobian", None, f.shape)]
    components, entries = f.shape[0] * f.shape[1], leaf.shape[0] * leaf.shape[1]
    both = [
        Reading("jacobian", "denominator", (entries, components)),
        Reading("jacobian", "numerator", (components, entries)),
    ]
    if leaf.is_scalar and layout is None:
        both.reverse()  # Df(t)[1] is a column
    return [reading for reading in both if layout is None or reading.layout == layout]


def shape_words(shape: Shape) -> str:
    """`a scalar`, `a column of n`, `a row of n`, `m x n`."""
    rows, columns = shape
    if columns is ONE:
        return "a scalar" if rows is ONE else f"a column of {rows}"
    return f"a row of {columns}" if rows is ONE else f"{rows} x {columns}"

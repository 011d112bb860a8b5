"""check: is this formula the gradient, Jacobian, Hessian, differential or partial derivative of f?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcalc.algebra import calls, entrywise, products
from matcalc.algebra.nodes import Node, Product, basis, index, symbol, symbols
from matcalc.algebra.traversal import substitute
from matcalc.api.derivative import Derivative
from matcalc.api.expression import Expr, said
from matcalc.calculus import forms
from matcalc.claims.question import Question, Reading, readings
from matcalc.claims.understanding import Told, indices_in, understood
from matcalc.claims.verdict import Verdict, judged
from matcalc.errors import MatcalcError, UnknownNameError
from matcalc.syntax.declarations import Declarations, Variable
from matcalc.syntax.inference import infer
from matcalc.syntax.reading import read
from matcalc.syntax.roles import places, scoped
from matcalc.syntax.understanding import understand


def verdict(
    derivative: Derivative, claim: str | Expr, form: str | None, layout: str | None, *, moving: bool
) -> Verdict:
    """The verdict on `claim` about this derivative; `moving` says that its direction stands in the claim."""
    f, leaf = derivative.f, derivative._leaves[0]
    moved = derivative.differential.declarations  # of f, and of the direction
    declared = moved if moving else f.declarations
    name = str(derivative.direction)
    directions = [name] if moving else []
    at = [] if isinstance(claim, Expr) else indices_in(claim, declared, directions)
    if form == "partial" or at:
        at = [*at, *(i for i in ("i", "j") if i not in at)][: 2 if leaf.is_matrix else 0 if leaf.is_scalar else 1]
    possible = readings(f.node, leaf, form, layout, moving=moving, indexed=bool(at))
    told = (
        Told(claim.node, tuple(reading for reading in possible if reading.shape == claim.node.shape))
        if isinstance(claim, Expr)
        else understood(claim, declared, possible, directions)
    )
    truths: dict[Reading, Expr] = {}

    def truth(reading: Reading) -> Node:
        if reading not in truths:
            truths[reading] = _truth(derivative, reading, at)
        return truths[reading].node

    def asking(reading: Reading, true: Node, said: Node) -> Question:
        variables = {**declared.variables, **(moved.variables if reading.form == "differential" else {})}
        named = frozenset(place for place in at if not place.isdigit())
        plain = derivative._gradients[leaf] if derivative.structure and reading.form == "gradient" else None
        return Question(f.node, leaf, reading, true, said, variables, named, plain)

    if isinstance(told, Told):
        _refuse_unknown(told.node, moved)
    found = judged(told, possible, truth, asking, declared)
    reading = next(reading for reading in truths if (reading.form, reading.layout) == (found.form, found.layout))
    return replace(found, correct=truths[reading])


def _refuse_unknown(claim: Node, known: Declarations) -> None:
    for leaf in symbols(claim):
        if leaf.data not in known.variables:
            raise UnknownNameError(
                f"the claim has '{leaf.data}', which f does not have", hint="declare it if it is meant"
            )


def _truth(derivative: Derivative, reading: Reading, at: Sequence[str]) -> Expr:
    if reading.form == "partial":
        return _partial(derivative, at)
    if reading.form != "jacobian":
        found = getattr(derivative, reading.form)
    elif derivative._leaves[0].is_scalar and derivative.f.node.is_scalar:
        found = derivative.gradient
    else:
        found = derivative.jacobian(reading.layout)
    assert isinstance(found, Expr)
    return found


def _partial(derivative: Derivative, at: Sequence[str]) -> Expr:
    """df/dX_ij: the entry of the gradient of a scalar f, else Df(X)[1_ij]."""
    leaf = derivative._leaves[0]
    places_ = [index(int(i) if i.isdigit() else i) for i in at]
    if derivative.f.node.is_scalar:
        gradient = derivative.gradient
        if leaf.is_scalar:
            return Expr(gradient.node, derivative.f.variables)
        row, column = places_ if len(places_) == 2 else (places_[0], index(1))
        body = products.transpose(gradient.node) if gradient.node.is_row else gradient.node
        return Expr(_entry(body, row, column), derivative.f.variables)
    direction = derivative._directions[0]
    units = [basis(i, n) for i, n in zip(places_, leaf.shape, strict=False)]
    unit = units[0] if len(units) == 1 else products.product([units[0], products.transpose(units[1])])
    return Expr(substitute(derivative.differential.node, {direction: unit}), derivative.f.variables)


def _entry(body: Node, row: Node, column: Node) -> Node:
    """G[i,j]; u[i] v[j] of an outer product u v^T."""
    if type(body) is Product and len(body.children) == 2 and body.children[0].is_column:
        u, v = body.children[0], products.transpose(body.children[1])
        return entrywise.hadamard([calls.entry(u, row, index(1)), calls.entry(v, column, index(1))])
    return calls.entry(body, row, column)


def usual_directions(f: Expr, wrt: str) -> list[str]:
    """The names that a claim may use for the direction: dX, H, h, and those that `diff` chooses from."""
    rank = forms.rank(symbol(wrt, f.variables[wrt].shape)) if wrt in f.variables else 1
    return [f"d{wrt}", *forms.NAMES[rank], "H", "h"]


def agreed(f: str, claim: str, declarations: Declarations, wrt: str) -> Expr:
    """f; where the claim names dimensions that f alone does not have (`ones(k)`), with these names for its own."""
    alone = understand(f, declarations, wrt=[wrt])
    shapes = said(alone)
    try:
        tree = read(claim, shapes.declarations, directions=[f"d{wrt}"])
        parts, given = scoped([tree])
        unknown = places(parts, given, declarations).sizes - _dimensions(alone.typing.variables)
        if unknown:
            typing = infer(alone.tree, declarations, also=[tree])
            if len(_dimensions(typing.variables)) >= len(_dimensions(alone.typing.variables)):
                text = understand(f, declarations, wrt=[wrt], also=[tree])
                return said(text)
    except MatcalcError:
        pass
    return shapes


def _dimensions(variables: Mapping[str, Variable]) -> set[str]:
    return {name for variable in variables.values() for side in variable.shape for name in side.names}

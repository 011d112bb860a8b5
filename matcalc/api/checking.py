"""check: is this formula the gradient, Jacobian, Hessian, differential or partial derivative of f?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from matcalc.algebra import entries, products, transposes
from matcalc.algebra.dimension import SCALAR
from matcalc.algebra.leaves import ONE, basis, index, symbol
from matcalc.algebra.nodes import Node
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import symbols
from matcalc.api.derivative import Derivative
from matcalc.api.expression import Expr, said
from matcalc.calculus import forms
from matcalc.calculus.differential import differential
from matcalc.calculus.entries import entry
from matcalc.calculus.structure import structured
from matcalc.claims.indices import Places, choices, indices
from matcalc.claims.question import Question, Reading, readings
from matcalc.claims.understanding import (
    Misfit,
    Told,
    bound_in,
    direction_in,
    indices_in,
    names_in,
    stranger_in,
    understood,
)
from matcalc.claims.verdict import Verdict, judged
from matcalc.errors import MatcalcError, UnknownNameError
from matcalc.syntax.declarations import Declarations, Variable
from matcalc.syntax.inference import Typing, infer
from matcalc.syntax.names import is_default
from matcalc.syntax.reading import read
from matcalc.syntax.roles import default_rank, places, scoped
from matcalc.syntax.tree import postorder as parts_of
from matcalc.syntax.understanding import understand

RANKS = ("scalar", "vector", "matrix")


def verdict(
    derivative: Derivative,
    claim: str | Expr,
    form: str | None,
    layout: str | None,
    *,
    moving: bool,
    at: Sequence[str | int] | None = None,
    read: Typing | None = None,
) -> Verdict:
    """The verdict on `claim` about this derivative; `moving` says that its direction stands in the claim, `at` which partial it is,
    `read` how f was read.

    Where the indices of the claim can be those of several partial derivatives, the first that is right.
    """
    found = _of_places(derivative, claim, form, layout, moving=moving, at=at)
    return replace(
        found,
        defaults=read.defaults if read else (),
        conditions=derivative.conditions,
        warnings=(*(read.notes if read else ()), *derivative.warnings),
    )


def _of_places(
    derivative: Derivative,
    claim: str | Expr,
    form: str | None,
    layout: str | None,
    *,
    moving: bool,
    at: Sequence[str | int] | None,
) -> Verdict:
    known = derivative.differential.declarations if moving else derivative.f.declarations
    directions = [str(derivative.direction)] if moving else []
    f, leaf = derivative.f.node, derivative.leaves[0]
    written = [] if isinstance(claim, Expr) else indices_in(claim, known, directions, indices(f))
    chosen: list[tuple[Places, Places]] = [((), ())]
    indexed = bool(at) or (bool(written) and not (form is None and _is_whole(derivative, claim, layout, moving=moving)))
    if form == "partial" or indexed:
        chosen = choices(f, leaf, written, [str(place) for place in at or ()], indices(f) | derivative.f.names())
    found: list[Verdict] = []
    for of_f, of_x in chosen:
        asked = _entry_of(derivative, of_f) if of_f else derivative
        found.append(_judged(asked, claim, form, layout, of_x, moving=moving, indexed=indexed))
        if found[-1].right:
            return found[-1]
    return found[0]


def _is_whole(derivative: Derivative, claim: str | Expr, layout: str | None, *, moving: bool) -> bool:
    """Whether a claim with entries or indices in it is the whole derivative: it has its shape, or none of a partial derivative's.

    A partial derivative is of all of f or of an entry of f.  2 x[1] e(1,n) is a gradient, 2 x[1] one of its entries.
    """
    f, leaf = derivative.f.node, derivative.leaves[0]
    whole = readings(f, leaf, None, layout, moving=moving, indexed=False)
    partial = [Reading("partial", None, shape) for shape in (f.shape, SCALAR)]
    told = _told(derivative, claim, [*whole, *partial], moving=moving)
    if isinstance(told, Misfit):
        return False
    return not told.readings or told.readings[0] in whole


def _entry_of(derivative: Derivative, places_: Places) -> Derivative:
    """The derivative of one entry of f."""
    f = derivative.f
    row, column = (*map(_index, places_), index(1))[:2]
    made = entries.entry(f.node, row, column) if not f.node.is_row else entries.entry(f.node, index(1), row)
    return Derivative(
        Expr(made, f.variables, f.directions, functions=f.functions),
        derivative.names,
        [direction.data for direction in derivative.moving],
        several=False,
        structure=derivative.structure,
        layout=derivative.layout,
    )


def _index(place: str) -> Node:
    return index(int(place) if place.isdigit() else place)


def _judged(
    derivative: Derivative,
    claim: str | Expr,
    form: str | None,
    layout: str | None,
    at: Sequence[str],
    *,
    moving: bool,
    indexed: bool,
) -> Verdict:
    f, leaf = derivative.f, derivative.leaves[0]
    moved = derivative.differential.declarations  # of f, and of the direction
    declared = moved if moving else f.declarations
    possible = readings(f.node, leaf, form, layout, moving=moving, indexed=indexed)
    told = _told(derivative, claim, possible, moving=moving)
    truths: dict[Reading, Expr] = {}

    def truth(reading: Reading) -> Node:
        if reading not in truths:
            truths[reading] = _truth(derivative, reading, at)
        return truths[reading].node

    def asking(reading: Reading, true: Node, said: Node) -> Question:
        variables = {**declared.variables, **(moved.variables if reading.form == "differential" else {})}
        named = indices(f.node, true, said)
        plain = derivative._gradients[leaf] if derivative.structure and reading.form == "gradient" else None
        return Question(f.node, leaf, reading, true, said, variables, named, plain)

    names = [leaf.data for leaf in symbols(told.node)] if isinstance(told, Told) else names_in(told.tree, declared)
    _refuse_unknown(names, {*moved.variables, *([str(derivative.direction)] if moving else [])})
    found = judged(told, possible, truth, asking, declared)
    reading = next(reading for reading in truths if (reading.form, reading.layout) == (found.form, found.layout))
    return replace(found, correct=truths[reading])


def _told(derivative: Derivative, claim: str | Expr, possible: Sequence[Reading], *, moving: bool) -> Told | Misfit:
    """What the claim says, and which of the `possible` readings have its shape."""
    if isinstance(claim, Expr):
        return Told(claim.node, tuple(reading for reading in possible if reading.shape == claim.node.shape))
    if moving:
        return understood(claim, derivative.differential.declarations, possible, [str(derivative.direction)])
    return understood(claim, derivative.f.declarations, possible)


def _refuse_unknown(names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            stem, _, places_ = name.partition("_")
            entry_ = f"write {stem}[{','.join(places_)}] for an entry of {stem}" if places_ and stem in known else ""
            hint = entry_ or "declare it if it is meant"
            raise UnknownNameError(f"the claim has '{name}', which f does not have", hint=hint)


def _truth(derivative: Derivative, reading: Reading, at: Sequence[str]) -> Expr:
    if reading.form == "partial":
        return _partial(derivative, at)
    if reading.form != "jacobian":
        found = getattr(derivative, reading.form)
    elif derivative.leaves[0].is_scalar and derivative.f.node.is_scalar:
        found = derivative.gradient
    else:
        found = derivative.jacobian(reading.layout)
    assert isinstance(found, Expr)
    return found


def _partial(derivative: Derivative, at: Sequence[str]) -> Expr:
    """df/dX_ij: the entry of the gradient of a scalar f, else Df(X)[1_ij]."""
    leaf, variables = derivative.leaves[0], derivative.f.variables
    places_ = [_index(place) for place in at]
    if derivative.f.node.is_scalar:
        gradient = derivative.gradient.node
        if leaf.is_scalar:
            return Expr(gradient, variables)
        row, column = (*places_, index(1))[:2]
        return Expr(entry(transposes.transpose(gradient) if gradient.is_row else gradient, row, column), variables)
    direction = derivative.moving[0]
    units = [basis(i, n) for i, n in zip(places_, leaf.shape, strict=False)]
    unit = products.product([units[0], *map(transposes.transpose, units[1:])]) if units else ONE
    moved = structured(unit, derivative.structure, variables[derivative.names[0]].properties)
    return Expr(substitute(derivative.differential.node, {direction: moved}), variables)


def direction_of(claim: str | Expr, f: Expr, wrt: str, form: str | None, direction: str | None) -> str | None:
    """The name of the direction in the claim: `direction`, a usual one (dX, H), or the only name that nothing else explains.

    Of the last kind it must be a differential: of f's shape and linear in this name.
    """
    if isinstance(claim, Expr):
        return next((leaf.data for leaf in claim.directions), None)
    leaf = symbol(wrt, f.variables[wrt].shape)
    idle = {name for name in f.variables.keys() - _written(f) if f.variables[name].shape == leaf.shape and name != wrt}
    taken = f.names() - idle
    found = direction_in(claim, [direction] if direction else _usual_directions(leaf), taken, f.declarations)
    if found or direction or form not in (None, "differential") or leaf.is_scalar:
        return found
    other = stranger_in(claim, taken, f.declarations)
    if other is None or not (other in f.variables or _may_be(other, leaf)):
        return None
    return other if _is_differential(claim, without(f, other), leaf, other) else None


def _may_be(name: str, leaf: Node) -> bool:
    """Whether a letter that is not declared has the rank of the variable: E for a matrix, w for a vector."""
    return is_default(name) and RANKS.index(default_rank(name)) == forms.rank(leaf)


def _usual_directions(leaf: Node) -> list[str]:
    """The names that a claim may use for the direction: dX, delta_X, H, h, and those that `diff` chooses from."""
    marked = [f"{mark}{leaf.data}" for mark in ("d", "d_", "delta", "delta_", "Delta", "Delta_")]
    return [*marked, *forms.NAMES[forms.rank(leaf)], "H", "h"]


def _written(f: Expr) -> set[str]:
    return {part.text for part in parts_of(f.tree) if part.head == "name"} | {leaf.data for leaf in symbols(f.node)}


def _is_differential(claim: str, f: Expr, leaf: Node, name: str) -> bool:
    moving = forms.direction_of(leaf, name)
    declarations = Expr(f.node, f.variables, [moving], functions=f.functions).declarations
    try:
        told = understood(claim, declarations, [Reading("differential", None, f.node.shape)], [name])
    except MatcalcError:
        return False
    if isinstance(told, Misfit) or not told.readings:
        return False
    return differential(told.node, {moving: moving}) is told.node


def without(f: Expr, name: str) -> Expr:
    """f, this name not declared."""
    variables = {other: variable for other, variable in f.variables.items() if other != name}
    return Expr(f.node, variables, f.directions, tree=f.tree, functions=f.functions)


def agreed(f: str, claim: str, declarations: Declarations, wrt: str, direction: str | None) -> tuple[Expr, Typing]:
    """f, and how it was read; where the claim names dimensions that f alone does not have (`ones(k)`), with these names for its own."""
    alone = understand(f, declarations, wrt=[wrt])
    shapes = said(alone)
    own = alone.typing.variables
    directions = [direction] if direction else [f"d{wrt}", *forms.NAMES[2], "h"]
    try:
        bound = bound_in(claim)
        tree = read(claim, shapes.declarations, directions=[name for name in directions if name not in bound])
        parts, given = scoped([tree])
        known = _dimensions(own) | places([], {}, declarations).sizes
        if places(parts, given, declarations).sizes - known:
            typing = infer(alone.tree, declarations, also=[tree])
            if len(_dimensions({name: typing.variables[name] for name in own})) >= len(_dimensions(own)):
                text = understand(f, declarations, wrt=[wrt], also=[tree])
                variables = {name: text.typing.variables[name] for name in own}
                return Expr(text.node, variables, tree=text.tree, functions=text.typing.functions), text.typing
    except MatcalcError:
        pass
    return shapes, alone.typing


def _dimensions(variables: Mapping[str, Variable]) -> set[str]:
    return {name for variable in variables.values() for side in variable.shape for name in side.names}

"""The derivation of each form of a derivative: which steps lead to it, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcalc.algebra import products, transposes
from matcalc.algebra.leaves import basis, index
from matcalc.algebra.nodes import RowSymbol
from matcalc.algebra.traversal import substitute
from matcalc.calculus import reading_off
from matcalc.calculus.chain import Chain, chain
from matcalc.calculus.derivation import differential_steps
from matcalc.calculus.differential import differential
from matcalc.calculus.entries import LETTERS, component_sum, entry
from matcalc.calculus.steps import Step, Words
from matcalc.calculus.structure import structured
from matcalc.errors import ShapeError, UnsupportedError
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree, put
from matcalc.syntax.understanding import understand

if TYPE_CHECKING:
    from matcalc.api.derivative import Derivative
    from matcalc.api.expression import Expr

GOALS = ("result", "differential", "hessian", "partial")


def steps_to(d: Derivative, goal: str, at: Sequence[str | int] = ()) -> list[Step]:
    """The steps from f to the differential, and to what is read off it."""
    if goal not in GOALS:
        raise UnsupportedError(f"a derivation is to the {', '.join(GOALS[:-1])} or {GOALS[-1]}, not {goal!r}")
    leaf, direction = d.leaves[0], d.moving[0]
    steps = differential_steps(d.f.tree, d.f.node, leaf, direction, d.differential.node)
    if goal == "partial":
        return _to_partial(d, steps, at)
    form, result = ("gradient", d.gradient) if goal == "hessian" else d.form
    if goal != "differential" and form != "differential":
        steps = reading_off.read_off(steps, direction, form, result.node, d.layout)
    if goal == "hessian":
        hessian = d.hessian.node
        change = d.shown(differential(result.node, {leaf: direction})).node
        further = differential_steps(result.tree, result.node, leaf, direction, change)
        steps += reading_off.read_off(further, direction, "hessian", hessian)
    return steps


def _to_partial(d: Derivative, steps: Sequence[Step], at: Sequence[str | int]) -> list[Step]:
    """H = 1_ij in Df(X)[H], written out in components, and what is left."""
    leaf, direction = d.leaves[0], d.moving[0]
    lengths = [side for side in leaf.shape if side.value != 1]
    if len(at) != len(lengths):
        raise ShapeError(f"{leaf.data} has {len(lengths)} indices, and {len(at)} are given")
    if not lengths:
        return reading_off.read_off(steps, direction, "derivative", d.result.node)
    places = [int(place) if str(place).isdigit() else str(place) for place in at]
    nodes = [index(place) for place in places]
    written_at = ",".join(map(str, places))
    units = [basis(place, n) for place, n in zip(nodes, lengths, strict=True)]
    unit = products.product([units[0], *map(transposes.transpose, units[1:])])
    moved = structured(unit, d.structure, d.f.variables[d.names[0]].properties)
    plain = moved is unit
    shown = (
        Tree("name", text=("1_" if len(units) == 2 else "e_") + written_at.replace(",", ""))
        if plain
        else written(moved)
    )
    if isinstance(leaf, RowSymbol):
        shown = Tree("transpose", (shown,))
    further: list[tuple[str, Words, Tree, str]] = []
    if d.f.node.is_scalar:
        components = component_sum(d.differential.node, {*d.f.names(), *map(str, places)}) if plain else None
        why: Words = ("one entry of the gradient",)
        if components is not None:
            written_out = put(components, {direction.data: shown})
            further.append(("components", ("every product written out",), written_out, ""))
            why = (shown, " is 0 elsewhere: one term of each sum is left")
        gradient = transposes.transpose(d.gradient.node) if d.gradient.node.is_row else d.gradient.node
        result = entry(gradient, *(*nodes, index(1), index(1))[:2])
        further.append(("index notation", why, written(result), ""))
    else:
        change = substitute(d.differential.node, {direction: moved})
        many = sum(side.value != 1 for side in change.shape)
        free = [name for name in LETTERS if name not in {*d.f.names(), *map(str, places)}][:many]
        result = entry(change, *(*map(index, free), index(1))[:2])
        label = f"df[{','.join(free)}]/d{leaf.data}[{written_at}]"
        further.append(("index notation", ("one entry of it",), written(result), label))
    what = "1 at that entry, 0 elsewhere" if plain else "the entries that move with it"
    words: Words = (Tree("name", text=direction.data), " = ", shown, ": ", what)
    label = f"df/d{leaf.data}[{written_at}]"
    return reading_off.substituted(steps, direction, shown, words, further, label)


def chain_of(d: Derivative, inner: str | Expr | None) -> Chain:
    """The chain rule for f = g o h, h(x) = `inner`."""
    node = (
        understand(inner, d.f.declarations).node
        if isinstance(inner, str)
        else inner.node
        if inner is not None
        else None
    )
    form, result = d.form
    label = "Df" if form == "differential" else "Jacobian" if form == "jacobian" else form
    named = (label, result.node)
    return chain(d.f.node, d.leaves[0], d.moving[0], node, named, lambda part: d.shown(part).node, d.ranks())

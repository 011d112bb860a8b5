"""Partial derivatives: df/dX_ij = Df(X)[1_ij], the differential in the direction that is 1 at (i,j) and 0 elsewhere.

In: the differential, its direction, and the indices, counted from 1: one for a vector, two for a matrix, none for a scalar; a name
or an integer.  Out: a SymPy expression in the entries of the variables, in which

    u, X        IndexedBase("u"), IndexedBase("X"): u[i], X[i,j];  scalars are Symbols
    i, r        Symbol("i", integer=True)
    n           Symbol("n", integer=True, positive=True): sums run over 1..n

Of a vector or matrix f it is the entry of df/dX_ij at the free indices that `entry_names` gives.  Source: the lecture's recap,
"Linear mapping to partial derivatives".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from matcalc.algebra import entries, leaves
from matcalc.algebra.dimension import ONE
from matcalc.algebra.nodes import Index, Node, Symbol
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import postorder, symbols
from matcalc.errors import DeclarationError, LimitError, ShapeError, SyntaxProblem
from matcalc.rewrite.index_form import IndexForm
from matcalc.rewrite.index_sums import IndexSums
from matcalc.rewrite.sympy_words import dimension_names

if TYPE_CHECKING:
    from sympy import Expr

_NUMERALS = {0: "no index", 1: "one index", 2: "two indices"}


def partial(
    change: Node, direction: Node, at: Sequence[str | int], moved: Callable[[Node], Node] = lambda unit: unit
) -> Expr:
    """df/dX_ij = Df(X)[1_ij] from the differential `change`, linear in `direction`; ShapeError where the indices do not fit X.

    `moved` is how X moves if its entry (i,j) does: 1_ij, but 1_ij and 1_ji of a symmetric X (calculus/structure.py).

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.products import product
    >>> from matcalc.algebra.transposes import transpose
    >>> m, n = named("m"), named("n")
    >>> u, H, v = leaves.symbol("u", (m, ONE)), leaves.direction("H", (m, n)), leaves.symbol("v", (n, ONE))
    >>> partial(product([transpose(u), H, v]), H, ["i", "j"])
    u[i]*v[j]
    """
    places = _places(change, direction, at)
    row, column = (*map(leaves.index, places), leaves.ONE, leaves.ONE)[:2]
    at_unit = substitute(change, {direction: moved(entries.unit(row, column, *direction.shape))})
    names = _free_names(change, places)
    form = IndexForm(at_unit, {*_taken(change, places), *names})
    free = iter(names)
    wanted = [form.index(1 if length is ONE else next(free)) for length in change.shape]
    try:
        found: Expr = form.entry(at_unit, *wanted)
    except RecursionError:
        raise LimitError("the index form is too deep for SymPy", hint="ask for the differential") from None
    return found


def entry_names(change: Node, direction: Node, at: Sequence[str | int]) -> tuple[str, ...]:
    """The free indices of `partial`: none for a scalar f, r for a vector, r and s for a matrix, or the next letters if taken.

    >>> from matcalc.algebra.dimension import named
    >>> H = leaves.direction("H", (named("m"), named("n")))
    >>> entry_names(H, H, ["i", "r"]), partial(H, H, ["i", "r"])
    (('s', 't'), KroneckerDelta(i, s)*KroneckerDelta(r, t))
    """
    return _free_names(change, _places(change, direction, at))


def _free_names(change: Node, places: Sequence[str | int]) -> tuple[str, ...]:
    names = IndexSums(_taken(change, places)).free_names()
    return tuple(islice(names, sum(length is not ONE for length in change.shape)))


def _taken(change: Node, places: Sequence[str | int]) -> set[str]:
    """Every name that stands in the expression or among the indices."""
    names = {node.data for node in postorder(change) if isinstance(node, Symbol | Index)}
    return {*names, *dimension_names(change), *(place for place in places if isinstance(place, str))}


def _places(change: Node, direction: Node, at: Sequence[str | int]) -> list[str | int]:
    lengths = [length for length in direction.shape if length is not ONE]
    if len(at) != len(lengths):
        shape = " x ".join(map(str, direction.shape)) if lengths else "a scalar"
        raise ShapeError(
            f"the variable is {shape}: its partial derivative has {_NUMERALS[len(lengths)]}, and {len(at)} given",
            hint="write " + " or ".join(("i,j", "1,2") if len(lengths) == 2 else ("i", "1")) if lengths else "",
        )
    return [_place(change, place, length) for place, length in zip(at, lengths, strict=True)]


def _place(change: Node, place: str | int, length: Any) -> str | int:
    """An index as an integer or a name: in range, and not the name of a variable."""
    if isinstance(place, str) and re.fullmatch(r"-?\d+", place.strip()):
        place = int(place)
    if isinstance(place, int):
        if place < 1 or (length.value is not None and place > length.value):
            raise ShapeError(f"the index {place} is not in 1..{length}", hint="indices count from 1")
        return place
    name = place.strip() if isinstance(place, str) else ""
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise SyntaxProblem(f"an index is a name or an integer, not {place!r}")
    variables = {leaf.data for leaf in symbols(change)} - dimension_names(change)
    if name in variables:
        raise DeclarationError(
            f"{name} is a variable here and cannot be an index too", hint="give the index another name"
        )
    return name

"""Which partial derivative a claim with indices is about: the indices of the variable, and those of an entry of f.

`u_i v_j` is df/dX_ij; of a vector or matrix f, a claim with as many indices as both have is one entry's: A_ij = d(A x)_i/dx_j.  Where
several are possible all are named, the likelier first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice, permutations

from matcalc.algebra.nodes import Entry, Index, Node, Number
from matcalc.algebra.walks import postorder
from matcalc.claims.question import shape_words
from matcalc.errors import ShapeError

MOST = 9  # choices of integers
LETTERS = "ijklrs"

Places = tuple[str, ...]


def choices(
    f: Node, leaf: Node, written: Sequence[str], at: Sequence[str], taken: Collection[str]
) -> list[tuple[Places, Places]]:
    """The indices of f and those of the variable: from those `written` in the claim, or `at` for the variable; others not `taken`.

    >>> from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import ONE, symbol
    >>> X = symbol("X", (named("m"), named("n")))
    >>> choices(ONE, X, ["k"], [], [])
    [((), ('k', 'i'))]
    >>> choices(X, X, ["i", "j", "k", "l"], [], [])
    [(('k', 'l'), ('i', 'j')), (('i', 'j'), ('k', 'l'))]
    """
    many, count = _sides(f), _sides(leaf)
    if at:
        if many and len(at) == many + count:
            return [(tuple(at[:many]), tuple(at[many:]))]  # of f first: df_i/dx_j
        if len(at) != count:
            indices_ = "one index" if count == 1 else f"{count} indices"
            raise ShapeError(f"the variable is {shape_words(leaf.shape)}: {indices_}, and {len(at)} given")
        rest = tuple(place for place in written if place not in at)
        return [(rest if len(rest) == many else (), tuple(at))]
    integers = [place for place in written if place.isdigit()]
    if len(integers) == len(written) == many > 0 == count:  # an entry of df/dt
        return [(tuple(integers), ())]
    if len(integers) == len(written) > 0 < count:
        known = dict.fromkeys([*integers, *_integers(f)])
        found = dict.fromkeys([tuple(integers[:count]), *permutations(known, count)])
        full: list[tuple[Places, Places]] = [((), places) for places in found if len(places) == count]
        if full:
            return [*_split(written, many, count), *full][:MOST]
        written = ()
    if split := _split(written, many, count):
        return split
    free = (name for name in LETTERS if name not in taken and name not in written)
    return [((), (*written, *islice(free, max(0, count - len(written))))[:count])]


def _split(written: Sequence[str], many: int, count: int) -> list[tuple[Places, Places]]:
    """As many indices as an entry of f and the variable have together: those of either first."""
    if not many or len(written) != many + count:
        return []
    split = [(tuple(written[:many]), tuple(written[many:])), (tuple(written[count:]), tuple(written[:count]))]
    return split if many == 1 else split[::-1]  # df_i/dx_j, but dF_kl/dX_ij


def indices(*nodes: Node) -> frozenset[str]:
    """The names of the indices in expressions."""
    return frozenset(node.data for node in postorder(*nodes) if isinstance(node, Index))


def _integers(f: Node) -> list[str]:
    places = [place for node in postorder(f) if type(node) is Entry for place in node.children[1:]]
    return [str(place.data) for place in places if type(place) is Number]


def _sides(node: Node) -> int:
    """The number of indices of an entry: 0, 1 or 2."""
    return sum(side.value != 1 for side in node.shape)

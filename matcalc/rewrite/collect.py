"""Collecting common factors: A x + A^T x -> (A + A^T) x, 2 A^T A x - 2 A^T b -> 2 A^T (A x - b).

In: an expression in normal form.  Out: an equal one.  Bottom-up, memoised, one greedy pass per sum: among all factors that two or
more terms share (the first or last of a chain, all of it, a scalar, an entrywise factor, an operand of a Kronecker product, the last factor
under a trace, the function of diag and vec), take the one that saves most, until none saves.  What it saves is (terms - 1) times
the factor's weight, less a penalty for every term that would leave a bare I, ones or 1 behind.  A factor that is a sum is found where
its terms stand among the others, too: c (x - b) + x - b.

A symmetric matrix stays one that is seen to be symmetric: a b^T + b a^T + x x^T, never a b^T + (b a + x x ...)^T.  From such a sum only
what keeps it so is taken out, on both sides at once where it has to be (F^T C F + F^T D F = F^T (C + D) F), unless all that can be
taken out gives a form that is symmetric again, and is not longer: A^T A + A^T B + B^T A + B^T B = (A + B)^T (A + B).

It ends: every collection lowers the number of terms of a sum, and rebuilding never raises it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from matcalc.algebra import sums, transposes
from matcalc.algebra.nodes import PLUS, Node, Rational, Sum, Transpose
from matcalc.algebra.sums import divide
from matcalc.algebra.traversal import rebuild
from matcalc.algebra.walks import postorder_with
from matcalc.rewrite.factors import WHOLE, Parts, Place, leaves_bare, places, remainder, stands_around

BARE = 1.5  # what a created I, ones or 1 costs
# longer sums are left as they are: taking n terms of n factors apart one by one costs n^3
MOST_TERMS = 64
MOST_FACTORS = 1000  # of all terms together

Flip = Callable[[Node], Node]  # the transpose, as it stands where the declared properties hold


def is_symmetric(node: Node, flip: Flip) -> bool:
    """Whether a matrix is seen to be symmetric: its transpose is the matrix, or becomes a symmetric one."""
    if not node.is_matrix or node.shape[0] is not node.shape[1] or node.weight > transposes.HEAVIEST:
        return False
    turned = flip(node)
    return turned is node or flip(turned) is turned


class Collection:
    """Common factors under one set of properties: what became of a part, and of a sum, is found once."""

    def __init__(self, flip: Flip) -> None:
        self._flip = flip
        self._parts: dict[Node, Node] = {}
        self._sums: dict[Node, Node] = {}

    def on(self, root: Node) -> Node:
        """`root` with common factors collected in every sum."""
        out = self._parts
        for node in postorder_with(PLUS, root, out):
            children = [out.get(child, child) for child in node.children]
            same = all(new is old for new, old in zip(children, node.children, strict=True))
            made = node if same else rebuild(node, children)
            out[node] = self._sum(made) if type(made) is Sum else made
        return out.get(root, root)

    def _sum(self, node: Node) -> Node:
        """A sum, or the transpose of one, with its common factors collected; anything else as it is."""
        if type(node) is Transpose:
            return transposes.transpose(self._sum(node.children[0]))
        found = self._sums.get(node)
        if found is None:
            found = self._sums[node] = self._collected(node)
        return found

    def _collected(self, node: Node) -> Node:
        found = self._greedy(node, keep=False)
        if found is node or not is_symmetric(node, self._flip):
            return found
        kept = self._greedy(node, keep=True)
        return found if found.weight <= kept.weight and is_symmetric(found, self._flip) else kept

    def _greedy(self, node: Node, *, keep: bool) -> Node:
        """The sum after every collection that saves; `keep`: and that leaves a symmetric sum seen to be symmetric."""
        while type(node) is Sum and 2 <= len(node.children) <= MOST_TERMS and _factors(node) <= MOST_FACTORS:
            better = (None if keep or len(node.children) < 3 else self._refolded(node)) or self._best(node, keep)
            if better is None:
                return node
            node = better
        if type(node) is Sum and len(node.children) == 1 and type(node.children[0]) is Sum:
            return sums.add([(node.data[0], self._greedy(node.children[0], keep=keep))])
        return node

    def _best(self, node: Node, keep: bool) -> Node | None:
        """The sum after the collection that saves most; None if none saves."""
        parts = [sums.split(term) for term in node.children]
        mirror = _mirror(node, self._flip) if keep else {}
        for place, where in _ranked(node, parts, mirror if keep else None):
            whole = self._taken_out(parts, node.data, place, where)
            if whole is None:
                continue
            made = [(1, whole)]
            mirrored = [mirror[k] for k in where] if keep else []
            if mirrored and mirrored[0] not in where:
                made.append((1, self._flip(whole)))
            pairs = zip(node.data, node.children, strict=True)
            others = [pair for k, pair in enumerate(pairs) if k not in [*where, *mirrored]]
            better = sums.add([*made, *others])
            fewer = type(better) is not Sum or len(better.children) < len(node.children)
            if fewer and (not keep or is_symmetric(better, self._flip)):
                return better
        return None

    def _refolded(self, node: Node) -> Node | None:
        """The sum with a factor S taken out of F S and of the terms of S, which stand bare: c (x - b) + x - b = (c + 1) (x - b)."""
        with_sums = [term for term in node.children if term.heads & PLUS]
        coefficients = dict(zip(node.children, node.data, strict=True)) if with_sums else {}
        for term in with_sums:
            parts = sums.split(term)
            for place in places(parts):
                bare = place.factor
                if type(bare) is not Sum or place.kind not in _OF_SUMS:
                    continue
                ratio = _ratio(coefficients, bare)
                if ratio is None or (place.kind in ("first", "last") and stands_around(parts, bare)):
                    continue
                rest, own = remainder(parts, place), remainder((1, [], bare), place)
                if rest is None or own is None or rest.shape != own.shape:
                    continue
                inside = self._sum(sums.add([(coefficients[term] * parts[0], rest), (ratio, own)]))
                taken = {term, *bare.children}
                others = [(c, child) for child, c in coefficients.items() if child not in taken]
                return sums.add([(1, WHOLE[place.kind](bare, inside)), *others])
        return None

    def _taken_out(
        self, parts: Sequence[Parts], coefficients: Sequence[Rational], place: Place, where: Sequence[int]
    ) -> Node | None:
        """The terms at `where` with the factor in front of what is left of them."""
        rest = []
        for k in where:
            remaining = remainder(parts[k], place)
            if remaining is None:
                return None
            rest.append((coefficients[k] * parts[k][0], remaining))
        shapes = {remaining.shape for _, remaining in rest}
        if len(shapes) != 1:
            return None
        return WHOLE[place.kind](place.factor, self._sum(sums.add(rest)))


def _ranked(node: Node, parts: Sequence[Parts], mirror: Mapping[int, int] | None) -> Iterator[tuple[Place, list[int]]]:
    """The factors that save when they are taken out, and the terms that have them; what saves most first.

    With a `mirror`, terms come as pairs t + t^T: of pairs that only half have the factor, that half; the other follows.
    """
    holders: dict[Place, list[int]] = {}
    for k, term in enumerate(parts):
        for place in places(term):
            holders.setdefault(place, []).append(k)
    ranked = []
    for place, where in holders.items():
        if mirror is not None and {mirror.get(k) for k in where} != set(where):
            where = [k for k in where if mirror.get(k, k) not in where]
        if len(where) < 2:
            continue
        kind, factor = place
        # a scalar direction is taken out of every term: (log(t) + 1) h
        bare = 0 if kind == "scalar" and factor.directional else sum(leaves_bare(parts[k], place) for k in where)
        if bare and type(factor) is Sum:
            if kind in ("first", "last") and any(stands_around(parts[k], factor) for k in where):
                continue  # S C S + S is seen to be symmetric
        elif bare and kind == "entry" and any(leaves_bare(parts[k], place) and parts[k][1] for k in where):
            continue  # it would leave s ones(n) behind
        weight = min(factor.weight, 1000) * (2 if kind == "both" else 1)
        saved = (len(where) - 1) * weight - BARE * bare
        if saved > 0 or (saved == 0 and bare == 0):
            ranked.append((-saved, _PREFERENCE[kind], factor.key, place, where))
    for _, _, _, place, where in sorted(ranked, key=lambda entry: entry[:3]):
        yield place, where


def _ratio(coefficients: Mapping[Node, Rational], total: Node) -> Rational | None:
    """The r for which r `total` is part of the sum with these coefficients."""
    ratios = {divide(coefficients.get(child, 0), c) for c, child in zip(total.data, total.children, strict=True)}
    return ratios.pop() if len(ratios) == 1 and 0 not in ratios else None


def _factors(node: Node) -> int:
    return sum(term.degree for term in node.children)


def _mirror(node: Node, flip: Flip) -> dict[int, int]:
    """Which term is the transpose of which."""
    places = {child: k for k, child in enumerate(node.children)}
    mirror = {}
    for k, child in enumerate(node.children):
        other = places.get(flip(child))
        if other is not None and node.data[other] == node.data[k]:
            mirror[k] = other
    return mirror


# where a sum leaves 1, I or ones if it is all of a term
_OF_SUMS = frozenset({"body", "scalar", "first", "last", "entry"})
_PREFERENCE = {
    "body": -1,
    "both": 0,
    "first": 0,
    "last": 1,
    "scalar": 2,
    "entry": 3,
    "left": 4,
    "right": 5,
    "traced": 6,
    "inside": 7,
}

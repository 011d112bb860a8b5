"""Corrections of the claim as a whole: transposed, a factor, another convention.

A convention is the order of vec, or which entries of a symmetric X are moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from matcalc.algebra import entrywise, matrix_powers, products, sums, transposes
from matcalc.algebra.dimension import named
from matcalc.algebra.leaves import ONE, commutation, identity, index, size
from matcalc.algebra.nodes import Hadamard, Node
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import postorder
from matcalc.calculus import forms
from matcalc.calculus.structure import structured
from matcalc.claims.comparison import Comparison
from matcalc.claims.correction import Correction, factor_words, rational
from matcalc.claims.points import ratio
from matcalc.claims.question import Question, shape_words

POWERS = (1, -1, 2, -2)
MOST_SCALARS = 24


def transposed(question: Question) -> Iterator[Correction]:
    """The transpose of the claim, where its shape is that of the truth."""
    claim, reading = question.claim, question.reading
    for i, j in combinations(sorted(question.indices), 2):
        swapped = substitute(claim, {index(i): index(j), index(j): index(i)})
        said = f"transposed: the indices {i} and {j} should change places"
        yield Correction("transposed", swapped, lambda said=said: said)  # type: ignore[misc]
    if claim.is_scalar or claim.shape[::-1] != question.truth.shape:
        return
    if reading.form == "jacobian" and reading.layout:
        other = next(layout for layout in forms.LAYOUTS if layout != reading.layout)
        text = f"transposed: this is the Jacobian in {other} layout, not in {reading.layout} layout"
    elif reading.form == "gradient":
        text = f"transposed: the gradient has the shape of {question.leaf.data}, {shape_words(question.truth.shape)}"
        if question.claim.shape == question.truth.shape:
            text = f"transposed: the {reading} is the transpose of this"
    else:
        text = f"transposed: the {reading} is the transpose of this"
    yield Correction("transposed", transposes.transpose(claim), lambda: text)


def factor(comparison: Comparison, node: Node) -> tuple[str, Fraction, Node] | None:
    """What is wrong where the truth is a multiple of `node`: the sentence, the rational, the other factor (or 1)."""
    found: list[float] = []
    for k in comparison.telling:
        a, b = comparison.fast.flat(comparison.truth, k), comparison.fast.flat(node, k)
        quotient = ratio(a, b) if a is not None and b is not None else None
        if quotient is None:
            return None
        found.append(quotient)
    r = rational(found[0])
    if r is not None and abs(found[1] - r) <= 1e-9 * abs(r):
        return (factor_words(r), r, ONE) if r != 1 else None
    for scalar in _scalars(comparison.question):
        values = [comparison.fast.flat(scalar, k) for k in comparison.telling]
        for power in POWERS:
            rests = [f / v[0] ** power for f, v in zip(found, values, strict=True) if v and v[0]]
            if len(rests) == 2 and abs(rests[0] - rests[1]) <= 1e-9 * abs(rests[0]) and (r := rational(rests[0])):
                return _scalar_words(comparison.question, scalar, power, r), r, _power(scalar, power)
    return _other_scalars(comparison, node, found)


def _other_scalars(comparison: Comparison, node: Node, found: list[float]) -> tuple[str, Fraction, Node] | None:
    """Several scalars: those that stand before the truth and not before `node`, over those that stand before `node` alone."""
    theirs, mine = (Counter(_scalar_factors(each)) for each in (comparison.truth, node))
    missing, extra = theirs - mine, mine - theirs
    if not missing or extra:
        return None
    scalar = entrywise.hadamard(list(missing.elements()))
    values = [comparison.fast.flat(scalar, k) for k in comparison.telling]
    rests = [f / v[0] for f, v in zip(found, values, strict=True) if v and v[0]]
    if len(rests) == 2 and abs(rests[0] - rests[1]) <= 1e-9 * abs(rests[0]) and (r := rational(rests[0])):
        text = comparison.question.text(sums.times_number(sums.plain(r), scalar))
        plain = f"a factor {text} is missing"  # the sign may be in a difference: s (1 - s)
        return _scalar_words(comparison.question, scalar, 1, r) if text.startswith("-") else plain, r, scalar
    return None


def _scalar_factors(node: Node) -> list[Node]:
    scalars = sums.split(node)[1]
    return [each for scalar in scalars for each in (scalar.children if type(scalar) is Hadamard else (scalar,))]


def _scalars(question: Question) -> list[Node]:
    """The scalar expressions in f, the truth and the claim, and the sizes of their shapes."""
    roots = (question.truth, question.f, question.claim)
    names = {name for variable in question.variables.values() for side in variable.shape for name in side.names}
    found = dict.fromkeys(size(named(name)) for name in sorted(names))
    inside = [node for node in postorder(*roots) if node.is_scalar and node.children and not node.directional]
    leaves = [node for node in postorder(*roots) if node.is_scalar and not node.children and not node.directional]
    found.update(dict.fromkeys([*leaves, *sorted(inside, key=lambda node: node.weight)]))
    return list(found)[:MOST_SCALARS]


def _power(scalar: Node, power: int) -> Node:
    return matrix_powers.power(scalar, sums.times_number(power, ONE))


def _scalar_words(question: Question, scalar: Node, power: int, r: Fraction) -> str:
    whole = sums.times_number(sums.plain(r if power > 0 else 1 / r), _power(scalar, abs(power)))
    text = question.text(whole if r > 0 else sums.times_number(-1, whole))
    sign = "the sign is wrong, and " if r < 0 else ""
    return f"{sign}a factor {text} is {'missing' if power > 0 else 'too much'}"


def scaled(node: Node, r: Fraction, other: Node) -> Node:
    """r * other * node."""
    return sums.times_number(sums.plain(r), products.scaled(other, node))


def conventions(question: Question) -> Iterator[Correction]:
    """The truth in other conventions, against which the claim is held: the corrections are of the truth, not of the claim."""
    truth, leaf, form = question.truth, question.leaf, question.reading.form
    if question.unstructured is not None:
        said = f"this is the unconstrained gradient, of an {leaf.data} whose entries all move"
        yield Correction("convention", question.unstructured, lambda: said)
    elif form == "gradient" and leaf.is_matrix and truth.shape[0] is truth.shape[1]:
        for structure, words in _STRUCTURES.items():
            yield Correction(
                "convention",
                structured(truth, structure, frozenset({"symmetric"})),
                lambda structure=structure, words=words: (  # type: ignore[misc]
                    f"right in another convention: {words.format(leaf.data)} (structure='{structure}')"
                ),
            )
    if form in ("jacobian", "hessian") and not leaf.is_scalar and truth.is_matrix:
        yield from _row_orders(question)


_STRUCTURES = {
    "independent": "{0} symmetric, its entries on and below the diagonal independent",
    "projected": "{0} symmetric, the gradient projected on symmetric matrices",
}


def _row_orders(question: Question) -> Iterator[Correction]:
    """The truth where vec stacks rows: of f, of X, of both."""
    truth = question.truth
    by_rows = question.reading.layout == "numerator"
    f_shape, x_shape = question.f.shape, question.leaf.shape
    if question.reading.form == "hessian":
        f_shape = x_shape
    turned_f, turned_x = (s[0].value != 1 and s[1].value != 1 for s in (f_shape, x_shape))
    first, second = (f_shape, x_shape) if by_rows else (x_shape, f_shape)
    for rows, columns in ((True, True), (True, False), (False, True)):
        made = truth
        if rows:
            made = products.product([commutation(*first), made])
        if columns:
            made = products.product([made, transposes.transpose(commutation(*second))])
        which = _which(question, rows if by_rows else columns, columns if by_rows else rows, turned_f, turned_x)
        if made is not truth and which:
            said = f"right in another convention: {which}"
            yield Correction("convention", made, lambda said=said: said)  # type: ignore[misc]


def _which(question: Question, of_f: bool, of_x: bool, turned_f: bool, turned_x: bool) -> str:
    if (of_f and not turned_f) or (of_x and not turned_x):
        return ""
    if of_f and of_x:
        return "vec stacks rows, not columns"
    if question.reading.form == "hessian":
        return ""
    return "vec of f stacks rows, not columns" if of_f else f"vec of {question.leaf.data} stacks rows, not columns"


def on_symmetric(question: Question) -> tuple[Node, Node] | None:
    """Claim and truth of a Hessian by a square X as bilinear forms of symmetric changes: N M N, N = (I + Kmat)/2."""
    leaf = question.leaf
    if question.reading.form != "hessian" or not leaf.is_matrix or leaf.shape[0] is not leaf.shape[1]:
        return None
    turn = commutation(*leaf.shape)
    symmetric = sums.plus(identity(turn.shape[0]), turn)
    claim, truth = (products.product([symmetric, M, symmetric]) for M in (question.claim, question.truth))
    return claim, truth

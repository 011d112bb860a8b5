"""Corrections of one term of a sum: missing, too much, of the wrong sign or factor, another one in its place.

Terms are compared by their values at one random point, so that it does not matter how they are written; what fits there is
checked like every correction.
"""

from __future__ import annotations

from collections.abc import Iterator

from matcalc.algebra import sums
from matcalc.algebra.nodes import Node, Sum
from matcalc.calculus.distributed import terms
from matcalc.claims.comparison import Comparison
from matcalc.claims.correction import Correction, rational
from matcalc.claims.points import CLOSE, ratio

MOST_CHANGES = 4

Value = list[float]


def wrong_terms(comparison: Comparison) -> Iterator[Correction]:
    """The claim with one term added, left out, turned, scaled or replaced; first by the terms as written, then expanded."""
    claim, truth = comparison.question.claim, comparison.truth
    if claim.shape != truth.shape:
        return
    mine = _valued(comparison, _distinct([_written(claim), terms(claim)]))
    theirs = _valued(comparison, _distinct([_written(truth), terms(truth)]))
    k = comparison.telling[0]
    a, b = comparison.fast.flat(truth, k), comparison.fast.flat(claim, k)
    if a is None or b is None:
        return
    gap = [x - y for x, y in zip(a, b, strict=True)]
    yield from _one(comparison, gap, mine, theirs)


def _written(node: Node) -> list[Node]:
    if type(node) is not Sum:
        return [node]
    return [sums.times_number(c, term) for c, term in zip(node.data, node.children, strict=True)]


def _distinct(lists: list[list[Node]]) -> list[Node]:
    return list(dict.fromkeys(term for one in lists for term in one))


def _valued(comparison: Comparison, found: list[Node]) -> dict[Node, Value]:
    pairs = ((term, comparison.fast.flat(term, comparison.telling[0])) for term in found)
    return {term: value for term, value in pairs if value is not None}


def _one(
    comparison: Comparison, gap: Value, mine: dict[Node, Value], theirs: dict[Node, Value]
) -> Iterator[Correction]:
    question = comparison.question
    claim, text = question.claim, question.text
    known = {_rounded(value): term for term, value in reversed(theirs.items())}

    def made(added: Node, sentence: str, node: Node, other: Node | None = None) -> Correction:
        words = (text(node),) if other is None else (text(node), text(other))
        return Correction("term", sums.plus(claim, added), lambda: sentence.format(*words))

    for term, value in theirs.items():
        if term is not comparison.truth and _same(gap, value):
            yield made(term, "the term {} is missing", term)
    for term, value in mine.items():
        if term is claim and len(mine) == 1:
            continue
        r = ratio(gap, value)
        if r is None or (c := rational(r)) is None or term is claim:
            continue
        correct = sums.times_number(sums.plain(c), term)
        if c == -1:
            yield made(correct, "the term {} is too much", term)
        elif c == -2:
            yield made(correct, "the term {} has the wrong sign", term)
        else:
            right = sums.times_number(sums.plain(1 + c), term)
            yield made(correct, "the term {} should be {}", term, right)
    for term, value in mine.items():
        if term is claim:
            continue
        other = known.get(_rounded([x + y for x, y in zip(gap, value, strict=True)]))
        if other is not None and other is not comparison.truth:
            yield made(sums.minus(other, term), "the term {} should be {}", term, other)


def several_terms(comparison: Comparison) -> Iterator[Correction]:
    """Several terms at once: those of one side that the other does not have, or has another multiple of."""
    question = comparison.question
    if question.claim.shape != comparison.truth.shape:
        return
    mine = _valued(comparison, terms(question.claim))
    theirs = _valued(comparison, terms(comparison.truth))
    common = {_rounded(value) for value in mine.values()} & {_rounded(value) for value in theirs.values()}
    extra = {term: value for term, value in mine.items() if _rounded(value) not in common}
    missing = {term: value for term, value in theirs.items() if _rounded(value) not in common}
    scaled = list(_multiples(extra, missing))
    for term, other in scaled:
        del extra[term], missing[other]
    changes = len(extra) + len(missing) + len(scaled)
    if not (common or scaled) or changes > MOST_CHANGES or (not common and len(mine) == len(theirs) == 1):
        return
    corrected = sums.add(
        [(1, question.claim), *((-1, t) for t in [*extra, *(t for t, _ in scaled)])]
        + [(1, t) for t in [*missing, *(other for _, other in scaled)]]
    )

    def sentence() -> str:
        text = question.text
        said = [f"the term {text(term)} should be {text(other)}" for term, other in scaled]
        said += [f"the term {text(t)} is too much" for t in extra]
        said += [f"the term {text(t)} is missing" for t in missing]
        return ", ".join(said[:-1]) + " and " * (len(said) > 1) + said[-1]

    if changes:
        yield Correction("term", corrected, sentence)


def _multiples(mine: dict[Node, Value], theirs: dict[Node, Value]) -> Iterator[tuple[Node, Node]]:
    """Terms of which the other side has a rational multiple, each once."""
    left = dict(theirs)
    for term, value in mine.items():
        for other, true in left.items():
            r = ratio(true, value)
            if r is not None and rational(r) is not None:
                yield term, other
                del left[other]
                break


def _same(left: Value, right: Value) -> bool:
    size = max(map(abs, right))
    return size > 0 and max(abs(x - y) for x, y in zip(left, right, strict=True)) <= CLOSE * size


def _rounded(value: Value) -> tuple[str, ...]:
    return tuple(f"{x:.7e}" if abs(x) > 1e-11 else "0" for x in value)

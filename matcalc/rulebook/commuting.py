"""Patterns among factors or terms that commute: each takes one of an entrywise product or of a sum, in any order.

X^3 holds X^2 and leaves X; the terms of a sum are taken with one ratio of coefficients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from matcalc.algebra import entrywise, sums
from matcalc.algebra.leaves import ONE, number
from matcalc.algebra.nodes import Hadamard, Node, Number, Power, Rational
from matcalc.algebra.traversal import instantiate
from matcalc.algebra.walks import postorder
from matcalc.rulebook import matching
from matcalc.rulebook.rule import Found, is_letter


def factors_of(node: Node) -> tuple[Node, ...]:
    """The factors of an entrywise product."""
    return node.children if type(node) is Hadamard else (node,)


def among(
    patterns: Sequence[Node], factors: list[Node], found: Found, *, whole: bool
) -> Iterator[tuple[Found, list[Node]]]:
    """What is found when each pattern takes one of the factors, and the factors that are left; none are if `whole`."""
    if not patterns:
        if not (whole and factors):
            yield found, factors
        return
    if whole and all(map(is_letter, patterns)) and len(factors) > sum(_taken(p, found) for p in patterns):
        return
    # Letters last: what else there is tells what they are.
    pattern = next((p for p in patterns if not is_letter(p)), patterns[0])
    others = [p for p in patterns if p is not pattern]
    value = found.values.get(pattern)
    if value is not None:
        rest = list(factors)
        for factor in factors_of(value):
            if factor not in rest:
                return
            rest.remove(factor)
        yield from among(others, rest, found, whole=whole)
        return
    for k, factor in enumerate(factors):
        for inner, left in _factor(pattern, factor, found):
            yield from among(others, factors[:k] + left + factors[k + 1 :], inner, whole=whole)


def _taken(letter: Node, found: Found) -> int:
    """How many factors a letter takes at most: those of what it stands for already, else one."""
    return len(factors_of(found.values.get(letter, letter)))


def _factor(pattern: Node, factor: Node, found: Found) -> Iterator[tuple[Found, list[Node]]]:
    """A factor that a pattern takes, wholly or in part: X^2 of X^3 leaves X; what is left."""
    for inner in matching.matches(pattern, factor, found):
        yield inner, []
    base, exponent = power_of(pattern)
    if is_letter(exponent) and type(factor) is not Power:
        for inner in matching.matches(base, factor, found):
            for both in matching.bound(exponent, ONE, inner):
                yield both, []
    if type(factor) is Power and type(exponent) is Number and type(factor.children[1]) is Number:
        wanted, given = exponent.data, factor.children[1].data
        if _is_part(wanted, given):
            for inner in matching.matches(base, factor.children[0], found):
                yield inner, [entrywise.power(factor.children[0], number(given - wanted))]


def _is_part(wanted: Rational, given: Rational) -> bool:
    return type(wanted) is int and type(given) is int and wanted * given > 0 and abs(given) > abs(wanted)


def power_of(node: Node) -> tuple[Node, Node]:
    """The base and the exponent of an entrywise power."""
    return (node.children[0], node.children[1]) if type(node) is Power else (node, ONE)


def pairs_of(node: Node) -> list[tuple[Rational, Node]]:
    """The coefficients and terms of a sum."""
    return list(zip(node.data, node.children, strict=True))


def terms_among(
    patterns: Sequence[tuple[Rational, Node]],
    terms: list[tuple[Rational, Node]],
    found: Found,
    ratio: Rational | None,
) -> Iterator[tuple[Found, list[tuple[Rational, Node]], Rational]]:
    """What is found when each pattern takes one of the terms, all with the same ratio of coefficients; what is left; the ratio."""
    if not patterns:
        yield found, terms, 1 if ratio is None else ratio
        return
    (c, pattern), *others = patterns
    only = None if ratio is None else _known(pattern, found)
    counts = Counter(given for given, _ in terms) if ratio is None else Counter()
    for k, (given, term) in enumerate(terms):
        if only is not None and term is not only:
            continue
        now = sums.divide(given, c)
        if now == ratio if ratio is not None else _can_be_among(patterns, counts, now):
            for inner in matching.matches(pattern, term, found):
                yield from terms_among(others, terms[:k] + terms[k + 1 :], inner, now)


def _can_be_among(patterns: Sequence[tuple[Rational, Node]], counts: Mapping[Rational, int], ratio: Rational) -> bool:
    """Whether each pattern has a term with its coefficient: few sums have those of x^T x - 2 x^T y + y^T y."""
    wanted = Counter(c * ratio for c, _ in patterns)
    return all(counts.get(c, 0) >= times for c, times in wanted.items())


def _known(pattern: Node, found: Found) -> Node | None:
    """The one expression that a pattern of letters all of which are known can be; None if one of them is not."""
    letters = [part for part in postorder(pattern) if is_letter(part)]
    if not letters or any(letter not in found.values for letter in letters):
        return None
    return instantiate(pattern, found.values, found.dimensions)

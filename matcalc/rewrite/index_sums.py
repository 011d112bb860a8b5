"""Sums over indices in SymPy: fresh indices, deltas that collapse, indices with digits.

In: a term in free indices and the indices to sum over, with their ranges 1..n.  Out: the sum, in which

    sum_r a_r delta_ri = a_i,    sum_r c a_r = c sum_r a_r,    sum_rs a_r b_s = (sum_r a_r) (sum_s b_s).

A summation index is a Dummy until its Sum is made, and then gets a name that stands nowhere in the expression: nothing is captured,
and equal sums meet.  Nothing is evaluated: SymPy's own summation looks for closed forms and answers with Piecewise.

An index of a kron or vec is a number in mixed radix, k = (outer - 1) length + inner; such a sum runs over its digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from typing import Any

from matcalc import limits
from matcalc.algebra.dimension import ONE, Dimension
from matcalc.errors import LimitError
from matcalc.rewrite.sympy_words import dimension

Term = Any  # a SymPy expression; SymPy has no types of its own
Digits = tuple[tuple[Term, Dimension], ...]  # summation indices, or digits of one, and their ranges, innermost first

LETTERS = "rstpqkl"


class IndexSums:
    """The sums of one expression; `taken` are the names of all that stands in it, free indices too: no sum binds one of them.

    >>> import sympy
    >>> from matcalc.algebra.dimension import named
    >>> a, i, sums = sympy.IndexedBase("a"), sympy.Symbol("i"), IndexSums({"i", "r"})
    >>> k, over = sums.summation([named("n")])
    >>> sums.summed(a[k] * (1 + sums.delta(k, i)), over)
    a[i] + Sum(a[s], (s, 1, n))
    """

    def __init__(self, taken: Iterable[str]) -> None:
        import sympy

        self.sympy: Any = sympy
        self._taken = frozenset(taken)
        self._digits: dict[Term, Digits] = {}
        self._terms = 0

    def count_term(self) -> None:
        """One more term is opened; LimitError beyond matcalc.limits.terms."""
        self._terms += 1
        if self._terms > limits.terms:
            raise LimitError(
                f"the index form has more than matcalc.limits.terms = {limits.terms} terms",
                hint="ask for the differential, or raise matcalc.limits.terms",
            )

    def free_names(self) -> Iterator[str]:
        """Names that stand nowhere in the expression: r, s, t, ..., r1, s1, ..."""
        names = chain(LETTERS, (f"{letter}{k}" for k in count(1) for letter in LETTERS))
        return (name for name in names if name not in self._taken)

    # ---- indices

    def summation(self, lengths: Sequence[Dimension]) -> tuple[Term, Digits]:
        """A summation index with digits in these ranges, and what to sum over: nothing for the index 1 in 1..1."""
        digits = tuple((self.sympy.Dummy(integer=True), length) for length in lengths if length is not ONE)
        return self.number(digits), digits

    def number(self, digits: Digits) -> Term:
        """The index with these digits; `parts` gets them back."""
        if not digits:
            return self.sympy.S.One
        value = digits[-1][0]
        for digit, length in reversed(digits[:-1]):
            value = (value - 1) * dimension(length) + digit
        if value.is_Add:  # a bare name may stand in other places, for a number of another range
            self._digits[value] = digits
        return value

    def parts(self, k: Term, inner: Dimension, outer: Dimension) -> tuple[Term, Term]:
        """The r in 1..inner and s in 1..outer with k = (s - 1) inner + r."""
        if inner is ONE:
            return self.sympy.S.One, k
        if outer is ONE:
            return k, self.sympy.S.One
        digits = self._digits.get(k, ())
        product = ONE
        for place, (_, length) in enumerate(digits, 1):
            product = product * length
            if product is inner:
                return self.number(digits[:place]), self.number(digits[place:])
        step = dimension(inner)
        return self.sympy.Mod(k - 1, step) + 1, self.sympy.floor((k - 1) / step) + 1

    def delta(self, i: Term, j: Term) -> Term:
        """delta_ij; where i or j has digits, the product over its digits."""
        digits = self._digits.get(i) or self._digits.get(j)
        if not digits:
            return self.sympy.KroneckerDelta(i, j)
        inner, outer = digits[0][1], ONE
        for _, length in digits[1:]:
            outer = outer * length
        (i_inner, i_outer), (j_inner, j_outer) = self.parts(i, inner, outer), self.parts(j, inner, outer)
        return self.sympy.KroneckerDelta(i_inner, j_inner) * self.delta(i_outer, j_outer)

    # ---- sums

    def summed(self, body: Term, over: Digits) -> Term:
        """The sum of `body` over the indices."""
        self.count_term()
        sympy = self.sympy
        if not over or body == 0:
            return body
        if body.is_Add:
            return sympy.Add(*(self.summed(term, over) for term in body.args))
        factors = sympy.Mul.make_args(body)
        indices = {index for index, _ in over}
        for k, factor in enumerate(factors):
            others = sympy.Mul(*factors[:k], *factors[k + 1 :])
            if isinstance(factor, sympy.KroneckerDelta):
                for r, i in (factor.args, factor.args[::-1]):
                    if r in indices:
                        rest = tuple((index, length) for index, length in over if index != r)
                        return self.summed(others.xreplace({r: i}), rest)
            elif factor.is_Add and any(delta.free_symbols & indices for delta in factor.atoms(sympy.KroneckerDelta)):
                return sympy.Add(*(self.summed(term * others, over) for term in factor.args))
        return self._by_component(factors, over)

    def _by_component(self, factors: Sequence[Term], over: Digits) -> Term:
        """One Sum for each set of indices that hang together by the factors they share."""
        components: list[tuple[set[Term], list[Term]]] = [({index}, []) for index, _ in over]
        indices = {index for index, _ in over}
        outside = []
        for factor in factors:
            touched = factor.free_symbols & indices
            if not touched:
                outside.append(factor)
                continue
            joined = [component for component in components if component[0] & touched]
            components = [component for component in components if not component[0] & touched]
            terms = [term for _, held in joined for term in held]
            components.append((set[Term]().union(*(names for names, _ in joined)), [*terms, factor]))
        for names, terms in components:
            within = tuple((index, length) for index, length in over if index in names)
            # sum_r 1 = n
            outside.append(self._sum(self.sympy.Mul(*terms), within) if terms else dimension(within[0][1]))
        return self.sympy.Mul(*outside)

    def _sum(self, body: Term, over: Digits) -> Term:
        used = {symbol.name for symbol in body.atoms(self.sympy.Symbol) if not isinstance(symbol, self.sympy.Dummy)}
        names = (name for name in self.free_names() if name not in used)
        named = {index: self.sympy.Symbol(next(names), integer=True) for index, _ in over}
        return self.sympy.Sum(body.xreplace(named), *((named[index], 1, dimension(length)) for index, length in over))

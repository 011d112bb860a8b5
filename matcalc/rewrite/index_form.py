"""Index form: one entry of an expression as a SymPy expression in Indexed entries, sums and Kronecker deltas.

In: a node, a row and a column.  Out: `A[r,i]*C[j,s]`, `Sum(A[i,r]*x[r], (r, 1, n))`.  Indices count from 1.  I, e(i,n) are deltas, and a
sum over an index that stands in a delta collapses at once:

    sum_r a_r delta_ri = a_i

What a norm, softmax or trace means is written out; inverses, determinants and the other functions of a whole matrix stay one name,
`inv(X)[r,s]`, `det(X)`.  An index of a kron or vec has two digits, k = (outer - 1) length + inner; a summed one is two sums.

Every summation index is a Dummy until its sum is made, and then gets a name that stands nowhere in the expression: no capture,
and equal sums meet.  An entry is made once per (node, row, column).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count, product
from typing import Any

from matcalc import limits
from matcalc.algebra import calls
from matcalc.algebra.dimension import ONE, Dimension
from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.nodes import (
    Apply,
    Basis,
    Call,
    Commutation,
    Constant,
    Direction,
    Entry,
    Gradient,
    Hadamard,
    Identity,
    Index,
    Jacobian,
    MatrixPower,
    Node,
    Number,
    Ones,
    Power,
    Product,
    RowDirection,
    RowSymbol,
    Scaled,
    Size,
    Slope,
    Sum,
    Symbol,
    Transpose,
    Zero,
    postorder,
)
from matcalc.errors import LimitError
from matcalc.rewrite.sympy_words import dimension, dimension_names, leaf, of_number, rational
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written

Term = Any  # a SymPy expression
Over = list[tuple[Any, Dimension]]  # summation indices and their ranges
Digits = tuple[tuple[Any, Dimension], ...]  # an index in mixed radix: (digit, range), innermost first

DEEPEST = 60  # levels; SymPy itself recurses through what is made here
LONGEST_NAME = 40  # weight of an opaque argument that is written out in its name
LETTERS = "rstpqkl"


class IndexForm:
    """The entries of `root` and all below it; `taken` are further names that no summation index may have.

    >>> from matcalc.algebra import nodes, products; from matcalc.algebra.dimension import named
    >>> A, x = nodes.symbol("A", (named("m"), named("n"))), nodes.symbol("x", (named("n"), ONE))
    >>> Ax = products.product([A, x])
    >>> form = IndexForm(Ax)
    >>> form.entry(Ax, form.free("i"), form.free("1"))
    Sum(A[i, r]*x[r], (r, 1, n))
    """

    def __init__(self, root: Node, taken: Iterable[str] = ()) -> None:
        import sympy

        self.sympy: Any = sympy
        self.dimensions = dimension_names(root)
        self.taken = {*taken, *self.dimensions}
        height: dict[Node, int] = {}
        for node in postorder(root):
            height[node] = 1 + max((height[child] for child in node.children), default=0)
            if isinstance(node, Symbol | Index):
                self.taken.add(node.data)
        if height[root] > DEEPEST:
            raise LimitError(
                f"an index form of more than {DEEPEST} levels is too deep for SymPy",
                hint="ask for the differential, which has no such limit",
            )
        self.opened = 0
        self.entries: dict[tuple[Node, Any, Any], Term] = {}
        self.digits: dict[Any, Digits] = {}
        self.ranges: dict[tuple[Node, int], tuple[Dimension, ...]] = {}
        self.opaque_names: dict[Node, str] = {}

    # ---- indices

    def free(self, name: str) -> Term:
        """An index that the caller gives: a name or an integer."""
        if name.isdecimal():
            return self.sympy.Integer(int(name))
        self.taken.add(name)
        return self.sympy.Symbol(name, integer=True, **({"positive": True} if name in self.dimensions else {}))

    def fresh_names(self) -> Iterator[str]:
        """Names that stand nowhere in the expression: r, s, t, ..., r1, s1, ..."""
        names = chain(LETTERS, (f"{letter}{k}" for k in count(1) for letter in LETTERS))
        return (name for name in names if name not in self.taken)

    def summation(self, lengths: Sequence[Dimension]) -> tuple[Term, Over]:
        """A summation index with these digits, and what to sum over; the index 1 over a range 1..1."""
        digits = tuple((self.sympy.Dummy(integer=True), length) for length in lengths if length is not ONE)
        return (self.flat(digits), list(digits)) if digits else (self.sympy.S.One, [])

    def flat(self, digits: Digits) -> Term:
        """The index with these digits, (outer - 1) length + inner; `parts` gets them back."""
        if not digits:
            return self.sympy.S.One
        value = digits[-1][0]
        for digit, length in reversed(digits[:-1]):
            value = (value - 1) * dimension(length) + digit
        if len(digits) > 1:
            self.digits[value] = digits
        return value

    def parts(self, k: Term, inner: Dimension, outer: Dimension) -> tuple[Term, Term]:
        """The digits of the index k: inner in 1..inner, outer in 1..outer."""
        if inner is ONE or outer is ONE:
            return (self.sympy.S.One, k) if inner is ONE else (k, self.sympy.S.One)
        digits = self.digits.get(k, ())
        length = ONE
        for place, (_, digit_length) in enumerate(digits, 1):
            length = length * digit_length
            if length is inner:
                return self.flat(digits[:place]), self.flat(digits[place:])
        step = dimension(inner)
        return self.sympy.Mod(k - 1, step) + 1, self.sympy.floor((k - 1) / step) + 1

    def delta(self, i: Term, j: Term) -> Term:
        """delta_ij, digit by digit where i or j has digits."""
        digits = self.digits.get(i) or self.digits.get(j)
        if digits is None:
            return self.sympy.KroneckerDelta(i, j)
        inner, outer = digits[0][1], ONE
        for _, length in digits[1:]:
            outer = outer * length
        (i_inner, i_outer), (j_inner, j_outer) = self.parts(i, inner, outer), self.parts(j, inner, outer)
        return self.sympy.KroneckerDelta(i_inner, j_inner) * self.delta(i_outer, j_outer)

    def lengths(self, node: Node, axis: int) -> tuple[Dimension, ...]:
        """The ranges of the digits that the index of this axis (0: rows) is best made of, innermost first."""
        known = self.ranges.get((node, axis))
        if known is None:
            known = self.ranges[node, axis] = self._lengths(node, axis) or (node.shape[axis],)
        return known

    def _lengths(self, node: Node, axis: int) -> tuple[Dimension, ...]:
        kind = type(node)
        if kind is Transpose:
            return self.lengths(node.children[0], 1 - axis)
        if kind is Scaled:
            return self.lengths(node.children[1], axis)
        if kind is Product:
            return self.lengths(node.children[-axis], axis)
        if kind is Commutation:
            m, n = node.data
            return (n, m) if axis == 0 else (m, n)
        if kind is Call and node.data == "kron":
            left, right = node.children
            return self.lengths(right, axis) + self.lengths(left, axis)
        if kind is Call and node.data == "khatri_rao" and axis == 0:
            left, right = node.children
            return self.lengths(right, 0) + self.lengths(left, 0)
        if kind is Call and node.data == "vec" and axis == 0:
            return self.lengths(node.children[0], 0) + self.lengths(node.children[0], 1)
        if kind is Sum or is_entrywise(node):
            candidates = [self.lengths(child, axis) for child in node.children if child.shape == node.shape]
            return max(candidates, key=len, default=())
        if kind is Call and node.data == "diag":
            return self.lengths(node.children[0], 0)
        return ()

    # ---- sums

    def step(self) -> None:
        """Counts one more term; LimitError beyond matcalc.limits.terms."""
        self.opened += 1
        if self.opened > limits.terms:
            raise LimitError(
                f"the index form has more than matcalc.limits.terms = {limits.terms} terms",
                hint="ask for the differential, or raise matcalc.limits.terms",
            )

    def summed(self, body: Term, over: Over) -> Term:
        """The sum of `body` over the indices: deltas collapsed, term by term, constant factors in front."""
        self.step()
        sympy = self.sympy
        if not over or body == 0:
            return body
        if body.is_Add:
            return sympy.Add(*(self.summed(term, over) for term in body.args))
        factors = sympy.Mul.make_args(body)
        indices = [index for index, _ in over]
        for k, factor in enumerate(factors):
            others = sympy.Mul(*factors[:k], *factors[k + 1 :])
            if isinstance(factor, sympy.KroneckerDelta):
                # sum_r a_r delta_rs = a_s
                for r, s in (factor.args, factor.args[::-1]):
                    if r in indices:
                        rest = [(index, length) for index, length in over if index != r]
                        return self.summed(others.xreplace({r: s}), rest)
            elif factor.is_Add and any(delta.free_symbols & {*indices} for delta in factor.atoms(sympy.KroneckerDelta)):
                return sympy.Add(*(self.summed(term * others, over) for term in factor.args))
        return self._by_component(factors, over)

    def _by_component(self, factors: Sequence[Term], over: Over) -> Term:
        """sum_rs a_r b_s = (sum_r a_r) (sum_s b_s): one Sum for each set of indices that hang together."""
        indices = {index for index, _ in over}
        result = [factor for factor in factors if not factor.free_symbols & indices]
        components: list[tuple[set[Any], list[Term]]] = [({index}, []) for index, _ in over]
        for factor in factors:
            touched = factor.free_symbols & indices
            if touched:
                joined = [component for component in components if component[0] & touched]
                components = [component for component in components if component not in joined]
                held = [held for _, terms in joined for held in terms]
                components.append((set().union(*(names for names, _ in joined)), [*held, factor]))
        for names, terms in components:
            bound = [(index, length) for index, length in over if index in names]
            result.append(self._sum(self.sympy.Mul(*terms), bound) if terms else dimension(bound[0][1]))
        return self.sympy.Mul(*result)

    def _sum(self, body: Term, over: Over) -> Term:
        used = {symbol.name for symbol in body.atoms(self.sympy.Symbol) if not isinstance(symbol, self.sympy.Dummy)}
        names = (self.sympy.Symbol(name, integer=True) for name in self.fresh_names() if name not in used)
        named = {index: next(names) for index, _ in over}
        return self.sympy.Sum(body.xreplace(named), *((named[index], 1, dimension(length)) for index, length in over))

    def total(self, node: Node, of_entry: Callable[[Term], Term], *, row: Term = None, column: Term = None) -> Term:
        """The sum of a function of the entries of `node`: of all, or of one row or column."""
        row, over_rows = (row, []) if row is not None else self.summation(self.lengths(node, 0))
        column, over_columns = (column, []) if column is not None else self.summation(self.lengths(node, 1))
        return self.summed(of_entry(self.entry(node, row, column)), over_rows + over_columns)

    # ---- entries

    def entry(self, node: Node, row: Term, column: Term) -> Term:
        """The entry of `node`; the index of an axis of length 1 is 1, whatever is given."""
        row = self.sympy.S.One if node.shape[0] is ONE else row
        column = self.sympy.S.One if node.shape[1] is ONE else column
        known = self.entries.get((node, row, column))
        if known is None:
            self.step()
            known = self.entries[node, row, column] = _OF_CLASS[type(node)](self, node, row, column)
        return known

    def scalar(self, node: Node) -> Term:
        """The value of a 1 x 1 node."""
        return self.entry(node, self.sympy.S.One, self.sympy.S.One)

    def named_entry(self, name: str, node: Node, row: Term, column: Term) -> Term:
        """The entry of the array `name`, of the shape of `node`: name, name[row] or name[row, column]."""
        if node.is_scalar:
            return leaf(name, self.dimensions)
        places = [place for place, length in zip((row, column), node.shape, strict=True) if length is not ONE]
        return self.sympy.IndexedBase(name)[tuple(places)]

    def opaque(self, node: Node, row: Term, column: Term) -> Term:
        """The entry of a node that stays one name, such as `inv(X)`; two nodes never have the same name."""
        name = self.opaque_names.get(node)
        if name is None:
            name = _written(node)
            if name is None or name in self.opaque_names.values():
                name = f"{str(node.data or type(node).__name__).lower()}(#{len(self.opaque_names) + 1})"
            self.opaque_names[node] = name
        return self.named_entry(name, node, row, column)


def _written(node: Node) -> str | None:
    """inv(X), det(X), X^3; None if it is too long for a name."""
    if node.weight > LONGEST_NAME:
        return None
    if type(node) is MatrixPower and node.children[1].data == -1:
        return f"inv({ascii_text(written(node.children[0]))})"
    return ascii_text(written(node))


# ---- the classes


def _sum(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    terms = zip(node.data, node.children, strict=True)
    return form.sympy.Add(*(rational(c) * form.entry(term, row, column) for c, term in terms))


def _product(form: IndexForm, node: Node, row: Term, column: Term) -> Term:
    # (A B C)_ij = sum_rs A_ir B_rs C_sj
    factors = node.children
    places, over = [row], []
    for left, right in zip(factors, factors[1:], strict=False):
        place, bound = form.summation(max(form.lengths(left, 1), form.lengths(right, 0), key=len))
        places.append(place)
        over += bound
    places.append(column)
    entries = [form.entry(factor, i, j) for factor, i, j in zip(factors, places, places[1:], strict=True)]
    return form.summed(form.sympy.Mul(*entries), over)

"""Expressions as one straight-line program: every shared part once, in an order that can be run; independent of the target.

In: nodes.  Out: the value of each and those below them (code/values.py), operands before what uses them.  Linear in the number of
nodes and without recursion.  A function that is declared by its shapes only is an UnsupportedError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from matcalc.algebra.expansion import expanded
from matcalc.algebra.leaves import basis
from matcalc.algebra.nodes import (
    Abstract,
    Apply,
    Basis,
    Call,
    Commutation,
    Constant,
    Direction,
    Entry,
    Gradient,
    Hadamard,
    Hessian,
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
)
from matcalc.algebra.transposes import transpose
from matcalc.code.blocks import Blocks, below, block_forms, needed
from matcalc.code.called import Calls, rank_of
from matcalc.code.chains import Chains
from matcalc.code.costs import Sizes
from matcalc.code.dots import dotted
from matcalc.code.entrywise import Entrywise, Parts
from matcalc.code.factorizations import factored
from matcalc.code.factors import LONGEST_POWER, is_symmetric
from matcalc.code.opening import opened
from matcalc.code.signs import turned
from matcalc.code.spreading import spread
from matcalc.code.squares import square_root
from matcalc.code.twins import joined
from matcalc.code.values import Value, Values
from matcalc.errors import UnsupportedError
from matcalc.rewrite.identities import simplify_by_rules
from matcalc.rewrite.properties import Known


def program(
    roots: Sequence[Node],
    *,
    properties: Mapping[str, frozenset[str]] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> list[Value]:
    """The value of each of `roots`; what they are computed from hangs below them, and what two of them need is one value.

    `properties` are those declared of names; `sizes` the expected sizes of dimensions, which choose the order of products.

    >>> from matcalc.algebra.leaves import ONE
    >>> [value.operation for value in program([ONE])]
    ['number']
    """
    expected = Sizes(sizes)
    known = Known(properties or {})
    wholes = opened([simplify_by_rules(expanded(root), {}) for root in roots], expected, known.holds)
    lowering = _Lowering(wholes, known, expected)
    results = [lowering.of(whole) for whole in wholes]
    results = joined(factored(results, lowering.definite, lowering.make, lowering.symmetric), lowering.make)
    return dotted(spread(turned(results, lowering.make)))


class _Lowering:
    """The values of all nodes below `roots`, children before parents."""

    def __init__(self, roots: Sequence[Node], known: Known, sizes: Sizes) -> None:
        self.make = Values()
        self.known = known
        self.symmetric: set[Value] = set()  # matrices that are factorized,
        self.definite: set[Value] = set()  # and positive definite
        self._of: dict[Node, Value] = {}
        self._uses: dict[Node, int] = dict.fromkeys(roots, 1)
        forms = {
            node: replace(form, cores=tuple(opened(form.cores, sizes, known.holds)))
            for node, form in block_forms(roots).items()
        }
        nodes = list(needed(roots, forms))
        formed = set(roots)
        for node in nodes:
            parts = below(node, forms)
            for child in parts:
                self._uses[child] = self._uses.get(child, 0) + 1
            if type(node) is not Entry and not (type(node) is Call and node.data in ("tr", "diag", "sum")):
                formed.update(parts)
        roots_of_squares = (root for node in nodes if (root := square_root(node, known.holds)) is not None)
        made = frozenset([*(node.children for node in formed if type(node) is Product), *roots_of_squares])
        self.entrywise = Entrywise(self.of, self.make, self._uses)
        self.chains = Chains(self.of, self.make, sizes, known.holds, made)
        self.calls = Calls(self.of, self.make, self.chains)
        for node in nodes:
            form = forms.get(node)
            self._of[node] = _RULES[type(node)](self, node) if form is None else self.blocks(form)
            if _factorizes(node) and is_symmetric(node.children[0], known.holds):
                self.symmetric.add(self.of(node.children[0]))
                if known.holds(node.children[0], "positive definite"):
                    self.definite.add(self.of(node.children[0]))

    def of(self, node: Node) -> Value:
        return self._of[node]

    def matrix_power(self, node: Node) -> Value:
        base, exponent = map(self.of, node.children)
        if exponent.operation == "number":
            if exponent.data.denominator != 1:
                raise UnsupportedError(
                    f"a program for the matrix power {exponent.data} is not known", hint="write sqrtm or expm of logm"
                )
            k = int(exponent.data)
            if k == -1 or k < -LONGEST_POWER:
                return self.chains.inverse(node.children[0], -k)
            if k <= LONGEST_POWER:
                return self.chains.product([node])
            return self.make.make("integer_power", base, self.make.number(k), rank=2)
        return self.make.make("matrix_power", base, exponent, rank=2)

    def product(self, node: Node) -> Value:
        root = square_root(node, self.known.holds)
        if root is not None:
            return self.chains.square_sum(root)
        value = self.chains.product(node.children)
        if value.operation == "multiply" and value.data == (-1, 1):
            return self.entrywise.multiplied(node, Parts(-1, value.operands))  # -Z^T Z: the sign may meet another one
        return value

    def transpose(self, node: Node) -> Value:
        body = node.children[0]
        return self.of(body) if self.known.holds(body, "symmetric") else self.make.transposed(self.of(body))

    def blocks(self, form: Blocks) -> Value:
        """A matrix of few numbers, written where they stand."""
        make, cores = self.make, [self.of(core) for core in form.cores]
        if form.kind in ("kron_eye", "eye_kron"):
            cores.append(make.size(form.count))
        elif form.kind != "kron":
            cores += map(make.size, (form.rows, form.columns))
        return make.make(form.kind, *cores, rank=2)

    def entry(self, node: Node) -> Value:
        body, row, column = node.children
        if type(body) is Product and self._uses[body] == 1:
            # (A B)[i,j] = e_i^T A B e_j: one row of A, one column of B
            ends = [basis(place, side) for place, side in zip((row, column), body.shape, strict=True)]
            for end in ends:
                if type(end) is Basis:
                    self._of[end] = self.basis(end)
            left, right = transpose(ends[0]), ends[1]
            return self.chains.product([end for end in (left, *body.children, right) if not end.is_scalar])
        kept = [row] if body.is_column else [column] if body.is_row else [row, column]
        places = [self.make.place(self.of(place)) for place in kept]
        return self.make.make("entry", self.of(body), *places, rank=0)

    def basis(self, node: Node) -> Value:
        place = self.make.place(self.of(node.children[0]))
        return self.make.make("basis", self.make.size(node.shape[0]), place, rank=1)

    def commutation(self, node: Node) -> Value:
        eye = self.make.make("eye", self.make.size(node.shape[0]), rank=2)
        swap = self.make.make("swap", *map(self.make.size, node.data), rank=1)
        return self.make.make("take", eye, swap, rank=2)


def _factorizes(node: Node) -> bool:
    """Whether it is an inverse or a determinant of a matrix."""
    return (
        node.children != ()
        and node.children[0].is_matrix
        and (type(node) is MatrixPower or (type(node) is Call and node.data in ("logdet", "det")))
    )


def _abstract(_: _Lowering, node: Node) -> Value:
    function: Abstract = node.data
    raise UnsupportedError(
        f"{function.name} is declared by its shapes only: it has no program",
        hint=f"write what {function.name} is in place of it",
    )


def _leaf(operation: str) -> Callable[[_Lowering, Node], Value]:
    return lambda lowering, node: lowering.make.filled(operation, node.shape)


def _symbol(lowering: _Lowering, node: Node) -> Value:
    return lowering.make.argument(node.data, rank_of(node))


_RULES: dict[type[Node], Callable[[_Lowering, Node], Value]] = {
    Number:       lambda lowering, node: lowering.make.number(node.data),
    Constant:     lambda lowering, node: lowering.make.make(node.data, rank=0),
    Size:         lambda lowering, node: lowering.make.size(node.data),
    Index:        lambda lowering, node: lowering.make.make("index", data=node.data, rank=0),
    Symbol:       _symbol,
    Direction:    _symbol,
    RowSymbol:    _symbol,
    RowDirection: _symbol,
    Identity:     lambda lowering, node: lowering.make.make("eye", lowering.make.size(node.shape[0]), rank=2),
    Ones:         _leaf("ones"),
    Zero:         _leaf("zeros"),
    Commutation:  _Lowering.commutation,
    Basis:        _Lowering.basis,
    Sum:          lambda lowering, node: lowering.entrywise.sum(node),
    Product:      _Lowering.product,
    Scaled:       lambda lowering, node: lowering.entrywise.scaled(node),
    Hadamard:     lambda lowering, node: lowering.entrywise.hadamard(node),
    Power:        lambda lowering, node: lowering.entrywise.power(node),
    MatrixPower:  _Lowering.matrix_power,
    Transpose:    _Lowering.transpose,
    Call:         lambda lowering, node: lowering.calls.value(node),
    Entry:        _Lowering.entry,
    Apply:        _abstract,
    Slope:        _abstract,
    Jacobian:     _abstract,
    Gradient:     _abstract,
    Hessian:      _abstract,
}  # fmt: skip

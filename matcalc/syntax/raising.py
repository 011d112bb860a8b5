"""From the normal form to the syntax tree, as a textbook prints it: what reading and lowering undo.

A node goes in, its Tree comes out; the printers turn that into text.  Its text reads back to the same node.  What is decided
here: the order of terms and factors (ordering), signs, quotients, norms, where `ones` and the size of `I` may be left out, and
which parts are written once (sharing).

A writer is a generator: `tree = yield child, place` asks for the tree of a child.  They are run on one stack, each once per
node and place, so that depth costs memory and sharing costs nothing.  A place is what a part may take from its surroundings:

| place   | means                                                                                           |
|---------|-------------------------------------------------------------------------------------------------|
| SPREAD  | below an entrywise operation: a number beside a matrix means a multiple of ones                 |
| SIZED   | beside something of known size: `I` needs no size                                               |
| NEGATED | the sign of the term has been drawn into this sum: -(a - b) c is (b - a) c                      |
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from matcalc.algebra import products
from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.entrywise import is_entrywise
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
    Rational,
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
from matcalc.algebra.sums import content, divide
from matcalc.syntax import spelling
from matcalc.syntax.ordering import factor_rank, is_constant, term_rank
from matcalc.syntax.sharing import shared, square_root
from matcalc.syntax.tree import Tree

SPREAD, SIZED, NEGATED = 1, 2, 4
Place = int
Writing: TypeAlias = Generator[tuple[Node, Place], Tree, Tree]
Signed: TypeAlias = Generator[tuple[Node, Place], Tree, tuple[bool, Tree]]
Trees: TypeAlias = Generator[tuple[Node, Place], Tree, list[Tree]]
Several: TypeAlias = Generator[tuple[Node, Place], Tree, Tree]

HALF = Fraction(1, 2)
_NORMS = {"norm_1": "1", "norm_inf": "inf", "norm_2": "2", "norm_nuclear": "*"}
_SHOWN = {"maximum": "max", "minimum": "min"}


def written(root: Node, taken: Collection[str] = ()) -> Tree:
    """`root` as a textbook prints it; `taken` are declared names, which `where` and the constants I and e must not use.

    >>> from matcalc.algebra import nodes, products, sums; from matcalc.algebra.dimension import named
    >>> from matcalc.syntax.printing import ascii_text
    >>> A = nodes.symbol("A", (named("m"), named("n"))); x = nodes.symbol("x", (named("n"), nodes.ONE_DIMENSION))
    >>> b = nodes.symbol("b", (named("m"), nodes.ONE_DIMENSION))
    >>> residual = sums.minus(b, products.product([A, x]))
    >>> ascii_text(written(products.product([nodes.number(-2), products.transpose(A), residual])))
    '2 A^T (A x - b)'
    """
    names = shared(root, taken)
    writer = _Writer(names, frozenset(taken))
    values = [writer.tree(node, is_value=True) for node in names]
    body = writer.tree(root, is_value=True)
    return Tree("where", (body, *values), ",".join(names.values())) if names else body


@dataclass(slots=True)
class _Term:
    """A term on its way to a tree: coefficient * product of scalars * body, the body None if there is none."""

    coefficient: Rational
    scalars: list[Node]
    body: Node | None
    flipped: Node | None = None  # the factor that takes the sign

    @property
    def factors(self) -> list[Node]:
        """All factors, those of the body included."""
        body = self.body
        if body is None:
            return self.scalars
        opened = body.children if type(body) in (Product, Hadamard) or _is_kron(body) else (body,)
        return [*self.scalars, *opened]


@dataclass(slots=True)
class _Writer:
    names: dict[Node, str]  # the nodes that are written once
    taken: frozenset[str]
    done: dict[tuple[Node, Place], Tree] = field(default_factory=dict)

    def tree(self, root: Node, *, is_value: bool) -> Tree:
        """The tree of `root`; not just its name if it is the value of one."""
        stack: list[tuple[tuple[Node, Place] | None, Writing]] = []
        if is_value:
            stack.append((None, self.writing(root, 0)))
            answer = None
        else:
            return self.done[(root, 0)]
        while stack:
            key, writing = stack[-1]
            try:
                asked = writing.send(answer)  # type: ignore[arg-type]
            except StopIteration as finished:
                stack.pop()
                answer = finished.value
                if key is not None:
                    self.done[key] = answer
                continue
            node, place = asked
            key = (node, place & _MATTERS.get(type(node), 0))
            answer = self.done.get(key) or self.known(node)
            if answer is None:
                stack.append((key, self.writing(*key)))
        assert answer is not None
        return answer

"""What a line of a rule file is: as it was read (Line), and as expressions in normal form (the rules).

A letter of a rule is a Symbol; its direction letters are Directions.  A template is put to use with `apply_template`, which
takes the sizes of the letters from the expressions they stand for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, fields
from typing import NamedTuple

from matcalc.algebra.dimension import SCALAR, Dimension, Shape
from matcalc.algebra.nodes import Call, Defined, Definition, MatrixPower, Node, Number, Power, Symbol, bit
from matcalc.algebra.traversal import filled_in
from matcalc.algebra.walks import postorder
from matcalc.errors import RuleError
from matcalc.records import record
from matcalc.syntax.declarations import Function
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as below

Condition = tuple[Node, str]  # an expression and the property that it must have
# In a pattern these stand for other nodes too: a letter for anything, X^k for X, c X for a number or a multiple, X^T for what is turned.
_PASSED_OVER = sum(map(bit, "Symbol Direction Number Size Index Sum Transpose Scaled Hadamard Power".split()))
REWRITTEN = ("identity", "expand")  # the kinds of lines that are run from left to right


@record
class Line:
    """One line of a rule file, read: the `let` in force, both sides, the conditions, the line's own `text` and its `place`.

    `functions` are those that lines above have defined.
    """

    kind: str  # linear, bilinear, D, adjoint, identity, expand, law, define or unsupported
    text: str
    place: str
    let: str
    left: Tree
    directions: tuple[str, ...]
    right: Tree | None
    conditions: tuple[tuple[Tree, str], ...]
    reason: str
    functions: Mapping[str, Function] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text

    def mentions(self, name: str) -> bool:
        """Whether the line is about the function `name`: it stands on its left side.

        >>> from matcalc.rulebook.in_force import book
        >>> [str(line) for line in book().lines() if line.mentions("unvec")]
        ['linear unvec(x, m, n)', 'adjoint unvec(h, m, n) = vec(Y)', 'law unvec(vec(A), m, n) = A']
        """
        return any(name == (part.text if part.head == "call" else part.head) for part in below(self.left))

    def uses(self, name: str) -> bool:
        """Whether the function `name` is called in the line."""
        trees = [self.left, *filter(None, [self.right]), *(tree for tree, _ in self.conditions)]
        return any(part.head == "call" and part.text == name for tree in trees for part in below(tree))

    def error(self, message: str, hint: str = "") -> RuleError:
        """A RuleError about this line."""
        return RuleError(f"{self.place}: {message}", text=self.text, span=(0, len(self.text)), hint=hint)


@record
class DerivativeRule:
    """D f(arguments)[directions] = right, where the conditions hold; `function` is the key of f, see `function_key`.

    The rule is only about calls in which the arguments `integers` are whole numbers, and, if `about` is a Definition, about calls
    of the function that is defined so.
    """

    function: str
    arguments: tuple[Node, ...]
    directions: tuple[Node, ...]
    right: Node
    conditions: tuple[Condition, ...]
    integers: tuple[Node, ...]
    text: str
    place: str
    about: Definition | None = None
    _parts: tuple[Node, ...] = field(init=False)  # of the right side, which is walked once

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parts", tuple(postorder(self.right)))

    def at(self, node: Node, directions: Sequence[Node]) -> Node:
        """The right side for the call `node`, in these directions (one per argument that may move)."""
        return apply_template(self._parts, dict(self._values(node, directions)))

    def conditions_at(self, node: Node) -> tuple[Condition, ...]:
        """The conditions, said of the arguments of the call `node`."""
        values = dict(self._values(node, ()))
        return tuple((apply_template(postorder(what), values), word) for what, word in self.conditions)

    def _values(self, node: Node, directions: Sequence[Node]) -> Iterable[tuple[Node, Node]]:
        yield from zip(self.arguments, node.children[: len(self.arguments)], strict=True)
        yield from zip(self.directions, directions, strict=False)


@record
class AdjointRule:
    """<Y, left> = <right, H>: `direction` is H, `cotangent` is Y.

    `key` is the name of a function, `slot` the argument that H is, `arguments` are its arguments, H among them; or `key` is the
    left side as the file writes it, `A H B`, and `arguments` are its letters from left to right.
    """

    key: str
    slot: int
    arguments: tuple[Node, ...]
    direction: Node
    cotangent: Node
    right: Node
    text: str
    place: str
    _parts: tuple[Node, ...] = field(init=False)  # of the right side, which is walked once

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parts", tuple(postorder(self.right)))

    def at(self, arguments: Sequence[Node], cotangent: Node) -> Node:
        """The right side for these arguments (any expression of H's shape in the place of H) and this Y."""
        values = dict(zip(self.arguments, arguments, strict=True))
        values[self.cotangent] = cotangent
        return apply_template(self._parts, values)


@record
class IdentityRule:
    """left = right where the conditions hold; `factors` are those of a left side that is a matrix product, else None."""

    left: Node
    factors: tuple[Node, ...] | None
    right: Node
    conditions: tuple[Condition, ...]
    text: str
    place: str
    expands: bool
    # As in a Node: where one of them does not occur, the left side need not be looked for.
    heads: int = field(init=False)

    def __post_init__(self) -> None:
        heads = 0
        for part in self.factors or (self.left,):
            heads |= part.heads
        object.__setattr__(self, "heads", heads & ~_PASSED_OVER)


def nodes_of(made: object) -> Iterator[Node]:
    """The expressions in what is made of a line: a rule, several of them in a dict or list, an expression."""
    if isinstance(made, Node):
        yield made
        return
    inside: Iterable[object] = ()
    if isinstance(made, dict):
        inside = made.values()
    elif isinstance(made, list | tuple):
        inside = made
    elif isinstance(made, DerivativeRule | AdjointRule | IdentityRule | Definition):
        inside = [getattr(made, part.name) for part in fields(made)]
    elif isinstance(made, Function):
        inside = (made.definition,)
    for part in inside:
        yield from nodes_of(part)


class Found(NamedTuple):
    """What the letters of a pattern stand for, and its dimensions."""

    values: Mapping[Node, Node]
    dimensions: Mapping[str, Dimension]


NOWHERE = Found({}, {})


def function_key(node: Node) -> str | None:
    """What the rules of a call are filed under: its name; `inv`, `X^k` and `X.^k` for powers; None if no rule can be about it.

    >>> from matcalc.algebra import calls; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> X = symbol("X", (named("n"), named("n")))
    >>> function_key(calls.call("det", [X])), function_key(calls.call("inv", [X]))
    ('det', 'inv')
    """
    kind = type(node)
    if kind is Call:
        name: str = node.data
        return name
    if kind is Defined:
        return str(node.data)
    if kind is Power:
        return "X.^k"
    if kind is MatrixPower:
        exponent = node.children[1]
        return "inv" if type(exponent) is Number and exponent.data == -1 else "X^k"
    return None


def is_letter(node: Node) -> bool:
    """Whether a part of a pattern stands for any expression of its shape."""
    return isinstance(node, Symbol)


def fit(pattern: Shape, shape: Shape, known: Mapping[str, Dimension]) -> Mapping[str, Dimension] | None:
    """`known` with the names that make the pattern this shape, or None if there are none.

    A name binds any one dimension; a number fits itself only; a product of names is compared, never solved.

    >>> from matcalc.algebra.dimension import ONE, named
    >>> n, p = named("n"), named("p")
    >>> fit((n, ONE), (p, ONE), {}), fit((n, n), (p, ONE), {})
    ({'n': p}, None)
    """
    if pattern is shape is SCALAR:
        return known
    found = dict(known)
    return found if _bind(pattern, shape, found) else None


def _bind(pattern: Shape, shape: Shape, known: dict[str, Dimension]) -> bool:
    """Whether the pattern can be this shape; puts into `known` what its names are then."""
    for expected, actual in zip(pattern, shape, strict=True):
        name = expected.name
        if name is not None:
            if known.setdefault(name, actual) is not actual:
                return False
        elif expected.value is not None:
            if expected is not actual:
                return False
        # n of the rule is not n of the expression: m n is compared when both are known, even with m n
        elif not known.keys() >= expected.names or expected.substitute(known) is not actual:
            return False
    return True


def _is_composite(dimension: Dimension) -> bool:
    return dimension.name is None and dimension.value is None


def dimensions_of(values: Mapping[Node, Node]) -> dict[str, Dimension] | None:
    """The sizes that make each letter the shape of its value, or None; products of names last, by then they are known."""
    known: dict[str, Dimension] = {}
    last: list[tuple[Shape, Shape]] = []
    for letter, value in values.items():
        rows, columns = pattern = letter.shape
        if _is_composite(rows) or _is_composite(columns):
            last.append((pattern, value.shape))
        elif not _bind(pattern, value.shape, known):
            return None
    return known if all(_bind(pattern, shape, known) for pattern, shape in last) else None


def apply_template(parts: Iterable[Node], values: Mapping[Node, Node]) -> Node:
    """A rule's side, given by its `parts` in postorder, with its letters replaced by `values`, and its dimensions by theirs."""
    known = dimensions_of(values)
    if known is None:
        shapes = ", ".join(f"{letter.data}: {value.shape[0]} x {value.shape[1]}" for letter, value in values.items())
        raise RuleError(f"these shapes do not fit the rule: {shapes}")
    return filled_in(parts, values, known)

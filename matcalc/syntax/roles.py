"""What the names of an expression stand for, before any shape is known.

A declaration decides; then the place (`x^k`: k is a number, `ones(n)`: n is a dimension, `X[i,j]`: i and j are indices); then
the form of the name: a Latin capital and a capital Greek letter is a matrix, a small Latin letter a column, a small Greek
letter a scalar.  The place counts for the whole expression, not for one occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from matcalc.algebra.dimension import SCALAR, Dimension, constant, named
from matcalc.algebra.functions import OF_POWER
from matcalc.errors import ShapeError, UnknownNameError
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.names import is_default
from matcalc.syntax.tree import Tree

# constant: which of its arguments are indices, which are dimensions
CONSTANTS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "I":     ((),     (0,)),
    "ones":  ((),     (0, 1)),
    "zeros": ((),     (0, 1)),
    "e":     ((0,),   (1,)),
    "unit":  ((0, 1), (2, 3)),
    "Kmat":  ((),     (0, 1)),
    "unvec": ((),     (1, 2)),
}  # fmt: skip

_ARITHMETIC = frozenset({"sum", "neg", "times", "over"})
_LETTERS = re.compile(r"[A-Za-z]+")


class Role(Enum):
    """What a name is: a variable, the number that a dimension is, an index, or the number pi."""

    VARIABLE = "variable"
    SIZE = "size"
    INDEX = "index"
    PI = "pi"


@dataclass(slots=True)
class Places:
    """Where names stand: `sizes` are dimensions, `indices` stand in X[i,j], `exponents` above; `given` leads from a name
    that `where` gives a value to that value."""

    sizes: set[str]
    indices: set[str] = field(default_factory=set)
    exponents: set[str] = field(default_factory=set)
    given: Mapping[Tree, Tree] = field(default_factory=dict)

    def role(self, name: str, declarations: Declarations) -> Role:
        """What `name` stands for where `where` does not give it a value."""
        declared = declarations.variables.get(name)
        if declared is None or declared.shape == SCALAR:
            if name in self.sizes:
                return Role.SIZE
            if name in self.indices:
                return Role.INDEX
        return Role.PI if name == "pi" and declared is None else Role.VARIABLE


def scoped(roots: Iterable[Tree]) -> tuple[list[Tree], dict[Tree, Tree]]:
    """All parts of `roots`, each once, children first and the values of a `where` before its body; and what its names stand for."""
    parts: list[Tree] = []
    given: dict[Tree, Tree] = {}
    seen: set[Tree] = set()
    for root in roots:
        stack: list[tuple[Tree, Mapping[str, Tree], bool]] = [(root, {}, False)]
        while stack:
            tree, scope, done = stack.pop()
            children = tree.children
            if not done and tree in seen:
                continue
            seen.add(tree)
            if done or not children:
                parts.append(tree)
                if scope and tree.head == "name" and tree.text in scope:
                    given[tree] = scope[tree.text]
                continue
            stack.append((tree, scope, True))
            if tree.head == "where":
                scope = {**scope, **dict(zip(tree.text.split(","), children[1:], strict=True))}
                children = (*children[1:], children[0])
            stack.extend([(child, scope, False) for child in reversed(children)])
    return parts, given


def places(parts: Iterable[Tree], given: Mapping[Tree, Tree], declarations: Declarations) -> Places:
    """Where names stand in the `parts` of an expression that decides what they are.

    >>> x, k = Tree("name", text="x"), Tree("name", text="k")
    >>> places([x, k, Tree("power", (x, k))], {}, Declarations()).exponents
    {'k'}
    """
    found = Places(_declared_dimensions(declarations), given=given)
    for tree in parts:
        head = tree.head
        if (
            head == "power"
            or head == "entrypow"
            or (head == "call" and tree.text in OF_POWER and len(tree.children) > 1)
        ):
            found.exponents.update(_leaves(tree.children[1]))
        elif head == "index":
            for place in tree.children[1:]:
                found.indices.update(_leaves(place))
        elif head == "call" and tree.text in CONSTANTS and tree.text not in declarations.functions:
            indices, dimensions = CONSTANTS[tree.text]
            children = tree.children
            for i in indices:
                found.indices.update(_leaves(children[i]))
            for i in dimensions:
                if i < len(children):
                    found.sizes.update(_leaves(children[i]))
    return found


def _declared_dimensions(declarations: Declarations) -> set[str]:
    shapes = [variable.shape for variable in declarations.variables.values()]
    for function in declarations.functions.values():
        if function.kind != "elementwise" and function.definition is None:
            shapes += [*function.arguments, function.result]
    return set(declarations.dimensions).union(*(dimension.names for shape in shapes for dimension in shape))


def _leaves(exponent: Tree) -> Iterator[str]:
    """The names that an arithmetic expression is made of, sums and products opened."""
    stack = [exponent]
    while stack:
        tree = stack.pop()
        if tree.head == "name":
            yield tree.text
        elif tree.head in _ARITHMETIC:
            stack.extend(tree.children)


def default_rank(name: str) -> str:
    """What an undeclared name is by its form: "scalar", "vector" or "matrix"; UnknownNameError if it has no such form.

    >>> [default_rank(name) for name in ("mu_1", "x1", "W_ij", "Sigma")]
    ['scalar', 'vector', 'matrix', 'matrix']
    """
    if not is_default(name):
        raise UnknownNameError(f"no name '{name}' is declared", hint=f'declare it, for example --where "{name}: n"')
    if name[0].isupper():
        return "matrix"
    found = _LETTERS.match(name)
    return "scalar" if found is not None and len(found.group()) > 1 else "vector"


def dimension(tree: Tree, declarations: Declarations) -> Dimension:
    """The dimension that an argument such as `n`, `3`, `m n`, `n + 1` is; ShapeError for anything else.

    >>> n = Tree("name", text="n")
    >>> dimension(Tree("sum", (n, Tree("number", text="1"))), Declarations())
    n + 1
    """
    found: list[Dimension] = []
    stack: list[tuple[Tree, bool]] = [(tree, False)]
    while stack:
        part, done = stack.pop()
        if done:
            count = len(part.children)
            values, found[-count:] = found[-count:], []
            total = values[0]
            for value in values[1:]:
                total = total + value if part.head == "sum" else total * value
            found.append(total)
        elif part.head in ("sum", "times"):
            stack.append((part, True))
            stack.extend([(child, False) for child in reversed(part.children)])
        elif part.head == "number" and part.text.isdecimal() and len(part.text) < 19 and part.text.strip("0"):
            found.append(constant(int(part.text)))
        elif part.head == "name":
            declared = declarations.variables.get(part.text)
            if declared is not None and declared.shape != SCALAR:
                raise ShapeError(f"{part.text} is declared as a variable, so it is no dimension", span=part.span)
            found.append(named(part.text))
        else:
            raise ShapeError(
                "a dimension is an integer from 1 on, a name, or a product or sum of these", span=part.span
            )
    return found[0]

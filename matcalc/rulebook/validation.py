"""Whether the lines of a rule file fit together, before any of them is used: names, shapes, closure, size.  Without numbers.

- Every letter of the left side is declared; the right side and the conditions have no others, but for directions and Y.
- Both sides have the same shape.
- Every function on a right side has itself a derivative: a `D`, `linear` or `unsupported` line.  So second derivatives close.
- An identity makes the expression smaller, else it must be an `expand` line.  Both sides of a `law` are one expression.

Smaller in this size: that of a letter is its own, at least 1; a product adds 4 to its factors, a transpose and an entrywise product
2, linear functions 3 to 8; other functions and powers double what is in them, Frechet derivatives make it fourfold, second ones
sixfold (the tables below); every other part adds 1.  A line that lowers it for letters of size 1 and up lowers it whatever they
stand for, so rewriting ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from matcalc.algebra.functions import FRECHET
from matcalc.algebra.nodes import Call, Defined, Hadamard, MatrixPower, Node, Power, Product, Transpose
from matcalc.algebra.walks import postorder
from matcalc.errors import MatcalcError, RuleError
from matcalc.rulebook import loading
from matcalc.rulebook.rule import Line, function_key, is_letter
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.inference import Typing
from matcalc.syntax.roles import Role
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts

Size = dict[Node | None, int]  # how often each letter counts; None: the constant

# inside = sum of the sizes of the parts          size is  a * inside + b
_HEADS: dict[type[Node], tuple[int, int]] = {
    Transpose:   (1, 2),
    Product:     (1, 4),
    Hadamard:    (1, 2),
    Power:       (2, 0),
    MatrixPower: (2, 0),
    Call:        (2, 4),
    Defined:     (2, 4),
}  # fmt: skip
_FUNCTIONS = {
    **{"det": (2, 1), "tr": (1, 3), "diag": (1, 3), "vec": (1, 3), "sum": (1, 5), "kron": (1, 8)},
    **{name: (2 + 2 * order, 8 + 8 * order) for name, (_, order) in FRECHET.items()},
}
_OTHERS = (1, 1)

# Of these, other functions are made: they stand for what the rules of powers and products say.
_BY_CONSTRUCTION = frozenset({"inv", "sqrt", "dot", "X.^k"})


def validate(lines: Sequence[Line], known: Iterable[str] = ()) -> None:
    """RuleError about the first line that does not fit; of the functions `known` there are derivatives already."""
    read = [_lowered(line) for line in lines]
    about = {*known, *(key for one in read if (key := _about(one)) is not None)}
    for one in read:
        for check in _CHECKS[one.line.kind]:
            check(one, about)


@dataclass(frozen=True, slots=True, eq=False)
class _Lowered:
    """A line and its sides as expressions."""

    line: Line
    declarations: Declarations
    typing: Typing
    left: Node
    right: Node | None


def _lowered(line: Line) -> _Lowered:
    try:
        declarations = loading.declared(line)
        typing = loading.typings(line, declarations)[0]
        left, right, _ = loading.lowered(line)
    except RuleError:
        raise
    except MatcalcError as error:
        raise line.error(error.message, error.hint) from None
    return _Lowered(line, declarations, typing, left, right)


def _about(one: _Lowered) -> str | None:
    """The function whose derivative a line gives or refuses."""
    if one.line.kind in ("D", "unsupported"):
        return loading.derivative_key(one.line, one.left)
    if one.line.kind == "define":
        return one.line.left.text
    return loading.slots(one.line)[0] if one.line.kind in ("linear", "bilinear") else None


# ---- one check per claim


def _check_letters(one: _Lowered, about: set[str]) -> None:
    """Every letter of the left side is declared; no letter stands on the right side or in a condition only."""
    line, left = one.line, _names(one.line.left)
    for name in [*left, *line.directions]:
        is_letter_ = one.typing.roles.get(name, Role.VARIABLE) is Role.VARIABLE
        if is_letter_ and name not in one.declarations.variables:
            raise line.error(f"{name} is not declared", hint=f"write let {name}: m x n, or what it is, above the line")
    for name in line.directions:
        if name in left:
            raise line.error(f"the direction {name} stands in the function itself")
    sizes = {name for shape in one.typing.shapes.values() for d in shape for name in d.names}
    bound = {*left, *line.directions, *sizes, "pi", *([loading.COTANGENT] if line.kind == "adjoint" else [])}
    for tree in [*filter(None, [line.right]), *(tree for tree, _ in line.conditions)]:
        for name in _names(tree):
            if name not in bound:
                raise line.error(f"{name} does not stand on the left side")


def _names(tree: Tree) -> list[str]:
    return [part.text for part in parts(tree) if part.head == "name"]


def _check_built_in(one: _Lowered, about: set[str]) -> None:
    if type(one.left) is Defined:
        name = one.left.data
        raise one.line.error(
            f"{name} is defined: only a D line is about its derivative", hint=f"write D {name}(X)[H] = {name}(H)"
        )


def _check_closed(one: _Lowered, about: set[str]) -> None:
    """Every function on the right side has a line about its derivative."""
    for node in postorder(one.right or one.left):
        key = function_key(node)
        if key is not None and key not in about and key not in _BY_CONSTRUCTION:
            raise one.line.error(
                f"the derivative of {key} is not known, so that this line has none itself",
                hint=f"add a line D {key}(X)[H] = ... or unsupported {key}(X): ...",
            )


def _check_smaller(one: _Lowered, about: set[str]) -> None:
    for rule in loading.identities(one.line):
        if not _is_below(size_of((rule.right,)), size_of(rule.factors or (rule.left,))):
            raise one.line.error(
                "the right side is not smaller than the left side", hint="turn it round, or write expand before it"
            )


def _check_law(one: _Lowered, about: set[str]) -> None:
    if one.left is not one.right:
        raise one.line.error(
            "its two sides are different expressions", hint="leave out the word law to have it run from left to right"
        )


_CHECKS: dict[str, tuple[Callable[[_Lowered, set[str]], None], ...]] = {
    "linear":      (_check_letters, _check_built_in),
    "bilinear":    (_check_letters, _check_built_in),
    "D":           (_check_letters, _check_closed),
    "adjoint":     (_check_letters, _check_built_in),
    "identity":    (_check_letters, _check_smaller),
    "expand":      (_check_letters,),
    "law":         (_check_letters, _check_law),
    "define":      (_check_letters, _check_closed),
    "unsupported": (_check_letters,),
}  # fmt: skip


# ---- size


def size_of(factors: Sequence[Node]) -> Size:
    """The size of the product of the factors: a polynomial of degree 1 in the sizes of its letters.

    >>> from matcalc.algebra import calls; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import symbol
    >>> X = symbol("X", (named("m"), named("n")))
    >>> size_of([calls.call("exp", [X])]) == {X: 2, None: 4}
    True
    """
    sizes: dict[Node, Size] = {}
    for node in postorder(*factors):
        if is_letter(node):
            sizes[node] = {node: 1}
        elif not node.children:
            sizes[node] = {None: 1}
        else:
            a, b = _FUNCTIONS.get(node.data) or _HEADS[Call] if type(node) is Call else _HEADS.get(type(node), _OTHERS)
            sizes[node] = _total([sizes[child] for child in node.children], a, b)
    return sizes[factors[0]] if len(factors) == 1 else _total([sizes[factor] for factor in factors], *_HEADS[Product])


def _total(parts: Iterable[Size], a: int, b: int) -> Size:
    total: Size = {None: b}
    for part in parts:
        for letter, count in part.items():
            total[letter] = total.get(letter, 0) + a * count
    return total


def _is_below(after: Size, before: Size) -> bool:
    """Whether `after` is below `before` for all letters of size 1 or more."""
    letters = {*after, *before} - {None}
    if any(after.get(letter, 0) > before.get(letter, 0) for letter in letters):
        return False
    return sum(after.values()) < sum(before.values())

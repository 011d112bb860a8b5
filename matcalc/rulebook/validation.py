"""Whether the lines of a rule file fit together, before any of them is used: names, shapes, closure, size.  Without numbers.

- Every letter of a right side stands on the left side (a direction in its brackets, Y in an adjoint line), or is declared
  nowhere: then it is a dimension of the left side.
- Both sides have the same shape (`loading.lowered`).
- Every function on a right side has itself a derivative: a `D`, `linear` or `unsupported` line.  So second derivatives close.
- An identity makes the expression smaller, else it must be an `expand` line.  Both sides of a `law` are one expression.

The size that identities lower is SIZE: that of a letter is its own, at least 1; a product costs 4, a transpose 2, an entrywise product
2, and a function or a power doubles what is in it.  Each line lowers it whatever its letters stand for, so rewriting ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.nodes import Call, Hadamard, MatrixPower, Node, Power, Product, Transpose, postorder
from matcalc.errors import MatcalcError, RuleError
from matcalc.rulebook import loading
from matcalc.rulebook.rule import Line, function_key, is_letter

Size = dict[Node | None, int]  # how often each letter counts; None: the constant

# inside = sum of the sizes of the parts          size is  a * inside + b
_HEADS: dict[type[Node], tuple[int, int]] = {
    Transpose:   (1, 2),
    Product:     (1, 4),
    Hadamard:    (1, 2),
    Power:       (2, 1),
    MatrixPower: (2, 1),
    Call:        (2, 2),
}  # fmt: skip
_KRON = (1, 5)
_OTHERS = (1, 1)

# Of these, other functions are made: they stand for what the rules of powers and products say.
_BY_CONSTRUCTION = frozenset({"inv", "sqrt", "dot", "X.^k"})


def validate(lines: Sequence[Line], beside: Iterable[Line] = ()) -> None:
    """RuleError about the first line that does not fit, where the lines `beside` are in force already."""
    known = {key for line in [*beside, *lines] if (key := _about(line)) is not None}
    for line in lines:
        for check in _CHECKS.get(line.kind, ()):
            check(line, known)


def _about(line: Line) -> str | None:
    """The function whose derivative a line gives or refuses."""
    if line.kind in ("D", "unsupported"):
        return loading.derivative_key(_lowered(line)[0])
    if line.kind in ("linear", "bilinear"):
        return loading.slots(line)[0]
    return None


def _lowered(line: Line) -> tuple[Node, Node | None]:
    try:
        left, right, _ = loading.lowered(line)
    except RuleError:
        raise
    except MatcalcError as error:
        raise line.error(error.message, error.hint) from None
    return left, right


# ---- one check per claim


def _check_letters(line: Line, known: set[str]) -> None:
    """Every letter of the right side and of the conditions is bound by the left side."""
    assert line.right is not None
    bound = {*_names(line.left), *line.directions, *_dimensions(line)}
    if line.kind == "adjoint":
        bound |= {loading.COTANGENT}
    trees = [line.right, *(tree for tree, _ in line.conditions)]
    declared = loading.declared(line).variables
    for name in (name for tree in trees for name in _names(tree)):
        if name not in bound and name in declared:
            raise line.error(f"{name} stands on the right side only")
    for name in line.directions:
        if name not in declared:
            raise line.error(f"the direction {name} is not declared", hint=f"write let {name}: m x n before the line")
        if name in _names(line.left):
            raise line.error(f"the direction {name} stands in the function itself")
    undeclared = sorted({*_names(line.left), *_names(line.right)} - bound - set(_names(line.left)))
    if undeclared:
        raise line.error(f"{undeclared[0]} is not declared", hint=f"write let {undeclared[0]}: m x n before the line")


def _names(tree: loading.Tree) -> list[str]:
    return [part.text for part in loading._parts(tree) if part.head == "name"]


def _dimensions(line: Line) -> Iterator[str]:
    left, _ = _lowered(line)
    for leaf in postorder(left):
        for dimension in leaf.shape:
            yield from dimension.names


def _check_shapes(line: Line, known: set[str]) -> None:
    _lowered(line)


def _check_closed(line: Line, known: set[str]) -> None:
    """Every function on the right side has a line about its derivative."""
    _, right = _lowered(line)
    assert right is not None
    for node in postorder(right):
        key = function_key(node)
        if key is not None and key not in known and key not in _BY_CONSTRUCTION:
            what = f"the derivative of {key}" if key in FUNCTIONS else f"{key!r}"
            raise line.error(f"no line is about {what}, so that this one has no derivative itself", hint=f"add a line D {key}(X)[H] = ...")


def _check_linear(line: Line, known: set[str]) -> None:
    _lowered(line)
    try:
        loading.slots(line)
    except StopIteration:
        raise line.error("it is not said in which argument", hint="call that argument X, or x if it is a column") from None


def _check_adjoint(line: Line, known: set[str]) -> None:
    names = loading.direction_names(line)
    if names[0] not in _names(line.left) or names[0] not in loading.declared(line).variables:
        raise line.error("it is not said which argument moves", hint="call it H, or h if it is a column or a scalar, and declare it")


def _check_smaller(line: Line, known: set[str]) -> None:
    for rule in loading.identities(line):
        before, after = size_of(rule.factors or (rule.left,)), size_of((rule.right,))
        if not _is_below(after, before):
            raise line.error("the right side is not smaller than the left side", hint="turn it round, or write expand before it")


def _check_law(line: Line, known: set[str]) -> None:
    left, right = _lowered(line)
    if left is not right:
        raise line.error("its two sides are different expressions", hint="leave out the word law to have it run from left to right")


_CHECKS: dict[str, tuple[Callable[[Line, set[str]], None], ...]] = {
    "linear":      (_check_linear,),
    "bilinear":    (_check_shapes,),
    "D":           (_check_letters, _check_shapes, _check_closed),
    "adjoint":     (_check_adjoint, _check_letters, _check_shapes),
    "identity":    (_check_letters, _check_shapes, _check_smaller),
    "expand":      (_check_letters, _check_shapes),
    "law":         (_check_letters, _check_shapes, _check_law),
    "unsupported": (_check_shapes,),
}  # fmt: skip


# ---- size


def size_of(factors: Sequence[Node]) -> Size:
    """The SIZE of the product of the factors: a polynomial of degree 1 in the sizes of its letters.

    >>> from matcalc.algebra import calls, nodes; from matcalc.algebra.dimension import named
    >>> X = nodes.symbol("X", (named("m"), named("n")))
    >>> size_of([calls.call("exp", [X])]) == {X: 2, None: 2}
    True
    """
    sizes: dict[Node, Size] = {}
    for node in postorder(*factors):
        if is_letter(node):
            sizes[node] = {node: 1}
        elif not node.children:
            sizes[node] = {None: 1}
        else:
            a, b = _KRON if type(node) is Call and node.data == "kron" else _HEADS.get(type(node), _OTHERS)
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

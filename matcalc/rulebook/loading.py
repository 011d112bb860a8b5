"""From a Line to what it says: its declarations, the shapes and expressions of both sides, its rules.

`derivative_rule`, `adjoint_rule` and `identities` make the rules of one line, each once, when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from matcalc.algebra.dimension import ONE, Shape
from matcalc.algebra.entrywise import is_entrywise
from matcalc.algebra.functions import OF_POWER
from matcalc.algebra.leaves import direction, symbol
from matcalc.algebra.nodes import Call, Defined, MatrixPower, Node
from matcalc.algebra.transposes import transpose
from matcalc.algebra.traversal import rename_dimensions
from matcalc.algebra.walks import postorder
from matcalc.rulebook.rule import AdjointRule, DerivativeRule, IdentityRule, Line, function_key, is_letter
from matcalc.syntax.declarations import Declarations, Function, Variable, read_declarations
from matcalc.syntax.definitions import defined
from matcalc.syntax.inference import Typing, infer
from matcalc.syntax.lowering import lower
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts

COTANGENT = "Y"  # what an adjoint is applied to; it needs no `let`

read_let = lru_cache(maxsize=64)(read_declarations)  # many lines stand under one let


NO_FUNCTIONS: Mapping[str, Function] = MappingProxyType({})


def definition(line: Line) -> Function:
    """The function that a line `define f(X) = ...` defines."""
    assert line.right is not None
    letters = [child.text for child in line.left.children]
    declarations = replace(read_let(line.let), functions=line.functions)
    return defined(line.left.text, letters, line.right, declarations, line.conditions)


# ---- shapes


def declared(line: Line, let: Declarations | None = None) -> Declarations:
    """What the letters of a line are: its `let` (or another one), and for an adjoint Y, of the shape of the left side."""
    functions = line.functions
    if line.kind == "define":
        functions = {**functions, line.left.text: definition(line)}
    declarations = replace(read_let(line.let) if let is None else let, functions=functions)
    if line.kind != "adjoint":
        return declarations
    shape = infer(line.left, declarations).shapes[line.left]
    return replace(declarations, variables={**declarations.variables, COTANGENT: Variable(COTANGENT, shape)})


def direction_names(line: Line) -> tuple[str, ...]:
    """The names of a line's direction letters: those in brackets; in an adjoint line `H`, or `h` where there is no `H`."""
    if line.kind != "adjoint":
        return line.directions
    used = {part.text for part in parts(line.left) if part.head == "name"}
    return ("H",) if "H" in used else ("h",)


def right_shape(line: Line, typing: Typing, declarations: Declarations) -> Shape:
    """The shape that the right side must have: that of the left side, in an adjoint line that of the direction."""
    if line.kind != "adjoint":
        return typing.shapes[line.left]
    (name,) = direction_names(line)
    if name not in declarations.variables or name not in typing.roles:
        raise line.error("it is not said which argument moves", hint="call it H, or h if it is a column or a scalar")
    return declarations.variables[name].shape


# ---- lowering


def typings(line: Line, declarations: Declarations) -> tuple[Typing, Typing | None]:
    """The shapes of both sides; ShapeError if they do not go together."""
    left = infer(line.left, declarations)
    if line.right is None:
        return left, None
    return left, infer(line.right, declarations, expected=[right_shape(line, left, declarations)])


def lowered(line: Line) -> tuple[Node, Node | None, tuple[tuple[Node, str], ...]]:
    """Both sides and the conditions of a line as expressions; ShapeError if the sides have different shapes."""
    declarations = declared(line)
    names = frozenset(direction_names(line))
    of_left, of_right = typings(line, declarations)
    left = lower(line.left, of_left, directions=names)
    right = None
    if line.right is not None and of_right is not None:
        right = lower(line.right, of_right, directions=names)
    conditions = tuple((lower(tree, infer(tree, declarations)), word) for tree, word in line.conditions)
    return left, right, conditions


def derivative_rule(line: Line) -> DerivativeRule:
    """The rule of a line `D f(X)[H] = ...`."""
    left, right, conditions = lowered(line)
    assert right is not None
    arguments = tuple(child for child in left.children if is_letter(child))
    variables = declared(line).variables
    directions = tuple(direction(name, variables[name].shape) for name in line.directions)
    integers = tuple(what for what, word in conditions if word == "integer")
    # What is said of a direction tells which directions there are, not where the derivative is.
    others = tuple((what, word) for what, word in conditions if word != "integer" and what.data not in line.directions)
    about = left.data if type(left) is Defined else None
    return DerivativeRule(
        derivative_key(line, left), arguments, directions, right, others, integers, line.text, line.place, about
    )


def derivative_key(line: Line, left: Node) -> str:
    """What a line about the function `left` is filed under; sqrt has its own line though it is a power."""
    key = function_key(left)
    if key is None:
        raise line.error("this is no function, so that it needs no line", hint="write D f(X)[H] = ...")
    return "sqrt" if key == "X.^k" and not is_letter(left.children[1]) else key


def adjoint_rule(line: Line) -> AdjointRule:
    """The rule of a line `adjoint L(H) = ...`."""
    left, right, _ = lowered(line)
    assert right is not None
    variables = declared(line).variables
    name = direction_names(line)[0]
    moving = direction(name, variables[name].shape)
    cotangent = symbol(COTANGENT, variables[COTANGENT].shape)
    key, slot = adjoint_key(line)
    arguments = left.children if type(left) is Call else tuple(_letters(line, left))
    return AdjointRule(key, slot, arguments, moving, cotangent, right, line.text, line.place)


def _letters(line: Line, left: Node) -> Iterator[Node]:
    """The letters of the left side as written, from left to right; normal form may have reordered them."""
    by_name = {leaf.data: leaf for leaf in postorder(left) if is_letter(leaf)}
    for part in parts(line.left):
        if part.head == "name" and part.text in by_name:
            yield by_name.pop(part.text)


def adjoint_key(line: Line) -> tuple[str, int]:
    """What an adjoint is filed under: the function's name and the slot of H; without a name, the left side as written, 0."""
    names = direction_names(line)
    left = line.left
    called = {"call": left.text, "kron": "kron"}.get(left.head)
    if called is None:
        written = line.text.removeprefix("adjoint").partition("=")[0]
        return written.strip(), 0
    slot = next(i for i, child in enumerate(left.children) if child.text in names)
    return called, slot


def slots(line: Line) -> tuple[str, tuple[int, ...]]:
    """The function's key, and the arguments in which a `linear` or `bilinear` line says that it is linear, from 0."""
    left = line.left
    called = {"call": left.text, "kron": "kron"}.get(left.head, left.head)
    if line.kind == "bilinear":
        last = len(left.children) - 1
        return called, (last - 1, last)
    found = tuple(i for i, child in enumerate(left.children) if child.text in ("X", "x"))
    if not found:
        raise line.error("it is not said in which argument", hint="call that argument X, or x if it is a column")
    return called, found


# ---- identities


def identities(line: Line) -> list[IdentityRule]:
    """The patterns of one line: as written, for columns and scalars where every letter is m x n, and transposed for products."""
    left, right, conditions = lowered(line)
    assert right is not None
    conditions = tuple((what, word) for what, word in conditions if word != "integer" or what not in _exponents(left))
    factors = _factors(line)
    whole = IdentityRule(left, factors, right, conditions, line.text, line.place, line.kind == "expand")
    found = [whole, *_narrowed(whole)]
    turned = [_transposed(rule) for rule in found if rule.factors is not None and not rule.right.is_scalar]
    known: dict[tuple[Node, ...], IdentityRule] = {}
    for rule in [*found, *turned]:
        known.setdefault(rule.factors or (rule.left,), rule)
    return list(known.values())


def _exponents(left: Node) -> Iterator[Node]:
    """The letters that stand in a matrix power: whatever is written there stands for an integer."""
    for node in postorder(left):
        if type(node) is MatrixPower or (type(node) is Call and node.data in OF_POWER):
            yield node.children[1]


def _factors(line: Line) -> tuple[Node, ...] | None:
    """The factors of a product as written: normal form would make I of `A inv(A)`, but not of B C inv(B C)."""
    parts: list[Tree] = []
    tree = line.left
    while tree.head == "times":
        tree, last = tree.children
        parts.append(last)
    if not parts:
        return None
    typing = infer(line.left, declared(line))
    factors = tuple(lower(part, typing) for part in [tree, *reversed(parts)])
    return None if any(factor.is_scalar for factor in factors) else factors


def _narrowed(rule: IdentityRule) -> Iterator[IdentityRule]:
    """A rule about m x n matrices, said of columns and of scalars."""
    leaves = [leaf for leaf in postorder(rule.left) if not leaf.children and not leaf.is_scalar]
    shapes = {leaf.shape for leaf in leaves if is_letter(leaf)} or {leaf.shape for leaf in leaves}
    if len(shapes) != 1:
        return
    rows, columns = (d.name for d in shapes.pop())
    if rows is None or columns is None or rows == columns or rule.factors is not None:
        return
    for ones in ({columns: ONE}, {rows: ONE, columns: ONE}):
        left, right = rename_dimensions(rule.left, ones), rename_dimensions(rule.right, ones)
        if left is right or type(left) is not type(rule.left) or any(map(_wants_more, postorder(left, right))):
            continue
        conditions = tuple((rename_dimensions(what, ones), word) for what, word in rule.conditions)
        yield IdentityRule(left, None, right, conditions, rule.text, rule.place, rule.expands)


def _wants_more(node: Node) -> bool:
    """Whether a function that is not entry by entry is applied to a scalar: nobody writes that."""
    return type(node) is Call and not is_entrywise(node) and all(child.is_scalar for child in node.children)


def _transposed(rule: IdentityRule) -> IdentityRule:
    assert rule.factors is not None
    factors = tuple(transpose(factor) for factor in reversed(rule.factors))
    return IdentityRule(
        transpose(rule.left), factors, transpose(rule.right), rule.conditions, rule.text, rule.place, rule.expands
    )

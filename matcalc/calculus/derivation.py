"""The way from f to Df(x)[v], recorded step by step, as a lecturer writes it.

The engine's own local rules (calculus/local.py) are run from the top down with inert directions: D(e)[v] stands for the change of
a part e that is not worked out yet.  A step replaces one of them.  An expression that is linear in x is done in one step,
Df(x)[v] = f(v), and so is an affine one; that is tested with the engine: f with x replaced by v is the change of f, or the change
has no x in it.  Products are kept as written, one group per moving factor, x^T (A x): constructors would flatten
`D(x^T)[v] (A x)` away.  The last step brings the result into textbook form.  Nothing of this runs unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from matcalc.algebra import products, transposes
from matcalc.algebra.nodes import (
    Apply,
    Call,
    Direction,
    MatrixPower,
    Node,
    Number,
    Product,
    Sum,
    Symbol,
    Transpose,
    intern,
)
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import dependents, postorder
from matcalc.calculus.differential import differential
from matcalc.calculus.local import forward, rule_about, sides, total_change
from matcalc.calculus.steps import Step, Words
from matcalc.rulebook.rule import DerivativeRule
from matcalc.syntax import pieces
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts_of

MOST = 200  # steps; a longer derivation goes on with its last form at once

BILINEAR = "bilinear / product"
STAY: Words = ("the other factors stay",)


class _Derivation:
    """The state while a derivation runs: the expression so far, and the parts whose change is still open."""

    def __init__(self, leaf: Node, direction: Node, moving: set[Node]) -> None:
        self.leaf = leaf
        self.direction = direction
        self.moving = moving
        self.open: dict[str, Node] = {}  # name of an inert direction -> the part e
        self.steps: list[Step] = []
        self.now: Tree = Tree("number", text="0")

    def inert(self, part: Node) -> Node:
        """The direction that stands for D(part)[v]: v itself for the variable, D(h,x)[v] for a declared h(x), D(e)[v]^T for e^T."""
        if part is self.leaf:
            return self.direction
        if type(part) is Transpose and part.children[0] is not self.leaf:
            return transposes.transpose(self.inert(part.children[0]))
        return total_change(part, {0: self.direction}) if self.is_name(part) else self.held_open(part)

    def is_name(self, part: Node) -> bool:
        """Whether this is h(x) for a declared h: its derivative is called D(h,x)[v]."""
        return type(part) is Apply and part.children == (self.leaf,)

    def held_open(self, part: Node) -> Node:
        """D(part)[v], to be worked out."""
        name = f"D({ascii_text(written(part))})[{self.direction.data}]"
        self.open[name] = part
        return intern(Direction, (), name, part.shape)

    def shown(self, node: Node) -> Tree:
        """`node` as a tree, inert directions spelled as derivatives."""
        out: dict[Tree, Tree] = {}
        tree = written(node)
        for part in parts_of(tree):
            if part.head == "name" and part.text in self.open:
                out[part] = derivative_of(written(self.open[part.text]), self.direction.data)
            elif part.children:
                out[part] = replace(part, children=tuple(out[child] for child in part.children))
            else:
                out[part] = part
        return out[tree]

    def take(self, rule: str, words: Words, part: Node, tree: Tree, held: Iterable[Node] = ()) -> None:
        """Replace D(part)[v] by `tree` everywhere."""
        old = self.shown(self.held_open(part))
        after = _replaced(self.now, old, tree)
        self.steps.append(Step(rule, tuple(words), self.now, after, old, tree, tuple(map(written, held))))
        self.now = after

    def pending(self) -> Node | None:
        """The leftmost part whose change is still open."""
        stack = [self.now]
        while stack:
            tree = stack.pop()
            if tree.head == "D" and tree.text == "":
                return self.open[f"D({ascii_text(tree.children[0])})[{self.direction.data}]"]
            stack.extend(reversed(tree.children))
        return None


def derivative_of(tree: Tree, direction: str) -> Tree:
    """The tree of D(e)[v], the change of an expression e: head D without a function's name."""
    return Tree("D", (tree, Tree("name", text=direction)), "")


def differential_steps(f: Tree, node: Node, leaf: Node, direction: Node, final: Node) -> list[Step]:
    """The steps from D(f)[v] to `final`, Df(x)[v] in textbook form."""
    state = _Derivation(leaf, direction, set(dependents(node, [leaf])))
    first = derivative_of(f, direction.data)
    if node is leaf:
        return [_at_once("linear", (written(leaf), " -> ", written(leaf), " is linear"), first, written(direction))]
    if node not in state.moving:
        return [_at_once("constant", (written(leaf), " does not occur"), first, written(final))]
    state.now = state.shown(state.held_open(node))
    while (part := state.pending()) is not None and len(state.steps) < MOST:
        _open(state, part)
    steps = state.steps
    steps[0] = replace(steps[0], before=first)
    shown = written(final)
    if _squeezed(shown) == _squeezed(state.now):  # only brackets go
        steps[-1] = replace(steps[-1], after=shown)
    else:
        words = ("like terms and common factors",)
        steps.append(Step("textbook form", words, state.now, shown, state.now, shown))
    return steps


def _at_once(rule: str, words: Words, before: Tree, after: Tree) -> Step:
    return Step(rule, tuple(words), before, after, before, after)


def _squeezed(tree: Tree) -> str:
    return ascii_text(tree).translate({ord(c): None for c in "() "})


# ---- one step


def _open(state: _Derivation, part: Node) -> None:
    """One step: the change of `part` in terms of the changes of its own parts."""
    slots = [k for k, child in enumerate(part.children) if child in state.moving]
    if type(part) is Product and len(slots) > 1:
        _product_rule(state, part)
    elif not _at_one_go(state, part):
        _by_its_parts(state, part, slots)


def _product_rule(state: _Derivation, part: Node) -> None:
    groups = _groups(part, state.moving)
    trees = [written(group) for group in groups]
    pair = [piece for tree in trees for piece in (", ", tree)][1:]
    rule = BILINEAR if len(groups) == 2 else "product"
    held = reversed(groups) if len(groups) == 2 else ()
    state.take(rule, ("(", *pair, ")"), part, _product(state, groups, range(len(groups))), held)


def _at_one_go(state: _Derivation, part: Node) -> bool:
    """What is linear in x: its change is itself at v; what is affine: its change has no x in it."""
    leaf, direction = state.leaf, state.direction
    if state.is_name(part):
        name = state.shown(state.inert(part))
        state.take("definition", (name, " is its name"), part, name)
        return True
    change = differential(part, {leaf: direction})
    if leaf in set(postorder(change)):
        return False
    linear = substitute(part, {leaf: direction}) is change
    words = (written(leaf), " -> ", written(part), " is linear" if linear else " is affine: its constant part goes")
    held = {node.data: node for node in postorder(part) if isinstance(node, Symbol) and node is not leaf}
    state.take("linear", words, part, written(change), [held[name] for name in sorted(held)])
    return True


def _by_its_parts(state: _Derivation, part: Node, slots: Sequence[int]) -> None:
    kind = type(part)
    single = len(slots) == 1
    others = [child for k, child in enumerate(part.children) if k not in slots]
    line = rule_about(part, slots) if kind is not Product else None
    change = _change(state, part, slots)
    if kind is Product:  # one factor moves, and not linearly in x: its own change is opened next
        state.take("linear", STAY, part, _product(state, part.children, slots), others)
    elif kind is Sum:
        state.take("linear", _sum_words(part), part, change)
    elif kind is Transpose:
        state.take("linear", ("the transpose is linear",), part, change)
    elif kind is Apply and (single or not _is_bilinear(part)):
        inner = [piece for k in slots for piece in (", ", state.shown(state.inert(part.children[k])))][1:]
        words = (f"the derivative of {part.data.name} at ", *_listed(part.children), " in the direction ", *inner)
        state.take("chain", words, part, change)
    elif kind is Apply:
        state.take(BILINEAR, ("plug in the derivative in one component at a time",), part, change, part.children[::-1])
    elif line is not None:
        direct = all(part.children[k] is state.leaf for k in slots)
        state.take("rule" if direct else "chain", (line.text, *_integers(line, part)), part, change)
    elif kind is Call and single and len(part.children) == 1:
        state.take("linear", (f"{part.data} is linear",), part, change)
    elif single and kind is not MatrixPower:
        state.take("linear", STAY, part, change, others)
    else:
        held = part.children[::-1] if len(slots) == 2 == len(part.children) else ()
        state.take(BILINEAR, ("one factor at a time",), part, change, held)


def _change(state: _Derivation, part: Node, slots: Sequence[int]) -> Tree:
    """The change of `part`, the terms of a multilinear one in the order of its factors."""
    moves = {k: state.inert(part.children[k]) for k in slots}
    kind = type(part)
    if kind is MatrixPower and type(part.children[1]) is Number and abs(part.children[1].data) > 1:
        between = [(left, moves[0], right) for left, right in sides(part.children[0], part.children[1].data)]
        return Tree("sum", tuple(state.shown(products.product(factors)) for factors in between))
    multilinear = kind is not Sum and rule_about(part, slots) is None and (kind is not Apply or _is_bilinear(part))
    if len(slots) > 1 and multilinear:
        return Tree("sum", tuple(state.shown(forward(part, k, h)) for k, h in moves.items()))
    return state.shown(total_change(part, moves))


def _is_bilinear(part: Node) -> bool:
    return part.data.kind == "bilinear"  # type: ignore[no-any-return]


def _sum_words(part: Node) -> Words:
    if len(part.children) > 1:
        return ("term by term",)
    (c,) = part.data
    return (
        ("the sign stays",)
        if c == -1
        else ("the factor ", pieces.sign(c < 0, pieces.number(pieces.magnitude(c))), " stays")
    )


def _listed(nodes: Sequence[Node]) -> Words:
    return tuple(piece for node in nodes for piece in (", ", written(node)))[1:]


def _integers(line: DerivativeRule, part: Node) -> Words:
    """The integers for which the letters of a rule stand: `, k = 3`."""
    pairs = zip(line.arguments, part.children, strict=False)
    return tuple(
        piece
        for letter, value in pairs
        if letter in line.integers
        for piece in (", ", written(letter), " = ", written(value))
    )


# ---- products as written


def _groups(part: Node, moving: set[Node]) -> list[Node]:
    """The chain cut into one group per moving factor: fixed factors go with the next moving one, x^T (A x)."""
    groups: list[list[Node]] = [[]]
    for factor in part.children:
        groups[-1].append(factor)
        if factor in moving:
            groups.append([])
    rest = groups.pop()
    if rest:
        groups[-1] += rest
    return [products.product(group) if len(group) > 1 else group[0] for group in groups]


def _product(state: _Derivation, groups: Sequence[Node], slots: Sequence[int]) -> Tree:
    """The product rule on the groups, each term as written: in each of the slots a group is replaced by its change."""
    terms = []
    for k in slots:
        trees = [written(other) for other in groups]
        trees[k] = state.shown(state.inert(groups[k]))
        tree = trees[0]
        for right in trees[1:]:
            tree = Tree("times", (tree, right), " ")
        terms.append(tree)
    return terms[0] if len(terms) == 1 else Tree("sum", tuple(terms))


def _replaced(tree: Tree, old: Tree, new: Tree) -> Tree:
    text = ascii_text(old)
    out: dict[Tree, Tree] = {}
    for part in parts_of(tree):
        if part.head == "D" and part.text == "" and ascii_text(part) == text:
            out[part] = new
        elif part.children:
            out[part] = replace(part, children=tuple(out[child] for child in part.children))
        else:
            out[part] = part
    return out[tree]

"""The way from f to Df(x)[v] and what is read off it, recorded step by step, as a lecturer writes it.

The engine's own local rules (calculus/local.py) are run from the top down with inert directions: D(e)[v] stands for the change of
a part e that is not worked out yet.  A step replaces one of them.  An expression that is linear in x is done in one step,
Df(x)[v] = f(v), and that is tested with the engine: f with x replaced by v is the change of f.  Products are kept as written,
one group per moving factor, x^T (A x): constructors would flatten `D(x^T)[v] (A x)` away.  The last steps bring the result into
textbook form and read the gradient or the Jacobian off it.  Nothing of this runs unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from matcalc.algebra import products
from matcalc.algebra.nodes import Call, Direction, Node, Product, Sum, Symbol, Transpose, dependents, intern, postorder
from matcalc.algebra.traversal import substitute
from matcalc.calculus.differential import differential
from matcalc.calculus.local import rule_about, total_change
from matcalc.calculus.steps import Step
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts_of

MOST = 200  # steps; a longer derivation goes on with its last form at once


class _Derivation:
    """The state while a derivation runs: the expression so far, and the parts whose change is still open."""

    def __init__(self, leaf: Node, direction: Node) -> None:
        self.leaf = leaf
        self.direction = direction
        self.open: dict[str, Node] = {}  # name of an inert direction -> the part e
        self.steps: list[Step] = []
        self.now: Tree = Tree("number", text="0")

    def inert(self, part: Node) -> Node:
        """The direction that stands for D(part)[v]; v itself for the variable."""
        if part is self.leaf:
            return self.direction
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

    def take(self, rule: str, note: str, part: Node, tree: Tree, fixed: Sequence[str] = ()) -> None:
        """Replace D(part)[v] by `tree` everywhere."""
        old = self.shown(self.inert(part))
        after = _replaced(self.now, old, tree)
        self.steps.append(Step(rule, note, self.now, after, old, tree, tuple(fixed)))
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
    state = _Derivation(leaf, direction)
    moving = dependents(node, [leaf])
    first = state.now = derivative_of(f, direction.data)
    if node is leaf:
        state.now = written(direction)
        state.steps.append(Step("linear", f"{leaf.data} -> {leaf.data} is linear", first, state.now, first, state.now))
    elif node not in moving:
        state.now = written(final)
        state.steps.append(Step("constant", f"{leaf.data} does not occur", first, state.now, first, state.now))
    else:
        state.now = state.shown(state.inert(node))
        while (part := state.pending()) is not None and len(state.steps) < MOST:
            _open(state, part, moving)
        state.steps[0] = replace(state.steps[0], before=first)
    shown = written(final)
    if ascii_text(shown) != ascii_text(state.now):
        note = "like terms and common factors"
        state.steps.append(Step("textbook form", note, state.now, shown, state.now, shown))
    return state.steps


def read_off(steps: Sequence[Step], direction: Node, form: str, result: Node) -> list[Step]:
    """The step from the differential to the gradient or Jacobian that is read off it."""
    v = direction.data
    if form == "gradient":
        rule, note = "read off <G, H>", f"Df = <G, {v}> for all {v}"
    elif form == "jacobian":
        rule, note = "read off J", f"Df = J^T {v} for all {v}: one row per input"
    else:
        rule, note = "read off Df(t)[1]", f"{v} = 1"
    before, after = steps[-1].after, written(result)
    return [*steps, Step(rule, note, before, after, before, after)]


def _open(state: _Derivation, part: Node, moving: set[Node]) -> None:
    """One step: the change of `part` in terms of the changes of its own parts."""
    leaf = state.leaf.data
    if type(part) is Product and sum(factor in moving for factor in part.children) > 1:
        groups = _groups(part, moving)
        pair = ", ".join(ascii_text(written(group)) for group in groups)
        rule = "bilinear / product" if len(groups) == 2 else "product"
        state.take(rule, f"({pair})", part, _product(state, groups, range(len(groups))))
        return
    swapped = substitute(part, {state.leaf: state.direction})
    if state.leaf not in set(postorder(swapped)) and differential(part, {state.leaf: state.direction}) is swapped:
        fixed = sorted({node.data for node in postorder(part) if isinstance(node, Symbol) and node is not state.leaf})
        state.take("linear", f"{leaf} -> {ascii_text(written(part))} is linear", part, written(swapped), fixed)
        return
    slots = [k for k, child in enumerate(part.children) if child in moving]
    change = state.shown(total_change(part, {k: state.inert(part.children[k]) for k in slots}))
    line = rule_about(part, slots) if type(part) is not Product else None
    if type(part) is Product:
        # One factor moves, and not linearly in x: its own change is opened next.
        state.take("linear", "the other factors stay", part, _product(state, part.children, slots))
    elif type(part) is Sum:
        state.take("linear", "term by term", part, change)
    elif type(part) is Transpose:
        state.take("linear", "the transpose", part, change)
    elif line is not None:
        state.take("chain", line.text, part, change)
    elif type(part) is Call and len(slots) == 1:
        state.take("linear", str(part.data), part, change)
    elif len(slots) == 1 and type(part).__name__ != "MatrixPower":
        state.take("linear", "the other factors stay", part, change)
    else:
        state.take("bilinear / product", "one factor at a time", part, change)


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

"""The way from f to Df(x)[v], step by step, as a lecturer writes it.

The engine's own local rules are run from the top down with inert directions: D(e)[v] stands for the change of a part e that is not
worked out yet.  A step replaces one of them: (rule, note, before, after).  An expression that is linear in x is done in one step,
Df(x)[v] = f(v), and that is tested with the engine: f with x replaced by v is the change of f.  Products are kept as written,
in two groups per moving factor: constructors would flatten `D(x^T)[v] (A x)` away.  The last steps bring the result into the
textbook form and read off the gradient.  Nothing of this runs unless it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from matcalc.algebra import products, sums
from matcalc.algebra.nodes import Call, Direction, Node, Power, Product, Sum, Transpose, dependents, intern
from matcalc.algebra.traversal import substitute
from matcalc.calculus.adjoint import gradient
from matcalc.calculus.differential import differential
from matcalc.calculus.local import forward
from matcalc.rewrite.form import Properties, textbook
from matcalc.rulebook.book import book
from matcalc.syntax.latex import latex
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree, postorder


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the `rule`, a `note` that says why it applies, the expression `before` and `after`."""

    rule: str
    note: str
    before: Tree
    after: Tree

    def __str__(self) -> str:
        return f"{ascii_text(self.after)}    [{self.rule}{': ' if self.note else ''}{self.note}]"


class Steps(Sequence[Step]):
    """A derivation: its steps in order."""

    def __init__(self, steps: Sequence[Step], ranks: Mapping[str, int]) -> None:
        self._steps = tuple(steps)
        self._ranks = ranks

    def __getitem__(self, at: int) -> Step:  # type: ignore[override]
        return self._steps[at]

    def __len__(self) -> int:
        return len(self._steps)

    def _lines(self) -> Iterator[str]:
        if self._steps:
            yield ascii_text(self._steps[0].before)
        for step in self._steps:
            yield f"  = {step}"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def unicode(self) -> str:
        """The derivation in Unicode, a step a line."""
        lines = [unicode_text(self._steps[0].before)] if self._steps else []
        return "\n".join(lines + [f"  = {unicode_text(s.after)}    [{s.rule}{': ' if s.note else ''}{s.note}]" for s in self])

    def latex(self) -> str:
        """The derivation as an align* environment."""
        lines = [latex(self._steps[0].before, self._ranks)] if self._steps else []
        for step in self._steps:
            lines.append(rf"  &= {latex(step.after, self._ranks)} && \text{{{step.rule}}}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


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
        return self.spelled(written(node))

    def spelled(self, tree: Tree) -> Tree:
        out: dict[Tree, Tree] = {}
        for part in postorder(tree):
            if part.head == "name" and part.text in self.open:
                inner = self.open[part.text]
                out[part] = Tree("D", (written(inner), Tree("name", text=self.direction.data)), "")
            elif part.children:
                out[part] = replace(part, children=tuple(out[child] for child in part.children))
            else:
                out[part] = part
        return out[tree]

    def take(self, rule: str, note: str, part: Node, tree: Tree) -> None:
        """Replace D(part)[v] by `tree` everywhere."""
        inert = self.shown(self.inert(part))
        after = _replaced(self.now, inert, tree)
        self.steps.append(Step(rule, note, self.now, after))
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


def derivation(
    f: Tree, node: Node, leaf: Node, direction: Node, ranks: Mapping[str, int], properties: Properties | None = None
) -> Steps:
    """The steps from D(f)[v] to Df(x)[v] in textbook form, then, for a scalar f, to the gradient."""
    state = _Derivation(leaf, direction)
    change = differential(node, {leaf: direction})
    moving = dependents(node, [leaf])
    state.now = Tree("D", (f, Tree("name", text=direction.data)), "")
    first = state.now
    state.inert(node)
    if node is leaf:
        state.steps.append(Step("linear", f"{leaf.data} -> {leaf.data} is linear", first, written(direction)))
        state.now = written(direction)
    elif node not in moving:
        state.steps.append(Step("constant", f"{leaf.data} does not occur", first, written(change)))
        state.now = written(change)
    else:
        state.now = state.shown(state.inert(node))
        while (part := state.pending()) is not None:
            _open(state, part, moving)
        if state.steps:
            state.steps[0] = replace(state.steps[0], before=first)
    known = properties or {}
    final = textbook(change, known)
    shown = written(final)
    if ascii_text(shown) != ascii_text(state.now):
        state.steps.append(Step("textbook form", "like terms and common factors", state.now, shown))
    if node.is_scalar and node in moving:
        found = textbook(gradient(node, [leaf])[leaf], known)
        rule = "read off <G, H>"
        state.steps.append(Step(rule, f"Df = <G, {direction.data}> for all {direction.data}", shown, written(found)))
    return Steps(state.steps, ranks)


def _open(state: _Derivation, part: Node, moving: set[Node]) -> None:
    """One step: the change of `part` in terms of the changes of its own parts."""
    leaf, name = state.leaf.data, ascii_text(written(part))
    if type(part) is Product and _moving_factors(part, moving) > 1:
        groups = _groups(part, moving)
        if len(groups) == 2:
            state.take("bilinear / product", f"({', '.join(ascii_text(written(g)) for g in groups)})", part, _product(state, groups, moving))
        else:
            state.take("product", f"{len(groups)} factors, one at a time", part, _product(state, groups, moving))
        return
    swapped = substitute(part, {state.leaf: state.direction})
    if not _occurs(state.leaf, swapped) and differential(part, {state.leaf: state.direction}) is swapped:
        state.take("linear", f"{leaf} -> {name} is linear", part, written(swapped))
        return
    slots = [k for k, child in enumerate(part.children) if child in moving]
    terms = [forward(part, k, state.inert(part.children[k])) for k in slots]
    if type(part) is Product:
        state.take("linear", "the fixed factors stay", part, _one_factor(state, part, slots[0]))
    elif type(part) in (Sum, Transpose):
        state.take("linear", "term by term" if type(part) is Sum else "", part, state.shown(sums.plus(*terms)))
    elif type(part) is Call and all(k in book().linear_slots(part) for k in slots):
        state.take("linear" if len(slots) == 1 else "bilinear / product", str(part.data), part, state.shown(sums.plus(*terms)))
    elif (rule := _line(part)) is not None:
        state.take("chain", rule, part, state.shown(sums.plus(*terms)))
    else:
        state.take("bilinear / product", "", part, state.shown(sums.plus(*terms)))


def _line(part: Node) -> str | None:
    rule = book().derivative(part) if type(part) in (Call, Power) or part.children else None
    return None if rule is None else rule.text


def _occurs(leaf: Node, node: Node) -> bool:
    return node in dependents(node, [leaf])


def _moving_factors(part: Node, moving: set[Node]) -> int:
    return sum(factor in moving for factor in part.children)


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


def _one_factor(state: _Derivation, part: Node, k: int) -> Tree:
    """A D(M)[v] B for a chain A M B of which only M moves."""
    before, after = part.children[:k], part.children[k + 1 :]
    trees = [written(products.product(before))] if before else []
    trees.append(state.shown(state.inert(part.children[k])))
    trees += [written(products.product(after))] if after else []
    return _chain(trees)


def _chain(trees: Sequence[Tree]) -> Tree:
    tree = trees[0]
    for right in trees[1:]:
        tree = Tree("times", (tree, right), " ")
    return tree


def _product(state: _Derivation, groups: Sequence[Node], moving: set[Node]) -> Tree:
    terms = []
    for k, group in enumerate(groups):
        trees = [written(g) for g in groups]
        trees[k] = state.shown(state.inert(group))
        terms.append(_chain(trees))
    return terms[0] if len(terms) == 1 else Tree("sum", tuple(terms))


def _replaced(tree: Tree, old: Tree, new: Tree) -> Tree:
    text = ascii_text(old)
    out: dict[Tree, Tree] = {}
    for part in postorder(tree):
        if part.head == "D" and part.text == "" and ascii_text(part) == text:
            out[part] = new
        elif part.children:
            out[part] = replace(part, children=tuple(out[child] for child in part.children))
        else:
            out[part] = part
    return out[tree]

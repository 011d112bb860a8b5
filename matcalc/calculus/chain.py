"""The chain rule for f = g o h in every form of the lecture, each with what it says for this g and this h.

In: f, its variable, and the inner expression h(x), or none: then the outermost one through which alone f depends on x.  Out: a Chain,
whose forms are the rows of the table in chain_forms: concatenated linear maps, inner product, matrix products and their transpose,
component by component, the row form, gradients and Jacobians, partial derivatives.  g is differentiated at a letter u in place of h(x).
Source: the lecture, "Chain rule" and "Chain rule with gradients".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matcalc.algebra import transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import symbol
from matcalc.algebra.nodes import Apply, Node
from matcalc.algebra.traversal import substitute
from matcalc.algebra.walks import dependents, postorder, symbols
from matcalc.calculus import forms
from matcalc.calculus.adjoint import gradient
from matcalc.calculus.chain_forms import ROWS, Row, in_latex
from matcalc.calculus.differential import differential
from matcalc.errors import UnsupportedError
from matcalc.syntax.latex import escaped, latex
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.raising import written
from matcalc.syntax.tree import Tree, put

Shown = Callable[[Node], Node]  # the textbook form


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the rule: its `text`, the same `drawn` in LaTeX, what it is `here` (or nothing new), and why."""

    text: str
    drawn: str
    here: Tree | None
    reason: str


@dataclass(frozen=True, slots=True)
class Chain:
    """f = g o h: what g and h are, the forms of the chain rule, and the textbook form of the `result`."""

    functions: tuple[tuple[str, str, Tree | None], ...]  # `h: R^n -> R^m, h(x)`, the same in LaTeX, and what it is
    forms: tuple[Form, ...]
    label: str
    result: Tree
    ranks: Mapping[str, int]

    def _ascii(self, tree: Tree) -> str:
        return ascii_text(tree, primed=self.ranks.get("T") == 0)

    def _lines(self, text: Callable[[Tree], str]) -> list[str]:
        lines = [f"{said} = {text(tree)}" if tree is not None else said for said, _, tree in self.functions]
        for form in self.forms:
            here = f" = {text(form.here)}" if form.here is not None else ""
            lines.append(f"{form.text}{here}    [{form.reason}]")
        return [*lines, f"{self.label} = {text(self.result)}    [textbook form]"]

    def __str__(self) -> str:
        return "\n".join(self._lines(self._ascii))

    def unicode(self) -> str:
        """The forms in Unicode, one a line."""
        return "\n".join(self._lines(unicode_text))

    def latex(self) -> str:
        """The forms as an align* environment."""
        lines = [
            f"&{drawn}" + (f" = {latex(tree, self.ranks)}" if tree is not None else "")
            for _, drawn, tree in self.functions
        ]
        for form in self.forms:
            here = f" = {latex(form.here, self.ranks)}" if form.here is not None else ""
            lines.append(rf"{form.drawn.replace('=', '&=', 1)}{here} && \text{{{escaped(form.reason)}}}")
        lines.append(rf"\text{{{self.label}}} &= {latex(self.result, self.ranks)}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def data(self) -> list[dict[str, Any]]:
        """The forms as plain data."""
        return [
            {
                "form": form.text.strip(),
                "here": None if form.here is None else self._ascii(form.here),
                "reason": form.reason,
            }
            for form in self.forms
        ]


def chain(
    f: Node,
    leaf: Node,
    direction: Node,
    inner: Node | None,
    result: tuple[str, Node],
    shown: Shown,
    ranks: Mapping[str, int],
) -> Chain:
    """The chain rule at f = g o h, h the `inner` expression; UnsupportedError if f depends on x otherwise than through it."""
    inner = _outermost(f, leaf) if inner is None else _checked(f, leaf, inner)
    of = _names(f, leaf, direction, inner)
    u = symbol(of["u"], inner.shape)
    outer = substitute(f, {inner: u})
    declared = type(outer) is Apply and type(inner) is Apply  # then the forms say it all
    parts = None if declared else _Parts(outer, u, inner, leaf, direction, shown)
    kinds = _kinds(f, leaf, u)
    ranks = {**ranks, **{node.data: forms.rank(node) for node in (*symbols(f), *symbols(outer), direction)}}
    drawn = {**of, **{name: latex(Tree("name", text=of[name]), ranks | {of["c"]: forms.rank(u)}) for name in "xvuc"}}
    found = tuple(_form(row, of, drawn, parts) for row in ROWS if row.about in kinds)
    functions = [
        (
            f"{of[name]}: {_space(source)} -> {_space(node)}, {of[name]}({of[at]})",
            rf"{of[name]}\colon {_drawn_space(source)} \to {_drawn_space(node)},\ {of[name]}({drawn[at]})",
            None if type(node) is Apply else written(node),
        )
        for name, at, source, node in (("h", "x", leaf, inner), ("g", "u", u, outer))
    ]
    return Chain(tuple(functions), found, result[0], written(result[1]), ranks)


def _form(row: Row, of: Mapping[str, str], drawn: Mapping[str, str], parts: _Parts | None) -> Form:
    tree = parts.tree(row.here) if parts is not None and row.here else None
    return Form(row.form.format(**of), in_latex(row.form.format(**drawn)), tree, row.why.format(**of))


def _space(node: Node) -> str:
    rows, columns = (str(side) for side in node.shape)
    if node.is_scalar:
        return "R"
    return f"R^{{{rows} x {columns}}}" if node.is_matrix else f"R^{rows if columns == '1' else columns}"


def _drawn_space(node: Node) -> str:
    sides = [str(side).replace("*", " ") for side in node.shape if side is not ONE]
    return r"\mathbb{R}" + ("^{" + r" \times ".join(sides) + "}" if sides else "")


def _kinds(f: Node, x: Node, u: Node) -> set[str]:
    """Which rows are about these shapes."""
    columns = x.is_column and u.is_column
    kinds = {"any"}
    if f.is_scalar:
        kinds.add("slope" if u.is_scalar else "number")
        kinds |= {"vector"} if u.is_column else {"matrix"} if u.is_matrix else {"one" if x.is_scalar else "along"}
    if columns:
        kinds |= {"columns"}
        kinds |= {"scalar"} if f.is_scalar else {"jacobians"} if f.is_column else set()
    return kinds


class _Parts:
    """The pieces of which the forms are made: Dg(h(x))[.], grad g(h(x)), Dh(x)[v], J(h, x)."""

    def __init__(self, outer: Node, u: Node, inner: Node, leaf: Node, direction: Node, shown: Shown) -> None:
        self.outer, self.u, self.inner, self.leaf, self.direction, self.shown = outer, u, inner, leaf, direction, shown

    def tree(self, what: str) -> Tree | None:
        """The tree of a form, by its name in the table."""
        if what == "inner" and self.u.is_matrix:
            return None  # the next row is its trace
        build = getattr(self, f"_{what}")
        tree: Tree = build()
        return tree

    def _change(self) -> Tree:
        return written(self.shown(differential(self.inner, {self.leaf: self.direction})))

    def _slope(self) -> Tree:
        """grad g(h(x))."""
        return written(self.shown(substitute(gradient(self.outer, [self.u])[self.u], {self.u: self.inner})))

    def _jacobian_node(self) -> Node:
        change = differential(self.inner, {self.leaf: self.direction})
        return self.shown(forms.jacobian(change, self.direction, "denominator"))

    def _outer_jacobian(self) -> Node:
        c = forms.direction_of(self.u, "c")
        found = forms.jacobian(differential(self.outer, {self.u: c}), c, "denominator")
        return self.shown(substitute(found, {self.u: self.inner}))

    def _map(self) -> Tree:
        """Dg(h(x))[Dh(x)[v]], the inner change not worked into the outer one."""
        c = forms.direction_of(self.u, _UNREAD)
        change = self.shown(substitute(differential(self.outer, {self.u: c}), {self.u: self.inner}))
        return put(written(change), {_UNREAD: self._change()})

    def _inner(self) -> Tree:
        return Tree("call", (self._slope(), self._change()), "dot")

    def _scaled(self) -> Tree:
        return _times(self._slope(), self._change())

    def _row(self) -> Tree:
        return _times(_turned(self._slope()), self._change())

    def _column(self) -> Tree:
        return _times(_turned(self._change()), self._slope())

    def _trace(self) -> Tree:
        return Tree("call", (self._row(),), "tr")

    def _jacobian(self) -> Tree:
        return _times(_turned(written(self.direction)), written(self._jacobian_node()))

    def _products(self) -> Tree:
        turned = written(transposes.transpose(self._jacobian_node()))
        return _times(_turned(self._slope()), turned, written(self.direction))

    def _turned(self) -> Tree:
        return _times(_turned(written(self.direction)), written(self._jacobian_node()), self._slope())

    def _gradient(self) -> Tree:
        return _times(written(self._jacobian_node()), self._slope())

    def _along(self) -> Tree:
        return _times(self._slope(), written(self.shown(gradient(self.inner, [self.leaf])[self.leaf])))

    def _both(self) -> Tree:
        return _times(written(self._jacobian_node()), written(self._outer_jacobian()))

    def _swapped(self) -> Tree:
        turned = [transposes.transpose(node) for node in (self._outer_jacobian(), self._jacobian_node())]
        return _times(*map(written, turned))


_UNREAD = "c'"  # no name that a text can have


def _times(*factors: Tree) -> Tree:
    tree = factors[0]
    for factor in factors[1:]:
        tree = Tree("times", (tree, factor), " ")
    return tree


def _turned(tree: Tree) -> Tree:
    return tree.children[0] if tree.head == "transpose" else Tree("transpose", (tree,))


# ---- the inner expression, the names


def _depends(f: Node, leaf: Node, inner: Node) -> bool:
    """Whether f depends on x otherwise than through `inner`."""
    return leaf in set(postorder(substitute(f, {inner: symbol(_UNREAD, inner.shape)})))


def _outermost(f: Node, leaf: Node) -> Node:
    inside = [node for node in dependents(f, [leaf]) if node is not leaf and node is not f]
    inside.sort(key=lambda node: (node.is_scalar, -node.weight))
    found = next((node for node in inside if not _depends(f, leaf, node)), None)
    if found is None:
        raise UnsupportedError(
            f"f is no function of one inner expression in {leaf.data} alone",
            hint="its derivative step by step: --show steps",
        )
    return found


def _checked(f: Node, leaf: Node, inner: Node) -> Node:
    said = ascii_text(written(inner))
    hint = f"the inner expression is a part of f that {leaf.data} stands in"
    if inner is leaf or inner is f:
        raise UnsupportedError(f"{said} is {'f' if inner is f else 'the variable'} itself", hint=hint)
    if leaf not in set(postorder(inner)):
        raise UnsupportedError(f"{said} does not depend on {leaf.data}", hint=hint)
    if _depends(f, leaf, inner):
        raise UnsupportedError(f"f is not seen to be a function of {said} alone", hint=hint)
    return inner


def _names(f: Node, leaf: Node, direction: Node, inner: Node) -> dict[str, str]:
    """Names for g, h, u, c that f does not have, those of declared functions as they are; and the sizes."""
    taken = {node.data for node in symbols(f)} | {direction.data}
    g = f.data.name if type(f) is Apply else _free("gpq", taken)
    h = inner.data.name if type(inner) is Apply else _free("hkr", {*taken, g})
    matrix = inner.is_matrix
    u = _free("UZY" if matrix else "uzy", taken)
    c = _free("CE" if matrix else "cde", {*taken, u})
    sizes = {"n": leaf.shape[0], "m": inner.shape[0], "k": f.shape[0]}
    names = {"g": g, "h": h, "u": u, "c": c, "x": leaf.data, "v": direction.data}
    return {**names, **{name: str(size) for name, size in sizes.items()}}


def _free(letters: str, taken: set[str]) -> str:
    return next((letter for letter in letters if letter not in taken), f"{letters[0]}_0")

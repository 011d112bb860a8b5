"""Scalar functions of scalar variables: read from a text, and SymPy's answers as matcalc writes them.

In: a text and declarations.  Every name that is not declared is a scalar here.  Out: a ScalarFunction, its syntax tree as it was
written (x/x is not 1: it has no value at 0) and its node.  What is not scalar is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from matcalc.algebra.dimension import SCALAR
from matcalc.algebra.leaves import symbol
from matcalc.algebra.nodes import Node
from matcalc.calculus.adjoint import gradient
from matcalc.calculus.conditions import conditions
from matcalc.calculus.needs import as_written, of_nodes
from matcalc.errors import DeclarationError, NotScalarError, SyntaxProblem, UnsupportedError
from matcalc.rewrite.form import textbook
from matcalc.rewrite.identities import simplify_by_rules
from matcalc.rewrite.sympy_bridge import from_sympy
from matcalc.rewrite.sympy_words import refuse_deep
from matcalc.syntax import pieces
from matcalc.syntax.declarations import NOTHING, Declarations, Variable
from matcalc.syntax.latex import latex
from matcalc.syntax.manner import Manner
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.raising import written
from matcalc.syntax.reading import read
from matcalc.syntax.tree import Tree
from matcalc.syntax.tree import postorder as parts_of
from matcalc.syntax.understanding import understand


@dataclass(frozen=True, slots=True, eq=False)
class ScalarFunction:
    """A scalar function of scalars: its `tree` as written, its `node`, its variables, and what was `assumed` of them."""

    tree: Tree
    node: Node
    variables: tuple[str, ...]
    positive: frozenset[str]
    assumed: tuple[str, ...]

    def symbols(self) -> dict[str, Any]:
        """Its variables as real SymPy symbols; the one that is declared positive is positive there."""
        return {name: real(name, positive=name in self.positive) for name in self.variables}

    def __str__(self) -> str:
        return ascii_text(self.tree)


def scalar_function(text: str, declarations: Declarations = NOTHING, wrt: Sequence[str] = ()) -> ScalarFunction:
    """The scalar function that the text says; names that are not declared are scalars.

    >>> scalar_function("a x + b", wrt=["x"]).variables
    ('a', 'x', 'b')
    """
    tree = read(text, declarations, wrt)
    names = [part.text for part in parts_of(tree) if part.head == "name"]
    known = {*declarations.variables, *declarations.dimensions} | ({"pi"} - {*wrt})
    new = [name for name in dict.fromkeys([*names, *wrt]) if name not in known]
    added = {name: Variable(name, SCALAR) for name in new}
    found = understand(text, replace(declarations, variables={**declarations.variables, **added}), wrt)
    for name in names:
        variable = found.typing.variables.get(name)
        if variable is not None and variable.shape != SCALAR:
            rows, columns = variable.shape
            raise UnsupportedError(
                f"{name} is {rows} x {columns}, and here every variable is a scalar",
                hint=f"write its entries as variables of their own: {name}_1, {name}_2",
            )
    refuse_deep(found.node)
    if not found.node.is_scalar:
        rows, columns = found.node.shape
        raise NotScalarError(
            f"this is {rows} x {columns}, and here functions are scalar", text=text, span=found.tree.span
        )
    if any(part.head == "where" for part in parts_of(tree)):
        raise UnsupportedError("`where t0 = ...` is not followed here", hint="write the expression out")
    declared = found.typing.variables
    inside = tuple(name for name in dict.fromkeys([*names, *wrt]) if name in declared)
    positive = frozenset(name for name in inside if "positive" in declared[name].properties)
    assumed = tuple(
        f'{name}: scalar (every name is here; --where "{name}: scalar" says so)' for name in new if name in names
    )
    return ScalarFunction(found.tree, found.node, inside, positive, assumed)


def slope(f: ScalarFunction, name: str) -> Tree:
    """matcalc's own derivative of f by one of its variables, in textbook form.

    >>> ascii_text(slope(scalar_function("x^2 y", wrt=["x", "y"]), "x"))
    '2 x y'
    """
    leaf = symbol(name, SCALAR)
    found = gradient(simplify_by_rules(f.node, {}), [leaf])[leaf]
    return written(textbook(simplify_by_rules(found, {}), {}))


def holds_where(f: ScalarFunction, names: Sequence[str]) -> tuple[str, ...]:
    """Where the derivatives by these variables hold: "x != 0"."""
    leaves = [symbol(name, SCALAR) for name in names]
    positive = dict.fromkeys(f.positive, frozenset({"positive"}))
    variables = {name: Variable(name, SCALAR) for name in f.variables}
    node = simplify_by_rules(f.node, {})
    needs = list(as_written(f.tree, Declarations(variables)))
    found = conditions(needs, list(of_nodes(node)), node, leaves, positive)
    return tuple(condition.sentence(lambda part: ascii_text(written(part))) for condition in found)


def real(name: str, *, positive: bool = False) -> Any:
    """The real (or positive) SymPy symbol of a name; no text is parsed."""
    import sympy

    return sympy.Symbol(name, positive=True) if positive else sympy.Symbol(name, real=True)


def constant(text: str, what: str) -> Any:
    """The exact number that a text such as `0`, `1/2`, `0.01` or `2 pi` says."""
    from matcalc.calculus.definition.germs import Germs, Undefined

    f = scalar_function(text)
    if f.variables:
        raise DeclarationError(f"{what} is a number, and {f.variables[0]} is none", text=text, span=f.tree.span)
    try:
        return Germs().value(f.tree, {})
    except Undefined as problem:
        raise SyntaxProblem(f"{what} has no value: {problem}", text=text, span=f.tree.span) from None


def fresh(names: Sequence[str], taken: Mapping[str, Any] | Sequence[str]) -> str:
    """The first of these names that is not taken."""
    for name in names:
        if name not in taken:
            return name
    raise DeclarationError(f"the names {', '.join(names)} are all taken", hint="rename one of your variables")


def shown(term: Any) -> Tree:
    """A SymPy scalar as matcalc writes it: `2 x`, `v_2^3/(v_1^2 + v_2^2)`; +-infinity by its name."""
    import sympy

    if term in (sympy.oo, -sympy.oo):
        return pieces.sign(term < 0, pieces.name("infinity"))
    if term.is_Rational:
        return Manner(fractions=True).number(Fraction(int(term.p), int(term.q)))
    node = from_sympy(term, {leaf: symbol(leaf.name, SCALAR) for leaf in term.free_symbols})
    return pieces.name(str(term)) if node is None else written(node, fractions=True)


def point(values: Sequence[Tree], form: str = "text") -> str:
    """(0, 0); 0 for one variable alone."""
    inside = ", ".join(spell(value, form) for value in values)
    return inside if len(values) == 1 else f"({inside})"


def spell(tree: Tree, form: str = "text") -> str:
    """The tree as text, Unicode or LaTeX; every name is a scalar."""
    if form == "latex":
        ranks = {part.text: 0 for part in parts_of(tree) if part.head in ("name", "call")}
        return latex(tree, ranks).replace("infinity", r"\infty")
    return (unicode_text if form == "unicode" else ascii_text)(tree)

"""The Python contract: diff, check, parse, simplify, load_rules, clear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcalc.algebra import nodes, walks
from matcalc.api.asking import Where, declared, declaring, directions_of, expected, variables_of
from matcalc.api.derivative import Derivative
from matcalc.api.expression import Expr, PublicShape, said
from matcalc.calculus import forms
from matcalc.calculus.structure import STRUCTURES
from matcalc.errors import UnsupportedError
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.definitions import Define
from matcalc.syntax.understanding import understand

if TYPE_CHECKING:
    from matcalc.claims.verdict import Verdict


def diff(
    f: str | Expr,
    wrt: str | Expr | Sequence[str | Expr],
    where: Where = None,
    direction: str | Sequence[str] | None = None,
    structure: str | None = None,
    layout: str = "denominator",
    *,
    define: Define = None,
) -> Derivative:
    """The derivative of f by `wrt`: Df(x)[v] and all that is read off it.

    f: text or Expr; `where` declares names ("A: m x n; x: n"), `define` defines functions ("swish(t) = t sigmoid(t)").  Raises a
    MatcalcError for text that cannot be read, shapes that do not fit and derivatives that are not known.  Source: the lecture,
    "derivatives as linear mappings".

    >>> str(diff("||A x - b||_2^2", wrt="x").gradient)
    '2 A^T (A x - b)'
    """
    expected(f, str, Expr)
    names, several = variables_of(wrt)
    declarations = declaring(where, define)
    given = [direction] if isinstance(direction, str) else list(direction or ())
    if layout not in forms.LAYOUTS:
        raise UnsupportedError(f"the layout is 'denominator' or 'numerator', not {layout!r}")
    if structure not in (None, *STRUCTURES):
        raise UnsupportedError(f"structure is None, 'projected' or 'independent', not {structure!r}")
    defaults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if isinstance(f, Expr):
        expression = declared(f, declarations, names)
    else:
        read = understand(f, declarations, wrt=names)
        expression = said(read)
        defaults, notes = read.typing.defaults, read.typing.notes
    directions = directions_of(expression, names, several, given, {*expression.names(), *declarations.functions})
    return Derivative(
        expression,
        names,
        directions,
        several=several,
        structure=structure,
        layout=layout,
        defaults=defaults,
        notes=notes,
    )


def check(
    f: str | Expr,
    wrt: str | Expr,
    claim: str | Expr,
    where: Where = None,
    form: str | None = None,
    layout: str | None = None,
    direction: str | None = None,
    structure: str | None = None,
    *,
    at: str | Sequence[str | int] | None = None,
    define: Define = None,
) -> Verdict:
    """Whether `claim` is the derivative of f by `wrt`: right, or wrong with what is wrong in it and a counterexample.

    The claim is a gradient, Jacobian, Hessian, differential or partial derivative (`form`), by default what its shape says and
    the names of a direction (H, dX) or the entries in it: 2 x[1] is a partial derivative, 2 x[1] e(1,n) a gradient.  Without
    `layout` a Jacobian may be in either.  `at` says which indices a partial derivative is by, "i,j", where the claim does not.
    The claim shares the names and dimensions of f.  One that is not conformable is wrong; one that cannot be read is an error.

    >>> verdict = check("x^T A x", "x", "2 A x")
    >>> verdict.right, verdict.diagnosis
    (False, 'right only if A is symmetric')
    """
    from matcalc.api import checking

    expected(f, str, Expr)
    expected(claim, str, Expr)
    names, several = variables_of(wrt)
    if several:
        raise UnsupportedError("a claim is about the derivative by one variable", hint="check the variables one by one")
    declarations = declaring(where, define)
    read = None
    if isinstance(f, Expr):
        f = declared(f, declarations, names)
    else:
        f, read = checking.agreed(f, str(claim), declarations, names[0], direction)
    found = checking.direction_of(claim, f, names[0], form, direction)
    if found is not None and found in f.variables:  # declared for the claim
        f = checking.without(f, found)
    d = diff(f, names[0], None, direction if found is None else found, structure, layout or forms.LAYOUTS[0])
    places = [place.strip() for place in at.split(",")] if isinstance(at, str) else at
    return checking.verdict(d, claim, form, layout, moving=found is not None, at=places, read=read)


def parse(text: str, where: Where = None, *, define: Define = None) -> Expr:
    """The expression that the text says, under the declarations; what is not declared has the default rank of its letter.

    A SyntaxProblem, UnknownNameError or ShapeError shows the place that cannot be read, or that people read in two ways.

    >>> e = parse("A (x + y)", where="A: 3 x n")
    >>> e, e.shape, e.T.shape
    (A (x + y), (3,), (1, 3))
    """
    expected(text, str)
    return said(understand(text, declaring(where, define)))


def simplify(expr: str | Expr) -> Expr:
    """An equal expression of the same shape in textbook form: identities, common factors, scalars by SymPy; of a text what it says.

    Declared properties are used.  Which of the equal forms it is, docs/design.md says ("Which of equal forms").

    >>> simplify(parse("A x + A^T x")), simplify(parse("S x + S^T x", where="S: n x n symmetric"))
    ((A + A^T) x, 2 S x)
    """
    from matcalc.rewrite.form import textbook

    expected(expr, str, Expr)
    if isinstance(expr, str):
        expr = parse(expr)
    properties = {name: variable.properties for name, variable in expr.variables.items() if variable.properties}
    node = textbook(expr.node, properties)
    if node.is_scalar and not any(leaf.is_matrix for leaf in walks.symbols(node)):
        from matcalc.rewrite.sympy_bridge import simplify_scalar

        positive = frozenset(name for name, words in properties.items() if "positive" in words)
        node = simplify_scalar(node, positive)
    return Expr(node, expr.variables, expr.directions, functions=expr.functions)


def load_rules(path: str) -> None:
    """Read a rule file, check every line numerically, and use it from now on; RuleError names the line that is wrong.

    All of the file is in force, or none of it; a file that is loaded again takes the place of what it said before.  The language
    is that of rules/notation.rules.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".rules") as file:
    ...     _ = file.write("let X, H: m x n\\nD sin(X)[H] = -cos(X) .* H\\n")
    ...     file.flush()
    ...     load_rules(file.name)
    Traceback (most recent call last):
    matcalc.errors.RuleError: ...
    """
    from matcalc.numeric.rule_check import load_checked

    load_checked(path)


def clear() -> None:
    """Forget all interned expressions and memos; expressions made before are refused from then on where new ones are made of them."""
    nodes.clear()


__all__ = [
    "Declarations",
    "Derivative",
    "Expr",
    "PublicShape",
    "check",
    "clear",
    "diff",
    "load_rules",
    "parse",
    "simplify",
]

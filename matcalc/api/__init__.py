"""The Python contract: diff, check, parse, simplify, load_rules, clear."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from matcalc.algebra import nodes
from matcalc.api.derivative import Derivative
from matcalc.api.expression import Expr, PublicShape, is_same, said
from matcalc.calculus import forms
from matcalc.calculus.structure import STRUCTURES
from matcalc.errors import DeclarationError, UnknownNameError, UnsupportedError
from matcalc.rulebook.book import defined
from matcalc.syntax.declarations import Declarations, read_declarations
from matcalc.syntax.definitions import Define, with_definitions
from matcalc.syntax.names import BUILT_IN, RESERVED, spelled
from matcalc.syntax.understanding import understand

if TYPE_CHECKING:
    from matcalc.claims.verdict import Verdict

Where = str | Mapping[str, str] | Sequence[str] | None


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
    names, several = _names(wrt)
    declarations = declaring(where, define)
    given = [direction] if isinstance(direction, str) else list(direction or ())
    if layout not in forms.LAYOUTS:
        raise UnsupportedError(f"the layout is 'denominator' or 'numerator', not {layout!r}")
    if structure not in (None, *STRUCTURES):
        raise UnsupportedError(f"structure is None, 'projected' or 'independent', not {structure!r}")
    defaults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if isinstance(f, Expr):
        expression = _declared(f, declarations, names)
    else:
        read = understand(f, declarations, wrt=names)
        expression = said(read)
        defaults, notes = read.typing.defaults, read.typing.notes
    directions = _directions(expression, names, several, given, {*expression.names(), *declarations.functions})
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
    """Whether `claim` is the derivative of f by `wrt`: right, or wrong with what is wrong in it.

    The claim is a gradient, Jacobian, Hessian, differential or partial derivative (`form`), by default what its shape says and
    the names of a direction (H, dX) or of indices in it; without `layout` a Jacobian may be in either.  `at` says which indices a
    partial derivative is by, "i,j", where the claim does not.  The claim shares the names and dimensions of f.  One that is not
    conformable is wrong; one that cannot be read is an error.

    >>> verdict = check("x^T A x", "x", "2 A x")
    >>> verdict.right, verdict.diagnosis
    (False, 'right only if A is symmetric')
    """
    from matcalc.api import checking

    names, several = _names(wrt)
    if several:
        raise UnsupportedError("a claim is about the derivative by one variable", hint="check the variables one by one")
    declarations = declaring(where, define)
    if isinstance(f, Expr):
        f = _declared(f, declarations, names)
    if isinstance(f, str):
        f = checking.agreed(f, str(claim), declarations, names[0], direction)
    found = checking.direction_of(claim, f, names[0], form, direction)
    if found is not None and found in f.variables:  # declared for the claim
        f = checking.without(f, found)
    d = diff(f, names[0], None, direction if found is None else found, structure, layout or forms.LAYOUTS[0])
    places = [place.strip() for place in at.split(",")] if isinstance(at, str) else at
    return checking.verdict(d, claim, form, layout, moving=found is not None, at=places)


def _names(wrt: str | Expr | Sequence[str | Expr]) -> tuple[list[str], bool]:
    """The variables that `wrt` names, and whether they are a list."""
    if isinstance(wrt, str):
        names = [spelled(name.strip()) for name in wrt.split(",")]
        several = len(names) > 1
    elif isinstance(wrt, Expr):
        names, several = [str(wrt)], False
    else:
        names, several = [spelled(str(name).strip()) for name in wrt], True
    for name in names:
        if not re.fullmatch(r"\w+", name):
            raise DeclarationError(
                f"'{name}' is not the name of a variable", hint="wrt is a name, such as x, or a list of names"
            )
    if not names or len(set(names)) < len(names):
        raise DeclarationError("wrt names the same variable twice" if names else "wrt is an empty list")
    return names, several


def _declared(f: Expr, declarations: Declarations, names: Sequence[str]) -> Expr:
    """The expression f with the names that `where` adds; every name of wrt must be one of its variables then."""
    f.refuse_if_forgotten()
    added = {name: variable for name, variable in declarations.variables.items() if name not in f.variables}
    known = [name for name in declarations.variables if name not in added]
    changed = [name for name in known if not is_same(declarations.variables[name], f.variables[name])]
    if changed:
        raise DeclarationError(f"{changed[0]} is already declared otherwise in the expression")
    missing = [name for name in names if name not in f.variables and name not in added]
    if missing:
        hint = f'declare it: where="{missing[0]}: n"; its derivative is then 0'
        raise UnknownNameError(f"'{missing[0]}' is neither declared nor in the expression", hint=hint)
    return Expr(f.node, {**f.variables, **added}, f.directions, tree=f.tree, functions=f.functions) if added else f


def _directions(
    f: Expr, names: Sequence[str], several: bool, given: Sequence[str], taken: Collection[str]
) -> list[str]:
    if given:
        if len(given) != len(names):
            raise DeclarationError(f"the directions are {len(given)}, the variables {len(names)}")
        found = [spelled(name) for name in given]
        for k, name in enumerate(found):
            if not re.fullmatch(r"[A-Za-z]\w*", name) or name in RESERVED or name in BUILT_IN:
                raise DeclarationError(f"'{name}' cannot name a direction", hint="choose a letter, such as v or H")
            if name in taken or name in found[:k]:
                raise DeclarationError(f"the direction {name} is already a name in f", hint="choose another name")
        return found
    found = []
    for name in names:
        leaf = nodes.symbol(name, f.variables[name].shape)
        wanted = f"d{name}"
        if several and wanted not in taken and wanted not in found:
            found.append(wanted)
        else:
            found.append(forms.default_names(leaf, [*taken, *found], 1)[0])
    return found


def parse(text: str, where: Where = None, *, define: Define = None) -> Expr:
    """The expression that the text says, under the declarations.

    >>> parse("x^T A x").shape
    ()
    """
    return said(understand(text, declaring(where, define)))


def declaring(where: Where, define: Define) -> Declarations:
    """What `where` declares, what `define` defines, and the functions of the rule files that were loaded."""
    return with_definitions(read_declarations(where), define, defined())


def simplify(expr: Expr) -> Expr:
    """An equal expression in textbook form: identities, common factors, scalars by SymPy.

    >>> str(simplify(parse("A x + A^T x")))
    '(A + A^T) x'
    """
    from matcalc.rewrite.form import textbook

    properties = {name: variable.properties for name, variable in expr.variables.items() if variable.properties}
    node = textbook(expr.node, properties)
    if node.is_scalar and not any(leaf.is_matrix for leaf in nodes.symbols(node)):
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

"""The Python contract: diff, parse, simplify, load_rules, clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.algebra import nodes
from matcalc.api.derivative import Derivative
from matcalc.api.expression import Expr, PublicShape
from matcalc.calculus import forms, local
from matcalc.errors import DeclarationError, UnsupportedError
from matcalc.syntax.declarations import Declarations, read_declarations
from matcalc.syntax.understanding import understand

Where = str | Mapping[str, str] | Sequence[str] | None


def diff(
    f: str | Expr,
    wrt: str | Expr | Sequence[str],
    where: Where = None,
    direction: str | Sequence[str] | None = None,
    structure: str | None = None,
    layout: str = "denominator",
) -> Derivative:
    """The derivative of f by `wrt`: Df(x)[v] and all that is read off it.

    f: text or Expr; `where` declares names ("A: m x n; x: n").  Raises a MatcalcError for text that cannot be read, shapes
    that do not fit and derivatives that are not known.  Source: the lecture, "derivatives as linear mappings".

    >>> str(diff("||A x - b||_2^2", wrt="x").gradient)
    '2 A^T (A x - b)'
    """
    names, several = _names(wrt)
    declarations = read_declarations(where)
    given = [direction] if isinstance(direction, str) else list(direction or ())
    if layout not in forms.LAYOUTS:
        raise UnsupportedError(f"the layout is 'denominator' or 'numerator', not {layout!r}")
    if isinstance(f, Expr):
        expression, defaults, notes = f, (), ()
        missing = [name for name in names if name not in f.variables]
        if missing:
            raise DeclarationError(f"{missing[0]} is not a variable of the expression")
    else:
        read = understand(f, declarations, wrt=names)
        expression = Expr(read.node, read.typing.variables, tree=read.tree)
        defaults, notes = read.typing.defaults, read.typing.notes
    directions = _directions(expression, names, several, given)
    return Derivative(
        expression, names, directions, several=several, structure=structure, layout=layout, defaults=defaults, notes=notes
    )


def _names(wrt: str | Expr | Sequence[str]) -> tuple[list[str], bool]:
    if isinstance(wrt, Expr):
        return [str(wrt)], False
    if isinstance(wrt, str):
        names = [name.strip() for name in wrt.split(",")]
        return names, len(names) > 1
    return [str(name) for name in wrt], True


def _directions(f: Expr, names: Sequence[str], several: bool, given: Sequence[str]) -> list[str]:
    taken = [name for name in f.variables]
    if given:
        if len(given) != len(names):
            raise DeclarationError(f"{len(given)} directions for {len(names)} variables")
        for name in given:
            if name in taken:
                raise DeclarationError(f"the direction {name} is already a variable of f", hint="choose another name")
        return list(given)
    found: list[str] = []
    for name in names:
        leaf = nodes.symbol(name, f.variables[name].shape)
        wanted = f"d{name}"
        if several and wanted not in taken and wanted not in found:
            found.append(wanted)
        else:
            found.append(forms.default_names(leaf, [*taken, *found], 1)[0])
    return found


def parse(text: str, where: Where = None) -> Expr:
    """The expression that the text says, under the declarations.

    >>> parse("x^T A x").shape
    ()
    """
    read = understand(text, read_declarations(where))
    return Expr(read.node, read.typing.variables, tree=read.tree)


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
    return Expr(node, expr.variables, expr.directions)


def load_rules(path: str) -> None:
    """Read a rule file, check every line numerically, and use it from now on; RuleError names the line that is wrong."""
    from matcalc.numeric.rule_check import load_checked

    load_checked(path)


def clear() -> None:
    """Forget all interned expressions and memos; expressions made before must not be combined with those made after."""
    nodes.clear()
    local.forget()


__all__ = ["Declarations", "Derivative", "Expr", "PublicShape", "clear", "diff", "load_rules", "parse", "simplify"]

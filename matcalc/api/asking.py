"""What is asked: the variables of differentiation, their directions, and what is declared; refused where it contradicts itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from matcalc import syntax
from matcalc.algebra import leaves
from matcalc.api.expression import Expr, is_same
from matcalc.calculus import forms
from matcalc.errors import DeclarationError, SyntaxProblem
from matcalc.rulebook.in_force import defined
from matcalc.syntax.declarations import Declarations, read_declarations
from matcalc.syntax.definitions import Define, with_definitions
from matcalc.syntax.names import BUILT_IN, RESERVED, spelled

Where = str | Mapping[str, str | int | Sequence[str | int]] | Sequence[str] | None

_DIRECTION = re.compile(r"[A-Za-z]\w*")


def expected(f: object, *kinds: type) -> None:
    """SyntaxProblem if what is asked about is not of these kinds: a text, or an expression."""
    if not isinstance(f, kinds):
        hint = "write it as text, such as 'x^T A x'"
        raise SyntaxProblem(f"an expression is {' or '.join(_KINDS[kind] for kind in kinds)}, not {f!r}", hint=hint)


_KINDS: dict[type, str] = {str: "a text", Expr: "an Expr"}


def declaring(where: Where, define: Define) -> Declarations:
    """What `where` declares, what `define` defines, and the functions of the rule files that were loaded."""
    return with_definitions(read_declarations(where), define, defined())


def variables_of(wrt: str | Expr | Sequence[str | Expr]) -> tuple[list[str], bool]:
    """The names of the variables of differentiation, and whether they are a list; DeclarationError for what is no name, or twice there."""
    if isinstance(wrt, str):
        given, several = wrt.split(","), "," in wrt
    elif isinstance(wrt, Expr):
        given, several = [str(wrt)], False
    elif isinstance(wrt, Iterable):
        given, several = list(map(str, wrt)), True
    else:
        given, several = [str(wrt)], False
    names = [spelled(name.strip()) for name in given]
    for name in names:
        if not name.isidentifier():
            raise DeclarationError(
                f"'{name}' is not the name of a variable", hint="wrt is a name, such as x, or a list of names"
            )
    if not names or len(set(names)) < len(names):
        raise DeclarationError("wrt names the same variable twice" if names else "wrt is an empty list")
    return names, several


def declared(f: Expr, declarations: Declarations, names: Sequence[str]) -> Expr:
    """The expression f with the names that `where` adds; every name of wrt must be one of its variables then."""
    f.refuse_if_forgotten()
    added = {name: variable for name, variable in declarations.variables.items() if name not in f.variables}
    known = [name for name in declarations.variables if name not in added]
    changed = [name for name in known if not is_same(declarations.variables[name], f.variables[name])]
    if changed:
        raise DeclarationError(f"{changed[0]} is already declared otherwise in the expression")
    missing = [name for name in names if name not in f.variables and name not in added]
    if missing:
        raise syntax.suggestions.not_in_f(missing[0], f.variables, f'where="{missing[0]}: n"')
    return Expr(f.node, {**f.variables, **added}, f.directions, tree=f.tree, functions=f.functions) if added else f


def directions_of(
    f: Expr, names: Sequence[str], several: bool, given: Sequence[str], taken: Collection[str]
) -> list[str]:
    """The name of each direction: the given ones, which must be new; else v, H, h or the next that is free, dX each for a list."""
    if given:
        if len(given) != len(names):
            raise DeclarationError(f"the directions are {len(given)}, the variables {len(names)}")
        found = [spelled(name) for name in given]
        for k, name in enumerate(found):
            if not _DIRECTION.fullmatch(name) or name in RESERVED or name in BUILT_IN:
                raise DeclarationError(f"'{name}' cannot name a direction", hint="choose a letter, such as v or H")
            if name in taken or name in found[:k]:
                raise DeclarationError(f"the direction {name} is already a name in f", hint="choose another name")
        return found
    found = []
    for name in names:
        leaf = leaves.symbol(name, f.variables[name].shape)
        wanted = f"d{name}"
        if several and wanted not in taken and wanted not in found:
            found.append(wanted)
        else:
            found.append(forms.default_names(leaf, [*taken, *found], 1)[0])
    return found

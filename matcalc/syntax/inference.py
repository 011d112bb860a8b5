"""Shapes of all parts of an expression, by unification.

Ranks (scalar, column, row, matrix) are known from the leaves up: every leaf is declared or has the rank of its form.  Only
dimensions are unified, over the whole expression.  What does not fit is a ShapeError that names both operands with their
shapes; nothing is ever guessed: no dimension becomes 1, no scalar is spread where somebody could mean another thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.algebra.dimension import Shape
from matcalc.errors import MatcalcError, NotationError, ShapeError
from matcalc.records import record
from matcalc.syntax import ambiguity, declared
from matcalc.syntax.declarations import Declarations, Function, Variable
from matcalc.syntax.known import Known, rank, words
from matcalc.syntax.operators import RULES
from matcalc.syntax.roles import Role, places, scoped
from matcalc.syntax.tree import Tree


@record
class Typing:
    """What shape inference found.

    `shapes`: of every part; `variables`: those that occur, in order of appearance, then the other declared ones; `roles`: what
    each name stands for, `given`: the values of the names that `where` gives a value to; `defaults`: what was assumed, with the
    declaration that would change it; `notes`: readings that surprise some people.
    """

    shapes: Mapping[Tree, Shape]
    variables: Mapping[str, Variable]
    functions: Mapping[str, Function]
    roles: Mapping[str, Role]
    given: Mapping[Tree, Tree]
    defaults: tuple[str, ...]
    notes: tuple[str, ...]


def infer(
    tree: Tree, declarations: Declarations, *, also: Sequence[Tree] = (), expected: Iterable[Shape] = ()
) -> Typing:
    """The shapes of all parts of `tree`, and of the expressions `also`, in which the same names mean the same.

    `expected` are the shapes that `tree` may have: the one of its rank takes part in the unification.

    >>> from matcalc.syntax.reading import read
    >>> typing = infer(read("x^T A x"), Declarations())
    >>> {name: variable.shape for name, variable in typing.variables.items()}
    {'x': (n, 1), 'A': (n, n)}
    """
    parts, given = scoped([tree, *also])
    known = Known(parts, declarations, places(parts, given, declarations))
    shapes = known.shapes
    part = tree
    try:
        for part in parts:
            shapes[part] = RULES[part.head](known, part)
    except MatcalcError as error:
        raise error.placed("", part.span) from None
    candidates = list(expected)
    if candidates:
        _expect(known, tree, candidates)
    ambiguity.check_scalars(known, [tree, *also])
    known.dimensions.settle()
    known.name_dimensions()
    final = known.dimensions.shapes(shapes)
    _check_identities(parts, final, known)
    return _typing(known, final)


def _typing(known: Known, final: Mapping[Tree, Shape]) -> Typing:
    declared = known.declarations.variables
    variables = {}
    for name, shape in known.variables.items():
        variables[name] = declared[name] if name in declared else Variable(name, known.dimensions.shape(shape))
    defaults = tuple(_default(variables[name], rank_) for name, rank_ in known.assumed.items())
    for name, variable in declared.items():
        variables.setdefault(name, variable)
    notes = dict.fromkeys(note for note in (make() for make in known.notes) if note)
    return Typing(
        final, variables, known.declarations.functions, known.roles, known.places.given, defaults, tuple(notes)
    )


def _default(variable: Variable, rank_: str) -> str:
    name = variable.name
    called = {"vector": "a column vector", "exponent": "an exponent", "scalar": "a scalar", "matrix": "a matrix"}[rank_]
    other = "n" if rank_ in ("scalar", "exponent") else "scalar"
    return f'{name}: {words(variable.shape)} ({called} by default; --where "{name}: {other}" to change)'


def _check_identities(parts: Iterable[Tree], final: Mapping[Tree, Shape], known: Known) -> None:
    for part in parts:
        if part.head == "call" and part.text == "I" and not part.children and known.dimensions.is_open(final[part][0]):
            raise NotationError("the size of I cannot be inferred", span=part.span, hint="write I(n)")


def _expect(known: Known, tree: Tree, candidates: Sequence[Shape]) -> None:
    found = rank(known.shapes[tree])
    for candidate in candidates:
        if rank(candidate) == found:
            return declared.fits(known, tree, candidate, "this must be")
    shapes = " or ".join(dict.fromkeys(map(words, candidates)))
    raise ShapeError(f"this must be {shapes}, not {known.described(tree)}", span=tree.span)

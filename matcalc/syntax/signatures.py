"""Shapes of calls: functions of algebra/functions.py, constants with their sizes.  Declared functions: `declared`.

A function of a vector takes a row as its column, and a scalar as a vector of length 1; its vector value then lies as the
argument did.  What does not fit is a ShapeError that names the argument, its shape and the function that was perhaps meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcalc.algebra.dimension import ONE, Dimension, Shape, constant
from matcalc.algebra.functions import FUNCTIONS, VECTOR_ONLY
from matcalc.errors import MatcalcError, ShapeError, SyntaxProblem, UnknownNameError
from matcalc.syntax import declared
from matcalc.syntax.known import Known, is_matrix, written
from matcalc.syntax.roles import CONSTANTS, dimension
from matcalc.syntax.tree import Tree

MATRIX_FUNCTION = {"exp": "expm", "log": "logm", "sqrt": "sqrtm"}  # entry by entry here; what else may be meant


def called(known: Known, tree: Tree) -> Shape:
    """The shape of f(a, b)."""
    name = tree.text
    own = known.declarations.functions.get(name)
    if own is not None:
        return declared.applied(known, own, tree, tree.children)
    constant = _CONSTANT.get(name)
    if constant is not None:
        return constant(known, tree)
    function = FUNCTIONS.get(name)
    if function is None:
        raise UnknownNameError(f"no function '{name}'", span=tree.span)
    arguments = tree.children
    if len(arguments) != function.arity:
        count = f"{function.arity} argument" + "s" * (function.arity > 1)
        raise SyntaxProblem(f"{name} takes {count}, not {len(arguments)}", span=tree.span)
    if function.entrywise:
        return _entrywise(known, name, arguments[0])
    special = _SPECIAL.get(name)
    if special is not None:
        return special(known, tree)
    pattern, value = function.signatures[0]
    return matched(known, tree, pattern, value)


def _entrywise(known: Known, name: str, argument: Tree) -> Shape:
    shape = known.shapes[argument]
    if name in MATRIX_FUNCTION and is_matrix(shape):

        def note() -> str:
            rows, columns = known.shape(argument)
            text = written(argument)
            return f"{name}({text}) is entry by entry; {MATRIX_FUNCTION[name]} is the matrix function" * (
                rows is columns
            )

        known.notes.append(note)
    return shape


def matched(known: Known, tree: Tree, pattern: tuple[Shape, ...], value: Shape) -> Shape:
    """The shape of the value, with the names of the signature bound by the arguments."""
    bound: dict[str, tuple[Dimension, Tree]] = {}
    lies = False
    for expected, argument in zip(pattern, tree.children, strict=True):
        given = known.shapes[argument]
        if expected[1] is ONE:
            if is_matrix(given):
                raise _not_a_vector(known, tree, argument)
            lies = lies or (given[0] is ONE and given[1] is not ONE)
            pairs = [(expected[0], given[1] if given[0] is ONE else given[0])]
        else:
            pairs = list(zip(expected, given, strict=True))
        for wanted, actual in pairs:
            _bind(known, tree, argument, bound, wanted, actual)
    rows, columns = (_value(known, bound, d) for d in value)
    return (columns, rows) if lies and pattern[0] == value else (rows, columns)


def _bind(
    known: Known,
    tree: Tree,
    argument: Tree,
    bound: dict[str, tuple[Dimension, Tree]],
    wanted: Dimension,
    actual: Dimension,
) -> None:
    name = wanted.name
    if name is None:

        def wrong_size(a: Dimension, b: Dimension) -> MatcalcError:
            return ShapeError(
                f"{tree.text} needs {wanted} entries, not {known.described(argument)}", span=argument.span
            )

        known.equal(actual, wanted, wrong_size)
    elif name not in bound:
        bound[name] = actual, argument
    elif bound[name][1] is argument:
        known.square(tree.text, argument)
    else:
        first = bound[name][1]

        def differ(a: Dimension, b: Dimension) -> MatcalcError:
            what = f"take {tree.text} of {{}} and {{}}"
            return known.clash(what, first, argument, (a, b))

        known.equal(bound[name][0], actual, differ)


def _value(known: Known, bound: Mapping[str, tuple[Dimension, Tree]], wanted: Dimension) -> Dimension:
    ((names, coefficient),) = wanted.terms
    product = constant(coefficient)
    for name in names:
        product = known.dimensions.times(product, bound[name][0])
    return product


def _not_a_vector(known: Known, tree: Tree, argument: Tree) -> ShapeError:
    name, text = tree.text, written(argument)
    if name in VECTOR_ONLY:
        message = f"{name} of the matrix {known.described(argument)} may mean its rows, its columns or all its entries"
        whole = f"{name}(vec({text}))"
        hint = f"write {name}_rows({text}), {name}_cols({text}) or {whole}"
        return ShapeError(message, span=argument.span, hint=hint)
    hint = "write tr(A^T B) for the inner product of matrices" if name == "dot" else ""
    return ShapeError(f"{name} needs a vector, not {known.described(argument)}", span=argument.span, hint=hint)


# ---- functions whose value is not read off a signature


def _diag(known: Known, tree: Tree) -> Shape:
    rows, columns = known.shapes[tree.children[0]]
    if rows is ONE or columns is ONE:
        n = columns if rows is ONE else rows
        return n, n
    known.square("diag", tree.children[0])
    return rows, ONE


def _extreme(known: Known, tree: Tree) -> Shape:
    left, right = tree.children
    if known.is_scalar(left) or known.is_scalar(right):
        return known.shapes[right if known.is_scalar(left) else left]
    known.same(f"take the {tree.text} of {{}} and {{}}", left, right)
    return known.shapes[left]


def _vec(known: Known, tree: Tree) -> Shape:
    rows, columns = known.shapes[tree.children[0]]
    return known.dimensions.times(rows, columns), ONE


_SPECIAL: dict[str, Callable[[Known, Tree], Shape]] = {
    "diag": _diag,
    "vec": _vec,
    "maximum": _extreme,
    "minimum": _extreme,
}


# ---- constants


def _sizes(known: Known, tree: Tree) -> list[Dimension]:
    return [dimension(tree.children[i], known.declarations) for i in CONSTANTS[tree.text][1] if i < len(tree.children)]


def _identity(known: Known, tree: Tree) -> Shape:
    n = _sizes(known, tree)[0] if tree.children else known.dimensions.unknown()
    return n, n


def _filled(known: Known, tree: Tree) -> Shape:
    rows, *columns = _sizes(known, tree)
    return rows, columns[0] if columns else ONE


def _unit(known: Known, tree: Tree) -> Shape:
    sizes = _sizes(known, tree)
    places = [tree.children[i] for i in CONSTANTS[tree.text][0]]
    for place, size in zip(places, sizes, strict=True):
        check_index(place, size)
    return sizes[0], sizes[1] if len(sizes) > 1 else ONE


def _commutation(known: Known, tree: Tree) -> Shape:
    m, n = _sizes(known, tree)
    size = known.dimensions.times(m, n)
    return size, size


def _unvec(known: Known, tree: Tree) -> Shape:
    argument = tree.children[0]
    rows, columns = known.shapes[argument]
    m, n = _sizes(known, tree)
    if rows is not ONE and columns is not ONE:
        raise _not_a_vector(known, tree, argument)

    def wrong_size(a: Dimension, b: Dimension) -> MatcalcError:
        message = f"unvec needs {known.shown(known.dimensions.times(m, n))} entries, not {known.described(argument)}"
        return ShapeError(message, span=argument.span)

    known.equal(columns if rows is ONE else rows, known.dimensions.times(m, n), wrong_size)
    return m, n


_CONSTANT: dict[str, Callable[[Known, Tree], Shape]] = {
    "I":     _identity,
    "ones":  _filled,
    "zeros": _filled,
    "e":     _unit,
    "unit":  _unit,
    "Kmat":  _commutation,
    "unvec": _unvec,
}  # fmt: skip


def check_index(place: Tree, size: Dimension) -> None:
    """An integer index lies between 1 and the dimension, if that is an integer too."""
    body = place.children[0] if place.head == "neg" else place
    if body.head != "number":
        return
    if place is not body or not body.text.isdecimal() or not body.text.strip("0"):
        raise ShapeError("an index is an integer from 1 on, or a name", span=place.span)
    if size.value is not None and int(body.text[:40]) > size.value:
        raise ShapeError(f"the index {body.text} is larger than the dimension {size}", span=place.span)

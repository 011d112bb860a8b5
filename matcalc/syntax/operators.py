"""The shape of each kind of part from the shapes of its children: one rule per head of the syntax tree.

A rule equates dimensions in Known and gives the part's shape.  A clash names both operands with their shapes, the two
dimensions that differ, and what would fit.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from matcalc.algebra.dimension import ONE, SCALAR, Dimension, Shape
from matcalc.errors import MatcalcError, NotationError, ShapeError
from matcalc.syntax import ambiguity, declared, misfits, signatures
from matcalc.syntax.known import Known, is_matrix, is_vector, rank, written
from matcalc.syntax.literals import fraction
from matcalc.syntax.tree import Tree, postorder

HALF = Fraction(1, 2)


def _number(known: Known, tree: Tree) -> Shape:
    return SCALAR


def _same_as_body(known: Known, tree: Tree) -> Shape:
    return known.shapes[tree.children[0]]


def _sum(known: Known, tree: Tree) -> Shape:
    shapes = known.shapes
    first: Tree | None = None
    scalars = False
    for term in tree.children:
        shape = shapes[term]
        if shape[0] is ONE and shape[1] is ONE:
            scalars = True
        elif first is None:
            first = term
        elif shape != shapes[first]:
            _same_terms(known, first, term)
    if first is None:
        return SCALAR
    if scalars:
        known.mixed.append(tree)
    return shapes[first]


def _same_terms(known: Known, first: Tree, term: Tree) -> None:
    one = first.children[0] if first.head == "neg" else first
    two = term.children[0] if term.head == "neg" else term
    what = "subtract {1} from {0}" if term.head == "neg" else "add {} and {}"
    known.same(what, one, two, lambda: misfits.for_terms(known, one, two))


def _times(known: Known, tree: Tree) -> Shape:
    left, right = tree.children
    shapes = known.shapes
    one, two = shapes[left], shapes[right]
    if two[0] is ONE and two[1] is ONE:
        return one
    if tree.text == " " and left.head != "name":
        ambiguity.check_juxtaposed(known, left, right)
    if one[0] is ONE and one[1] is ONE:
        return two
    if one[1] is not two[0]:

        def refusal(a: Dimension, b: Dimension) -> MatcalcError:
            return known.clash(
                "multiply {} by {}", left, right, (a, b), lambda: misfits.for_factors(known, left, right)
            )

        known.equal(one[1], two[0], refusal)
    return one[0], two[1]


def _over(known: Known, tree: Tree) -> Shape:
    left, right = tree.children
    if not known.is_scalar(right):
        called = {"vector": "a vector", "row": "a vector", "matrix": "a matrix"}[rank(known.shapes[right])]
        hint = "use ./ for the entrywise quotient" if called == "a vector" else "use ./ or ^-1"
        declaring = known.declaring(right)
        message = f"division by {called}: {known.described(right)}"
        raise ShapeError(message, span=right.span, hint=f"{hint}, or declare {declaring}" if declaring else hint)
    return known.shapes[left]


def _entrywise(what: str) -> Callable[[Known, Tree], Shape]:
    def rule(known: Known, tree: Tree) -> Shape:
        left, right = tree.children
        one, two = known.shapes[left], known.shapes[right]
        if two[0] is ONE and two[1] is ONE:
            return one
        if one[0] is ONE and one[1] is ONE:
            return two
        if one != two:
            try:
                known.same(what, left, right, lambda: misfits.for_entries(known, tree, left, right))
            except ShapeError:
                # a .* x^T y is a .* (x^T y) to its author
                behind = ambiguity.juxtaposed_behind(known, tree)
                if behind is None:
                    raise
                raise ambiguity.two_bracketings(tree, behind) from None
        return one

    return rule


def _kron(known: Known, tree: Tree) -> Shape:
    one, two = (known.shapes[child] for child in tree.children)
    times = known.dimensions.times
    return times(one[0], two[0]), times(one[1], two[1])


def _power(known: Known, tree: Tree) -> Shape:
    base, exponent = tree.children
    shape = known.shapes[base]
    if not known.is_scalar(exponent):
        hint = known.declaring(exponent)
        raise ShapeError(f"the exponent {known.described(exponent)} is not a scalar", span=exponent.span, hint=hint)
    if is_vector(shape):
        hint = f"write {written(Tree('entrypow', (base, exponent)))} for the entrywise power"
        if fraction(exponent) == 2:
            turned = written(Tree("times", (Tree("transpose", (base,)), base), " "))
            hint = f"write {written(Tree('entrypow', (base, exponent)))} or {turned}"
        declaring = known.declaring(base)
        hint += f", or declare {declaring}" if declaring else ""
        raise ShapeError(f"a power of the vector {known.described(base)}", span=tree.span, hint=hint)
    if is_matrix(shape):
        known.square("a power", base)
        _check_exponent(known, base, exponent)
    return shape


def _check_exponent(known: Known, base: Tree, exponent: Tree) -> None:
    """A matrix has integer and symbolic powers; if it is declared positive (semi)definite, also 1/2 and -1/2."""
    value = fraction(exponent)
    if value is None:
        if all(part.head in ("name", "number", "sum", "neg", "times") for part in postorder(exponent)):
            return
        raise NotationError(
            f"the power of a matrix is an integer or a name, not {written(exponent)}", span=exponent.span
        )
    if value.denominator == 1:
        return
    text = written(base)
    if value not in (HALF, -HALF):
        message = f"the power of a matrix is an integer or a name, not {written(exponent)}"
        raise NotationError(message, span=exponent.span, hint=f"write expm({written(exponent)} logm({text}))")
    said = known.declarations.variables.get(base.text) if base.head == "name" else None
    told = said is not None and said.properties & {"positive definite", "positive semidefinite"}
    if not told and not _is_gram(base):
        root = f"sqrtm({text})" if value > 0 else f"sqrtm({text})^-1"
        hint = f"write {root}" + (
            f', or declare --where "{text}: n x n positive definite"' if base.head == "name" else ""
        )
        raise NotationError(
            f"a square root of a matrix that is not declared positive definite: {text}", span=base.span, hint=hint
        )


def _is_gram(tree: Tree) -> bool:
    """Whether this is A^T A or A A^T, which is positive semidefinite."""
    if tree.head != "times":
        return False
    left, right = tree.children
    turned = right if right.head == "transpose" else left
    other = left if turned is right else right
    return turned.head == "transpose" and written(turned.children[0]) == written(other)


def _entrypow(known: Known, tree: Tree) -> Shape:
    base, exponent = tree.children
    if not known.is_scalar(exponent):
        hint = f"write exp({written(exponent)} .* log({written(base)}))"
        raise ShapeError(f"the exponent {known.described(exponent)} is not a scalar", span=exponent.span, hint=hint)
    return known.shapes[base]


def _transpose(known: Known, tree: Tree) -> Shape:
    rows, columns = known.shapes[tree.children[0]]
    return columns, rows


def _inverse(known: Known, tree: Tree) -> Shape:
    body = tree.children[0]
    shape = known.shapes[body]
    if is_vector(shape):
        hint = f"write 1 ./ {written(body)} for the entrywise reciprocal"
        raise ShapeError(f"a vector has no inverse: {known.described(body)}", span=tree.span, hint=hint)
    known.square("an inverse", body)
    return shape


def _norm(known: Known, tree: Tree) -> Shape:
    body = tree.children[0]
    if not is_matrix(known.shapes[body]):
        return SCALAR
    text = written(body)
    if tree.text == "inf":
        message = f"||.||_inf of the matrix {known.described(body)} may mean two norms"
        rows_summed = f"max(abs({text}) ones({known.shape(body)[1]}))"
        hint = f"write max(vec(abs({text}))) for the largest entry, {rows_summed} for the largest row sum"
        raise NotationError(message, span=tree.span, hint=hint)
    if tree.text == "1":
        known.notes.append(lambda: f"||{text}||_1 is entry by entry: the sum of the absolute values of the entries")
    elif tree.text == "2":
        known.notes.append(lambda: f"||{text}||_2 is the spectral norm; ||{text}||_F is the Frobenius norm")
    return SCALAR


def _index(known: Known, tree: Tree) -> Shape:
    body, *indices = tree.children
    shape = known.shapes[body]
    text = written(body)
    if is_matrix(shape):
        if len(indices) != 2:
            raise ShapeError(f"an entry of the matrix {known.described(body)} has two indices", span=tree.span)
        sizes = list(shape)
    else:
        if len(indices) != 1:
            raise ShapeError(
                f"an entry of {known.described(body)} has one index", span=tree.span, hint=f"write {text}[i]"
            )
        sizes = [shape[1] if shape[0] is ONE else shape[0]]
    for place, size in zip(indices, sizes, strict=True):
        if not known.is_scalar(place):
            raise ShapeError(f"an index is an integer or a name, not {known.described(place)}", span=place.span)
        signatures.check_index(place, known.dimensions.found(size))
    return SCALAR


RULES: dict[str, Callable[[Known, Tree], Shape]] = {
    "number":    _number,
    "name":      Known.name,
    "sum":       _sum,
    "neg":       _same_as_body,
    "times":     _times,
    "over":      _over,
    "hadamard":  _entrywise("multiply {} and {} entry by entry"),
    "entrydiv":  _entrywise("divide {} by {} entry by entry"),
    "kron":      _kron,
    "power":     _power,
    "entrypow":  _entrypow,
    "transpose": _transpose,
    "inverse":   _inverse,
    "norm":      _norm,
    "call":      signatures.called,
    "index":     _index,
    "D":         declared.derivative,
    "D2":        declared.derivative,
    "D3":        declared.derivative,
    "J":         declared.derivative,
    "grad":      declared.derivative,
    "hess":      declared.derivative,
    "where":     _same_as_body,
}  # fmt: skip

"""What to write instead where the shapes of two operands do not fit."""

from __future__ import annotations

from matcalc.syntax.known import Known, factor, is_vector, rank, written
from matcalc.syntax.tree import Tree


def for_terms(known: Known, one: Tree, two: Tree) -> str:
    """What to write where two terms of a sum have different shapes."""
    ranks = {rank(known.shapes[one]), rank(known.shapes[two])}
    if ranks == {"vector", "row"}:
        return f"transpose one of them: {transposed(one)} or {transposed(two)}"
    if ranks == {"vector", "matrix"}:
        vector, matrix = (two, one) if rank(known.shapes[one]) == "matrix" else (one, two)
        known.described(matrix)
        rows, columns = known.shape(matrix)
        to_columns = f"{factor(vector)} ones({columns})^T"
        to_rows = f"ones({rows}) {transposed(vector)}"
        return f"write {to_columns} to add it to every column, {to_rows} to every row"
    return ""


def for_entries(known: Known, tree: Tree, left: Tree, right: Tree) -> str:
    """What to write where the operands of an entrywise product or quotient have different shapes."""
    ranks = {rank(known.shapes[left]), rank(known.shapes[right])}
    if ranks == {"vector", "row"}:
        return f"transpose one of them: {transposed(left)} or {transposed(right)}"
    if ranks == {"vector", "matrix"} and tree.head == "hadamard":
        vector, matrix = (left, right) if is_vector(known.shapes[left]) else (right, left)
        scale = f"diag({written(vector)})"
        return f"write {scale} {factor(matrix)} to scale the rows, {factor(matrix)} {scale} to scale the columns"
    return ""


def for_factors(known: Known, left: Tree, right: Tree) -> str:
    """What to write where the inner dimensions of a product differ."""
    one, two = known.shapes[left], known.shapes[right]
    kinds = rank(one), rank(two)
    a, b = written(left), written(right)
    if kinds == ("vector", "vector") and known.dimensions.unify(one[0], two[0]):
        inner, outer = (_juxtaposed(left, right, first, 1 - first) for first in (1, 0))
        declaring = known.declaring(left, right)
        return f"write {inner}, {outer} or {factor(left)} .* {factor(right)}" + (
            f", or declare {declaring}" if declaring else ""
        )
    if kinds[1] == "row" and kinds[0] in ("matrix", "row"):
        return f"a row stands left of what it multiplies; for a scalar factor write brackets, as in {a} (x^T y)"
    declaring = known.declaring(left) if kinds[0] == "vector" else ""
    if declaring:
        return f"write {transposed(left)} {b}, or declare {declaring}"
    one, two = known.shape(left), known.shape(right)
    for first, second in ((0, 1), (1, 0)):
        if (one[0] if first else one[1]) is (two[1] if second else two[0]):
            return f"{_juxtaposed(left, right, first, second)} would fit"
    return ""


def _juxtaposed(left: Tree, right: Tree, first: int, second: int) -> str:
    """The product with its left or its right factor transposed."""
    one = Tree("transpose", (left,)) if first else left
    two = Tree("transpose", (right,)) if second else right
    return written(Tree("times", (one, two), " "))


def transposed(tree: Tree) -> str:
    """The transpose as it is written: x for x^T."""
    return written(tree.children[0] if tree.head == "transpose" else Tree("transpose", (tree,)))

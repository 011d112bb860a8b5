"""Matrices on vec(X) that are made of few numbers: kron(C, I), kron(I, C), blocks on a diagonal, and kron(C, D).

In: an expression whose rows and columns count pairs (column of X, row of X), as the Hessian by a matrix does.  Out: its form, with the
matrix that holds its numbers, or nothing where it has no such form.  Source: Laue, Mitterreiter, Giesen, A Simple and Efficient Tensor
Calculus, AAAI 2020 (compression).

| kind         | matrix                                | cores                                             |
|--------------|---------------------------------------|---------------------------------------------------|
| kron_eye     | kron(C, I)                            | C                                                 |
| eye_kron     | kron(I, C)                            | C                                                 |
| blocks_inner | sum over i of kron(B_i, e_i e_i^T)    | a matrix, row i is vec(B_i)^T                     |
| blocks_outer | sum over i of kron(e_i e_i^T, B_i)    | a matrix, row i is vec(B_i)^T                     |
| kron         | kron(C, D)                            | C, D                                              |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcalc.algebra.dimension import ONE as ONE_DIMENSION
from matcalc.algebra.dimension import Dimension
from matcalc.algebra.nodes import Call, Identity, Node
from matcalc.algebra.walks import postorder
from matcalc.code.factors import is_kron
from matcalc.code.kronecker_forms import INNER, Between, Form, Listed, Pair, Plain, Stacked, form_of, listed
from matcalc.code.walk import parts_first


@dataclass(frozen=True, slots=True)
class Blocks:
    """One of the forms of the table: its `kind`, the expressions that hold its numbers, how many blocks, their rows and columns."""

    kind: str
    cores: tuple[Node, ...]
    count: Dimension
    rows: Dimension
    columns: Dimension


def blocks(root: Node) -> Blocks | None:
    """The form of `root`, or None where it has none.

    >>> from matcalc.algebra import kronecker, sums; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.leaves import identity, symbol
    >>> C = symbol("C", (named("k"), named("k")))
    >>> blocks(sums.times_number(2, kronecker.product(C, identity(named("m"))))).kind
    'kron_eye'
    """
    return block_forms([root]).get(root)


def block_forms(roots: Sequence[Node]) -> dict[Node, Blocks]:
    """The form of each part of `roots` that has one and is needed as a matrix: by what has none, or as a root."""
    nodes = list(postorder(*roots))
    if not any(type(node) is Call and node.data == "kron" for node in nodes):
        return {}
    forms: dict[Node, Form] = {}
    for node in nodes:
        if not node.is_scalar:
            form = form_of(node, forms)
            forms[node] = Plain(node) if form is None else form
    wanted = dict.fromkeys(roots)
    for node in nodes:
        if not isinstance(forms.get(node, Stacked(node)), Pair | Between | Listed):
            wanted.update(dict.fromkeys(node.children))
    found = {node: _as_blocks(forms[node]) for node in wanted if node in forms}
    return {node: made for node, made in found.items() if made is not None}


def below(node: Node, forms: Mapping[Node, Blocks]) -> Sequence[Node]:
    """What a node is made of: its children; of what has a form its numbers, and the factors of a Kronecker product, which may commute."""
    form = forms.get(node)
    if form is None:
        return node.children
    return form.cores if not is_kron(node) else (*form.cores, *node.children)


def needed(roots: Sequence[Node], forms: Mapping[Node, Blocks]) -> Iterator[Node]:
    """The nodes that `roots` are made of, each once, children first."""
    return parts_first(roots, lambda node: below(node, forms))


def _as_blocks(form: Form) -> Blocks | None:
    if isinstance(form, Between):
        form = listed(form)
    if isinstance(form, Listed):
        if ONE_DIMENSION in (form.rows, form.columns):
            return None
        kind = "blocks_inner" if form.axis == INNER else "blocks_outer"
        return Blocks(kind, (form.core,), form.core.shape[0], form.rows, form.columns)
    if not isinstance(form, Pair) or not (form.left.is_matrix and form.right.is_matrix):
        return None
    left, right = form.left, form.right
    if type(right) is Identity:
        return Blocks("kron_eye", (left,), right.shape[0], *left.shape)
    if type(left) is Identity:
        return Blocks("eye_kron", (right,), left.shape[0], *right.shape)
    return Blocks("kron", (left, right), ONE_DIMENSION, *right.shape)

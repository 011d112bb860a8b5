"""What functions need of their arguments: where f is defined, as it was written, and where its derivative exists.

A Need is an expression, a word for what it must be, and whether there is only a kink where it is not.  `as_written` reads needs off
the syntax tree: in x/x and exp(log(x)) they stay though the quotient cancels.  `of_node` reads them off one node: the domain of its
function, and the `where` of its rule line.  `reduced` says them of the smallest expressions that they come down to: 2 X^T invertible
is X invertible, ||x|| nonzero is x not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from matcalc.algebra.defined import lifted
from matcalc.algebra.expansion import conditions_of, expanded, filled
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import is_zero
from matcalc.algebra.nodes import (
    Call,
    Defined,
    Definition,
    Hadamard,
    MatrixPower,
    Node,
    Number,
    Power,
    Product,
    Scaled,
    Size,
    Sum,
    Transpose,
)
from matcalc.algebra.products import product
from matcalc.algebra.transposes import transpose
from matcalc.algebra.walks import postorder as nodes_below
from matcalc.rulebook.in_force import book
from matcalc.syntax.declarations import Declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.literals import fraction
from matcalc.syntax.lowering import lowered_parts
from matcalc.syntax.names import SIZED
from matcalc.syntax.properties import NOT_ZERO
from matcalc.syntax.sharing import LONGEST_SQUARE
from matcalc.syntax.tree import Tree, postorder

NO_CUT = FUNCTIONS["logm"].domain  # where principal logarithms and roots of matrices are
Holds = Callable[[Node, str], bool]


@dataclass(frozen=True, slots=True)
class Need:
    """That `argument` is what the `word` says; if it is not, f has a `kink` there, else no value or no slope.

    It matters where the argument moves, or the exponent `above` it; a matrix power needs nothing where its exponent, an `integer`, is
    positive.  What f needs to have a value can be said of the factors, since those that do not move are given so that it has one; what
    only a derivative needs is said of the `whole`.
    """

    argument: Node
    word: str
    kink: bool = False
    above: Node | None = None
    whole: bool = False
    integer: Node | None = None


# ---- as it was written


def as_written(tree: Tree, declarations: Declarations) -> Iterator[Need]:
    """What the parts of a text need to have a value."""
    return _of_parts(tree, lowered_parts(tree, infer(tree, declarations)))


def _of_parts(tree: Tree, nodes: Mapping[Tree, Node]) -> Iterator[Need]:
    for part in postorder(tree):
        rule = _WRITTEN.get(part.head)
        if rule is not None:
            yield from rule(part, nodes)


def may_need(tree: Tree) -> bool:
    """Whether anything in a text needs more than to be there: a polynomial does not."""
    return any(part.head in _WRITTEN and not _is_everywhere(part) for part in postorder(tree))


def _is_everywhere(part: Tree) -> bool:
    """Whether a part has a value whatever its parts are: exp(X), X^2."""
    if part.head == "call":
        return part.text in SIZED or (part.text in FUNCTIONS and not FUNCTIONS[part.text].domain)
    return (
        part.head in ("power", "entrypow")
        and type(fraction(part.children[1])) is int
        and part.children[1].head == "number"
    )


def _divided(part: Tree, nodes: Mapping[Tree, Node]) -> Iterator[Need]:
    yield Need(nodes[part.children[1]], "nonzero")


def _inverted(part: Tree, nodes: Mapping[Tree, Node]) -> Iterator[Need]:
    yield Need(nodes[part.children[0]], "invertible")


def _raised(part: Tree, nodes: Mapping[Tree, Node]) -> Iterator[Need]:
    base, exponent = (nodes[child] for child in part.children)
    if part.head == "power" and not base.is_scalar:
        if type(fraction(part.children[1])) is Fraction:
            yield Need(base, NO_CUT)
        elif _may_be_negative(exponent):
            yield Need(base, "invertible", integer=exponent)
    else:
        yield from _power(base, exponent, "nonnegative")


def _power(base: Node, exponent: Node, root: str) -> Iterator[Need]:
    """c^p: of an integer p < 0 where c is not 0; a `root` where c is of one sign; 0^p where p > 0."""
    if is_zero(base):
        yield Need(exponent, "positive")
        return
    p = exponent.data if type(exponent) is Number else None
    if type(p) is int:
        if p < 0:
            yield Need(base, "nonzero")
    elif type(exponent) is not Size:
        yield Need(base, root if p is not None and p > 0 else "positive", above=exponent)


def _may_be_negative(exponent: Node) -> bool:
    return type(exponent) is not Size and (type(exponent) is not Number or exponent.data < 0)


def _called(part: Tree, nodes: Mapping[Tree, Node]) -> Iterator[Need]:
    if part.text in FUNCTIONS:
        if FUNCTIONS[part.text].domain:
            yield Need(nodes[part.children[0]], FUNCTIONS[part.text].domain)
        return
    node = nodes[part]
    node = node.children[0] if type(node) is Transpose else node
    if type(node) is Defined:
        yield from (Need(filled(need.argument, node.data, node.children), need.word) for need in _in_body(node.data))


def _in_body(function: Definition) -> Iterator[Need]:
    """What the right side of a definition needs, of its letters."""
    source = function.source
    parts = lowered_parts(source.tree, source.typing)
    first = function.letters[0]
    letter = next((leaf for leaf in parts.values() if leaf.data == first.data and not leaf.children), first)
    for need in _of_parts(source.tree, parts):
        moving = function.entrywise and need.argument.is_scalar
        yield replace(need, argument=lifted(need.argument, letter, first)) if moving else need


_WRITTEN: dict[str, Callable[[Tree, Mapping[Tree, Node]], Iterator[Need]]] = {
    "over":     _divided,
    "entrydiv": _divided,
    "inverse":  _inverted,
    "power":    _raised,
    "entrypow": _raised,
    "call":     _called,
}  # fmt: skip


# ---- of nodes


def of_nodes(root: Node) -> Iterator[Need]:
    """What the parts of an expression need; a defined function what its rule line says, if it has one, and what its definition does."""
    return (need for node in nodes_below(root, expanded(root)) for need in of_node(node))


def of_node(node: Node) -> Iterator[Need]:
    """What a function, power or inverse needs of its arguments so that it is defined there and has a derivative."""
    kind = type(node)
    if kind is Call or kind is Defined:
        rule = book().derivative(node)
        if kind is Defined:
            yield from (Need(what, word) for what, word in conditions_of(node))
        elif FUNCTIONS[node.data].domain:
            yield Need(node.children[0], FUNCTIONS[node.data].domain)
        for what, word in rule.conditions_at(node) if rule is not None else ():
            kink = _is_kink(what, word, node)
            yield Need(what, word, kink, whole=not kink and (kind is Defined or word != FUNCTIONS[node.data].domain))
    elif kind is MatrixPower and _may_be_negative(node.children[1]):
        yield Need(node.children[0], "invertible", integer=node.children[1])
    elif kind is Power:
        base, exponent = node.children
        yield from _power(base, exponent, "positive")


def _is_kink(what: Node, word: str, node: Node) -> bool:
    """Whether slopes of either side are finite: by a norm that is 0 they divide."""
    return (word == "nonzero" and what is not node) or word.startswith("with a single")


# ---- what they come down to

_OF_A_SCALAR = {
    "invertible":        "nonzero",
    "full rank":         "nonzero",
    NOT_ZERO:            "nonzero",
    "positive definite": "positive",
    NO_CUT:              "positive",
}  # fmt: skip
_NORMS = frozenset("norm norm_1 norm_2 norm_inf norm_nuclear".split())
_OF_SIGN = frozenset({"positive", "nonnegative", "positive definite", "positive semidefinite", NO_CUT})
OF_ZEROS = frozenset({"nonzero", "invertible", "full rank", NOT_ZERO})


def reduced(need: Need, always: Holds) -> list[Need]:
    """The needs that are equivalent to this one, of smaller expressions; `always` says what holds wherever f is defined."""
    done: dict[Need, None] = {}
    waiting = [need]
    while waiting:
        each = waiting.pop(0)
        smaller = _smaller(each, always)
        if smaller is None:
            done[each] = None
        else:
            waiting = smaller + waiting
    return list(done)


def _smaller(need: Need, always: Holds) -> list[Need] | None:
    """One step, or None if there is none."""
    argument, word = need.argument, need.word
    if word == "full rank" and 1 in (side.value for side in argument.shape) and not argument.is_scalar:
        return [replace(need, word=NOT_ZERO)]
    if argument.is_scalar:
        if word.startswith("with a") or word == "symmetric":
            return []
        if word in _OF_A_SCALAR:
            return [replace(need, word=_OF_A_SCALAR[word])]
    if word == "positive" and (always(argument, "nonnegative") or _root(argument, always)):
        return [replace(need, word="nonzero")]
    if word == NO_CUT and always(argument, "positive semidefinite"):
        return [replace(need, word="invertible")]
    kind = type(argument)
    if kind is Transpose and not word.startswith("with a single"):
        return [replace(need, argument=argument.children[0])]
    if word in _OF_SIGN and kind is Sum and len(argument.children) == 1 and argument.data[0] > 0:
        return [replace(need, argument=argument.children[0])]
    if word in OF_ZEROS:
        return _without_zeros(need, argument, word, always)
    return None


def _without_zeros(need: Need, argument: Node, word: str, always: Holds) -> list[Need] | None:
    kind = type(argument)
    children = argument.children

    def said(of: Node, what: str = word) -> Need:
        return replace(need, argument=of, word=what)

    if kind is Sum and len(children) == 1:
        return [said(children[0])]
    if kind is Scaled and not need.whole:
        return [said(children[0], "nonzero"), said(children[1])]
    if word == "nonzero":
        if kind is Hadamard and not need.whole:
            return [said(child) for child in children]
        if kind is Power:
            return [said(children[0], "nonzero" if type(children[1]) is Number else "positive")]
        if kind is Call and argument.data == "abs":
            return [said(children[0])]
        if kind is Call and argument.data in _NORMS:
            return [said(children[0], NOT_ZERO)]
        if kind is Call and argument.data == "det":
            return [said(children[0], "invertible")]
        if root := _root(argument, always):
            return [said(product(root), NOT_ZERO)]
    if word == "invertible":
        if kind is MatrixPower:
            return [said(children[0])]
        if (
            not need.whole
            and (kind is Product or (kind is Call and argument.data == "kron"))
            and all(map(_is_square, children))
        ):
            return [said(child) for child in children]
        if kind is Call and argument.data == "diag":
            return [said(children[0], "nonzero")]
        if kind is Call and argument.data == "sqrtm":
            return [said(children[0])]
    return None


def _is_square(node: Node) -> bool:
    return node.shape[0] is node.shape[1]


def _root(form: Node, always: Holds) -> tuple[Node, ...]:
    """The factors of U where `form` is u^T u, u^T A u, tr(U^T U) or tr(U^T A U) with A positive definite: 0 for U = 0 only."""
    if type(form) is Product and form.is_scalar:
        return _half(form.children, always)
    if type(form) is Call and form.data == "tr" and type(form.children[0]) is Product:
        chain = form.children[0].children
        rotations = range(len(chain)) if len(chain) <= LONGEST_SQUARE else ()
        halves = [half for k in rotations if (half := _half(chain[k:] + chain[:k], always))]
        return min(halves, key=lambda half: sum(type(factor) is Transpose for factor in half), default=())
    return ()


def _half(chain: tuple[Node, ...], always: Holds) -> tuple[Node, ...]:
    """The factors of U in a chain U^T U, or U^T A U with A positive definite."""
    middle, odd = divmod(len(chain), 2)
    right = chain[middle + odd :]
    if any(one is not transpose(other) for one, other in zip(chain[:middle], reversed(right), strict=True)):
        return ()
    return right if not odd or always(chain[middle], "positive definite") else ()

"""Readings that people mean in two ways, where shapes decide: a scalar plus a vector or a matrix, and what follows `M .* U`.

`c + x` means c ones(n) + x only where both ranks are beyond doubt; c plus a matrix means c ones(m,n) only below an entrywise
function, because elsewhere c I is meant as often.  `M .* U V` is never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcalc.algebra.functions import FUNCTIONS
from matcalc.errors import ShapeError, SyntaxProblem
from matcalc.syntax.known import Known, factor, is_matrix, words, written
from matcalc.syntax.roles import CONSTANTS, Role, scoped
from matcalc.syntax.tree import Tree

ENTRYWISE_PRODUCTS = frozenset({"hadamard", "entrydiv", "kron"})
NOWHERE = (0, 0)
_SIGNS = {"hadamard": " .* ", "entrydiv": " ./ ", "kron": " ⊗ "}


def check_juxtaposed(known: Known, left: Tree, right: Tree) -> None:
    """SyntaxProblem for `M .* U V`: the non-scalar `right` stands behind an entrywise or Kronecker product without brackets.

    A tree that was not read from a text has no place, and its brackets are where they must be.
    """
    if left.span == NOWHERE:
        return
    while not left.bracketed and left.head == "times" and left.text == " " and known.is_scalar(left.children[1]):
        left = left.children[0]
    if left.head in ENTRYWISE_PRODUCTS and not left.bracketed:
        raise two_bracketings(left, right)


def two_bracketings(product: Tree, right: Tree) -> SyntaxProblem:
    """`M .* U V` with both its readings."""
    first, second = (factor(child) for child in product.children)
    sign, behind = _SIGNS[product.head], factor(right)
    whole = f"{first}{sign}{second}"
    hint = f"write ({whole}) {behind} or {first}{sign}({second} {behind})"
    return SyntaxProblem(
        f"'{whole} {behind}' can be read in two ways", span=(product.span[0], right.span[1]), hint=hint
    )


def juxtaposed_behind(known: Known, product: Tree) -> Tree | None:
    """What is juxtaposed to an entrywise product without brackets, if it is not a plain scalar; looked for only after a clash."""
    if product.bracketed or product.span == NOWHERE:
        return None
    for part in known.parts:
        if part.head == "times" and part.text == " " and part.children[0] is product:
            right = part.children[1]
            return right if right not in known.shapes or not known.is_scalar(right) else None
    return None


# ---- scalar plus vector or matrix


def check_scalars(known: Known, roots: Iterable[Tree]) -> None:
    """ShapeError for a sum of a scalar and something else that is not beyond doubt."""
    if not known.mixed:
        return
    beyond_doubt = _beyond_doubt(known, roots)
    entrywise = _below_entrywise(known, roots) if any(is_matrix(known.shapes[tree]) for tree in known.mixed) else set()
    for tree in known.mixed:
        scalars = [term for term in tree.children if known.is_scalar(term)]
        others = [term for term in tree.children if not known.is_scalar(term)]
        other = others[0]
        if is_matrix(known.shapes[tree]) and tree not in entrywise:
            raise _identity_or_ones(known, tree, scalars[0], other)
        doubtful = [term for term in scalars if not beyond_doubt[term]]
        if not doubtful and not any(beyond_doubt[term] for term in others):
            doubtful = [other]
        if doubtful:
            name = _doubtful_name(known, beyond_doubt, doubtful[0])
            scalar = scalars[0] if doubtful[0] is other else doubtful[0]
            also = "" if beyond_doubt[other] else _doubtful_name(known, beyond_doubt, other)
            raise _declare(known, name, scalar, other, doubtful[0], also if also != name else "")


def _declare(known: Known, name: str, scalar: Tree, other: Tree, doubtful: Tree, also: str) -> ShapeError:
    place = doubtful.children[0] if doubtful.head == "neg" else doubtful
    message = f"cannot {_added(known, scalar, other)}: {name} is not declared"
    spread = words(known.shape(other))
    hint = f'declare it: --where "{name}: scalar" or --where "{name}: {spread}"'
    if also:  # both sides hang on a default
        hint += f', or --where "{also}: scalar"'
    return ShapeError(message, span=place.span, hint=hint)


def _added(known: Known, scalar: Tree, other: Tree) -> str:
    one, two = (known.described(term.children[0] if term.head == "neg" else term) for term in (scalar, other))
    return f"subtract {one} from {two}" if scalar.head == "neg" else f"add {one} and {two}"


def _identity_or_ones(known: Known, tree: Tree, scalar: Tree, other: Tree) -> ShapeError:
    one = scalar.children[0] if scalar.head == "neg" else scalar
    message = f"cannot {_added(known, scalar, other)}"
    rows, columns = known.shape(tree)
    times = "" if one.head == "number" and one.text == "1" else f"{factor(one)} "
    ones = f"{times}ones({rows}, {columns})"
    hint = f"write {times}I or {ones}" if rows is columns else f"write {ones}"
    return ShapeError(message, span=one.span, hint=hint)


def _below_entrywise(known: Known, roots: Iterable[Tree]) -> set[Tree]:
    """The parts whose way up to an entrywise function or an operand of .* ./ .^ passes only + -, scalar factors and such nodes."""
    found: set[Tree] = set()
    stack = [(root, False) for root in roots]
    while stack:
        tree, below = stack.pop()
        if below:
            found.add(tree)
        head = tree.head
        if head == "call" and tree.text in FUNCTIONS and tree.text not in known.declarations.functions:
            inside = FUNCTIONS[tree.text].entrywise or tree.text in ("maximum", "minimum")
        elif head in ("hadamard", "entrydiv", "entrypow"):
            inside = True
        elif head in ("sum", "neg"):
            inside = below
        elif head in ("times", "over"):
            inside = below and any(known.is_scalar(child) for child in tree.children)
        else:
            function = known.declarations.functions.get(tree.text) if head == "call" else None
            inside = function is not None and function.kind == "elementwise"
        stack.extend([(child, inside) for child in tree.children])
    return found


def _beyond_doubt(known: Known, roots: Iterable[Tree]) -> Mapping[Tree, bool]:
    """For each part, whether its rank is settled by more than the form of an undeclared name.

    It is for numbers, declared names, names that are used as a vector somewhere (`x^T`, `diag(x)`, `A x`), products of two
    non-scalars, and functions whose value has one rank.
    """
    parts = scoped(roots)[0]
    used = _used_as_such(known, parts)
    found: dict[Tree, bool] = {}
    for tree in parts:
        head, children = tree.head, tree.children
        if head == "name":
            value = known.places.given.get(tree)
            undoubted = found[value] if value is not None else _is_name_sure(known, tree, used)
        elif head in ("neg", "transpose", "inverse", "where", "power", "entrypow"):
            undoubted = found[children[0]]
        elif head in ("sum", "hadamard", "entrydiv") or (head == "call" and tree.text in ("maximum", "minimum")):
            undoubted = _of_several(known, found, tree)
        elif head == "times":
            scalars = [child for child in children if known.is_scalar(child)]
            undoubted = not scalars or _of_several(known, found, tree)
        elif head == "over":
            undoubted = _of_several(known, found, tree)
        elif head == "call" and _is_entrywise(known, tree):
            undoubted = found[children[0]]
        else:
            undoubted = True
        found[tree] = undoubted
    return found


def _is_entrywise(known: Known, tree: Tree) -> bool:
    declared = known.declarations.functions.get(tree.text)
    if declared is not None:
        return declared.kind == "elementwise"
    return tree.text not in CONSTANTS and FUNCTIONS[tree.text].entrywise


def _of_several(known: Known, found: Mapping[Tree, bool], tree: Tree) -> bool:
    others = [child for child in tree.children if not known.is_scalar(child)]
    return any(found[child] for child in others) if others else all(found[child] for child in tree.children)


def _is_name_sure(known: Known, tree: Tree, used: set[str]) -> bool:
    name = tree.text
    sure = known.roles[name] is not Role.VARIABLE or name not in known.assumed or name in used
    return sure or known.assumed[name] == "exponent"


def _used_as_such(known: Known, parts: Iterable[Tree]) -> set[str]:
    """The undeclared vectors and matrices that are transposed, multiplied as such, or an argument of a function of vectors."""
    used: set[str] = set()
    for tree in parts:
        head = tree.head
        if head in ("transpose", "kron", "norm", "index", "inverse") or (
            head == "call" and not _is_entrywise(known, tree)
        ):
            structural = tree.text not in ("maximum", "minimum")
        else:
            structural = head == "times" and not any(known.is_scalar(child) for child in tree.children)
        if structural:
            used.update(c.text for c in tree.children if c.head == "name" and not known.is_scalar(c))
    return used


def _doubtful_name(known: Known, beyond_doubt: Mapping[Tree, bool], tree: Tree) -> str:
    """The first undeclared name that the rank of `tree` hangs on."""
    stack = [tree]
    while stack:
        part = stack.pop()
        if part.head == "name" and part not in known.places.given and not beyond_doubt[part]:
            return part.text
        stack.extend(child for child in reversed(part.children) if not beyond_doubt[child])
        value = known.places.given.get(part)
        if value is not None:
            stack.append(value)
    return written(tree)

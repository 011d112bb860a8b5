"""From text to the typed syntax tree.

`read("x^T A x")` gives a Tree whose every part knows its place in the text.  It raises a MatcalcError for whatever it cannot
read, for names that are neither declared nor of the default form, and for what people mean in two ways; it does not look at
shapes, except that of a declared T.  Nothing recurses: 10,000 nested brackets are read like two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcalc import limits
from matcalc.errors import MatcalcError
from matcalc.syntax import complaints, misplaced
from matcalc.syntax.building import PRODUCTS, Builder
from matcalc.syntax.declarations import NOTHING, Declarations
from matcalc.syntax.lexing import lexemes
from matcalc.syntax.names import SHADOWED, Vocabulary, spelled
from matcalc.syntax.tables import Unexpected, walk
from matcalc.syntax.tree import Tree, postorder


def read(
    text: str, declarations: Declarations = NOTHING, wrt: Sequence[str] = (), directions: Sequence[str] = ()
) -> Tree:
    """The typed syntax tree of `text`; the names in `wrt` and `directions` count as declared.

    >>> tree = read("x^T A x")
    >>> tree.head, [child.head for child in tree.children], tree.span
    ('times', ['times', 'name'], (0, 7))
    """
    return read_with_notes(text, declarations, wrt, directions)[0]


def read_with_notes(
    text: str, declarations: Declarations = NOTHING, wrt: Sequence[str] = (), directions: Sequence[str] = ()
) -> tuple[Tree, tuple[str, ...]]:
    """The tree, and a note for every declared variable in it that hides what its name means by itself (`e`, `I`, `pi` ...)."""
    vocabulary = vocabulary_of(declarations, [*wrt, *directions])
    tree = read_part(text, 0, len(text), declarations, vocabulary)
    hidden = [name for name in SHADOWED if name in vocabulary.names]
    if not hidden:
        return tree, ()
    used = {part.text for part in postorder(tree) if part.head == "name"}
    return tree, tuple(f"{name} is your variable here, not {SHADOWED[name]}" for name in hidden if name in used)


def vocabulary_of(declarations: Declarations, others: Iterable[str]) -> Vocabulary:
    """What is declared, and the `others`, as the names of one text."""
    values = {*declarations.variables, *declarations.dimensions, *map(spelled, others)}
    functions = {name: len(function.arguments) for name, function in declarations.functions.items()}
    return Vocabulary(functions, frozenset(values))


def read_part(text: str, start: int, end: int, declarations: Declarations, vocabulary: Vocabulary) -> Tree:
    """The tree of `text[start:end]`, with its places counted in `text`."""
    found = lexemes(text, vocabulary, start, end)
    builder = Builder(text, found, declarations, vocabulary)
    try:
        tree: Tree = walk(found, builder)
    except Unexpected as error:
        raise misplaced.unreadable(text, found, error.position, error.state) from None
    if len(found) > limits.nesting:
        _check_depth(text, tree)
    return tree


def _check_depth(text: str, tree: Tree) -> None:
    """LimitError if operators nest deeper than the limit; the factors of a product do not count as nested."""
    depths: dict[int, int] = {}
    for part in postorder(tree):
        below = [depths[id(child)] for child in part.children]
        depth = max(below, default=0) + (part.head not in PRODUCTS)
        if depth > limits.nesting:
            raise complaints.complain("deep", text, part.span)
        depths[id(part)] = depth


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One line of a rule file: its `kind`, the `left` side, the names of its `directions`, the `right` side, and its condition.

    `kind` is linear, bilinear, D, adjoint, identity, law or unsupported; `where` is the text of the condition, `reason` that
    of an unsupported line.
    """

    kind: str
    left: Tree
    directions: tuple[str, ...] = ()
    right: Tree | None = None
    where: str = ""
    reason: str = ""


_KEYWORD = re.compile(r"\s*(linear|bilinear|D|adjoint|law|unsupported)\s")
_DIRECTIONS = re.compile(r"\[([^][]*)\]\s*")
_FORMS = {
    "linear": "linear tr(X)",
    "bilinear": "bilinear A .* B",
    "D": "D inv(X)[H] = -inv(X) H inv(X)",
    "adjoint": "adjoint A H = A^T Y",
    "identity": "(A B)^T = B^T A^T",
    "law": "law tr(A B) = tr(B A)",
    "unsupported": "unsupported f(X): why, and what to do",
}


def read_rule(line: str, declarations: Declarations = NOTHING) -> RuleLine:
    """One line of a rule file, whose letters the `declarations` (its `let` lines) type; a comment begins with `#`.

    >>> from matcalc.syntax.declarations import read_declarations
    >>> let = read_declarations("X, H: n x n")
    >>> rule = read_rule("D inv(X)[H] = -inv(X) H inv(X)   # where X: invertible is in the table of functions", let)
    >>> rule.kind, rule.left.head, rule.directions
    ('D', 'inverse', ('H',))
    """
    end = line.find("#") if "#" in line else len(line)
    keyword = _KEYWORD.match(line, 0, end)
    kind = keyword.group(1) if keyword else "identity"
    start = keyword.end() if keyword else 0
    condition = reason = ""
    if kind == "unsupported":
        colon = line.find(":", start, end)
        if colon < 0:
            raise _not_a_line(line, end, kind)
        end, reason = colon, line[colon + 1 : end].strip()
    elif found := list(re.finditer(r"\bwhere\b", line[:end])):
        condition, end = line[found[-1].end() : end].strip(), found[-1].start()
    equal = line.find("=", start, end)
    if (equal < 0) is (kind in ("D", "adjoint", "identity", "law")):
        raise _not_a_line(line, end, kind)
    last = end if equal < 0 else equal
    directions: tuple[str, ...] = ()
    if kind == "D":
        bracket = line.rfind("[", start, last)
        if bracket < 0 or not (names := _DIRECTIONS.fullmatch(line, bracket, last)):
            raise _not_a_line(line, end, kind)
        directions = tuple(spelled(name.strip()) for name in names.group(1).split(","))
        last = bracket
    vocabulary = vocabulary_of(declarations, directions)
    left = read_part(line, start, last, declarations, vocabulary)
    right = None if equal < 0 else read_part(line, equal + 1, end, declarations, vocabulary)
    return RuleLine(kind, left, directions, right, condition, reason)


def _not_a_line(line: str, end: int, kind: str) -> MatcalcError:
    first = len(line) - len(line.lstrip())
    article = "an" if kind[0] in "aiu" else "a"
    return complaints.complain("rule", line, (first, end), article=article, line=kind, form=_FORMS[kind])

"""From text to the typed syntax tree.

`read("x^T A x")` gives a Tree whose every part knows its place in the text.  It raises a MatcalcError for whatever it cannot
read, for names that are neither declared nor of the default form, and for what people mean in two ways; it does not look at
shapes, except that of a declared T.  Nothing recurses: 10,000 nested brackets are read like two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matcalc import limits, syntax
from matcalc.syntax import complaints
from matcalc.syntax.building import Builder
from matcalc.syntax.declarations import NOTHING, Declarations
from matcalc.syntax.lexing import lexemes
from matcalc.syntax.names import SHADOWED, Vocabulary, spelled
from matcalc.syntax.tables import Unexpected, walk
from matcalc.syntax.tree import PRODUCTS, Tree, postorder


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
        raise syntax.misplaced.unreadable(text, found, error.position, error.state) from None
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

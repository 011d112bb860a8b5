"""Text to expression and back, for the tests of rules."""

from __future__ import annotations

from matcalc.algebra.nodes import Node
from matcalc.syntax.declarations import read_declarations
from matcalc.syntax.inference import infer
from matcalc.syntax.lowering import lower
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written
from matcalc.syntax.reading import read


def node_of(text: str, where: str = "") -> Node:
    """The expression that the text says."""
    declarations = read_declarations(where)
    tree = read(text, declarations)
    return lower(tree, infer(tree, declarations))


def properties_of(where: str) -> dict[str, frozenset[str]]:
    """What is declared of each name."""
    return {name: variable.properties for name, variable in read_declarations(where).variables.items()}


def text_of(node: Node) -> str:
    """The expression as it is printed."""
    return ascii_text(written(node))

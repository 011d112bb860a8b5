"""Where an answer holds: "X invertible", "x nonzero", "entries of A x nonzero".

In: f and the leaves it was differentiated by.  Out: one line per function on the way from a leaf to f that is not smooth
everywhere, from the domain column of the function table and the `where` of its rule line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from matcalc.algebra import sums
from matcalc.algebra.expansion import conditions_of, expanded
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.nodes import Call, Defined, MatrixPower, Node, Number, Power, dependents
from matcalc.rulebook.book import book

_ENTRYWISE = ("positive", "nonnegative", "nonzero")


def conditions(
    root: Node, leaves: Iterable[Node], text: Callable[[Node], str], known: Callable[[Node], frozenset[str]]
) -> tuple[str, ...]:
    """The conditions under which the derivative of `root` holds; `text` writes an argument, `known` gives declared properties."""
    found: dict[str, None] = {}
    # A defined function has the conditions of its rule line, if it has one, and those of its definition.
    for node in [*_moving(root, leaves), *_moving(expanded(root), leaves)]:
        for argument, word in _of(node):
            if word in known(argument):
                continue
            if word == "nonzero" and text(argument).startswith("-"):
                argument = sums.times_number(-1, argument)
            found[_sentence(text(argument), argument, word, whole=_is_whole(node))] = None
    return tuple(found)


def _moving(root: Node, leaves: Iterable[Node]) -> Iterable[Node]:
    moving = dependents(root, leaves)
    return moving if root in moving else ()


def _is_whole(node: Node) -> bool:
    """Whether the condition is about the argument as a whole (a norm's argument is not zero), not its entries."""
    return type(node) is Call and not FUNCTIONS[node.data].entrywise and node.data not in ("maximum", "minimum")


def _of(node: Node) -> list[tuple[Node, str]]:
    kind = type(node)
    if kind is Call:
        function = FUNCTIONS[node.data]
        found = [(child, function.domain) for child in node.children[:1] if function.domain]
        rule = book().derivative(node)
        return found + list(rule.conditions_at(node)) if rule is not None else found
    if kind is Defined:
        rule = book().derivative(node)
        return conditions_of(node) + ([] if rule is None else list(rule.conditions_at(node)))
    if kind is MatrixPower and _negative(node.children[1]):
        return [(node.children[0], "invertible")]
    if kind is Power:
        base, exponent = node.children
        if type(exponent) is not Number or type(exponent.data) is not int:
            return [(base, "positive")]
        if exponent.data < 0:
            return [(base, "nonzero")]
    return []


def _negative(exponent: Node) -> bool:
    return type(exponent) is not Number or exponent.data < 0


def _sentence(text: str, argument: Node, word: str, *, whole: bool) -> str:
    if word in _ENTRYWISE:
        sign = {"positive": "> 0", "nonnegative": ">= 0", "nonzero": "!= 0"}[word]
        if argument.is_scalar or (whole and word == "nonzero"):
            return f"{text} {sign}"
        return f"entries of {text} {word}"
    return f"{text} {word}"

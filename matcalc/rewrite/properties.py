"""What is known of an expression from what is declared of its names: symmetric, positive, invertible ...

`Known(declared).holds(node, "symmetric")` is True only where it is certain.  A property is looked for when it is asked for, along the
tables below, each once.  Positive, nonnegative and nonzero are said of every entry; of a scalar they are what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcalc.algebra.nodes import Node, Symbol
from matcalc.rewrite import definiteness, entry_signs, matrix_forms
from matcalc.syntax.properties import IMPLIED, NOT_ZERO, SINGULAR

DEEPEST = 60  # levels of an expression that a property is looked for in

# property               follows from
_FOLLOWS = {
    "symmetric":             ("diagonal", "positive definite", "positive semidefinite"),
    "invertible":            ("orthogonal", "positive definite"),
    "lower":                 ("diagonal",),
    "upper":                 ("diagonal",),
    "full rank":             ("invertible",),
    "positive semidefinite": ("positive definite",),
    "nonnegative":           ("positive", "simplex"),
    "nonzero":               ("positive",),
    NOT_ZERO:                ("nonzero", "full rank", "unit", "simplex"),
}  # fmt: skip


class Known:
    """The properties declared by name, and what follows from them.

    >>> from matcalc.algebra.leaves import symbol; from matcalc.algebra.dimension import named
    >>> from matcalc.algebra.transposes import transpose
    >>> A = symbol("A", (named("n"), named("n")))
    >>> Known({"A": frozenset({"positive definite"})}).holds(transpose(A), "symmetric")
    True
    """

    __slots__ = ("_declared", "_depth", "_found")

    def __init__(self, declared: Mapping[str, frozenset[str]]) -> None:
        self._declared = declared
        self._found: dict[tuple[Node, str], bool] = {}
        self._depth = 0

    def holds(self, node: Node, word: str) -> bool:
        """Whether `node` certainly has the property."""
        key = (node, word)
        known = self._found.get(key)
        if known is None:
            if self._depth >= DEEPEST:
                return False
            self._depth += 1
            known = (
                self._is_declared(node, word)
                or any(self.holds(node, stronger) for stronger in _FOLLOWS.get(word, ()))
                or (word in _RULES and _RULES[word](self, node))
            )
            self._depth -= 1
            self._found[key] = known
        return known

    def all_hold(self, nodes: tuple[Node, ...], word: str) -> bool:
        """Whether each of these certainly has the property."""
        return all(self.holds(node, word) for node in nodes)

    def _is_declared(self, node: Node, word: str) -> bool:
        if not isinstance(node, Symbol):
            return False
        said = self._declared.get(node.data, frozenset())
        return word in said or any(word in IMPLIED.get(other, ()) for other in said)


# of what is not declared to be so
_RULES: dict[str, Callable[[Known, Node], bool]] = {
    "symmetric":             matrix_forms.symmetric,
    "skew":                  matrix_forms.skew,
    "orthogonal":            matrix_forms.orthogonal,
    "diagonal":              matrix_forms.with_zeros("diagonal", "diagonal", made="diag"),
    "lower":                 matrix_forms.with_zeros("lower", "upper", made="tril chol"),
    "upper":                 matrix_forms.with_zeros("upper", "lower", made="triu"),
    "invertible":            definiteness.invertible,
    "full rank":             definiteness.full_rank,
    SINGULAR:                definiteness.singular,
    "positive definite":     definiteness.positive_definite,
    "positive semidefinite": definiteness.positive_semidefinite,
    "positive":              entry_signs.positive,
    "nonnegative":           entry_signs.nonnegative,
    "nonzero":               entry_signs.nonzero,
    "integer":               entry_signs.integer,
}  # fmt: skip

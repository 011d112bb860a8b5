"""Conditions under which a wrong claim is right: a name has a property, two commute, sizes are equal or 1.

Each is tried at points drawn with it.  A condition under which both sides are 0 says nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from random import Random

from matcalc.algebra.leaves import number
from matcalc.algebra.nodes import Call, Node, Power, Symbol
from matcalc.algebra.walks import postorder
from matcalc.calculus.needs import of_node, reduced
from matcalc.claims.comparison import Comparison, told
from matcalc.claims.counterexample import integers
from matcalc.claims.points import Change, Drawn, Points
from matcalc.claims.question import Question
from matcalc.errors import EvaluationError
from matcalc.numeric.matrices import Matrix, add, context, identity, multiply, scale
from matcalc.syntax.declarations import Variable
from matcalc.syntax.properties import IMPLIED

ARBITRARY = (2, 3, 5, 7, -3, -5)  # entries of scalars where all sizes are 1
MOST_NAMES = 6


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition in words, and the points at which it holds: other properties, or each point changed."""

    words: str
    question: Question
    told: dict[str, str] | None = None
    change: Change | None = None

    @cached_property
    def comparison(self) -> Comparison:
        """The comparison where the condition holds."""
        question, told = self.question, self.told or {}
        variables = dict(question.variables)
        for name, word in told.items():
            known = variables[name]
            variables[name] = replace(known, properties=known.properties | {word} | IMPLIED[word])
        roots = (question.f, question.truth)
        return Comparison(
            question, Points(variables, roots, also=[question.claim], indices=question.indices, change=self.change)
        )

    def holds(self, node: Node | None = None) -> bool:
        """Whether the claim (or `node`) is the truth where the condition holds, and not only since both are 0."""
        node = self.question.claim if node is None else node
        comparison = self.comparison
        try:
            return not comparison.is_nothing() and comparison.equal(node) and self._is_on_both_sides()
        except EvaluationError:
            return False

    def _is_on_both_sides(self) -> bool:
        """Whether it leaves both sides of every kink: where ||x|| = 1, 1 + x > 0, and that is what makes a claim about relu(1 + x) right.

        That the entries of x are positive is said of the kink of abs(x) itself.
        """
        question = self.question
        needs = [need for node in postorder(question.f, question.truth) for need in of_node(node) if need.kink]
        positive = {name for name, word in (self.told or {}).items() if word == "positive"}
        smallest = [each.argument for need in needs for each in reduced(need, lambda node, word: False)]
        kinks = [kink for kink in smallest if not (isinstance(kink, Symbol) and kink.data in positive)]
        if not kinks:
            return True
        everywhere = Comparison(question)
        return all(everywhere.signs(kink) <= self.comparison.signs(kink) for kink in kinks)


def _square(variable: Variable) -> bool:
    rows, columns = variable.shape
    return rows is columns and rows.value != 1


def _matrices(question: Question) -> list[Variable]:
    used = question.variables.values()
    return [variable for variable in used if _square(variable)][:MOST_NAMES]


def symmetries(question: Question) -> Iterator[Condition]:
    """A is symmetric; all square matrices are; A and B commute."""
    free = [v.name for v in _matrices(question) if not v.properties & {"symmetric", "skew"}]
    for name in free:
        yield Condition(f"{name} is symmetric", question, {name: "symmetric"})
    if len(free) > 1:
        for pair in [*combinations(free, 2), *([tuple(free)] if len(free) > 2 else [])]:
            yield Condition(f"{_listed(pair)} are symmetric", question, dict.fromkeys(pair, "symmetric"))
    for a, b in combinations(_matrices(question), 2):
        if a.shape == b.shape:
            yield Condition(f"{a.name} and {b.name} commute", question, change=_commuting(a.name, b.name))


def labels(question: Question) -> Iterator[Condition]:
    """The entries of y sum to 1, where their sum stands in the truth; they are 1 or -1, where their squares do."""
    for node in postorder(question.truth):
        if type(node) is Power and isinstance(node.children[0], Symbol) and node.children[1] is number(2):
            name = node.children[0].data
            what = f"{name} is 1 or -1" if node.is_scalar else f"the entries of {name} are 1 or -1"
            yield Condition(what, question, change=_signs(name))
        if type(node) is Call and node.data == "sum" and isinstance(node.children[0], Symbol):
            name = node.children[0].data
            if node.children[0].is_column and "simplex" not in question.variables[name].properties:
                yield Condition(f"the entries of {name} sum to 1", question, {name: "simplex"})


def special(question: Question) -> Iterator[Condition]:
    """A is orthogonal, diagonal, skew; x has length 1."""
    for word in ("orthogonal", "diagonal", "skew"):
        for variable in _matrices(question):
            if word not in variable.properties and not (word == "skew" and "symmetric" in variable.properties):
                yield Condition(f"{variable.name} is {word}", question, {variable.name: word})
    for variable in question.variables.values():
        rows, columns = variable.shape
        if (rows.value == 1) is not (columns.value == 1) and "unit" not in variable.properties:
            yield Condition(f"||{variable.name}|| = 1", question, {variable.name: "unit"})


def signs(question: Question) -> Iterator[Condition]:
    """c or the entries of x are positive."""
    for variable in question.variables.values():
        rows, columns = variable.shape
        if "positive" not in variable.properties and (rows.value == 1 or columns.value == 1):
            scalar = rows.value == columns.value == 1
            words = f"{variable.name} > 0" if scalar else f"the entries of {variable.name} are positive"
            yield Condition(words, question, {variable.name: "positive"})


def sizes(question: Question) -> Iterator[Condition]:
    """All sizes are 1; two dimensions are equal."""
    names = sorted({name for v in question.variables.values() for side in v.shape for name in side.names})
    for equal in [*combinations(names, 2), *([tuple(names)] if len(names) > 2 else [])]:
        yield Condition(" = ".join(equal), question, change=sized(question, equal, 3))
    if names:
        where = " = ".join([*names, "1"])
        yield Condition(f"in one dimension ({where})", question, change=sized(question, tuple(names), 1))


def in_one_dimension(question: Question) -> str:
    """That a claim of another shape than the truth is right where all sizes are 1; else nothing."""
    *_, condition = [None, *sizes(question)]
    if condition is None:
        return ""
    agrees = told(condition.comparison, question.claim, question.truth)
    return f"right only {condition.words}" if agrees else ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1]


def _commuting(a: str, b: str) -> Change:
    def change(drawn: Drawn, random: Random) -> Drawn:
        values, sizes_ = drawn
        return {**values, b: _polynomial(values[a], random)}, sizes_

    return change


def _signs(name: str) -> Change:
    def change(drawn: Drawn, _: Random) -> Drawn:
        values, sizes_ = drawn
        return {**values, name: [[x / abs(x) for x in row] for row in values[name]]}, sizes_

    return change


def _polynomial(a: Matrix, random: Random) -> Matrix:
    """c_0 I + c_1 A + c_2 A^2: what commutes with A."""
    c = [context().mpf(random.randint(1, 9)) / 4 for _ in range(3)]
    return add(add(scale(c[0], identity(len(a))), scale(c[1], a)), scale(c[2], multiply(a, a)))


def sized(question: Question, names: tuple[str, ...], size: int) -> Change:
    """Points at which these dimensions have this size."""

    def change(drawn: Drawn, random: Random) -> Drawn:
        chosen = {**drawn[1], **dict.fromkeys(names, size)}
        values = integers(question.variables, chosen, random, ARBITRARY)
        return {**drawn[0], **values}, chosen

    return change

"""What is wrong with a claim: the corrections in the order in which people err, until one makes it right.

In: a Comparison whose claim is wrong.  Out: a Diagnosis that has been checked at random points with 50 digits, or None.  If no single
correction is enough, one together with a factor is tried: "A should be A^T, and a factor 2 is missing".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from matcalc.algebra import transposes
from matcalc.algebra.leaves import is_zero
from matcalc.algebra.nodes import Node
from matcalc.claims import conditions, edits, factors, whole
from matcalc.claims.comparison import Comparison, told
from matcalc.claims.conditions import Condition
from matcalc.claims.correction import Correction, Diagnosis
from matcalc.claims.question import Question
from matcalc.claims.terms import several_terms, wrong_terms
from matcalc.errors import EvaluationError

MOST = 200  # corrections of one kind that are tried

NO_VALUE = "it has no value: a matrix that is inverted is singular, or a function is not defined there"

SWITCHED_OFF = "it has no value where the derivative has one: it is not defined on one side of a kink"
AND_THEN = "transposed, and then "

Found = Diagnosis | None


def diagnose(comparison: Comparison) -> Found:
    """The diagnosis of a wrong claim, else that of its transpose; None if no correction that is known makes it right."""
    question = comparison.question
    if comparison.is_switched_off():
        return Diagnosis("no value", SWITCHED_OFF)
    if comparison.has_value():
        comparison = comparison.narrowed()
    elif question.claim.shape == question.truth.shape:
        found = _first(comparison, _edited(question, edits.completed), [])
        return found or Diagnosis("no value", NO_VALUE)
    found = _diagnosed(comparison, last=False)
    turned = transposes.transpose(question.claim)
    if found is None and turned.shape == question.truth.shape and turned is not question.claim:
        points = Comparison(replace(question, claim=turned), comparison.fast)
        found = _diagnosed(points, last=False)
        if found is not None:
            return Diagnosis(found.kind, AND_THEN + found.text)
    return found or _diagnosed(comparison, last=True)


def _diagnosed(comparison: Comparison, *, last: bool) -> Found:
    """The first diagnosis by the usual corrections, or by the `last` ones: special properties and sizes."""
    question = comparison.question
    almost: list[tuple[str, str, Node]] = []  # corrections that are right but for a factor
    attempts: list[Callable[[], Found]] = [
        lambda: _nothing(comparison),
        lambda: _first(comparison, whole.transposed(question), almost),
        lambda: _factor(comparison),
        lambda: _first(comparison, edits.everywhere(question), almost),
        lambda: _first(comparison, _edited(question, edits.transposes), almost),
        lambda: _convention(comparison),
        lambda: _condition(question, conditions.symmetries(question)),
        lambda: _condition(question, conditions.labels(question)),
        lambda: _first(comparison, wrong_terms(comparison), []),
        lambda: _first(comparison, _edited(question, edits.completed), almost),
        lambda: _first(comparison, _edited(question, factors.orders, factors.dropped), almost),
        lambda: _first(comparison, _edited(question, edits.inverses, factors.entrywise_or_not), almost),
        lambda: _first(comparison, _edited(question, factors.inserted, edits.undifferentiated), almost),
        lambda: _first(comparison, _edited(question, factors.split), almost),
        lambda: _first(comparison, several_terms(comparison), []),
        lambda: _first(comparison, edits.fractions(question), []),
        lambda: _condition(question, conditions.signs(question)),
        lambda: _first(comparison, edits.replacements(question), almost),
        lambda: _almost(comparison, almost),
        lambda: _scaled_condition(question, conditions.symmetries(question)),
    ]
    if last:
        attempts = [
            lambda: _condition(question, conditions.special(question)),
            lambda: _condition(question, conditions.sizes(question)),
        ]
    for attempt in attempts:
        found = attempt()
        if found is not None:
            return found
    return None


def _edited(question: Question, *kinds: Callable[[Question], Iterator[edits.Edit]]) -> Iterator[Correction]:
    for kind in kinds:
        yield from edits.corrections(kind(question), [question.truth.shape])


def _first(comparison: Comparison, corrections: Iterator[Correction], almost: list[tuple[str, str, Node]]) -> Found:
    """The first correction that makes the claim right; the first that does so but for a factor goes to `almost`."""
    for _, correction in zip(range(MOST), corrections, strict=False):
        node = correction.node
        if comparison.equal(node):
            return Diagnosis(correction.kind, correction.sentence())
        if not almost and node.shape == comparison.truth.shape and whole.factor(comparison, node) is not None:
            almost.append((correction.kind, correction.sentence(), node))
    return None


def _nothing(comparison: Comparison) -> Found:
    """A claim that is 0 where the truth is not."""
    question = comparison.question
    if not is_zero(question.claim) or comparison.is_nothing():
        return None
    return Diagnosis("zero", f"the {question.reading} is not 0: f changes with {question.leaf.data}")


def _factor(comparison: Comparison) -> Found:
    claim = comparison.question.claim
    if claim.shape != comparison.truth.shape:
        return None
    found = whole.factor(comparison, claim)
    if found is None or not comparison.equal(whole.scaled(claim, *found[1:])):
        return None
    return Diagnosis("sign" if found[1] == -1 else "factor", found[0])


def _almost(comparison: Comparison, almost: list[tuple[str, str, Node]]) -> Found:
    for kind, sentence, node in almost:
        found = whole.factor(comparison, node)
        if found is not None and comparison.equal(whole.scaled(node, *found[1:])):
            return Diagnosis(kind, f"{sentence}, and {found[0]}")
    return None


def _convention(comparison: Comparison) -> Found:
    question = comparison.question
    where = [comparison]
    leaf = question.leaf
    if question.reading.form in ("gradient", "hessian") and "symmetric" not in question.variables[leaf.data].properties:
        where.append(Condition("", question, {leaf.data: "symmetric"}).comparison)
    for correction in whole.conventions(question):
        for points in where:
            # The claim is held against the truth in the other convention.
            if told(points, question.claim, correction.node):
                return Diagnosis(correction.kind, correction.sentence())
    symmetric = whole.on_symmetric(question)
    if symmetric is not None and told(where[-1], *symmetric):
        return Diagnosis("convention", f"right in another convention: for symmetric changes of {leaf.data}")
    return None


def _condition(question: Question, tried: Iterator[Condition]) -> Found:
    """The first condition under which the claim is right."""
    held = next((condition for condition in tried if condition.holds()), None)
    return None if held is None else Diagnosis("condition", f"right only {_if(held)}")


def _scaled_condition(question: Question, tried: Iterator[Condition]) -> Found:
    """The first condition under which the claim is right but for a factor."""
    claim = question.claim
    for condition in tried if claim.shape == question.truth.shape else ():
        try:
            found = whole.factor(condition.comparison, claim)
        except EvaluationError:  # f has no value where the condition holds
            continue
        if found is not None and condition.holds(whole.scaled(claim, *found[1:])):
            return Diagnosis("condition", f"right only {_if(condition)}, and even then {found[0]}")
    return None


def _if(condition: Condition) -> str:
    return condition.words if condition.words.startswith("in ") else f"if {condition.words}"

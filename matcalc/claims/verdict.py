"""The verdict on a claim: right and how this is known, or wrong and why.

`judged` puts the pieces together: the readings that the claim's shape allows are compared one after the other; if none is equal, the
first is diagnosed.  Never `right` unless both have one normal form, or agree at random points in doubles and to 50 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matcalc.algebra import calls, products
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import identity, is_zero, ones
from matcalc.algebra.nodes import Node
from matcalc.claims.comparison import Comparison
from matcalc.claims.conditions import in_one_dimension
from matcalc.claims.conformable import repair
from matcalc.claims.correction import Diagnosis
from matcalc.claims.counterexample import Counterexample, counterexample
from matcalc.claims.diagnosis import AND_THEN, diagnose
from matcalc.claims.question import Question, Reading, shape_words
from matcalc.claims.understanding import Misfit, Told
from matcalc.syntax.declarations import Declarations

UNKNOWN = Diagnosis("unknown", "it is another function; no single correction that was tried makes it right")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is `right`, in which `form` and `layout` it was read, and `how` this is known; of a wrong one the `kind` of
    error, the `diagnosis`, a `counterexample` and what is `correct`; `defaults`, `conditions` and `warnings` are those of the
    derivative."""

    right: bool
    form: str
    layout: str | None
    how: str
    kind: str = ""
    diagnosis: str = ""
    counterexample: Counterexample | None = None
    correct: Any = None
    defaults: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.right

    def as_dict(self) -> dict[str, Any]:
        """The verdict in what JSON knows: texts, numbers, lists."""
        return {
            "right": self.right,
            "form": self.form,
            "layout": self.layout,
            "how": self.how,
            "kind": self.kind,
            "diagnosis": self.diagnosis,
            "counterexample": None if self.counterexample is None else self.counterexample.as_dict(),
            "correct": str(self.correct),
            "defaults": list(self.defaults),
            "conditions": list(self.conditions),
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        read = str(Reading(self.form, self.layout, (ONE, ONE)))
        if self.right:
            return f"right: the {read}, {self.how}"
        lines = [f"wrong: {self.diagnosis}", f"the {read} is {self.correct}"]
        if self.counterexample is not None:
            lines.append(f"for example {self.counterexample}")
        return "\n".join(lines)


Truth = Callable[[Reading], Node]
Asking = Callable[[Reading, Node, Node], Question]  # of a reading, the truth and the claim


def judged(
    told: Told | Misfit, readings: Sequence[Reading], truth: Truth, asking: Asking, declarations: Declarations
) -> Verdict:
    """The verdict on what was told, its `correct` an expression's node."""
    if isinstance(told, Misfit):
        return _misfit(told, readings, truth, asking, declarations)
    if not told.readings:
        return _unfitting(told.node, readings, truth, asking)
    for reading in told.readings:
        true = truth(reading)
        how = Comparison(asking(reading, true, told.node)).right()
        if how is not None:
            return Verdict(True, reading.form, reading.layout, how, correct=true)
    comparisons = [Comparison(asking(reading, truth(reading), told.node)) for reading in told.readings]
    diagnosed = [(comparison, diagnose(comparison) or UNKNOWN) for comparison in comparisons]
    if readings[0] not in told.readings and all(is_zero(comparison.truth) for comparison in comparisons):
        return _unfitting(told.node, readings, truth, asking)  # of the shape of a Hessian, which is 0
    return _wrong(*min(diagnosed, key=lambda found: _plainness(found[1])))


PLAIN = ("sign", "factor", "transposed", "convention", "condition")  # what is wrong as a whole


def _plainness(diagnosis: Diagnosis) -> tuple[bool, bool, bool]:
    """Which of the diagnoses in two layouts is told: the one that corrects least."""
    return diagnosis is UNKNOWN, diagnosis.text.startswith(AND_THEN), diagnosis.kind not in PLAIN


def _wrong(comparison: Comparison, diagnosis: Diagnosis) -> Verdict:
    question = comparison.question
    return Verdict(
        False,
        question.reading.form,
        question.reading.layout,
        "different at a random point" if question.claim.shape == question.truth.shape else "of another shape",
        diagnosis.kind,
        diagnosis.text,
        counterexample(question),
        question.truth,
    )


# ---- shapes that do not fit


def _unfitting(claim: Node, readings: Sequence[Reading], truth: Truth, asking: Asking) -> Verdict:
    """A claim with a shape that the derivative does not have."""
    found = None
    for reading in (reading for reading in readings if reading.shape != claim.shape):
        comparison = Comparison(asking(reading, truth(reading), claim))
        found = diagnose(comparison) or _widened(comparison)
        if found is not None:
            break
    else:
        reading = readings[0]
        comparison = Comparison(asking(reading, truth(reading), claim))
    true = comparison.truth
    if found is not None and found.kind == "transposed":
        return _wrong(comparison, found)
    said = f"not conformable: this is {shape_words(claim.shape)}, and the {reading} is {shape_words(true.shape)}"
    more = found.text if found is not None else in_one_dimension(comparison.question)
    return _wrong(comparison, Diagnosis("shape", f"{said}; {more}" if more else said))


def _widened(comparison: Comparison) -> Diagnosis | None:
    """A scalar times I or ones, a vector as the diagonal of a matrix."""
    claim, shape = comparison.question.claim, comparison.truth.shape
    square = shape[0] is shape[1]
    if claim.is_scalar:
        wider = [(ones(*shape), "ones")] + [(identity(shape[0]), "I")] * square
        for unit, name in wider:
            node = products.scaled(claim, unit)
            if comparison.equal(node):
                return Diagnosis("shape", f"a factor {name} is missing")
    if claim.is_column and square and comparison.equal(calls.call("diag", [claim])):
        return Diagnosis("shape", "diag is missing: it is the matrix with this diagonal")
    wide = comparison.truth.is_column and claim.shape == (shape[0], shape[0])
    if wide and comparison.equal(calls.call("diag", [claim])):
        return Diagnosis("shape", "only its diagonal is meant: diag of it")
    if claim.is_column and square and comparison.agree(calls.call("diag", [comparison.truth]), claim):
        return Diagnosis("shape", "this is its diagonal, and the other entries are not 0")
    return None


def _misfit(
    told: Misfit, readings: Sequence[Reading], truth: Truth, asking: Asking, declarations: Declarations
) -> Verdict:
    """A claim in which shapes do not fit: where, and what repairs it."""
    said = f"not conformable: {told.error.message}"
    for reading in readings:
        true = truth(reading)
        found = repair(told.tree, Comparison(asking(reading, true, true)), declarations)
        if found:
            said = f"{said}; {found}"
            break
    else:
        reading = readings[0]
    return Verdict(False, reading.form, reading.layout, "of no shape", "not conformable", said, correct=truth(reading))

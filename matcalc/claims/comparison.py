"""Whether a claim and the truth are one: by normal form, else at random points.

Right means one normal form, or equal at FAST points in doubles and to 50 digits at EXACT points.  For corrections of a wrong claim
fewer points do: `equal` looks at two of each kind.
"""

from __future__ import annotations

from itertools import product
from math import prod

from matcalc.algebra import calls, products, sums
from matcalc.algebra.nodes import Call, Hadamard, Node, Product, Scaled, Sum, Transpose, is_zero
from matcalc.algebra.traversal import rebuild
from matcalc.claims.points import DIGITS, Points
from matcalc.claims.question import Question
from matcalc.errors import EvaluationError
from matcalc.rewrite.form import Properties, textbook
from matcalc.rewrite.identities import simplify_by_rules

FAST, EXACT = 8, 3
MOST_TERMS = 32
HEAVIEST = 1000  # expressions of more weight are not opened


class Comparison:
    """The points of one question, fast and exact."""

    def __init__(self, question: Question, fast: Points | None = None, exact: Points | None = None) -> None:
        roots = (question.f, question.truth)
        self.question = question
        self.truth = question.truth
        self.fast = fast or Points(question.variables, roots, indices=question.indices)
        self.exact = exact or Points(question.variables, roots, indices=question.indices, exact=True)

    def right(self) -> str | None:
        """How the claim equals the truth; None if it does not."""
        claim, truth = self.question.claim, self.truth
        if same_form(claim, truth, properties_of(self.question)):
            return "equal by normal form"
        if claim.shape != truth.shape or not self.fast.equal(claim, truth):
            # What doubles call different may be ill conditioned: 50 digits decide.
            if claim.shape != truth.shape or not self.exact.equal(claim, truth):
                return None
        if not all(self._fast_or_ill(claim, k) for k in range(1, FAST)):
            return None
        digits = min(self.exact.digits(claim, truth, k) for k in range(EXACT))
        return f"equal to {digits} digits at {EXACT} random points" if digits >= DIGITS else None

    def _fast_or_ill(self, claim: Node, k: int) -> bool:
        try:
            return self.fast.equal(claim, self.truth, k) or self.exact.equal(claim, self.truth, k)
        except EvaluationError:
            return True  # there are no more points

    def maybe(self, node: Node) -> bool:
        """Whether `node` equals the truth at two points in doubles."""
        return node.shape == self.truth.shape and all(self.fast.equal(node, self.truth, k) for k in (0, 1))

    def equal(self, node: Node) -> bool:
        """Whether `node` equals the truth at two points in doubles and at two with 50 digits."""
        return self.maybe(node) and all(self.exact.equal(node, self.truth, k) for k in (0, 1))


def properties_of(question: Question) -> Properties:
    """The declared properties by name."""
    return {name: variable.properties for name, variable in question.variables.items() if variable.properties}


def same_form(left: Node, right: Node, properties: Properties) -> bool:
    """Whether two expressions have one normal form: as they are, as textbooks write them, expanded."""
    if left is right:
        return True
    if left.shape != right.shape:
        return False
    if textbook(left, properties) is textbook(right, properties):
        return True
    left, right = (simplify_by_rules(node, properties, expand=True) for node in (left, right))
    if left is right:
        return True
    return is_zero(sums.add([(c, term) for c, side in ((1, left), (-1, right)) for term in terms(side)]))


def terms(node: Node) -> list[Node]:
    """The terms of an expression with its products distributed over sums; only the node itself if they are too many."""
    found = _terms(node) if node.weight <= HEAVIEST else [node]
    return found if len(found) <= MOST_TERMS else [node]


def _terms(node: Node) -> list[Node]:
    kind = type(node)
    if kind is Sum:
        pairs = zip(node.data, node.children, strict=True)
        return [sums.times_number(c, part) for c, term in pairs for part in terms(term)]
    if kind is Transpose:
        return [products.transpose(part) for part in terms(node.children[0])]
    if kind in (Product, Scaled, Hadamard) or (kind is Call and node.data == "kron"):
        lists = [terms(child) for child in node.children]
        if 1 < prod(map(len, lists)) <= MOST_TERMS:
            return [rebuild(node, chosen) for chosen in product(*lists)]
    if kind is Call and node.data in calls.LINEAR:
        parts = terms(node.children[0])
        if len(parts) > 1:
            return [calls.call(node.data, [part]) for part in parts]
    return [node]

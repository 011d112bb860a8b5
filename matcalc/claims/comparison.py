"""Whether a claim and the truth are one: by normal form, else at random points.

Right means one normal form, or equal at FAST points in doubles (KINKED points where a function has kinks) and to 50 digits at EXACT
points.  A claim that has no value everywhere is held against the truth where it has one.  For corrections of a wrong claim fewer
points do: `equal` looks at two of each kind.
"""

from __future__ import annotations

from itertools import product
from math import prod

from matcalc.algebra import calls, products, sums
from matcalc.algebra.nodes import Call, Hadamard, Node, Number, Power, Product, Scaled, Sum, Transpose, is_zero, postorder
from matcalc.algebra.traversal import rebuild
from matcalc.claims.points import DIGITS, Points
from matcalc.claims.question import Question
from matcalc.errors import EvaluationError
from matcalc.rewrite.form import Properties, textbook
from matcalc.rewrite.identities import simplify_by_rules

FAST, EXACT = 8, 3
KINKED = 48  # points in doubles for functions that are not analytic: they may agree on one side of a kink
KINKS = frozenset("abs sign relu step max min maximum minimum onehot_max norm_1 norm_inf norm_2 lambda_max".split())
MOST_TERMS = 32
HEAVIEST = 1000  # expressions of more weight are not opened


class Comparison:
    """The points of one question, fast and exact."""

    def __init__(self, question: Question, fast: Points | None = None) -> None:
        roots = (question.f, question.truth)
        self.question = question
        self.truth = question.truth
        self.fast = fast or Points(question.variables, roots, indices=question.indices)
        self.exact = self.fast.exactly()

    def right(self) -> str | None:
        """How the claim equals the truth; None if it does not."""
        question, claim, truth = self.question, self.question.claim, self.truth
        if same_form(claim, truth, properties_of(question)):
            return "equal by normal form"
        if claim.shape != truth.shape:
            return None
        if all(self.fast.sane_value(claim, truth, k) for k in range(FAST)):
            return self._numerically(self.fast, self.exact)
        roots, sane = (question.f, truth, claim), (claim, truth)
        fast = Points(question.variables, roots, indices=question.indices, sane=sane)
        try:
            how = self._numerically(fast, fast.exactly())
        except EvaluationError:  # the claim has no value anywhere
            return None
        return None if how is None else f"{how} where it has a value"

    def _numerically(self, fast: Points, exact: Points) -> str | None:
        question, claim, truth = self.question, self.question.claim, self.truth
        count = KINKED if any(map(is_kinked, postorder(question.f, truth, claim))) else FAST
        # What doubles call different may be ill conditioned: 50 digits decide.
        if not all(fast.equal(claim, truth, k) or exact.equal(claim, truth, k) for k in range(count)):
            return None
        digits = min(exact.digits(claim, truth, k) for k in range(EXACT))
        return f"equal to {digits} digits at {EXACT} random points" if digits >= DIGITS else None

    def has_value(self) -> bool:
        """Whether the claim has a value at one of a few points."""
        return any(self.fast.sane_value(self.question.claim, self.truth, k) for k in range(FAST))

    def maybe(self, node: Node) -> bool:
        """Whether `node` equals the truth at two points in doubles."""
        return node.shape == self.truth.shape and all(self.fast.equal(node, self.truth, k) for k in (0, 1))

    def equal(self, node: Node) -> bool:
        """Whether `node` equals the truth at two points in doubles and at two with 50 digits."""
        return self.maybe(node) and all(self.exact.equal(node, self.truth, k) for k in (0, 1))


def is_kinked(node: Node) -> bool:
    """Whether this function is not analytic: a step, a largest entry, a root."""
    if type(node) is Call:
        return node.data.removesuffix("_rows").removesuffix("_cols") in KINKS
    return type(node) is Power and not (type(node.children[1]) is Number and type(node.children[1].data) is int)


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

"""Whether a claim and the truth are one: by normal form, else at random points.

Right means one normal form, or equal at FAST points in doubles (KINKED points where a function has kinks) and to 50 digits at EXACT
points.  A claim that has no value everywhere is held against the truth where it has one.  Corrections of a wrong claim are
compared in the same way, at two exact points.
"""

from __future__ import annotations

from functools import cached_property

from matcalc.algebra import sums
from matcalc.algebra.leaves import is_zero
from matcalc.algebra.nodes import Call, Node, Number, Power
from matcalc.algebra.walks import postorder
from matcalc.calculus.distributed import terms
from matcalc.claims.points import DIGITS, PLAIN, Points
from matcalc.claims.question import Question
from matcalc.errors import EvaluationError
from matcalc.rewrite.form import Properties, textbook
from matcalc.rewrite.identities import simplify_by_rules

FAST, EXACT = 8, 3
NOTHING = 1e-9
KINKED = 48  # points in doubles for functions that are not analytic: they may agree on one side of a kink
KINKS = frozenset("abs sign relu step max min maximum minimum onehot_max norm_1 norm_inf norm_2 lambda_max".split())
SWITCHES = frozenset("sign relu step max min maximum minimum onehot_max".split())  # 0 on one side
MOST_INDICES = 6  # of which all values are tried


class Comparison:
    """The points of one question, fast and exact."""

    def __init__(self, question: Question, fast: Points | None = None) -> None:
        roots = (question.f, question.truth)
        self.question = question
        self.truth = question.truth
        self.fast = fast or Points(question.variables, roots, also=[question.claim], indices=question.indices)
        self.exact = self.fast.exactly()

    def right(self) -> str | None:
        """How the claim equals the truth; None if it does not."""
        claim, truth = self.question.claim, self.truth
        if same_form(claim, truth, properties_of(self.question)):
            return "equal by normal form"
        if claim.shape != truth.shape:
            return None
        try:
            if self.is_switched_off():
                return None
            narrowed = self.narrowed()
            how = narrowed._numerically(narrowed.fast, narrowed.exact)
        except EvaluationError:  # the claim has no value anywhere
            return None
        return how if how is None or narrowed is self else f"{how} where it has a value"

    def is_switched_off(self) -> bool:
        """Whether the claim has no value where a step, sign or maximum in it is 0: 1/step(x) is no derivative of max(0, x)."""
        claim = self.question.claim
        switched = any(type(node) is Call and _name(node) in SWITCHES for node in postorder(claim))
        return switched and not all(self.fast.sane_value(claim, self.truth, k) for k in range(KINKED))

    def narrowed(self) -> Comparison:
        """This comparison, or one at points where the claim has a value if it does not have one everywhere."""
        question, sane = self.question, (self.question.claim, self.truth)
        if all(self.fast.sane_value(*sane, k) for k in range(FAST)):
            return self
        roots = (question.f, self.truth, question.claim)
        return Comparison(question, Points(question.variables, roots, indices=question.indices, sane=sane))

    def _numerically(self, fast: Points, exact: Points) -> str | None:
        claim, truth = self.question.claim, self.truth
        # What doubles call different may be ill conditioned: 50 digits decide.
        if not all(fast.equal(claim, truth, k) or exact.equal(claim, truth, k) for k in range(self.count)):
            return None
        numbers = [*range(EXACT), *range(PLAIN, fast.telling)]
        digits = min(exact.digits(claim, truth, k) for k in numbers)
        return f"equal to {digits} digits at {len(numbers)} random points" if digits >= DIGITS else None

    @cached_property
    def count(self) -> int:
        """The number of points in doubles that settle an equality: all values of the indices are among them."""
        roots = (self.question.f, self.truth, self.question.claim)
        count = KINKED if any(map(is_kinked, postorder(*roots))) else FAST
        return max(count, self.fast.telling, 1 << min(len(self.question.indices), MOST_INDICES))

    @cached_property
    def telling(self) -> tuple[int, int]:
        """Two points that tell a correction from the claim: the truth is not 0 there and the claim is not the truth, if such are found.

        Where max(0, x) is 0 every multiple of it is as right as any other.
        """
        found: list[tuple[int, int]] = []
        for k in range(self.count):
            try:
                value = self.fast.flat(self.truth, k)
            except EvaluationError:
                break
            dull = value is None or not any(abs(x) > NOTHING for x in value)
            found.append((dull + self.fast.equal(self.question.claim, self.truth, k), k))
            if len(found) > 1 and sorted(found)[1][0] == 0:
                break
        numbers = [k for _, k in sorted(found)]
        return (numbers[0], numbers[1]) if len(numbers) > 1 else (0, 1)

    def signs(self, node: Node) -> set[bool]:
        """Whether entries of `node` are positive, of all entries at all points in doubles."""
        values = (self.fast.flat(node, k) or [] for k in range(self.count))
        return {x > 0 for value in values for x in value if abs(x) > NOTHING}

    def has_value(self) -> bool:
        """Whether the claim has a value at one of a few points."""
        return any(self.fast.sane_value(self.question.claim, self.truth, k) for k in range(FAST))

    def is_nothing(self) -> bool:
        """Whether the truth is 0 at both telling points."""
        values = [self.fast.flat(self.truth, k) or [] for k in self.telling]
        return not any(abs(x) > NOTHING for value in values for x in value)

    def equal(self, node: Node) -> bool:
        """Whether `node` equals the truth: at the telling points, then at more in doubles, then with 50 digits."""
        if node.shape != self.truth.shape or not all(self.fast.equal(node, self.truth, k) for k in self.telling):
            return False
        return self.agree(node, self.truth)

    def agree(self, left: Node, right: Node) -> bool:
        """Whether two expressions, of equal size here, agree at all points in doubles and at the telling ones with 50 digits."""
        if not all(self.exact.equal(left, right, k) for k in self.telling):
            return False
        return all(self.fast.equal(left, right, k) or self.exact.equal(left, right, k) for k in range(self.count))


def told(points: Comparison, left: Node, right: Node) -> bool:
    """Whether two expressions agree at these points, and not only since the truth is 0 there, or has no value."""
    try:
        return not points.is_nothing() and points.agree(left, right)
    except EvaluationError:
        return False


def _name(node: Node) -> str:
    """The function, by rows and by columns too."""
    return str(node.data).removesuffix("_rows").removesuffix("_cols")


def is_kinked(node: Node) -> bool:
    """Whether this function is not analytic: a step, a largest entry, a root."""
    if type(node) is Call:
        return _name(node) in KINKS
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

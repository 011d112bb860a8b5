"""Corrections of one place in the claim: a symbol transposed or inverted, another exponent, a term missing, another part.

A place is a path in the expression written as a tree, so that one of two occurrences of A can be changed alone.  What does not fit
in its new place is left out.  The order is that in which people err.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcalc.algebra import entrywise, matrix_powers, products, sums
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import number, ones
from matcalc.algebra.nodes import Call, Hadamard, MatrixPower, Node, Number, Power, Product, Sum, Symbol, Transpose
from matcalc.algebra.transposes import transpose
from matcalc.algebra.traversal import rebuild, substitute
from matcalc.algebra.walks import postorder
from matcalc.calculus.local import rule_about
from matcalc.claims.correction import Correction
from matcalc.claims.question import Question
from matcalc.errors import MatcalcError

PLACES = 250  # of a claim that are looked at
MOST_REPLACEMENTS = 60
WIDEST = 6  # factors of a product that are moved

Path = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Edit:
    """One place of the claim changed: what stood there, what stands there now, how often it occurs, in which term."""

    question: Question
    path: Path
    old: Node
    new: Node
    kind: str
    sentence: str = "{old} should be {new}"
    factor: Node | None = None  # that the sentence names

    @cached_property
    def node(self) -> Node | None:
        """The claim with this change; None where it does not fit."""
        nodes = [self.question.claim]
        for k in self.path:
            nodes.append(nodes[-1].children[k])
        made = self.new
        try:
            for k, parent in zip(reversed(self.path), reversed(nodes[:-1]), strict=True):
                children = list(parent.children)
                children[k] = made
                made = rebuild(parent, children)
        except (MatcalcError, AssertionError):
            return None
        return made

    def said(self) -> str:
        """The sentence, with the term it is about where that is not clear."""
        question = self.question
        named = {"old": self.old, "new": self.new, "factor": self.factor or self.new}
        said = self.sentence.format(**{name: question.text(node) for name, node in named.items()})
        term, depth = question.claim, 0
        while depth < len(self.path) and type(term) is Sum:
            term, depth = term.children[self.path[depth]], depth + 1
        if self.path[depth:] and count(question.claim, self.old) > 1:
            said += f" in {question.text(term)}"
        return said


def count(root: Node, part: Node) -> int:
    """How often `part` occurs in `root` written as a tree, up to PLACES."""
    return sum(node is part for _, node in places(root))


def places(root: Node) -> Iterator[tuple[Path, Node]]:
    """The places of an expression written as a tree, outer ones first, at most PLACES."""
    waiting: list[tuple[Path, Node]] = [((), root)]
    for done, (path, node) in enumerate(waiting):
        if done == PLACES:
            return
        yield path, node
        if len(waiting) < PLACES:
            waiting += [((*path, k), child) for k, child in enumerate(node.children)]


def corrections(edits: Iterable[Edit], shapes: Sequence[object]) -> Iterator[Correction]:
    """Each different corrected claim of one of these shapes once."""
    seen: set[Node] = set()
    for edit in edits:
        node = edit.node
        if node is not None and node not in seen and node.shape in shapes:
            seen.add(node)
            yield Correction(edit.kind, node, edit.said)


# ---- one symbol


def everywhere(question: Question) -> Iterator[Correction]:
    """A matrix transposed or inverted wherever it stands."""
    claim = question.claim
    leaves = [node for node in postorder(claim) if isinstance(node, Symbol) and node.is_matrix]
    for change, word in ((transpose, "factor transposed"), (matrix_powers.inverse, "factor inverted")):
        for leaf in leaves:
            if leaf.shape[0] is leaf.shape[1]:
                other = change(leaf)
                node = substitute(claim, {leaf: other})
                ending = " everywhere" if count(claim, leaf) > 1 else ""
                said = f"{_spelled(question, claim, leaf, other)}{ending}"
                yield Correction(word, node, lambda said=said: said)  # type: ignore[misc]


def _spelled(question: Question, claim: Node, leaf: Node, other: Node) -> str:
    """`A^T should be A` where A stands only transposed in the claim, else `A should be A^T`; so for inverses."""
    users = [node for node in postorder(claim) if leaf in node.children]
    if len(users) == 1 and type(users[0]) in (Transpose, MatrixPower):
        changed = substitute(users[0], {leaf: other})
        if changed.weight <= users[0].weight:
            return f"{question.text(users[0])} should be {question.text(changed)}"
    return f"{question.text(leaf)} should be {question.text(other)}"


def transposes(question: Question) -> Iterator[Edit]:
    """One factor transposed."""
    for path, node in places(question.claim):
        if path and not node.is_scalar and type(node) in (Symbol, Transpose, MatrixPower, Call, Sum, Hadamard):
            parent = at(question.claim, path[:-1])
            if type(parent) is not Transpose:
                yield Edit(question, path, node, transpose(node), "factor transposed")


def inverses(question: Question) -> Iterator[Edit]:
    """One factor inverted, another exponent."""
    for path, node in places(question.claim):
        kind = type(node)
        square = node.is_matrix and node.shape[0] is node.shape[1]
        if square and kind in (Symbol, Transpose, Product, Sum) and not (path and _is_power(question.claim, path)):
            yield Edit(question, path, node, matrix_powers.inverse(node), "factor inverted")
        if (kind is MatrixPower or kind is Power) and type(node.children[1]) is Number:
            base, exponent = node.children
            for other in dict.fromkeys((-exponent.data, exponent.data + 1, exponent.data - 1, 2 * exponent.data)):
                yield Edit(question, path, node, rebuild(node, [base, number(sums.plain(other))]), "exponent")
            if kind is MatrixPower and exponent.data == -1:
                yield Edit(question, path, node, transpose(node), "factor transposed")
        elif node.is_column and kind is Symbol and path:
            yield Edit(question, path, node, entrywise.power(node, number(-1)), "exponent")
        elif node.is_scalar and kind in (Symbol, Product, Call, Sum) and path:
            for power in (2, -1):
                yield Edit(question, path, node, entrywise.power(node, number(power)), "exponent")


def _is_power(claim: Node, path: Path) -> bool:
    return type(at(claim, path[:-1])) in (MatrixPower, Transpose)


def at(node: Node, path: Path) -> Node:
    """The part at this place."""
    for k in path:
        node = node.children[k]
    return node


# ---- sums, and what the truth has instead


def completed(question: Question) -> Iterator[Edit]:
    """A sum of which one term is missing in one place: X^-1 for (X + A)^-1."""
    whole: dict[Node, Node] = {}
    for total in postorder(question.truth, question.f):
        if type(total) is Sum and 2 <= len(total.children) <= WIDEST:
            pairs = list(zip(total.data, total.children, strict=True))
            for k in range(len(pairs)):
                c, scalars, core = sums.split(sums.add(pairs[:k] + pairs[k + 1 :]))
                if not scalars:
                    sound = sums.times_number(sums.divide(1, c), total)
                    whole.setdefault(core, sound)
                    whole.setdefault(transpose(core), transpose(sound))
                    if total.shape[0] is total.shape[1]:
                        whole.setdefault(matrix_powers.inverse(core), matrix_powers.inverse(sound))
    for path, node in places(question.claim):
        new = whole.get(node)
        if new is not None:
            yield Edit(question, path, node, new, "term")


def fractions(question: Question) -> Iterator[Correction]:
    """A scalar sum of which one term is missing, in the numerator or the denominator."""
    for total in postorder(question.truth, question.f):
        if type(total) is Sum and total.is_scalar and 2 <= len(total.children) <= WIDEST:
            pairs = list(zip(total.data, total.children, strict=True))
            for k in range(len(pairs)):
                part = sums.add(pairs[:k] + pairs[k + 1 :])
                said = f"{question.text(part)} should be {question.text(total)}"
                for a, b in ((total, part), (part, total)):
                    node = products.scaled(entrywise.divide(a, b), question.claim)
                    yield Correction("term", node, lambda said=said: said)  # type: ignore[misc]


def undifferentiated(question: Question) -> Iterator[Edit]:
    """phi(u) where its derivative phi'(u) is meant, phi entry by entry."""
    for path, node in places(question.claim):
        if type(node) is Call and len(node.children) == 1 and FUNCTIONS[node.data].entrywise:
            rule = rule_about(node, (0,))
            if rule is not None:
                slope = rule.at(node, [ones(*node.shape)])
                yield Edit(question, path, node, slope, "part", "{old} should be its derivative {new}")


def replacements(question: Question) -> Iterator[Correction]:
    """A part of the claim that the truth lacks, replaced by a part of the truth that the claim lacks; small ones first."""
    claim, truth = question.claim, question.truth
    mine, theirs = list(postorder(claim)), list(postorder(truth))
    known, own = set(theirs), set(mine)
    old = [node for node in mine if node not in known and 3 * node.weight <= 2 * claim.weight]
    new = [node for node in theirs if node not in own and 3 * node.weight <= 2 * truth.weight]
    pairs = [(p, q) for p in old for q in new if p.shape == q.shape and type(p) is not Number]
    outer = [q for q in theirs if type(q) is Call and len(q.children) == 1 and q not in own]
    pairs += [(q.children[0], q) for q in outer if q.children[0] in own and q.shape == q.children[0].shape]
    for p, q in sorted(pairs, key=lambda pair: pair[0].weight + pair[1].weight)[:MOST_REPLACEMENTS]:
        try:
            node = substitute(claim, {p: q})
        except (MatcalcError, AssertionError):
            continue
        said = f"{question.text(p)} should be {question.text(q)}"
        yield Correction("part", node, lambda said=said: said)  # type: ignore[misc]

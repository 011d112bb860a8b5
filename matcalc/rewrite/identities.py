"""Running the identities of the rule book over an expression, to a fixpoint.

In: an expression, and the declared properties of its names.  Out: an equal one in which no identity is left to run.  Bottom-up, each
shared part once, without recursion; a part in which the heads of no rule occur costs one look-up, and is not gone into.

It ends: every identity lowers the size that rulebook/validation.py defines, whatever its letters stand for; turning a scalar chain of
symmetric matrices round keeps it and lowers the chain's rank.  The constructors rebuild what is around, and may move a transpose,
so that is not yet a proof: MOST bounds the rewritings of one expression, and a part that is met again on its own way is left as it
is.  `expand` lines make an expression larger; they are run only on request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from matcalc.algebra import calls, chains, linear, products, sums, transposes
from matcalc.algebra.nodes import Call, Node, Product, Sum
from matcalc.algebra.traversal import rebuild
from matcalc.rulebook.book import WAITS_FOR, Identities
from matcalc.rulebook.finding import ANY, head, parts_looked_up, rewritten
from matcalc.rulebook.in_force import book

if TYPE_CHECKING:
    from matcalc.rewrite.properties import Known
    from matcalc.rulebook.rule import IdentityRule

MOST = 10_000  # rewritings of one expression

NOTHING: Mapping[str, frozenset[str]] = {}


def simplify_by_rules(root: Node, properties: Mapping[str, frozenset[str]] = NOTHING, *, expand: bool = False) -> Node:
    """`root` with every identity run; `properties` says what is declared of each name.

    >>> from matcalc.algebra import calls, products; from matcalc.algebra.dimension import ONE, named
    >>> from matcalc.algebra.leaves import symbol
    >>> n = named("n"); a, x = symbol("a", (n, ONE)), symbol("x", (n, ONE))
    >>> simplify_by_rules(products.product([calls.call("diag", [a]), x]))
    Hadamard(Symbol, Symbol)
    """
    return simplifier(properties, expand=expand)(root)


def simplifier(properties: Mapping[str, frozenset[str]], *, expand: bool = False) -> Callable[[Node], Node]:
    """`simplify_by_rules` for many expressions under the same properties: what became of a part is found once."""
    words = frozenset().union(*properties.values())
    rules = book().identities(words, expand=expand)
    # What is known without declarations holds from call to call.
    return _Run(rules, properties, words, {} if words else rules.settled).on


class _Run:
    """One pass: the rules that may apply, the properties, and what each part has become."""

    __slots__ = ("_known", "_properties", "_touches", "done", "rules", "steps", "symmetric")

    def __init__(
        self,
        rules: Identities,
        properties: Mapping[str, frozenset[str]],
        words: frozenset[str],
        done: dict[Node, Node],
    ) -> None:
        self.rules = rules
        self._properties = properties
        self._known: Known | None = None
        self.done = done
        self.steps = 0
        self.symmetric = bool(words & WAITS_FOR["symmetric"])
        self._touches = _anything if self.symmetric else rules.touches

    def holds(self, node: Node, word: str) -> bool:
        """Whether `node` certainly has the property; few expressions ever ask."""
        if self._known is None:
            from matcalc.rewrite.properties import Known  # a start pays for all it imports

            self._known = Known(self._properties)
        return self._known.holds(node, word)

    def on(self, root: Node) -> Node:
        """The fixpoint of `root`: each part after its own parts, and what it becomes after that."""
        done, touches = self.done, self._touches
        if not touches(root.heads):
            return root
        self.steps = 0
        becomes: dict[Node, Node] = {}
        stack = [root]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
                continue
            target = becomes.get(node)
            if target is None:
                waiting = [child for child in node.children if child not in done and touches(child.heads)]
                if waiting:
                    stack += waiting
                    continue
                target = self._step(node)
                if target is not node:
                    becomes[node] = target
                    if target in becomes and target not in done:
                        target = node  # round in a circle: leave it
            if target is node or target in done:
                done[node] = done.get(target, node)
                stack.pop()
            else:
                stack.append(target)
        return done[root]

    def _step(self, node: Node) -> Node:
        """The node rebuilt of what its children have become; if that is nothing new, after the first rule that applies."""
        done = self.done
        children = tuple([done.get(child, child) for child in node.children])
        if children != node.children:
            made = rebuild(node, children)
            if made is not node:
                return made
        if self.steps < MOST:
            simpler = self._by_rule(node)
            if simpler is not None:
                self.steps += 1
                return simpler
        return node

    def _by_rule(self, node: Node) -> Node | None:
        kind = type(node)
        first = node.data if kind is Call else kind.__name__
        rules = self.rules.about(first, node.heads)
        if rules:
            found = self._first(rules, parts_looked_up(node), node)
            if found is not None:
                return found
        if first == "tr" and type(node.children[0]) is Product:
            rules = self.rules.about("Product", node.heads)
            found = self._first(rules, node.children[0].children, node) if rules else None
            if found is not None:
                return found
        return self._turned(node) if self.symmetric else None

    def _turned(self, node: Node) -> Node | None:
        """x^T A y for y^T A x with A symmetric, likewise in a trace or a diagonal: the one that chains.rank puts first."""
        if type(node) is Call and node.data == "diag" and type(node.children[0]) is Sum:
            body = node.children[0]
            terms = [linear.diagonal(term) for term in body.children]
            turned_terms = [self._turned(term) or term for term in terms]
            return sums.add(zip(body.data, turned_terms, strict=True)) if turned_terms != terms else None
        chain = _chain(node)
        if not chain or node.weight > transposes.HEAVIEST:
            return None
        turned = products.product([self._upright(factor) for factor in reversed(chain)])
        other = calls.call(node.data, [turned]) if type(node) is Call else turned
        better = bool(_chain(other)) and chains.rank(_chain(other)) < chains.rank(chain)
        return other if better else None

    def _upright(self, factor: Node) -> Node:
        symmetric = factor.is_matrix and self.holds(factor, "symmetric")
        return factor if symmetric else transposes.transpose(factor)

    def _first(self, rules: Mapping[str, Sequence[IdentityRule]], parts: Sequence[Node], node: Node) -> Node | None:
        for second in dict.fromkeys([*map(head, parts), ANY]):
            for rule in rules.get(second, ()):
                found = rewritten(rule, node, self.holds)
                if found is not None and found is not node:
                    return found
        return None


def _anything(_: int) -> bool:
    """A scalar chain may be turned round without a rule."""
    return True


def _chain(node: Node) -> tuple[Node, ...]:
    """The factors of a scalar product u^T A ... v, or of the product in a trace or a diagonal; () of anything else."""
    if type(node) is Call and node.data in ("tr", "diag"):
        node = node.children[0]
    elif not node.is_scalar:
        return ()
    return node.children if type(node) is Product and not node.is_column else ()

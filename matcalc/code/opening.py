"""Sums multiplied out where that is cheaper to compute: (A + A^T) x = A x + A^T x never forms A + A^T.

In: the expressions of a program.  Out: equal ones, for computing and not for showing.

    (A + B) x        = A x + B x                          two passes over matrices instead of five
    (A B + c I) x    = A (B x) + c x                      no product of matrices
    P (D + u v^T) Q  = P D Q + (P u) (v^T Q)              D diagonal or a multiple of I: no n x n matrix is made of it
    (U V^T - T) V    = U (V^T V) - T V                    where expected sizes say so: V has few columns
    kron(A, B) v     = vec(B V A^T)                       v = vec(V): no Kronecker product is formed; Kmat v = vec(V^T)
    logdet(kron(A, B)) = m logdet(A) + n logdet(B)        A n x n, B m x m
    tr(P (A + u v^T)) = tr(P A) + v^T P u,  tr((E .* S) A) = tr(S (E^T .* A))    also where u v^T stands deeper in S

A sum that is needed as a matrix anyway is formed once and used; where more would be opened than a small multiple of what is given, nothing
is.  Without recursion: what one expression waits for is opened first.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from matcalc.algebra import entrywise, linear, products, sums, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.nodes import Call, Commutation, Hadamard, Node, Product, Sum, Transpose
from matcalc.algebra.traversal import rebuild
from matcalc.algebra.walks import postorder
from matcalc.code.addends import Term, as_factors, chain_of, gathered, is_rank_one, is_thin, terms_of
from matcalc.code.costs import CALL, LONGEST, WRITE, Sizes, matrix_chains
from matcalc.code.determinants import of_factors
from matcalc.code.faces import faced
from matcalc.code.factors import Holds, is_kron
from matcalc.code.mirrored import mirrored
from matcalc.code.needs import Needs, body_of
from matcalc.code.squares import without_powers

# An entry of a matrix that is written costs about as much as four that are multiplied with a vector (NumPy, n = 1000: 0.4 and 0.1 ns);
# so a sum of leaves is formed for its fifth vector.
MOST_VECTORS = 4
SHORT = 8  # factors of a product whose terms are tried in products of their own although the sum is needed again
# What is made on the way, a chain of L factors for L^2 / 4: in v <- (A + v v^T) v, repeated, opening does not end.
LEAST_EFFORT = 2000
EFFORT = 8  # for each node that is given


Opening = Generator[Node, Node, Node]


def opened(roots: Sequence[Node], sizes: Sizes, holds: Holds = lambda node, word: False) -> list[Node]:
    """Expressions equal to `roots` in which sums are multiplied out where that is cheaper.

    >>> from matcalc.algebra.dimension import named; from matcalc.algebra.leaves import symbol
    >>> n = named("n"); A, x = symbol("A", (n, n)), symbol("x", (n, ONE))
    >>> whole = products.product([sums.plus(A, transposes.transpose(A)), x])
    >>> opened([whole], Sizes()) == [sums.plus(products.product([A, x]), products.product([transposes.transpose(A), x]))]
    True
    """
    nodes = list(postorder(*roots))
    if not any((type(node) is Sum and node.is_matrix) or _is_on_vec(node) for node in nodes):
        return list(roots)
    return _Opened(roots, nodes, sizes, holds).all()


class _Grows(Exception):
    """More is opened than the expression is worth."""


class _Opened:
    """The opened form of every node that was asked for."""

    def __init__(self, roots: Sequence[Node], nodes: Sequence[Node], sizes: Sizes, holds: Holds) -> None:
        self._roots = roots
        self._given = set(nodes)
        self._effort = LEAST_EFFORT + EFFORT * len(nodes)
        self._sizes = sizes
        self._holds = holds
        self._out: dict[Node, Node] = {}
        self._needs = Needs(roots, nodes, holds)
        self._opens: dict[Node, bool] = {}  # whether a trace of it with anything is one of thin terms in part

    def all(self) -> list[Node]:
        """The opened roots; as they are where what is opened grows beyond what is given."""
        try:
            return [self._run(root) for root in self._roots]
        except _Grows:
            return list(self._roots)

    def _spend(self, length: int) -> None:
        """Take the effort for a chain of this length from what is left."""
        self._effort -= 1 + length * length // 4
        if self._effort < 0:
            raise _Grows

    def _run(self, root: Node) -> Node:
        """The opened root; a generator that waits for another expression stands below it in the stack."""
        stack = [(root, self._open(root))]
        answer: Node | None = None
        while stack:
            node, opening = stack[-1]
            try:
                wanted = next(opening) if answer is None else opening.send(answer)
            except StopIteration as done:
                stack.pop()
                answer = done.value
                self._out[node] = self._out[answer] = answer
                continue
            answer = self._out.get(wanted)
            if answer is None:
                if wanted not in self._given:
                    self._spend(len(wanted.children))
                stack.append((wanted, self._open(wanted)))
        assert answer is not None
        return answer

    def _open(self, node: Node) -> Opening:
        if node in self._needs.squares:
            whole = yield self._needs.squares[node]
            return products.inner(whole, whole)
        if type(node) is Product:
            return (yield from (self._open_matrix if node.is_matrix else self._open_vector)(node))
        if type(node) is Call and node.data == "tr" and type(node.children[0]) is Product:
            return (yield from self._open_trace(node))
        determinant = of_factors(node, self._holds)
        if determinant is not None:
            return (yield determinant)
        return (yield from self._open_children(node))

    def _open_children(self, node: Node) -> Opening:
        children = []
        for child in node.children:
            children.append((yield child))
        same = all(new is old for new, old in zip(children, node.children, strict=True))
        return node if same else rebuild(node, children)

    def _open_vector(self, node: Node) -> Opening:
        """A chain with a vector at an end, from that end: each sum on the way is multiplied by the vector that has come so far."""
        backwards = node.shape[1] is not ONE  # a row: its transpose is a column
        factors: Sequence[Node] = without_powers(node.children)
        factors = [transposes.transpose(factor) for factor in reversed(factors)] if backwards else factors
        chain = [(yield factors[-1])]
        for factor in reversed(factors[:-1]):
            if _is_on_vec(factor):
                chain = [(yield _on_vec(factor, products.product(chain)))]
                continue
            terms = self._terms(factor)
            if terms is None:
                chain.insert(0, (yield factor))
                continue
            vector = products.product(chain)
            opened_terms = []
            for c, term in terms:
                opened_terms.append((c, (yield products.product([*as_factors(term), vector]))))
            chain = [sums.add(opened_terms)]
        column = products.product(chain)
        return transposes.transpose(column) if backwards else column

    def _terms(self, factor: Node) -> list[Term] | None:
        """The terms that a vector is multiplied with one by one, or None where the factor is better formed."""
        terms = terms_of(factor)
        body = body_of(factor)
        if terms is None:
            return None
        if all(map(is_thin, terms)):
            return terms
        if body in self._needs.formed or body in self._needs.matrices:
            return None
        cheap = self._needs.vectors.get(body, 0) <= MOST_VECTORS
        return terms if cheap or any(type(sums.split(term)[2]) is Product for _, term in terms) else None

    def _open_matrix(self, node: Node) -> Opening:
        """P S Q with S = D + u v^T: its terms one by one; of several such S, the last one first and then as one matrix."""
        layers = mirrored(node)
        if layers is not None:
            return (yield from self._open_children(layers))
        factors = without_powers(node.children)
        if (fewer := faced(factors)) is not None:
            return (yield products.product(fewer))
        if (whole := (yield from self._around_half(factors))) is not None:
            return whole
        thin = [k for k, factor in enumerate(factors) if (t := terms_of(factor)) is not None and all(map(is_thin, t))]
        k = thin[-1] if thin else self._better_apart(factors)
        if k is None:
            return (yield from self._open_children(node))
        before, after = factors[:k], factors[k + 1 :]
        held = () if len(thin) == 1 or not after else before
        opened_terms = []
        for c, term in gathered(factors[k]) if thin else terms_of(factors[k]) or []:
            opened_terms.append((c, (yield products.product([*before[len(held) :], *as_factors(term), *after]))))
        total = sums.add(opened_terms)
        if not held:
            return total
        self._out[total] = total
        return (yield products.product([*held, total]))

    def _around_half(self, factors: Sequence[Node]) -> Generator[Node, Node, Node | None]:
        """C^T (C X) where ||C X||_F^2 is needed too and C X is opened: C X is one matrix."""
        for k in range(1, len(factors) - 1):
            for before, half, after in ((factors[:k], factors[k:], ()), ((), factors[:-k], factors[-k:])):
                whole = self._needs.halves.get(tuple(half))
                if whole is not None and type(opened_half := (yield whole)) is not Product:
                    return (yield products.product([*before, opened_half, *after]))
        return None

    def _better_apart(self, factors: Sequence[Node]) -> int | None:
        """The place of a sum whose terms cost less in products of their own than the sum costs in one."""
        if len(factors) > LONGEST:
            return None
        if len(factors) == 2 and any(type(factor) is Commutation for factor in factors):
            return self._commuting(factors)
        for k, factor in enumerate(factors):
            terms = terms_of(factor)
            body = body_of(factor)
            if terms is None or body in self._needs.formed:
                continue
            uses = max(1, self._needs.matrices.get(body, 0))
            chains = [chain_of(term) for _, term in terms]
            if len(factors) + max(map(len, chains)) > (LONGEST if uses == 1 else SHORT):
                continue
            before, after = factors[:k], factors[k + 1 :]
            for chain in chains:
                self._spend(len(factors) + len(chain))
            added = WRITE * (len(terms) - 1)
            forming = matrix_chains(chains, self._sizes, parts=True) + CALL
            forming += added * self._sizes(factor.shape[0]) * self._sizes(factor.shape[1])
            together = matrix_chains([factors], self._sizes) + forming / uses
            apart = matrix_chains([[*before, *chain, *after] for chain in chains], self._sizes)
            apart += added * self._sizes(factors[0].shape[0]) * self._sizes(factors[-1].shape[1]) + CALL
            if apart < together:
                return k
        return None

    def _commuting(self, factors: Sequence[Node]) -> int | None:
        """The place of a sum of Kronecker products and u v^T, needed only here: each takes the order of Kmat when it is made."""
        k = int(type(factors[0]) is Commutation)
        terms = terms_of(factors[k]) or []
        cores = [sums.split(term)[2] for _, term in terms]
        alone = body_of(factors[k]) not in self._needs.formed and self._needs.matrices.get(body_of(factors[k]), 0) == 1
        return k if terms and alone and all(is_kron(core) or is_rank_one(core) for core in cores) else None

    def _open_trace(self, node: Node) -> Opening:
        factors = node.children[0].children
        for k, factor in enumerate(factors):
            terms = terms_of(factor) or []
            if any(is_rank_one(term) for _, term in terms):
                return (yield from self._open_terms(terms, is_rank_one, factors[:k], factors[k + 1 :]))
        if len(factors) == 2:
            for one, other in (factors, factors[::-1]):
                if type(one) is Transpose:
                    one, other = one.children[0], transposes.transpose(other)
                apart = self._sum_within(one)
                if apart is not None:
                    total, rest = apart
                    turned = rest if self._holds(rest, "symmetric") else transposes.transpose(rest)
                    beside = entrywise.hadamard([turned, other])
                    return (yield from self._open_terms(terms_of(total) or [], self._is_open, [beside], []))
        return (yield from self._open_children(node))

    def _open_terms(
        self, terms: Sequence[Term], apart: Callable[[Node], bool], before: Sequence[Node], after: Sequence[Node]
    ) -> Opening:
        """tr(before (T_1 + T_2 + ...) after): the terms that are to be taken apart one by one, the others together."""
        rest = [(c, term) for c, term in terms if not apart(term)]
        together = [(1, sums.add(rest))] if len(rest) > 1 else rest
        opened_terms = []
        for c, term in [*((c, term) for c, term in terms if apart(term)), *together]:
            opened_terms.append((c, (yield linear.trace(products.product([*before, *as_factors(term), *after])))))
        return sums.add(opened_terms)

    def _sum_within(self, node: Node) -> tuple[Node, Node] | None:
        """S and E of an entrywise product E .* S, S a sum with a term that opens: tr((E .* S) A) = tr(S (E^T .* A))."""
        if type(node) is not Hadamard:
            return None
        for k, factor in enumerate(node.children):
            if any(self._is_open(term) for _, term in terms_of(factor) or ()):
                return factor, entrywise.hadamard([*node.children[:k], *node.children[k + 1 :]])
        return None

    def _is_open(self, root: Node) -> bool:
        """Whether tr(root A) has terms that vectors give: root is u v^T, or P (D + u v^T) Q, E .* (D + u v^T) that are needed only here."""
        for node in postorder(root, known=self._opens):
            self._opens[node] = False
            core = sums.split(node)[2]
            if node.is_matrix and is_rank_one(core):
                self._opens[node] = True
            elif type(core) in (Product, Hadamard) and self._needs.uses.get(node, 0) < 2:
                inner = (term for factor in core.children for _, term in terms_of(factor) or ())
                self._opens[node] = any(self._opens.get(term, False) for term in inner)
        return self._opens[root]


def _is_on_vec(factor: Node) -> bool:
    """kron(A, B) of matrices, Kmat: what acts on vec(V) as products with V or its transpose."""
    return type(factor) is Commutation or is_kron(factor)


def _on_vec(factor: Node, vector: Node) -> Node:
    """kron(A, B) vec(V) = vec(B V A^T), Kmat(m, n) vec(V) = vec(V^T)."""
    if type(factor) is Commutation:
        return linear.vectorised(transposes.transpose(linear.unvectorised(vector, *factor.data)))
    left, right = factor.children
    inside = linear.unvectorised(vector, right.shape[1], left.shape[1])
    return linear.vectorised(products.product([right, inside, transposes.transpose(left)]))

"""D of a function that a user has defined: that of its definition, once, as a rule for all calls.

In: the Definition f(X) = body and the arguments that move.  Out: the rule D f(X)[H] = the differential of the body, simplified.
"""

from __future__ import annotations

from matcalc.algebra import entrywise, products, sums
from matcalc.algebra.defined import apply
from matcalc.algebra.expansion import expanded, value_of
from matcalc.algebra.leaves import direction, ones
from matcalc.algebra.nodes import Defined, Definition, Node, forgets
from matcalc.algebra.traversal import rebuild, substitute
from matcalc.algebra.walks import postorder
from matcalc.rewrite.form import textbook
from matcalc.rulebook.in_force import book
from matcalc.rulebook.rule import DerivativeRule
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.raising import written

_rules: dict[tuple[Definition, tuple[int, ...]], DerivativeRule] = {}


forgets(_rules.clear)


def rule(function: Definition, slots: tuple[int, ...]) -> DerivativeRule:
    """D f(letters)[directions], where the letters in `slots` move."""
    made = _rules.get((function, slots))
    if made is None:
        made = _rules[function, slots] = _rule(function, slots)
    return made


def _rule(function: Definition, slots: tuple[int, ...]) -> DerivativeRule:
    letters = function.letters
    directions = tuple(direction(f"d{letter.data}", letter.shape) for letter in letters)
    right = sums.plus(*(_change(function, k, directions[k]) for k in slots))
    moving = ", ".join(str(directions[k].data) for k in slots)
    text = f"D {function}({', '.join(str(letter.data) for letter in letters)})[{moving}] = {ascii_text(written(right))}"
    return DerivativeRule(function.name, letters, directions, right, (), (), text, "", function)


def _change(function: Definition, k: int, h: Node) -> Node:
    """The part that is linear in the change h of the letter k; of an entrywise f it is f'(X) .* H."""
    from matcalc.calculus.differential import differential  # the sweep is made of these rules

    change = differential(_written_out(function.body), {function.letters[k]: h})
    if not function.entrywise:
        return _named(textbook(change, {}), function)
    slope = _named(textbook(substitute(change, {h: ones(*h.shape)}), {}), function)
    return products.scaled(h, slope) if h.is_scalar else entrywise.hadamard([slope, h])


def _written_out(body: Node) -> Node:
    """The body in built-in functions; not if a rule line says what the derivative of another function in it is."""
    lines = [book().derivative(node) for node in postorder(body) if type(node) is Defined]
    return body if any(lines) else expanded(body)


def _named(slope: Node, function: Definition) -> Node:
    """f'(X), with f(X) by its name where it stands in it: -X .* f(X) for f(X) = exp(-X.^2 / 2)."""
    if not function.body.children:
        return slope
    return substitute(slope, {textbook(_written_out(function.body), {}): apply(function, function.letters)})


def opened(root: Node) -> Node:
    """`root` with the definitions of those functions put in that a direction stands in: f(H)."""
    if not root.directional:
        return root
    out: dict[Node, Node] = {}
    for node in postorder(root):
        children = [out[child] for child in node.children]
        same = all(new is old for new, old in zip(children, node.children, strict=True))
        made = node if same else rebuild(node, children)
        out[node] = opened(value_of(made)) if type(made) is Defined and made.directional else made
    return out[root]

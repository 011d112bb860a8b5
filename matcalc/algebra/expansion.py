"""What a defined function is, in the place of its name: for those who compute, or compare, and do not print."""

from __future__ import annotations

from collections.abc import Sequence

from matcalc.algebra.defined import sizes
from matcalc.algebra.nodes import Defined, Definition, Node
from matcalc.algebra.traversal import instantiate, rebuild
from matcalc.algebra.walks import postorder


def value_of(node: Node) -> Node:
    """The right side of the definition of f, for the call f(x)."""
    return filled(node.data.body, node.data, node.children)


def conditions_of(node: Node) -> list[tuple[Node, str]]:
    """What must be true of the arguments of the call f(x), so that f is defined."""
    return [(filled(what, node.data, node.children), word) for what, word in node.data.conditions]


def expanded(root: Node) -> Node:
    """`root` without any defined function; definitions rest on earlier ones only, so this ends."""
    out: dict[Node, Node] = {}
    bodies: dict[Definition, Node] = {}
    for node in postorder(root):
        children = [out[child] for child in node.children]
        if type(node) is Defined:
            function = node.data
            if function not in bodies:
                bodies[function] = expanded(function.body)
            out[node] = filled(bodies[function], function, children)
        else:
            same = all(new is old for new, old in zip(children, node.children, strict=True))
            out[node] = node if same else rebuild(node, children)
    return out[root]


def filled(body: Node, function: Definition, arguments: Sequence[Node]) -> Node:
    """An expression in the letters of a definition, said of the arguments of a call."""
    return instantiate(body, dict(zip(function.letters, arguments, strict=True)), sizes(function, arguments))

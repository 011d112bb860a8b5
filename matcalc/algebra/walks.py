"""Walks over an expression: every node once, children before parents, without recursion."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from matcalc.algebra.nodes import Node, Symbol


def postorder(*roots: Node, known: Container[Node] = frozenset()) -> Iterator[Node]:
    """Every node below `roots`, each once, children before parents, without recursion; what is `known` is not gone into."""
    seen: set[Node] = set()
    stack: list[Node | None] = [*reversed(roots)]
    while stack:
        node = stack.pop()
        if node is None:  # the children of the next one are done
            done = stack.pop()
            assert done is not None
            yield done
        elif node not in seen and node not in known:
            seen.add(node)
            if node.children:
                stack += (node, None, *reversed(node.children))
            else:
                yield node


def postorder_with(heads: int, root: Node, known: Container[Node] = frozenset()) -> Iterator[Node]:
    """`postorder` of the nodes in which one of these `heads` occurs; the others are not gone into."""
    seen: set[Node] = set()
    stack = [root] if root.heads & heads else []
    while stack:
        node = stack[-1]
        if node in seen or node in known:
            stack.pop()
            continue
        waiting = [child for child in node.children if child.heads & heads and child not in seen and child not in known]
        if waiting:
            stack += reversed(waiting)
        else:
            seen.add(node)
            stack.pop()
            yield node


def symbols(*roots: Node) -> Iterator[Node]:
    """The variables and directions of `roots`, in order of appearance."""
    return (node for node in postorder(*roots) if isinstance(node, Symbol))


def dependents(root: Node, on: Iterable[Node], *others: Node) -> dict[Node, None]:
    """The leaves `on`, then the nodes below `root` (and `others`) in which one of them occurs, children before parents: one pass."""
    found = dict.fromkeys(on)
    for node in postorder(root, *others):
        for child in node.children:
            if child in found:
                found[node] = None
                break
    return found

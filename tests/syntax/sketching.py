"""A syntax tree as text, for tests."""

from __future__ import annotations

from matcalc.syntax.tree import Tree, postorder


def sketch(tree: Tree) -> str:
    """The tree as nested calls, children before parents, so that a deep one can be sketched too."""
    done: dict[int, str] = {}
    for part in postorder(tree):
        below = ", ".join(done[id(child)] for child in part.children)
        head = (
            part.head
            if not part.text.strip()
            else part.text
            if part.head in ("name", "number")
            else f"{part.head}:{part.text}"
        )
        done[id(part)] = f"{head}({below})" if below else head
    return done[id(tree)]

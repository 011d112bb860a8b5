"""The typed syntax tree: what was written, with the place of every part.  Reading makes it, printing shows it.

One class, told apart by `head`; children are Trees.  The heads:

| head      | children            | text              | written                          |
|-----------|---------------------|-------------------|----------------------------------|
| number    |                     | "2", "0.5", "1e3" | a number                         |
| name      |                     | "x_1"             | a name, spelled in ASCII         |
| sum       | terms, 2 or more    |                   | a + b - c; `- c` is neg(c)       |
| neg       | body                |                   | -a; binds its whole term         |
| times     | left, right         | " ", "*"          | juxtaposition, explicit `*`      |
| over      | left, right         |                   | a / b                            |
| hadamard  | left, right         |                   | a .* b                           |
| entrydiv  | left, right         |                   | a ./ b                           |
| kron      | left, right         |                   | a ⊗ b (also kron(a, b))          |
| power     | base, exponent      |                   | a^b                              |
| entrypow  | base, exponent      |                   | a .^ b                           |
| transpose | body                |                   | a^T                              |
| inverse   | body                |                   | a^-1 (also inv(a))               |
| norm      | body                | "", "1", "2", "inf", "F", "*" | the norm's subscript |
| call      | arguments           | function's name   | f(a, b): built in or declared    |
| index     | body, i or i, j     |                   | X[i,j]                           |
| D, D2, D3 | arguments, directions | function's name | D(h, x)[v], D2(h, x)[v, w]; each direction has a part per argument |
| J, grad, hess | arguments       | function's name   | J(h, x), grad(g, x), hess(g, x)  |
| where     | body, values        | "t0,t1"           | body where t0 = ...; t1 = ...    |

`a^-T` is transpose(inverse(a)).  The three product-like heads are left-deep; sums are flat.  `bracketed` says that the text had
round brackets around it: readings that people mean in two ways are judged by it; printing ignores it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from matcalc.errors import Span
from matcalc.records import record

PRODUCTS = frozenset({"times", "over", "hadamard", "entrydiv", "kron"})  # one floor of the grammar


@record
class Tree:
    """One part of an expression as written: `head`, `children`, its `text` if it has one, and its `span` in the source."""

    head: str
    children: tuple[Tree, ...] = ()
    text: str = ""
    span: Span = (0, 0)
    bracketed: bool = False

    def in_brackets(self, span: Span) -> Tree:
        """The same part with round brackets around it, which end at `span`."""
        return Tree(self.head, self.children, self.text, span, True)


def point_and_directions(tree: Tree) -> tuple[tuple[Tree, ...], tuple[Tree, ...]]:
    """The arguments of D(h, x)[v] or D2(h, x)[v, w], and its directions, one behind the other."""
    count = len(tree.children) // (int(tree.head[1:] or 1) + 1)
    return tree.children[:count], tree.children[count:]


def postorder(root: Tree) -> Iterator[Tree]:
    """Every part of `root`, children before parents, without recursion."""
    stack: list[tuple[Tree, bool]] = [(root, False)]
    while stack:
        tree, done = stack.pop()
        if done or not tree.children:
            yield tree
        else:
            stack.append((tree, True))
            stack.extend((child, False) for child in reversed(tree.children))


def put(tree: Tree, values: Mapping[str, Tree]) -> Tree:
    """The tree with values for names, wherever they stand."""
    out: dict[Tree, Tree] = {}
    for part in postorder(tree):
        if part.head == "name" and part.text in values:
            out[part] = values[part.text]
        elif part.children:
            out[part] = replace(part, children=tuple(out[child] for child in part.children))
        else:
            out[part] = part
    return out[tree]


def same(left: Tree, right: Tree) -> bool:
    """Whether two trees say the same, places and brackets aside."""
    pairs = [(left, right)]
    while pairs:
        a, b = pairs.pop()
        if a.head != b.head or a.text != b.text or len(a.children) != len(b.children):
            return False
        pairs.extend(zip(a.children, b.children, strict=True))
    return True

"""Names for the long parts of a derivation that come back: `let s = A x - b`, as good answers write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree, postorder

if TYPE_CHECKING:
    from matcalc.calculus.steps import Step

LONG = 5  # parts of an expression that is worth a name
OFTEN = 3  # times that it must occur in one line
HEADS = frozenset("call norm sum inverse".split())  # what is worth a name
LETTERS = "s r z q p g".split()


def with_names(steps: Sequence[Step], taken: Mapping[str, int]) -> tuple[dict[str, Tree], list[Step]]:
    """A name for each long part that comes back in one line, the one that saves most first; directions stay in sight."""
    found: dict[str, Tree] = {}
    often: Counter[str] = Counter()
    moving = {part.children[1].text for step in steps for part in postorder(step.before) if _is_open(part)}
    for step in steps:
        here: Counter[str] = Counter()
        for part in postorder(step.after):
            if part.head in HEADS and _parts(part) >= LONG and not _mentions(part, moving):
                text = ascii_text(part)
                here[text] += 1
                found.setdefault(text, part)
        for text, count in here.items():
            often[text] = max(often[text], count)
    worth = [text for text, count in often.items() if count >= OFTEN]
    worth.sort(key=lambda text: (-(often[text] - 1) * len(text), text))
    letters = [letter for letter in LETTERS if letter not in taken]
    names: dict[str, Tree] = {}
    for text in worth:
        if len(names) < len(letters) and not any(text in other or other in text for other in names):
            names[text] = Tree("name", text=letters[len(names)])
    if not names:
        return {}, list(steps)
    return {tree.text: found[text] for text, tree in names.items()}, [_with(step, names) for step in steps]


def _with(step: Step, names: Mapping[str, Tree]) -> Step:
    """The step written with the names; what is said to be linear in x keeps its x in sight."""
    before, after, old, new = (_renamed(tree, names) for tree in (step.before, step.after, step.old, step.new))
    words = tuple(word if isinstance(word, str) or step.is_linear else _renamed(word, names) for word in step.words)
    held = tuple(_renamed(tree, names) for tree in step.held)
    return replace(step, before=before, after=after, old=old, new=new, words=words, held=held)


def _is_open(part: Tree) -> bool:
    """Whether `part` is D(e)[v], the change of an expression e."""
    return part.head == "D" and part.text == ""


def _mentions(tree: Tree, names: set[str]) -> bool:
    return any(_is_open(part) or (part.head == "name" and part.text in names) for part in postorder(tree))


def _parts(tree: Tree) -> int:
    return sum(1 for _ in postorder(tree))


def _renamed(tree: Tree, names: Mapping[str, Tree]) -> Tree:
    out: dict[Tree, Tree] = {}
    for part in postorder(tree):
        if part.children:
            known = names.get(ascii_text(part))
            out[part] = known or replace(part, children=tuple(out[child] for child in part.children))
        else:
            out[part] = part
    return out[tree]

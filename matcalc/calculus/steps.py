"""A derivation as a reader sees it: steps with the rule's name, before and after, in three degrees of detail.

In: the steps that calculus/derivation.py recorded.  Out: text, Unicode, LaTeX `align*`, plain data.  `brief` folds the linear steps
into the one before them and shows at most LINES lines; `full` also says what was held fixed.  Parts that are long and come back
get a name: `let s = A x - b`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcalc.errors import UnsupportedError
from matcalc.syntax.latex import latex
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.tree import Tree, postorder

DETAILS = ("brief", "normal", "full")
LINES = 12  # of a brief derivation, the first one included
LONG = 5  # parts of an expression that is worth a name
OFTEN = 3  # times that it must occur in one line
NAMED = frozenset("call norm sum inverse".split())  # what is worth a name
LETTERS = "s r z q p g".split()


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the `rule`, a `note` that says why it applies, what was held `fixed`, the expression `before` and `after`.

    `old` became `new`: the part of `before` that the step replaced, and what stands there in `after`.
    """

    rule: str
    note: str
    before: Tree
    after: Tree
    old: Tree
    new: Tree
    fixed: tuple[str, ...] = ()

    @property
    def is_linear(self) -> bool:
        """Whether the step only says that something is linear."""
        return self.rule == "linear"

    def reason(self, *, full: bool = False) -> str:
        """The rule's name and note; with `full` also what was held fixed."""
        reason = f"{self.rule}: {self.note}" if self.note else self.rule
        return f"{reason}; {', '.join(self.fixed)} held fixed" if full and self.fixed else reason


class Steps(Sequence[Step]):
    """A derivation: its steps in order, and the names that were given to inner expressions."""

    def __init__(self, steps: Sequence[Step], ranks: Mapping[str, int], detail: str = "normal") -> None:
        if detail not in DETAILS:
            raise UnsupportedError(f"the detail is brief, normal or full, not {detail!r}")
        self._all = tuple(steps)
        self._steps = tuple(_brief(steps)) if detail == "brief" else tuple(steps)
        self._ranks = ranks
        self.detail = detail

    def __getitem__(self, at: int) -> Step:  # type: ignore[override]
        return self._steps[at]

    def __len__(self) -> int:
        return len(self._steps)

    def at(self, detail: str) -> Steps:
        """The same derivation in another degree of detail: brief, normal or full."""
        return Steps(self._all, self._ranks, detail)

    def named(self) -> tuple[dict[str, Tree], list[Step]]:
        """The names given to long parts that come back, and the steps written with them."""
        return _with_names(self._steps, self._ranks)

    def _lines(self, text: Callable[[Tree], str]) -> list[str]:
        names, steps = self.named()
        lines = [f"let {name} = {text(tree)}" for name, tree in names.items()]
        if steps:
            lines.append(text(steps[0].before))
        reasons = [step.reason(full=self.detail == "full") for step in steps]
        return lines + [f"  = {text(step.after)}    [{reason}]" for step, reason in zip(steps, reasons, strict=True)]

    def __str__(self) -> str:
        return "\n".join(self._lines(ascii_text))

    def unicode(self) -> str:
        """The derivation in Unicode, a step a line."""
        return "\n".join(self._lines(unicode_text))

    def latex(self) -> str:
        """The derivation as an align* environment."""
        names, steps = self.named()
        lines = [rf"&\text{{let }} {name} = {latex(tree, self._ranks)}" for name, tree in names.items()]
        if steps:
            lines.append("&" + latex(steps[0].before, self._ranks))
        for step in steps:
            lines.append(rf"&= {latex(step.after, self._ranks)} && \text{{{step.rule}}}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def data(self) -> list[dict[str, Any]]:
        """The steps as plain data: rule, note, fixed, before, after, and the part that changed."""
        return [
            {
                "rule": step.rule,
                "note": step.note,
                "fixed": list(step.fixed),
                "before": ascii_text(step.before),
                "after": ascii_text(step.after),
                "old": ascii_text(step.old),
                "new": ascii_text(step.new),
            }
            for step in self
        ]


def _brief(steps: Sequence[Step]) -> list[Step]:
    """Linear steps folded into the step before them; then, if there are still too many, the middle ones into one."""
    kept: list[Step] = []
    for step in steps:
        if step.is_linear and kept and kept[-1].rule not in ("textbook form",):
            kept[-1] = replace(kept[-1], after=step.after)
        else:
            kept.append(step)
    most = LINES - 1
    if len(kept) <= most:
        return kept
    head, tail = kept[: most // 2], kept[-(most - most // 2 - 1) :]
    middle = kept[len(head) : len(kept) - len(tail)]
    folded = replace(middle[0], rule="the same rules", note=f"{len(middle)} times", after=middle[-1].after)
    return [*head, folded, *tail]


def _with_names(steps: Sequence[Step], taken: Mapping[str, int]) -> tuple[dict[str, Tree], list[Step]]:
    """A name for each long part that comes back in one line, the one that saves most first; directions stay in sight."""
    found: dict[str, Tree] = {}
    often: Counter[str] = Counter()
    moving = {part.children[1].text for step in steps for part in postorder(step.before) if _is_open(part)}
    for step in steps:
        here: Counter[str] = Counter()
        for part in postorder(step.after):
            if part.head in NAMED and _parts(part) >= LONG and not _mentions(part, moving):
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
    renamed = [replace(step, before=_renamed(step.before, names), after=_renamed(step.after, names)) for step in steps]
    return {tree.text: found[text] for text, tree in names.items()}, renamed


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

"""A derivation as a reader sees it: steps with the rule's name, before and after, in three degrees of detail.

In: the steps that calculus/derivation.py recorded.  Out: text, Unicode, LaTeX `align*`, plain data.  `brief` folds the linear steps
into the one before them and shows at most LINES lines; `full` also says what was held fixed and marks what changed.  Parts that are
long and come back get a name: `let s = A x - b`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from matcalc.calculus.step_names import with_names
from matcalc.errors import UnsupportedError
from matcalc.syntax.latex import escaped, latex
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.tree import Tree

DETAILS = ("brief", "normal", "full")
LINES = 12  # of a brief derivation, the first one included

Words = Sequence[str | Tree]  # of a sentence: text, and expressions in it
Text = Callable[[Tree], str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the `rule`, the `words` that say why it applies, what was `held` fixed, the expression `before` and `after`.

    `old` became `new`: the part of `before` that the step replaced, and what stands there in `after`.  A step with a `label` does
    not go on with an equation: it reads the gradient, the Jacobian off it.
    """

    rule: str
    words: tuple[str | Tree, ...]
    before: Tree
    after: Tree
    old: Tree
    new: Tree
    held: tuple[Tree, ...] = ()
    label: str = ""

    @property
    def note(self) -> str:
        """Why the rule applies."""
        return sentence(self.words, ascii_text)

    @property
    def fixed(self) -> tuple[str, ...]:
        """What was held fixed."""
        return tuple(map(ascii_text, self.held))

    @property
    def is_linear(self) -> bool:
        """Whether the step only says that something is linear."""
        return self.rule == "linear"

    def reason(self, text: Text = ascii_text, *, full: bool = False) -> str:
        """The rule's name and its words; with `full` also what was held fixed, in the first term, in the second."""
        reason = f"{self.rule}: {sentence(self.words, text)}" if self.words else self.rule
        if not (full and self.held):
            return reason
        by_turns = len(self.held) > 1 and not self.is_linear
        return f"{reason}; {(', then ' if by_turns else ', ').join(map(text, self.held))} held fixed"


def sentence(words: Words, text: Text) -> str:
    """The words, expressions in them written by `text`."""
    return "".join(word if isinstance(word, str) else text(word) for word in words)


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
        names, steps = with_names(self._steps, self._ranks)
        lines = len(names) + len(self._steps) + sum(map(_begins, [None, *self._steps], self._steps))
        return (names, steps) if self.detail != "brief" or lines <= LINES else ({}, list(self._steps))

    def _ascii(self, tree: Tree) -> str:
        return ascii_text(tree, primed=self._ranks.get("T") == 0)

    def _lines(self, text: Text) -> list[str]:
        names, steps = self.named()
        full = self.detail == "full"
        lines = [f"let {name} = {text(tree)}" for name, tree in names.items()]
        for before, step in pairwise([None, *steps]):
            assert step is not None
            if _begins(before, step):
                lines.append(text(step.before))
            after = f"{step.label or ' '} = {text(step.after)}"
            lines.append(f"{after}    [{step.reason(text, full=full)}]")
            if full and not step.label:
                lines.append(_mark(text(step.before), after))
        return lines

    def __str__(self) -> str:
        return "\n".join(self._lines(self._ascii))

    def unicode(self) -> str:
        """The derivation in Unicode, a step a line."""
        return "\n".join(self._lines(unicode_text))

    def latex(self) -> str:
        """The derivation as an align* environment; in full, what is new in a line is underlined."""
        names, steps = self.named()
        full = self.detail == "full"

        def text(tree: Tree) -> str:
            return latex(tree, self._ranks)

        def said(word: str | Tree) -> str:
            return escaped(word) if isinstance(word, str) else f"${text(word)}$"

        lines = [rf"&\text{{let }} {text(Tree('name', text=name))} = {text(tree)}" for name, tree in names.items()]
        for before, step in pairwise([None, *steps]):
            assert step is not None
            if _begins(before, step):
                lines.append("&" + text(step.before))
            after, new = text(step.after), text(step.new)
            if full and not step.label and new != after:
                after = after.replace(new, rf"\underline{{{new}}}")
            reason = "".join(map(said, [step.rule, *([": "] if step.words else []), *step.words]))
            if full and step.held:
                reason += "; " + ", ".join(map(said, step.held)) + " held fixed"
            label = rf"\text{{{step.label}}} " if step.label else ""
            lines.append(rf"{label}&= {after} && \text{{{reason}}}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def as_dict(self) -> dict[str, Any]:
        """The names that were given, `let`, and the `steps` as plain data."""
        names, _ = self.named()
        return {"let": {name: self._ascii(tree) for name, tree in names.items()}, "steps": self.data()}

    def data(self) -> list[dict[str, Any]]:
        """The steps as plain data: rule, note, fixed, before, after, the part that changed, and what was read off."""
        text = self._ascii
        return [
            {
                "rule": step.rule,
                "note": sentence(step.words, text),
                "fixed": [text(tree) for tree in step.held],
                "before": text(step.before),
                "after": text(step.after),
                "old": text(step.old),
                "new": text(step.new),
                "label": step.label or None,
            }
            for step in self
        ]


def _begins(before: Step | None, step: Step) -> bool:
    """Whether the step begins with an expression of its own, as the derivation of a Hessian does at the gradient."""
    return before is None or (before.after is not step.before and ascii_text(before.after) != ascii_text(step.before))


def _mark(before: str, line: str) -> str:
    """`^^^` under what is new in a line."""
    head, after = line[: line.index("= ") + 2], line[line.index("= ") + 2 :]
    start = _alike(before, after)
    shared = _alike(before[start:][::-1], after[start:][::-1])
    stop = len(after) - shared
    start = after.rfind(" ", 0, start + 1) + 1  # whole words, closed brackets
    while stop < len(after) and (after[stop] != " " or after.count("(", start, stop) > after.count(")", start, stop)):
        stop += 1
    return " " * (len(head) + start) + "^" * max(1, stop - start)


def _alike(one: str, two: str) -> int:
    """The length of the beginning that two texts share."""
    return next((k for k, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


# ---- brief


def _brief(steps: Sequence[Step]) -> list[Step]:
    """Every stretch of equations folded, so that all of them have at most LINES lines."""
    stretches: list[list[Step]] = []
    for before, step in pairwise([None, *steps]):
        assert step is not None
        if _begins(before, step):
            stretches.append([])
        stretches[-1].append(step)
    most = LINES // max(1, len(stretches)) - 1
    return [step for stretch in stretches for step in _folded(stretch, most)]


def _folded(steps: Sequence[Step], most: int) -> list[Step]:
    """Linear steps folded into the step before them; then, if there are still too many, the middle ones into one."""
    kept: list[Step] = []
    for step in steps:
        if step.is_linear and kept and not kept[-1].label:
            kept[-1] = replace(kept[-1], after=step.after)
        else:
            kept.append(step)
    if len(kept) <= most:
        return kept
    head, tail = kept[: most // 2], kept[-(most - most // 2 - 1) :]
    middle = kept[len(head) : len(kept) - len(tail)]
    words = (f"{len(middle)} times",)
    return [*head, replace(middle[0], rule="the same rules", words=words, after=middle[-1].after), *tail]

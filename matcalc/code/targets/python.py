"""What all targets that are Python libraries share: signs, keywords, the layout of a function."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from textwrap import indent
from typing import Any

from matcalc.code.arithmetic import Signs
from matcalc.code.language import Laid, Pieces

WORDS = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins)])

SPOKEN: dict[str, Any] = {
    "title": "Python",
    "size": "{argument}.shape[{axis}]",
    "quotient": "{0} // {1:4}",
    "root": "round(({0})**(1 / {1}))",
    "statement": "{name} = {text}",
    "gap": "\n\n\n",
}


def signs(infinity: str) -> Signs:
    """The signs of Python, where scalars spread by themselves and * is entry by entry."""
    return Signs("+", "-", "*", "/", infinity)


def function(
    imports: Mapping[str, str], prepared: Callable[[Pieces], Pieces] = lambda made: made, parameter: str = ""
) -> Callable[[Pieces], Laid]:
    """The layout: imports (those of a word that is used, the one of "" always), helpers, the function.

    `prepared` may add lines and helpers, `parameter` is one more argument.
    """

    def laid_out(made: Pieces) -> Laid:
        made = prepared(made)
        names = [*made.signature.names.values(), *([parameter] if parameter else [])]
        body = [*made.sizes, *made.lines, f"return {', '.join(made.results)}"]
        lines = [*_documented(made.documentation), *body]
        whole = f"def {made.name}({', '.join(names)}):\n" + indent("\n".join(lines), "    ")
        needed = [line for word, line in imports.items() if not word or uses("\n".join([*made.helpers, *body]), word)]
        return Laid(needed, made.helpers, whole)

    return laid_out


def uses(text: str, word: str) -> bool:
    """Whether `word` stands in the text as a name of its own."""
    return re.search(rf"(?<![.\w]){re.escape(word)}\b", text) is not None


def _documented(lines: Sequence[str]) -> list[str]:
    """The docstring: nothing in it can end it."""
    if not lines:
        return []
    text = [
        line.replace("\\", "\\\\").replace('"', '\\"' if '"""' in line or line.endswith('"') else '"') for line in lines
    ]
    return [f'"""{text[0]}', *text[1:], '"""']

"""docs/lecture.md: where each slide of the lecture is answered, with the command and what it prints.

    python -m tests.lecture_page > docs/lecture.md

`tests/test_seed_checks.py` compares the file with what this program prints.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tests.cli.running import run

HEAD = """\
# The lecture, command by command

Made by `python -m tests.lecture_page > docs/lecture.md`; a test fails when this file is out of date. The lecture is
"recapitulation of gradients knowledge" (A. Binder, SUTD, 2019); its formulas are the tests `tests/test_lecture.py` and
`tests/test_lecture_limits.py`.
"""

SECTIONS = {
    "Limits": [
        'limit "1/n" --delta 0.01',
        'limit "abs(epsilon)/epsilon" --index epsilon --to 0',
    ],
    "Gradient in one dimension": [
        'quotient "a x + b" --wrt x',
        'quotient "abs(x)" --wrt x --at 0',
    ],
    "Directional derivatives and gradient": [
        'diff "g(x)" --wrt x --where "g: R^n -> R; x: n" --show differential',
        'diff "x^T A x" --wrt x',
    ],
    "Directional and partial derivatives": [
        'partial "u^T X v" --wrt X --at i,j --show steps',
        'directional "y^3/(x^2+y^2)" --wrt x,y --at 0,0 --value 0',
    ],
    "Jacobi matrix": [
        'components "f(x, y) = (x^2 y, sin(x))"',
        'diff "A x" --wrt x',
    ],
    "Derivative of a linear function": [
        'diff "A X C" --wrt X --direction V --show steps --detail full',
    ],
    "Chain rule with directional argument, as matrix multiplications": [
        'chain "g(h(x))" --wrt x --where "h: R^k -> R^n; g: R^n -> R; x: k"',
        'chain "||A x - b||_2^2" --wrt x',
    ],
    "Derivative of a bilinear function": [
        'diff "B(a(x), c(x))" --wrt x --where "B: R^m, R^q -> R^p bilinear; a: R^n -> R^m; c: R^n -> R^q; x: n" --show steps',
        'diff "x^T A x" --wrt x --show steps --detail full',
    ],
}  # fmt: skip


def answer(command: str) -> str:
    """What the command prints on stdout."""
    result = run(*shlex.split(command))
    assert result.exit_code == 0, result.stderr
    return result.stdout.rstrip("\n")


def document() -> str:
    """The page."""
    return HEAD + "\n".join(_sections())


def _sections() -> Iterator[str]:
    for title, asked in SECTIONS.items():
        yield f"\n## {title}\n\n```"
        yield "\n\n".join(f"$ matcalc {command}\n{answer(command)}" for command in asked)
        yield "```"
    yield ""


if __name__ == "__main__":
    print(document(), end="")

"""Reading and printing: text to typed syntax tree to algebra, and algebra to text, Unicode and LaTeX.

`misplaced` and `suggestions` are imported when they are first asked for: only refusals need them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcalc.syntax import misplaced as misplaced
    from matcalc.syntax import suggestions as suggestions


def __getattr__(name: str) -> Any:
    if name in ("misplaced", "suggestions"):
        return import_module(f"matcalc.syntax.{name}")
    raise AttributeError(f"module 'matcalc.syntax' has no attribute {name!r}")

"""Python's garbage collector waits while an expression is read, changed or written.

Expressions hold no cycles, and live together: the collector finds nothing in them, however often it walks over all that has been
made so far, and that is half of the time for 100,000 nodes.  What else became garbage meanwhile it finds when the call is over.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def without_collector(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """The function, during whose calls nothing is collected; a collector that was off before stays off.

    >>> without_collector(gc.isenabled)(), gc.isenabled()
    (False, True)
    """

    @wraps(function)
    def held(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        if not gc.isenabled():
            return function(*args, **kwargs)
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            gc.enable()

    return held

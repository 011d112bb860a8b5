"""The value of an index form at given arrays: sums are loops, indices count from 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy

Opaque = dict[str, Callable[[Mapping[str, Any]], Any]]  # name -> its array, from the values of the variables


def value(form: Any, arrays: Mapping[str, Any], integers: Mapping[str, int]) -> float:
    """The number that `form` is; `integers` are dimensions and free indices."""
    if isinstance(form, sympy.Sum):
        name, first, last = form.limits[-1]
        inner = form.func(form.function, *form.limits[:-1]) if len(form.limits) > 1 else form.function
        stop = int(value(last, arrays, integers))
        return sum(value(inner, arrays, {**integers, name.name: k}) for k in range(int(first), stop + 1))
    if isinstance(form, sympy.Indexed):
        return float(arrays[form.base.label.name][tuple(int(value(k, arrays, integers)) - 1 for k in form.indices)])
    if isinstance(form, sympy.Symbol):
        return integers[form.name] if form.name in integers else float(arrays[form.name])
    if not form.args:
        return int(form) if form.is_Integer else float(form)
    parts = [value(part, arrays, integers) for part in form.args]
    return float(form.func(*map(sympy.sympify, parts)))

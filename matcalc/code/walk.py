"""The walk over a program or a form: each part once, what it is made of first, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

Part = TypeVar("Part", bound=Hashable)


def parts_first(roots: Sequence[Part], below: Callable[[Part], Sequence[Part]]) -> Iterator[Part]:
    """All that `roots` are made of, each once, the parts `below` it before it.

    >>> "".join(parts_first("d", {"d": "bc", "c": "a", "b": "a", "a": ""}.__getitem__))
    'abcd'
    """
    seen: set[Part] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        part, done = stack.pop()
        if done:
            yield part
        elif part not in seen:
            seen.add(part)
            stack.append((part, True))
            stack.extend((each, False) for each in reversed(below(part)) if each not in seen)

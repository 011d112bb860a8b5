"""The files that matcalc is made of, and the folder where it remembers what it has worked out from them.

`text("grammar", "expression.lark")` finds a shipped file: beside the package in a wheel, above it in a checkout.
`remember` and `remembered` keep a JSON value in the user's own cache folder, under the source text it was made from.
Nothing here fails for want of a cache: a folder that cannot be written, or belongs to somebody else, or a file that is
damaged, is as good as none.  Only `os` and `json` are imported; every start of the program passes through here.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from typing import Any

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def folder(kind: str) -> str:
    """The folder `grammar` or `rules`: in the package (wheel) or beside it (checkout); FileNotFoundError names both."""
    places = [os.path.join(_PACKAGE, kind), os.path.join(os.path.dirname(_PACKAGE), kind)]
    for place in places:
        if os.path.isdir(place):
            return place
    raise FileNotFoundError(f"matcalc cannot find its folder {kind!r}: neither {places[0]} nor {places[1]} is there")


def text(kind: str, name: str) -> str:
    """The text of one shipped file."""
    with open(os.path.join(folder(kind), name), encoding="utf-8") as file:
        return file.read()


def cache_folder() -> str | None:
    """The user's cache folder of matcalc, mode 0700, made if need be; None if there is no such place that is ours alone."""
    home = os.path.expanduser("~")
    if os.environ.get("XDG_CACHE_HOME"):
        above = os.environ["XDG_CACHE_HOME"]
    elif sys.platform == "win32":
        above = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        above = os.path.join(home, "Library", "Caches")
    else:
        above = os.path.join(home, ".cache")
    if not os.path.isabs(above):
        return None
    place = os.path.join(above, "matcalc")
    try:
        os.makedirs(above, exist_ok=True)
        try:
            os.mkdir(place, 0o700)
        except FileExistsError:
            pass
        status = os.lstat(place)
        if not os.path.isdir(place) or os.path.islink(place):
            return None
        if hasattr(os, "getuid"):
            if status.st_uid != os.getuid():
                return None
            if status.st_mode & 0o077:
                os.chmod(place, 0o700)
    except OSError:
        return None
    return place


def remembered(name: str, source: str) -> Any:
    """The JSON value kept under `name` for exactly this `source` text, or None."""
    place = cache_folder()
    if place is None:
        return None
    try:
        with open(os.path.join(place, _file(name, source)), encoding="utf-8") as file:
            check, _, body = file.read().partition("\n")
        if check != _checksum(body):
            return None
        kept = json.loads(body)
        return kept["value"] if kept["source"] == source else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def remember(name: str, source: str, value: Any) -> None:
    """Keep a JSON `value` under `name` for this `source` text; it appears whole or not at all."""
    place = cache_folder()
    if place is None:
        return
    body = json.dumps({"source": source, "value": value}, ensure_ascii=True, separators=(",", ":"))
    target = os.path.join(place, _file(name, source))
    draft = f"{target}.{os.getpid()}"
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(_checksum(body) + "\n" + body)
        os.replace(draft, target)
    except OSError:
        try:
            os.unlink(draft)
        except OSError:
            pass


def _file(name: str, source: str) -> str:
    # The source stands in the file and is compared, so that two sources with one checksum cost time, never truth.
    return f"{name}-{_checksum(source)}.json"


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode('utf-8', 'surrogatepass')):08x}"

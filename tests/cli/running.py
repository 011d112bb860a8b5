"""Commands run for the tests: in this process, and as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

from click.testing import CliRunner, Result

from matcalc.cli import commands

MATCALC = str(Path(sysconfig.get_path("scripts")) / "matcalc")


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    """One command in this process; whatever is no clean exit is raised here."""
    result = CliRunner().invoke(commands, arguments, input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def process(
    *arguments: str, stdin: bytes = b"", program: tuple[str, ...] = (MATCALC,), **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """One command as a process of its own."""
    return subprocess.run(
        [*program, *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )

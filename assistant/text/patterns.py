"""Regular expressions that are compiled when they are first used.

Compiling the patterns of all modules takes a fifth of a second, and a question on the command line uses
a third of them. ``re`` cannot keep a compiled pattern between two runs of a program.
"""

from __future__ import annotations

import re
from typing import Any, cast

_NAMES = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _Late:
    """Stands for a pattern. Its methods become those of the compiled one with the first use of any."""

    def __init__(self, pattern: str, flags: int | re.RegexFlag) -> None:
        self._written = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._written)
        for method in _NAMES:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy_pattern(written: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """Like ``re.compile`` for a pattern kept by a module; a wrong one is told with its first use.

    It is no instance of ``re.Pattern``: call its methods, do not hand it to functions of ``re``.
    """
    return cast("re.Pattern[str]", _Late(written, flags))

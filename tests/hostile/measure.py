"""How much time and memory each file of the table takes in a child of its own.

``python -m tests.hostile.measure [NAME ...]`` prints one line a file and the worst of all.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from assistant.ingest import Limits, SourceFile
from assistant.ingest.registry import loader_name_for
from assistant.ingest.sandbox import Sandbox
from assistant.types import Article
from tests.hostile.table import CASES, HEAVY


def main(names: list[str]) -> None:
    worst_seconds, worst_bytes, count = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for case in (*CASES, *HEAVY):
            path = Path(folder) / case.name
            loader = loader_name_for(path)
            if loader is None or (names and case.name not in names):
                continue
            data = case.make()
            limits = Limits()
            with Sandbox(limits) as sandbox:
                started = time.perf_counter()
                found = (
                    sandbox.load(loader, SourceFile(path, path.parent), data)
                    if len(data) < limits.max_file_bytes
                    else []
                )
                seconds = time.perf_counter() - started
                peak = sandbox.last_usage.peak_bytes if sandbox.last_usage else 0  # 0: ended before it could say
            count += 1
            worst_seconds, worst_bytes = max(worst_seconds, seconds), max(worst_bytes, peak)
            what = "; ".join("article" if isinstance(item, Article) else item.reason[:90] for item in found[:2])
            sys.stdout.write(f"{case.name:28} {seconds:6.2f} s {peak / 2**20:6.0f} MB  {len(data):>10,} B  {what}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} files: at most {worst_seconds:.1f} s and {worst_bytes / 2**20:.0f} MB\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Takes from a process what parsing does not need: memory without end, files, the network, other processes.

Two fences. The kernel's limits hold for everything, parsers in C too. The audit hook holds for Python code:
a loader, or a library it uses, that follows an address or a path it found in a file is stopped by name.
"""

from __future__ import annotations

import os
import sys
from typing import Any

if sys.platform != "win32":
    import resource

_READABLE_BESIDE_PYTHON = ("/usr/", "/lib", "/etc/localtime", "/etc/mime.types", "/dev/null", "/dev/urandom", "/proc/")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
_FORBIDDEN = frozenset(
    """
    socket.connect socket.bind socket.getaddrinfo socket.gethostbyname socket.sendto socket.sendmsg
    subprocess.Popen os.system os.exec os.posix_spawn os.spawn os.fork os.forkpty os.kill os.startfile pty.spawn
    os.remove os.rename os.rmdir os.mkdir os.symlink os.link os.chmod os.chown os.truncate os.utime os.chdir
    os.putenv os.listdir os.scandir os.walk shutil.rmtree shutil.move shutil.copyfile shutil.copytree
    tempfile.mkstemp tempfile.mkdtemp webbrowser.open urllib.Request http.client.connect ftplib.connect
    smtplib.connect sqlite3.connect
    """.split()
)
_LISTS = frozenset({"os.listdir", "os.scandir", "os.walk"})


def limit_memory(most_bytes: int) -> None:
    """Let the process have this much address space, write no file and leave no core dump (POSIX)."""
    if sys.platform == "win32":
        return
    for what, most in (
        (resource.RLIMIT_AS, most_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):  # macOS has no limit of address space
            continue


def limit_cpu(more_seconds: float) -> None:
    """Let the process run this much longer. The parent counts too: this is for when it is gone."""
    if sys.platform == "win32":
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + more_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def peak_bytes() -> int:
    """Most memory the process ever had in use; 0 where the system does not say."""
    try:
        with open("/proc/self/status", "rb") as status:
            # Not ru_maxrss where this is there: that counts what the parent had when it started us.
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(b"VmHWM:")), 0)
    except OSError:
        pass
    if sys.platform == "win32":
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def forbid_side_effects() -> None:
    """From here on Python code may read Python's own files, and nothing else. Cannot be undone."""
    own = tuple(
        os.path.realpath(path).rstrip(os.sep) + os.sep
        for path in {*sys.path, sys.prefix, sys.base_prefix, sys.exec_prefix}
        if path
    )
    readable = (*own, *_READABLE_BESIDE_PYTHON)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, int):
                return
            if (isinstance(flags, int) and flags & _WRITING) or (isinstance(mode, str) and set(mode) & set("wax+")):
                raise PermissionError("a file being parsed asked for a file to be written")
            if not os.path.realpath(os.fsdecode(path)).startswith(readable):
                raise PermissionError("a file being parsed asked for another file")
        elif event in _FORBIDDEN:
            if event in _LISTS and _is_own(arguments, own):
                return  # the import system looks into its folders
            raise PermissionError(f"a file being parsed asked for {event}")

    sys.addaudithook(watch)


def _is_own(arguments: tuple[Any, ...], own: tuple[str, ...]) -> bool:
    folder = arguments[0] if arguments else None
    if not isinstance(folder, str | bytes | os.PathLike):
        return False
    return (os.path.realpath(os.fsdecode(folder)).rstrip(os.sep) + os.sep).startswith(own)

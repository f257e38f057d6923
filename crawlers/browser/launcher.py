"""Becomes Chromium, shut in: `python launcher.py PID_FILE PROGRAM ARGUMENT...`.

The process, and all that it starts, has no sockets but local ones: whatever runs in the browser,
no packet leaves it. (Chromium's switches alone let WebRTC send UDP past every proxy.) It ends with
the process that started it, and is the first to go when the machine runs out of memory.
Sources: seccomp(2), prctl(2), linux/filter.h, linux/audit.h.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

MACHINES = {"x86_64": (0xC000_003E, 41), "aarch64": (0xC000_00B7, 198)}
"""A machine's audit number, and the number of its system call `socket`."""

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF, of 32-bit words
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # in struct seccomp_data
_KILL, _REFUSE, _ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000
_OTHER_ABI = 0x4000_0000  # x32, whose calls have other numbers
_IO_URING_SETUP = 425  # which opens sockets without `socket`
_AF_UNIX = 1
_EACCES, _ENOSYS = 13, 38
_KILLED_FIRST = 800


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("start", ctypes.POINTER(_Instruction)))


def _filter(machine: str) -> ctypes.Array[_Instruction]:
    """Return the rules: every system call but sockets that aren't local."""
    audit, socket = MACHINES[machine]
    rules = (
        (_LOAD, 0, 0, _MACHINE_AT),
        (_IF_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_AT_LEAST, 0, 1, _OTHER_ABI),
        (_RETURN, 0, 0, _KILL),
        (_IF_EQUAL, 0, 1, _IO_URING_SETUP),
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
        (_IF_EQUAL, 0, 3, socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_IF_EQUAL, 1, 0, _AF_UNIX),
        (_RETURN, 0, 0, _REFUSE | _EACCES),
        (_RETURN, 0, 0, _ALLOW),
    )
    return (_Instruction * len(rules))(*(_Instruction(*rule) for rule in rules))


def shut_in() -> None:
    """Take the network from this process for good. Raises `OSError` when the kernel won't."""
    rules = _filter(platform.machine())
    program = _Program(len(rules), rules)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def _prctl(option: int, first: int, second: int = 0) -> None:
    call = ctypes.CDLL(None, use_errno=True).prctl
    call.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if call(option, first, second, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")


def main() -> None:
    """Become the program."""
    pid_file, *command = sys.argv[1:]
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    Path(pid_file).write_text(str(os.getpid()), "ascii")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # some containers don't let it
        Path("/proc/self/oom_score_adj").write_text(str(_KILLED_FIRST), "ascii")
    shut_in()
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main()

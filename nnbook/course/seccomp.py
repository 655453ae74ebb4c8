"""The filter of system calls that the sandbox lays over a submission (Linux).

The kernel runs a small program before each system call. This one lets NumPy work and
refuses what makes a tree of processes, memory that no limit counts, or a way to the
network: a submission is one process, so what limits a process limits all of it.
"""

from __future__ import annotations

import platform
import struct

__all__ = ["program"]

# Of the classic Berkeley packet filter: load a word, jump if equal, at least or set.
_LOAD, _EQUAL, _AT_LEAST, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE, _NO_PERMISSION, _NO_SUCH_CALL = 0x00050000, 1, 38

# Where struct seccomp_data has the call's number, the machine, the first argument.
_NUMBER, _MACHINE, _FIRST = 0, 4, 16

_THREAD = 0x00010000  # CLONE_THREAD: a thread of this process, not another process
_LOCAL = 1  # AF_UNIX

# (x86_64, aarch64); None where the machine has no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # Other processes
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    # Memory that belongs to nobody's account
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # Other name spaces, and the ways into the kernel that need no name
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_SOCKET = (41, 198)
#: The numbers that machines have in the kernel's audit, and their column above.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_X32 = 0x40000000  # the first number of x86_64's second table


def program(machine: str | None = None) -> bytes:
    """Give the filter as the kernel takes it.

    Parameters
    ----------
    machine : str, optional
        As `platform.machine` names it; by default this one.

    Returns
    -------
    bytes
        Instructions of eight bytes.

    Raises
    ------
    ValueError
        If the numbers of that machine's system calls are not in the table.
    """
    machine = platform.machine() if machine is None else machine
    if machine not in _MACHINES:
        raise ValueError(
            f"machine must be one of {', '.join(_MACHINES)}, got {machine!r}: the "
            "numbers of its system calls are unknown here"
        )
    audit, column = _MACHINES[machine]
    code = [
        _step(_LOAD, _MACHINE),
        _step(_EQUAL, audit, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        code += [_step(_AT_LEAST, _X32, 0, 1), _refuse(_NO_PERMISSION)]
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None:
            code += [_step(_EQUAL, number, 0, 1), _refuse(_NO_PERMISSION)]
    # With "no such call", the C library falls back to `clone`, whose argument is
    # here to be seen.
    code += [_step(_EQUAL, _CLONE3[column], 0, 1), _refuse(_NO_SUCH_CALL)]
    code += [
        _step(_EQUAL, _CLONE[column], 0, 4),
        _step(_LOAD, _FIRST),
        _step(_SET, _THREAD, 0, 1),
        _step(_RETURN, _ALLOW),
        _refuse(_NO_PERMISSION),
        _step(_EQUAL, _SOCKET[column], 0, 3),
        _step(_LOAD, _FIRST),
        _step(_EQUAL, _LOCAL, 1, 0),
        _refuse(_NO_PERMISSION),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(code)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(error: int) -> bytes:
    return _step(_RETURN, _REFUSE | error)

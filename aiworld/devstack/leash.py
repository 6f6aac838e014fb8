"""Becomes another program that ends when its parent does, however that parent ends.

Run as a file, without the project: python -I -S leash.py PARENT SIGNAL UID:GID PROGRAM ARGUMENT...
The account is changed here and not by `subprocess`, since the other account may be unable to reach
this interpreter; and before the death signal is set, since the kernel forgets it at that change.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(parent: str, signal: str, account: str, program: str, *arguments: str) -> None:
    if account != "-":
        uid, gid = account.split(":")
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execvp(program, [program, *arguments])


if __name__ == "__main__":
    main(*sys.argv[1:])

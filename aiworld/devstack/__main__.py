import argparse
import signal
import sys

from aiworld.devstack import alone, environment, lock, stack, throwaway
from aiworld.devstack.account import unprivileged
from aiworld.devstack.errors import StackError
from aiworld.devstack.folders import prepare


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m aiworld.devstack")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("up", help="start everything and run until Ctrl-C")
    run = verbs.add_parser("run", help="run a command with throw-away services: run -- COMMAND")
    run.add_argument("command", nargs="+")
    beside = verbs.add_parser(
        "with", help="run a command with the stack's services: with -- COMMAND"
    )
    beside.add_argument("command", nargs="+")
    verbs.add_parser("erase", help="delete the data folder and all that belongs to it")
    arguments = parser.parse_args()
    try:
        if arguments.verb == "up":
            return stack.up()
        if arguments.verb == "run":
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
            return throwaway.run(arguments.command)
        if arguments.verb == "with":
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
            return alone.run(arguments.command)
        return erase()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def erase() -> int:
    folders = prepare(environment.data_folder(environment.given()), unprivileged())
    with lock.held(folders.lock):
        folders.remove()
    print(f"{folders.data} is gone.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m grpc_api.mailbox`: the bridge on the game's machine, without the rest of the platform.
It needs grpcio, protobuf, googleapis-common-protos and PyMySQL."""

from __future__ import annotations

import sys

from grpc_api.mailbox.serving import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

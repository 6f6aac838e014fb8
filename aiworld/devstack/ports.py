import socket

import psutil

from aiworld.devstack.errors import StackError


def require_free(name: str, host: str, port: str) -> None:
    """Raises StackError if the address cannot be listened on; `name` is the port's variable."""
    try:
        addresses = socket.getaddrinfo(
            host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (socket.gaierror, ValueError, OverflowError) as error:
        raise StackError(f"{host}:{port} is no address to listen on ({error}).") from error
    family, kind, protocol, _, address = addresses[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise StackError(
                f"Port {port} is taken{_by_whom(int(port))} ({error.strerror}). "
                f"Stop that, or choose another: {name}={int(port) + 10} make up"
            ) from error


def _by_whom(port: int) -> str:
    try:
        listening = [
            connection.pid
            for connection in psutil.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        ]
        pid = next((pid for pid in listening if pid), None)
        return f" by {psutil.Process(pid).name()} (process {pid})" if pid else ""
    except psutil.Error:
        return ""

"""`manage.py certificates`: an authority of one's own, and what it signs for the game's door."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aiworld.errors import Invalid
from aiworld.settings.env import DATA_DIR
from grpc_api.tls import authority, revoking
from grpc_api.tls.files import Folder, certificates

THERE = (
    "an authority is there already. --renew makes the next one, and both are trusted until --retire"
)
FOR_SERVER = """\
Settings of the gRPC server; it takes later versions of these files by itself:
  GRPC_TLS_CERT={certificate}
  GRPC_TLS_KEY={key}
and, if map-servers have to show a certificate too:
  GRPC_TLS_CLIENT_CA={bundle}
  GRPC_TLS_CRL={revocations}
"""
FOR_CLIENT = """\
Carry these three to the map-server (the key is secret), and say where they are in
conf/import/ai_sidecar.conf:
  ai_sidecar_tls_enabled: yes
  ai_sidecar_tls_ca_cert: {bundle}
  ai_sidecar_tls_client_cert: {certificate}
  ai_sidecar_tls_client_key: {key}
"""
AT_ONCE = """\
A gRPC server with GRPC_TLS_CRL={revocations} refuses them a second
later (elsewhere: copy the file over). What a thief has of the API key is still good from another
machine: revoke that in the portal."""


class Command(BaseCommand):
    help = "Make certificates for TLS and mutual TLS of gRPC (P-256, names in the SAN)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=DATA_DIR / "tls")
        kinds = parser.add_subparsers(dest="kind", required=True)
        made = kinds.add_parser("authority", help="what signs the others")
        made.add_argument("--days", type=int, default=3650)
        made.add_argument("--renew", action="store_true", help="the next one; both are trusted")
        made.add_argument("--retire", action="store_true", help="trust only the one that signs")
        server = kinds.add_parser("server", help="for the gRPC server")
        server.add_argument("names", nargs="+", help="host names and addresses it is known by")
        server.add_argument("--days", type=int, default=365)
        client = kinds.add_parser("client", help="for the map-server of a game server")
        client.add_argument("names", nargs="+", metavar="server_id", help="server-...")
        client.add_argument("--days", type=int, default=365)
        gone = kinds.add_parser("revoke", help="a map-server's, from now on")
        gone.add_argument("which", nargs="+", help="server-..., a certificate's file or its serial")
        kinds.add_parser("list", help="what was issued here, and what of it was revoked")
        shown = kinds.add_parser("show", help="what is in files, and until when it counts")
        shown.add_argument("files", nargs="+", type=Path)

    def handle(self, *args: Any, kind: str, folder: Path, **options: Any) -> None:
        if options.get("days", 1) < 1:
            raise CommandError("--days: a certificate for less than a day would never count")
        try:
            getattr(self, f"_{kind}")(Folder(folder.absolute()), options)
        except Invalid as error:
            raise CommandError(error.message) from None

    def _authority(self, folder: Folder, options: dict[str, Any]) -> None:
        if options["retire"]:
            folder.keep_authority(folder.authority())
            revoking.sign_again(folder)
        elif folder.bundle.exists():
            if not options["renew"]:
                raise CommandError(THERE)
            made = authority.make_authority(days=options["days"])
            folder.keep_authority(made, former=folder.trusted())
            revoking.sign_again(folder)
        else:
            folder.keep_authority(authority.make_authority(days=options["days"]))
            revoking.sign_again(folder)
        self._tell(folder.bundle)
        self.stdout.write(f"{folder.key} signs: keep it where no process of the platform reads it.")

    def _server(self, folder: Folder, options: dict[str, Any]) -> None:
        made = authority.issue_server(folder.authority(), options["names"], days=options["days"])
        certificate, key = folder.keep("server", made)
        self._tell(certificate)
        words = FOR_SERVER.format(
            certificate=certificate, key=key, bundle=folder.bundle, revocations=folder.revocations
        )
        self.stdout.write(words)

    def _client(self, folder: Folder, options: dict[str, Any]) -> None:
        names = options["names"]
        made = authority.issue_client(folder.authority(), names, days=options["days"])
        certificate, key = folder.keep(f"clients/{names[0]}", made)
        self._tell(certificate)
        words = FOR_CLIENT.format(certificate=certificate, key=key, bundle=folder.bundle)
        self.stdout.write(words)

    def _revoke(self, folder: Folder, options: dict[str, Any]) -> None:
        for each in revoking.revoke(folder, options["which"]):
            self.stdout.write(f"revoked: {each}")
        self.stdout.write(AT_ONCE.format(revocations=folder.revocations))

    def _list(self, folder: Folder, options: dict[str, Any]) -> None:
        for line in revoking.overview(folder):
            self.stdout.write(line)

    def _show(self, folder: Folder, options: dict[str, Any]) -> None:
        for path in options["files"]:
            self._tell(path)

    def _tell(self, path: Path) -> None:
        try:
            pem = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from None
        for each in certificates(pem, path):
            days = (each.not_valid_after_utc - datetime.now(UTC)).days
            until = f"until {each.not_valid_after_utc:%Y-%m-%d}, {days} days"
            self.stdout.write(
                f"{path}: {each.subject.rfc4514_string()}, {until}{revoking.names(each)}"
            )

"""Cache keys that carry the server. The schema's name is generated ([a-z0-9_]), so a key cannot be
made to look like another server's."""

from tenants.current import current


def make_key(key: str, key_prefix: str, version: int) -> str:
    return f"{current.get().schema_name}:{key_prefix}:{version}:{key}"


def reverse_key(key: str) -> str:
    return key.split(":", 3)[3]

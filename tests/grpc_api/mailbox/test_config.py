"""mailbox.conf."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from grpc_api.mailbox.config import ConfigError, read

EXAMPLE = Path(__file__).parents[3] / "clients/rathena/tier0/mailbox.conf"
LEAST = "[server midgard]\ndatabase = ragnarok\nuser = bridge\n"


def written(folder, text):
    file = folder / "mailbox.conf"
    file.write_text(text)
    return file


def test_the_example_is_whole(tmp_path):
    found = read(EXAMPLE, {"MAILBOX_MYSQL_PASSWORD": "hush", "MAILBOX_API_KEY": "sk-1-2"})
    assert found.platform.endpoint == "127.0.0.1:50051" and not found.platform.tls
    [world] = found.worlds
    assert (world.name, world.password, world.api_key) == ("ragnarok", "hush", "sk-1-2")


def test_several_game_servers_with_secrets_in_files(tmp_path):
    (tmp_path / "key").write_text("sk-a-b\n")
    (tmp_path / "ca.pem").write_text("-")
    text = "[platform]\nendpoint = ai.example.org:443\ntls = yes\nca_cert = ca.pem\n"
    for name in ("midgard", "niflheim"):
        text += (
            f"[server {name}]\ndatabase = {name}\nuser = bridge\npassword = p%w\n"
            "api_key_file = key\nin_flight = 8\nregister_npcs = no\n"
        )
    found = read(written(tmp_path, text))
    assert found.platform.tls and found.platform.ca_cert == tmp_path / "ca.pem"
    assert [one.database for one in found.worlds] == ["midgard", "niflheim"]
    assert all(one.api_key == "sk-a-b" and one.password == "p%w" for one in found.worlds)
    assert not found.worlds[0].register_npcs and found.worlds[0].in_flight == 8


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "names no"),
        (LEAST + "password = a\napi_key = c\nworld = weather, dragons\n", "not 'dragons'"),
        ("[sever a]\n", "neither"),
        ("[server a]\nuser = b\npassword = c\napi_key = d\n", "needs database"),
        (LEAST + "password = a\n", "needs one of api_key"),
        (LEAST + "password = a\npassword_env = B\napi_key = c\n", "needs one of password"),
        (LEAST + "password_env = NOT_SET\napi_key = c\n", "is empty"),
        (LEAST + "password_file = nowhere\napi_key = c\n", "no such file"),
        (LEAST + "password = a\napi_key = c\nport = 99999\n", "port is a number"),
        (LEAST + "password = a\napi_key = c\nregister_npcs = maybe\n", "yes or no"),
        (LEAST + "password = a\napi_key = c\npasword = d\n", "unknown keys: pasword"),
        ("[platform]\nca_cert = x\n" + LEAST + "password = a\napi_key = c\n", "no such file"),
        ("not ini", "no section headers"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, words):
    with pytest.raises(ConfigError, match=words):
        read(written(tmp_path, text), {})


def test_secrets_are_not_shown():
    found = read(EXAMPLE, {"MAILBOX_MYSQL_PASSWORD": "hush", "MAILBOX_API_KEY": "sk-1-2"})
    assert "hush" not in repr(found) and "sk-1-2" not in repr(found)


def test_the_command_checks_a_configuration(tmp_path, capsys):
    file = written(tmp_path, LEAST + "password = a\napi_key = b\n")
    call_command("mailbox_bridge", config=file, check=True)
    assert "1 game server" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not usable"):
        call_command("mailbox_bridge", config=tmp_path / "none", check=True)

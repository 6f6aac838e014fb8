"""Which addresses may be asked. Every form that has ever led somebody inside is refused."""

from __future__ import annotations

import ipaddress

import pytest

from aiworld.egress import allowed, judged, target
from aiworld.errors import Invalid

INSIDE = ["ollama.lan:11434", "127.0.0.1:8000", "[::1]:8000", "LLM.internal:443"]

GOOD = [
    ("https://api.deepseek.com", "https://api.deepseek.com"),
    ("https://api.openai.com/v1", "https://api.openai.com/v1"),
    ("  HTTPS://API.OpenAI.com/v1/  ", "https://api.openai.com/v1"),
    ("https://openrouter.ai:443/api/v1", "https://openrouter.ai/api/v1"),
    ("https://llm.example.com:8443/V1", "https://llm.example.com:8443/V1"),
    ("https://api.example.com./v1", "https://api.example.com/v1"),
    ("https://xn--bcher-kva.example/v1", "https://xn--bcher-kva.example/v1"),
    ("https://8.8.8.8/v1", "https://8.8.8.8/v1"),
    ("https://[2606:4700:4700::1111]/v1", "https://[2606:4700:4700::1111]/v1"),
]

BAD = [
    # no TLS, other schemes
    "http://api.openai.com/v1", "ftp://api.openai.com", "file:///etc/passwd", "gopher://x.com/_",
    "//api.openai.com", "api.openai.com", "javascript:alert(1)", "", "https://", "https:///v1",
    "https:api.openai.com",
    # loopback and nobody, in every spelling
    "https://localhost/v1", "https://localhost.", "https://x.localhost", "https://127.0.0.1/v1",
    "https://127.1", "https://127.0.1", "https://2130706433", "https://0177.0.0.1",
    "https://0x7f.0.0.1", "https://0x7f000001", "https://017700000001", "https://127.0.0.01",
    "https://0", "https://0.0.0.0", "https://127.0.0.1.", "https://①②⑦.⓪.⓪.①",
    "https://[::1]/v1", "https://[::]/v1", "https://[0:0:0:0:0:0:0:1]",
    # private, link-local, carrier-grade NAT, metadata
    "https://10.0.0.1", "https://172.16.0.1", "https://172.31.255.254", "https://192.168.1.1",
    "https://169.254.169.254/latest/meta-data", "https://100.64.0.1", "https://100.100.100.200",
    "https://168.63.129.16", "https://metadata.google.internal", "https://metadata",
    "https://192.0.0.192", "https://198.18.0.1", "https://224.0.0.1", "https://255.255.255.255",
    "https://192.0.2.1", "https://240.0.0.1",
    # the same inside IPv6
    "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]", "https://[::ffff:8.8.8.8]",
    "https://[::127.0.0.1]", "https://[64:ff9b::7f00:1]", "https://[64:ff9b:1::a00:1]",
    "https://[2002:7f00:1::]", "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "https://[fd00::1]", "https://[fc00::1]", "https://[fe80::1]", "https://[fe80::1%25eth0]",
    "https://[fec0::1]", "https://[ff02::1]", "https://[fd00:ec2::254]", "https://[2001:db8::1]",
    "https://[100::1]",
    # what parsers read differently
    "https://user@api.openai.com", "https://api.openai.com@127.0.0.1", "https://a:b@c.com",
    "https://api.openai.com#@127.0.0.1", "https://api.openai.com?x=1", "https://api.openai.com#f",
    "https://api.openai.com\\@127.0.0.1", "https://127.0.0.1\\.openai.com",
    "https://api.openai.com\n.evil.com", "https://api.openai.com\t/v1", "https://api openai.com",
    "https://api.openai.com\0.evil.com", "https://%6cocalhost", "https://127%2e0.0.1",
    "https://ａpi.openai.com", "https://api。openai.com", "https://\u212aexample.com",
    "https://api.openai.com/../x", "https://api.openai.com/v1/./x", "https://a.com/%2e%2e/x",
    "https://a..b.com", "https://-a.com", "https://a_b.com", "https://[::1", "https://::1]",
    "https://[1.2.3.4]", "https://[zz::1]",
    # ports
    "https://api.openai.com:22", "https://api.openai.com:80", "https://api.openai.com:0",
    "https://api.openai.com:65536", "https://api.openai.com:-1", "https://api.openai.com:4 43",
    "https://api.openai.com:", "https://api.openai.com:443:443",
    # names of a network of one's own, and too much of anything
    "https://intranet/v1", "https://nas.local", "https://gitlab.corp", "https://pi.home.arpa",
    "https://1.2.3", "https://1.2.3.4.5", "https://999.1.1.1", "https://example.0x7f",
    "https://" + "a" * 64 + ".com", "https://a.com/" + "x" * 200,
]  # fmt: skip


@pytest.mark.parametrize("url, written", GOOD)
def test_a_public_address_is_taken(url, written):
    assert target(url).url == written


@pytest.mark.parametrize("url", BAD)
def test_anything_else_is_refused_with_words(url):
    with pytest.raises(Invalid) as caught:
        target(url)
    assert caught.value.field == "base_url" and caught.value.message


def test_the_table_is_long_enough():
    assert len(BAD) == len(set(BAD)) >= 100


class TestTheOperatorsOwnHosts:
    @pytest.mark.parametrize(
        "url",
        [
            "http://ollama.lan:11434/v1",
            "http://127.0.0.1:8000/v1",
            "http://[::1]:8000/v1",
            "https://llm.internal/v1",
            "http://OLLAMA.lan:11434",
        ],
    )
    def test_may_be_private_and_without_tls(self, url):
        assert target(url, private_hosts=INSIDE).private

    @pytest.mark.parametrize(
        "url",
        [
            "http://ollama.lan/v1",
            "http://ollama.lan:22",
            "http://127.0.0.1:8001/v1",
            "http://127.1:8000",
            "http://x.ollama.lan:11434",
            "http://ollama.lan.evil.com:11434",
            "http://ollama.lan:11434@evil.com/",
            "http://llm.internal:443/v1/../x",
        ],
    )
    def test_and_nothing_beside_them(self, url):
        with pytest.raises(Invalid):
            target(url, private_hosts=INSIDE)

    def test_lead_into_the_private_network_but_never_to_metadata(self):
        inside = target("http://ollama.lan:11434", private_hosts=INSIDE)
        assert judged(inside, ["10.1.2.3"]) == "10.1.2.3"
        assert judged(inside, ["127.0.0.1"]) == "127.0.0.1"
        for address in ("169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254", "0.0.0.0"):
            with pytest.raises(Invalid):
                judged(inside, [address])


class TestWhatANameLeadsTo:
    public = target("https://api.example.com/v1")

    def test_ipv4_is_asked_first(self):
        assert judged(self.public, ["2606:4700::1111", "8.8.8.8"]) == "8.8.8.8"

    @pytest.mark.parametrize(
        "addresses",
        [
            [],
            ["127.0.0.1"],
            ["8.8.8.8", "10.0.0.1"],
            ["8.8.8.8", "::1"],
            ["::ffff:10.0.0.1"],
            ["64:ff9b::a00:1"],
            ["fe80::1%eth0"],
        ],
    )
    def test_one_that_is_not_public_is_enough_to_refuse(self, addresses):
        with pytest.raises(Invalid):
            judged(self.public, addresses)


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/8", "64:ff9b::/96",
        "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "ff00::/8",
    ],
)  # fmt: skip
def test_no_special_network_is_public(network):
    network = ipaddress.ip_network(network)
    for address in (network[0], network[1], network[-1]):
        assert not allowed(address)

"""What the product is made of is listed, and nothing under a licence that nobody looked at."""

import json
import re
from io import StringIO

from django.core.management import call_command

from aiworld.materials import PINS, UNKNOWN, packages

FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python|Mozilla Public License 2\.0|MPL-2\.0|LGPL-3\.0|Lesser General|"
    r"Zope|ZPL|HPND|CC0|Unlicense|0BSD|Zlib",
    re.IGNORECASE,
)


def test_every_pinned_package_is_listed_with_version_and_checksums():
    found = packages()
    pinned = {
        line.split("==")[0].split("[")[0] for line in PINS.read_text().splitlines() if "==" in line
    }
    assert {each.name for each in found} == {name for name in pinned if not name.startswith(" ")}
    assert all(each.version and each.hashes for each in found)


def test_the_bill_is_cyclonedx():
    said = StringIO()
    call_command("sbom", stdout=said)
    told = json.loads(said.getvalue())
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    refs = [each["bom-ref"] for each in told["components"]]
    assert "pkg:pypi/django@" in " ".join(refs) and len(refs) == len(packages())
    assert told["dependencies"] == [{"ref": "aiworld", "dependsOn": refs}]


def test_every_licence_is_one_that_was_looked_at():
    strange = {
        each.name: each.licence
        for each in packages()
        if each.licence != UNKNOWN and not FREE.search(each.licence)
    }
    assert strange == {}


def test_the_licences_are_listed_for_people():
    said = StringIO()
    call_command("sbom", "--licences", stdout=said)
    assert re.search(r"Apache\S*.* grpcio 1\.", said.getvalue())

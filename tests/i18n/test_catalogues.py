"""Every text of ours in every language that has a catalogue."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils.translation import to_locale

from aiworld import catalogues

THERE = sorted(path.parents[1].name for path in catalogues.LOCALE.glob("*/LC_MESSAGES/django.po"))


def test_the_catalogues_are_those_of_the_languages_offered():
    offered = {to_locale(code) for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    assert offered == set(catalogues.LANGUAGES)
    assert set(THERE) <= offered


@pytest.mark.parametrize("language", THERE)
def test_a_language_has_every_text_whole(language):
    path = catalogues.LOCALE / language / "LC_MESSAGES" / "django.po"
    found = list(catalogues.complaints(catalogues.read(path, language), catalogues.collect()))
    assert not found, f"{len(found)} in {language}: make messages, then translate\n" + "\n".join(
        found
    )


@pytest.fixture
def project(tmp_path):
    (tmp_path / "portal").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "portal" / "pages.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        'A = _("Save")\nB = ngettext("%(n)d key", "%(n)d keys", 2)\nC = pgettext("month", "May")\n'
        'D = _(A)\nE = "Not shown"\nF = _(B["key"])\n'
    )
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}<p class="a">\n  {% translate "Hello" %}\n'
        "    {% blocktranslate with name=x %}I am <b>{{ name }}</b>{% endblocktranslate %}</p>\n"
        '{# {% translate "Commented out" %} #}{% translate variable %}'
    )
    return tmp_path


def test_texts_are_found_in_code_and_pages(project):
    found = {(each.id, each.context) for each in catalogues.collect(project) if each.id}
    assert found == {
        ("Save", None),
        (("%(n)d key", "%(n)d keys"), None),
        ("May", "month"),
        ("Hello", None),
        ("I am <b>%(name)s</b>", None),
    }


def spanish(project):
    """What `make messages` writes, filled in."""
    catalogues.update(project)
    path = project / "locale" / "es" / "LC_MESSAGES" / "django.po"
    catalog = catalogues.read(path, "es")
    catalog.get("Save").string = "Guardar"
    catalog.get("%(n)d key").string = ("%(n)d clave", "%(n)d claves")
    catalog.get("May", "month").string = "mayo"
    catalog.get("Hello").string = "Hola"
    catalog.get("I am <b>%(name)s</b>").string = "Soy <b>%(name)s</b>"
    return catalog


def test_a_whole_catalogue_has_no_complaint(project):
    assert not list(catalogues.complaints(spanish(project), catalogues.collect(project)))


@pytest.mark.parametrize(
    ("text", "string", "complaint"),
    [
        ("Hello", "", "missing"),
        ("I am <b>%(name)s</b>", "Soy <b>alguien</b>", "placeholder left out"),
        ("I am <b>%(name)s</b>", "Soy <b>%(nombre)s</b>", "placeholder that"),
        ("I am <b>%(name)s</b>", "Soy %(name)s", "other tags"),
        ("%(n)d key", ("%(n)d clave", ""), "missing"),
        ("%(n)d key", ("%(n)d clave", "claves"), "placeholder left out"),
    ],
)
def test_what_a_reader_would_miss_is_found(project, text, string, complaint):
    catalog = spanish(project)
    catalog.get(text).string = string
    found = list(catalogues.complaints(catalog, catalogues.collect(project)))
    assert found and all(repr(text) in each for each in found)
    assert any(each.startswith(complaint) for each in found)


def test_a_guess_of_the_merge_is_no_translation(project):
    catalog = spanish(project)
    catalog.get("Hello").flags.add("fuzzy")
    assert list(catalogues.complaints(catalog, catalogues.collect(project))) == ["fuzzy: 'Hello'"]


def test_a_text_nobody_knows_is_missing(project):
    empty = Catalog(locale="es")
    assert len(list(catalogues.complaints(empty, catalogues.collect(project)))) == 5


def test_a_catalogue_is_compiled_for_django(project):
    catalogues.update(project)
    catalogues.compile_all(project)
    made = sorted(Path(project).glob("locale/*/LC_MESSAGES/django.mo"))
    assert [each.parents[1].name for each in made] == sorted(catalogues.LANGUAGES)

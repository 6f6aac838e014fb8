"""Characters as files for the browser."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from aiworld.errors import Invalid
from npcs.exchange import files, uploads
from npcs.exchange.applying import sheets_of
from npcs.exchange.sheets import MAX_NPCS
from npcs.exporting import FOLDER, export, zipped
from npcs.scripts.writing import HOOKS, Hook
from tenants.context import tenant


def download(form: str, chosen: dict[str, str]) -> HttpResponse:
    """Raises Invalid where no NPC or too many fit."""
    return _scripts(form, chosen) if form in HOOKS else _file(form, chosen)  # type: ignore[arg-type]


def _file(form: files.Format, chosen: dict[str, str]) -> HttpResponse:
    found = sheets_of(uploads.chosen_npcs(**chosen)[: MAX_NPCS + 1])
    if not 0 < len(found) <= MAX_NPCS:
        raise Invalid(
            gettext("%(found)s NPCs fit; a file holds 1 to %(most)d.")
            % {"found": "0" if not found else f"> {MAX_NPCS}", "most": MAX_NPCS}
        )
    kind, ending = files.MEDIA[form]
    name = re.sub(r"\W+", "-", found[0].name or "npc") if len(found) == 1 else "npcs"
    response = HttpResponse(files.write(found, form, now=timezone.now()), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{quote(name)}.{ending}"'
    return response


def _scripts(hook: Hook, chosen: dict[str, str]) -> HttpResponse:
    found = export(uploads.chosen_npcs(**chosen), hook=hook, code_page=tenant().code_page)
    if not found.written:
        raise Invalid(gettext("None of these NPCs can be a script."))
    response = HttpResponse(zipped(found), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{FOLDER}.zip"'
    return response

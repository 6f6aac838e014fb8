"""What each role may do, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.models import Role

DUTIES: dict[Role, Promise] = {
    Role.VIEWER: _("Sees NPCs, conversations, the live view and usage. Changes nothing."),
    Role.EDITOR: _("Also changes NPCs, what they know and remember, and their world."),
    Role.ADMIN: _(
        "Also changes settings, suspends the server, invites and removes people, keeps the keys, "
        "reads the audit log, exports."
    ),
    Role.OWNER: _("Also chooses the plan, makes other owners and deletes the server."),
}

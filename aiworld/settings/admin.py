"""How the two admin sites look, and what their sidebars offer."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def _item(title: Promise, icon: str, model: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{model}_changelist")}


def _look(title: Promise, symbol: str) -> dict[str, Any]:
    return {
        "SITE_TITLE": title,
        "SITE_HEADER": title,
        "SITE_SYMBOL": symbol,
        "SITE_FAVICONS": [
            {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
        ],
        "STYLES": [lambda request: static("staff.css")],
        "SCRIPTS": [
            lambda request: static("staff-alpine.js"),
            lambda request: static("staff.js"),
        ],
        "SHOW_HISTORY": True,
        "SHOW_VIEW_ON_SITE": False,
        "SHOW_LANGUAGES": True,
        "COLORS": {
            "primary": {
                "50": "oklch(97.7% .013 236.6)",
                "100": "oklch(95.1% .026 236.8)",
                "200": "oklch(90.1% .058 230.9)",
                "300": "oklch(82.8% .111 230.3)",
                "400": "oklch(74.6% .16 232.7)",
                "500": "oklch(65% .155 237)",
                "600": "oklch(52% .135 242)",
                "700": "oklch(45% .12 243)",
                "800": "oklch(40% .1 241)",
                "900": "oklch(35% .085 241)",
                "950": "oklch(27% .063 243)",
            },
        },
    }


UNFOLD = _look(_("AI World platform"), "hub") | {
    "DASHBOARD_CALLBACK": "tenants.dashboard.platform",
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": _("Servers"),
                "items": [
                    {"title": _("Overview"), "icon": "home", "link": reverse_lazy("admin:index")},
                    _item(_("Servers"), "dns", "tenants_server"),
                    _item(_("API keys"), "key", "tenants_apikey"),
                    _item(_("Memberships"), "badge", "tenants_membership"),
                    _item(_("Handshakes"), "handshake", "tenants_handshakeattempt"),
                    _item(_("Audit"), "policy", "tenants_auditentry"),
                ],
            },
            {
                "title": _("People"),
                "separator": True,
                "items": [
                    _item(_("Users"), "person", "auth_user"),
                    _item(_("Groups"), "group", "auth_group"),
                    _item(_("Changes by staff"), "history", "admin_logentry"),
                ],
            },
            {
                "title": _("Operation"),
                "separator": True,
                "items": [
                    _item(_("Switches"), "toggle_off", "tenants_platformswitch"),
                    _item(_("Jobs"), "pending_actions", "tenants_job"),
                    _item(_("Outbox"), "outbox", "tenants_outbox"),
                    _item(_("Models"), "memory", "inference_mlmodelcache"),
                    _item(_("Trainings"), "school", "inference_modeltraining"),
                    _item(_("Shared LLM answers"), "cached", "inference_llmresponsecache"),
                ],
            },
        ],
    },
}

UNFOLD_SERVER = _look(_("AI World"), "forum") | {
    "SITE_SUBHEADER": "tenants.dashboard.server_name",
    "DASHBOARD_CALLBACK": "npcs.dashboard.server",
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "",
                "items": [
                    {"title": _("Overview"), "icon": "home", "link": reverse_lazy("admin:index")},
                    {"title": _("Live view"), "icon": "sensors", "link": reverse_lazy("live")},
                ],
            },
            {
                "title": _("Characters"),
                "separator": True,
                "items": [
                    _item(_("NPCs"), "person", "npcs_npcpersonality"),
                    {
                        "title": _("Roll out AI"),
                        "icon": "rocket_launch",
                        "link": reverse_lazy("admin:npcs_rollout"),
                    },
                    _item(_("Snapshots of NPCs"), "photo_camera", "npcs_npcsnapshot"),
                    _item(_("Changes of NPCs"), "difference", "npcs_historicalnpcpersonality"),
                    _item(_("Knowledge"), "menu_book", "npcs_npcknowledge"),
                    _item(_("Knowledge packs"), "library_books", "npcs_knowledgepack"),
                    _item(_("Import and packs"), "upload_file", "npcs_exchangeupload"),
                    _item(_("Memories"), "psychology", "npcs_npcmemory"),
                    _item(_("Relationships"), "handshake", "npcs_npcrelationship"),
                    _item(_("Conversations"), "forum", "npcs_conversation"),
                    _item(_("Golden conversations"), "verified", "npcs_goldenconversation"),
                    _item(_("Runs of golden conversations"), "rule", "npcs_goldenrun"),
                    _item(_("Turns"), "chat", "npcs_conversationturn"),
                    _item(_("Flagged turns"), "flag", "npcs_turnflag"),
                    _item(_("Speech index"), "manage_search", "npcs_dialogueembedding"),
                    _item(_("Decisions"), "alt_route", "npcs_npcdecision"),
                    _item(_("Gossip"), "record_voice_over", "npcs_informationsharing"),
                ],
            },
            {
                "title": _("World"),
                "separator": True,
                "items": [
                    {
                        "title": _("At a glance"),
                        "icon": "language",
                        "link": reverse_lazy("admin:world_overview"),
                    },
                    {
                        "title": _("What happened"),
                        "icon": "history",
                        "link": reverse_lazy("admin:world_timeline"),
                    },
                    {
                        "title": _("Hour by hour"),
                        "icon": "schedule",
                        "link": reverse_lazy("admin:world_hours"),
                    },
                    _item(_("Players"), "groups", "world_playerprofile"),
                    _item(_("Muted and opted out"), "voice_over_off", "npcs_playerstanding"),
                    _item(_("Reputation"), "military_tech", "world_reputationscore"),
                    _item(_("Why standing moved"), "timeline", "world_standingmove"),
                    _item(_("Factions"), "flag", "world_factionnode"),
                    _item(_("Interactions"), "hub", "world_playerinteraction"),
                    _item(_("Events"), "event", "world_worldevent"),
                    _item(_("Limits of events"), "speed", "world_worldeventlimit"),
                    _item(_("Snapshots"), "public", "world_worldstatesnapshot"),
                    _item(_("Transactions"), "payments", "world_economictransaction"),
                    _item(_("Reported events"), "input", "world_gameevent"),
                    _item(_("Activity by hour"), "bar_chart", "world_activityhour"),
                    _item(_("Visits of the timeline"), "visibility", "world_timelinevisit"),
                ],
            },
            {
                "title": _("Game data"),
                "separator": True,
                "items": [
                    _item(_("Imports"), "database", "world_gameimport"),
                    _item(_("Items"), "category", "world_gameitem"),
                    _item(_("Monsters"), "pets", "world_gamemonster"),
                    _item(_("Maps"), "map", "world_gamemap"),
                    _item(_("Shop offers"), "storefront", "world_gameoffer"),
                    _item(_("Skills"), "bolt", "world_gameskill"),
                    _item(_("The game's quests"), "menu_book", "world_gamequest"),
                    _item(_("Jobs"), "badge", "world_gamejob"),
                ],
            },
            {
                "title": _("Quests"),
                "separator": True,
                "items": [
                    _item(_("Quests"), "assignment", "quests_dynamicquest"),
                    _item(_("Templates"), "description", "quests_questtemplate"),
                    {
                        "title": _("Reward policy"),
                        "icon": "savings",
                        "link": reverse_lazy("admin:quests_rewardpolicy_change", args=[1]),
                    },
                    _item(_("Reward ledger"), "receipt_long", "quests_rewardentry"),
                    _item(_("Reward alerts"), "warning", "quests_rewardalert"),
                ],
            },
            {
                "title": _("Agents"),
                "separator": True,
                "items": [
                    {
                        "title": _("Agents"),
                        "icon": "smart_toy",
                        "link": reverse_lazy("admin:agents_overview"),
                    },
                    _item(_("Runs of agents"), "history", "agents_agentrun"),
                    _item(_("Days of agents"), "calendar_month", "agents_agentday"),
                    _item(_("Metrics"), "monitoring", "agents_agentperformancemetric"),
                ],
            },
            {
                "title": _("Models"),
                "separator": True,
                "items": [
                    _item(_("LLM requests"), "smart_toy", "ledger_llmrequestcache"),
                    _item(_("Predictions"), "query_stats", "ledger_mlmodelprediction"),
                ],
            },
            {
                "title": _("Staff"),
                "separator": True,
                "items": [_item(_("Changes by staff"), "history", "admin_logentry")],
            },
        ],
    },
}

"""How the two admin sites look, and what their sidebars offer."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy


def _item(title: str, icon: str, model: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{model}_changelist")}


def _look(title: str, symbol: str) -> dict[str, Any]:
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


UNFOLD = _look("AI World platform", "hub") | {
    "DASHBOARD_CALLBACK": "tenants.dashboard.platform",
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "Servers",
                "items": [
                    {"title": "Overview", "icon": "home", "link": reverse_lazy("admin:index")},
                    _item("Servers", "dns", "tenants_server"),
                    _item("API keys", "key", "tenants_apikey"),
                    _item("Memberships", "badge", "tenants_membership"),
                ],
            },
            {
                "title": "People",
                "separator": True,
                "items": [
                    _item("Users", "person", "auth_user"),
                    _item("Groups", "group", "auth_group"),
                    _item("Changes by staff", "history", "admin_logentry"),
                ],
            },
            {
                "title": "Operation",
                "separator": True,
                "items": [
                    _item("Outbox", "outbox", "tenants_outbox"),
                    _item("Models", "memory", "inference_mlmodelcache"),
                    _item("Shared LLM answers", "cached", "inference_llmresponsecache"),
                ],
            },
        ],
    },
}

UNFOLD_SERVER = _look("AI World", "forum") | {
    "SITE_SUBHEADER": "tenants.dashboard.server_name",
    "DASHBOARD_CALLBACK": "npcs.dashboard.server",
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "",
                "items": [
                    {"title": "Overview", "icon": "home", "link": reverse_lazy("admin:index")},
                    {"title": "Live view", "icon": "sensors", "link": reverse_lazy("live")},
                ],
            },
            {
                "title": "Characters",
                "separator": True,
                "items": [
                    _item("NPCs", "person", "npcs_npcpersonality"),
                    _item("Knowledge", "menu_book", "npcs_npcknowledge"),
                    _item("Import and packs", "upload_file", "npcs_exchangeupload"),
                    _item("Memories", "psychology", "npcs_npcmemory"),
                    _item("Relationships", "handshake", "npcs_npcrelationship"),
                    _item("Conversations", "forum", "npcs_conversation"),
                    _item("Turns", "chat", "npcs_conversationturn"),
                    _item("Flagged turns", "flag", "npcs_turnflag"),
                    _item("Speech index", "manage_search", "npcs_dialogueembedding"),
                    _item("Decisions", "alt_route", "npcs_npcdecision"),
                    _item("Gossip", "record_voice_over", "npcs_informationsharing"),
                ],
            },
            {
                "title": "World",
                "separator": True,
                "items": [
                    {
                        "title": "At a glance",
                        "icon": "language",
                        "link": reverse_lazy("admin:world_overview"),
                    },
                    _item("Players", "groups", "world_playerprofile"),
                    _item("Reputation", "military_tech", "world_reputationscore"),
                    _item("Factions", "flag", "world_factionnode"),
                    _item("Interactions", "hub", "world_playerinteraction"),
                    _item("Events", "event", "world_worldevent"),
                    _item("Snapshots", "public", "world_worldstatesnapshot"),
                    _item("Transactions", "payments", "world_economictransaction"),
                ],
            },
            {
                "title": "Quests",
                "separator": True,
                "items": [
                    _item("Quests", "assignment", "quests_dynamicquest"),
                    _item("Templates", "description", "quests_questtemplate"),
                ],
            },
            {
                "title": "Agents",
                "separator": True,
                "items": [_item("Metrics", "monitoring", "agents_agentperformancemetric")],
            },
            {
                "title": "Models",
                "separator": True,
                "items": [
                    _item("LLM requests", "smart_toy", "ledger_llmrequestcache"),
                    _item("Predictions", "query_stats", "ledger_mlmodelprediction"),
                ],
            },
            {
                "title": "Staff",
                "separator": True,
                "items": [_item("Changes by staff", "history", "admin_logentry")],
            },
        ],
    },
}

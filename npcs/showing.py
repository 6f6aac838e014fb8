"""What the live view is shown while a talk goes on. `watching` reads the same shape later."""

from __future__ import annotations

from npcs.turns import Scene
from tenants import live
from tenants.context import tenant


def spoken_to(scene: Scene) -> live.Event:
    """What the player said, to whom and where."""
    who, said = scene.persona, scene.said
    return {
        "request_id": said.request_id,
        "conversation_id": scene.conversation_id,
        "npc_key": who.key,
        "npc_name": who.name,
        "map": said.map_name or who.map_name,
        "char_id": said.char_id,
        "player_name": said.player_name,
        "player_text": said.text,
        "language": scene.language,
    }


def sentence(scene: Scene, text: str) -> None:
    live.publish("sentence", lambda: spoken_to(scene) | {"text": text})


def waiting(scene: Scene, seconds: float) -> None:
    """The player's line is there and a game master has so many seconds to answer it. Who holds a
    conversation watches it, whatever is known of that here; and it stands in no table to fetch."""
    told = spoken_to(scene) | {"seconds": round(seconds, 1)}
    live.send(tenant().live_group, "waiting", told)

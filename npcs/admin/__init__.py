"""Characters, what they know and what they said. Imported by the URLconf only."""

from npcs.admin import conversation, log, mind, personality

__all__ = ["conversation", "log", "mind", "personality"]

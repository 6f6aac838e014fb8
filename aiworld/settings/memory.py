"""What characters keep, and how much work a night may be."""

from aiworld.settings.env import env

MEMORY_CAP_PER_PLAYER = env.int("MEMORY_CAP_PER_PLAYER", default=300)
"""Memories one NPC keeps of one player; the weakest beyond that are forgotten at night."""
MEMORY_CAP_PER_NPC = env.int("MEMORY_CAP_PER_NPC", default=20_000)
MEMORY_CONSOLIDATION_SECONDS = env.int("MEMORY_CONSOLIDATION_SECONDS", default=45)
"""For all servers together, each quarter of an hour of the night; the rest waits."""
MEMORY_RERANK = env.bool("MEMORY_RERANK", default=False)
"""A cross-encoder puts the memories that fit best in order once more, if its weights are there."""
ENABLE_CROSS_SERVER_MEMORY = env.bool("ENABLE_CROSS_SERVER_MEMORY", default=False)
"""Public memories of towns also reach the same towns of the same owner's other servers."""

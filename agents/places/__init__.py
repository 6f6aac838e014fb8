"""What the agents of places read, decide and write: hazards, bosses, dungeons, treasures."""

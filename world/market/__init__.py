"""The game's economy, measured from what was reported; and what shops ask."""

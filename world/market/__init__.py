"""The game's economy, measured from what was reported. It never acts: people do."""

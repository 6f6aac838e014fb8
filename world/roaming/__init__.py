"""Characters on the road: they come, stay on a map for some days, and go."""

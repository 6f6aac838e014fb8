"""Hazards of the land: from weather, season and the kind of map; bounded, and never in towns."""

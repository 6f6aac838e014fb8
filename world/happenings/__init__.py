"""What happens in the world: planned, told to the map-server, ended."""

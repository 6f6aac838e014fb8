"""TLS at the game's door: making certificates, serving with them, and whose a client's is."""

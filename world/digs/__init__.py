"""What lies in the ground: layers, and what was left in them."""

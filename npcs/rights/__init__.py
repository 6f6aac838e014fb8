"""What is kept of one player: to hand over, and to erase."""

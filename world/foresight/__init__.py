"""What is to be expected of a server's players and prices, learned from what happened on it."""

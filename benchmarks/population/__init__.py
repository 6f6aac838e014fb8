"""A made-up server: players with habits, bots, shared accounts, cheaters, manipulators of prices, a
market with shocks. docs/reference/population.md says how it works and what it leaves out."""

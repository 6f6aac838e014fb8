"""Weather: a Markov chain with seasons for each group of maps."""

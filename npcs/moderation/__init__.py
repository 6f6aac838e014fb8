"""What may not be said: word lists of our own per language, and what follows from a find.

A list is a fact about words and no opinion about people. `toxicity` asks a model for one more: it
may flag a line and, where the owner blocks, turn it away. What a language model finds after a talk
is for staff to judge (`npcs.reviewing`)."""

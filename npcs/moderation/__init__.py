"""What may not be said: word lists of our own per language, and what follows from a find.

A list is a fact about words and no opinion about people. A toxicity model, once one is served, is
one more source of finds in `finding.found`; nothing else would change. What a language model
finds after a talk is for staff to judge (`npcs.reviewing`)."""

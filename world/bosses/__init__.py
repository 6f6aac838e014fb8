"""Mini-bosses that are as strong as those who fight them: rated, fought, and what came of it."""

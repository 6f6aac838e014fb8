"""Models that are learned from what happened on a server: players, quests, prices.

Knows nothing of Django; tables are read by `quests.history`, made-up worlds by
`benchmarks.population`. docs/reference/learned-models.md says what each predicts and how well."""

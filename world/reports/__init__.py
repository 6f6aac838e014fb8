"""What the map-server reports: events of the game, each counted once.

Another app that wants to know of them registers a receiver when it is ready, see
`world.reports.receivers`."""

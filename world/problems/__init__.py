"""Problems of the world: drawn from what happened, ended by what players do."""

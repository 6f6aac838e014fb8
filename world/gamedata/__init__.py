"""The server's own data: what items, monsters and maps there are, and what is known of them.

    from world import gamedata
    gamedata.item(501).sell
    gamedata.droppers(909)

Read by whoever proposes something to the game: an id that is not there is refused with the reason.
`import_db` fills the tables (world.gamedata.importing)."""

from world.gamedata.cells import Territory, is_walkable, territory, walkable_places
from world.gamedata.goods import (
    Prices,
    droppers,
    drops,
    item,
    items_named,
    monster,
    monsters_named,
    offers,
    prices,
)
from world.gamedata.places import (
    Levels,
    Resident,
    game_map,
    homes,
    levels,
    map_exists,
    maps_for_level,
    residents,
)
from world.gamedata.state import is_imported, latest_import

__all__ = [
    "Levels",
    "Prices",
    "Resident",
    "Territory",
    "droppers",
    "drops",
    "game_map",
    "homes",
    "is_imported",
    "is_walkable",
    "item",
    "items_named",
    "latest_import",
    "levels",
    "map_exists",
    "maps_for_level",
    "monster",
    "monsters_named",
    "offers",
    "prices",
    "residents",
    "territory",
    "walkable_places",
]

"""Why a run of an agent changed nothing, or why what it changed stays: sentences for people, kept
with the run in English and shown in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_noop

ACCOUNT = gettext_noop("It counted what was done and changed nothing.")
REHEARSED = gettext_noop("A rehearsal is stored nowhere.")
OFFERED_BEFORE = gettext_noop("The character has this offer of the NPC already.")
TIDY_ALREADY = gettext_noop("No memories were double, belonged together or were to be forgotten.")
TIDY = gettext_noop(
    "What was tidied up was written pair by pair: bring back what was forgotten under Memories, "
    "within a week."
)
NOTHING_THERE = gettext_noop("There was nothing in this layer of the ground.")
BARE_ROCK = gettext_noop("One has dug down to the rock there: nothing is left to find.")
SAME_TALK = gettext_noop("The market is as it was, and merchants know what to say of it.")
NO_SHOPS = gettext_noop("No shop is known: import the server's scripts.")
NO_MORE_PRICES = gettext_noop("As many prices have moved today as the owner allows.")
PRICES_FIT = gettext_noop("Every price is near what supply and demand ask for.")
NO_CAUSE = gettext_noop("Nothing happened of late that would be cause for an event.")
NO_CAUSE_CHOSEN = gettext_noop("The language model found none of the causes worth an event.")
EVENT_KNOWN = gettext_noop("This event had been made before.")
NOBODY_NEAR = gettext_noop("No two characters who could meet stand near each other.")
UNMOVED = gettext_noop(
    "It moved nobody: it was too slight, or they have moved as far as they may in a day."
)
WEATHER_GOES_ON = gettext_noop("Every land still has its weather.")
NO_LAND = gettext_noop("No character stands, and no player was lately, on a map of a known land.")
NO_MORE_WEATHER = gettext_noop("The owner allows no more changes of weather today.")
FADED = gettext_noop("Forgetting by a hundredth a day goes on with time; it is not taken back.")
UNFADED = gettext_noop("Nobody has anything that would fade today.")
WEIGHTLESS = gettext_noop(
    "It moved nothing: the deed weighed nothing, or has moved as much as it may in a day."
)
LOOKED = gettext_noop("It looked how the factions stand; they move when one acts on another.")
SAME_RELATION = gettext_noop("The two factions stand to each other as they did.")
NO_PLACE = gettext_noop("Too little happens on any map for players to decide a story there.")
NO_TROUBLE = gettext_noop("Nothing in the world is far enough from what is usual to be a problem.")
NONE_TOLD = gettext_noop("The language model found no place worth a story.")
NO_TROUBLE_CHOSEN = gettext_noop("The language model found none of the troubles worth telling.")
NO_GROUND = gettext_noop("No map where players are has known ground to walk on.")
NO_MORE_TRAVELLERS = gettext_noop("As many travellers are on the road as the server has room for.")
NOBODY_COMES = gettext_noop("Nobody whose name is free wanted to come.")
CALLED_OTHERS = gettext_noop("It called other agents: what they change stands in their own runs.")
CALLED_NOBODY = gettext_noop("The world is as tense as it was, and there was no agent to call.")
NEVER_BEGAN = gettext_noop("The run that called it was taken back before it began.")

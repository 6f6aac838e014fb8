"""A guess at what somebody is, from what the script does and what they are called and look like.

The rows are tried in order; the first that fits wins, and its reason is kept beside the role.
"""

from __future__ import annotations

from npcs.scripts.clues import (
    Clue,
    Evidence,
    both,
    calls,
    does,
    does_not,
    given,
    is_called,
    looks,
    named,
    one_of,
    sells,
)
from npcs.scripts.sprites import (
    ANIMAL,
    BLACKSMITH,
    CHILD,
    ELDER,
    GUARD,
    INNKEEPER,
    KAFRA,
    OBJECT,
    PRIEST,
    SCHOLAR,
)

DEFAULT_ROLE = "villager"


def guess_role(evidence: Evidence) -> tuple[str, str]:
    """Role (one lower-case English word or phrase) and why."""
    for role, clue in ROLES:
        if reason := clue(evidence):
            return role, reason
    return DEFAULT_ROLE, "nothing points to a trade"


ROLES: tuple[tuple[str, Clue], ...] = (
    # What only that trade does
    ("merchant", sells),
    ("object", one_of(
        is_called(
            r"sign(board|post)?|(bulletin|notice|quest|job|guide|message)? ?board|notice|poster|"
            r"(treasure )?chest|box|statue|(grave|tomb)(stone)?|door|gate|lever|switch|flag|portal|"
            r"machine|device|book(shel(f|ves)|case)?|shelf|barrel|crate|mailbox|drawers?|desk|table|"
            r"bed|crystal|altar|corpse|skeleton|crack|hole|rope|rock|stone|plant|flower|bush|tree|"
            r"thicket|pile|bag|sack|pot|jar|bottle|warp|button|terminal|computer|monument|fountain|"
            r"well|stove|fireplace|piano|clock|paper|letter|document|diary|memo|egg|stick"
        ),
        looks(OBJECT),
    )),
    ("kafra employee", one_of(
        named("kafra|zonda"), calls(r"^F_Kaf"), looks(KAFRA)
    )),
    ("storage keeper", does("openstorage")),
    ("animal", one_of(
        is_called(
            "cat|dog|puppy|kitten|poring|chicken|horse|wolf|bird|parrot|peco peco|sheep|cow|pig|"
            "goat"
        ),
        looks(ANIMAL),
    )),
    ("stylist", one_of(
        named("stylist|barber|hair ?dresser|hairstylist|beautician|dyer|dye maker"),
        does("openstylist"),
        given(does("setlook", "changelook"), does("select"), does("delitem")),
    )),
    ("refiner", one_of(
        does("successrefitem", "failedrefitem", "downrefitem", "refineui"),
        calls(r"refinemain|^refine"), named("refiner|refinement"),
    )),
    ("blacksmith", named("(black|gold|silver|weapon)?smith|smithy|forger|armou?rer")),
    ("repairer", one_of(
        calls("repairmain"), does("repair", "repairall"), named("repair(er|man| man)")
    )),
    ("guild official", one_of(
        does("guildopenstorage", "agitstart", "requestguildinfo"),
        named(r"guild (manager|master|officer|guide|dealer|merchant)|castle (steward|manager)|"
               "steward"),
    )),
    ("job master", one_of(
        does("jobchange"), calls(r"^Job_Change$|^F_CanChangeJob"),
        named("guildsman|job (master|changer|trainer)"),
    )),
    # What they are called
    ("healer", one_of(
        named("healer|doctor|nurse|medic|physician|surgeon"),
        given(does("heal", "percentheal"), looks(PRIEST)),
    )),
    ("innkeeper", one_of(
        named("inn|inn ?(keeper|maid)|hotel|bellboy|landlady|landlord"), calls("F_InnMaid")
    )),
    ("guide", named("guide|information (agent|officer)|scout")),
    ("guard", named(
        r"guards?(man|ian)?|soldier|knight|sentry|sentinel|patrol(man)?|watchman|trooper|"
        r"gatekeeper|crusader|lieutenant|sergeant|commander|officer|chivalry|defender|warden"
    )),
    ("priest", named(
        r"priest(ess)?|\A(sister|father) \w+|nun|bishop|cardinal|pope|monk|acolyte|clergyman|"
        r"deacon|chaplain|apostle|cleric|friar"
    )),
    ("sailor", named(
        "sailor|sea captain|seaman|boatman|ferryman|first mate|crew(man|member)?|pirate"
    )),
    ("captain", named("captain")),
    ("fisher", named("fisher(man|woman)?|angler")),
    ("scholar", named(
        r"scholar|professor|sage|librarian|researcher|scientist|historian|archaeologist|student|"
        r"teacher|instructor|tutor|academ\w+|wizard|mage|magician|alchemist|doctor|dr\."
    )),
    ("noble", named(
        r"king|queen|prince(ss)?|lord|baron(ess)?|count(ess)?|duke|duchess|mayor|chief|chancellor|"
        r"minister|royal \w+|governor|village head"
    )),
    ("cook", named("cook|chef|baker|butcher|barmaid|bartender|bar ?keeper|waiter|waitress")),
    ("entertainer", named(
        "bard|dancer|singer|poet|minstrel|musician|clown|gambler|(?<!martial )artist|storyteller"
    )),
    ("merchant", named(
        "merchant|trader|dealer|vendor|seller|peddler|salesman|shop ?keeper|broker|auctioneer|"
        r"store (owner|clerk)|\w+ shop"
    )),
    ("adventurer", named(
        "adventurer|swordsman|archer|hunter|thief|assassin|rogue|mercenary|novice"
    )),
    ("child", named("child|kid|boy|girl|baby|toddler|youngster|orphan|urchin")),
    ("worker", named(
        "worker|miner|labou?rer|farmer|gardener|janitor|cleaner|mechanic|engineer|carpenter|"
        "driver|porter|excavator|craftsman|tailor|weaver|lumberjack"
    )),
    ("clerk", named("receptionist|secretary|clerk|employee|staff|assistant|manager|attendant")),
    ("traveller", named("tourist|travell?er|visitor|guest|customer|pilgrim|wanderer")),
    ("elder", named(
        r"(old|elderly) ?(man|woman|lady|person)?|grand(ma|pa|mother|father)|granny|elder"
    )),
    ("spirit", named("ghost|spirit|soul|phantom")),
    # What they look like
    ("guard", looks(GUARD)),
    ("priest", looks(PRIEST)),
    ("scholar", looks(SCHOLAR)),
    ("child", looks(CHILD)),
    ("innkeeper", looks(INNKEEPER)),
    ("blacksmith", looks(BLACKSMITH)),
    # What others do now and then, too
    ("quest giver", does("setquest")),
    ("healer", given(does("heal", "percentheal"), does_not("warp", "getitem"))),
    ("warper", one_of(
        given(does("warp", "areawarp", "warpparty"), does("select", "menu")),
        named(r"warper|teleport\w*|transporter|travel agent"), calls("warpra"),
    )),
    ("trader", both(does("getitem", "getnameditem"), does("delitem"))),
    ("elder", looks(ELDER)),
)  # fmt: skip

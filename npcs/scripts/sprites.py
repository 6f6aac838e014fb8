"""What sprites tell about who wears them. Scripts give a sprite by number or by constant."""

from __future__ import annotations

import re
from dataclasses import dataclass

INVISIBLE = frozenset({
    "-1", "45", "111", "139", "844", "32767", "FAKE_NPC", "WARPNPC", "HIDDEN_NPC",
    "HIDDEN_WARP_NPC", "CLEAR_NPC", "INVISIBLE", "WARPEFFECTNPC",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    words: re.Pattern[str]
    """Part of the constant, between underscores or before digits."""
    numbers: frozenset[int]

    def fits(self, sprite: str) -> bool:
        if sprite.isascii() and sprite.isdigit() and len(sprite) < 6:
            return int(sprite) in self.numbers
        return self.words.search(sprite) is not None


def visible(sprite: str) -> bool:
    return sprite.upper() not in INVISIBLE


def _look(words: str, *numbers: int) -> Look:
    return Look(re.compile(rf"(?:{words})(?=[_\d]|\Z)"), frozenset(numbers))


GUARD = _look(
    "SOLDIER|GUARD|KNIGHT|GUARDER",
    56, 65, 105, 404, 405, 447, 461, 462, 468, 469, 470, 570, 653, 657, 705, 707, 708, 728, 733,
    734, 767, 780, 789, 825, 852, 867, 868, 875, 939, 953, 966,
)  # fmt: skip
CHILD = _look(
    "KID|BOY|(?<!PUB)(?<!LIBRARY)(?<!ZONDA)GIRL|CHILD|BABY",
    82, 96, 436, 437, 438, 439, 440, 441, 442, 443, 444, 445, 446, 538, 539, 576, 577, 587, 620,
    700, 703, 706, 716, 717, 770, 774, 781, 785, 786, 787, 793, 839, 862, 891, 896, 906, 907, 914,
    921, 922, 941, 944, 958, 962, 975,
)  # fmt: skip
KAFRA = _look("KAFRA", 112, 113, 114, 115, 116, 117, 423, 581, 721, 791, 859, 860, 861)
PRIEST = _look("_PRIEST|_NUN|_SISTER|_BISHOP", 79, 95)
SCHOLAR = _look("SAGE|_SAGE_OLD|SCHOLAR|SCIENCE|TEACHER", 621, 622, 742, 743, 754, 755, 865)
ANIMAL = _look("DOG|(?<!BB_)PORING|_BULL|_COW|PECOPECO", 81, 519, 876, 909)
BLACKSMITH = _look("BLACKSMITH", 731)
INNKEEPER = _look("INNKEEPER", 53)
OBJECT = _look(
    "BOARD|TREASURE|ROPEPILE|WOODBOX|SYSTEM|ENERGY|STATUE|SOIL|CRACK|TOWER|FLAG|PORTAL|POSTBOX|BOX",
    487, 550, 557, 687, 688, 689, 690, 691, 692, 693, 694, 695, 696, 697, 698, 699, 722, 812, 835,
    836, 837, 857, 858, 888, 973, 974,
)  # fmt: skip
ELDER = _look(
    "(?<!B)OLD|OLDMAN|OLDWOMAN|ELDER|GRAND|GRANDMOTHER|GRANDFATHER",
    103, 107, 448, 474, 517, 534, 535, 574, 575, 588, 752, 771, 777, 782, 788, 813, 824, 842, 846,
    847, 863, 866, 918, 932, 933, 942, 945,
)  # fmt: skip

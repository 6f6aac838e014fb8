"""From definitions to characters: who counts, whose script they run, what is left out and why."""

from __future__ import annotations

from npcs.scripts.clues import Evidence
from npcs.scripts.definitions import Definition
from npcs.scripts.headers import FLOATING, Kind
from npcs.scripts.lines import lines_of, spoken_parts
from npcs.scripts.naming import Name, parse_name, stable_key
from npcs.scripts.records import Character, Issue, Line, Severity, Shop, Summary
from npcs.scripts.roles import guess_role
from npcs.scripts.said import Said, Speech
from npcs.scripts.shops import parse_shop
from npcs.scripts.speech import read_speech
from npcs.scripts.sprites import visible

NOT_CHARACTERS = {
    Kind.FUNCTION: "a function, not somebody",
    Kind.WARP: "a warp, not somebody",
    Kind.MONSTER: "a monster spawn, not somebody",
    Kind.MAPFLAG: "a map flag, not somebody",
}


class LeftOut(Exception):
    """The reason, as counted in the summary."""


class CharacterBuilder:
    def __init__(self, definitions: list[Definition], summary: Summary, limit: int) -> None:
        self.definitions = definitions
        self.summary = summary
        self.limit = limit
        self.issues: list[Issue] = []
        self._speech: dict[int, Speech] = {}
        self._parts: dict[int, tuple[Said, ...]] = {}
        self._lines: dict[tuple[int, str], tuple[tuple[Line, ...], bool]] = {}
        self._shops: dict[int, Shop] = {}
        self._functions: dict[str, Speech] = {}
        self._by_name: dict[str, list[Definition]] = {}
        self._characters: dict[str, Character] = {}
        self._places: dict[str, str] = {}

    def build(self) -> list[Character]:
        for definition in self.definitions:
            self.learn(definition)
        for definition in self.definitions:
            try:
                self.add(definition)
            except LeftOut as reason:
                self.summary.left_out[str(reason)] += 1
        self.summary.characters = len(self._characters)
        return list(self._characters.values())

    def learn(self, definition: Definition) -> None:
        """What other definitions may refer to: functions and unique names."""
        header = definition.header
        self.summary.understood[header.word] += 1
        if header.kind in (Kind.SCRIPT, Kind.FUNCTION):
            self._speech[id(definition)] = read_speech(definition.body, definition.body_line)
        if header.kind is Kind.FUNCTION:
            self._functions[header.name] = self._speech[id(definition)]
        elif header.kind in (Kind.SCRIPT, Kind.SHOP, Kind.WARP, Kind.DUPLICATE):
            self._by_name.setdefault(parse_name(header.name).unique, []).append(definition)

    def add(self, definition: Definition) -> None:
        header = definition.header
        if header.kind in NOT_CHARACTERS:
            raise LeftOut(NOT_CHARACTERS[header.kind])
        source = self.source_of(definition)
        if source.header.kind is Kind.WARP:
            raise LeftOut(NOT_CHARACTERS[Kind.WARP])
        name = self.visible_name(definition)
        key = self.free_key(definition, name)
        character = self.character(definition, source, name, key)
        if not character.lines and character.shop is None:
            raise LeftOut("says nothing and sells nothing")
        self._characters[key] = character

    def visible_name(self, definition: Definition) -> Name:
        """Raises LeftOut where there is nobody to be seen."""
        header = definition.header
        name = parse_name(header.name)
        if header.map_name == FLOATING:
            raise LeftOut("floating: on no map")
        if not name.visible:
            raise LeftOut("no visible name: a trigger")
        if not visible(header.sprite):
            raise LeftOut("no visible sprite: a trigger")
        if not name.unique.strip() or "::" in name.unique:
            self.issue(definition, f"{header.name!r} has no unique name: rAthena makes one up")
            raise LeftOut("no unique name")
        return name

    def free_key(self, definition: Definition, name: Name) -> str:
        """The stable key; raises LeftOut where somebody else has it."""
        if name.too_long:
            self.issue(
                definition, f"unique name {name.unique!r} is cut to 50 characters", "warning"
            )
        key = stable_key(definition.header.map_name, name.unique)
        if key in self._characters:
            first = self._characters[key]
            self.issue(definition, f"{key!r} is already defined at {first.path}:{first.line}")
            raise LeftOut("repeated key: same map and unique name")
        return key

    def source_of(self, definition: Definition) -> Definition:
        """The definition whose code or goods this one uses; itself if it is no duplicate."""
        seen = {id(definition)}
        source = definition
        while source.header.kind is Kind.DUPLICATE:
            candidates = self._by_name.get(source.header.source, [])
            near = [one for one in candidates if one.path == source.path]
            following = next((one for one in near + candidates if id(one) not in seen), None)
            if following is None:
                self.issue(definition, f"source of duplicate {source.header.source!r} is not found")
                raise LeftOut("source of the duplicate is not found")
            seen.add(id(following))
            source = following
        return source

    def character(
        self, definition: Definition, source: Definition, name: Name, key: str
    ) -> Character:
        header = definition.header
        lines, capped = self.lines(source, name.visible)
        shop = self.shop(source)
        speech = self._speech.get(id(source), Speech())
        role, reason = guess_role(
            Evidence(
                name=name.visible, sprite=header.sprite,
                words=speech.words, functions=speech.functions, shop=shop,
            )
        )  # fmt: skip
        return Character(
            key=key, name=name.visible, unique_name=name.unique, map_name=header.map_name,
            x=header.x, y=header.y, facing=header.facing, sprite=header.sprite, state=header.state,
            role=role, role_reason=reason, lines=lines, capped=capped, shop=shop,
            path=definition.path, line=definition.line, duplicate_of=header.source,
        )  # fmt: skip

    def lines(self, source: Definition, name: str) -> tuple[tuple[Line, ...], bool]:
        wanted = (id(source), name)
        if wanted not in self._lines:
            speech = self._speech.get(id(source))
            if speech is not None and id(source) not in self._parts:
                self._parts[id(source)] = spoken_parts(speech, self._functions)
            self._lines[wanted] = lines_of(self._parts.get(id(source), ()), name, self.limit)
        return self._lines[wanted]

    def shop(self, source: Definition) -> Shop | None:
        """The shop it is, or the one its script opens."""
        if source.header.kind is not Kind.SHOP:
            opened = self._speech[id(source)].shops if id(source) in self._speech else []
            named = (one for shop in opened for one in self._by_name.get(shop, []))
            found = next((one for one in named if one.header.kind is Kind.SHOP), None)
            if found is None:
                return None
            source = found
        if id(source) not in self._shops:
            self._shops[id(source)], wrong = parse_shop(source.header)
            for entry in wrong:
                self.issue(source, f"shop entry {entry[:40]!r} is not 'item:price'")
        return self._shops[id(source)]

    def issue(self, at: Definition, message: str, severity: Severity = "error") -> None:
        self.issues.append(Issue(path=at.path, line=at.line, message=message, severity=severity))

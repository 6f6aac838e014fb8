// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real AI World: see tests/CMakeLists.txt.
#include "game.hpp"

using namespace game;

namespace {

Result talk(Game& game, uint64_t token, const std::string& words, const ai_bridge_options* options = nullptr,
	int64_t char_id = 150001) {
	const Scene scene(char_id);
	CHECK(game.until([&] { return game.active(); }));
	CHECK_EQUAL(ai_bridge_talk(game.bridge, token, &scene.scene, text(words), 0, options), AI_BRIDGE_OK);
	return game.result(token);
}

ai_bridge_field field(const char* name, int64_t number) {
	return {name, AI_BRIDGE_INT, number, 0, {nullptr, 0}};
}

ai_bridge_field field(const char* name, const std::string& words) {
	return {name, AI_BRIDGE_TEXT, 0, 0, text(words)};
}

Result call(Game& game, uint64_t token, const char* method, const std::vector<ai_bridge_field>& fields) {
	CHECK_EQUAL(ai_bridge_call(game.bridge, token, method, fields.data(), fields.size(), nullptr), AI_BRIDGE_OK);
	return game.result(token);
}

const std::string NPC = "prontera/Brannoc#town";

} // namespace

TEST(server_calls, "It connects and says so in the words that operators look for") {
	Game game;
	CHECK(game.until([&] { return game.active() && game.logged("ACTIVE"); }));
	CHECK(game.logged("AI Sidecar: Connecting to 127.0.0.1:"));
	CHECK(game.logged("AI Sidecar: gRPC connection established"));
	CHECK(game.logged("AI Sidecar: Authenticated as server-"));
	CHECK(game.logged("AI Sidecar: Schema isolation active: server_"));
	CHECK(game.logged("AI Sidecar integration: ACTIVE"));
	CHECK(!game.logged("sk-"));
	CHECK_EQUAL(std::string(game.status().code_page), "cp1252");
	CHECK(ai_bridge_can(game.bridge, "Dialogue.Talk") && !ai_bridge_can(game.bridge, "Dialogue.Sing"));
}

TEST(server_calls, "An NPC answers in pages of the client's bytes") {
	Game game;
	const Result said = talk(game, 1, "Where do you buy your iron?");
	CHECK_EQUAL(said.code, AI_BRIDGE_OK);
	CHECK(!said.pages.empty() && !said.pages[0].empty() && said.fields.at("text").find("Mjolnir") != std::string::npos);
	CHECK_EQUAL(said.fields.at("pending"), "0");
	CHECK(said.attempts == 1 && !said.cached && !said.run_legacy);
	const Result narrow = [&] {
		const ai_bridge_options options = {nullptr, 0, 20, 2, nullptr};
		return talk(game, 2, "Where do you buy your iron?", &options, 150002);
	}();
	for (const auto& page : narrow.pages) {
		CHECK(page.size() <= 2);
		for (const std::string& line : page)
			CHECK(line.size() <= 20);
	}
}

TEST(server_calls, "Bytes that are no text, and half characters, are answered all the same") {
	Game game;
	uint64_t token = 0;
	for (const char* page : {"cp949", "cp1252", "utf-8", "cp874"}) {
		const ai_bridge_options options = {page, 0, 0, 0, nullptr};
		++token;
		const Result said = talk(game, token, "Ol\xe1 iron \xc3", &options, 151000 + static_cast<int64_t>(token));
		CHECK_EQUAL(said.code, AI_BRIDGE_OK);
	}
}

TEST(server_calls, "The same request id has one effect") {
	Game game;
	const ai_bridge_options options = {nullptr, 0, 0, 0, "a-request-of-its-own"};
	const Result first = talk(game, 1, "Good morning", &options), again = talk(game, 2, "Good morning", &options);
	CHECK_EQUAL(first.fields.at("turn_id"), again.fields.at("turn_id"));
	CHECK_EQUAL(again.fields.at("repeated"), "1");
	const Result other = talk(game, 3, "Something else", &options);
	CHECK_EQUAL(other.code, AI_BRIDGE_REFUSED);
	CHECK_EQUAL(other.reason, "Conflict");
}

TEST(server_calls, "An NPC remembers and recalls") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const Scene scene(152000);
	CHECK_EQUAL(
		ai_bridge_remember(game.bridge, 1, &scene.scene, text("My sister Mira is ill."), 8.0, nullptr), AI_BRIDGE_OK);
	CHECK(game.result(1).number("memory_id") > 0);
	CHECK_EQUAL(ai_bridge_recall(game.bridge, 2, &scene.scene, text("sister"), 5, nullptr), AI_BRIDGE_OK);
	const Result found = game.result(2);
	CHECK(found.number("memories.count") >= 1);
	CHECK_EQUAL(found.fields.at("memories.0.text"), "My sister Mira is ill.");
}

TEST(server_calls, "An NPC decides, or this AI World cannot and says so") {
	Game game;
	const Scene scene(152001);
	const std::vector<std::string> words = {"Help the stranger", "Walk away"};
	const std::vector<ai_bridge_text> options = {text(words[0]), text(words[1])};
	CHECK(game.until([&] { return game.active(); }));
	const bool can = ai_bridge_can(game.bridge, "Dialogue.Decide") == 1;
	const ai_bridge_code code =
		ai_bridge_decide(game.bridge, 1, &scene.scene, text("A stranger asks for help."), options.data(), 2, nullptr);
	if (!can) return CHECK_EQUAL(code, AI_BRIDGE_INVALID);
	CHECK_EQUAL(code, AI_BRIDGE_OK);
	const Result made = game.result(1);
	CHECK_EQUAL(made.code, AI_BRIDGE_OK);
	CHECK(made.number("chosen") == 0 || made.number("chosen") == 1);
}

TEST(server_calls, "A talk that takes long gives a first line, and FetchReply the rest") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const Scene scene(152002);
	CHECK_EQUAL(ai_bridge_talk(game.bridge, 1, &scene.scene, text("Tell me of the mine."), 1, nullptr), AI_BRIDGE_OK);
	Result said = game.result(1);
	CHECK_EQUAL(said.code, AI_BRIDGE_OK);
	if (said.number("pending") == 0) return;
	const std::string id = said.fields.at("request_id");
	const ai_bridge_options options = {nullptr, 0, 0, 0, id.c_str()};
	for (uint64_t token = 2; token < 22 && said.number("pending") != 0; ++token) { // as long as it takes
		CHECK_EQUAL(ai_bridge_fetch_reply(game.bridge, token, &scene.scene, 3000, &options), AI_BRIDGE_OK);
		said = game.result(token);
		CHECK_EQUAL(said.code, AI_BRIDGE_OK);
	}
	CHECK(said.number("pending") == 0 && !said.pages.empty());
}

TEST(server_calls, "A streamed talk comes in parts, the whole reply last") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const Result last = call(game, 1, "Dialogue.StreamTalk",
		{field("npc", NPC), field("player.char_id", 152003), field("player.name", "Aline"),
			field("text", "What is a good edge worth?")});
	CHECK_EQUAL(last.code, AI_BRIDGE_OK);
	CHECK(last.parts >= 2 && !last.pages.empty());
	CHECK_EQUAL(last.fields.at("part"), "reply");
}

TEST(server_calls, "The list of NPCs is told, and told again changes nothing") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const std::string map = "izlude", name = "Smith\xe9#1", other = "Cook#2", sprite = "46";
	const ai_bridge_npc npcs[2] = {{text(map), text(name), {nullptr, 0}, text(sprite), 10, 20, 1},
		{text(map), text(other), {nullptr, 0}, {nullptr, 0}, 1, 2, -1}};
	CHECK_EQUAL(ai_bridge_sync_npcs(game.bridge, 1, npcs, 2, nullptr), AI_BRIDGE_OK);
	const Result first = game.result(1);
	CHECK_EQUAL(first.number("created") + first.number("unchanged"), 2);
	CHECK_EQUAL(first.fields.at("keys.0"), "izlude/Smith\xe9#1");
	CHECK_EQUAL(ai_bridge_sync_npcs(game.bridge, 2, npcs, 2, nullptr), AI_BRIDGE_OK);
	CHECK_EQUAL(game.result(2).number("unchanged"), 2);
	CHECK_EQUAL(ai_bridge_sync_npcs(game.bridge, 3, npcs, AI_BRIDGE_MAX_NPCS + 1, nullptr), AI_BRIDGE_INVALID);
}

TEST(server_calls, "Quests are asked for by name, where this AI World has them") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const Result listed =
		call(game, 1, "Quests.ListQuests", {field("player.char_id", 152004), field("player.name", "Aline")});
	if (ai_bridge_can(game.bridge, "Quests.ListQuests") == 0) return CHECK_EQUAL(listed.code, AI_BRIDGE_DISABLED);
	CHECK_EQUAL(listed.code, AI_BRIDGE_OK);
	CHECK_EQUAL(listed.number("quests.count"), 0);
}

TEST(server_calls, "A player opts out, is refused, and is forgotten") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const int64_t player = 152005;
	CHECK_EQUAL(
		call(game, 1, "Dialogue.OptOut", {field("player.char_id", player), field("opted_out", 1)}).number("opted_out"),
		1);
	const Result refused = talk(game, 2, "Hello", nullptr, player);
	CHECK_EQUAL(refused.code, AI_BRIDGE_REFUSED);
	CHECK_EQUAL(refused.reason, "OptedOut");
	CHECK(refused.run_legacy && refused.pages.empty());
	CHECK_EQUAL(call(game, 3, "Dialogue.Forget", {field("player.char_id", player)}).code, AI_BRIDGE_OK);
}

TEST(server_calls, "What is wrong with a call is said, at once or with its result") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	CHECK_EQUAL(ai_bridge_call(game.bridge, 1, "Dialogue.Sing", nullptr, 0, nullptr), AI_BRIDGE_INVALID);
	CHECK_EQUAL(ai_bridge_call(game.bridge, 0, "Dialogue.Talk", nullptr, 0, nullptr), AI_BRIDGE_INVALID);
	const Result misspelt = call(game, 2, "Dialogue.Talk", {field("nps", NPC)});
	CHECK(misspelt.code == AI_BRIDGE_INVALID && misspelt.attempts == 0);
	CHECK(game.until([&] { return game.logged("there is no field 'nps'"); }));
	const Result nobody = call(game, 3, "Dialogue.Talk", {field("npc", NPC), field("text", "Hi")});
	CHECK(nobody.code == AI_BRIDGE_INVALID && nobody.reason == "Invalid" && nobody.attempts == 1);
	const Result stranger = call(game, 4, "Dialogue.Talk",
		{field("npc", "prontera/Nobody"), field("player.char_id", 1), field("player.name", "Aline"),
			field("text", "Hi")});
	CHECK(stranger.code == AI_BRIDGE_REFUSED && stranger.reason == "NotFound");
}

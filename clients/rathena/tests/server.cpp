// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real AI World: see tests/CMakeLists.txt.
#include "game.hpp"

#include <set>

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

TEST(server_loop, "A script that was suspended goes on with its own answer, the others meanwhile") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	// As RERUNLINE: a builtin runs twice; the first time it asks and suspends, the second time it takes the answer.
	struct Script {
		uint64_t token = 0;
		std::string heard;
		bool over = false;
	};
	std::vector<Script> scripts(40);
	std::map<uint64_t, Script*> suspended;
	uint64_t next = 1;
	const auto builtin = [&](Script& script, size_t at) {
		if (script.token == 0) {
			const Scene scene(160000 + static_cast<int64_t>(at));
			script.token = next++;
			suspended[script.token] = &script;
			return CHECK_EQUAL(
				ai_bridge_talk(game.bridge, script.token, &scene.scene, text("Greetings"), 0, nullptr), AI_BRIDGE_OK);
		}
		script.heard = game.results[script.token].pages.at(0).at(0);
		script.over = true;
	};
	game.on_result = [&](uint64_t token) {
		const auto found = suspended.find(token);
		if (found == suspended.end()) return; // its player has logged off
		Script* script = found->second;
		suspended.erase(found);
		builtin(*script, static_cast<size_t>(script - scripts.data()));
	};
	for (size_t at = 0; at < scripts.size(); ++at)
		builtin(scripts[at], at);
	suspended.erase(scripts[7].token);
	CHECK(game.until(
		[&] { return suspended.empty() && game.status().in_flight == 0 && game.results.size() == 40; }, 180));
	for (size_t at = 0; at < scripts.size(); ++at)
		CHECK(scripts[at].over == (at != 7) && scripts[at].heard.empty() == (at == 7));
}

TEST(server_many, "10,000 calls (or AI_BRIDGE_TEST_CALLS) with 200 on their way at a time all come back, each once") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const char* fewer = std::getenv("AI_BRIDGE_TEST_CALLS");
	const uint64_t ALL = fewer == nullptr ? 10000 : std::strtoull(fewer, nullptr, 10), AT_ONCE = 200;
	CHECK(ALL >= AT_ONCE);
	uint64_t started = 0;
	const Scene scene(170000);
	const auto more = [&] {
		while (started < ALL && started - game.results.size() < AT_ONCE) {
			const uint64_t token = ++started;
			const std::string id = "many-" + std::to_string(token);
			const ai_bridge_options options = {nullptr, 60000, 0, 0, id.c_str()};
			const ai_bridge_code code = token % 50 == 0
				? ai_bridge_recall(game.bridge, token, &scene.scene, text("iron"), 3, &options)
				: ai_bridge_fetch_reply(game.bridge, token, &scene.scene, 0, &options);
			CHECK_EQUAL(code, AI_BRIDGE_OK);
		}
	};
	CHECK(game.until([&] { return more(), game.results.size() == ALL; }, 300));
	size_t found = 0, refused = 0;
	for (const auto& [token, result] : game.results) {
		CHECK_EQUAL(result.parts, 1U);
		CHECK(result.fields.at("request_id") == "many-" + std::to_string(token));
		(token % 50 == 0 ? found : refused) += result.code == (token % 50 == 0 ? AI_BRIDGE_OK : AI_BRIDGE_REFUSED);
	}
	CHECK_EQUAL(found, ALL / 50);
	CHECK_EQUAL(refused, ALL - ALL / 50);
	CHECK(game.until([&] { return game.status().in_flight == 0 && game.status().queued == 0; }));
}

TEST(server_many, "It closes with calls on their way") { // a hang would meet the limit of ctest
	{
		Game game;
		CHECK(game.until([&] { return game.active(); }));
		const Scene scene(170001);
		for (uint64_t token = 1; token <= 150; ++token)
			CHECK_EQUAL(ai_bridge_recall(game.bridge, token, &scene.scene, text("iron"), 3, nullptr), AI_BRIDGE_OK);
	}
	{
		Game game; // and before there is a connection
		const Scene scene(170001);
		CHECK_EQUAL(ai_bridge_recall(game.bridge, 1, &scene.scene, text("iron"), 3, nullptr), AI_BRIDGE_OK);
	}
}

TEST(server_outage, "The server is killed under load: every call comes back, NPCs run their scripts, then AI again") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	uint64_t token = 0;
	std::set<ai_bridge_code> codes;
	const Scene scene(180000);
	const auto one = [&] {
		const ai_bridge_code code = ai_bridge_recall(game.bridge, ++token, &scene.scene, text("iron"), 3, nullptr);
		if (code != AI_BRIDGE_OK) codes.insert(code), game.results[token].code = code;
	};
	for (int at = 0; at < 50; ++at)
		one();
	ask("kill");
	CHECK(game.until([&] { return one(), game.status().state == AI_BRIDGE_STATE_AWAY; }));
	CHECK(game.until([&] { return game.logged("AI Sidecar: Connection lost"); }));
	one();
	CHECK_EQUAL(game.results[token].code, AI_BRIDGE_AWAY);
	CHECK(game.until([&] { return game.results.size() == token; }));
	ask("start");
	CHECK(game.until([&] { return game.logged("AI Sidecar: Connection restored"); }));
	// On a busy machine it may be lost once more before it stays.
	CHECK(game.until([&] {
		++token;
		return ai_bridge_talk(game.bridge, token, &scene.scene, text("Where do you buy your iron?"), 0, nullptr) ==
			AI_BRIDGE_OK &&
			game.result(token).code == AI_BRIDGE_OK;
	}));
	CHECK(game.status().reconnects >= 1);
}

TEST(server_outage, "A server that ends in good order loses no call") {
	Game game;
	CHECK(game.until([&] { return game.active(); }));
	const Scene scene(180002);
	for (uint64_t token = 1; token <= 20; ++token)
		CHECK_EQUAL(ai_bridge_recall(game.bridge, token, &scene.scene, text("iron"), 3, nullptr), AI_BRIDGE_OK);
	CHECK(game.until([&] { return game.status().in_flight > 0 || game.results.size() > 0; }));
	ask("stop");
	CHECK(game.until([&] { return game.results.size() == 20; }));
	ask("start");
}

TEST(closed, "Nothing listens: the first call is answered at once by nobody, and the next without asking") {
	char path[] = "/tmp/ai_bridge_XXXXXX";
	close(mkstemp(path));
	std::ofstream(path) << "ai_sidecar_enabled: yes\nai_sidecar_endpoint: 127.0.0.1:1\nai_sidecar_api_key: sk-1\n";
	Game game(path);
	unlink(path);
	const Scene scene;
	const ai_bridge_code code = ai_bridge_talk(game.bridge, 1, &scene.scene, text("Hi"), 0, nullptr);
	if (code == AI_BRIDGE_OK) {
		const Result result = game.result(1);
		CHECK(result.code == AI_BRIDGE_AWAY && result.run_legacy);
	} else
		CHECK_EQUAL(code, AI_BRIDGE_AWAY);
	CHECK(game.until([&] { return game.status().state == AI_BRIDGE_STATE_AWAY; }));
	CHECK_EQUAL(ai_bridge_talk(game.bridge, 2, &scene.scene, text("Hi"), 0, nullptr), AI_BRIDGE_AWAY);
}

TEST(closed, "Switched off, nothing is started and every call says so") {
	char path[] = "/tmp/ai_bridge_XXXXXX";
	close(mkstemp(path));
	std::ofstream(path) << "ai_sidecar_enabled: no\n";
	ai_bridge* bridge = ai_bridge_open(path, nullptr, nullptr);
	unlink(path);
	CHECK(bridge != nullptr);
	const Scene scene;
	const ai_bridge_field event = field("kill.monster_id", 1002);
	CHECK_EQUAL(ai_bridge_wake_port(bridge), 0);
	CHECK_EQUAL(ai_bridge_talk(bridge, 1, &scene.scene, text("Hi"), 0, nullptr), AI_BRIDGE_DISABLED);
	CHECK_EQUAL(ai_bridge_event(bridge, &event, 1), AI_BRIDGE_DISABLED);
	CHECK_EQUAL(ai_bridge_drain(bridge, 0, nullptr, nullptr), 0U);
	ai_bridge_close(bridge);
	ai_bridge_close(nullptr);
	CHECK(ai_bridge_open("/nowhere/ai_sidecar.conf", nullptr, nullptr) == nullptr);
}

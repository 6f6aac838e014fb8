// SPDX-License-Identifier: GPL-3.0-or-later
// Many calls at once, against a real AI World: see tests/CMakeLists.txt.
#include "game.hpp"

using namespace game;

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

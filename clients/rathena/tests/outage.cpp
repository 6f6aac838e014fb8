// SPDX-License-Identifier: GPL-3.0-or-later
// AI World goes, comes back, was never there: see tests/CMakeLists.txt.
#include "game.hpp"

#include <dirent.h>

#include <algorithm>
#include <set>
#include <sstream>

using namespace game;

namespace {

#ifdef __linux__
constexpr int GONE = 99;

std::set<std::string> threads() {
	std::set<std::string> found;
	DIR* tasks = opendir("/proc/self/task");
	CHECK(tasks != nullptr);
	while (const dirent* each = readdir(tasks))
		if (each->d_name[0] != '.') found.insert(each->d_name);
	closedir(tasks);
	return found;
}

// The 19th field of proc(5)'s stat; the second, the name, may have spaces and ends with the last bracket.
int niceness(const std::string& thread) {
	std::ifstream file("/proc/self/task/" + thread + "/stat");
	std::string line, field;
	if (!std::getline(file, line)) return GONE;
	std::istringstream rest(line.substr(line.rfind(')') + 1));
	for (int at = 3; at <= 19; ++at)
		rest >> field;
	return std::stoi(field);
}
#endif

} // namespace

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

#ifdef __linux__
TEST(closed, "Its threads give way to the loop's") {
	char path[] = "/tmp/ai_bridge_XXXXXX";
	close(mkstemp(path));
	std::ofstream(path) << "ai_sidecar_enabled: yes\nai_sidecar_endpoint: 127.0.0.1:1\nai_sidecar_api_key: sk-1\n";
	const int mine = niceness(std::to_string(getpid()));
	const std::set<std::string> before = threads();
	Game game(path);
	unlink(path);
	CHECK(game.until([&] { return game.status().state == AI_BRIDGE_STATE_AWAY; }));
	size_t polite = 0;
	for (const std::string& each : threads()) {
		if (before.count(each) > 0) continue;
		const int theirs = niceness(each);
		if (theirs == GONE) continue;
		CHECK_EQUAL(theirs, std::min(mine + 5, 19));
		++polite;
	}
	CHECK(polite >= 2); // the bridge's two, and gRPC's
	CHECK_EQUAL(niceness(std::to_string(getpid())), mine);
}
#endif

TEST(closed, "Switched off, nothing is started and every call says so") {
	char path[] = "/tmp/ai_bridge_XXXXXX";
	close(mkstemp(path));
	std::ofstream(path) << "ai_sidecar_enabled: no\n";
	ai_bridge* bridge = ai_bridge_open(path, nullptr, nullptr);
	unlink(path);
	CHECK(bridge != nullptr);
	const Scene scene;
	const ai_bridge_field event = {"kill.monster_id", AI_BRIDGE_INT, 1002, 0, {nullptr, 0}};
	CHECK_EQUAL(ai_bridge_wake_port(bridge), 0);
	CHECK_EQUAL(ai_bridge_talk(bridge, 1, &scene.scene, text("Hi"), 0, nullptr), AI_BRIDGE_DISABLED);
	CHECK_EQUAL(ai_bridge_event(bridge, &event, 1), AI_BRIDGE_DISABLED);
	CHECK_EQUAL(ai_bridge_drain(bridge, 0, nullptr, nullptr), 0U);
	ai_bridge_close(bridge);
	ai_bridge_close(nullptr);
	CHECK(ai_bridge_open("/nowhere/ai_sidecar.conf", nullptr, nullptr) == nullptr);
}

// SPDX-License-Identifier: GPL-3.0-or-later
// A game in a few lines: it opens the bridge as a map-server does and keeps what comes out of it.
#pragma once

#include "ai_bridge.h"
#include "check.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace game {

using Clock = std::chrono::steady_clock;

inline int loopback(uint16_t port) {
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	sockaddr_in address = {};
	address.sin_family = AF_INET;
	address.sin_port = htons(port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
	return fd;
}

struct Result {
	ai_bridge_code code = AI_BRIDGE_OK;
	std::string method, reason, message, request_id;
	uint32_t attempts = 0;
	bool cached = false, more = false, run_legacy = false;
	std::vector<std::vector<std::string>> pages;
	std::map<std::string, std::string> fields;
	size_t parts = 0;

	int64_t number(const std::string& name) const { return std::strtoll(fields.at(name).c_str(), nullptr, 10); }
};

inline ai_bridge_text text(const std::string& from) {
	return {from.data(), from.size()};
}

inline std::string string(const ai_bridge_text& from) {
	return std::string(from.data, from.size);
}

inline std::string string(const ai_bridge_field& from) {
	if (from.type == AI_BRIDGE_INT) return std::to_string(from.integer);
	return from.type == AI_BRIDGE_REAL ? std::to_string(from.real) : string(from.text);
}

// The server to test with, or the test is skipped.
inline std::string configuration() {
	const char* path = std::getenv("AI_BRIDGE_TEST_CONF");
	if (path == nullptr) throw check::Skipped{};
	return path;
}

// Asks whoever runs the tests to "stop", "kill" or "start" the server, and waits until it is done.
inline void ask(const std::string& what) {
	const char* port = std::getenv("AI_BRIDGE_TEST_CONTROL");
	if (port == nullptr) throw check::Skipped{};
	const int fd = loopback(static_cast<uint16_t>(std::atoi(port)));
	const std::string line = what + "\n";
	char answer = '?';
	CHECK(send(fd, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size()));
	CHECK(recv(fd, &answer, 1, 0) == 1 && answer == '+');
	close(fd);
}

class Game {
public:
	explicit Game(const std::string& path = configuration()) : bridge(ai_bridge_open(path.c_str(), log, this)) {
		CHECK(bridge != nullptr);
		wake_ = loopback(ai_bridge_wake_port(bridge));
	}
	~Game() {
		close(wake_);
		ai_bridge_close(bridge);
	}
	Game(const Game&) = delete;
	Game& operator=(const Game&) = delete;

	// One turn of the loop: sleeps until the bridge wakes it, or so many milliseconds.
	void turn(int milliseconds = 20) {
		pollfd fd = {wake_, POLLIN, 0};
		char bytes[64];
		if (poll(&fd, 1, milliseconds) > 0) CHECK(recv(wake_, bytes, sizeof bytes, 0) > 0);
		ai_bridge_drain(bridge, 0, came, this);
	}

	bool until(const std::function<bool()>& condition, int seconds = 90) {
		const auto end = Clock::now() + std::chrono::seconds(seconds);
		while (!condition()) {
			if (Clock::now() > end) return false;
			turn();
		}
		return true;
	}

	Result result(uint64_t token) {
		CHECK(until([&] { return results.count(token) > 0 && !results[token].more; }));
		return results[token];
	}

	bool active() { return status().state == AI_BRIDGE_STATE_ACTIVE; }

	ai_bridge_status status() const {
		ai_bridge_status now;
		ai_bridge_status_of(bridge, &now);
		return now;
	}

	bool logged(const std::string& words) const {
		for (const std::string& line : lines)
			if (line.find(words) != std::string::npos) return true;
		return false;
	}

	ai_bridge* bridge;
	std::map<uint64_t, Result> results;
	std::vector<Result> world;
	std::vector<std::string> lines;
	std::function<void(uint64_t)> on_result;

private:
	static void log(void* self, ai_bridge_level, const char* line) { static_cast<Game*>(self)->lines.push_back(line); }

	static void came(void* self, const ai_bridge_result* from) {
		auto& game = *static_cast<Game*>(self);
		Result result;
		result.code = from->code;
		result.method = from->method;
		result.reason = string(from->reason);
		result.message = string(from->message);
		result.attempts = from->attempts;
		result.cached = from->cached == 1;
		result.more = from->more == 1;
		result.run_legacy = from->run_legacy == 1;
		for (size_t page = 0; page < from->page_count; ++page) {
			result.pages.emplace_back();
			for (size_t line = 0; line < from->pages[page].line_count; ++line)
				result.pages.back().push_back(string(from->pages[page].lines[line]));
		}
		for (size_t at = 0; at < from->field_count; ++at)
			result.fields[from->fields[at].name] = string(from->fields[at]);
		if (from->token == 0) return game.world.push_back(result);
		result.parts = game.results[from->token].parts + 1;
		game.results[from->token] = result;
		if (game.on_result) game.on_result(from->token);
	}

	int wake_ = -1;
};

// A player in front of the blacksmith of the tests.
struct Scene {
	std::string npc = "prontera/Brannoc#town", name = "Aline", map = "prontera";
	ai_bridge_scene scene = {};

	explicit Scene(int64_t char_id = 150001) {
		scene.npc = text(npc);
		scene.char_id = char_id;
		scene.player_name = text(name);
		scene.map = text(map);
		scene.x = 164;
		scene.y = 181;
	}
};

} // namespace game

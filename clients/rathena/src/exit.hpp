// SPDX-License-Identifier: GPL-3.0-or-later
// What goes from the library's threads to the game's: answers, log lines, and how it stands.
#pragma once

#include "answer.hpp"
#include "inbox.hpp"
#include "wake.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace aib {

struct Line {
	Line* next = nullptr;
	ai_bridge_level level;
	std::string text;
};

// As AI World introduced itself.
struct Peer {
	std::string server_id;
	std::string schema_name;
	std::string code_page;
	std::string platform_version;
	std::set<std::string> features;
	uint32_t concurrent_calls = 0;
};

struct Counters {
	std::atomic<int> state{AI_BRIDGE_STATE_CONNECTING};
	std::atomic<uint64_t> ok{0}, failed{0}, retries{0}, hits{0}, sent{0}, dropped{0}, reconnects{0};
	std::atomic<uint32_t> queued{0}, in_flight{0}, events{0}, cached{0};
	std::atomic<uint32_t> unheard{0}; // world events that the game has not taken yet
};

class Exit {
public:
	explicit Exit(ai_bridge_level level) : level_(level) {}
	~Exit();
	Exit(const Exit&) = delete;
	Exit& operator=(const Exit&) = delete;

	void answer(std::unique_ptr<Answer> answer);
	void log(ai_bridge_level level, const std::string& text);
	void meet(std::shared_ptr<const Peer> peer);

	Answer* answers() { return answers_.take(); }
	Line* lines() { return lines_.take(); }
	void line_taken() { waiting_lines_.fetch_sub(1); }
	std::shared_ptr<const Peer> peer() const;

	Counters counters;
	Wake wake;

private:
	static constexpr uint32_t MOST_LINES = 1000;
	Inbox<Answer> answers_;
	Inbox<Line> lines_;
	std::atomic<uint32_t> waiting_lines_{0};
	ai_bridge_level level_;
	mutable std::mutex meeting_; // held for copying a pointer
	std::shared_ptr<const Peer> peer_ = std::make_shared<Peer>();
};

} // namespace aib

// SPDX-License-Identifier: GPL-3.0-or-later
// The game's side of the library: everything here runs in the game's thread.
#pragma once

#include "desk.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

struct ai_bridge {
	ai_bridge(aib::Config with, ai_bridge_log_fn log_with, void* user);
	~ai_bridge();
	ai_bridge(const ai_bridge&) = delete;
	ai_bridge& operator=(const ai_bridge&) = delete;

	ai_bridge_code start(std::unique_ptr<aib::Call> call);
	ai_bridge_code happened(std::vector<aib::Value> values);
	ai_bridge_code act_on(std::vector<std::string> kinds);
	size_t drain(size_t most, ai_bridge_result_fn call, void* user);
	void log();
	bool can(const char* method) const;

	const aib::Config config;
	const aib::Schema schema;
	aib::Exit exit;

private:
	static constexpr uint32_t MOST = 4096; // calls whose results have not been taken
	ai_bridge_code barred(const std::string& method) const;

	ai_bridge_log_fn log_;
	void* log_user_;
	std::deque<std::unique_ptr<aib::Answer>> ready_;
	uint32_t outstanding_ = 0;
	std::unique_ptr<aib::Desk> desk_; // the last: its thread ends before anything else
};

namespace aib {

// The options of a call, and what is wrong with them.
ai_bridge_code apply(const ai_bridge_options* options, const Config& config, Call& call);

} // namespace aib

// SPDX-License-Identifier: GPL-3.0-or-later
// What happened in the game, told in batches, at least once; AI World counts each id once.
#pragma once

#include "call.hpp"
#include "outcome.hpp"

#include <deque>
#include <string>
#include <vector>

namespace aib {

class Events {
public:
	explicit Events(Desk& desk) : desk_(desk) {}

	void add(std::vector<Value> values, int64_t at);
	void tick(Clock::time_point now);
	Clock::time_point due() const;
	// Sends what there is, whether or not it is time.
	void hurry() { send_at_ = Clock::time_point{}; }
	bool idle() const { return waiting_.empty() && sent_.empty(); }

private:
	using Event = std::vector<Value>;
	static constexpr size_t MOST = 10000;
	static constexpr size_t BATCH = 100;
	bool ready() const;
	void flush();
	void told(const Reply& reply);
	void note_refused(const Reply& reply);
	void count();

	Desk& desk_;
	std::deque<Event> waiting_;
	std::deque<Event> sent_; // the batch on its way
	size_t batch_ = BATCH;
	uint32_t failures_ = 0;
	Clock::time_point send_at_ = Clock::time_point::max();
};

} // namespace aib

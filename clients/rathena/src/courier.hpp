// SPDX-License-Identifier: GPL-3.0-or-later
// Calls on their way: what waits, what is in flight, what is tried again.
#pragma once

#include "cache.hpp"
#include "call.hpp"
#include "outcome.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>

namespace aib {

class Courier {
public:
	explicit Courier(Desk& desk);

	// A call of the game's: answered from the cache, sent, or kept until there is room.
	void take(std::unique_ptr<Call> call);
	// A call of the library's own: at once, whatever the state is, once and not again.
	void send_own(std::unique_ptr<Call> call, bool wait_for_ready);
	void came_back(std::unique_ptr<Try> attempt);

	void tick(Clock::time_point now);
	Clock::time_point due() const;

	// Another AI World may answer otherwise.
	void forget() { cache_.clear(); }
	void cancel_all();
	bool idle() const { return flying_.empty(); }

	// Builds the message; false if it cannot be, and then the call has been answered.
	bool build(Call& call);
	void answer(Call& call, const Outcome& outcome, const std::string* body, bool cached, bool more = false);

private:
	void pump(Clock::time_point now);
	void send(std::unique_ptr<Call> call, bool wait_for_ready, Clock::time_point now);
	bool from_cache(Call& call, Clock::time_point now);
	bool try_again(std::unique_ptr<Call>& call, const Outcome& outcome, Clock::time_point now);
	void settle(Call& call, const Reply& reply, const Outcome& outcome, Clock::time_point now);
	void sweep(Clock::time_point now);
	void refuse_all();
	void report(const Call& call, const Outcome& outcome, uint32_t took);
	size_t room() const;
	void count();

	Desk& desk_;
	Cache cache_;
	std::deque<std::unique_ptr<Call>> waiting_;
	std::multimap<Clock::time_point, std::unique_ptr<Call>> later_; // to be tried again
	std::set<Try*> flying_;
	Clock::time_point sweep_at_;
	uint32_t jitter_ = 2463534242U;
};

// 32 hexadecimal digits, new every time.
std::string fresh_id();

} // namespace aib

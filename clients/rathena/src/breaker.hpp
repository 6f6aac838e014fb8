// SPDX-License-Identifier: GPL-3.0-or-later
// The circuit breaker: after so many failures in a row nothing is tried but one probe now and then.
#pragma once

#include "cache.hpp"

#include <cstdint>

namespace aib {

// Time is given, never asked for. Not for several threads at once.
class Breaker {
public:
	explicit Breaker(uint32_t after) : after_(after) {}

	bool open() const { return open_; }

	// A call failed because AI World was not there. True if that opened the breaker.
	bool failed(Clock::time_point now);

	// An answer came, of whatever kind.
	void answered();

	// Opens it at once: there is no connection.
	void trip(Clock::time_point now);

	// When the next probe is due, if it is open.
	Clock::time_point probe_at() const { return probe_at_; }

	// The probe was answered: calls may go, but the next failure opens it again.
	void half_open();

	// The probe failed: the next one later, 10 s at most.
	void probe_failed(Clock::time_point now);

private:
	static constexpr std::chrono::milliseconds FIRST{500};
	static constexpr std::chrono::milliseconds LAST{10000};
	uint32_t after_;
	uint32_t failures_ = 0;
	bool open_ = false;
	bool trial_ = false;
	std::chrono::milliseconds wait_ = FIRST;
	Clock::time_point probe_at_;
};

} // namespace aib

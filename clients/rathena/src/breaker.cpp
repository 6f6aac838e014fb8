// SPDX-License-Identifier: GPL-3.0-or-later
#include "breaker.hpp"

#include <algorithm>

namespace aib {

bool Breaker::failed(Clock::time_point now) {
	if (open_) return false;
	++failures_;
	if (!trial_ && failures_ < after_) return false;
	if (trial_) wait_ = std::min(wait_ * 2, LAST);
	trip(now);
	return true;
}

void Breaker::answered() {
	failures_ = 0;
	trial_ = false;
	if (!open_) wait_ = FIRST;
}

void Breaker::trip(Clock::time_point now) {
	open_ = true;
	trial_ = false;
	failures_ = 0;
	probe_at_ = now + wait_;
}

void Breaker::half_open() {
	open_ = false;
	trial_ = true;
}

void Breaker::probe_failed(Clock::time_point now) {
	wait_ = std::min(wait_ * 2, LAST);
	probe_at_ = now + wait_;
}

} // namespace aib

// SPDX-License-Identifier: GPL-3.0-or-later
// Wakes the game's loop through a TCP connection on loopback: the only thing an unpatched rAthena can wait for.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace aib {

class Wake {
public:
	Wake();
	~Wake();
	Wake(const Wake&) = delete;
	Wake& operator=(const Wake&) = delete;

	// 0 if there is no socket to be had.
	uint16_t port() const { return port_; }

	// One byte to whoever is connected, unless there was one since the last `heard`. By one thread.
	void ring();

	// The same in any case.
	void beat();

	// The game's thread is about to look at what there is.
	void heard() { rung_.store(false, std::memory_order_seq_cst); }

private:
	void accept_all();

	int listener_ = -1;
	uint16_t port_ = 0;
	std::vector<int> connected_;
	std::atomic<bool> rung_{false};
};

} // namespace aib

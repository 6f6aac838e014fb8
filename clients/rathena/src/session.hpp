// SPDX-License-Identifier: GPL-3.0-or-later
// Whether AI World is there, and who it says we are: handshake, breaker, probes, log lines of the connection.
#pragma once

#include "breaker.hpp"
#include "call.hpp"
#include "exit.hpp"
#include "outcome.hpp"

#include <memory>
#include <string>

namespace aib {

class Session {
public:
	explicit Session(Desk& desk);

	// Calls may go out.
	bool active() const { return state() == AI_BRIDGE_STATE_ACTIVE; }
	// No answer is to be had now, and nobody shall wait for one.
	bool gone() const;
	bool has(const std::string& method) const { return peer_->features.count(method) > 0; }
	const Peer& peer() const { return *peer_; }

	// What a call brought back tells of the connection.
	void learn(const Outcome& outcome, bool patient);
	// Something looks wrong: ask now.
	void suspect();

	void tick(Clock::time_point now);
	Clock::time_point due() const;

private:
	ai_bridge_state state() const;
	void become(ai_bridge_state state);
	void greet(bool wait_for_ready);
	void greeted(const Reply& reply);
	void accepted(const Reply& reply);
	void turned_away(const Outcome& outcome);
	void lost(const std::string& why);

	Desk& desk_;
	Breaker breaker_;
	std::shared_ptr<const Peer> peer_ = std::make_shared<Peer>();
	bool asking_ = false;
	bool met_ = false;
	Clock::time_point ask_at_;
};

} // namespace aib

// SPDX-License-Identifier: GPL-3.0-or-later
// Calls with many answers: StreamTalk for whoever asks, StreamWorldEvents for ever.
#pragma once

#include "call.hpp"
#include "outcome.hpp"

#include <memory>
#include <set>
#include <optional>
#include <string>
#include <vector>

namespace aib {

class Streams {
public:
	explicit Streams(Desk& desk) : desk_(desk) {}

	// A streaming call of the game's.
	void start(std::unique_ptr<Call> call);

	// What the game acts on; told with the world's stream, which is begun anew if it is open.
	void act_on(std::vector<std::string> kinds);

	void tick(Clock::time_point now);
	Clock::time_point due() const;
	void cancel_all();
	bool idle() const { return running_.empty(); }
	size_t running() const { return running_.size() - (world_ == nullptr ? 0 : 1); }

private:
	struct Talk;
	struct World;
	friend struct Talk;
	friend struct World;
	void open_world();
	void world_part(const Reply& reply);
	void world_ended(const Reply& reply);
	void over(Stream* stream);

	Desk& desk_;
	std::set<Stream*> running_;
	Stream* world_ = nullptr;
	bool hold_ = false; // the game is behind: the next part is not asked for yet
	bool stopped_ = false;
	uint32_t failures_ = 0;
	std::string cursor_;
	std::optional<std::vector<std::string>> acts_;
	Clock::time_point open_at_ = Clock::time_point{};
};

} // namespace aib

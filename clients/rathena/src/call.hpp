// SPDX-License-Identifier: GPL-3.0-or-later
// One call, from the game's thread to its answer.
#pragma once

#include "answer.hpp"
#include "cache.hpp"
#include "post.hpp"
#include "schema.hpp"
#include "transport.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace aib {

struct Call;
using Done = std::function<void(Call&, const Reply&)>;

// Made in the game's thread with its first block; the desk does the rest.
struct Call : Item {
	void handle(Desk& desk) override;

	uint64_t token = 0;
	const Method* method = nullptr;
	std::vector<Value> values;
	std::string code_page; // empty: the server's
	Size size;
	std::string request_id;
	std::chrono::milliseconds timeout{0};
	Clock::time_point began = Clock::now();

	Clock::time_point deadline;
	std::string body;
	std::string cache_key;
	uint32_t tries = 0;
	size_t failed_on = ANY_CHANNEL;
	Done done; // a call of the library itself: nobody else gets its answer
};

// A try that comes back brings its call along.
struct Try : Attempt {
	void handle(Desk& desk) override;
	std::unique_ptr<Call> call;
};

// Something the game did, to be told in a batch.
struct Happened : Item {
	void handle(Desk& desk) override;
	std::vector<Value> values;
	int64_t at = 0; // seconds since 1970
};

// Which world events the game acts on.
struct Acting : Item {
	void handle(Desk& desk) override;
	std::vector<std::string> kinds;
};

struct Stop : Item {
	void handle(Desk& desk) override;
};

} // namespace aib

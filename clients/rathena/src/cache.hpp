// SPDX-License-Identifier: GPL-3.0-or-later
// Replies that AI World allowed to be kept (docs/reference/rathena-client.md, "Cache").
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

namespace aib {

using Clock = std::chrono::steady_clock;

// The least recently used entry goes first. Not for several threads at once.
class Cache {
public:
	Cache(size_t most, std::chrono::seconds longest) : most_(most), longest_(longest) {}

	// The reply, or nullptr. Valid until the next call of put or clear.
	const std::string* get(const std::string& key, Clock::time_point now);

	// Keeps it for `keep`, at most for the longest time configured.
	void put(const std::string& key, std::string reply, std::chrono::seconds keep, Clock::time_point now);

	void clear();
	size_t size() const { return entries_.size(); }

private:
	struct Entry {
		std::string key;
		std::string reply;
		Clock::time_point until;
	};
	void erase(std::list<Entry>::iterator entry);

	size_t most_;
	std::chrono::seconds longest_;
	std::list<Entry> entries_; // the last used first
	std::unordered_map<std::string, std::list<Entry>::iterator> places_;
};

} // namespace aib

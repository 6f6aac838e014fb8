// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache.hpp"

#include <algorithm>

namespace aib {

const std::string* Cache::get(const std::string& key, Clock::time_point now) {
	const auto found = places_.find(key);
	if (found == places_.end()) return nullptr;
	const auto entry = found->second;
	if (entry->until <= now) return erase(entry), nullptr;
	entries_.splice(entries_.begin(), entries_, entry);
	return &entry->reply;
}

void Cache::put(const std::string& key, std::string reply, std::chrono::seconds keep, Clock::time_point now) {
	const auto found = places_.find(key);
	if (found != places_.end()) erase(found->second);
	entries_.push_front({key, std::move(reply), now + std::min(keep, longest_)});
	places_.emplace(key, entries_.begin());
	if (entries_.size() > most_) erase(std::prev(entries_.end()));
}

void Cache::clear() {
	places_.clear();
	entries_.clear();
}

void Cache::erase(std::list<Entry>::iterator entry) {
	places_.erase(entry->key);
	entries_.erase(entry);
}

} // namespace aib

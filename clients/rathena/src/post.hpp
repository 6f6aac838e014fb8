// SPDX-License-Identifier: GPL-3.0-or-later
// The desk's inbox with a bell: one write to an eventfd when it was empty, none for the other 99 of a burst.
#pragma once

#include "inbox.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace aib {

class Post {
public:
	Post() : bell_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
		if (bell_ < 0) throw std::runtime_error("no eventfd is to be had");
	}
	~Post() { close(bell_); }
	Post(const Post&) = delete;
	Post& operator=(const Post&) = delete;

	void put(Item* item) {
		if (!items_.put(item)) return;
		const uint64_t one = 1;
		if (write(bell_, &one, sizeof one) < 0) return; // full: it rings already
	}

	// All there is, after at most so many milliseconds.
	Item* wait(int milliseconds) {
		pollfd bell = {bell_, POLLIN, 0};
		uint64_t rings = 0;
		if (items_.empty()) poll(&bell, 1, milliseconds);
		if (read(bell_, &rings, sizeof rings) < 0) rings = 0;
		return items_.take();
	}

private:
	Inbox<Item> items_;
	int bell_;
};

} // namespace aib

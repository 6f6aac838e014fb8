// SPDX-License-Identifier: GPL-3.0-or-later
#include "exit.hpp"

namespace aib {

Exit::~Exit() {
	for (Answer* each = answers_.take(); each != nullptr;) {
		Answer* next = each->next;
		delete each;
		each = next;
	}
	for (Line* each = lines_.take(); each != nullptr;) {
		Line* next = each->next;
		delete each;
		each = next;
	}
}

void Exit::answer(std::unique_ptr<Answer> answer) {
	answer->seal();
	answers_.put(answer.release());
	wake.ring();
}

// A game that never drains is not to run out of memory for it.
void Exit::log(ai_bridge_level level, const std::string& text) {
	if (level < level_) return;
	if (waiting_lines_.fetch_add(1) >= MOST_LINES) {
		waiting_lines_.fetch_sub(1);
		return;
	}
	auto* line = new Line;
	line->level = level;
	line->text = text;
	lines_.put(line);
	wake.ring();
}

void Exit::meet(std::shared_ptr<const Peer> peer) {
	const std::lock_guard<std::mutex> held(meeting_);
	peer_ = std::move(peer);
}

std::shared_ptr<const Peer> Exit::peer() const {
	const std::lock_guard<std::mutex> held(meeting_);
	return peer_;
}

} // namespace aib

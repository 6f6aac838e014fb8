// SPDX-License-Identifier: GPL-3.0-or-later
// An ai_bridge_result together with all that it points to, made ready for the game's thread.
#pragma once

#include "ai_bridge.h"
#include "filling.hpp"
#include "layout.hpp"

#include <google/protobuf/message.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace aib {

struct Answer {
	Answer* next = nullptr;
	ai_bridge_result result = {};

	Answer() = default;
	Answer(const Answer&) = delete;
	Answer& operator=(const Answer&) = delete;

	ai_bridge_text keep(std::string text);
	void add(std::string name, int64_t integer);
	void add(std::string name, double real);
	void add(std::string name, ai_bridge_type type, std::string text, int64_t integer = 0);
	void add_page(std::vector<std::string> lines);

	// Sets the pointers of `result`. Nothing may be added afterwards.
	void seal();

private:
	ai_bridge_field& added(std::string name, ai_bridge_type type);

	std::deque<std::string> texts_; // a deque: what points into it stays
	std::vector<ai_bridge_field> fields_;
	std::deque<std::vector<ai_bridge_text>> lines_;
	std::vector<ai_bridge_page> pages_;
};

// How the pages of a reply are to be laid out; 0: as they came.
struct Size {
	uint32_t columns = 0;
	uint32_t lines = 0;
};

class Reader {
public:
	Reader(CodePages& pages, Pages which) : pages_(pages), which_(std::move(which)) {}

	// All fields of a reply by their path, and its dialogue boxes.
	void read(const google::protobuf::Message& message, Size size, Answer& answer);

private:
	using Message = google::protobuf::Message;
	using Field = google::protobuf::FieldDescriptor;
	void flatten(const Message& message, const std::string& prefix, Answer& answer);
	void one(const Message& message, const Field* field, int index, const std::string& name, Answer& answer);
	void list(const Message& message, const Field* field, const std::string& name, Answer& answer);
	std::string text_of(const Message& message, const Field* field, int index);
	bool lay_out(const Message& message, Size size, Answer& answer);
	std::vector<std::string> lines_of(const Message& page, Size size);
	bool raw() const { return which_.call == which_.server; }

	CodePages& pages_;
	Pages which_;
};

} // namespace aib

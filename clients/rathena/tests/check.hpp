// SPDX-License-Identifier: GPL-3.0-or-later
// Tests that are sentences: TEST(group, "It does this") { CHECK(...); }
#pragma once

#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace check {

struct Test {
	std::string group;
	std::string sentence;
	std::function<void()> body;
};

inline std::vector<Test>& all() {
	static std::vector<Test> tests;
	return tests;
}

struct Added {
	Added(std::string group, std::string sentence, std::function<void()> body) {
		all().push_back({std::move(group), std::move(sentence), std::move(body)});
	}
};

struct Failed : std::runtime_error {
	using std::runtime_error::runtime_error;
};

struct Skipped {};

inline void that(bool good, const char* text, const char* file, int line) {
	if (good) return;
	throw Failed(std::string(file) + ":" + std::to_string(line) + ": " + text);
}

template <class A, class B> void equal(const A& left, const B& right, const char* text, const char* file, int line) {
	if (left == right) return;
	std::ostringstream out;
	out << file << ":" << line << ": " << text << ": '" << left << "' is not '" << right << "'";
	throw Failed(out.str());
}

} // namespace check

#define CHECK_JOIN2(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN2(a, b)
#define TEST(group, sentence)                                                                                          \
	static void CHECK_JOIN(test_, __LINE__)();                                                                         \
	static const check::Added CHECK_JOIN(added_, __LINE__)(#group, sentence, CHECK_JOIN(test_, __LINE__));             \
	static void CHECK_JOIN(test_, __LINE__)()
#define CHECK(what) check::that(static_cast<bool>(what), #what, __FILE__, __LINE__)
#define CHECK_EQUAL(left, right) check::equal(left, right, #left " == " #right, __FILE__, __LINE__)

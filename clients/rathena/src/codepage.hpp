// SPDX-License-Identifier: GPL-3.0-or-later
// Between the bytes of a game client and UTF-8. Nothing is ever refused: the game cuts texts at bytes, in
// mid-character, and sends what it likes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace aib {

// Not for several threads at once.
class CodePages {
public:
	CodePages() = default;
	~CodePages();
	CodePages(const CodePages&) = delete;
	CodePages& operator=(const CodePages&) = delete;

	// Whether this machine can convert it ("cp1252", "cp949", "utf-8" ...).
	bool known(const std::string& page);

	// Half a character at the end is dropped. What is no text in the page is taken as UTF-8 if it is that, else
	// left out, byte by byte.
	std::string to_utf8(std::string_view bytes, const std::string& page);

	// A character that the page lacks becomes a plain look-alike, else '?'.
	std::string from_utf8(std::string_view text, const std::string& page);

private:
	struct Pair {
		void* to;   // iconv_t into UTF-8
		void* from; // iconv_t out of it
	};
	const Pair& pair(const std::string& page);
	std::map<std::string, Pair> pairs_;
};

// UTF-8 that is UTF-8: bytes that are none are left out.
std::string repaired_utf8(std::string_view text);

} // namespace aib

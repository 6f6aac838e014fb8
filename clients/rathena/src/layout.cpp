// SPDX-License-Identifier: GPL-3.0-or-later
#include "layout.hpp"

#include <algorithm>

namespace aib {
namespace {

struct Letter {
	size_t bytes;
	size_t columns;
};

// The character at `at` of valid UTF-8.
Letter letter(const std::string& text, size_t at) {
	const auto first = static_cast<unsigned char>(text[at]);
	const size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t code = bytes == 1 ? first : first & (0x7fU >> bytes);
	for (size_t more = 1; more < bytes && at + more < text.size(); ++more)
		code = (code << 6) | (static_cast<unsigned char>(text[at + more]) & 0x3fU);
	const bool mark = (code >= 0x300 && code < 0x370) || code == 0xe31 || (code >= 0xe34 && code <= 0xe3a) ||
		(code >= 0xe47 && code <= 0xe4e);
	// Hangul, kana, ideographs, full-width forms: blocks W and F of Unicode's EastAsianWidth, roughly.
	const bool wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
		(code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
		(code >= 0xff00 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6) || code >= 0x20000;
	return {bytes, mark ? size_t{0} : wide ? size_t{2} : size_t{1}};
}

// Where the first line of `text` ends: after the last space that fits, else after the last character that does.
size_t break_at(const std::string& text, uint32_t columns) {
	size_t used = 0, space = 0, at = 0;
	while (at < text.size()) {
		const Letter next = letter(text, at);
		if (used + next.columns > columns && at > 0) return space > 0 && text[at] != ' ' ? space : at;
		if (text[at] == ' ' && at > 0) space = at;
		used += next.columns;
		at += next.bytes;
	}
	return text.size();
}

} // namespace

size_t columns_of(const std::string& line) {
	size_t columns = 0;
	for (size_t at = 0; at < line.size();) {
		const Letter next = letter(line, at);
		columns += next.columns;
		at += next.bytes;
	}
	return columns;
}

Lines wrapped(const Lines& lines, uint32_t columns) {
	if (columns == 0) return lines;
	Lines out;
	for (std::string rest : lines) {
		while (columns_of(rest) > columns) {
			const size_t end = std::min(break_at(rest, columns), rest.size());
			out.push_back(rest.substr(0, end));
			rest.erase(0, end);
			rest.erase(0, std::min(rest.find_first_not_of(' '), rest.size()));
		}
		if (!rest.empty()) out.push_back(rest);
	}
	return out;
}

std::vector<Lines> paged(const Lines& lines, uint32_t height) {
	std::vector<Lines> pages;
	for (const std::string& line : lines) {
		if (pages.empty() || (height > 0 && pages.back().size() >= height)) pages.emplace_back();
		pages.back().push_back(line);
	}
	return pages;
}

} // namespace aib

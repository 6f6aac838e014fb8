// SPDX-License-Identifier: GPL-3.0-or-later
#include "codepage.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace aib {
namespace {

const iconv_t NONE = reinterpret_cast<iconv_t>(-1);

bool ascii(std::string_view text) {
	return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8_name(const std::string& page) {
	return page == "utf-8" || page == "utf8" || page == "UTF-8" || page == "UTF8";
}

// As iconv of glibc calls it: Python's names have '_' where it has '-'.
std::string iconv_name(std::string page) {
	std::replace(page.begin(), page.end(), '_', '-');
	return page;
}

// Length of the character at the start of `text`, 0 if there is none. RFC 3629, table 3-7 of Unicode.
size_t utf8_length(std::string_view text) {
	const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
	const unsigned char first = byte(0);
	if (first < 0x80) return 1;
	const size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
	if (length == 0 || text.size() < length) return 0;
	for (size_t at = 1; at < length; ++at)
		if ((byte(at) & 0xc0) != 0x80) return 0;
	if (first == 0xe0 && byte(1) < 0xa0) return 0;
	if (first == 0xed && byte(1) > 0x9f) return 0;
	if (first == 0xf0 && byte(1) < 0x90) return 0;
	if (first == 0xf4 && byte(1) > 0x8f) return 0;
	return length;
}

// Whole, but for a character that was cut off at the end, after others that tell of it.
bool looks_like_utf8(std::string_view text) {
	if (ascii(text)) return false;
	bool other = false;
	while (!text.empty()) {
		const size_t length = utf8_length(text);
		if (length == 0) return other && text.size() < 4 && (static_cast<unsigned char>(text[0]) & 0xc0) == 0xc0;
		other = other || length > 1;
		text.remove_prefix(length);
	}
	return other;
}

// Typographic marks that nearly every writer uses and few code pages have.
char plain(std::string_view character) {
	static const std::array<std::pair<std::string_view, char>, 10> known = {{
		{"\u2018", '\''},
		{"\u2019", '\''},
		{"\u201c", '"'},
		{"\u201d", '"'},
		{"\u201e", '"'},
		{"\u2013", '-'},
		{"\u2014", '-'},
		{"\u2026", '.'},
		{"\u00a0", ' '},
		{"\u2022", '*'},
	}};
	for (const auto& [from, to] : known)
		if (from == character) return to;
	return '?';
}

// Converts as far as it goes; errno says why it stopped (0: at the end).
void convert(iconv_t with, std::string_view& rest, std::string& out) {
	std::array<char, 512> space;
	char* in = const_cast<char*>(rest.data()); // iconv does not write there
	size_t left = rest.size();
	int stopped = 0;
	do {
		char* to = space.data();
		size_t room = space.size();
		errno = 0;
		stopped = iconv(with, &in, &left, &to, &room) == static_cast<size_t>(-1) ? errno : 0;
		out.append(space.data(), space.size() - room);
	} while (stopped == E2BIG);
	rest.remove_prefix(rest.size() - left);
	errno = stopped;
}

void reset(iconv_t with) {
	iconv(with, nullptr, nullptr, nullptr, nullptr);
}

} // namespace

std::string repaired_utf8(std::string_view text) {
	std::string out;
	out.reserve(text.size());
	while (!text.empty()) {
		const size_t length = utf8_length(text);
		out.append(text.substr(0, length));
		text.remove_prefix(std::max<size_t>(length, 1));
	}
	return out;
}

CodePages::~CodePages() {
	for (const auto& [name, pair] : pairs_) {
		if (pair.to != NONE) iconv_close(pair.to);
		if (pair.from != NONE) iconv_close(pair.from);
	}
}

const CodePages::Pair& CodePages::pair(const std::string& page) {
	const auto found = pairs_.find(page);
	if (found != pairs_.end()) return found->second;
	const std::string name = iconv_name(page);
	const Pair opened = {iconv_open("UTF-8", name.c_str()), iconv_open(name.c_str(), "UTF-8")};
	return pairs_.emplace(page, opened).first->second;
}

bool CodePages::known(const std::string& page) {
	if (is_utf8_name(page)) return true;
	const Pair& both = pair(page);
	return both.to != NONE && both.from != NONE;
}

std::string CodePages::to_utf8(std::string_view bytes, const std::string& page) {
	if (is_utf8_name(page) || !known(page)) return repaired_utf8(bytes);
	if (ascii(bytes)) return std::string(bytes);
	const iconv_t with = pair(page).to;
	std::string out;
	bool broken = false;
	for (std::string_view rest = bytes; !rest.empty();) {
		convert(with, rest, out);
		if (errno == EINVAL) break; // half a character
		if (errno != EILSEQ) continue;
		broken = true;
		rest.remove_prefix(1);
		reset(with);
	}
	reset(with);
	return broken && looks_like_utf8(bytes) ? repaired_utf8(bytes) : out;
}

std::string CodePages::from_utf8(std::string_view text, const std::string& page) {
	if (is_utf8_name(page)) return repaired_utf8(text);
	if (ascii(text)) return std::string(text);
	const std::string clean = repaired_utf8(text);
	const iconv_t with = known(page) ? pair(page).from : NONE;
	std::string out;
	for (std::string_view rest = clean; !rest.empty();) {
		if (with != NONE) convert(with, rest, out);
		if (rest.empty()) break;
		const size_t length = std::max<size_t>(utf8_length(rest), 1);
		if (length == 1 && with == NONE)
			out.push_back(rest[0]);
		else
			out.push_back(plain(rest.substr(0, length)));
		rest.remove_prefix(length);
		if (with != NONE) reset(with);
	}
	if (with != NONE) reset(with);
	return out;
}

} // namespace aib

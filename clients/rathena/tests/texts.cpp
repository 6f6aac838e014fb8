// SPDX-License-Identifier: GPL-3.0-or-later
// Texts and fields: code pages, messages, lines.
#include "answer.hpp"
#include "check.hpp"
#include "codepage.hpp"
#include "filling.hpp"
#include "layout.hpp"
#include "schema.hpp"

#include <random>

using namespace aib;

namespace {

std::string there(const std::string& bytes, const std::string& page) {
	return CodePages().to_utf8(bytes, page);
}
std::string back(const std::string& text, const std::string& page) {
	return CodePages().from_utf8(text, page);
}

Value text(const char* name, const std::string& value) {
	Value made;
	made.name = name;
	made.type = AI_BRIDGE_TEXT;
	made.text = value;
	return made;
}

Value number(const char* name, int64_t value) {
	Value made;
	made.name = name;
	made.integer = value;
	return made;
}

// What is wrong, or the message as text.
std::string filled(const char* method, const std::vector<Value>& values, const std::string& page = "cp1252") {
	static const Schema schema;
	CodePages pages;
	const auto message = schema.request(*schema.method(method));
	const std::string wrong = Filler(pages, {page, page}).fill(*message, values);
	return wrong.empty() ? message->ShortDebugString() : "wrong: " + wrong;
}

std::unique_ptr<Answer> read(const std::string& method, const std::vector<Value>& values, const std::string& page,
	const std::string& server, Size size = {}) {
	static const Schema schema;
	CodePages pages;
	const auto reply = schema.reply(*schema.method(method));
	const std::string wrong = Filler(pages, {"utf-8", "utf-8"}).fill(*reply, values);
	CHECK_EQUAL(wrong, "");
	auto answer = std::make_unique<Answer>();
	Reader(pages, {page, server}).read(*reply, size, *answer);
	answer->seal();
	return answer;
}

std::string shown(const Answer& answer, const char* name) {
	const ai_bridge_field* field = ai_bridge_find(&answer.result, name);
	if (field == nullptr) return "(none)";
	if (field->type == AI_BRIDGE_INT) return std::to_string(field->integer);
	return field->type == AI_BRIDGE_REAL ? std::to_string(field->real)
										 : std::string(field->text.data, field->text.size);
}

} // namespace

TEST(code_pages, "Every code page of a game client goes there and back") {
	const std::vector<std::pair<std::string, std::string>> samples = {{"cp1252", "Ol\u00e1, ca\u00e7ador"},
		{"cp874", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35"}, {"cp949", "\uc548\ub155 \ub611\ubc29\uac01\ud558"},
		{"cp932", "\u3053\u3093\u306b\u3061\u306f\u8868"}, {"cp1251", "\u041f\u0440\u0438\u0432\u0435\u0442"},
		{"gb18030", "\u4f60\u597d\u3400"}, {"big5", "\u4f60\u597d\u529f"}, {"utf-8", "\u4f60 Ol\u00e1 \U0001F600"},
		{"euc_kr", "\uc548\ub155"}, {"shift_jis", "\u3053"}};
	for (const auto& [page, words] : samples)
		CHECK_EQUAL(there(back(words, page), page), words);
}

TEST(code_pages, "A character that was cut in half at the end is dropped, and only it") {
	for (const char* page : {"cp949", "cp932", "gb18030", "big5", "utf-8"}) {
		const std::string words = std::string(page) == "cp949" ? "\uc548\ub155" : "\u65e5\u672c";
		const std::string bytes = back(words, page);
		const std::string cut = there(bytes.substr(0, bytes.size() - 1), page);
		CHECK_EQUAL(cut, words.substr(0, 3));
	}
}

TEST(code_pages, "What is no text in the page is left out, unless it is UTF-8") {
	CHECK_EQUAL(there("a\x81"
					  "b",
					"cp1252"),
		"ab");
	CHECK_EQUAL(there("\xff\xfe"
					  "abc",
					"cp949"),
		"abc");
	CHECK_EQUAL(there("\xc3\x81lvaro \xc3\x81", "cp1252"), "\u00c1lvaro \u00c1"); // 0x81 is nothing in cp1252
	CHECK_EQUAL(there("\xed\xa0\x80x\xc0\xaf", "utf-8"), "x");                    // a surrogate, an overlong slash
}

TEST(code_pages, "What the page lacks becomes a look-alike or a question mark, one for each character") {
	CHECK_EQUAL(back("\u201cyes\u201d \u2014 \u4f60", "cp874").substr(0, 1) == "\x93", true);
	CHECK_EQUAL(back("\u201cyes\u201d \u2014 \u4f60\U0001F600", "cp932").back(), '?');
	CHECK_EQUAL(back("\u4f60\u597d", "cp1252"), "??");
	CHECK_EQUAL(back("caf\u00e9\u2026", "ascii"), "caf?.");
}

TEST(code_pages, "No bytes at all can make it fail or give what is no UTF-8") {
	std::mt19937 random(7);
	CodePages pages;
	for (int round = 0; round < 3000; ++round) {
		std::string bytes(random() % 80, ' ');
		for (char& c : bytes)
			c = static_cast<char>(random());
		for (const char* page :
			{"cp1252", "cp874", "cp949", "cp932", "cp1251", "gb18030", "big5", "utf-8", "nonsense"}) {
			const std::string text = pages.to_utf8(bytes, page);
			CHECK(repaired_utf8(text) == text);
			pages.from_utf8(text, page);
			pages.from_utf8(bytes, page);
		}
	}
}

TEST(fields, "A request is filled by the names of its fields, in the client's code page") {
	CHECK_EQUAL(filled("Dialogue.Talk",
					{text("npc", "prontera/Sm\xedth"), number("player.char_id", 7), text("text", "Ol\xe1"),
						number("place.x", 12), text("first_line_ms", "40")}),
		"npc: \"prontera/Sm\\303\\255th\" player { char_id: 7 } text: \"Ol\\303\\241\" place { x: 12 } first_line_ms: "
		"40");
	CHECK_EQUAL(filled("Npcs.SyncNpcs",
					{text("npcs.0.map", "a"), number("npcs.0.sprite", 46), text("npcs.1.map", "b"),
						number("npcs.1.ai_enabled", 0)}),
		"npcs { map: \"a\" sprite: \"46\" } npcs { map: \"b\" ai_enabled: false }");
	CHECK_EQUAL(filled("Dialogue.Remember", {text("speaker", "npc"), number("happened_at", 1700000000)}),
		"speaker: SPEAKER_NPC happened_at { seconds: 1700000000 }");
	CHECK_EQUAL(filled("Quests.GenerateQuest",
					{text("kinds.0", "QUEST_KIND_KILL"), text("kinds.1", "collect"), number("items.0", 501)}),
		"kinds: QUEST_KIND_KILL kinds: QUEST_KIND_COLLECT items: 501");
}

TEST(fields, "What cannot be is said by name") {
	CHECK_EQUAL(filled("Dialogue.Talk", {text("nps", "x")}), "wrong: there is no field 'nps'");
	CHECK_EQUAL(filled("Dialogue.Talk", {text("npc.x", "x")}), "wrong: there is no field 'npc.x'");
	CHECK_EQUAL(filled("Dialogue.Talk", {number("place.x", -1)}), "wrong: 'place.x' is no number that fits there");
	CHECK_EQUAL(filled("Dialogue.Talk", {text("place.x", "12a")}), "wrong: 'place.x' is no number that fits there");
	CHECK_EQUAL(filled("Dialogue.Talk", {text("player", "x")}), "wrong: 'player' is a message: name one of its fields");
	CHECK_EQUAL(filled("Dialogue.Remember", {text("speaker", "ghost")}), "wrong: 'speaker' is no Speaker");
	CHECK_EQUAL(filled("Npcs.SyncNpcs", {text("npcs.1.map", "a")}), "wrong: 'npcs.1.map' leaves out an entry");
	CHECK_EQUAL(
		filled("Npcs.SyncNpcs", {text("npcs.map", "a")}), "wrong: 'npcs.map' is a list: name an entry by its number");
}

TEST(fields, "A reply is all its fields by name") {
	const auto answer = read("Dialogue.Recall",
		{text("memories.0.text", "Ol\u00e1"), text("memories.0.speaker", "npc"),
			number("memories.0.happened_at", 1700000000), number("memories.1.id", 9)},
		"cp1252", "cp1252");
	CHECK_EQUAL(shown(*answer, "memories.count"), "2");
	CHECK_EQUAL(shown(*answer, "memories.0.text"), "Ol\xe1");
	CHECK_EQUAL(shown(*answer, "memories.0.speaker"), "npc");
	CHECK_EQUAL(shown(*answer, "memories.0.happened_at"), "1700000000");
	CHECK_EQUAL(shown(*answer, "memories.1.id"), "9");
	CHECK_EQUAL(shown(*answer, "memories.1.happened_at"), "(none)");
}

TEST(fields, "Pages are the bytes AI World made, or its text in another code page of the call") {
	const std::vector<Value> reply = {
		text("pages.0.lines.0", "Ol\u00e1"), text("pages.0.raw_lines.0", "Ol\xe1!"), text("pages.1.lines.0", "b")};
	const auto same = read("Dialogue.Talk", reply, "cp1252", "cp1252");
	CHECK_EQUAL(same->result.page_count, 2U);
	CHECK_EQUAL(std::string(same->result.pages[0].lines[0].data), "Ol\xe1!");
	const auto other = read("Dialogue.Talk", reply, "cp850", "cp1252");
	CHECK_EQUAL(std::string(other->result.pages[0].lines[0].data), "Ol\xa0");
	const auto quest = read("Quests.GenerateQuest", {text("quest.pages.0.lines.0", "Hunt")}, "cp1252", "cp1252");
	CHECK_EQUAL(std::string(quest->result.pages[0].lines[0].data), "Hunt");
}

TEST(layout, "Lines break at spaces, wide characters count two, marks none") {
	const Lines lines = wrapped({"one two three", "\uc548\ub155\ud558\uc138\uc694", "x"}, 7);
	CHECK_EQUAL(lines.size(), 5U);
	CHECK_EQUAL(
		lines[0] + "|" + lines[1] + "|" + lines[2] + "|" + lines[3], "one two|three|\uc548\ub155\ud558|\uc138\uc694");
	CHECK_EQUAL(columns_of("\u0e17\u0e35\u0e48"), 1U);
	CHECK_EQUAL(wrapped({"abcdef"}, 1).size(), 6U);
	CHECK_EQUAL(wrapped({"\uc548"}, 1).size(), 1U);
}

TEST(layout, "Pages have at most so many lines") {
	CHECK_EQUAL(paged({"a", "b", "c"}, 2).size(), 2U);
	CHECK_EQUAL(paged({"a", "b", "c"}, 0).size(), 1U);
	const auto answer = read("Dialogue.Talk", {text("pages.0.lines.0", "one two"), text("pages.0.lines.1", "three")},
		"cp1252", "cp1252", {4, 2});
	CHECK_EQUAL(answer->result.page_count, 2U);
	CHECK_EQUAL(std::string(answer->result.pages[1].lines[1].data), "e");
}

// SPDX-License-Identifier: GPL-3.0-or-later
#include "answer.hpp"

#include <google/protobuf/descriptor.h>

namespace aib {
namespace pb = google::protobuf;

ai_bridge_text Answer::keep(std::string text) {
	texts_.push_back(std::move(text));
	return {texts_.back().c_str(), texts_.back().size()};
}

ai_bridge_field& Answer::added(std::string name, ai_bridge_type type) {
	ai_bridge_field field = {};
	field.name = keep(std::move(name)).data;
	field.type = type;
	field.text = {"", 0};
	fields_.push_back(field);
	return fields_.back();
}

void Answer::add(std::string name, int64_t integer) {
	added(std::move(name), AI_BRIDGE_INT).integer = integer;
}

void Answer::add(std::string name, double real) {
	added(std::move(name), AI_BRIDGE_REAL).real = real;
}

void Answer::add(std::string name, ai_bridge_type type, std::string text, int64_t integer) {
	ai_bridge_field& field = added(std::move(name), type);
	field.text = keep(std::move(text));
	field.integer = integer;
}

void Answer::add_page(std::vector<std::string> lines) {
	lines_.emplace_back();
	for (std::string& line : lines)
		lines_.back().push_back(keep(std::move(line)));
	pages_.push_back({lines_.back().data(), lines_.back().size()});
}

void Answer::seal() {
	result.fields = fields_.data();
	result.field_count = fields_.size();
	result.pages = pages_.data();
	result.page_count = pages_.size();
}

void Reader::read(const Message& message, Size size, Answer& answer) {
	flatten(message, "", answer);
	if (lay_out(message, size, answer)) return;
	// The pages of a quest, or of the last part of a StreamTalk.
	std::vector<const Field*> set;
	message.GetReflection()->ListFields(message, &set);
	for (const Field* field : set)
		if (field->cpp_type() == Field::CPPTYPE_MESSAGE && !field->is_repeated() &&
			lay_out(message.GetReflection()->GetMessage(message, field), size, answer))
			return;
}

void Reader::flatten(const Message& message, const std::string& prefix, Answer& answer) {
	const pb::Descriptor* type = message.GetDescriptor();
	const pb::Reflection* with = message.GetReflection();
	for (int at = 0; at < type->real_oneof_decl_count(); ++at) {
		const Field* chosen = with->GetOneofFieldDescriptor(message, type->oneof_decl(at));
		answer.add(prefix + type->oneof_decl(at)->name(), AI_BRIDGE_TEXT, chosen == nullptr ? "" : chosen->name());
	}
	for (int at = 0; at < type->field_count(); ++at) {
		const Field* field = type->field(at);
		const std::string name = prefix + field->name();
		if (field->is_repeated())
			list(message, field, name, answer);
		else if (!field->has_presence() || with->HasField(message, field))
			one(message, field, -1, name, answer);
	}
}

void Reader::list(const Message& message, const Field* field, const std::string& name, Answer& answer) {
	const int size = message.GetReflection()->FieldSize(message, field);
	answer.add(name + ".count", static_cast<int64_t>(size));
	for (int index = 0; index < size; ++index)
		one(message, field, index, name + "." + std::to_string(index), answer);
}

// `index` of a list, or -1.
void Reader::one(const Message& message, const Field* field, int index, const std::string& name, Answer& answer) {
	const pb::Reflection* with = message.GetReflection();
#define AIB_GET(NAME) (index < 0 ? with->Get##NAME(message, field) : with->GetRepeated##NAME(message, field, index))
	switch (field->cpp_type()) {
	case Field::CPPTYPE_INT32:
		return answer.add(name, static_cast<int64_t>(AIB_GET(Int32)));
	case Field::CPPTYPE_INT64:
		return answer.add(name, static_cast<int64_t>(AIB_GET(Int64)));
	case Field::CPPTYPE_UINT32:
		return answer.add(name, static_cast<int64_t>(AIB_GET(UInt32)));
	case Field::CPPTYPE_UINT64:
		return answer.add(name, static_cast<int64_t>(AIB_GET(UInt64)));
	case Field::CPPTYPE_BOOL:
		return answer.add(name, int64_t{AIB_GET(Bool) ? 1 : 0});
	case Field::CPPTYPE_FLOAT:
		return answer.add(name, static_cast<double>(AIB_GET(Float)));
	case Field::CPPTYPE_DOUBLE:
		return answer.add(name, AIB_GET(Double));
	case Field::CPPTYPE_ENUM: {
		const pb::EnumValueDescriptor* value = AIB_GET(Enum);
		return answer.add(name, AI_BRIDGE_TEXT, short_name(value), value->number());
	}
	case Field::CPPTYPE_STRING: {
		const bool bytes = field->type() == Field::TYPE_BYTES;
		return answer.add(name, bytes ? AI_BRIDGE_BYTES : AI_BRIDGE_TEXT, text_of(message, field, index));
	}
	case Field::CPPTYPE_MESSAGE:
		break;
	}
	const Message& inner =
		index < 0 ? with->GetMessage(message, field) : with->GetRepeatedMessage(message, field, index);
#undef AIB_GET
	if (inner.GetDescriptor()->full_name() == "google.protobuf.Timestamp") {
		const Field* seconds = inner.GetDescriptor()->FindFieldByName("seconds");
		return answer.add(name, inner.GetReflection()->GetInt64(inner, seconds));
	}
	flatten(inner, name + ".", answer);
}

// In the call's code page. What AI World has encoded already is taken as it is.
std::string Reader::text_of(const Message& message, const Field* field, int index) {
	const pb::Reflection* with = message.GetReflection();
	const std::string text =
		index < 0 ? with->GetString(message, field) : with->GetRepeatedString(message, field, index);
	if (field->type() == Field::TYPE_BYTES) return text;
	const Field* encoded = message.GetDescriptor()->FindFieldByName("raw_" + field->name());
	if (raw() && encoded != nullptr && encoded->is_repeated() == field->is_repeated()) {
		if (index < 0 && !with->GetString(message, encoded).empty()) return with->GetString(message, encoded);
		if (index >= 0 && index < with->FieldSize(message, encoded))
			return with->GetRepeatedString(message, encoded, index);
	}
	return pages_.from_utf8(text, which_.call);
}

bool Reader::lay_out(const Message& message, Size size, Answer& answer) {
	const Field* field = message.GetDescriptor()->FindFieldByName("pages");
	if (field == nullptr || !field->is_repeated() || field->cpp_type() != Field::CPPTYPE_MESSAGE) return false;
	const pb::Reflection* with = message.GetReflection();
	const int count = with->FieldSize(message, field);
	for (int at = 0; at < count; ++at)
		for (Lines& page : paged(lines_of(with->GetRepeatedMessage(message, field, at), size), size.lines))
			answer.add_page(std::move(page));
	return count > 0;
}

std::vector<std::string> Reader::lines_of(const Message& page, Size size) {
	const Field* field = page.GetDescriptor()->FindFieldByName("lines");
	std::vector<std::string> lines;
	if (field == nullptr) return lines;
	for (int at = 0; at < page.GetReflection()->FieldSize(page, field); ++at) {
		const std::string plain = page.GetReflection()->GetRepeatedString(page, field, at);
		if (size.columns == 0 || columns_of(plain) <= size.columns) {
			lines.push_back(text_of(page, field, at));
			continue;
		}
		for (const std::string& part : wrapped({plain}, size.columns))
			lines.push_back(pages_.from_utf8(part, which_.call));
	}
	return lines;
}

} // namespace aib

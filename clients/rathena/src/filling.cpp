// SPDX-License-Identifier: GPL-3.0-or-later
#include "filling.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace aib {
namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

std::vector<Value> owned(const ai_bridge_field* fields, size_t count) {
	std::vector<Value> values;
	values.reserve(count);
	for (size_t at = 0; at < count; ++at) {
		const ai_bridge_field& from = fields[at];
		Value value;
		value.name = from.name == nullptr ? "" : from.name;
		value.type = from.type;
		value.integer = from.integer;
		value.real = from.real;
		if (from.text.size > 0) value.text.assign(from.text.data, from.text.size);
		values.push_back(std::move(value));
	}
	return values;
}

std::string short_name(const pb::EnumValueDescriptor* value) {
	std::string prefix;
	for (char c : value->type()->name()) { // QuestKind -> QUEST_KIND_
		if (c >= 'A' && c <= 'Z' && !prefix.empty()) prefix.push_back('_');
		prefix.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
	}
	prefix.push_back('_');
	std::string name = value->name();
	if (name.rfind(prefix, 0) == 0) name.erase(0, prefix.size());
	std::transform(name.begin(), name.end(), name.begin(),
		[](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
	return name;
}

namespace {

// Whole numbers, of an INT, a REAL without a fraction, or a TEXT of digits.
bool whole(const Value& value, int64_t& out) {
	if (value.type == AI_BRIDGE_INT) return out = value.integer, true;
	if (value.type == AI_BRIDGE_REAL) {
		if (!(std::fabs(value.real) < 9e15) || value.real != std::floor(value.real)) return false;
		return out = static_cast<int64_t>(value.real), true;
	}
	char* end = nullptr;
	errno = 0;
	out = std::strtoll(value.text.c_str(), &end, 10);
	return errno == 0 && !value.text.empty() && *end == '\0';
}

bool real(const Value& value, double& out) {
	int64_t number = 0;
	if (value.type == AI_BRIDGE_REAL) return out = value.real, true;
	if (!whole(value, number)) return false;
	return out = static_cast<double>(number), true;
}

const pb::EnumValueDescriptor* named(const pb::EnumDescriptor* type, const Value& value) {
	int64_t number = 0;
	if (value.type == AI_BRIDGE_INT)
		return whole(value, number) && number == static_cast<int32_t>(number)
			? type->FindValueByNumber(static_cast<int>(number))
			: nullptr;
	for (int at = 0; at < type->value_count(); ++at)
		if (type->value(at)->name() == value.text || short_name(type->value(at)) == value.text) return type->value(at);
	return nullptr;
}

template <class T> bool fits(int64_t number) {
	if (std::is_unsigned<T>::value && number < 0) return false;
	return sizeof(T) == 8 ||
		(number >= static_cast<int64_t>(std::numeric_limits<T>::min()) &&
			number <= static_cast<int64_t>(std::numeric_limits<T>::max()));
}

// One setter for a single field and one for the next entry of a list, by the type of the number.
template <class T, class Set, class Add>
std::string put_number(const Field* field, const Value& value, Set set, Add add) {
	int64_t number = 0;
	if (!whole(value, number) || !fits<T>(number)) return "'" + value.name + "' is no number that fits there";
	if (field->is_repeated())
		add(static_cast<T>(number));
	else
		set(static_cast<T>(number));
	return "";
}

std::string put_real(pb::Message& message, const Field* field, const Value& value) {
	const pb::Reflection* with = message.GetReflection();
	double number = 0;
	if (!real(value, number)) return "'" + value.name + "' is no number";
	if (field->cpp_type() == Field::CPPTYPE_FLOAT)
		field->is_repeated() ? with->AddFloat(&message, field, static_cast<float>(number))
							 : with->SetFloat(&message, field, static_cast<float>(number));
	else
		field->is_repeated() ? with->AddDouble(&message, field, number) : with->SetDouble(&message, field, number);
	return "";
}

std::string put_enum(pb::Message& message, const Field* field, const Value& value) {
	const pb::Reflection* with = message.GetReflection();
	const pb::EnumValueDescriptor* found = named(field->enum_type(), value);
	if (found == nullptr) return "'" + value.name + "' is no " + field->enum_type()->name();
	field->is_repeated() ? with->AddEnum(&message, field, found) : with->SetEnum(&message, field, found);
	return "";
}

#define AIB_NUMBER(TYPE, NAME)                                                                                         \
	return put_number<TYPE>(                                                                                           \
		field, value, [&](TYPE n) { with->Set##NAME(&message, field, n); },                                            \
		[&](TYPE n) { with->Add##NAME(&message, field, n); })

std::string put_scalar(pb::Message& message, const Field* field, const Value& value) {
	const pb::Reflection* with = message.GetReflection();
	switch (field->cpp_type()) {
	case Field::CPPTYPE_INT32:
		AIB_NUMBER(int32_t, Int32);
	case Field::CPPTYPE_INT64:
		AIB_NUMBER(int64_t, Int64);
	case Field::CPPTYPE_UINT32:
		AIB_NUMBER(uint32_t, UInt32);
	case Field::CPPTYPE_UINT64:
		AIB_NUMBER(uint64_t, UInt64);
	case Field::CPPTYPE_BOOL:
		return put_number<int64_t>(
			field, value, [&](int64_t n) { with->SetBool(&message, field, n != 0); },
			[&](int64_t n) { with->AddBool(&message, field, n != 0); });
	case Field::CPPTYPE_ENUM:
		return put_enum(message, field, value);
	default:
		return put_real(message, field, value);
	}
}

#undef AIB_NUMBER

std::string put_moment(pb::Message& message, const Value& value) {
	int64_t seconds = 0;
	if (!whole(value, seconds)) return "'" + value.name + "' is no moment (seconds since 1970)";
	message.GetReflection()->SetInt64(&message, message.GetDescriptor()->FindFieldByName("seconds"), seconds);
	return "";
}

// The entry of a list of messages, made if it is the next one; nullptr if there is a gap before it.
pb::Message* entry(pb::Message& message, const Field* field, size_t index) {
	const pb::Reflection* with = message.GetReflection();
	const auto size = static_cast<size_t>(with->FieldSize(message, field));
	if (index < size) return with->MutableRepeatedMessage(&message, field, static_cast<int>(index));
	return index == size ? with->AddMessage(&message, field) : nullptr;
}

// The first part of a path; the rest stays in `path`.
std::string head(std::string& path) {
	const size_t dot = path.find('.');
	std::string first = path.substr(0, dot);
	path = dot == std::string::npos ? "" : path.substr(dot + 1);
	return first;
}

bool index_of(const std::string& text, size_t& out) {
	if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos) return false;
	return out = std::strtoul(text.c_str(), nullptr, 10), true;
}

} // namespace

std::string Filler::fill(pb::Message& message, const std::vector<Value>& values, const std::string& prefix) {
	for (const Value& value : values) {
		const std::string wrong = set(message, prefix + value.name, value);
		if (!wrong.empty()) return wrong;
	}
	return "";
}

std::string Filler::set(pb::Message& message, const std::string& path, const Value& value) {
	std::string rest = path;
	const Field* field = message.GetDescriptor()->FindFieldByName(head(rest));
	if (field == nullptr) return "there is no field '" + value.name + "'";
	if (!field->is_repeated()) return put(message, field, rest, value);
	size_t index = 0;
	if (!index_of(head(rest), index)) return "'" + value.name + "' is a list: name an entry by its number";
	if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
		pb::Message* inner = entry(message, field, index);
		if (inner == nullptr) return "'" + value.name + "' leaves out an entry";
		return rest.empty() ? "'" + value.name + "' is a message: name one of its fields" : set(*inner, rest, value);
	}
	if (index != static_cast<size_t>(message.GetReflection()->FieldSize(message, field)))
		return "'" + value.name + "' is not the next entry";
	return put(message, field, rest, value);
}

std::string Filler::put(pb::Message& message, const Field* field, const std::string& rest, const Value& value) {
	if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
		pb::Message* inner = message.GetReflection()->MutableMessage(&message, field);
		if (!rest.empty()) return set(*inner, rest, value);
		if (field->message_type()->full_name() == "google.protobuf.Timestamp") return put_moment(*inner, value);
		if (value.type == AI_BRIDGE_INT) return ""; // it is there, and empty
		return "'" + value.name + "' is a message: name one of its fields";
	}
	if (!rest.empty()) return "there is no field '" + value.name + "'";
	if (field->cpp_type() != Field::CPPTYPE_STRING) return put_scalar(message, field, value);
	put_text(message, field, value);
	return "";
}

void Filler::put_text(pb::Message& message, const Field* field, const Value& value) {
	const pb::Reflection* with = message.GetReflection();
	std::string text = value.text;
	if (value.type == AI_BRIDGE_INT) text = std::to_string(value.integer);
	if (value.type == AI_BRIDGE_REAL) text = std::to_string(value.real);
	if (field->type() == Field::TYPE_STRING) {
		const Field* raw = message.GetDescriptor()->FindFieldByName("raw_" + field->name());
		// A code page that this machine does not know, AI World may.
		if (raw != nullptr && which_.call == which_.server && !pages_.known(which_.call) && !raw->is_repeated())
			field = raw;
		else
			text = pages_.to_utf8(text, value.type == AI_BRIDGE_TEXT ? which_.call : "utf-8");
	}
	field->is_repeated() ? with->AddString(&message, field, text) : with->SetString(&message, field, text);
}

} // namespace aib

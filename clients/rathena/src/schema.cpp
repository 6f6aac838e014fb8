// SPDX-License-Identifier: GPL-3.0-or-later
#include "schema.hpp"

#include <google/protobuf/descriptor.pb.h>

#include <map>
#include <stdexcept>

extern "C" {
extern const char aib_descriptors_begin[];
extern const char aib_descriptors_end[];
}

namespace aib {

struct Schema::Methods {
	std::map<std::string, Method> by_name;

	void add(const pb::FileDescriptor* file) {
		for (int s = 0; s < file->service_count(); ++s) {
			const pb::ServiceDescriptor* service = file->service(s);
			for (int m = 0; m < service->method_count(); ++m) {
				const pb::MethodDescriptor* method = service->method(m);
				const std::string name = service->name() + "." + method->name();
				by_name[name] = {method, name, "/" + service->full_name() + "/" + method->name()};
			}
		}
	}
};

Schema::Schema()
	: factory_(std::make_unique<pb::DynamicMessageFactory>(&pool_)), methods_(std::make_unique<Methods>()) {
	pb::FileDescriptorSet files;
	if (!files.ParseFromArray(aib_descriptors_begin, static_cast<int>(aib_descriptors_end - aib_descriptors_begin)))
		throw std::runtime_error("the library was built without its protos");
	for (const pb::FileDescriptorProto& each : files.file()) { // protoc writes imports before importers
		const pb::FileDescriptor* file = pool_.BuildFile(each);
		if (file == nullptr) throw std::runtime_error("broken descriptors: " + each.name());
		methods_->add(file);
	}
}

Schema::~Schema() = default;

const Method* Schema::method(const std::string& name) const {
	const auto found = methods_->by_name.find(name);
	return found == methods_->by_name.end() ? nullptr : &found->second;
}

std::unique_ptr<pb::Message> Schema::request(const Method& method) const {
	return made(method.descriptor->input_type());
}

std::unique_ptr<pb::Message> Schema::reply(const Method& method) const {
	return made(method.descriptor->output_type());
}

std::unique_ptr<pb::Message> Schema::detail(const std::string& name) const {
	return made(pool_.FindMessageTypeByName("aibridge." + name));
}

std::unique_ptr<pb::Message> Schema::made(const pb::Descriptor* descriptor) const {
	return std::unique_ptr<pb::Message>(factory_->GetPrototype(descriptor)->New());
}

} // namespace aib

// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.hpp"

// bridge_tests [GROUP]. 0: all passed; 1: not; 77: this group needs a server and there is none.
int main(int count, char** words) {
	const std::string group = count > 1 ? words[1] : "";
	size_t ran = 0, failed = 0, skipped = 0;
	for (const check::Test& test : check::all()) {
		if (!group.empty() && test.group != group) continue;
		++ran;
		try {
			test.body();
			std::cout << "ok      " << test.group << ": " << test.sentence << std::endl;
		} catch (const check::Skipped&) {
			++skipped;
			std::cout << "skipped " << test.group << ": " << test.sentence << std::endl;
		} catch (const std::exception& error) {
			++failed;
			std::cout << "FAILED  " << test.group << ": " << test.sentence << "\n        " << error.what() << std::endl;
		}
	}
	if (ran == 0) std::cout << "there is no test of group " << group << std::endl;
	return failed > 0 || ran == 0 ? 1 : skipped == ran ? 77 : 0;
}

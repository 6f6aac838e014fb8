// SPDX-License-Identifier: GPL-3.0-or-later
// Lines and pages narrower or shorter than AI World laid them out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aib {

using Lines = std::vector<std::string>;

// Columns of a line of UTF-8: a wide character takes two, what stands above or below another none.
size_t columns_of(const std::string& line);

// Lines of at most `columns` columns (0: as they are), broken at spaces where there are any. UTF-8.
Lines wrapped(const Lines& lines, uint32_t columns);

// Pages of at most `height` lines; 0: one page.
std::vector<Lines> paged(const Lines& lines, uint32_t height);

} // namespace aib

/* SPDX-License-Identifier: GPL-3.0-or-later
 * The output of protoc --descriptor_set_out, as it is. */
	.section .rodata
	.global aib_descriptors_begin
	.hidden aib_descriptors_begin
	.global aib_descriptors_end
	.hidden aib_descriptors_end
aib_descriptors_begin:
	.incbin AIB_DESCRIPTORS
aib_descriptors_end:
	.byte 0
	.section .note.GNU-stack,"",%progbits

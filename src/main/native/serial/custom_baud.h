#ifndef SLIPWAY_SERIAL_CUSTOM_BAUD_H
#define SLIPWAY_SERIAL_CUSTOM_BAUD_H

#include <stdint.h>

/*
 * Sets a baud rate that has no code in termios (Linux's termios2 with BOTHER), and nothing else.
 * Returns 0 or an error number.
 */
int custom_baud_set(int fd, int32_t baud);

/* Gives the output baud rate as the kernel has it, whether or not it has a code; negative: an error number. */
int32_t custom_baud_get(int fd);

#endif

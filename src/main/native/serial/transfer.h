#ifndef SLIPWAY_SERIAL_TRANSFER_H
#define SLIPWAY_SERIAL_TRANSFER_H

#include <stdint.h>

/*
 * Reading and writing with poll(). The file descriptor must be non-blocking (O_NONBLOCK). A second descriptor ends
 * every wait as soon as it is readable and stays so: that is how one thread closes the port that another waits on.
 * Any number of threads may be in here for the same pair.
 */
struct transfer_ends {
    int fd;
    int wake;
};

/* How long a read waits: until it has `minimum` bytes, or `timeout_ms` have passed (0: no wait, negative: for ever). */
struct transfer_wait {
    int32_t minimum;
    int32_t timeout_ms;
};

/* Translates jSerialComm's timeout modes (or-ed) and its read timeout in ms, where 0 means for ever. */
struct transfer_wait transfer_wait_for(int32_t mode, int32_t read_timeout_ms, int32_t length);

/* Whether these timeout modes want a write to wait until the last bit has left the device. */
int transfer_must_drain(int32_t mode);

/*
 * Reads up to `length` bytes. Returns the count, 0 where the time was over, or a negative error number where nothing
 * was read: -EIO for a line that was unplugged or hung up, -EBADF after a wake-up.
 */
int32_t transfer_read(const struct transfer_ends *ends, uint8_t *buffer, int32_t length, struct transfer_wait wait);

/*
 * Writes `length` bytes into the device's buffer, waiting without a limit while that is full. Returns `length`, or
 * fewer where an error or a wake-up came in between, or a negative error number where nothing was written.
 */
int32_t transfer_write(const struct transfer_ends *ends, const uint8_t *buffer, int32_t length);

/* Waits until the device's output buffer is empty. Returns 0 or a negative error number. */
int32_t transfer_drain(const struct transfer_ends *ends);

/* Waits until there is something to read. Returns 1, 0 when the time was over, or a negative error number. */
int32_t transfer_await_input(const struct transfer_ends *ends, int32_t timeout_ms);

#endif

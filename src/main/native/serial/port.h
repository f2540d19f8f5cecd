#ifndef SLIPWAY_SERIAL_PORT_H
#define SLIPWAY_SERIAL_PORT_H

#include "line.h"
#include "transfer.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The serial ports that this process has open. All functions may be called by any thread at any time, also while
 * another one reads, writes or closes the same port. No signal is sent, caught or ignored.
 */

/*
 * Names an open port; 0 names none. A name is never given twice, so one that is used after the closing, or by
 * mistake, gives EBADF and does not reach some other file.
 */
typedef int64_t port_handle;

struct port_opening {
    const char *path;
    struct line_settings line;
    bool keep_settings; /* leave the terminal's settings as they are */
    bool shared;        /* do without the advisory lock against other programs */
    bool discard_old;   /* throw away what the device received before */
};

/*
 * Opens a device as raw line. Lines that are to be low are low from the moment on that the kernel lets go of them:
 * some drivers raise DTR and RTS within open() itself. Returns 0 and sets *error on failure: EAGAIN where another
 * program has locked the device, ENOTTY where it is no terminal, EMFILE when 16 ports are open.
 */
port_handle port_open(const struct port_opening *opening, int32_t *error);

/* Sets an open line. Also wakes a writer that waits for room, so that it looks again. Returns 0 or an error number. */
int32_t port_configure(port_handle handle, const struct line_settings *settings);

/*
 * Ends all reading and writing of the port, waits until the last thread has left it, and closes it. What the device
 * has not sent yet may keep the kernel in here, for up to 30 s on a UART; port_flush() before prevents that.
 * Returns 0 or an error number; the handle is invalid either way.
 */
int32_t port_close(port_handle handle);

/* Closes every port that is still open. */
void port_close_all(void);

/* Reads as transfer_read() does. */
int32_t port_read(port_handle handle, uint8_t *buffer, int32_t length, struct transfer_wait wait);

/* Writes as transfer_write() does. */
int32_t port_write(port_handle handle, const uint8_t *buffer, int32_t length);

/* Drains as transfer_drain() does. */
int32_t port_drain(port_handle handle);

/* Waits as transfer_await_input() does. */
int32_t port_await_input(port_handle handle, int32_t timeout_ms);

/* Throws away what was received and not read, and what was written and not sent. Returns 0 or an error number. */
int32_t port_flush(port_handle handle);

/* Returns how many bytes can be read at once, or a negative error number. */
int32_t port_bytes_in(port_handle handle);

/* Returns how many written bytes have not been sent yet, or a negative error number. */
int32_t port_bytes_out(port_handle handle);

/* Starts or ends a break. Returns 0 or an error number. */
int32_t port_break(port_handle handle, bool on);

/* Raises and lowers modem lines (TIOCM_ bits). Returns 0 or an error number: ENOTTY on a pty, which has none. */
int32_t port_set_lines(port_handle handle, int raise, int lower);

/* Returns the modem lines (TIOCM_ bits), or a negative error number. */
int32_t port_lines(port_handle handle);

#endif

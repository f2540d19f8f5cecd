#ifndef SLIPWAY_PTY_H
#define SLIPWAY_PTY_H

/* A pseudo-terminal: `master` is the mote's end, `path` the device that the gateway opens. Both descriptors block. */
struct pty {
    int master;
    char path[64];
};

/* Makes one, or ends the test program. */
struct pty pty_make(void);

/* Opens the device's end, raw and non-blocking, or ends the test program. */
int pty_open_device(const struct pty *pty);

/*
 * Waits until a writer at the device's end has filled all that there is to fill: until what the mote could read has
 * not grown for a while. The device itself may say that there is room again; its driver wakes nobody for so little.
 */
void pty_await_full(const struct pty *pty);

#endif

#include "transfer.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* jSerialComm's timeout modes. */
enum { MODE_READ_SEMI_BLOCKING = 0x1, MODE_READ_BLOCKING = 0x10, MODE_WRITE_BLOCKING = 0x100, MODE_SCANNER = 0x1000 };

/* Between two looks at something that the kernel tells nobody about. */
enum { PAUSE_MS = 10 };

struct transfer_wait transfer_wait_for(int32_t mode, int32_t read_timeout_ms, int32_t length)
{
    struct transfer_wait wait = {0, 0};
    if ((mode & MODE_READ_BLOCKING) != 0) {
        wait.minimum = length;
    } else if ((mode & (MODE_READ_SEMI_BLOCKING | MODE_SCANNER)) != 0) {
        wait.minimum = 1;
    }
    if (wait.minimum > 0) {
        wait.timeout_ms = read_timeout_ms > 0 ? read_timeout_ms : -1;
    }
    return wait;
}

int transfer_must_drain(int32_t mode)
{
    return (mode & MODE_WRITE_BLOCKING) != 0;
}

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The end of a wait that starts now; negative: it has none. */
static int64_t deadline_after(int32_t timeout_ms)
{
    return timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
}

static int remaining_ms(int64_t deadline)
{
    int64_t left = deadline < 0 ? -1 : deadline - now_ms();
    if (deadline >= 0 && left < 0) {
        left = 0;
    }
    return (int)left;
}

/* Returns what poll() reported of the line, 0 when the time was over, or a negative error number. */
static int32_t await(const struct transfer_ends *ends, short events, int64_t deadline)
{
    struct pollfd watched[2] = {{ends->fd, events, 0}, {ends->wake, POLLIN, 0}};
    int count = 0;
    do {
        count = poll(watched, 2, remaining_ms(deadline));
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return -errno;
    }
    if (watched[1].revents != 0) {
        return -EBADF;
    }
    return watched[0].revents;
}

/* Without an interest in the line itself: an unplugged one would end the pause at once, every time. */
static int32_t pause_briefly(const struct transfer_ends *ends)
{
    struct transfer_ends wake_only = {-1, ends->wake};
    return await(&wake_only, 0, deadline_after(PAUSE_MS));
}

static bool is_passing(int error)
{
    return error == EAGAIN || error == EINTR;
}

int32_t transfer_read(const struct transfer_ends *ends, uint8_t *buffer, int32_t length, struct transfer_wait wait)
{
    int64_t deadline = deadline_after(wait.timeout_ms);
    int32_t count = 0;
    int32_t failure = 0;
    do {
        int32_t ready = await(ends, POLLIN, deadline);
        if (ready <= 0) {
            failure = ready;
            break;
        }
        ssize_t got = read(ends->fd, buffer + count, (size_t)(length - count));
        if (got > 0) {
            count += (int32_t)got;
        } else if (got == 0 && (ready & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
            failure = -EIO;
        } else if (got < 0 && !is_passing(errno)) {
            failure = -errno;
        }
    } while (failure == 0 && count < length && count < wait.minimum);
    return count > 0 ? count : failure;
}

int32_t transfer_write(const struct transfer_ends *ends, const uint8_t *buffer, int32_t length)
{
    int32_t count = 0;
    int32_t failure = 0;
    bool had_room = false;
    while (failure == 0 && count < length) {
        ssize_t put = write(ends->fd, buffer + count, (size_t)(length - count));
        if (put > 0) {
            count += (int32_t)put;
            had_room = false;
        } else if (put < 0 && !is_passing(errno)) {
            failure = -errno;
        } else {
            /* A driver that promises room and then takes nothing must not make this loop spin. */
            int32_t ready = had_room ? pause_briefly(ends) : await(ends, POLLOUT, -1);
            failure = ready < 0 ? ready : 0;
            had_room = !had_room;
        }
    }
    return count > 0 ? count : failure;
}

int32_t transfer_drain(const struct transfer_ends *ends)
{
    /* Not tcdrain(): nothing but the device could end that. */
    for (;;) {
        int waiting = 0;
        if (ioctl(ends->fd, TIOCOUTQ, &waiting) != 0) {
            return -errno;
        }
        if (waiting <= 0) {
            return 0;
        }
        int32_t woken = pause_briefly(ends);
        if (woken < 0) {
            return woken;
        }
    }
}

int32_t transfer_await_input(const struct transfer_ends *ends, int32_t timeout_ms)
{
    int32_t ready = await(ends, POLLIN, deadline_after(timeout_ms));
    if (ready > 0 && (ready & (POLLHUP | POLLERR | POLLNVAL)) != 0) {
        return -EIO;
    }
    return ready > 0 ? 1 : ready;
}

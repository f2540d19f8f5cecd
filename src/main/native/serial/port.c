#include "port.h"

#include "custom_baud.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MAX_PORTS = 16, SLOT_BITS = 8 };

enum slot_state { SLOT_FREE, SLOT_OPEN, SLOT_CLOSING };

struct slot {
    enum slot_state state;
    struct transfer_ends ends;
    int64_t generation; /* counts the openings of this slot; part of the handle */
    int32_t users;      /* threads that work with the file descriptors right now */
};

static struct slot slots[MAX_PORTS];
static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t user_left = PTHREAD_COND_INITIALIZER;

static port_handle handle_of(size_t index)
{
    return (slots[index].generation << SLOT_BITS) | (port_handle)(index + 1);
}

/* Call with the lock held. Returns NULL for a handle that is not open. */
static struct slot *find_open(port_handle handle)
{
    port_handle number = handle & ((1 << SLOT_BITS) - 1);
    if (number < 1 || number > MAX_PORTS) {
        return NULL;
    }
    size_t index = (size_t)(number - 1);
    return slots[index].state == SLOT_OPEN && handle_of(index) == handle ? &slots[index] : NULL;
}

/* Keeps the port from being closed under the caller, who must call leave() if this returned true. */
static bool enter(port_handle handle, struct transfer_ends *ends)
{
    (void)pthread_mutex_lock(&slots_lock);
    struct slot *slot = find_open(handle);
    if (slot != NULL) {
        slot->users++;
        *ends = slot->ends;
    }
    (void)pthread_mutex_unlock(&slots_lock);
    return slot != NULL;
}

static void leave(port_handle handle)
{
    (void)pthread_mutex_lock(&slots_lock);
    struct slot *slot = &slots[(handle & ((1 << SLOT_BITS) - 1)) - 1];
    slot->users--;
    if (slot->users == 0) {
        (void)pthread_cond_broadcast(&user_left);
    }
    (void)pthread_mutex_unlock(&slots_lock);
}

static port_handle publish(const struct transfer_ends *ends)
{
    port_handle handle = 0;
    (void)pthread_mutex_lock(&slots_lock);
    for (size_t i = 0; handle == 0 && i < MAX_PORTS; i++) {
        if (slots[i].state == SLOT_FREE) {
            slots[i].state = SLOT_OPEN;
            slots[i].ends = *ends;
            slots[i].generation++;
            handle = handle_of(i);
        }
    }
    (void)pthread_mutex_unlock(&slots_lock);
    return handle;
}

static int set_terminal(int fd, const struct line_settings *settings)
{
    struct termios terminal;
    speed_t code = B0;
    if (tcgetattr(fd, &terminal) != 0) {
        return errno;
    }
    int error = line_apply(settings, &terminal);
    if (error != 0) {
        return error;
    }
    if (tcsetattr(fd, TCSANOW, &terminal) != 0) {
        return errno;
    }
    return line_baud_code(settings->baud, &code) ? 0 : custom_baud_set(fd, settings->baud);
}

/* A pty has no modem lines, nor have some simple UARTs: that is no reason not to use them. */
static void set_wanted_lines(int fd, const struct line_settings *settings)
{
    int lines = 0;
    if (ioctl(fd, TIOCMGET, &lines) == 0) {
        /* Both in one step: on boards with auto-reset wiring an order is a command. */
        int wanted = line_modem_bits(settings, lines);
        (void)ioctl(fd, TIOCMSET, &wanted);
    }
}

static int prepare(int fd, const struct port_opening *opening)
{
    struct termios terminal;
    if (tcgetattr(fd, &terminal) != 0) {
        return errno;
    }
    if (!opening->shared && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        return errno;
    }
    set_wanted_lines(fd, &opening->line);
    int error = opening->keep_settings ? 0 : set_terminal(fd, &opening->line);
    if (error == 0 && opening->discard_old) {
        (void)tcflush(fd, TCIOFLUSH);
    }
    return error;
}

port_handle port_open(const struct port_opening *opening, int32_t *error)
{
    port_handle handle = 0;
    struct transfer_ends ends = {-1, -1};
    /* Non-blocking also spares the wait for a carrier. */
    ends.fd = open(opening->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    *error = ends.fd < 0 ? errno : prepare(ends.fd, opening);
    if (*error == 0) {
        ends.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        *error = ends.wake < 0 ? errno : 0;
    }
    if (*error == 0) {
        handle = publish(&ends);
        *error = handle == 0 ? EMFILE : 0;
    }
    if (handle == 0) {
        if (ends.wake >= 0) {
            (void)close(ends.wake);
        }
        if (ends.fd >= 0) {
            (void)close(ends.fd);
        }
    }
    return handle;
}

int32_t port_close(port_handle handle)
{
    static const uint64_t ONE = 1;
    (void)pthread_mutex_lock(&slots_lock);
    struct slot *slot = find_open(handle);
    if (slot == NULL) {
        (void)pthread_mutex_unlock(&slots_lock);
        return EBADF;
    }
    slot->state = SLOT_CLOSING;
    struct transfer_ends ends = slot->ends;
    int error = write(ends.wake, &ONE, sizeof ONE) < 0 ? errno : 0;
    while (slot->users > 0) {
        (void)pthread_cond_wait(&user_left, &slots_lock);
    }
    slot->state = SLOT_FREE;
    (void)pthread_mutex_unlock(&slots_lock);
    /* Outside of the lock: the closing of one device may take long, the others go on. */
    if (close(ends.fd) != 0 && errno != EINTR) {
        error = errno;
    }
    (void)close(ends.wake);
    return error;
}

void port_close_all(void)
{
    for (size_t i = 0; i < MAX_PORTS; i++) {
        (void)pthread_mutex_lock(&slots_lock);
        port_handle handle = handle_of(i);
        (void)pthread_mutex_unlock(&slots_lock);
        (void)port_close(handle);
    }
}

int32_t port_configure(port_handle handle, const struct line_settings *settings)
{
    struct transfer_ends ends;
    if (!enter(handle, &ends)) {
        return EBADF;
    }
    int error = set_terminal(ends.fd, settings);
    leave(handle);
    return error;
}

int32_t port_read(port_handle handle, uint8_t *buffer, int32_t length, struct transfer_wait wait)
{
    struct transfer_ends ends;
    if (!enter(handle, &ends)) {
        return -EBADF;
    }
    int32_t count = transfer_read(&ends, buffer, length, wait);
    leave(handle);
    return count;
}

int32_t port_write(port_handle handle, const uint8_t *buffer, int32_t length)
{
    struct transfer_ends ends;
    if (!enter(handle, &ends)) {
        return -EBADF;
    }
    int32_t count = transfer_write(&ends, buffer, length);
    leave(handle);
    return count;
}

int32_t port_drain(port_handle handle)
{
    struct transfer_ends ends;
    if (!enter(handle, &ends)) {
        return -EBADF;
    }
    int32_t result = transfer_drain(&ends);
    leave(handle);
    return result;
}

int32_t port_await_input(port_handle handle, int32_t timeout_ms)
{
    struct transfer_ends ends;
    if (!enter(handle, &ends)) {
        return -EBADF;
    }
    int32_t result = transfer_await_input(&ends, timeout_ms);
    leave(handle);
    return result;
}

/* One ioctl with a pointer to an int, on an open port. Returns 0 or an error number. */
static int32_t control(port_handle handle, unsigned long request, int *value)
{
    struct transfer_ends ends;
    if (!enter(handle, &ends)) {
        return EBADF;
    }
    int error = ioctl(ends.fd, request, value) == 0 ? 0 : errno;
    leave(handle);
    return error;
}

static int32_t control_value(port_handle handle, unsigned long request)
{
    int value = 0;
    int32_t error = control(handle, request, &value);
    return error == 0 ? value : -error;
}

int32_t port_flush(port_handle handle)
{
    struct transfer_ends ends;
    if (!enter(handle, &ends)) {
        return EBADF;
    }
    int error = tcflush(ends.fd, TCIOFLUSH) == 0 ? 0 : errno;
    leave(handle);
    return error;
}

int32_t port_bytes_in(port_handle handle)
{
    return control_value(handle, FIONREAD);
}

int32_t port_bytes_out(port_handle handle)
{
    return control_value(handle, TIOCOUTQ);
}

int32_t port_break(port_handle handle, bool on)
{
    return control(handle, on ? TIOCSBRK : TIOCCBRK, NULL);
}

int32_t port_set_lines(port_handle handle, int raise, int lower)
{
    int32_t error = raise == 0 ? 0 : control(handle, TIOCMBIS, &raise);
    return error != 0 || lower == 0 ? error : control(handle, TIOCMBIC, &lower);
}

int32_t port_lines(port_handle handle)
{
    return control_value(handle, TIOCMGET);
}

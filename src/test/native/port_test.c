/* Opening, using and closing ports, by several threads, on a pty. */
#include "check.h"
#include "port.h"
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const struct transfer_wait FOR_EVER = {1, -1};

static struct port_opening opening_of(const char *path)
{
    struct port_opening opening = {
        .path = path,
        .line = {115200, 8, STOP_ONE, PARITY_NONE, 0, 17, 19, true, true},
    };
    return opening;
}

static port_handle open_or_die(const struct pty *pty)
{
    struct port_opening opening = opening_of(pty->path);
    int32_t error = -1;
    port_handle handle = port_open(&opening, &error);
    CHECK_EQUAL(0, error);
    CHECK(handle != 0);
    return handle;
}

static int32_t error_of(const struct port_opening *opening)
{
    int32_t error = -1;
    CHECK_EQUAL(0, port_open(opening, &error));
    return error;
}

static int lowest_free_fd(void)
{
    int fd = open("/dev/null", O_RDONLY);
    CHECK(fd >= 0);
    CHECK_EQUAL(0, close(fd));
    return fd;
}

static void bytes_go_both_ways_and_are_counted(void)
{
    uint8_t buffer[16];
    struct pty pty = pty_make();
    port_handle handle = open_or_die(&pty);
    CHECK_EQUAL(5, write(pty.master, "\x00\xff\x11\x13\n", 5));
    CHECK_EQUAL(1, port_await_input(handle, -1));
    CHECK_EQUAL(5, port_bytes_in(handle));
    CHECK_EQUAL(5, port_read(handle, buffer, sizeof buffer, FOR_EVER));
    CHECK_EQUAL(0, memcmp("\x00\xff\x11\x13\n", buffer, 5));
    CHECK_EQUAL(5, port_write(handle, (const uint8_t *)"\x00\xff\x11\x13\n", 5));
    CHECK_EQUAL(5, read(pty.master, buffer, sizeof buffer));
    CHECK_EQUAL(0, memcmp("\x00\xff\x11\x13\n", buffer, 5));
    CHECK_EQUAL(0, port_bytes_out(handle));
    CHECK_EQUAL(0, port_drain(handle));
    CHECK_EQUAL(0, port_close(handle));
    CHECK_EQUAL(0, close(pty.master));
}

static void flushing_throws_away_what_was_not_read(void)
{
    struct pty pty = pty_make();
    port_handle handle = open_or_die(&pty);
    CHECK_EQUAL(3, write(pty.master, "old", 3));
    CHECK_EQUAL(1, port_await_input(handle, -1));
    CHECK_EQUAL(0, port_flush(handle));
    CHECK_EQUAL(0, port_bytes_in(handle));
    CHECK_EQUAL(0, port_close(handle));
    CHECK_EQUAL(0, close(pty.master));
}

static void what_came_before_the_opening_is_kept_or_thrown_away_as_wanted(void)
{
    struct pty pty = pty_make();
    struct port_opening opening = opening_of(pty.path);
    int32_t error = -1;
    port_handle before = open_or_die(&pty);
    CHECK_EQUAL(3, write(pty.master, "old", 3));
    CHECK_EQUAL(1, port_await_input(before, -1));
    opening.shared = true;
    port_handle handle = port_open(&opening, &error);
    CHECK_EQUAL(3, port_bytes_in(handle));
    CHECK_EQUAL(0, port_close(handle));
    opening.discard_old = true;
    handle = port_open(&opening, &error);
    CHECK_EQUAL(0, port_bytes_in(handle));
    CHECK_EQUAL(0, port_close(handle));
    CHECK_EQUAL(0, port_close(before));
    CHECK_EQUAL(0, close(pty.master));
}

static void what_is_no_terminal_is_refused_and_leaves_no_descriptor_open(void)
{
    int before = lowest_free_fd();
    struct port_opening opening = opening_of("/dev/null");
    CHECK_EQUAL(ENOTTY, error_of(&opening));
    opening.path = "/dev/no-such-tty";
    CHECK_EQUAL(ENOENT, error_of(&opening));
    opening.path = "/";
    CHECK_EQUAL(EISDIR, error_of(&opening));
    CHECK_EQUAL(before, lowest_free_fd());
}

static void a_device_that_someone_has_locked_is_busy_unless_sharing_is_wanted(void)
{
    struct pty pty = pty_make();
    struct port_opening opening = opening_of(pty.path);
    int other = open(pty.path, O_RDWR | O_NOCTTY);
    int32_t error = -1;
    CHECK(other >= 0);
    CHECK_EQUAL(0, flock(other, LOCK_EX | LOCK_NB));
    CHECK_EQUAL(EAGAIN, error_of(&opening));
    opening.shared = true;
    port_handle handle = port_open(&opening, &error);
    CHECK_EQUAL(0, error);
    CHECK_EQUAL(0, port_close(handle));
    opening.shared = false;
    CHECK_EQUAL(0, flock(other, LOCK_UN));
    handle = open_or_die(&pty);
    CHECK_EQUAL(EAGAIN, error_of(&opening));
    CHECK_EQUAL(0, port_close(handle));
    CHECK_EQUAL(0, close(other));
    CHECK_EQUAL(0, close(pty.master));
}

static void settings_that_linux_does_not_have_leave_no_port_open(void)
{
    struct pty pty = pty_make();
    int before = lowest_free_fd();
    struct port_opening opening = opening_of(pty.path);
    opening.line.data_bits = 9;
    CHECK_EQUAL(EINVAL, error_of(&opening));
    CHECK_EQUAL(before, lowest_free_fd());
    CHECK_EQUAL(0, close(pty.master));
}

static void a_port_can_be_set_anew_or_left_as_it_is(void)
{
    struct pty pty = pty_make();
    int device = pty_open_device(&pty);
    struct termios terminal;
    struct port_opening opening = opening_of(pty.path);
    int32_t error = -1;
    opening.keep_settings = true;
    opening.line.data_bits = 7;
    opening.line.parity = PARITY_EVEN;
    port_handle handle = port_open(&opening, &error);
    CHECK_EQUAL(0, tcgetattr(device, &terminal));
    CHECK_EQUAL(B38400, cfgetospeed(&terminal));
    opening.line.baud = 1200;
    CHECK_EQUAL(0, port_configure(handle, &opening.line));
    CHECK_EQUAL(0, tcgetattr(device, &terminal));
    CHECK_EQUAL(B1200, cfgetospeed(&terminal));
    CHECK_EQUAL(0, port_close(handle));
    CHECK_EQUAL(0, close(device));
    CHECK_EQUAL(0, close(pty.master));
}

static void a_closed_port_stays_closed_even_where_its_place_is_taken_again(void)
{
    uint8_t byte = 0;
    struct pty pty = pty_make();
    port_handle first = open_or_die(&pty);
    CHECK_EQUAL(0, port_close(first));
    port_handle second = open_or_die(&pty);
    CHECK(first != second);
    CHECK_EQUAL(-EBADF, port_read(first, &byte, 1, FOR_EVER));
    CHECK_EQUAL(-EBADF, port_write(first, &byte, 1));
    CHECK_EQUAL(-EBADF, port_bytes_in(first));
    CHECK_EQUAL(EBADF, port_flush(first));
    CHECK_EQUAL(EBADF, port_close(first));
    CHECK_EQUAL(EBADF, port_close(0));
    CHECK_EQUAL(EBADF, port_close(-1));
    CHECK_EQUAL(EBADF, port_close(255));
    CHECK_EQUAL(1, port_write(second, &byte, 1));
    CHECK_EQUAL(0, port_close(second));
    CHECK_EQUAL(0, close(pty.master));
}

struct stay {
    port_handle handle;
    int32_t result;
};

static void *read_for_ever(void *argument)
{
    struct stay *stay = argument;
    uint8_t buffer[8];
    do {
        stay->result = port_read(stay->handle, buffer, sizeof buffer, FOR_EVER);
    } while (stay->result > 0);
    return NULL;
}

static void *write_for_ever(void *argument)
{
    struct stay *stay = argument;
    static const uint8_t FRAME[500];
    do {
        stay->result = port_write(stay->handle, FRAME, sizeof FRAME);
    } while (stay->result > 0);
    return NULL;
}

static void closing_frees_threads_that_read_and_write(void)
{
    for (int round = 0; round < 20; round++) {
        pthread_t reader;
        pthread_t writer;
        struct pty pty = pty_make();
        struct stay reading = {open_or_die(&pty), 1};
        struct stay writing = {reading.handle, 1};
        CHECK_EQUAL(0, pthread_create(&reader, NULL, read_for_ever, &reading));
        CHECK_EQUAL(0, pthread_create(&writer, NULL, write_for_ever, &writing));
        if (round == 0) {
            pty_await_full(&pty);
        }
        CHECK_EQUAL(0, port_close(reading.handle));
        CHECK_EQUAL(0, pthread_join(reader, NULL));
        CHECK_EQUAL(0, pthread_join(writer, NULL));
        CHECK_EQUAL(-EBADF, reading.result);
        CHECK_EQUAL(-EBADF, writing.result);
        CHECK_EQUAL(0, close(pty.master));
    }
}

static void *write_much(void *argument)
{
    struct stay *stay = argument;
    static const uint8_t MUCH[64 * 1024];
    int32_t written = port_write(stay->handle, MUCH, sizeof MUCH);
    __atomic_store_n(&stay->result, written, __ATOMIC_SEQ_CST);
    return NULL;
}

static void flushing_and_setting_anew_gives_room_to_a_writer_that_waits(void)
{
    pthread_t writer;
    struct pty pty = pty_make();
    struct stay stay = {open_or_die(&pty), -1};
    struct port_opening opening = opening_of(pty.path);
    CHECK_EQUAL(0, pthread_create(&writer, NULL, write_much, &stay));
    pty_await_full(&pty);
    CHECK_EQUAL(-1, __atomic_load_n(&stay.result, __ATOMIC_SEQ_CST));
    while (__atomic_load_n(&stay.result, __ATOMIC_SEQ_CST) == -1) {
        CHECK_EQUAL(0, port_flush(stay.handle));
        CHECK_EQUAL(0, port_configure(stay.handle, &opening.line));
        (void)poll(NULL, 0, 20);
    }
    CHECK_EQUAL(0, pthread_join(writer, NULL));
    CHECK_EQUAL(64 * 1024, stay.result);
    CHECK_EQUAL(0, port_close(stay.handle));
    CHECK_EQUAL(0, close(pty.master));
}

static void more_ports_than_there_is_room_for_are_refused_until_one_is_closed(void)
{
    struct pty ptys[17];
    port_handle handles[16];
    for (int i = 0; i < 17; i++) {
        ptys[i] = pty_make();
        if (i < 16) {
            handles[i] = open_or_die(&ptys[i]);
        }
    }
    struct port_opening opening = opening_of(ptys[16].path);
    CHECK_EQUAL(EMFILE, error_of(&opening));
    CHECK_EQUAL(0, port_close(handles[7]));
    port_handle last = open_or_die(&ptys[16]);
    port_close_all();
    CHECK_EQUAL(EBADF, port_close(last));
    CHECK_EQUAL(EBADF, port_close(handles[0]));
    for (int i = 0; i < 17; i++) {
        CHECK_EQUAL(0, close(ptys[i].master));
    }
}

int main(void)
{
    bytes_go_both_ways_and_are_counted();
    flushing_throws_away_what_was_not_read();
    what_came_before_the_opening_is_kept_or_thrown_away_as_wanted();
    what_is_no_terminal_is_refused_and_leaves_no_descriptor_open();
    a_device_that_someone_has_locked_is_busy_unless_sharing_is_wanted();
    settings_that_linux_does_not_have_leave_no_port_open();
    a_port_can_be_set_anew_or_left_as_it_is();
    a_closed_port_stays_closed_even_where_its_place_is_taken_again();
    closing_frees_threads_that_read_and_write();
    flushing_and_setting_anew_gives_room_to_a_writer_that_waits();
    more_ports_than_there_is_room_for_are_refused_until_one_is_closed();
    return 0;
}

/* The read and write loops on a pty. */
#include "check.h"
#include "pty.h"
#include "transfer.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { SEMI_BLOCKING = 0x1, BLOCKING = 0x10, WRITE_BLOCKING = 0x100 };

/* Far more than a pty holds. */
enum { MUCH = 256 * 1024 };

static const struct transfer_wait FOR_EVER = {1, -1};
static const struct transfer_wait NOT_AT_ALL = {0, 0};

static struct pty pty;
static struct transfer_ends ends;

static void set_up(void)
{
    pty = pty_make();
    ends.fd = pty_open_device(&pty);
    ends.wake = eventfd(0, EFD_NONBLOCK);
    CHECK(ends.wake >= 0);
}

static void tear_down(void)
{
    CHECK_EQUAL(0, close(ends.fd));
    CHECK_EQUAL(0, close(ends.wake));
    (void)close(pty.master);
}

static void wake(void)
{
    uint64_t one = 1;
    CHECK_EQUAL(sizeof one, write(ends.wake, &one, sizeof one));
}

/* A byte pattern with every value, no period of a power of two. */
static uint8_t pattern(int32_t index)
{
    return (uint8_t)(index * 7 + index / 251);
}

static void *in_thread(void *(*body)(void *), void *argument)
{
    pthread_t *thread = malloc(sizeof *thread);
    CHECK(thread != NULL);
    CHECK_EQUAL(0, pthread_create(thread, NULL, body, argument));
    return thread;
}

static void *result_of(void *handle)
{
    void *result = NULL;
    CHECK_EQUAL(0, pthread_join(*(pthread_t *)handle, &result));
    free(handle);
    return result;
}

static void timeout_modes_become_a_minimum_and_a_limit(void)
{
    struct transfer_wait wait = transfer_wait_for(SEMI_BLOCKING | WRITE_BLOCKING, 500, 100);
    CHECK_EQUAL(1, wait.minimum);
    CHECK_EQUAL(500, wait.timeout_ms);
    wait = transfer_wait_for(SEMI_BLOCKING, 0, 100);
    CHECK_EQUAL(1, wait.minimum);
    CHECK_EQUAL(-1, wait.timeout_ms);
    wait = transfer_wait_for(BLOCKING, 300, 100);
    CHECK_EQUAL(100, wait.minimum);
    CHECK_EQUAL(300, wait.timeout_ms);
    wait = transfer_wait_for(0, 500, 100);
    CHECK_EQUAL(0, wait.minimum);
    CHECK_EQUAL(0, wait.timeout_ms);
    CHECK(transfer_must_drain(SEMI_BLOCKING | WRITE_BLOCKING));
    CHECK(!transfer_must_drain(SEMI_BLOCKING));
}

static void a_read_without_data_comes_back_empty_and_not_too_early(void)
{
    uint8_t buffer[8];
    struct transfer_wait wait = {1, 200};
    struct timespec before;
    struct timespec after;
    set_up();
    CHECK_EQUAL(0, transfer_read(&ends, buffer, sizeof buffer, NOT_AT_ALL));
    CHECK_EQUAL(0, clock_gettime(CLOCK_MONOTONIC, &before));
    CHECK_EQUAL(0, transfer_read(&ends, buffer, sizeof buffer, wait));
    CHECK_EQUAL(0, clock_gettime(CLOCK_MONOTONIC, &after));
    CHECK((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000 >= 199);
    tear_down();
}

static void a_semi_blocking_read_takes_what_is_there(void)
{
    uint8_t buffer[8] = {0};
    set_up();
    CHECK_EQUAL(3, write(pty.master, "abc", 3));
    CHECK_EQUAL(1, transfer_await_input(&ends, -1));
    CHECK_EQUAL(3, transfer_read(&ends, buffer, sizeof buffer, FOR_EVER));
    CHECK_EQUAL(0, memcmp(buffer, "abc", 3));
    CHECK_EQUAL(0, transfer_await_input(&ends, 0));
    CHECK_EQUAL(5, write(pty.master, "12345", 5));
    CHECK_EQUAL(2, transfer_read(&ends, buffer, 2, FOR_EVER));
    CHECK_EQUAL(3, transfer_read(&ends, buffer, sizeof buffer, FOR_EVER));
    tear_down();
}

static void *send_in_pieces(void *argument)
{
    (void)argument;
    for (int32_t i = 0; i < 10000; i++) {
        uint8_t byte = pattern(i);
        CHECK_EQUAL(1, write(pty.master, &byte, 1));
    }
    return NULL;
}

static void a_blocking_read_waits_for_all_bytes_and_no_byte_is_changed(void)
{
    static uint8_t buffer[10000];
    struct transfer_wait all = {sizeof buffer, -1};
    set_up();
    void *sender = in_thread(send_in_pieces, NULL);
    CHECK_EQUAL(sizeof buffer, transfer_read(&ends, buffer, sizeof buffer, all));
    (void)result_of(sender);
    for (int32_t i = 0; i < (int32_t)sizeof buffer; i++) {
        CHECK_EQUAL(pattern(i), buffer[i]);
    }
    tear_down();
}

static void a_blocking_read_gives_what_came_when_its_time_is_over(void)
{
    uint8_t buffer[8];
    struct transfer_wait wait = {sizeof buffer, 200};
    set_up();
    CHECK_EQUAL(3, write(pty.master, "abc", 3));
    CHECK_EQUAL(3, transfer_read(&ends, buffer, sizeof buffer, wait));
    tear_down();
}

static void *write_much(void *argument)
{
    uint8_t *bytes = malloc(MUCH);
    CHECK(bytes != NULL);
    for (int32_t i = 0; i < MUCH; i++) {
        bytes[i] = pattern(i);
    }
    *(int32_t *)argument = transfer_write(&ends, bytes, MUCH);
    free(bytes);
    return NULL;
}

static void a_write_larger_than_the_buffer_waits_for_room_and_changes_no_byte(void)
{
    int32_t written = 0;
    set_up();
    void *writer = in_thread(write_much, &written);
    for (int32_t i = 0; i < MUCH;) {
        uint8_t chunk[777];
        ssize_t count = read(pty.master, chunk, sizeof chunk);
        CHECK(count > 0);
        for (ssize_t j = 0; j < count; j++, i++) {
            CHECK_EQUAL(pattern(i), chunk[j]);
        }
    }
    (void)result_of(writer);
    CHECK_EQUAL(MUCH, written);
    CHECK_EQUAL(0, transfer_drain(&ends));
    tear_down();
}

static void a_wake_up_ends_a_write_that_waits_for_room(void)
{
    int32_t written = 0;
    set_up();
    void *writer = in_thread(write_much, &written);
    pty_await_full(&pty);
    wake();
    (void)result_of(writer);
    CHECK(written > 0 && written < MUCH);
    (void)write_much(&written);
    CHECK(written < MUCH);
    tear_down();
}

static void *read_for_ever(void *argument)
{
    uint8_t buffer[8];
    *(int32_t *)argument = transfer_read(&ends, buffer, sizeof buffer, FOR_EVER);
    return NULL;
}

static void a_wake_up_ends_a_read_now_and_every_later_one(void)
{
    int32_t result = 1;
    set_up();
    void *reader = in_thread(read_for_ever, &result);
    wake();
    (void)result_of(reader);
    CHECK_EQUAL(-EBADF, result);
    (void)read_for_ever(&result);
    CHECK_EQUAL(-EBADF, result);
    CHECK_EQUAL(-EBADF, transfer_await_input(&ends, -1));
    tear_down();
}

static void an_unplugged_line_is_an_error_in_every_mode(void)
{
    uint8_t buffer[8];
    struct transfer_wait all = {sizeof buffer, -1};
    set_up();
    CHECK_EQUAL(0, close(pty.master));
    CHECK_EQUAL(-EIO, transfer_read(&ends, buffer, sizeof buffer, FOR_EVER));
    CHECK_EQUAL(-EIO, transfer_read(&ends, buffer, sizeof buffer, NOT_AT_ALL));
    CHECK_EQUAL(-EIO, transfer_read(&ends, buffer, sizeof buffer, all));
    CHECK_EQUAL(-EIO, transfer_await_input(&ends, -1));
    CHECK_EQUAL(-EIO, transfer_write(&ends, buffer, sizeof buffer));
    tear_down();
}

static void a_reader_that_waits_notices_the_unplugging(void)
{
    int32_t result = 1;
    set_up();
    void *reader = in_thread(read_for_ever, &result);
    CHECK_EQUAL(0, close(pty.master));
    (void)result_of(reader);
    CHECK_EQUAL(-EIO, result);
    tear_down();
}

static void a_minimum_that_another_program_took_away_is_no_end_of_file(void)
{
    uint8_t buffer[8];
    struct termios terminal;
    struct transfer_wait wait = {1, 200};
    set_up();
    CHECK_EQUAL(0, tcgetattr(ends.fd, &terminal));
    terminal.c_cc[VMIN] = 0;
    CHECK_EQUAL(0, tcsetattr(ends.fd, TCSANOW, &terminal));
    CHECK_EQUAL(0, transfer_read(&ends, buffer, sizeof buffer, wait));
    CHECK_EQUAL(1, write(pty.master, "a", 1));
    CHECK_EQUAL(1, transfer_read(&ends, buffer, sizeof buffer, FOR_EVER));
    tear_down();
}

int main(void)
{
    timeout_modes_become_a_minimum_and_a_limit();
    a_read_without_data_comes_back_empty_and_not_too_early();
    a_semi_blocking_read_takes_what_is_there();
    a_blocking_read_waits_for_all_bytes_and_no_byte_is_changed();
    a_blocking_read_gives_what_came_when_its_time_is_over();
    a_write_larger_than_the_buffer_waits_for_room_and_changes_no_byte();
    a_wake_up_ends_a_write_that_waits_for_room();
    a_wake_up_ends_a_read_now_and_every_later_one();
    an_unplugged_line_is_an_error_in_every_mode();
    a_reader_that_waits_notices_the_unplugging();
    a_minimum_that_another_program_took_away_is_no_end_of_file();
    return 0;
}

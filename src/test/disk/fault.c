/*
 * Calls that fail as a disk makes them fail, or take their time. The test and this library share six numbers in a file:
 *
 *   [0] kind      0 none, 1 EIO, 2 ENOSPC, 3 half a write and then ENOSPC
 *   [1] at        the call that fails, counted from 1
 *   [2] lasting   not 0: so do all that come after it
 *   [3] calls     counted so far
 *   [4] strikes   calls that failed
 *   [5] sync_ms   so many milliseconds each sync takes, whatever the kind
 */
#define _GNU_SOURCE
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { KIND, AT, LASTING, CALLS, STRIKES, SYNC_MS, NUMBERS };
enum { NONE, IO_ERROR, NO_SPACE, HALF };

static volatile int64_t *shared;
static bool owes_no_space;

void fault_begin(void) {
    const char *path = getenv("DISK_FAULTS");
    if (path == NULL) {
        return;
    }
    int fd = libc()->open64(path, O_RDWR);
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, NUMBERS * sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        perror(path);
        abort();
    }
    shared = map;
}

static bool fails(int error) {
    shared[STRIKES]++;
    errno = error;
    return true;
}

bool fault_strikes(enum fault_call call, size_t *length) {
    if (shared == NULL || shared[KIND] == NONE) {
        owes_no_space = false;
        return false;
    }
    int64_t kind = shared[KIND];
    /* Room is not needed for reading, and a name goes without. */
    if (kind != IO_ERROR && (call == CALL_READ || call == CALL_OPEN)) {
        return false;
    }
    if (owes_no_space) {
        owes_no_space = false;
        return fails(ENOSPC);
    }
    int64_t number = ++shared[CALLS];
    if (number < shared[AT] || (number > shared[AT] && !shared[LASTING])) {
        return false;
    }
    if (kind == HALF && call == CALL_WRITE && *length > 1) {
        shared[STRIKES]++;
        *length /= 2;
        owes_no_space = true;
        return false;
    }
    return fails(kind == IO_ERROR ? EIO : ENOSPC);
}

void fault_slow_sync(void) {
    int64_t ms = shared == NULL ? 0 : shared[SYNC_MS];
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (ms > 0 && nanosleep(&left, &left) < 0 && errno == EINTR) {
    }
}

/* When the power goes, and what chance is made of. */
#define _GNU_SOURCE
#include "disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t operations;
static int64_t last_operation;
static bool planned;
static uint64_t state;

void cut_begin(void) {
    const char *seed = getenv("DISK_SEED");
    const char *operation = getenv("DISK_CUT_OP");
    state = seed == NULL ? 0 : strtoull(seed, NULL, 10);
    last_operation = operation == NULL ? 0 : strtoll(operation, NULL, 10);
    planned = operation != NULL || getenv("DISK_CUT_MS") != NULL;
}

bool cut_is_planned(void) {
    return planned;
}

void cut_count(void) {
    if (++operations == last_operation) {
        cut_now();
    }
}

void cut_now(void) {
    dprintf(STDERR_FILENO, "power cut: at operation %lld\n", (long long) operations);
    files_cut();
    names_cut();
    _exit(CUT_STATUS);
}

/* splitmix64 */
uint64_t draw(void) {
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

bool chance(unsigned of) {
    return draw() % of == 0;
}

void *need(void *memory) {
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* Calls that nobody makes on a watched file today. What goes past this library must not go unnoticed. */
#define _GNU_SOURCE
#include "disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static void refuse(const char *call) {
    dprintf(STDERR_FILENO, "%s on a watched file: not known here\n", call);
    abort();
}

void *mmap64(void *where, size_t length, int protection, int flags, int fd, off64_t at) {
    if ((protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0 && watched_file(fd) != NULL) {
        refuse("mmap");
    }
    return libc()->mmap64(where, length, protection, flags, fd, at);
}

void *mmap(void *where, size_t length, int protection, int flags, int fd, off_t at) {
    return mmap64(where, length, protection, flags, fd, at);
}

int fallocate64(int fd, int mode, off64_t at, off64_t length) {
    static int (*real)(int, int, off64_t, off64_t);
    if (watched_file(fd) != NULL) {
        refuse("fallocate");
    }
    if (real == NULL) {
        *(void **) &real = next("fallocate64");
    }
    return real(fd, mode, at, length);
}

int fallocate(int fd, int mode, off_t at, off_t length) {
    return fallocate64(fd, mode, at, length);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
    static ssize_t (*real)(int, const struct iovec *, int, off64_t);
    if (watched_file(fd) != NULL) {
        refuse("pwritev");
    }
    if (real == NULL) {
        *(void **) &real = next("pwritev64");
    }
    return real(fd, parts, count, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    static ssize_t (*real)(int, const struct iovec *, int);
    if (watched_file(fd) != NULL) {
        refuse("writev");
    }
    if (real == NULL) {
        *(void **) &real = next("writev");
    }
    return real(fd, parts, count);
}

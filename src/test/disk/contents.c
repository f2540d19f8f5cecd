/*
 * The contents of files over a power cut. What was done to a file since its last sync is kept as a list of changes. At
 * the cut the file goes back to what was synced, and each change then is there, or not, or in part:
 *
 *   - a write counts by sectors of 512 bytes, each of which may be there, missing, or hold anything, whatever became
 *     of earlier and later writes; bytes of the sector outside the write stay as they were (SQLite relies on that and
 *     calls it powersafe overwrite)
 *   - the length of the file is a change for itself: data may be cut off by it, or zeros stand where data should
 */
#define _GNU_SOURCE
#include "disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

/* One write or truncation. */
struct change {
    struct change *earlier;
    struct change *later;
    off64_t at;
    /* What was written; 0 for a truncation. */
    size_t length;
    unsigned char *after;
    /* What stood there, as far as the file went. */
    size_t before_length;
    unsigned char *before;
    off64_t size_before;
    off64_t size_after;
};

struct file {
    struct file *next;
    dev_t device;
    ino_t inode;
    int fd;
    struct change *first;
    struct change *last;
};

static struct file *files;
/* Any file, where no cut is to come and nothing need be remembered. */
static struct file whatever;
static unsigned kept, dropped, torn;

struct file *file_of(int fd) {
    struct stat64 status;
    char self[40];
    if (fstat64(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return NULL;
    }
    if (!cut_is_planned()) {
        return &whatever;
    }
    for (struct file *file = files; file != NULL; file = file->next) {
        if (file->device == status.st_dev && file->inode == status.st_ino) {
            return file;
        }
    }
    struct file *file = need(calloc(1, sizeof *file));
    file->device = status.st_dev;
    file->inode = status.st_ino;
    /* Never closed: closing any descriptor of a file would drop the locks that the process has on it. */
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    file->fd = libc()->open64(self, O_RDWR | O_CLOEXEC);
    if (file->fd < 0) {
        perror(self);
        abort();
    }
    file->next = files;
    files = file;
    return file;
}

static off64_t size_of(const struct file *file) {
    struct stat64 status;
    if (fstat64(file->fd, &status) != 0) {
        abort();
    }
    return status.st_size;
}

static void read_whole(const struct file *file, unsigned char *into, size_t length, off64_t at) {
    while (length > 0) {
        ssize_t n = libc()->pread64(file->fd, into, length, at);
        if (n <= 0) {
            abort();
        }
        into += n;
        length -= (size_t) n;
        at += n;
    }
}

static struct change *append(struct file *file, off64_t at, off64_t end) {
    struct change *change = need(calloc(1, sizeof *change));
    change->at = at;
    change->size_before = size_of(file);
    off64_t stood = end < change->size_before ? end : change->size_before;
    if (stood > at) {
        change->before_length = (size_t) (stood - at);
        change->before = need(malloc(change->before_length));
        read_whole(file, change->before, change->before_length, at);
    }
    change->earlier = file->last;
    if (file->last != NULL) {
        file->last->later = change;
    } else {
        file->first = change;
    }
    file->last = change;
    return change;
}

void file_write(struct file *file, const void *data, size_t length, off64_t at) {
    off64_t end = at + (off64_t) length;
    struct change *change = append(file, at, end);
    change->length = length;
    change->after = need(malloc(length + 1));
    memcpy(change->after, data, length);
    change->size_after = end > change->size_before ? end : change->size_before;
}

void file_truncate(struct file *file, off64_t size) {
    off64_t old = size_of(file);
    append(file, size, old > size ? old : size)->size_after = size;
}

static void release(struct change *change) {
    free(change->before);
    free(change->after);
    free(change);
}

void file_sync(struct file *file) {
    if (getenv("DISK_SYNC_LIES") != NULL) {
        return;
    }
    while (file->first != NULL) {
        struct change *change = file->first;
        file->first = change->later;
        release(change);
    }
    file->last = NULL;
}

static void put_sectors(unsigned char *image, const struct change *change) {
    off64_t end = change->at + (off64_t) change->length;
    off64_t at = change->at;
    while (at < end) {
        off64_t next = (at / SECTOR + 1) * SECTOR;
        size_t length = (size_t) ((next < end ? next : end) - at);
        if (chance(16)) {
            memset(image + at, (int) draw(), length);
        } else if (chance(2)) {
            memcpy(image + at, change->after + (at - change->at), length);
        }
        at = next;
    }
}

enum fate { ALL, NOTHING, BEGINNING, ANY };

static void redo(unsigned char *image, off64_t *size, const struct change *change, enum fate fate, bool *going) {
    if (fate == BEGINNING && chance(8)) {
        *going = false;
    }
    bool whole = fate == ALL || (fate == BEGINNING && *going) || (fate == ANY && chance(3));
    bool length_too = whole || (fate == ANY && chance(2));
    if (whole) {
        memcpy(image + change->at, change->after == NULL ? image + change->at : change->after, change->length);
        kept++;
    } else if (fate == ANY && change->length > 0 && chance(2)) {
        put_sectors(image, change);
        torn++;
    } else {
        dropped++;
    }
    if (length_too && change->length == 0) {
        if (change->size_after < *size) {
            memset(image + change->size_after, 0, (size_t) (*size - change->size_after));
        }
        *size = change->size_after;
    } else if (length_too && change->size_after > *size) {
        *size = change->size_after;
    }
}

static void write_back(const struct file *file, const unsigned char *image, off64_t size) {
    if (libc()->ftruncate64(file->fd, size) != 0) {
        abort();
    }
    for (off64_t at = 0; at < size;) {
        ssize_t n = libc()->pwrite64(file->fd, image + at, (size_t) (size - at), at);
        if (n <= 0) {
            abort();
        }
        at += n;
    }
}

static void restore(const struct file *file) {
    off64_t largest = size_of(file);
    for (struct change *change = file->first; change != NULL; change = change->later) {
        largest = change->size_before > largest ? change->size_before : largest;
        largest = change->size_after > largest ? change->size_after : largest;
    }
    unsigned char *image = need(calloc(1, (size_t) largest + 1));
    off64_t size = size_of(file);
    read_whole(file, image, (size_t) size, 0);
    for (struct change *change = file->last; change != NULL; change = change->earlier) {
        if (change->size_before < size) {
            memset(image + change->size_before, 0, (size_t) (size - change->size_before));
        }
        if (change->before != NULL) {
            memcpy(image + change->at, change->before, change->before_length);
        }
        size = change->size_before;
    }
    enum fate fate = (enum fate[]) {ALL, NOTHING, BEGINNING, BEGINNING, ANY, ANY, ANY, ANY}[draw() % 8];
    bool going = true;
    for (struct change *change = file->first; change != NULL; change = change->later) {
        redo(image, &size, change, fate, &going);
    }
    write_back(file, image, size);
    free(image);
}

void files_cut(void) {
    for (struct file *file = files; file != NULL; file = file->next) {
        if (file->first != NULL) {
            restore(file);
        }
    }
    dprintf(STDERR_FILENO, "power cut: writes kept %u, dropped %u, torn %u\n", kept, dropped, torn);
}

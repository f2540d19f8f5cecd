/* The calls that are watched. Each is done under one lock, so that an operation and what is noted of it are one. */
#define _GNU_SOURCE
#include "disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS 4096

/* What a descriptor stands for: a file, or the path of a directory. */
static struct {
    struct file *file;
    char *directory;
} watched[DESCRIPTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;

void *next(const char *name) {
    return need(dlsym(RTLD_NEXT, name));
}

const struct libc *libc(void) {
    static struct libc found;
    if (found.open64 == NULL) {
        *(void **) &found.close = next("close");
        *(void **) &found.read = next("read");
        *(void **) &found.pread64 = next("pread64");
        *(void **) &found.write = next("write");
        *(void **) &found.pwrite64 = next("pwrite64");
        *(void **) &found.ftruncate64 = next("ftruncate64");
        *(void **) &found.rename = next("rename");
        *(void **) &found.unlink = next("unlink");
        *(void **) &found.mkdir = next("mkdir");
        *(void **) &found.rmdir = next("rmdir");
        *(void **) &found.mmap64 = next("mmap64");
        *(void **) &found.open64 = next("open64");
    }
    return &found;
}

static void *cut_later(void *milliseconds) {
    long ms = (long) (intptr_t) milliseconds;
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
    pthread_mutex_lock(&lock);
    cut_now();
}

__attribute__((constructor)) static void begin(void) {
    const char *ms = getenv("DISK_CUT_MS");
    pthread_t thread;
    root = getenv("DISK_ROOT");
    if (root == NULL) {
        return;
    }
    cut_begin();
    fault_begin();
    if (ms != NULL && pthread_create(&thread, NULL, cut_later, (void *) (intptr_t) atol(ms)) != 0) {
        abort();
    }
}

static bool is_below(const char *path) {
    size_t length = root == NULL ? 0 : strlen(root);
    return length > 0 && strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

struct file *watched_file(int fd) {
    return fd < 0 || fd >= DESCRIPTORS ? NULL : watched[fd].file;
}

/* Counts an operation that is done, and gives the lock back. */
static void done(void) {
    if (cut_is_planned()) {
        cut_count();
    }
    pthread_mutex_unlock(&lock);
}

static int failed(void) {
    pthread_mutex_unlock(&lock);
    return -1;
}

static void watch(int fd, const char *path) {
    struct stat64 status;
    if (fd >= DESCRIPTORS || fstat64(fd, &status) != 0) {
        abort();
    }
    if (S_ISDIR(status.st_mode)) {
        watched[fd].directory = need(strdup(path));
    } else {
        watched[fd].file = file_of(fd);
    }
}

static int open_watched(const char *path, int flags, mode_t mode) {
    struct stat64 status;
    pthread_mutex_lock(&lock);
    if (fault_strikes(CALL_OPEN, NULL)) {
        return failed();
    }
    bool makes = (flags & O_CREAT) != 0 && lstat64(path, &status) != 0;
    int fd = libc()->open64(path, flags & ~O_TRUNC, mode);
    if (fd < 0) {
        return failed();
    }
    watch(fd, path);
    if (makes && cut_is_planned()) {
        name_made(path);
        cut_count();
    }
    if ((flags & O_TRUNC) != 0 && watched[fd].file != NULL) {
        if (cut_is_planned()) {
            file_truncate(watched[fd].file, 0);
        }
        if (libc()->ftruncate64(fd, 0) != 0) {
            abort();
        }
    }
    done();
    return fd;
}

int open64(const char *path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return is_below(path) ? open_watched(path, flags, mode) : libc()->open64(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return open64(path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) {
    static int (*real)(int, const char *, int, ...);
    mode_t mode = 0;
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    if (is_below(path)) {
        return open_watched(path, flags, mode);
    }
    if (real == NULL) {
        *(void **) &real = next("openat64");
    }
    return real(directory, path, flags, mode);
}

int creat64(const char *path, mode_t mode) {
    return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS && (watched[fd].file != NULL || watched[fd].directory != NULL)) {
        pthread_mutex_lock(&lock);
        free(watched[fd].directory);
        watched[fd].directory = NULL;
        watched[fd].file = NULL;
        pthread_mutex_unlock(&lock);
    }
    return libc()->close(fd);
}

ssize_t read(int fd, void *data, size_t length) {
    if (watched_file(fd) != NULL) {
        pthread_mutex_lock(&lock);
        if (fault_strikes(CALL_READ, NULL)) {
            return failed();
        }
        pthread_mutex_unlock(&lock);
    }
    return libc()->read(fd, data, length);
}

ssize_t pread64(int fd, void *data, size_t length, off64_t at) {
    if (watched_file(fd) != NULL) {
        pthread_mutex_lock(&lock);
        if (fault_strikes(CALL_READ, NULL)) {
            return failed();
        }
        pthread_mutex_unlock(&lock);
    }
    return libc()->pread64(fd, data, length, at);
}

ssize_t pread(int fd, void *data, size_t length, off_t at) {
    return pread64(fd, data, length, at);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
    struct file *file = watched_file(fd);
    /* SQLite tries to merge a log also where it opened the file for reading only, and hears from the kernel. */
    if (file == NULL || (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
        return libc()->pwrite64(fd, data, length, at);
    }
    pthread_mutex_lock(&lock);
    if (fault_strikes(CALL_WRITE, &length)) {
        return failed();
    }
    if (cut_is_planned()) {
        file_write(file, data, length, at);
    }
    ssize_t written = libc()->pwrite64(fd, data, length, at);
    if (written != (ssize_t) length) {
        perror("the machine's own disk");
        abort();
    }
    done();
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
    return pwrite64(fd, data, length, at);
}

ssize_t write(int fd, const void *data, size_t length) {
    if (watched_file(fd) == NULL) {
        return libc()->write(fd, data, length);
    }
    off64_t at = (fcntl(fd, F_GETFL) & O_APPEND) != 0 ? lseek64(fd, 0, SEEK_END) : lseek64(fd, 0, SEEK_CUR);
    ssize_t written = pwrite64(fd, data, length, at);
    if (written > 0) {
        lseek64(fd, at + written, SEEK_SET);
    }
    return written;
}

int ftruncate64(int fd, off64_t size) {
    struct file *file = watched_file(fd);
    if (file == NULL) {
        return libc()->ftruncate64(fd, size);
    }
    pthread_mutex_lock(&lock);
    if (fault_strikes(CALL_TRUNCATE, NULL)) {
        return failed();
    }
    if (cut_is_planned()) {
        file_truncate(file, size);
    }
    int result = libc()->ftruncate64(fd, size);
    done();
    return result;
}

int ftruncate(int fd, off_t size) {
    return ftruncate64(fd, size);
}

int fsync(int fd) {
    static int (*real)(int);
    if (fd < 0 || fd >= DESCRIPTORS || (watched[fd].file == NULL && watched[fd].directory == NULL)) {
        if (real == NULL) {
            *(void **) &real = next("fsync");
        }
        return real(fd);
    }
    fault_slow_sync();
    pthread_mutex_lock(&lock);
    if (fault_strikes(CALL_SYNC, NULL)) {
        return failed();
    }
    if (cut_is_planned()) {
        /* First: the power may go before the sync is done. */
        cut_count();
        if (getenv("DISK_SYNC_LIES") == NULL && watched[fd].file != NULL) {
            file_sync(watched[fd].file);
        } else if (getenv("DISK_SYNC_LIES") == NULL) {
            names_sync(watched[fd].directory);
        }
    }
    pthread_mutex_unlock(&lock);
    return 0;
}

int fdatasync(int fd) {
    return fsync(fd);
}

int rename(const char *from, const char *to) {
    if (!is_below(from) && !is_below(to)) {
        return libc()->rename(from, to);
    }
    pthread_mutex_lock(&lock);
    if (fault_strikes(CALL_NAME, NULL)) {
        return failed();
    }
    int result = cut_is_planned() ? name_rename(from, to) : libc()->rename(from, to);
    done();
    return result;
}

int unlink(const char *path) {
    if (!is_below(path)) {
        return libc()->unlink(path);
    }
    pthread_mutex_lock(&lock);
    if (fault_strikes(CALL_NAME, NULL)) {
        return failed();
    }
    int result = cut_is_planned() ? name_remove(path) : libc()->unlink(path);
    int error = errno;
    done();
    errno = error;
    return result;
}

int mkdir(const char *path, mode_t mode) {
    if (!is_below(path)) {
        return libc()->mkdir(path, mode);
    }
    pthread_mutex_lock(&lock);
    if (fault_strikes(CALL_NAME, NULL)) {
        return failed();
    }
    int result = libc()->mkdir(path, mode);
    int error = errno;
    if (result == 0 && cut_is_planned()) {
        name_made_directory(path);
    }
    done();
    errno = error;
    return result;
}

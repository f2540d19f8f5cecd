/*
 * A disk that fails, put before the C library with LD_PRELOAD. It watches the files below one directory.
 *
 *   DISK_ROOT       the directory, as an absolute path; without it nothing is watched
 *   DISK_CUT_OP     the power goes at the Nth write, sync, truncation or change of a name
 *   DISK_CUT_MS     or so many milliseconds after the program was loaded, whichever comes first
 *   DISK_SEED       what a cut leaves behind is drawn from this
 *   DISK_GRAVES     an empty directory of the same file system outside DISK_ROOT: where removed files wait for the cut
 *   DISK_SYNC_LIES  if set, a sync says that it is done and does nothing
 *   DISK_FAULTS     a file of six 64-bit numbers that the test writes to, see fault.c
 *
 * No sync reaches the machine's own disk: the process dies, the machine does not.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The exit status of a process whose power was cut. */
#define CUT_STATUS 77

/* The C library's own functions. */
struct libc {
    int (*open64)(const char *, int, ...);
    int (*close)(int);
    ssize_t (*read)(int, void *, size_t);
    ssize_t (*pread64)(int, void *, size_t, off64_t);
    ssize_t (*write)(int, const void *, size_t);
    ssize_t (*pwrite64)(int, const void *, size_t, off64_t);
    int (*ftruncate64)(int, off64_t);
    int (*rename)(const char *, const char *);
    int (*unlink)(const char *);
    int (*mkdir)(const char *, mode_t);
    int (*rmdir)(const char *);
    void *(*mmap64)(void *, size_t, int, int, int, off64_t);
};
const struct libc *libc(void);
/* Any other of its functions. */
void *next(const char *name);

/* calls.c: the file that a descriptor stands for; NULL where it is not watched. */
struct file *watched_file(int fd);

/* cut.c: when the power goes, and chance. From here on everything is done under one lock. */
void cut_begin(void);
/* Whether a cut is to come at all. */
bool cut_is_planned(void);
/* One more operation is done; does not return where it is the last one. */
void cut_count(void);
void cut_now(void) __attribute__((noreturn));
/* One in so many. */
bool chance(unsigned of);
uint64_t draw(void);
void *need(void *memory);

/* contents.c: what was written since the last sync of a file. */
struct file;
/* The file behind a descriptor; NULL where that is no regular file. */
struct file *file_of(int fd);
/* Before it is written to. */
void file_write(struct file *file, const void *data, size_t length, off64_t at);
void file_truncate(struct file *file, off64_t size);
void file_sync(struct file *file);
/* Puts all files back to what a cut may leave of them. */
void files_cut(void);

/* names.c: what was made, renamed and removed since the last sync of its directory. */
void name_made(const char *path);
void name_made_directory(const char *path);
/* In place of the C library's, whose results they return. */
int name_rename(const char *from, const char *to);
int name_remove(const char *path);
void names_sync(const char *directory);
void names_cut(void);

/* fault.c: which call fails. */
enum fault_call { CALL_OPEN, CALL_READ, CALL_WRITE, CALL_TRUNCATE, CALL_SYNC, CALL_NAME };
void fault_begin(void);
/* Whether this call must fail, with errno set. A write may be shortened instead: *length is less than before then. */
bool fault_strikes(enum fault_call call, size_t *length);
/* Sleeps for as long as a sync takes; before the lock, for others go on meanwhile. */
void fault_slow_sync(void);

#endif

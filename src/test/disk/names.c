/*
 * Names over a power cut: a file that was made, renamed or removed is so, or not, until its directory is synced. A
 * rename is whole or not at all, and nothing is undone beneath what stays. A directory that was made goes only if
 * nothing is left in it: file systems keep what leads to a synced file.
 */
#define _GNU_SOURCE
#include "disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum name_change { MADE, MADE_DIRECTORY, RENAMED, REMOVED };

/* A change of names that its directory has not been synced after. */
struct name {
    struct name *earlier;
    enum name_change what;
    char *path;
    /* Renamed to. */
    char *to;
    /* Where the file waits that had the name. */
    char *grave;
    bool stays;
};

static struct name *names;
static int graves;
static unsigned undone;

static bool is_in(const char *path, const char *directory) {
    size_t length = (size_t) (strrchr(path, '/') - path);
    return strlen(directory) == length && strncmp(path, directory, length) == 0;
}

void names_sync(const char *directory) {
    struct name **link = &names;
    if (getenv("DISK_SYNC_LIES") != NULL) {
        return;
    }
    while (*link != NULL) {
        struct name *name = *link;
        if (is_in(name->path, directory)) {
            *link = name->earlier;
            free(name->path);
            free(name->to);
            free(name->grave);
            free(name);
        } else {
            link = &name->earlier;
        }
    }
}

static struct name *note(enum name_change what, const char *path) {
    struct name *name = need(calloc(1, sizeof *name));
    name->what = what;
    name->path = need(strdup(path));
    name->earlier = names;
    names = name;
    return name;
}

void name_made(const char *path) {
    note(MADE, path);
}

void name_made_directory(const char *path) {
    note(MADE_DIRECTORY, path);
}

/* Out of the way, but not gone; NULL where there is nothing of this name. */
static char *bury(const char *path) {
    char *grave;
    if (asprintf(&grave, "%s/%d", getenv("DISK_GRAVES"), graves++) < 0) {
        abort();
    }
    if (libc()->rename(path, grave) != 0) {
        free(grave);
        return NULL;
    }
    return grave;
}

int name_rename(const char *from, const char *to) {
    char *grave = bury(to);
    int result = libc()->rename(from, to);
    if (result == 0) {
        struct name *name = note(RENAMED, from);
        name->to = need(strdup(to));
        name->grave = grave;
    } else if (grave != NULL) {
        libc()->rename(grave, to);
        free(grave);
    }
    return result;
}

int name_remove(const char *path) {
    char *grave = bury(path);
    if (grave == NULL) {
        return -1;
    }
    note(REMOVED, path)->grave = grave;
    return 0;
}

static bool concerns(const struct name *name, const char *path) {
    return path != NULL && (strcmp(name->path, path) == 0 || (name->to != NULL && strcmp(name->to, path) == 0));
}

static void undo(const struct name *name) {
    undone++;
    if (name->what == MADE) {
        libc()->unlink(name->path);
    } else if (name->what == MADE_DIRECTORY) {
        libc()->rmdir(name->path);
    } else {
        if (name->what == RENAMED) {
            libc()->rename(name->to, name->path);
        }
        if (name->grave != NULL) {
            libc()->rename(name->grave, name->what == RENAMED ? name->to : name->path);
        }
    }
}

/* Newest first; a change stays where a later one of the same name stayed. */
void names_cut(void) {
    unsigned some = (unsigned) (draw() % 4);
    for (struct name *name = names; name != NULL; name = name->earlier) {
        name->stays = some == 0 || chance(some + 1);
        for (struct name *later = names; later != name; later = later->earlier) {
            if (later->stays && (concerns(later, name->path) || concerns(later, name->to))) {
                name->stays = true;
            }
        }
        if (!name->stays) {
            undo(name);
        }
    }
    dprintf(STDERR_FILENO, "power cut: names undone %u\n", undone);
}

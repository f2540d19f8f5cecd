/*
 * For LD_PRELOAD: a pty that has DTR and RTS, as a real port has. What a process does to them goes to the file that
 * MODEM_LOG names, a line for each change: "+dtr", "-rts".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void note(const char *text) {
    const char *name = getenv("MODEM_LOG");
    int file = name ? open(name, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file >= 0) {
        if (write(file, text, strlen(text)) < 0) {
            abort();
        }
        close(file);
    }
}

int ioctl(int descriptor, unsigned long request, ...) {
    static int (*real)(int, unsigned long, ...);
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request == TIOCMBIS || request == TIOCMBIC) {
        int lines = *(int *) argument;
        if (lines & TIOCM_DTR) {
            note(request == TIOCMBIS ? "+dtr\n" : "-dtr\n");
        }
        if (lines & TIOCM_RTS) {
            note(request == TIOCMBIS ? "+rts\n" : "-rts\n");
        }
        return 0;
    }
    if (!real) {
        real = (int (*)(int, unsigned long, ...)) dlsym(RTLD_NEXT, "ioctl");
    }
    return real(descriptor, request, argument);
}

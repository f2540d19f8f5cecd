/*
 * In a file of its own: the kernel's header that declares termios2 and the C library's termios.h both declare
 * struct termios, each in its own way.
 */
#include "custom_baud.h"

#include <asm/termbits.h>
#include <errno.h>
#include <sys/ioctl.h>

/* musl's headers leave these two out. */
#ifndef TCGETS2
#define TCGETS2 _IOR('T', 0x2A, struct termios2)
#endif
#ifndef TCSETS2
#define TCSETS2 _IOW('T', 0x2B, struct termios2)
#endif

int custom_baud_set(int fd, int32_t baud)
{
    struct termios2 terminal;
    if (ioctl(fd, TCGETS2, &terminal) != 0) {
        return errno;
    }
    terminal.c_cflag &= ~(tcflag_t)(CBAUD | (CBAUD << IBSHIFT));
    terminal.c_cflag |= BOTHER;
    terminal.c_ospeed = (speed_t)baud;
    /* Input bits of 0 (B0) mean: as the output. */
    terminal.c_ispeed = (speed_t)baud;
    return ioctl(fd, TCSETS2, &terminal) == 0 ? 0 : errno;
}

int32_t custom_baud_get(int fd)
{
    struct termios2 terminal;
    if (ioctl(fd, TCGETS2, &terminal) != 0) {
        return -errno;
    }
    return (int32_t)terminal.c_ospeed;
}

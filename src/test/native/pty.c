#include "pty.h"

#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

struct pty pty_make(void)
{
    struct pty pty;
    pty.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(pty.master >= 0);
    CHECK_EQUAL(0, grantpt(pty.master));
    CHECK_EQUAL(0, unlockpt(pty.master));
    CHECK_EQUAL(0, ptsname_r(pty.master, pty.path, sizeof pty.path));
    return pty;
}

int pty_open_device(const struct pty *pty)
{
    struct termios terminal;
    int fd = open(pty->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_EQUAL(0, tcgetattr(fd, &terminal));
    cfmakeraw(&terminal);
    CHECK_EQUAL(0, tcsetattr(fd, TCSANOW, &terminal));
    return fd;
}

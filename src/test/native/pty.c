#include "pty.h"

#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
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

void pty_await_full(const struct pty *pty)
{
    int before = 0;
    for (int still = 0; still < 8;) {
        int now = 0;
        CHECK_EQUAL(0, ioctl(pty->master, FIONREAD, &now));
        still = now > 0 && now == before ? still + 1 : 0;
        before = now;
        (void)poll(NULL, 0, 20);
    }
}

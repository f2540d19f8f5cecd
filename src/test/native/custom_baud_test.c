/* Rates without a code, on a pty, which keeps any rate. */
#include "check.h"
#include "custom_baud.h"
#include "port.h"
#include "pty.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
    struct pty pty = pty_make();
    int fd = pty_open_device(&pty);
    int32_t known = custom_baud_get(fd);
    if (known == -ENOTTY || known == -ENOSYS) {
        puts("the emulator does not know termios2");
        return 77;
    }
    CHECK_EQUAL(0, custom_baud_set(fd, 123456));
    CHECK_EQUAL(123456, custom_baud_get(fd));

    struct termios terminal;
    CHECK_EQUAL(0, tcgetattr(fd, &terminal));
    CHECK_EQUAL(CS8, terminal.c_cflag & CSIZE);
    CHECK_EQUAL(0, terminal.c_lflag & ICANON);
    CHECK_EQUAL(0, cfsetospeed(&terminal, B9600));
    CHECK_EQUAL(0, cfsetispeed(&terminal, B9600));
    CHECK_EQUAL(0, tcsetattr(fd, TCSANOW, &terminal));
    CHECK_EQUAL(9600, custom_baud_get(fd));

    struct port_opening opening = {.path = pty.path, .line = {250000, 8, STOP_ONE, PARITY_NONE, 0, 17, 19, true, true}};
    int32_t error = -1;
    port_handle port = port_open(&opening, &error);
    CHECK_EQUAL(0, error);
    CHECK_EQUAL(250000, custom_baud_get(fd));
    CHECK_EQUAL(0, port_close(port));

    CHECK_EQUAL(EBADF, custom_baud_set(-1, 123456));
    CHECK_EQUAL(0, close(fd));
    CHECK_EQUAL(0, close(pty.master));
    return 0;
}

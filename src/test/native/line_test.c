/* Settings to termios, without a device. */
#include "check.h"
#include "line.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

static struct line_settings plain(void)
{
    struct line_settings line = {115200, 8, STOP_ONE, PARITY_NONE, 0, 17, 19, true, true};
    return line;
}

/* What becomes of a terminal where every flag was set, or none. */
static struct termios applied_to(int before, const struct line_settings *line)
{
    struct termios terminal;
    memset(&terminal, before, sizeof terminal);
    CHECK_EQUAL(0, line_apply(line, &terminal));
    return terminal;
}

/* Whatever was set before must not shine through. */
static struct termios applied(const struct line_settings *line)
{
    return applied_to(0xff, line);
}

static void a_plain_line_is_raw_with_8_bits_and_no_parity(int before)
{
    struct line_settings line = plain();
    struct termios terminal = applied_to(before, &line);
    CHECK_EQUAL(CS8, terminal.c_cflag & CSIZE);
    CHECK_EQUAL(CLOCAL | CREAD | HUPCL,
        terminal.c_cflag & (CLOCAL | CREAD | HUPCL | PARENB | PARODD | CMSPAR | CSTOPB | CRTSCTS));
    CHECK_EQUAL(0, terminal.c_oflag & OPOST);
    CHECK_EQUAL(0, terminal.c_lflag & (ICANON | ECHO | ECHONL | ISIG | IEXTEN));
    CHECK_EQUAL(IGNBRK, terminal.c_iflag & (IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF
        | IXANY | INPCK));
    CHECK_EQUAL(1, terminal.c_cc[VMIN]);
    CHECK_EQUAL(0, terminal.c_cc[VTIME]);
    CHECK_EQUAL(B115200, cfgetospeed(&terminal));
    CHECK_EQUAL(B115200, cfgetispeed(&terminal));
}

static void data_bits_stop_bits_and_parity_become_flags(void)
{
    static const struct {
        int32_t data_bits, stop_bits, parity;
        tcflag_t flags;
    } CASES[] = {
        {5, STOP_ONE_AND_A_HALF, PARITY_NONE, CS5 | CSTOPB},
        {6, STOP_ONE, PARITY_MARK, CS6 | PARENB | PARODD | CMSPAR},
        {7, STOP_ONE, PARITY_EVEN, CS7 | PARENB},
        {8, STOP_TWO, PARITY_ODD, CS8 | CSTOPB | PARENB | PARODD},
        {8, STOP_ONE, PARITY_SPACE, CS8 | PARENB | CMSPAR},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct line_settings line = plain();
        line.data_bits = CASES[i].data_bits;
        line.stop_bits = CASES[i].stop_bits;
        line.parity = CASES[i].parity;
        struct termios terminal = applied(&line);
        CHECK_EQUAL(CASES[i].flags, terminal.c_cflag & (CSIZE | CSTOPB | PARENB | PARODD | CMSPAR));
        CHECK_EQUAL(line.parity == PARITY_NONE ? 0 : INPCK, terminal.c_iflag & INPCK);
    }
}

static void flow_control_becomes_flags(void)
{
    struct line_settings line = plain();
    line.flow = FLOW_RTS | FLOW_CTS;
    CHECK((applied(&line).c_cflag & CRTSCTS) != 0);
    line.flow = FLOW_XONXOFF_IN;
    line.xon = 1;
    line.xoff = 2;
    struct termios terminal = applied(&line);
    CHECK_EQUAL(IXOFF, terminal.c_iflag & (IXON | IXOFF));
    CHECK_EQUAL(0, terminal.c_cflag & CRTSCTS);
    CHECK_EQUAL(1, terminal.c_cc[VSTART]);
    CHECK_EQUAL(2, terminal.c_cc[VSTOP]);
    line.flow = FLOW_XONXOFF_OUT;
    CHECK_EQUAL(IXON, applied(&line).c_iflag & (IXON | IXOFF));
}

static void what_linux_does_not_have_is_refused_and_changes_nothing(void)
{
    static const struct line_settings WRONG[] = {
        {0, 8, STOP_ONE, PARITY_NONE, 0, 17, 19, true, true},
        {-1, 8, STOP_ONE, PARITY_NONE, 0, 17, 19, true, true},
        {9600, 4, STOP_ONE, PARITY_NONE, 0, 17, 19, true, true},
        {9600, 9, STOP_ONE, PARITY_NONE, 0, 17, 19, true, true},
        {9600, 8, 0, PARITY_NONE, 0, 17, 19, true, true},
        {9600, 8, 4, PARITY_NONE, 0, 17, 19, true, true},
        {9600, 8, STOP_ONE, 5, 0, 17, 19, true, true},
        {9600, 8, STOP_ONE, -1, 0, 17, 19, true, true},
        {9600, 8, STOP_ONE, PARITY_NONE, FLOW_DSR, 17, 19, true, true},
        {9600, 8, STOP_ONE, PARITY_NONE, FLOW_DTR, 17, 19, true, true},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        struct termios terminal;
        struct termios before;
        memset(&before, 0x5a, sizeof before);
        terminal = before;
        CHECK_EQUAL(EINVAL, line_apply(&WRONG[i], &terminal));
        CHECK_EQUAL(0, memcmp(&before, &terminal, sizeof before));
    }
}

static void only_standard_rates_have_a_code(void)
{
    speed_t code = B0;
    CHECK(line_baud_code(9600, &code));
    CHECK_EQUAL(B9600, code);
    CHECK(line_baud_code(4000000, &code));
    CHECK_EQUAL(B4000000, code);
    code = B50;
    CHECK(!line_baud_code(123456, &code));
    CHECK(!line_baud_code(0, &code));
    CHECK_EQUAL(B50, code);
}

static void a_line_that_is_to_be_low_is_lowered_and_closing_leaves_it_alone(void)
{
    struct line_settings line = plain();
    CHECK_EQUAL(TIOCM_CTS | TIOCM_DTR | TIOCM_RTS, line_modem_bits(&line, TIOCM_CTS));
    line.dtr = false;
    CHECK_EQUAL(TIOCM_RTS, line_modem_bits(&line, TIOCM_DTR));
    CHECK_EQUAL(0, applied(&line).c_cflag & HUPCL);
    line.rts = false;
    CHECK_EQUAL(TIOCM_CTS, line_modem_bits(&line, TIOCM_CTS | TIOCM_DTR | TIOCM_RTS));
    line.dtr = true;
    CHECK_EQUAL(0, applied(&line).c_cflag & HUPCL);
}

int main(void)
{
    a_plain_line_is_raw_with_8_bits_and_no_parity(0x00);
    a_plain_line_is_raw_with_8_bits_and_no_parity(0xff);
    data_bits_stop_bits_and_parity_become_flags();
    flow_control_becomes_flags();
    what_linux_does_not_have_is_refused_and_changes_nothing();
    only_standard_rates_have_a_code();
    a_line_that_is_to_be_low_is_lowered_and_closing_leaves_it_alone();
    return 0;
}

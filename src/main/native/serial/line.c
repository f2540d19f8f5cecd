#include "line.h"

#include <errno.h>
#include <stddef.h>
#include <sys/ioctl.h>

struct baud_code {
    int32_t baud;
    speed_t code;
};

/* The codes differ between architectures and are in no order, so they cannot be computed. */
static const struct baud_code BAUD_CODES[] = {
    {50, B50},           {75, B75},           {110, B110},         {134, B134},         {150, B150},
    {200, B200},         {300, B300},         {600, B600},         {1200, B1200},       {1800, B1800},
    {2400, B2400},       {4800, B4800},       {9600, B9600},       {19200, B19200},     {38400, B38400},
    {57600, B57600},     {115200, B115200},   {230400, B230400},   {460800, B460800},   {500000, B500000},
    {576000, B576000},   {921600, B921600},   {1000000, B1000000}, {1152000, B1152000}, {1500000, B1500000},
    {2000000, B2000000}, {2500000, B2500000}, {3000000, B3000000}, {3500000, B3500000}, {4000000, B4000000}};

bool line_baud_code(int32_t baud, speed_t *code)
{
    for (size_t i = 0; i < sizeof BAUD_CODES / sizeof BAUD_CODES[0]; i++) {
        if (BAUD_CODES[i].baud == baud) {
            *code = BAUD_CODES[i].code;
            return true;
        }
    }
    return false;
}

static bool is_possible(const struct line_settings *settings)
{
    return settings->baud > 0 && settings->data_bits >= 5 && settings->data_bits <= 8 && settings->stop_bits >= STOP_ONE
        && settings->stop_bits <= STOP_TWO && settings->parity >= PARITY_NONE && settings->parity <= PARITY_SPACE
        && (settings->flow & (FLOW_DSR | FLOW_DTR)) == 0;
}

static tcflag_t parity_flags(int32_t parity)
{
    switch (parity) {
    case PARITY_ODD:
        return PARENB | PARODD;
    case PARITY_EVEN:
        return PARENB;
    case PARITY_MARK:
        return PARENB | CMSPAR | PARODD;
    case PARITY_SPACE:
        return PARENB | CMSPAR;
    default:
        return 0;
    }
}

static tcflag_t control_flags(const struct line_settings *settings)
{
    static const tcflag_t SIZES[] = {CS5, CS6, CS7, CS8};
    tcflag_t flags = CLOCAL | CREAD | SIZES[settings->data_bits - 5] | parity_flags(settings->parity);
    if (settings->stop_bits != STOP_ONE) {
        flags |= CSTOPB;
    }
    if ((settings->flow & (FLOW_RTS | FLOW_CTS)) != 0) {
        flags |= CRTSCTS;
    }
    /* Who wants a line low does not want the closing to move it either. */
    if (settings->dtr && settings->rts) {
        flags |= HUPCL;
    }
    return flags;
}

int line_apply(const struct line_settings *settings, struct termios *terminal)
{
    speed_t code = B0;
    if (!is_possible(settings)) {
        return EINVAL;
    }
    cfmakeraw(terminal);
    /* A break is no byte: without this it would be read as a NUL. */
    terminal->c_iflag |= IGNBRK;
    terminal->c_iflag &= ~(tcflag_t)(INPCK | IXON | IXOFF | IXANY);
    if (settings->parity != PARITY_NONE) {
        terminal->c_iflag |= INPCK;
    }
    if ((settings->flow & FLOW_XONXOFF_IN) != 0) {
        terminal->c_iflag |= IXOFF;
    }
    if ((settings->flow & FLOW_XONXOFF_OUT) != 0) {
        terminal->c_iflag |= IXON;
    }
    terminal->c_cflag &= ~(tcflag_t)(CSIZE | CSTOPB | PARENB | PARODD | CMSPAR | CRTSCTS | HUPCL);
    terminal->c_cflag |= control_flags(settings);
    /* The waiting is poll's business; with 1 and 0, "no byte" and "hung up" are told apart. */
    terminal->c_cc[VMIN] = 1;
    terminal->c_cc[VTIME] = 0;
    terminal->c_cc[VSTART] = settings->xon;
    terminal->c_cc[VSTOP] = settings->xoff;
    if (line_baud_code(settings->baud, &code)) {
        (void)cfsetispeed(terminal, code);
        (void)cfsetospeed(terminal, code);
    }
    return 0;
}

int line_modem_bits(const struct line_settings *settings, int current)
{
    int bits = current & ~(TIOCM_DTR | TIOCM_RTS);
    if (settings->dtr) {
        bits |= TIOCM_DTR;
    }
    if (settings->rts) {
        bits |= TIOCM_RTS;
    }
    return bits;
}

#ifndef SLIPWAY_SERIAL_LINE_H
#define SLIPWAY_SERIAL_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

/* What a serial line can be set to. The numbers are those of jSerialComm's SerialPort. */

enum line_parity { PARITY_NONE = 0, PARITY_ODD = 1, PARITY_EVEN = 2, PARITY_MARK = 3, PARITY_SPACE = 4 };

enum line_stop_bits { STOP_ONE = 1, STOP_ONE_AND_A_HALF = 2, STOP_TWO = 3 };

enum line_flow {
    FLOW_RTS = 0x1,
    FLOW_CTS = 0x10,
    FLOW_DSR = 0x100,
    FLOW_DTR = 0x1000,
    FLOW_XONXOFF_IN = 0x10000,
    FLOW_XONXOFF_OUT = 0x100000
};

struct line_settings {
    int32_t baud;      /* bits per second, above 0; rates without a constant of their own are welcome */
    int32_t data_bits; /* 5 to 8 */
    int32_t stop_bits; /* enum line_stop_bits */
    int32_t parity;    /* enum line_parity */
    int32_t flow;      /* enum line_flow, or-ed; DSR and DTR are not to be had on Linux */
    uint8_t xon;
    uint8_t xoff;
    bool dtr; /* whether the line is to be raised while the port is open */
    bool rts;
};

/* Gives the termios code of a standard baud rate. Returns false and leaves *code alone for any other rate. */
bool line_baud_code(int32_t baud, speed_t *code);

/*
 * Changes *terminal to a raw line with these settings. A baud rate without a code leaves the rate as it is.
 * Returns 0, or EINVAL for settings that Linux does not have; *terminal is then unchanged.
 */
int line_apply(const struct line_settings *settings, struct termios *terminal);

/* Gives the modem lines (TIOCM_ bits) that follow from the lines as they are and from the settings. */
int line_modem_bits(const struct line_settings *settings, int current);

#endif

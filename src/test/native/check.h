#ifndef SLIPWAY_CHECK_H
#define SLIPWAY_CHECK_H

#include <stdio.h>
#include <stdlib.h>

/* Ends the test program with the place and both values unless they are equal. */
#define CHECK_EQUAL(expected, actual) \
    do { \
        long long expected_value = (long long)(expected); \
        long long actual_value = (long long)(actual); \
        if (expected_value != actual_value) { \
            fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, actual_value, \
                expected_value); \
            exit(EXIT_FAILURE); \
        } \
    } while (0)

#define CHECK(condition) CHECK_EQUAL(1, (condition) ? 1 : 0)

#endif

/* Loads a library as the JVM does, with everything bound at once, and looks for each native method of its class. */
#include "check.h"
#include "native_names.h"

#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>

enum { SIGNALS = 32 };

static void read_handlers(void (**handlers)(int))
{
    for (int number = 1; number < SIGNALS; number++) {
        struct sigaction action;
        handlers[number] = sigaction(number, NULL, &action) == 0 ? action.sa_handler : SIG_DFL;
    }
}

int main(int argc, char **argv)
{
    CHECK_EQUAL(2, argc);
    void (*before[SIGNALS])(int);
    void (*after[SIGNALS])(int);
    read_handlers(before);
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return EXIT_FAILURE;
    }
    size_t count = sizeof NATIVE_NAMES / sizeof NATIVE_NAMES[0];
    CHECK(count > 20);
    for (size_t i = 0; i < count; i++) {
        if (dlsym(library, NATIVE_NAMES[i]) == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return EXIT_FAILURE;
        }
    }
    /* A second SQLite or another library of the process must not get hold of this one's. */
    CHECK(dlsym(library, "sqlite3_open_v2") == NULL);
    CHECK(dlsym(library, "port_open") == NULL);
    /* The JVM itself may need any signal. */
    read_handlers(after);
    for (int number = 1; number < SIGNALS; number++) {
        CHECK(before[number] == after[number]);
    }
    printf("%zu native methods\n", count);
    return EXIT_SUCCESS;
}

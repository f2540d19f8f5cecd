/* Loads a library as the JVM does, with everything bound at once, and looks for each native method of its class. */
#include "check.h"
#include "native_names.h"

#include <dlfcn.h>
#include <signal.h>
#include <stddef.h>

int main(int argc, char **argv)
{
    CHECK_EQUAL(2, argc);
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
    for (int number = 1; number < 32; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0) {
            CHECK(action.sa_handler == SIG_DFL);
        }
    }
    printf("%zu native methods\n", count);
    return EXIT_SUCCESS;
}

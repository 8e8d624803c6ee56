/* memory_file - a file in memory with a path, for readers that open paths.
 *
 * Threads: any.
 */
#ifndef TESTS_MEMORY_FILE_H
#define TESTS_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>

enum {
    MEMORY_PATH = 32 /* bytes of a path, with the NUL */
};

/* A file of mode 0600 that holds DATA; its path. Returns the descriptor, which
 * the caller closes. Ends the program when the system cannot. */
int memory_file(const uint8_t *data, size_t size, char ret_path[MEMORY_PATH]);

#endif

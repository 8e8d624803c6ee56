/* temp_folder - a fresh folder per test, gone afterwards.
 *
 * Threads: one.
 */
#ifndef TEST_TEMP_FOLDER_H
#define TEST_TEMP_FOLDER_H

#include <stddef.h>

enum {
    TEMP_FOLDER_SIZE = 128,
    TEMP_PATH_SIZE = 256
};

struct temp_folder {
    char path[TEMP_FOLDER_SIZE];
    char file[TEMP_PATH_SIZE]; /* of the newest temp_path */
};

/* Setup and teardown for cmocka: *state is a struct temp_folder. */
int temp_folder_make(void **state);
int temp_folder_remove(void **state);

/* Path of NAME in the folder; lives until the next call. */
const char *temp_path(void **state, const char *name);
/* Writes LEN bytes to PATH with mode 0600; fails the test when it cannot. */
void temp_write(const char *path, const void *data, size_t len);

#endif

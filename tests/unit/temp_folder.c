/* temp_folder - made by mkdtemp, removed with what is in it, one level deep.
 */
#include "temp_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int temp_folder_make(void **state)
{
    struct temp_folder *folder = calloc(1, sizeof(*folder));

    if (folder == NULL)
        return -1;
    (void)snprintf(folder->path, sizeof(folder->path), "/tmp/kith-unit.XXXXXX");
    if (mkdtemp(folder->path) == NULL)
        return -1;
    *state = folder;
    return 0;
}

int temp_folder_remove(void **state)
{
    struct temp_folder *folder = *state;
    DIR *entries = opendir(folder->path);
    const struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        if (entry->d_name[0] != '.' || strlen(entry->d_name) > 2)
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
    }
    if (entries != NULL)
        (void)closedir(entries);
    (void)rmdir(folder->path);
    free(folder);
    return 0;
}

const char *temp_path(void **state, const char *name)
{
    struct temp_folder *folder = *state;

    (void)snprintf(folder->file, sizeof(folder->file), "%s/%s", folder->path,
                   name);
    return folder->file;
}

void temp_write(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, len), (ssize_t)len);
    assert_int_equal(close(fd), 0);
}

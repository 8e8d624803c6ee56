/* paths - joins, splits and makes paths; finds the programs beside us.
 *
 * Not here: which folders a company uses; the configuration says so.
 */
#include "base/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kith/error.h"

enum kith_status paths_join(const char *folder, const char *name,
                            char *ret_path, size_t size)
{
    char path[PATH_MAX];
    int written = snprintf(path, sizeof(path), "%s/%s", folder, name);

    if (written < 0 || (size_t)written >= sizeof(path) ||
        (size_t)written >= size)
        return KITH_LIMIT;
    memcpy(ret_path, path, (size_t)written + 1);
    return KITH_OK;
}

enum kith_status paths_folder(const char *path, char *ret_path, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 1 : (size_t)(slash - path);
    const char *from = slash == NULL ? "." : path;

    if (slash == path) /* "/x": the root folder */
        len = 1;
    if (len >= size)
        return KITH_LIMIT;
    memmove(ret_path, from, len);
    ret_path[len] = '\0';
    return KITH_OK;
}

enum kith_status paths_program(const char *name, char *ret_path, size_t size,
                               struct kith_error *err)
{
    static const char *const places[] = {".", "../libexec/kith", "../lib/kith"};
    char self[PATH_MAX];
    char folder[PATH_MAX];
    char found[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (len <= 0)
        return kith_fail(err, KITH_IO, "no_proc", "",
                         "/proc/self/exe cannot be read");
    self[len] = '\0';
    if (paths_folder(self, folder, sizeof(folder)) != KITH_OK)
        return KITH_LIMIT;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        int written =
            snprintf(found, sizeof(found), "%s/%s/%s", folder, places[i], name);

        if (written < 0 || (size_t)written >= sizeof(found) ||
            (size_t)written >= size)
            continue;
        if (access(found, X_OK) == 0) {
            memcpy(ret_path, found, (size_t)written + 1);
            return KITH_OK;
        }
    }
    return kith_fail(err, KITH_NOT_FOUND, "no_program", "",
                     "the program %s is not beside %s", name, self);
}

enum kith_status paths_make_folder(const char *path, unsigned mode,
                                   struct kith_error *err)
{
    char part[PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof(part))
        return kith_fail(err, KITH_LIMIT, "path_too_long", "",
                         "the path %s is too long", path);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, (mode_t)mode) != 0 && errno != EEXIST)
            return kith_fail(err, KITH_IO, "no_folder", "",
                             "cannot make the folder %s: %s", part,
                             strerror(errno));
    }
    return KITH_OK;
}

/* paths - where things stand on disk.
 *
 * Threads: any.
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#include <stddef.h>

#include "kith/status.h"

struct kith_error;

/* FOLDER "/" NAME into ret_path. KITH_LIMIT: longer than SIZE. */
enum kith_status paths_join(const char *folder, const char *name,
                            char *ret_path, size_t size) KITH_MUST_CHECK;
/* Text of PATH without its last part ("/a/b" gives "/a", "x" gives "."). */
enum kith_status paths_folder(const char *path, char *ret_path, size_t size)
    KITH_MUST_CHECK;
/* The program NAME that belongs to this one: beside the running file, else in
 * ../libexec/kith, else ../lib/kith. KITH_NOT_FOUND with ERR. */
enum kith_status paths_program(const char *name, char *ret_path, size_t size,
                               struct kith_error *err) KITH_MUST_CHECK;
/* Makes PATH and its missing parents with MODE. KITH_IO. */
enum kith_status paths_make_folder(const char *path, unsigned mode,
                                   struct kith_error *err) KITH_MUST_CHECK;

#endif

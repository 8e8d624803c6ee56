/* file - whole small files, read in bounds and written so that a crash leaves
 * the old one or the new one, never a part.
 *
 * Threads: any.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "kith/bytes.h"
#include "kith/status.h"

struct kith_error;

/* Appends the content of the regular file PATH to BUF.
 *
 * KITH_NOT_FOUND; KITH_LIMIT: longer than MAX bytes; KITH_INVALID: not a
 * regular file; KITH_IO; KITH_NOMEM. ERR (may be NULL) names the path. */
enum kith_status file_read(const char *path, size_t max, struct kith_buf *buf,
                           struct kith_error *err) KITH_MUST_CHECK;

/* Makes PATH hold CONTENT, with mode MODE: written aside, synced, renamed,
 * folder synced. An existing file is replaced. KITH_IO, KITH_FULL. */
enum kith_status file_replace(const char *path, struct kith_bytes content,
                              mode_t mode, struct kith_error *err)
    KITH_MUST_CHECK;

/* As file_replace, but KITH_CONFLICT when PATH exists, even when it appears
 * meanwhile. */
enum kith_status file_create(const char *path, struct kith_bytes content,
                             mode_t mode, struct kith_error *err)
    KITH_MUST_CHECK;

/* Syncs the folder that PATH stands in. KITH_IO. */
enum kith_status file_sync_folder(const char *path, struct kith_error *err)
    KITH_MUST_CHECK;

#endif

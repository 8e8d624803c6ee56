/* file - files of the person that a command names.
 *
 * Threads: one.
 */
#ifndef CLIENT_FILE_H
#define CLIENT_FILE_H

#include <stddef.h>

#include "kith/bytes.h"
#include "kith/ids.h"

struct cli;
struct kith_error;

/* Reads PATH ("-": standard input) whole into the client's arena, ended by a
 * NUL that is not counted. KITH_NOT_FOUND, KITH_IO; KITH_LIMIT: over MAX
 * bytes. */
enum kith_status file_take(struct cli *cli, const char *path, size_t max,
                           struct kith_bytes *ret_bytes, struct kith_error *err)
    KITH_MUST_CHECK;

/* SHA-256 of PATH, whatever its size. KITH_NOT_FOUND, KITH_IO. */
enum kith_status file_digest(const char *path, struct kith_hash *ret_digest,
                             struct kith_error *err) KITH_MUST_CHECK;

/* The last part of PATH. */
const char *file_name(const char *path);
/* Writes BYTES to PATH, readable by this user alone, aside first: whatever
 * happens, PATH is what it was or whole. KITH_IO, ERR says which file. */
enum kith_status file_replace(struct cli *cli, const char *path,
                              struct kith_bytes bytes, struct kith_error *err)
    KITH_MUST_CHECK;

#endif

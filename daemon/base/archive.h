/* archive - a sealed file that is written once and read from front to end.
 *
 *   "kithback", version (1), kind (1), time made (8), stream header (24), then
 *   chunks of 64 KiB and 17 bytes, the last one shorter: libsodium's
 *   secretstream (XChaCha20-Poly1305), the fields before the stream header as
 *   associated data of each
 *
 * The last chunk says that it is the last: a file that ends before, or goes on
 * behind it, is not good. What a reader was given before the end was reached
 * is authentic, but may be the beginning only.
 * Not here: what is inside (core/backup.c).
 * Threads: one owner at a time.
 */
#ifndef BASE_ARCHIVE_H
#define BASE_ARCHIVE_H

#include "kith/bytes.h"
#include "kith/status.h"

struct archive;
struct kith_error;

enum {
    ARCHIVE_KEY_LEN = 32
};

/* Numbers stand in files: never reuse one. */
enum archive_kind {
    ARCHIVE_STORE = 1,
    ARCHIVE_SLOTS = 2
};

struct archive_seal {
    enum archive_kind kind;
    int64_t made_at; /* Unix seconds; create: to be written, open: read */
    uint8_t key[ARCHIVE_KEY_LEN];
};

/* Begins PATH ".new". KITH_IO, KITH_FULL, KITH_NOMEM. */
enum kith_status archive_create(const char *path,
                                const struct archive_seal *seal,
                                struct archive **ret_archive,
                                struct kith_error *err) KITH_MUST_CHECK;
/* KITH_IO, KITH_FULL. */
enum kith_status archive_write(struct archive *archive, struct kith_bytes data,
                               struct kith_error *err) KITH_MUST_CHECK;
/* Ends the stream, syncs, and puts the file in the place of PATH; one that
 * stood there is overwritten with zeros. KITH_IO, KITH_FULL. */
enum kith_status archive_finish(struct archive *archive, struct kith_error *err)
    KITH_MUST_CHECK;

/* Opens PATH for reading and checks its beginning; seal->kind and key are the
 * caller's, made_at is filled in. KITH_NOT_FOUND; KITH_DAMAGED: not such a
 * file, or torn; KITH_UNTRUSTED: sealed under another key, or changed;
 * KITH_NOT_UNDERSTOOD: a newer version; KITH_IO, KITH_NOMEM. */
enum kith_status archive_open(const char *path, struct archive_seal *seal,
                              struct archive **ret_archive,
                              struct kith_error *err) KITH_MUST_CHECK;
/* The next bytes, at most MAX > 0; *ret_len 0: the good end of the file.
 * KITH_DAMAGED, KITH_UNTRUSTED as archive_open; KITH_IO. */
enum kith_status archive_read(struct archive *archive, uint8_t *ret_data,
                              size_t max, size_t *ret_len,
                              struct kith_error *err) KITH_MUST_CHECK;

/* Closes; an archive that was not finished leaves nothing. NULL-safe. */
void archive_close(struct archive **archive);

#endif

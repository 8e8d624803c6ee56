/* key_next - the key file that a change of keys writes aside.
 *
 * It stands whole before the store has the new card, and takes its place after
 * that; the card in the store says which of the two is the right one, wherever
 * a crash came.
 * Threads: main thread.
 */
#ifndef CORE_KEY_NEXT_H
#define CORE_KEY_NEXT_H

#include <limits.h>
#include <stddef.h>

#include "kith/status.h"

struct keyfile;
struct kith_card;
struct kith_error;

/* What opened a key file. */
struct key_next_opener {
    const char *path;
    const char *passphrase; /* NULL or "" when none */
    size_t len;             /* bytes */
};
/* Holds *keys_inout against CARD, our newest. When the file aside is the one
 * that the card names, it takes the other's place. KITH_DAMAGED: neither is;
 * else as keyfile_open and file_replace. */
enum kith_status key_next_settle(const struct key_next_opener *key,
                                 const struct kith_card *card,
                                 struct keyfile **keys_inout,
                                 struct kith_error *err) KITH_MUST_CHECK;

/* Path of the file aside. KITH_LIMIT: too long. */
enum kith_status key_next_path(const char *path, char ret_path[PATH_MAX])
    KITH_MUST_CHECK;
/* It takes the place of the key file PATH. KITH_IO. */
enum kith_status key_next_place(const char *path, struct kith_error *err)
    KITH_MUST_CHECK;

#endif

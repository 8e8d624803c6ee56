/* passphrase - reads the key file's passphrase from a file or a terminal.
 *
 * Threads: main thread, before the loop.
 */
#ifndef CORE_PASSPHRASE_H
#define CORE_PASSPHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "kith/status.h"

struct kith_error;

struct passphrase {
    char *text; /* from sodium_malloc: locked, wiped when freed; or NULL */
    size_t len; /* bytes */
};

/* The first line of the file PATH ("-": stdin), or typed at the terminal when
 * PATH is NULL; TWICE asks again and compares.
 *
 * KITH_NOT_FOUND  PATH is NULL and there is no terminal, or no such file
 * KITH_INVALID    empty, too long, or the two differ
 * KITH_IO, KITH_NOMEM
 */
enum kith_status passphrase_read(const char *path, bool twice,
                                 struct passphrase *ret_passphrase,
                                 struct kith_error *err) KITH_MUST_CHECK;
/* Wipes it. */
void passphrase_clear(struct passphrase *passphrase);

#endif

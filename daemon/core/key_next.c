/* key_next - see the header. Not here: making it (turnover.c). */
#include "core/key_next.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/keyfile.h"
#include "kith/card.h"
#include "kith/error.h"

enum kith_status key_next_path(const char *path, char ret_path[PATH_MAX])
{
    int len = snprintf(ret_path, PATH_MAX, "%s.next", path);

    return len < 0 || len >= PATH_MAX ? KITH_LIMIT : KITH_OK;
}

static bool fits(const struct keyfile *keys, const struct kith_card *card)
{
    struct kith_card_root root = card->root;

    kith_keys_publish(&keys->keys, &root);
    return memcmp(&root, &card->root, sizeof(root)) == 0;
}

enum kith_status key_next_place(const char *path, struct kith_error *err)
{
    char aside[PATH_MAX];
    enum kith_status status = key_next_path(path, aside);

    if (status == KITH_OK && rename(aside, path) != 0)
        status = kith_fail(err, KITH_IO, "key_write", "start kithd again",
                           "cannot rename %s", aside);
    return status == KITH_OK ? file_sync_folder(path, err) : status;
}

enum kith_status key_next_settle(const struct key_next_opener *key,
                                 const struct kith_card *card,
                                 struct keyfile **keys_inout,
                                 struct kith_error *err)
{
    struct keyfile *next = NULL;
    char aside[PATH_MAX];
    enum kith_status status = key_next_path(key->path, aside);

    if (fits(*keys_inout, card))
        return KITH_OK;
    if (status == KITH_OK)
        status = keyfile_open(aside, key->passphrase, key->len, &next, err);
    if (status == KITH_NOT_FOUND || (status == KITH_OK && !fits(next, card))) {
        kith_error_clear(err);
        status = kith_fail(
            err, KITH_DAMAGED, "key_old", "put the newest key file back",
            "%s holds other keys than this company's card names", key->path);
    }
    if (status == KITH_OK)
        status = key_next_place(key->path, err);
    if (status == KITH_OK) {
        keyfile_destroy(keys_inout);
        *keys_inout = next;
        next = NULL;
    }
    keyfile_destroy(&next);
    return status;
}

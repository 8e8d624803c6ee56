/* founding - what init and recover have in common: keys, card, sheets, store,
 * first person.
 *
 * The root seeds and the backup key leave this process only on the sheets.
 * Threads: main thread.
 */
#ifndef CORE_FOUNDING_H
#define CORE_FOUNDING_H

#include <limits.h>
#include <stdbool.h>

#include "base/keyfile.h"
#include "kith/bytes.h"
#include "kith/card.h"
#include "kith/sign.h"

struct config;
struct kith_error;
struct options;

/* What is made; in locked memory. */
struct founding {
    struct kith_sign_key root;
    struct kith_sign_key next_root; /* not drawn: `former` names one */
    uint8_t backup_key[KITH_KEY_LEN];
    struct keyfile *keys;    /* owned */
    struct kith_card former; /* newest card known of before; root.revision 0:
                                none */
    struct kith_buf card;    /* owned */
    char sheet[PATH_MAX];
    char next_sheet[PATH_MAX];
    char person[KITH_NAME_MAX + 1];
    char user[KITH_NAME_MAX + 1]; /* Unix account */
    int64_t uid;
    bool sheet_made;
    bool next_made;
    bool recovered; /* the store is one of a company that lost another */
};

/* Draws root, next root, backup key and operational keys. KITH_NOMEM. */
enum kith_status founding_keys(struct founding *founding,
                               struct kith_error *err) KITH_MUST_CHECK;
/* Signs the first card of those keys. KITH_INVALID: role, name or address. */
enum kith_status founding_card(const struct options *options,
                               const struct config *config,
                               struct founding *founding,
                               struct kith_error *err) KITH_MUST_CHECK;
/* Who is at the keyboard: behind sudo, the user who called it. */
void founding_person(const struct options *options, struct founding *founding);
/* Where the sheets are written. KITH_INVALID: the path is too long. */
enum kith_status founding_find_sheets(const struct options *options,
                                      struct founding *founding,
                                      struct kith_error *err) KITH_MUST_CHECK;
/* Writes both sheets, or the next root's alone. KITH_CONFLICT, KITH_IO. */
enum kith_status founding_sheets(struct founding *founding,
                                 struct kith_error *err) KITH_MUST_CHECK;
enum kith_status founding_next_sheet(struct founding *founding,
                                     struct kith_error *err) KITH_MUST_CHECK;
/* The store with card and first person. KITH_CONFLICT: one is there. */
enum kith_status founding_store(const struct config *config,
                                const struct founding *founding,
                                struct kith_error *err) KITH_MUST_CHECK;

#endif

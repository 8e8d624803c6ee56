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
    bool locked;    /* the key file has a passphrase */
    bool recovered; /* the store is one of a company that lost another */
};

/* What differs between init and recover. */
struct founding_way {
    const char *command; /* "init" */
    /* Keys, card and sheets into FOUNDING, which holds the person and is zero
     * otherwise. */
    enum kith_status (*make)(const struct options *options,
                             const struct config *config,
                             struct founding *founding, struct kith_error *err);
    /* Says on stdout what was made and what comes next. */
    void (*tell)(const struct config *config, const struct founding *founding);
};

/* Finds or writes the configuration, makes all of it, the key file last: while
 * that does not stand there is no identity, and it can be tried again. When it
 * fails it takes away the files it wrote and says on stderr why. Returns the
 * exit code. */
int founding_run(const struct options *options, const struct founding_way *way);
/* Draws root, next root, backup key and operational keys. KITH_NOMEM. */
enum kith_status founding_keys(struct founding *founding,
                               struct kith_error *err) KITH_MUST_CHECK;
/* Signs the first card of those keys. KITH_INVALID: role, name or address. */
enum kith_status founding_card(const struct options *options,
                               const struct config *config,
                               struct founding *founding,
                               struct kith_error *err) KITH_MUST_CHECK;
/* Where the sheets are written. KITH_INVALID: the path is too long. */
enum kith_status founding_find_sheets(const struct options *options,
                                      struct founding *founding,
                                      struct kith_error *err) KITH_MUST_CHECK;
/* Writes both sheets, or the next root's alone. KITH_CONFLICT, KITH_IO. */
enum kith_status founding_sheets(struct founding *founding,
                                 struct kith_error *err) KITH_MUST_CHECK;
enum kith_status founding_next_sheet(struct founding *founding,
                                     struct kith_error *err) KITH_MUST_CHECK;

/* Says on stdout where the key file is, and what guards it. */
void founding_tell_key_file(const struct config *config,
                            const struct founding *founding);

#endif

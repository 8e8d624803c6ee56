/* root_change - `kithd rotate --key root`: the root that the card names as its
 * next takes over, and another next root is drawn.
 *
 * Both seeds come from paper and go back to paper; this process alone sees
 * them.
 * Threads: main thread.
 */
#ifndef CORE_ROOT_CHANGE_H
#define CORE_ROOT_CHANGE_H

#include <limits.h>
#include <stdbool.h>

#include "kith/card.h"
#include "kith/keys.h"
#include "kith/sign.h"

struct kith_error;

/* One change; secret, in locked memory. */
struct root_change {
    struct kith_sign_key root; /* the one that signs from now on */
    struct kith_sign_key next; /* that may take over from it */
    struct kith_card_change changes[KITH_CARD_CHANGES_MAX];
    size_t n_changes; /* from the first root to the one that signs */
    char sheet[PATH_MAX];
    char next_sheet[PATH_MAX];
    bool sheet_made, next_made;
};

/* Takes the next root from the sheet at PATH, which FORMER must name, signs
 * the change from OLD and draws another next root. KITH_UNTRUSTED: FORMER names
 * another; KITH_LIMIT: a card bears no more changes; else as
 * sheet_file_read. */
enum kith_status root_change_make(const char *path,
                                  const struct kith_card *former,
                                  const struct kith_sign_key *old,
                                  struct root_change *ret_change,
                                  struct kith_error *err) KITH_MUST_CHECK;
/* The root part names the next root, and SIGNERS have the one of now. */
void root_change_apply(const struct root_change *change,
                       struct kith_card_root *root,
                       struct kith_card_signers *signers);
/* Writes the sheets of the new root, with BACKUP_KEY, and of the next, beside
 * the sheet at PATH. KITH_CONFLICT: one is there; KITH_IO, KITH_LIMIT. */
enum kith_status root_change_sheets(struct root_change *change,
                                    const char *path,
                                    const struct kith_company_id *company,
                                    const uint8_t backup_key[KITH_KEY_LEN],
                                    struct kith_error *err) KITH_MUST_CHECK;
/* Takes back the sheets that were made. */
void root_change_undo(struct root_change *change);
/* Says where they are. */
void root_change_tell(const struct root_change *change);

#endif

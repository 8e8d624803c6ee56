/* key_notice - says on a link which key signs which sizes, and hears it
 * (PROTOCOL.md 7.3, 8.3).
 *
 * Threads: loop thread only.
 */
#ifndef RULES_KEY_NOTICE_H
#define RULES_KEY_NOTICE_H

#include "kith/record.h"

struct act;
struct apply_entry;
struct keyring_row;
struct kith_body;
struct store_link;

/* The notice of ROW, a key of ours, for our log to LINK, signed by our
 * statement key; ROW takes the signature. */
enum kith_status key_notice_record(struct act *act,
                                   const struct store_link *link,
                                   struct keyring_row *row,
                                   struct kith_record *ret_record)
    KITH_MUST_CHECK;
/* Keeps ROW and queues its notice, when the log to LINK is open; one that is
 * not yet begins with notices of the keys of that day. */
enum kith_status key_notice_tell(struct act *act, const struct store_link *link,
                                 struct keyring_row *row) KITH_MUST_CHECK;
/* Takes a notice of LINK's partner into the keyring; a bad one gets its
 * verdict. */
enum kith_status key_notice_take(struct act *act, struct store_link *link,
                                 const struct kith_body *body,
                                 struct apply_entry *entry) KITH_MUST_CHECK;

#endif

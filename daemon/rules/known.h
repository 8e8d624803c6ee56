/* known - heads of ours that this transaction has looked up just now.
 *
 * The records of a batch mostly hang on the same project or generation; what
 * was found for one need not be found again for the next. Only heads of ours,
 * only within one transaction, forgotten whenever one of them is revised.
 * Threads: loop thread only.
 */
#ifndef RULES_KNOWN_H
#define RULES_KNOWN_H

#include <stdbool.h>

#include "kith/bytes.h"
#include "store/records.h"

struct act;

/* The head that a person named by TEXT and kind (0: any), or by id, or that
 * stands at REF. False: not among those. */
bool known_by_text(const struct act *act, struct kith_bytes text, uint32_t kind,
                   struct store_head *ret_head);
bool known_by_id(const struct act *act, const struct kith_id *id,
                 struct store_head *ret_head);
bool known_by_ref(const struct act *act, const struct store_ref *ref,
                  struct store_head *ret_head);

/* Remembers HEAD (others' and long texts are passed over); TEXT may be empty. */
void known_add(struct act *act, struct kith_bytes text, uint32_t kind,
               const struct store_head *head);
/* A head was written anew. */
void known_forget(struct act *act);

#endif

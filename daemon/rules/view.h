/* view - a record of ours as one partner sees it: fields projected by the
 * grant, references and ids translated to the link's (PROTOCOL.md 8.1, inv. 3).
 *
 * Threads: loop thread only.
 */
#ifndef RULES_VIEW_H
#define RULES_VIEW_H

#include <stdbool.h>

#include "kith/record.h"

struct act;
struct store_link;

enum {
    VIEW_DIGEST_LEN = 16
};

/* Fields numbered from here on are the owner's own (source, note): they leave
 * to nobody, whatever the grant says. */
enum {
    VIEW_OWN_FIELDS = 900
};

/* True when GRANT (a KITH_KIND_GRANT_STATE record; NULL: hides nothing) lets
 * field NUMBER of KIND be seen. A field derived from a hidden one is hidden
 * too: the baseline is the first planned date. */
bool view_shows(const struct kith_record *grant, uint32_t kind,
                uint32_t number);

/* Projects RECORD: head and visible fields, ids still ours. */
enum kith_status view_project(struct act *act, const struct kith_record *record,
                              const struct kith_record *grant,
                              struct kith_record *ret_view) KITH_MUST_CHECK;

/* Do two revisions look the same through GRANT? OLD may be NULL: no. */
enum kith_status view_same(struct act *act, const struct kith_record *old,
                           const struct kith_record *revised,
                           const struct kith_record *grant, bool *ret_same)
    KITH_MUST_CHECK;

/* Replaces the ids of a projected VIEW by those of LINK; what LINK was never
 * told is omitted. The head's own id and revision are left to the pump.
 * *ret_whole is false when a reference that the record hangs on is hidden. */
enum kith_status view_translate(struct act *act, const struct store_link *link,
                                const struct kith_record *view,
                                struct kith_record *ret_told, bool *ret_whole)
    KITH_MUST_CHECK;

/* Forgets the translations of this transaction: something was withdrawn. */
void view_forget(struct act *act);

/* Keyed digest of a translated view without id, revision and times. */
enum kith_status view_digest(struct act *act, const struct kith_record *told,
                             uint8_t ret_digest[VIEW_DIGEST_LEN])
    KITH_MUST_CHECK;

#endif

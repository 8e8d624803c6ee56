/* ledger_tell - which partners a posted revision concerns.
 *
 * Threads: loop thread only.
 */
#ifndef RULES_LEDGER_TELL_H
#define RULES_LEDGER_TELL_H

#include "kith/record.h"
#include "store/records.h"

struct act;

enum {
    LEDGER_LINKS_MAX = 32
};

enum ledger_change {
    LEDGER_NEW = 1,
    LEDGER_REVISED,
    LEDGER_UNCHANGED
};

struct ledger_posted {
    enum ledger_change change;
    struct store_head head;
    /* Partners whose queue got a place; the first LEDGER_LINKS_MAX. */
    uint32_t links[LEDGER_LINKS_MAX];
    size_t n_links;  /* all of them */
    size_t withheld; /* partners with a grant on the project who do not get
                        this one */
};

/* Refuses with the gate's reason unless partner MUST_REACH (0: nobody) may see
 * RECORD standing at HEAD. */
enum kith_status ledger_reach(struct act *act, const struct store_head *head,
                              const struct kith_record *record,
                              uint32_t must_reach) KITH_MUST_CHECK;

/* Gives each partner whose view differs from that of OLD (NULL: new) a place
 * in its queue, and takes back what a changed label closes. */
enum kith_status ledger_tell(struct act *act, const struct kith_record *old,
                             const struct kith_record *revised,
                             struct ledger_posted *posted) KITH_MUST_CHECK;

#endif

/* steps - agreements, persons and later words that an entry rests on.
 *
 * Threads: one.
 */
#ifndef VERIFY_STEPS_H
#define VERIFY_STEPS_H

#include "load.h"

/* An agreement as the pack shows it. */
struct agreement {
    struct kith_hash digest;
    struct kith_record terms; /* of the proposal */
    enum teller proposer;
    const struct loaded_entry *proposal;
    const struct loaded_entry *signature; /* of the other; NULL: none */
    const struct loaded_entry *ends[2];   /* by each company; NULL: none */
};

struct steps {
    struct agreement *agreements;
    size_t n_agreements;
    size_t unsigned_steps; /* steps whose signature does not hold */
};

/* How an agreement stood when an entry was told. */
enum cover {
    COVER_GOOD,      /* both had signed, its teller knew, its dates fit */
    COVER_NONE,      /* no such agreement in the pack */
    COVER_HALF,      /* only one side has signed it */
    COVER_LATER,     /* both have, but its teller could not know that yet */
    COVER_DATES,     /* told on a day outside of its dates */
    COVER_ENDED,     /* told after an end that its teller knew of */
    COVER_SUPERSEDED /* told when its teller knew that an amendment ruled */
};

/* Collects the steps whose signatures hold. KITH_NOMEM. */
enum kith_status steps_find(const struct loaded_pack *pack,
                            struct steps *ret_steps) KITH_MUST_CHECK;

/* How the agreement that ENTRY, of class project, names stood for its teller.
 * *ret_agreement NULL with COVER_NONE. */
enum cover steps_cover(const struct steps *steps,
                       const struct loaded_entry *entry,
                       const struct agreement **ret_agreement);

/* Did the teller of ENTRY know OTHER when it told it: one of its own log
 * before it, or one of the other's log that it had processed? */
bool steps_knew(const struct loaded_entry *entry,
                const struct loaded_entry *other);

/* The newest entry of the teller's partner about the person ID that the teller
 * of ENTRY knew, NULL when there is none. */
const struct loaded_entry *steps_person(const struct loaded_pack *pack,
                                        const struct loaded_entry *entry,
                                        const struct kith_id *id);
/* The withdrawal of the item of ENTRY, NULL when there is none in the pack. */
const struct loaded_entry *steps_withdrawal(const struct loaded_pack *pack,
                                            const struct loaded_entry *entry);
/* What the other company said became of ENTRY, NULL: nothing, it stands. */
const struct loaded_entry *steps_verdict(const struct loaded_pack *pack,
                                         const struct loaded_entry *entry);
/* Is the certificate of destruction in ENTRY signed by its company? */
bool steps_certified(const struct loaded_pack *pack,
                     const struct loaded_entry *entry);

#endif

/* load - an evidence pack in memory, read strictly, nothing believed yet.
 *
 * Threads: one.
 */
#ifndef VERIFY_LOAD_H
#define VERIFY_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kith/body.h"
#include "kith/card.h"
#include "kith/checkpoint.h"
#include "kith/error.h"
#include "kith/evidence.h"

/* The two companies of a pack. */
enum teller {
    MAKER = 0,
    PARTNER = 1
};

struct loaded_entry;

struct loaded_card {
    enum teller of;
    struct kith_card card;               /* every signature within it holds */
    const struct loaded_entry *given_up; /* the first notice that its statement
                                            key is compromised; NULL: none
                                            (trust) */
};

struct loaded_note {
    enum kith_evidence_note_kind kind;
    enum teller log;     /* whose log it speaks of */
    uint32_t log_number; /* of that log */
    struct kith_origin origin;
    struct kith_bytes note;
    struct kith_checkpoint point; /* filled by trust */
    uint64_t time_s;              /* of a receipt, Unix seconds */
    bool trusted;                 /* its key was good for its size (trust) */
    bool contradicts, agrees;     /* of a second note: another of its log and
                                     size in the pack has another root, or the
                                     same (told) */
};

struct loaded_entry {
    struct kith_evidence_entry part;
    struct kith_entry_header header;
    uint64_t number; /* of its part, from 1, for words */
    enum teller log;
    struct kith_hash leaf;
    bool only_log; /* the pack has entries of no other log of its company */
    bool opened;   /* BODY is what was sealed */
    struct kith_body body;
    const struct loaded_note *checkpoint, *receipt; /* that cover it: only with
                                   a checkpoint has its teller signed it */
};

struct loaded_pack {
    struct kith_arena *arena;
    struct kith_evidence_head head;
    struct loaded_card *cards;
    size_t n_cards;
    struct loaded_note *notes;
    size_t n_notes;
    struct loaded_entry *entries;
    size_t n_entries;
    struct kith_hash signed_chain; /* what SIGNATURE is over */
    struct kith_sig signature;
};

/* Reads BYTES, which must outlive the pack. Errors name part and byte:
 * KITH_MALFORMED (also entries of one company out of their order, or twice),
 * KITH_LIMIT, KITH_UNTRUSTED (a digest or a card's signature).
 * The caller destroys ret_pack->arena in any case. */
enum kith_status load_pack(struct kith_bytes bytes,
                           struct loaded_pack *ret_pack, struct kith_error *err)
    KITH_MUST_CHECK;

#endif

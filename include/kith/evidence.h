/* evidence - what the parts of an evidence pack hold (PROTOCOL.md 11).
 *
 * A pack is made by one company about its link with one partner: the head,
 * cards of both, then for each log its notes and entries, and the maker's
 * signature over all of it. An entry stands with its inclusion proof in the
 * tree of a note that is in the pack, and opened where its maker may show it;
 * of other projects there is nothing but hashes within proofs.
 * Not here: the frame of the file (pack.h), what may be put in (rules).
 * Threads: any.
 */
#ifndef KITH_EVIDENCE_H
#define KITH_EVIDENCE_H

#include "kith/bytes.h"
#include "kith/entry.h"
#include "kith/ids.h"
#include "kith/seal.h"
#include "kith/status.h"
#include "kith/tree.h"

/* Types of parts. */
enum kith_evidence_part {
    KITH_EVIDENCE_HEAD = 1,
    KITH_EVIDENCE_CARD = 2, /* the bytes of a card (card.h) */
    KITH_EVIDENCE_NOTE = 3,
    KITH_EVIDENCE_ENTRY = 4,
    KITH_EVIDENCE_SIGNATURE = 5 /* the maker's, over the chain before it:
                                   KITH_STATEMENT_EVIDENCE */
};

struct kith_evidence_head {
    struct kith_company_id maker, partner;
    uint64_t made_at;         /* Unix seconds, by the maker's clock */
    uint64_t from_s, until_s; /* header times of entries, Unix seconds, both
                                   inclusive; until UINT64_MAX: open */
    struct kith_id project;   /* its id on the link; none: all projects */
    struct kith_bytes name;   /* as the maker calls it, UTF-8, may be empty */
};

enum kith_evidence_note_kind {
    KITH_EVIDENCE_CHECKPOINT = 1,
    KITH_EVIDENCE_RECEIPT = 2,
    KITH_EVIDENCE_SECOND = 3 /* a note that contradicts the log as the maker
                                holds it */
};

struct kith_evidence_note {
    enum kith_evidence_note_kind kind;
    struct kith_bytes note;
};

/* Why a body is not opened. */
enum kith_evidence_body {
    KITH_EVIDENCE_OPEN = 1, /* it is: key and sealed body follow */
    KITH_EVIDENCE_GONE = 2, /* void, withdrawn from or destroyed at the maker */
    KITH_EVIDENCE_CLOSED =
        3, /* there, but not to be read by who made the pack */
};

struct kith_evidence_entry {
    bool by_partner;     /* of the partner's log, else the maker's */
    uint32_t log_number; /* >= 1 */
    uint64_t size;       /* of the tree of PROOF: that of a note in the pack;
                            0: no note covers the entry, no proof */
    struct kith_proof proof;
    struct kith_bytes header; /* KITH_ENTRY_HEADER_LEN bytes */
    enum kith_evidence_body body;
    struct kith_ek ek;        /* OPEN only; opens this one body */
    struct kith_bytes sealed; /* OPEN only */
};

/* Each appends the content of a part. KITH_INVALID: a value that the reader
 * refuses; KITH_NOMEM. */
enum kith_status kith_evidence_head_encode(
    const struct kith_evidence_head *head, struct kith_buf *buf)
    KITH_MUST_CHECK;
enum kith_status kith_evidence_note_encode(
    const struct kith_evidence_note *note, struct kith_buf *buf)
    KITH_MUST_CHECK;
enum kith_status kith_evidence_entry_encode(
    const struct kith_evidence_entry *entry, struct kith_buf *buf)
    KITH_MUST_CHECK;

/* Each reads the content of a part; what it gives borrows from CONTENT.
 * KITH_MALFORMED: another layout, bytes left over, a value out of range. */
enum kith_status kith_evidence_head_decode(struct kith_bytes content,
                                           struct kith_evidence_head *ret_head)
    KITH_MUST_CHECK;
enum kith_status kith_evidence_note_decode(struct kith_bytes content,
                                           struct kith_evidence_note *ret_note)
    KITH_MUST_CHECK;
enum kith_status kith_evidence_entry_decode(
    struct kith_bytes content, struct kith_evidence_entry *ret_entry)
    KITH_MUST_CHECK;

#endif

/* evidence - see the header.
 *
 * Not here: which entries are asked for (evidence_scope.c).
 */
#include "rules/evidence.h"

#include <string.h>

#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"

enum {
    CARDS_MAX = KEYRING_ROWS_MAX + 2
};

/* A pack on its way. */
struct gather {
    struct act *act;
    const struct evidence_wish *wish;
    const struct evidence_sink *sink;
    struct evidence_counts counts;
    struct kith_buf content; /* of the part under way */
    bool compromised;        /* a key of the link was */
    uint64_t noted[3];       /* greatest size of each kind of note that
                                        is in, of the log at hand */
    bool receipts_end;       /* no receipt with its checkpoint from here on */
};

/* Hands over what an encoder with STATUS left in the buffer. */
static enum kith_status hand_over(struct gather *gather,
                                  enum kith_evidence_part type,
                                  enum kith_status status)
{
    if (status == KITH_OK)
        status = gather->sink->part(gather->sink->context, type,
                                    kith_buf_bytes(&gather->content));
    kith_wipe(gather->content.data, gather->content.len);
    gather->content.len = 0;
    return status;
}

static enum kith_status gather_head(struct gather *gather)
{
    const struct evidence_wish *wish = gather->wish;
    const struct kith_evidence_head head = {.maker = gather->act->company->id,
                                            .partner = wish->link.company,
                                            .made_at =
                                                (uint64_t)gather->act->now,
                                            .from_s = wish->from_s,
                                            .until_s = wish->until_s,
                                            .project = wish->item,
                                            .name = wish->name};

    return hand_over(gather, KITH_EVIDENCE_HEAD,
                     kith_evidence_head_encode(&head, &gather->content));
}

/* Cards by their digests, each once. */
struct cards {
    struct kith_hash digests[CARDS_MAX];
    size_t count;
};

static enum kith_status gather_card(struct gather *gather, struct cards *cards,
                                    const struct kith_hash *digest)
{
    struct kith_bytes card;
    enum kith_status status;

    for (size_t i = 0; i < cards->count; i++) {
        if (kith_hash_equal(&cards->digests[i], digest))
            return KITH_OK;
    }
    if (cards->count == CARDS_MAX)
        return KITH_LIMIT;
    cards->digests[cards->count++] = *digest;
    status =
        store_card_get(gather->act->txn, digest, gather->act->arena, &card);
    if (status != KITH_OK)
        return status == KITH_NOT_FOUND ? KITH_DAMAGED : status;
    return gather->sink->part(gather->sink->context, KITH_EVIDENCE_CARD, card);
}

/* The newest cards of both, then those that name former keys. */
static enum kith_status gather_cards(struct gather *gather)
{
    struct act *act = gather->act;
    struct cards *cards = kith_arena_alloc(act->arena, sizeof(*cards));
    struct keyring_row row;
    uint64_t number = 0;
    enum kith_status status;

    if (cards == NULL)
        return KITH_NOMEM;
    cards->digests[cards->count++] = act->company->card_digest;
    status = gather->sink->part(gather->sink->context, KITH_EVIDENCE_CARD,
                                kith_buf_bytes(&act->company->card));
    if (status == KITH_OK)
        status = gather_card(gather, cards, &gather->wish->link.card_digest);
    while (status == KITH_OK) {
        status = keyring_next(act, gather->wish->link.number, &number, &row);
        if (status == KITH_OK)
            status = gather_card(gather, cards, &row.card);
        gather->compromised =
            gather->compromised || (status == KITH_OK && row.compromised);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Puts NOTE of SIZE in, unless one of its kind and size or a greater is. */
static enum kith_status gather_note(struct gather *gather,
                                    enum kith_evidence_note_kind kind,
                                    uint64_t size, struct kith_bytes note)
{
    const struct kith_evidence_note part = {kind, note};
    uint64_t *noted = &gather->noted[kind - KITH_EVIDENCE_CHECKPOINT];

    if (size <= *noted)
        return KITH_OK;
    *noted = size;
    return hand_over(gather, KITH_EVIDENCE_NOTE,
                     kith_evidence_note_encode(&part, &gather->content));
}

/* Is NOTE by a key that is good for its size? Above the last good size of a
 * compromised key a note proves nothing. KITH_UNTRUSTED. */
static enum kith_status judge_note(struct gather *gather,
                                   const struct store_log_id *log,
                                   enum kith_evidence_note_kind kind,
                                   struct kith_bytes note)
{
    const struct keyring_note question = {.link = &gather->wish->link,
                                          .side = log->side,
                                          .log_number = log->number,
                                          .note = note};
    struct kith_checkpoint checkpoint;
    struct kith_receipt_read receipt;

    if (!gather->compromised)
        return KITH_OK;
    return kind == KITH_EVIDENCE_RECEIPT
               ? keyring_receipt(gather->act, &question, &receipt)
               : keyring_checkpoint(gather->act, &question, &checkpoint);
}

/* The good note of KIND with the least size from *size_inout on.
 * KITH_NOT_FOUND. */
static enum kith_status find_good(struct gather *gather,
                                  const struct store_log_id *log,
                                  enum kith_evidence_note_kind kind,
                                  uint64_t *size_inout,
                                  struct kith_bytes *ret_note)
{
    const enum store_note stored =
        kind == KITH_EVIDENCE_RECEIPT ? STORE_RECEIPT : STORE_CHECKPOINT;
    enum kith_status status;

    for (;; (*size_inout)++) {
        status = store_note_from(gather->act->txn, log, stored, size_inout,
                                 gather->act->arena, ret_note);
        if (status == KITH_OK)
            status = judge_note(gather, log, kind, *ret_note);
        if (status != KITH_UNTRUSTED)
            return status;
    }
}

/* Puts that note in. */
static enum kith_status gather_good(struct gather *gather,
                                    const struct store_log_id *log,
                                    enum kith_evidence_note_kind kind,
                                    uint64_t *size_inout)
{
    struct kith_bytes note;
    enum kith_status status = find_good(gather, log, kind, size_inout, &note);

    return status == KITH_OK ? gather_note(gather, kind, *size_inout, note)
                             : status;
}

/* Finds the first size above INDEX at which a receipt and a checkpoint are
 * good, and puts both in. KITH_NOT_FOUND: there is none. */
static enum kith_status gather_both(struct gather *gather,
                                    const struct store_log_id *log,
                                    uint64_t index, uint64_t *ret_size)
{
    struct kith_bytes receipt, checkpoint;
    uint64_t size = index + 1, noted = size;
    enum kith_status status;

    for (;;) {
        status = find_good(gather, log, KITH_EVIDENCE_RECEIPT, &size, &receipt);
        noted = size;
        if (status == KITH_OK)
            status = find_good(gather, log, KITH_EVIDENCE_CHECKPOINT, &noted,
                               &checkpoint);
        if (status != KITH_OK)
            return status;
        if (noted == size)
            break;
        size = noted; /* no receipt below it has its checkpoint */
    }
    *ret_size = size;
    status = gather_note(gather, KITH_EVIDENCE_RECEIPT, size, receipt);
    return status == KITH_OK
               ? gather_note(gather, KITH_EVIDENCE_CHECKPOINT, size, checkpoint)
               : status;
}

/* The first receipt that covers the entry says when it was stored: puts it in,
 * with the checkpoint of the same size; else a receipt alone, else the first
 * checkpoint. *ret_size 0: nothing covers it. */
static enum kith_status gather_cover(struct gather *gather,
                                     const struct store_log_id *log,
                                     uint64_t index, uint64_t *ret_size)
{
    static const enum kith_evidence_note_kind kinds[] = {
        KITH_EVIDENCE_RECEIPT, KITH_EVIDENCE_CHECKPOINT};
    enum kith_status status = KITH_NOT_FOUND;

    *ret_size = 0;
    if (!gather->receipts_end)
        status = gather_both(gather, log, index, ret_size);
    gather->receipts_end = status == KITH_NOT_FOUND;
    for (size_t i = 0; status == KITH_NOT_FOUND && i < 2; i++) {
        uint64_t size = index + 1;

        status = gather_good(gather, log, kinds[i], &size);
        if (status == KITH_OK)
            *ret_size = size;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Notes that may contradict the log as it stands here, each with the log's own
 * of that size; either side may have signed one, and a thief's is none. */
static enum kith_status gather_seconds(struct gather *gather,
                                       const struct store_log_id *log)
{
    struct kith_bytes note;
    uint64_t size = 1, own;
    enum kith_status status = KITH_OK;

    gather->noted[0] = 0; /* smaller sizes too */
    while (status == KITH_OK) {
        status = store_note_from(gather->act->txn, log, STORE_SECOND, &size,
                                 gather->act->arena, &note);
        if (status != KITH_OK)
            break;
        status = judge_note(gather, log, KITH_EVIDENCE_CHECKPOINT, note);
        if (status == KITH_UNTRUSTED || status == KITH_MALFORMED)
            status = judge_note(gather, log, KITH_EVIDENCE_RECEIPT, note);
        if (status == KITH_OK)
            status = gather_note(gather, KITH_EVIDENCE_SECOND, size, note);
        own = size;
        if (status == KITH_OK)
            status = gather_good(gather, log, KITH_EVIDENCE_CHECKPOINT, &own);
        if (status == KITH_NOT_FOUND || status == KITH_UNTRUSTED ||
            status == KITH_MALFORMED)
            status = KITH_OK;
        size++;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Puts ENTRY in, with the note that covers it before it. */
static enum kith_status gather_entry(struct gather *gather,
                                     const struct evidence_place *place,
                                     const struct store_entry *entry,
                                     enum kith_evidence_body body)
{
    const struct store_log_id log = {gather->wish->link.number, place->side,
                                     place->log_number};
    struct kith_evidence_entry part = {.by_partner = place->side == STORE_IN,
                                       .log_number = place->log_number,
                                       .header = entry->header,
                                       .body = body};
    enum kith_status status =
        gather_cover(gather, &log, place->index, &part.size);

    if (status == KITH_OK && part.size != 0)
        status = logkeys_prove(gather->act, &log, place->index, part.size,
                               &part.proof);
    if (status != KITH_OK)
        return status;
    if (body == KITH_EVIDENCE_OPEN) {
        memcpy(part.ek.b, entry->ek.b, KITH_EK_LEN);
        part.sealed = entry->sealed;
    }
    gather->counts.entries++;
    gather->counts.gone += body == KITH_EVIDENCE_GONE;
    gather->counts.closed += body == KITH_EVIDENCE_CLOSED;
    status = hand_over(gather, KITH_EVIDENCE_ENTRY,
                       kith_evidence_entry_encode(&part, &gather->content));
    kith_wipe(&part.ek, sizeof(part.ek));
    return status;
}

/* Looks at the entry of PLACE. KITH_NOT_FOUND: the log ends before it. */
static enum kith_status visit_entry(struct gather *gather,
                                    const struct evidence_place *place)
{
    struct act *act = gather->act;
    enum kith_evidence_body body = KITH_EVIDENCE_GONE;
    struct store_entry entry;
    struct reopened opened = {0};
    bool open, in = false;
    enum kith_status status =
        evidence_read(act, gather->wish, place, &entry, &opened, &open);

    if (status == KITH_OK)
        status = evidence_in_scope(act, gather->wish, place, &entry,
                                   open ? &opened : NULL, &in);
    if (status == KITH_OK && in && open)
        status =
            evidence_body(act, gather->wish, place, &entry, &opened, &body);
    reopened_clear(&opened);
    if (status == KITH_OK && in)
        status = gather_entry(gather, place, &entry, body);
    kith_wipe(&entry.ek, sizeof(entry.ek));
    return status;
}

static enum kith_status gather_log(struct gather *gather, enum store_side side,
                                   uint32_t number)
{
    const struct store_log_id log = {gather->wish->link.number, side, number};
    const struct kith_arena_mark mark = kith_arena_mark(gather->act->arena);
    struct evidence_place place = {side, number, 0};
    enum kith_status status = KITH_OK;

    memset(gather->noted, 0, sizeof(gather->noted));
    gather->receipts_end = false;
    for (; status == KITH_OK; place.index++) {
        status = visit_entry(gather, &place);
        kith_arena_rewind(gather->act->arena, mark);
    }
    if (status == KITH_NOT_FOUND)
        status = gather_seconds(gather, &log);
    kith_arena_rewind(gather->act->arena, mark);
    return status;
}

static enum kith_status gather_side(struct gather *gather, enum store_side side)
{
    struct store_log_id log = {gather->wish->link.number, side, 0};
    enum kith_status status = store_log_next(gather->act->txn, &log);

    while (status == KITH_OK) {
        status = gather_log(gather, side, log.number);
        if (status == KITH_OK)
            status = store_log_next(gather->act->txn, &log);
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

enum kith_status evidence_gather(struct act *act,
                                 const struct evidence_wish *wish,
                                 const struct evidence_sink *sink,
                                 struct evidence_counts *ret_counts)
{
    struct gather gather = {.act = act, .wish = wish, .sink = sink};
    enum kith_status status = gather_head(&gather);

    if (status == KITH_OK)
        status = gather_cards(&gather);
    if (status == KITH_OK)
        status = gather_side(&gather, STORE_OUT);
    if (status == KITH_OK)
        status = gather_side(&gather, STORE_IN);
    kith_buf_clear(&gather.content);
    *ret_counts = gather.counts;
    return status;
}

/* keyring - rows of keys, and verifying with the one that was valid.
 *
 * Rows are state records whose number is link << LINK_SHIFT | sequence, so
 * that those of one link lie together.
 * Not here: what makes a row begin or end (key_notice.c).
 */
#include "rules/keyring.h"

#include <string.h>

#include "kith/card.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "rules/act.h"
#include "rules/logkeys.h"
#include "rules/peer.h"
#include "store/state.h"

enum {
    LINK_SHIFT = 16
};

static enum kith_status read_row(const struct kith_record *record,
                                 uint64_t number, struct keyring_row *ret_row)
{
    struct keyring_row row = {
        .number = number,
        .use = (enum kith_link_key_use)kith_record_value(record,
                                                         KITH_LINK_KEY_USE, 0),
        .ours = kith_record_value(record, KITH_LINK_KEY_OURS, 0) != 0,
        .log_number =
            (uint32_t)kith_record_value(record, KITH_LINK_KEY_LOG_NUMBER, 0),
        .from = (uint64_t)kith_record_value(record, KITH_LINK_KEY_FROM, 0),
        .to = (uint64_t)kith_record_value(record, KITH_LINK_KEY_TO, -1),
        .compromised =
            kith_record_value(record, KITH_LINK_KEY_COMPROMISED, 0) != 0};

    if (kith_record_octets(record, KITH_LINK_KEY_PUBLIC_KEY, row.key.b,
                           KITH_KEY_LEN) != KITH_OK ||
        kith_record_octets(record, KITH_LINK_KEY_CARD, row.card.b,
                           KITH_HASH_LEN) != KITH_OK)
        return KITH_DAMAGED;
    row.is_signed =
        kith_record_octets(record, KITH_LINK_KEY_SIGNATURE, row.signature.b,
                           KITH_SIG_LEN) == KITH_OK;
    *ret_row = row;
    return KITH_OK;
}

enum kith_status keyring_next(struct act *act, uint32_t link,
                              uint64_t *number_inout,
                              struct keyring_row *ret_row)
{
    const struct kith_arena_mark mark = kith_arena_mark(act->arena);
    uint64_t number =
        *number_inout != 0 ? *number_inout : (uint64_t)link << LINK_SHIFT;
    struct kith_record record;
    enum kith_status status = store_state_next(act->txn, KITH_KIND_LINK_KEY,
                                               &number, act->arena, &record);

    if (status == KITH_OK && number >> LINK_SHIFT != link)
        status = KITH_NOT_FOUND;
    if (status == KITH_OK)
        status = read_row(&record, number, ret_row);
    if (status == KITH_OK)
        *number_inout = number;
    kith_arena_rewind(act->arena, mark);
    return status;
}

enum kith_status keyring_find(struct act *act, uint32_t link,
                              struct keyring_row *row_inout)
{
    struct keyring_row row;
    uint64_t number = 0;
    enum kith_status status;

    while ((status = keyring_next(act, link, &number, &row)) == KITH_OK) {
        if (row.use == row_inout->use && row.ours == row_inout->ours &&
            row.log_number == row_inout->log_number &&
            kith_key_equal(&row.key, &row_inout->key)) {
            *row_inout = row;
            return KITH_OK;
        }
    }
    return status;
}

/* The number of the next row of LINK. */
static enum kith_status draw(struct act *act, uint32_t link,
                             uint64_t *ret_number)
{
    struct keyring_row row;
    uint64_t number = 0, last = (uint64_t)link << LINK_SHIFT;
    size_t count = 0;
    enum kith_status status;

    while ((status = keyring_next(act, link, &number, &row)) == KITH_OK) {
        last = number;
        count++;
    }
    if (status != KITH_NOT_FOUND)
        return status;
    /* dropped rows leave gaps, which are few: one a change of a key */
    if (count >= KEYRING_ROWS_MAX || (last + 1) >> LINK_SHIFT != (uint64_t)link)
        return KITH_LIMIT;
    *ret_number = last + 1;
    return KITH_OK;
}

enum kith_status keyring_put(struct act *act, uint32_t link,
                             const struct keyring_row *row)
{
    struct kith_record record = {.kind = KITH_KIND_LINK_KEY};
    struct kith_record_builder builder;
    uint64_t number = row->number;
    enum kith_status status = KITH_OK;

    if (number == 0)
        status = draw(act, link, &number);
    if (status != KITH_OK)
        return status;
    kith_build_start(&builder, act->arena);
    kith_build_choice(&builder, KITH_LINK_KEY_USE, row->use);
    if (row->ours)
        kith_build_number(&builder, KITH_LINK_KEY_OURS, 1);
    kith_build_number(&builder, KITH_LINK_KEY_LOG_NUMBER, row->log_number);
    kith_build_octets(&builder, KITH_LINK_KEY_PUBLIC_KEY, row->key.b,
                      KITH_KEY_LEN);
    kith_build_number(&builder, KITH_LINK_KEY_FROM, (int64_t)row->from);
    if (row->to != UINT64_MAX)
        kith_build_number(&builder, KITH_LINK_KEY_TO, (int64_t)row->to);
    if (row->compromised)
        kith_build_number(&builder, KITH_LINK_KEY_COMPROMISED, 1);
    kith_build_octets(&builder, KITH_LINK_KEY_CARD, row->card.b, KITH_HASH_LEN);
    if (row->is_signed)
        kith_build_octets(&builder, KITH_LINK_KEY_SIGNATURE, row->signature.b,
                          KITH_SIG_LEN);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_LINK_KEY, &number, &record);
    return status;
}

enum kith_status keyring_drop(struct act *act, uint32_t link, uint64_t number)
{
    if (number >> LINK_SHIFT != link)
        return KITH_INVALID;
    return store_state_drop(act->txn, KITH_KIND_LINK_KEY, number);
}

/* A key of the partner that goes; nothing when it is known already. */
static enum kith_status pin(struct act *act, const struct store_link *link,
                            const struct keyring_row *going)
{
    struct keyring_row row = *going;
    enum kith_status status = keyring_find(act, link->number, &row);

    if (status != KITH_NOT_FOUND)
        return status;
    row.to = UINT64_MAX;
    return keyring_put(act, link->number, &row);
}

enum kith_status keyring_pin(struct act *act, const struct store_link *link,
                             const struct kith_card *held,
                             const struct kith_card *offered)
{
    const struct kith_card_root *old = &held->root, *fresh = &offered->root;
    const struct {
        enum kith_link_key_use use;
        uint32_t log_number;
        const struct kith_key *old_key, *new_key;
    } keys[] = {
        /* a log that has no number here yet will be the first */
        {KITH_LINK_KEY_USE_LOG, link->in.number == 0 ? 1 : link->in.number,
         &old->log, &fresh->log},
        {KITH_LINK_KEY_USE_RECEIPT,
         link->out.number == 0 ? 1 : link->out.number, &old->receipt,
         &fresh->receipt},
        {KITH_LINK_KEY_USE_STATEMENT, 0, &old->statement, &fresh->statement},
        {KITH_LINK_KEY_USE_TRANSPORT, 0, &old->transport, &fresh->transport},
    };
    enum kith_status status = KITH_OK;

    for (size_t i = 0; status == KITH_OK && i < sizeof(keys) / sizeof(keys[0]);
         i++) {
        const struct keyring_row row = {.use = keys[i].use,
                                        .log_number = keys[i].log_number,
                                        .key = *keys[i].old_key,
                                        .card = held->digest};

        if (!kith_key_equal(keys[i].old_key, keys[i].new_key))
            status = pin(act, link, &row);
    }
    return status;
}

/* One question: a note, the key that needs no row, and what was found. */
struct search {
    const struct keyring_note *note;
    struct kith_origin origin;
    enum kith_link_key_use use;
    bool ours; /* whose key is asked for */
    struct kith_key newest;
    struct kith_checkpoint checkpoint;
    struct kith_receipt_read receipt;
    enum kith_status outcome;
};

static enum kith_status verify(struct search *search,
                               const struct kith_key *key, uint64_t *ret_size)
{
    const struct kith_bytes note = search->note->note;
    enum kith_status status;

    if (search->use == KITH_LINK_KEY_USE_LOG) {
        status = kith_checkpoint_verify(note, &search->origin, key,
                                        &search->checkpoint);
        *ret_size = search->checkpoint.size;
    } else {
        status =
            kith_receipt_verify(note, &search->origin, key, &search->receipt);
        *ret_size = search->receipt.checkpoint.size;
    }
    return status;
}

static void try_key(struct search *search, const struct kith_key *key,
                    uint64_t from, uint64_t to)
{
    uint64_t size = 0;
    enum kith_status status;

    if (search->outcome == KITH_OK || search->outcome == KITH_NOMEM)
        return;
    status = verify(search, key, &size);
    if (status == KITH_OK && !search->note->ever && (size < from || size > to))
        status = KITH_UNTRUSTED;
    search->outcome = status;
}

/* Has ROW's key a row in the log that is asked for too? If not, and that log
 * was closed before the row's, the key is good for all of its sizes. */
static enum kith_status has_own_row(struct act *act,
                                    const struct search *search,
                                    const struct keyring_row *row,
                                    bool *ret_own)
{
    struct keyring_row own = *row;
    enum kith_status status;

    own.log_number = search->note->log_number;
    status = keyring_find(act, search->note->link->number, &own);
    *ret_own = status == KITH_OK;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Tries the key of ROW, which is of the use and side that is asked for. */
static enum kith_status try_row(struct act *act, struct search *search,
                                const struct keyring_row *row)
{
    const uint32_t number = search->note->log_number;
    bool own = false;
    enum kith_status status = KITH_OK;

    if (row->log_number == number) {
        try_key(search, &row->key, row->from, row->to);
        return KITH_OK;
    }
    if (row->log_number < number)
        return KITH_OK;
    status = has_own_row(act, search, row, &own);
    if (status == KITH_OK && !own)
        try_key(search, &row->key, 0, UINT64_MAX);
    return status;
}

/* The key of the newest card: good for any size unless it has a row. */
static enum kith_status find_newest(struct act *act, struct search *search)
{
    const struct peer *peer;
    enum kith_status status;
    const bool log = search->use == KITH_LINK_KEY_USE_LOG;

    if (search->ours) {
        search->newest = log ? act->company->log.pk : act->company->receipt.pk;
        return KITH_OK;
    }
    status = peer_get(act, search->note->link, &peer);
    if (status == KITH_OK)
        search->newest = log ? peer->log : peer->receipt;
    return status;
}

static enum kith_status run(struct act *act, struct search *search)
{
    const struct keyring_note *note = search->note;
    const uint32_t link = note->link->number;
    struct keyring_row row;
    bool newest_has_row = false;
    uint64_t number = 0;
    enum kith_status status = find_newest(act, search);

    if (status != KITH_OK)
        return status;
    if (note->side == STORE_OUT)
        kith_origin_make(&act->company->id, &note->link->company,
                         note->log_number, &search->origin);
    else
        kith_origin_make(&note->link->company, &act->company->id,
                         note->log_number, &search->origin);
    search->outcome = KITH_UNTRUSTED;
    while ((status = keyring_next(act, link, &number, &row)) == KITH_OK) {
        if (row.use != search->use || row.ours != search->ours)
            continue;
        if (row.log_number == note->log_number &&
            kith_key_equal(&row.key, &search->newest))
            newest_has_row = true;
        status = try_row(act, search, &row);
        if (status != KITH_OK)
            return status;
    }
    if (status != KITH_NOT_FOUND)
        return status;
    if (!newest_has_row)
        try_key(search, &search->newest, 0, UINT64_MAX);
    if (note->fresh != NULL)
        try_key(search, note->fresh, 0, UINT64_MAX);
    return search->outcome;
}

enum kith_status keyring_checkpoint(struct act *act,
                                    const struct keyring_note *note,
                                    struct kith_checkpoint *ret_checkpoint)
{
    struct search search = {.note = note,
                            .use = KITH_LINK_KEY_USE_LOG,
                            .ours = note->side == STORE_OUT};
    enum kith_status status = run(act, &search);

    if (status == KITH_OK)
        *ret_checkpoint = search.checkpoint;
    return status;
}

enum kith_status keyring_receipt(struct act *act,
                                 const struct keyring_note *note,
                                 struct kith_receipt_read *ret_receipt)
{
    struct search search = {.note = note,
                            .use = KITH_LINK_KEY_USE_RECEIPT,
                            .ours = note->side == STORE_IN};
    enum kith_status status = run(act, &search);

    if (status == KITH_OK)
        *ret_receipt = search.receipt;
    return status;
}

enum kith_status keyring_statement(struct act *act,
                                   const struct store_link *link,
                                   enum kith_statement type,
                                   struct kith_bytes bytes,
                                   const struct kith_sig *signature)
{
    const struct peer *peer;
    struct keyring_row row;
    uint64_t number = 0;
    enum kith_status status = peer_get(act, link, &peer);

    if (status != KITH_OK)
        return status;
    status = kith_sign_verify(&peer->statement, type, bytes, signature);
    if (status != KITH_UNTRUSTED)
        return status;
    while ((status = keyring_next(act, link->number, &number, &row)) ==
           KITH_OK) {
        if (row.use == KITH_LINK_KEY_USE_STATEMENT && !row.ours &&
            !row.compromised &&
            kith_sign_verify(&row.key, type, bytes, signature) == KITH_OK)
            return KITH_OK;
    }
    return status == KITH_NOT_FOUND ? KITH_UNTRUSTED : status;
}

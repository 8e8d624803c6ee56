/* recover_proof - see the header. Not here: entries (recover.c). */
#include "rules/recover_proof.h"

#include "kith/card.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"

/* A former card of ours: kept, so that its keys verify what they signed. */
enum kith_status proof_take_card(struct act *act, struct kith_bytes bytes,
                                 struct recovery *recovery)
{
    struct kith_card card;
    enum kith_status status = kith_card_read(bytes, &card);

    if (status != KITH_OK)
        return status == KITH_NOMEM ? status : KITH_UNTRUSTED;
    if (!kith_company_id_equal(&card.root.company, &act->company->id) ||
        recovery->n_cards == RECOVER_CARDS_MAX)
        return KITH_UNTRUSTED;
    for (size_t i = 0; i < recovery->n_cards; i++)
        if (kith_hash_equal(&recovery->cards[i], &card.digest))
            return KITH_OK;
    recovery->cards[recovery->n_cards++] = card.digest;
    return store_card_put(act->txn, &card.digest, bytes);
}

/* Notes under the log key of CARD from now on, in this log. */
static enum kith_status pin_card(const struct taking *taking,
                                 const struct kith_card *card)
{
    struct keyring_row row = {.use = KITH_LINK_KEY_USE_LOG,
                              .ours = true,
                              .log_number = taking->log.number,
                              .key = card->root.log};
    enum kith_status status =
        keyring_find(taking->act, taking->link->number, &row);

    if (status != KITH_NOT_FOUND)
        return status;
    row.to = UINT64_MAX;
    row.card = card->digest;
    return keyring_put(taking->act, taking->link->number, &row);
}

/* Verifies NOTE under the log key of one of the cards that came back. */
static enum kith_status verify_by_card(const struct taking *taking,
                                       struct kith_bytes note,
                                       struct kith_checkpoint *ret_checkpoint)
{
    enum kith_status status = KITH_UNTRUSTED;

    for (size_t i = 0;
         status == KITH_UNTRUSTED && i < taking->recovery->n_cards; i++) {
        struct kith_bytes bytes;
        struct kith_card card;

        status = store_card_get(taking->act->txn, &taking->recovery->cards[i],
                                taking->act->arena, &bytes);
        if (status == KITH_OK)
            status = kith_card_read(bytes, &card);
        if (status != KITH_OK)
            return status == KITH_NOMEM ? status : KITH_DAMAGED;
        status = kith_checkpoint_verify(note, &taking->origin, &card.root.log,
                                        ret_checkpoint);
        if (status == KITH_OK)
            status = pin_card(taking, &card);
    }
    return status;
}

/* A checkpoint of ours, by whatever key was ours once. */
enum kith_status proof_verify_note(const struct taking *taking,
                                   struct kith_bytes note,
                                   struct kith_checkpoint *ret_checkpoint)
{
    const struct keyring_note asked = {.link = taking->link,
                                       .side = STORE_OUT,
                                       .log_number = taking->log.number,
                                       .note = note,
                                       .ever = true};
    enum kith_status status =
        keyring_checkpoint(taking->act, &asked, ret_checkpoint);

    if (status == KITH_UNTRUSTED)
        status = verify_by_card(taking, note, ret_checkpoint);
    return status;
}

/* The partner has another history of our log, with our signature: this store
 * or another one is a copy. Both notes are kept, nothing of it is taken. */
enum kith_status proof_keep_fork(struct taking *taking, struct kith_bytes note,
                                 uint64_t size)
{
    struct act *act = taking->act;
    enum kith_status status =
        store_note_put(act->txn, &taking->log, STORE_SECOND, size, note);

    if (status != KITH_OK && status != KITH_FORK)
        return status;
    taking->recovery->forked++;
    return audit_add(act, &(struct audit_line){.what = "fork_seen",
                                               .link = taking->link->number,
                                               .text = "own log",
                                               .log_number = taking->log.number,
                                               .index = size});
}

/* Our checkpoint of SIZE, of which all entries are here: is it of this log? */
enum kith_status proof_compare(struct taking *taking,
                               const struct kith_checkpoint *shown,
                               struct kith_bytes note)
{
    struct kith_hash root;
    enum kith_status status =
        logkeys_root_of(taking->act, &taking->log, shown->size, &root);

    if (status == KITH_OK && !kith_hash_equal(&root, &shown->root))
        status = proof_keep_fork(taking, note, shown->size);
    return status;
}

/* The receipt that the partner had given, once its entries are here. */
enum kith_status proof_keep_receipt(struct taking *taking,
                                    struct kith_bytes note)
{
    const struct keyring_note asked = {.link = taking->link,
                                       .side = STORE_OUT,
                                       .log_number = taking->log.number,
                                       .note = note,
                                       .ever = true};
    struct kith_receipt_read receipt;
    struct kith_hash root;
    enum kith_status status = KITH_OK;

    if (note.len == 0)
        return KITH_OK;
    status = keyring_receipt(taking->act, &asked, &receipt);
    if (status == KITH_NOMEM)
        return status;
    if (status != KITH_OK || receipt.checkpoint.size > taking->recovery->from)
        return KITH_OK; /* by a key that is not known, or of a fork */
    status = logkeys_root_of(taking->act, &taking->log, receipt.checkpoint.size,
                             &root);
    if (status == KITH_OK && kith_hash_equal(&root, &receipt.checkpoint.root))
        status = store_note_put(taking->act->txn, &taking->log, STORE_RECEIPT,
                                receipt.checkpoint.size, note);
    return status == KITH_FORK ? KITH_OK : status; /* one is here already */
}

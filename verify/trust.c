/* trust - see the header. */
#include "trust.h"

#include <inttypes.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"

bool trust_statement(const struct loaded_pack *pack, enum teller company,
                     enum kith_statement type, struct kith_bytes bytes,
                     const struct kith_sig *signature)
{
    for (size_t i = 0; i < pack->n_cards; i++) {
        if (pack->cards[i].of == company &&
            kith_sign_verify(&pack->cards[i].card.root.statement, type, bytes,
                             signature) == KITH_OK)
            return true;
    }
    return false;
}

/* Is NOTICE, which stands in ENTRY, signed as it must be? */
static bool is_signed(const struct loaded_pack *pack,
                      const struct loaded_entry *entry)
{
    const struct kith_record *notice = &entry->body.record;
    struct kith_origin origin;
    struct kith_buf bytes = {0};
    struct kith_sig signature;
    bool good;

    kith_origin_make(
        entry->log == MAKER ? &pack->head.maker : &pack->head.partner,
        entry->log == MAKER ? &pack->head.partner : &pack->head.maker,
        entry->part.log_number, &origin);
    good = kith_record_octets(notice, KITH_KEY_NOTICE_SIGNATURE, signature.b,
                              KITH_SIG_LEN) == KITH_OK &&
           kith_signed_key_notice(&origin, notice, &bytes) == KITH_OK &&
           trust_statement(pack, entry->log, KITH_STATEMENT_KEY_NOTICE,
                           kith_buf_bytes(&bytes), &signature);
    kith_buf_clear(&bytes);
    return good;
}

/* Was KEY of COMPANY good for SIZE, as far as the notices in the pack say? A
 * receipt key's sizes are those of the other's log of the same number. */
static bool in_range(const struct loaded_pack *pack, enum teller company,
                     int64_t use, const struct kith_key *key,
                     const struct loaded_note *note, uint64_t size)
{
    for (size_t i = 0; i < pack->n_entries; i++) {
        const struct loaded_entry *entry = &pack->entries[i];
        const struct kith_record *notice = &entry->body.record;
        struct kith_key named;

        if (!entry->opened || entry->log != company ||
            entry->part.log_number != note->log_number ||
            notice->kind != KITH_KIND_KEY_NOTICE ||
            kith_record_value(notice, KITH_KEY_NOTICE_KEY_USE, 0) != use ||
            kith_record_octets(notice, KITH_KEY_NOTICE_PUBLIC_KEY, named.b,
                               KITH_KEY_LEN) != KITH_OK ||
            !kith_key_equal(&named, key) || !is_signed(pack, entry))
            continue;
        if (size < (uint64_t)kith_record_value(notice,
                                               KITH_KEY_NOTICE_FROM_SIZE, 0) ||
            size > (uint64_t)kith_record_value(notice, KITH_KEY_NOTICE_TO_SIZE,
                                               -1))
            return false;
    }
    return true;
}

/* Verifies NOTE under the key of CARD. */
static bool verify_with(const struct loaded_card *card, bool checkpoint,
                        struct loaded_note *note)
{
    struct kith_receipt_read receipt;

    if (checkpoint)
        return kith_checkpoint_verify(note->note, &note->origin,
                                      &card->card.root.log,
                                      &note->point) == KITH_OK;
    if (kith_receipt_verify(note->note, &note->origin, &card->card.root.receipt,
                            &receipt) != KITH_OK)
        return false;
    note->point = receipt.checkpoint;
    note->time_s = receipt.time_s;
    return true;
}

/* Tries the keys of all cards of the company that signs this kind of note. */
static bool verify_as(const struct loaded_pack *pack, bool checkpoint,
                      struct loaded_note *note)
{
    const enum teller signer =
        checkpoint == (note->log == MAKER) ? MAKER : PARTNER;

    for (size_t i = 0; i < pack->n_cards; i++) {
        const struct loaded_card *card = &pack->cards[i];

        if (card->of == signer && verify_with(card, checkpoint, note) &&
            in_range(
                pack, signer,
                checkpoint ? KITH_LINK_KEY_USE_LOG : KITH_LINK_KEY_USE_RECEIPT,
                checkpoint ? &card->card.root.log : &card->card.root.receipt,
                note, note->point.size))
            return true;
    }
    return false;
}

enum kith_status trust_notes(struct loaded_pack *pack, struct kith_error *err)
{
    for (size_t i = 0; i < pack->n_notes; i++) {
        struct loaded_note *note = &pack->notes[i];

        switch (note->kind) {
        case KITH_EVIDENCE_CHECKPOINT:
            note->trusted = verify_as(pack, true, note);
            break;
        case KITH_EVIDENCE_RECEIPT:
            note->trusted = verify_as(pack, false, note);
            break;
        case KITH_EVIDENCE_SECOND: /* either of the two may have signed it */
            note->trusted =
                verify_as(pack, true, note) || verify_as(pack, false, note);
            break;
        }
        if (!note->trusted)
            return kith_fail(
                err, KITH_UNTRUSTED, "note", "",
                "note %zu of the pack, about log %" PRIu32
                " of the %s, is signed by no key that was good for it",
                i + 1, note->log_number,
                note->log == MAKER ? "maker of the pack" : "partner");
    }
    return KITH_OK;
}

/* trust - see the header. */
#include "trust.h"

#include <inttypes.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"

/* Had the key of CARD been given up when its company came to PLACE? The entries
 * of a company stand in their order (load.c). */
static bool is_lost(const struct loaded_card *card,
                    const struct loaded_entry *place)
{
    return card->given_up != NULL && (place == NULL || card->given_up < place);
}

bool trust_statement(const struct loaded_pack *pack,
                     const struct trust_claim *claim)
{
    for (size_t i = 0; i < pack->n_cards; i++) {
        const struct loaded_card *card = &pack->cards[i];

        if (card->of == claim->company && !is_lost(card, claim->place) &&
            kith_sign_verify(&card->card.root.statement, claim->type,
                             claim->bytes, &claim->signature) == KITH_OK)
            return true;
    }
    return false;
}

enum kith_status trust_maker(const struct loaded_pack *pack,
                             struct kith_error *err)
{
    const struct trust_claim claim = {
        .company = MAKER,
        .type = KITH_STATEMENT_EVIDENCE,
        .bytes = {pack->signed_chain.b, KITH_HASH_LEN},
        .signature = pack->signature};

    if (trust_statement(pack, &claim))
        return KITH_OK;
    return kith_fail(err, KITH_UNTRUSTED, "signature", "",
                     "the signature of the pack is not its maker's, or by a "
                     "key that the maker had given up");
}

/* Is NOTICE, which stands in ENTRY, signed as it must be? */
static bool is_signed(const struct loaded_pack *pack,
                      const struct loaded_entry *entry)
{
    const struct kith_record *notice = &entry->body.record;
    struct kith_origin origin;
    struct kith_buf bytes = {0};
    struct trust_claim claim = {.company = entry->log,
                                .type = KITH_STATEMENT_KEY_NOTICE,
                                .place = entry};
    bool good;

    kith_origin_make(
        entry->log == MAKER ? &pack->head.maker : &pack->head.partner,
        entry->log == MAKER ? &pack->head.partner : &pack->head.maker,
        entry->part.log_number, &origin);
    good = kith_record_octets(notice, KITH_KEY_NOTICE_SIGNATURE,
                              claim.signature.b, KITH_SIG_LEN) == KITH_OK &&
           kith_signed_key_notice(&origin, notice, &bytes) == KITH_OK;
    claim.bytes = kith_buf_bytes(&bytes);
    good = good && trust_statement(pack, &claim);
    kith_buf_clear(&bytes);
    return good;
}

/* Is the notice in ENTRY about KEY, and signed? */
static bool names_key(const struct loaded_pack *pack,
                      const struct loaded_entry *entry,
                      const struct kith_key *key)
{
    const struct kith_record *notice = &entry->body.record;
    struct kith_key named;

    return kith_record_octets(notice, KITH_KEY_NOTICE_PUBLIC_KEY, named.b,
                              KITH_KEY_LEN) == KITH_OK &&
           kith_key_equal(&named, key) && is_signed(pack, entry);
}

void trust_keys(struct loaded_pack *pack)
{
    for (size_t i = 0; i < pack->n_entries; i++) {
        const struct loaded_entry *entry = &pack->entries[i];
        const struct kith_record *notice = &entry->body.record;

        if (!entry->opened || entry->checkpoint == NULL ||
            notice->kind != KITH_KIND_KEY_NOTICE ||
            kith_record_value(notice, KITH_KEY_NOTICE_KEY_USE, 0) !=
                KITH_LINK_KEY_USE_STATEMENT ||
            kith_record_value(notice, KITH_KEY_NOTICE_COMPROMISED, 0) == 0)
            continue;
        for (size_t c = 0; c < pack->n_cards; c++) {
            struct loaded_card *card = &pack->cards[c];

            if (card->of == entry->log && card->given_up == NULL &&
                names_key(pack, entry, &card->card.root.statement))
                card->given_up = entry;
        }
    }
}

/* The sizes for which the notices in the pack say a key was good. */
struct range {
    bool told;         /* a notice about this log is there */
    uint64_t from, to; /* both inclusive; least and greatest, when told */
    bool ended_before; /* it ended in a log before */
};

/* The log whose sizes NOTICE, which stands in ENTRY, speaks of: a receipt key's
 * are of the other company's. */
static uint32_t log_of(const struct loaded_entry *entry)
{
    return (uint32_t)kith_record_value(&entry->body.record,
                                       KITH_KEY_NOTICE_LOG_NUMBER,
                                       entry->part.log_number);
}

static void narrow(const struct loaded_entry *entry, uint32_t log_number,
                   struct range *range)
{
    const struct kith_record *notice = &entry->body.record;
    const uint64_t from =
        (uint64_t)kith_record_value(notice, KITH_KEY_NOTICE_FROM_SIZE, 0);
    const uint64_t to =
        (uint64_t)kith_record_value(notice, KITH_KEY_NOTICE_TO_SIZE, -1);

    if (log_of(entry) < log_number)
        range->ended_before = range->ended_before || to != UINT64_MAX;
    if (log_of(entry) != log_number)
        return;
    if (!range->told || from < range->from)
        range->from = from;
    if (!range->told || to < range->to)
        range->to = to;
    range->told = true;
}

/* Was KEY of COMPANY good for NOTE, as far as the notices in the pack say?
 * Where none speaks of the note's log, it was unless it had ended before. */
static bool in_range(const struct loaded_pack *pack, enum teller company,
                     int64_t use, const struct kith_key *key,
                     const struct loaded_note *note)
{
    struct range range = {.told = false};

    for (size_t i = 0; i < pack->n_entries; i++) {
        const struct loaded_entry *entry = &pack->entries[i];
        const struct kith_record *notice = &entry->body.record;

        if (entry->opened && entry->log == company &&
            notice->kind == KITH_KIND_KEY_NOTICE &&
            kith_record_value(notice, KITH_KEY_NOTICE_KEY_USE, 0) == use &&
            names_key(pack, entry, key))
            narrow(entry, note->log_number, &range);
    }
    if (!range.told)
        return !range.ended_before;
    return note->point.size >= range.from && note->point.size <= range.to;
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
                note))
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

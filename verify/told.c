/* told - see the header. */
#include "told.h"

#include <inttypes.h>

#include "kith/seal.h"

static enum kith_status fault(const struct loaded_entry *entry,
                              enum kith_status status, const char *what,
                              struct kith_error *err)
{
    return kith_fail(
        err, status, "entry", "",
        "part %" PRIu64 ", entry %" PRIu64 " of log %" PRIu32 " of the %s: %s",
        entry->number, entry->header.index, entry->part.log_number,
        entry->log == MAKER ? "maker of the pack" : "partner", what);
}

static enum kith_status open_body(struct loaded_pack *pack,
                                  struct loaded_entry *entry,
                                  struct kith_bytes *ret_body)
{
    struct kith_sealed_entry sealed = {.header = &entry->header,
                                       .sealed = entry->part.sealed};
    struct kith_origin origin;
    struct kith_buf plain = {0};
    struct kith_bytes body;
    enum kith_status status =
        kith_entry_check_sealed(&entry->header, entry->part.sealed);

    kith_origin_make(
        entry->log == MAKER ? &pack->head.maker : &pack->head.partner,
        entry->log == MAKER ? &pack->head.partner : &pack->head.maker,
        entry->part.log_number, &origin);
    sealed.origin = &origin;
    if (status == KITH_OK)
        status = kith_open_entry(&sealed, &entry->part.ek, &plain, &body);
    if (status == KITH_OK) {
        *ret_body = kith_arena_copy(pack->arena, body);
        if (ret_body->data == NULL)
            status = KITH_NOMEM;
    }
    kith_plain_clear(&plain);
    return status;
}

enum kith_status told_open(struct loaded_pack *pack, struct kith_error *err)
{
    for (size_t i = 0; i < pack->n_entries; i++) {
        struct loaded_entry *entry = &pack->entries[i];
        struct kith_bytes body;
        enum kith_status status;

        if (entry->part.body != KITH_EVIDENCE_OPEN)
            continue;
        status = open_body(pack, entry, &body);
        if (status == KITH_NOMEM)
            return status;
        if (status != KITH_OK)
            return fault(entry, KITH_UNTRUSTED,
                         "what it is said to say is not what was sealed", err);
        /* what its sender wrote may still be no record that kith knows */
        entry->opened =
            kith_body_decode(pack->arena, body, &entry->body) == KITH_OK &&
            entry->body.entry_class == entry->header.entry_class;
    }
    return KITH_OK;
}

static bool covers(const struct loaded_note *note,
                   const struct loaded_entry *entry)
{
    return note->kind != KITH_EVIDENCE_SECOND && note->log == entry->log &&
           note->log_number == entry->part.log_number &&
           note->point.size == entry->part.size;
}

static enum kith_status prove_entry(struct loaded_pack *pack,
                                    struct loaded_entry *entry,
                                    struct kith_error *err)
{
    struct kith_inclusion claim = {.index = entry->header.index,
                                   .size = entry->part.size,
                                   .leaf = entry->leaf};

    for (size_t i = 0; i < pack->n_notes; i++) {
        const struct loaded_note *note = &pack->notes[i];

        if (!covers(note, entry))
            continue;
        claim.root = note->point.root;
        if (kith_inclusion_verify(&claim, &entry->part.proof) != KITH_OK)
            return fault(entry, KITH_UNTRUSTED,
                         "its proof does not lead to the signed root", err);
        if (note->kind == KITH_EVIDENCE_RECEIPT)
            entry->receipt = note;
        else
            entry->checkpoint = note;
    }
    if (entry->checkpoint == NULL && entry->receipt == NULL)
        return fault(entry, KITH_UNTRUSTED,
                     "no note of the size that its proof is for is in the pack",
                     err);
    return KITH_OK;
}

/* Holds the second NOTE against the notes of its log and size: its maker's word
 * convicts nobody. */
static void compare_second(const struct loaded_pack *pack,
                           struct loaded_note *note)
{
    for (size_t i = 0; i < pack->n_notes; i++) {
        const struct loaded_note *other = &pack->notes[i];

        if (other->kind == KITH_EVIDENCE_SECOND || other->log != note->log ||
            other->log_number != note->log_number ||
            other->point.size != note->point.size)
            continue;
        if (kith_hash_equal(&other->point.root, &note->point.root))
            note->agrees = true;
        else
            note->contradicts = true;
    }
}

enum kith_status told_prove(struct loaded_pack *pack, struct kith_error *err)
{
    enum kith_status status = KITH_OK;

    for (size_t i = 0; i < pack->n_notes; i++) {
        if (pack->notes[i].kind == KITH_EVIDENCE_SECOND)
            compare_second(pack, &pack->notes[i]);
    }
    for (size_t i = 0; status == KITH_OK && i < pack->n_entries; i++) {
        if (pack->entries[i].part.size != 0)
            status = prove_entry(pack, &pack->entries[i], err);
    }
    return status;
}

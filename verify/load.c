/* load - see the header.
 *
 * Not here: who signed what (trust.c), what an entry says (told.c).
 */
#include "load.h"

#include <inttypes.h>
#include <string.h>

#include "kith/limits.h"
#include "kith/pack.h"

enum {
    CEILING = 1024 * 1024 * 1024
};

/* A pack being read. */
struct loader {
    struct kith_bytes bytes;
    struct kith_pack at;
    struct loaded_pack *pack;
    bool signature_seen;
    const struct loaded_entry *newest[2]; /* of each company; NULL: none yet */
    struct kith_error *err;
};

static enum kith_status fault(const struct loader *loader,
                              enum kith_status status, const char *what)
{
    return kith_fail(loader->err, status, "pack_part",
                     "ask for the file again; this one proves nothing",
                     "part %" PRIu64 ": %s", loader->at.parts, what);
}

/* The next part of the file. */
static enum kith_status next_part(struct loader *loader,
                                  struct kith_pack_part *ret_part)
{
    const uint8_t *next = loader->bytes.data + loader->at.offset;
    const size_t left = loader->bytes.len - (size_t)loader->at.offset;
    size_t size = left;

    if (left == 0)
        return kith_pack_close(&loader->at, loader->err);
    if (left >= KITH_PACK_PART_HEAD_LEN) {
        enum kith_status status =
            kith_pack_part_size(&loader->at, next, &size, loader->err);

        if (status != KITH_OK)
            return status;
    }
    return kith_pack_take(&loader->at,
                          (struct kith_bytes){next, size < left ? size : left},
                          ret_part, loader->err);
}

static bool name_company(const struct loaded_pack *pack,
                         const struct kith_company_id *id,
                         enum teller *ret_company)
{
    *ret_company =
        kith_company_id_equal(id, &pack->head.maker) ? MAKER : PARTNER;
    return *ret_company == MAKER ||
           kith_company_id_equal(id, &pack->head.partner);
}

static enum kith_status load_card(struct loader *loader,
                                  struct kith_bytes content)
{
    struct loaded_card *card = &loader->pack->cards[loader->pack->n_cards];

    if (kith_card_read(content, &card->card) != KITH_OK)
        return fault(loader, KITH_UNTRUSTED,
                     "a card whose signatures do not hold");
    if (!name_company(loader->pack, &card->card.root.company, &card->of))
        return fault(loader, KITH_UNTRUSTED, "a card of a third company");
    loader->pack->n_cards++;
    return KITH_OK;
}

/* Its first line says of which log it speaks; who signed it is for later. */
static enum kith_status load_note(struct loader *loader,
                                  struct kith_bytes content)
{
    struct loaded_note *note = &loader->pack->notes[loader->pack->n_notes];
    struct kith_evidence_note part;
    struct kith_log_name name;
    struct kith_bytes line;
    const uint8_t *end = NULL;

    if (kith_evidence_note_decode(content, &part) == KITH_OK)
        end = memchr(part.note.data, '\n', part.note.len);
    if (end == NULL)
        return fault(loader, KITH_MALFORMED, "it is no note");
    line.data = part.note.data;
    line.len = (size_t)(end - part.note.data);
    if (kith_origin_parse(line, &name) != KITH_OK ||
        !name_company(loader->pack, &name.sender, &note->log) ||
        !kith_company_id_equal(&name.receiver, note->log == MAKER
                                                   ? &loader->pack->head.partner
                                                   : &loader->pack->head.maker))
        return fault(loader, KITH_UNTRUSTED,
                     "a note about a log of other companies");
    note->kind = part.kind;
    note->note = part.note;
    note->log_number = name.log_number;
    kith_origin_make(&name.sender, &name.receiver, name.log_number,
                     &note->origin);
    loader->pack->n_notes++;
    return KITH_OK;
}

/* Does ENTRY stand behind the one before it of the same company? What is
 * printed in an order is told in that order, and nothing twice. */
static bool in_order(const struct loader *loader,
                     const struct loaded_entry *entry)
{
    const struct loaded_entry *before = loader->newest[entry->log];

    if (before == NULL || before->part.log_number < entry->part.log_number)
        return true;
    return before->part.log_number == entry->part.log_number &&
           before->header.index < entry->header.index;
}

static enum kith_status load_entry(struct loader *loader,
                                   struct kith_bytes content)
{
    struct loaded_entry *entry =
        &loader->pack->entries[loader->pack->n_entries];

    if (kith_evidence_entry_decode(content, &entry->part) != KITH_OK ||
        kith_entry_decode(entry->part.header, &entry->header) != KITH_OK)
        return fault(loader, KITH_MALFORMED, "it is no entry");
    entry->log = entry->part.by_partner ? PARTNER : MAKER;
    entry->number = loader->at.parts;
    if (!in_order(loader, entry))
        return fault(loader, KITH_MALFORMED,
                     "an entry that is not behind the one before it in its "
                     "log");
    loader->newest[entry->log] = entry;
    kith_tree_leaf_hash(entry->part.header.data, entry->part.header.len,
                        &entry->leaf);
    loader->pack->n_entries++;
    return KITH_OK;
}

static enum kith_status load_signature(struct loader *loader,
                                       const struct kith_hash *chain,
                                       struct kith_bytes content)
{
    if (content.len != KITH_SIG_LEN)
        return fault(loader, KITH_MALFORMED, "it is no signature");
    memcpy(loader->pack->signature.b, content.data, KITH_SIG_LEN);
    loader->pack->signed_chain = *chain;
    loader->signature_seen = true;
    return KITH_OK;
}

static enum kith_status load_part(struct loader *loader,
                                  const struct kith_hash *chain,
                                  const struct kith_pack_part *part)
{
    if (loader->signature_seen)
        return fault(loader, KITH_MALFORMED,
                     "it stands behind the signature of the pack");
    if ((loader->at.parts == 1) != (part->type == KITH_EVIDENCE_HEAD))
        return fault(loader, KITH_MALFORMED,
                     "a pack has one head, its first part");
    switch (part->type) {
    case KITH_EVIDENCE_HEAD:
        return kith_evidence_head_decode(part->content, &loader->pack->head) ==
                       KITH_OK
                   ? KITH_OK
                   : fault(loader, KITH_MALFORMED, "it is no head");
    case KITH_EVIDENCE_CARD:
        return load_card(loader, part->content);
    case KITH_EVIDENCE_NOTE:
        return load_note(loader, part->content);
    case KITH_EVIDENCE_ENTRY:
        return load_entry(loader, part->content);
    case KITH_EVIDENCE_SIGNATURE:
        return load_signature(loader, chain, part->content);
    default:
        return fault(loader, KITH_NOT_UNDERSTOOD,
                     "it is of a kind that a newer kith-verify may know");
    }
}

/* Reads all parts; with COUNTS only counts them, by type. */
static enum kith_status walk(struct loader *loader, size_t *counts)
{
    const struct kith_bytes head = {loader->bytes.data,
                                    loader->bytes.len < KITH_PACK_HEAD_LEN
                                        ? loader->bytes.len
                                        : KITH_PACK_HEAD_LEN};
    enum kith_status status = kith_pack_open(&loader->at, head, loader->err);

    while (status == KITH_OK && !loader->at.ended) {
        const struct kith_hash chain = loader->at.chain;
        struct kith_pack_part part;

        status = next_part(loader, &part);
        if (status != KITH_OK || part.type == KITH_PACK_END)
            continue;
        if (counts != NULL)
            counts[part.type]++;
        else
            status = load_part(loader, &chain, &part);
    }
    if (status == KITH_OK && loader->at.offset != loader->bytes.len)
        status = kith_fail(loader->err, KITH_MALFORMED, "pack_tail", "",
                           "byte %" PRIu64 ": there is more behind the end",
                           loader->at.offset);
    return status;
}

/* Says of each company whether all its entries here are of one log. */
static void mark_only_logs(struct loader *loader)
{
    struct loaded_pack *pack = loader->pack;
    bool several[2] = {false, false};

    for (size_t i = 0; i < pack->n_entries; i++) {
        const struct loaded_entry *entry = &pack->entries[i];

        if (entry->part.log_number !=
            loader->newest[entry->log]->part.log_number)
            several[entry->log] = true;
    }
    for (size_t i = 0; i < pack->n_entries; i++)
        pack->entries[i].only_log = !several[pack->entries[i].log];
}

enum kith_status load_pack(struct kith_bytes bytes,
                           struct loaded_pack *ret_pack, struct kith_error *err)
{
    struct loader loader = {.bytes = bytes, .pack = ret_pack, .err = err};
    size_t counts[KITH_PACK_END + 1] = {0};
    enum kith_status status = kith_arena_new(CEILING, &ret_pack->arena);

    if (status == KITH_OK)
        status = walk(&loader, counts);
    if (status != KITH_OK)
        return status;
    ret_pack->cards = kith_arena_alloc(
        ret_pack->arena, counts[KITH_EVIDENCE_CARD] * sizeof(*ret_pack->cards));
    ret_pack->notes = kith_arena_alloc(
        ret_pack->arena, counts[KITH_EVIDENCE_NOTE] * sizeof(*ret_pack->notes));
    ret_pack->entries =
        kith_arena_alloc(ret_pack->arena, counts[KITH_EVIDENCE_ENTRY] *
                                              sizeof(*ret_pack->entries));
    if (ret_pack->cards == NULL || ret_pack->notes == NULL ||
        ret_pack->entries == NULL)
        return KITH_NOMEM;
    status = walk(&loader, NULL);
    if (status == KITH_OK && !loader.signature_seen)
        status = fault(&loader, KITH_MALFORMED,
                       "no signature of the pack stands behind it");
    if (status == KITH_OK)
        mark_only_logs(&loader);
    return status;
}

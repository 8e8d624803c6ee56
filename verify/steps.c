/* steps - see the header.
 *
 * Not here: the words for what is found (report.c).
 */
#include "steps.h"

#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"
#include "trust.h"

enum {
    DAY_S = 24 * 60 * 60
};

/* Is ENTRY of KIND, and signed by its teller? Another entry rests on nothing
 * that only the maker of the pack says was told. */
static bool is_kind(const struct loaded_entry *entry, uint32_t kind)
{
    return entry->opened && entry->checkpoint != NULL &&
           entry->body.record.kind == kind;
}

/* Is the step in ENTRY signed by the company that told it? */
static bool is_signed(const struct loaded_pack *pack,
                      const struct loaded_entry *entry)
{
    struct kith_buf bytes = {0};
    struct trust_claim claim = {.company = entry->log,
                                .type = KITH_STATEMENT_AGREEMENT,
                                .place = entry};
    bool good;

    good = kith_record_octets(&entry->body.record, KITH_NDA_SIGNATURE,
                              claim.signature.b, KITH_SIG_LEN) == KITH_OK &&
           kith_signed_agreement(&entry->body.record, &bytes) == KITH_OK;
    claim.bytes = kith_buf_bytes(&bytes);
    good = good && trust_statement(pack, &claim);
    kith_buf_clear(&bytes);
    return good;
}

/* Reads the terms of a proposal: they are what the digest is of, and name both
 * companies in their places. */
static bool read_terms(const struct loaded_pack *pack,
                       const struct loaded_entry *entry,
                       struct agreement *agreement)
{
    const struct kith_bytes terms =
        kith_record_bytes(&entry->body.record, KITH_NDA_TERMS);
    const struct kith_company_id *own =
        entry->log == MAKER ? &pack->head.maker : &pack->head.partner;
    const struct kith_company_id *other =
        entry->log == MAKER ? &pack->head.partner : &pack->head.maker;
    struct kith_company_id proposer, asked;
    struct kith_hash digest;

    kith_sha256(terms.data, terms.len, &digest);
    return kith_record_octets(&entry->body.record, KITH_NDA_TERMS_DIGEST,
                              agreement->digest.b, KITH_HASH_LEN) == KITH_OK &&
           kith_hash_equal(&digest, &agreement->digest) &&
           kith_record_decode(pack->arena, terms, &agreement->terms) ==
               KITH_OK &&
           kith_record_octets(&agreement->terms, KITH_NDA_PROPOSER, proposer.b,
                              KITH_COMPANY_ID_LEN) == KITH_OK &&
           kith_record_octets(&agreement->terms, KITH_NDA_PARTNER, asked.b,
                              KITH_COMPANY_ID_LEN) == KITH_OK &&
           kith_company_id_equal(&proposer, own) &&
           kith_company_id_equal(&asked, other);
}

static void add_proposal(const struct loaded_pack *pack,
                         const struct loaded_entry *entry, struct steps *steps)
{
    struct agreement *agreement = &steps->agreements[steps->n_agreements];

    if (!is_signed(pack, entry) || !read_terms(pack, entry, agreement)) {
        memset(agreement, 0, sizeof(*agreement));
        steps->unsigned_steps++;
        return;
    }
    agreement->proposer = entry->log;
    agreement->proposal = entry;
    steps->n_agreements++;
}

/* A signature or an end, put to the agreement of its digest. */
static void add_step(const struct loaded_pack *pack,
                     const struct loaded_entry *entry, struct steps *steps)
{
    const struct kith_bytes digest =
        kith_record_bytes(&entry->body.record, KITH_NDA_TERMS_DIGEST);

    if (!is_signed(pack, entry)) {
        steps->unsigned_steps++;
        return;
    }
    for (size_t i = 0; i < steps->n_agreements; i++) {
        struct agreement *agreement = &steps->agreements[i];

        if (!kith_bytes_equal(digest, (struct kith_bytes){agreement->digest.b,
                                                          KITH_HASH_LEN}))
            continue;
        if (entry->body.record.kind == KITH_KIND_NDA_END)
            agreement->ends[entry->log] = entry;
        else if (entry->log != agreement->proposer)
            agreement->signature = entry;
    }
}

enum kith_status steps_find(const struct loaded_pack *pack,
                            struct steps *ret_steps)
{
    struct steps steps = {.n_agreements = 0};
    size_t count = 0;

    for (size_t i = 0; i < pack->n_entries; i++)
        count += is_kind(&pack->entries[i], KITH_KIND_NDA_PROPOSAL);
    steps.agreements =
        kith_arena_alloc(pack->arena, (count + 1) * sizeof(*steps.agreements));
    if (steps.agreements == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < pack->n_entries; i++) {
        if (is_kind(&pack->entries[i], KITH_KIND_NDA_PROPOSAL))
            add_proposal(pack, &pack->entries[i], &steps);
    }
    for (size_t i = 0; i < pack->n_entries; i++) {
        if (is_kind(&pack->entries[i], KITH_KIND_NDA_SIGNATURE) ||
            is_kind(&pack->entries[i], KITH_KIND_NDA_END))
            add_step(pack, &pack->entries[i], &steps);
    }
    *ret_steps = steps;
    return KITH_OK;
}

bool steps_knew(const struct loaded_entry *entry,
                const struct loaded_entry *other)
{
    /* the logs of the two have their numbers apart */
    if (other->log != entry->log && other->only_log)
        return other->header.index < entry->header.seen;
    if (other->part.log_number != entry->part.log_number)
        return other->part.log_number < entry->part.log_number;
    return other->header.index < (other->log == entry->log
                                      ? entry->header.index
                                      : entry->header.seen);
}

/* The day on which END ends its agreement. */
static int32_t end_day(const struct loaded_entry *end)
{
    return kith_record_day(&end->body.record, KITH_NDA_END_AT, INT32_MIN);
}

static const struct agreement *find_terms(const struct steps *steps,
                                          const struct kith_hash *digest)
{
    const struct agreement *found = NULL;

    for (size_t i = 0; i < steps->n_agreements; i++) {
        if (kith_hash_equal(&steps->agreements[i].digest, digest))
            found = &steps->agreements[i];
    }
    return found;
}

/* What AGREEMENT amends; NULL: nothing, or nothing in this pack. */
static const struct agreement *find_amended(const struct steps *steps,
                                            const struct agreement *agreement)
{
    struct kith_hash amends;

    return kith_record_octets(&agreement->terms, KITH_NDA_AMENDS, amends.b,
                              KITH_HASH_LEN) == KITH_OK
               ? find_terms(steps, &amends)
               : NULL;
}

/* Did the teller of ENTRY know on DAY of an end, of AGREEMENT or of what it
 * amends? No terms can name the digest of terms that name them, so that the way
 * back ends. */
static bool is_ended(const struct steps *steps,
                     const struct loaded_entry *entry, int64_t day,
                     const struct agreement *agreement)
{
    for (; agreement != NULL; agreement = find_amended(steps, agreement)) {
        for (size_t i = 0; i < 2; i++) {
            const struct loaded_entry *end = agreement->ends[i];

            if (end != NULL && steps_knew(entry, end) && day >= end_day(end))
                return true;
        }
    }
    return false;
}

/* Did the teller of ENTRY know on DAY that an amendment of AGREEMENT ruled? */
static bool is_superseded(const struct steps *steps,
                          const struct loaded_entry *entry, int64_t day,
                          const struct agreement *agreement)
{
    for (size_t i = 0; i < steps->n_agreements; i++) {
        const struct agreement *other = &steps->agreements[i];

        if (find_amended(steps, other) == agreement &&
            other->signature != NULL && steps_knew(entry, other->proposal) &&
            steps_knew(entry, other->signature) &&
            day >=
                kith_record_day(&other->terms, KITH_NDA_EFFECTIVE, INT32_MAX))
            return true;
    }
    return false;
}

enum cover steps_cover(const struct steps *steps,
                       const struct loaded_entry *entry,
                       const struct agreement **ret_agreement)
{
    const int64_t day = (int64_t)(entry->header.time_s / DAY_S);
    const struct agreement *agreement =
        find_terms(steps, &entry->body.agreement);

    *ret_agreement = agreement;
    if (agreement == NULL)
        return COVER_NONE;
    if (agreement->signature == NULL)
        return COVER_HALF;
    if (!steps_knew(entry, agreement->proposal) ||
        !steps_knew(entry, agreement->signature))
        return COVER_LATER;
    if (day <
            kith_record_day(&agreement->terms, KITH_NDA_EFFECTIVE, INT32_MIN) ||
        day > kith_record_day(&agreement->terms, KITH_NDA_UNTIL, INT32_MAX))
        return COVER_DATES;
    if (is_ended(steps, entry, day, agreement))
        return COVER_ENDED;
    if (is_superseded(steps, entry, day, agreement))
        return COVER_SUPERSEDED;
    return COVER_GOOD;
}

const struct loaded_entry *steps_person(const struct loaded_pack *pack,
                                        const struct loaded_entry *entry,
                                        const struct kith_id *id)
{
    const struct loaded_entry *found = NULL;

    for (size_t i = 0; i < pack->n_entries; i++) {
        const struct loaded_entry *other = &pack->entries[i];

        if (other->log != entry->log && is_kind(other, KITH_KIND_PERSON) &&
            kith_id_equal(&other->body.record.id, id) &&
            steps_knew(entry, other))
            found = other;
    }
    return found;
}

const struct loaded_entry *steps_withdrawal(const struct loaded_pack *pack,
                                            const struct loaded_entry *entry)
{
    const struct kith_bytes item = {entry->body.record.id.b, KITH_ID_LEN};

    for (size_t i = 0; i < pack->n_entries; i++) {
        const struct loaded_entry *other = &pack->entries[i];
        const struct kith_record *record = &other->body.record;

        if (other->log != entry->log || !is_kind(other, KITH_KIND_WITHDRAWAL))
            continue;
        for (size_t f = 0; f < record->n_fields; f++) {
            if (record->fields[f].number == KITH_WITHDRAWAL_ITEM &&
                kith_bytes_equal(record->fields[f].bytes, item))
                return other;
        }
    }
    return NULL;
}

const struct loaded_entry *steps_verdict(const struct loaded_pack *pack,
                                         const struct loaded_entry *entry)
{
    const struct kith_bytes leaf = {entry->leaf.b, KITH_HASH_LEN};
    const struct loaded_entry *newest = NULL;

    for (size_t i = 0; i < pack->n_entries; i++) {
        const struct loaded_entry *other = &pack->entries[i];

        if (other->log != entry->log && is_kind(other, KITH_KIND_VERDICT) &&
            kith_bytes_equal(
                kith_record_bytes(&other->body.record, KITH_VERDICT_LEAF),
                leaf))
            newest = other;
    }
    return newest;
}

bool steps_certified(const struct loaded_pack *pack,
                     const struct loaded_entry *entry)
{
    struct kith_buf bytes = {0};
    struct trust_claim claim = {.company = entry->log,
                                .type = KITH_STATEMENT_CERTIFICATE,
                                .place = entry};
    bool good;

    good = kith_record_octets(&entry->body.record, KITH_CERTIFICATE_SIGNATURE,
                              claim.signature.b, KITH_SIG_LEN) == KITH_OK &&
           kith_signed_certificate(&entry->body.record, &bytes) == KITH_OK;
    claim.bytes = kith_buf_bytes(&bytes);
    good = good && trust_statement(pack, &claim);
    kith_buf_clear(&bytes);
    return good;
}

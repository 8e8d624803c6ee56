/* sim_terms - see the header. */
#include "sim/sim_terms.h"

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/agreement.h"
#include "rules/grant.h"
#include "rules/grant_told.h"
#include "store/logs.h"
#include "store/records.h"
#include "store/state.h"

/* AMENDS: terms digest of the agreement that is amended; NULL: none. */
static enum kith_status propose(struct act *act, struct store_link *link,
                                const struct kith_hash *digest,
                                const struct kith_hash *amends)
{
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct agreement_signer signer = {.name = kith_bytes_of("Ada")};
    struct kith_when from = {.kind = KITH_WHEN_DATE, .from_day = SIM_FIRST_DAY};
    struct kith_record_builder builder;
    uint64_t number = 0;
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_NDA_DOCUMENT, digest->b, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("building it"));
    kith_build_when(&builder, KITH_NDA_EFFECTIVE, &from);
    if (amends != NULL)
        kith_build_octets(&builder, KITH_NDA_AMENDS, amends->b, KITH_HASH_LEN);
    enum kith_status status = kith_build_finish(&builder, &terms);
    return status == KITH_OK
               ? agreement_propose(act, link, &terms, &signer, &number)
               : status;
}

enum kith_status sim_terms_propose(struct act *act, struct store_link *link,
                                   const struct kith_hash *digest)
{
    return propose(act, link, digest, NULL);
}

enum kith_status sim_terms_amend(struct act *act, struct store_link *link,
                                 const struct kith_hash *digest)
{
    enum gate_reason reason = GATE_OPEN;
    struct kith_hash ruling;
    enum kith_status status =
        agreement_in_force(act, link->number, &reason, &ruling);
    if (status == KITH_OK && reason != GATE_OPEN)
        return KITH_DENIED;
    return status == KITH_OK ? propose(act, link, digest, &ruling) : status;
}

enum kith_status sim_terms_sign(struct act *act, struct store_link *link,
                                const struct kith_hash *digest)
{
    struct agreement_signer signer = {.name = kith_bytes_of("Ben")};
    uint64_t number = 0;
    enum kith_status status = agreement_sign(
        act, link, &(struct agreement_wanted){.document = digest}, &signer,
        &number);
    return status == KITH_OK ? grant_settle(act, link) : status;
}

enum kith_status sim_terms_end(struct act *act, struct store_link *link)
{
    struct agreement_signer signer = {.name = kith_bytes_of("Eve")};
    struct kith_record state;
    uint64_t number = 0;
    enum kith_status result = KITH_NOT_FOUND;
    while (store_state_next(act->txn, KITH_KIND_AGREEMENT, &number, act->arena,
                            &state) == KITH_OK) {
        if (kith_record_value(&state, KITH_AGREEMENT_PARTNER, 0) !=
                link->number ||
            kith_record_field(&state, KITH_AGREEMENT_ENDED_OWN) != NULL ||
            kith_record_field(&state, KITH_AGREEMENT_ENDED_PARTNER) != NULL)
            continue;
        result = agreement_end(act, link, number, &signer);
        if (result != KITH_OK)
            return result;
    }
    return result;
}

enum kith_status sim_terms_wish(struct act *act, uint64_t project,
                                uint64_t kinds, struct grant_wish *ret_wish)
{
    struct store_head head;
    struct store_ref ref = {.owner = STORE_OWN, .record = project};
    enum kith_status status = store_head_get(act->txn, &ref, &head);
    if (status == KITH_OK)
        *ret_wish = (struct grant_wish){.project = project,
                                        .project_id = head.id,
                                        .kinds = kinds,
                                        .purpose = kith_bytes_of("building it"),
                                        .bound = true,
                                        .from_day = SIM_FIRST_DAY,
                                        .until_day = SIM_LAST_DAY};
    return status;
}

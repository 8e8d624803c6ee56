/* agreement_terms - builds, signs and verifies the steps of an agreement.
 *
 * Not here: which step may follow which (agreement.c, agreement_take.c).
 */
#include "rules/agreement_terms.h"

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "kith/signed.h"
#include "rules/act.h"
#include "rules/cache.h"
#include "rules/keyring.h"
#include "store/logs.h"

enum {
    NO_DAY = INT32_MIN, /* it binds when it is processed */
    TERMS_FORM = 2      /* of terms that hold fields above the partner's */
};

/* Is field NUMBER one of the terms? */
static bool is_term(uint32_t number)
{
    return number >= KITH_NDA_DOCUMENT && number <= KITH_NDA_READS &&
           number != KITH_NDA_TERMS;
}

/* Do the terms say more than the first form of them could? An older program
 * must know that it does not understand them. */
static bool has_form(const struct kith_record *terms)
{
    return terms->n_fields > 0 &&
           terms->fields[terms->n_fields - 1].number > KITH_NDA_TERMS;
}

/* A copy in the arena of the wire form of RECORD. */
static enum kith_status encode(struct act *act,
                               const struct kith_record *record,
                               struct kith_bytes *ret_bytes)
{
    struct kith_buf buf = {0};
    enum kith_status status = kith_record_encode(record, &buf);

    if (status == KITH_OK) {
        *ret_bytes = kith_arena_copy(act->arena, kith_buf_bytes(&buf));
        if (ret_bytes->data == NULL)
            status = KITH_NOMEM;
    }
    kith_buf_clear(&buf);
    return status;
}

static void build_signature(struct kith_record_builder *builder,
                            const struct terms_signed *step)
{
    kith_build_octets(builder, KITH_NDA_TERMS_DIGEST, step->digest.b,
                      KITH_HASH_LEN);
    kith_build_text(builder, KITH_NDA_SIGNER, step->signer);
    if (step->title.len != 0)
        kith_build_text(builder, KITH_NDA_SIGNER_TITLE, step->title);
    kith_build_number(builder, KITH_NDA_SIGNED_AT, step->at);
    kith_build_octets(builder, KITH_NDA_SIGNATURE, step->signature.b,
                      KITH_SIG_LEN);
    if (step->address.len != 0)
        kith_build_text(builder, KITH_NDA_NOTICE_ADDRESS, step->address);
}

/* The day of an end. */
static void build_end(struct kith_record_builder *builder,
                      const struct terms_signed *step)
{
    if (step->has_end_day)
        kith_build_when(builder, KITH_NDA_END_AT,
                        &(struct kith_when){.kind = KITH_WHEN_DATE,
                                            .from_day = step->end_day});
}

static enum kith_status sign(struct act *act,
                             const struct agreement_signer *signer,
                             uint32_t kind, struct terms_signed *step)
{
    struct kith_record record = {.kind = kind};
    struct kith_record_builder builder;
    struct kith_buf bytes = {0};
    enum kith_status status;

    if (signer->name.len == 0)
        return kith_fail(act->err, KITH_INVALID, "signer_missing", "",
                         "an agreement needs the name of the person who "
                         "signs it");
    step->signer = signer->name;
    step->title = signer->title;
    step->address = signer->address;
    step->at = act->now;
    kith_build_start(&builder, act->arena);
    build_signature(&builder, step); /* with none yet, which is not signed */
    build_end(&builder, step);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = kith_signed_agreement(&record, &bytes);
    if (status == KITH_OK)
        status = kith_sign(&act->company->statement, KITH_STATEMENT_AGREEMENT,
                           kith_buf_bytes(&bytes), &step->signature);
    kith_buf_clear(&bytes);
    return status;
}

enum kith_status terms_propose(struct act *act, const struct store_link *link,
                               const struct kith_record *terms,
                               const struct agreement_signer *signer,
                               struct terms_signed *ret_step)
{
    struct terms_signed step = {.terms.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    enum kith_status status = terms_check(act, terms);
    size_t i;

    if (status != KITH_OK)
        return status;
    kith_build_start(&builder, act->arena);
    for (i = 0; i < terms->n_fields; i++) {
        if (is_term(terms->fields[i].number) &&
            terms->fields[i].number != KITH_NDA_PROPOSER &&
            terms->fields[i].number != KITH_NDA_PARTNER)
            kith_build_field(&builder, &terms->fields[i]);
    }
    kith_build_octets(&builder, KITH_NDA_PROPOSER, act->company->id.b,
                      KITH_COMPANY_ID_LEN);
    kith_build_octets(&builder, KITH_NDA_PARTNER, link->company.b,
                      KITH_COMPANY_ID_LEN);
    status = kith_build_finish(&builder, &step.terms);
    if (status == KITH_OK)
        status = encode(act, &step.terms, &step.terms_bytes);
    if (status == KITH_OK && step.terms_bytes.len > KITH_TERMS_MAX)
        status =
            kith_fail(act->err, KITH_INVALID, "nda_long",
                      "put it into the text that is signed",
                      "the terms are longer than %d bytes", KITH_TERMS_MAX);
    if (status != KITH_OK)
        return status;
    kith_sha256(step.terms_bytes.data, step.terms_bytes.len, &step.digest);
    status = sign(act, signer, KITH_KIND_NDA_SIGNATURE, &step);
    if (status == KITH_OK)
        *ret_step = step;
    return status;
}

enum kith_status terms_countersign(struct act *act,
                                   const struct cached_agreement *agreement,
                                   const struct agreement_signer *signer,
                                   struct terms_signed *ret_step)
{
    struct terms_signed step = {.digest = agreement->digest};
    enum kith_status status =
        kith_record_octets(&agreement->record, KITH_AGREEMENT_PROPOSAL_ITEM,
                           step.proposal.b, KITH_ID_LEN);

    if (status == KITH_OK)
        status = sign(act, signer, KITH_KIND_NDA_SIGNATURE, &step);
    if (status == KITH_OK)
        *ret_step = step;
    return status;
}

enum kith_status terms_end(struct act *act, const struct kith_record *former,
                           const struct agreement_signer *signer,
                           struct terms_signed *ret_step)
{
    struct terms_signed step = {.has_end_day = true, .end_day = act_today(act)};
    enum kith_status status = kith_record_octets(
        former, KITH_AGREEMENT_TERMS_DIGEST, step.digest.b, KITH_HASH_LEN);

    if (status == KITH_OK)
        status = sign(act, signer, KITH_KIND_NDA_END, &step);
    if (status == KITH_OK)
        *ret_step = step;
    return status;
}

enum kith_status terms_proposal_record(struct act *act,
                                       const struct terms_signed *step,
                                       struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_NDA_TERMS, step->terms_bytes.data,
                      step->terms_bytes.len);
    build_signature(&builder, step);
    if (has_form(&step->terms))
        kith_build_number(&builder, KITH_NDA_FORM, TERMS_FORM);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

enum kith_status terms_signature_record(struct act *act,
                                        const struct terms_signed *step,
                                        struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_NDA_SIGNATURE};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_NDA_PROPOSAL, step->proposal.b,
                      KITH_ID_LEN);
    build_signature(&builder, step);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

enum kith_status terms_end_record(struct act *act,
                                  const struct terms_signed *step,
                                  struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_NDA_END};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    build_signature(&builder, step);
    build_end(&builder, step);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

/* An empty head, each of the terms at most once and nothing else, and those
 * without which nothing is agreed. Types and lengths are those of the state record
 * that keeps them (agreement_take.c). */
static bool are_terms(const struct kith_record *terms)
{
    const struct kith_field *effective =
        kith_record_field(terms, KITH_NDA_EFFECTIVE);
    struct kith_hash document;
    size_t i;

    for (i = 0; i < terms->n_fields; i++) {
        if (!is_term(terms->fields[i].number) ||
            (i > 0 && terms->fields[i].number == terms->fields[i - 1].number))
            return false;
    }
    return terms->kind == KITH_KIND_NDA_PROPOSAL &&
           kith_id_is_none(&terms->id) && terms->revision == 0 &&
           terms->changed_at == 0 && terms->label == KITH_LABEL_NONE &&
           !terms->inactive && kith_id_is_none(&terms->project) &&
           effective != NULL && effective->type == KITH_VALUE_WHEN &&
           kith_record_bytes(terms, KITH_NDA_PURPOSE).len != 0 &&
           kith_record_octets(terms, KITH_NDA_DOCUMENT, document.b,
                              KITH_HASH_LEN) == KITH_OK;
}

/* The terms of a proposal, taken from its own bytes: what is signed is what is
 * kept, never a re-encoding. */
static enum kith_status parse_terms(struct act *act,
                                    const struct kith_record *record,
                                    struct terms_signed *step)
{
    struct kith_hash digest;
    enum kith_status status;

    step->terms_bytes =
        kith_arena_copy(act->arena, kith_record_bytes(record, KITH_NDA_TERMS));
    if (step->terms_bytes.data == NULL)
        return KITH_MALFORMED;
    kith_sha256(step->terms_bytes.data, step->terms_bytes.len, &digest);
    if (!kith_hash_equal(&digest, &step->digest))
        return KITH_UNTRUSTED;
    status = kith_record_decode(act->arena, step->terms_bytes, &step->terms);
    if (status == KITH_OK && (!are_terms(&step->terms) ||
                              kith_record_value(record, KITH_NDA_FORM, 0) !=
                                  (has_form(&step->terms) ? TERMS_FORM : 0)))
        status = KITH_MALFORMED;
    return status;
}

enum kith_status terms_parse(struct act *act, const struct kith_record *record,
                             struct terms_signed *ret_step)
{
    const struct kith_field *end = kith_record_field(record, KITH_NDA_END_AT);
    struct terms_signed step = {
        .proposal = record->id,
        .signer = kith_arena_copy(act->arena,
                                  kith_record_bytes(record, KITH_NDA_SIGNER)),
        .title = kith_arena_copy(
            act->arena, kith_record_bytes(record, KITH_NDA_SIGNER_TITLE)),
        .address = kith_arena_copy(
            act->arena, kith_record_bytes(record, KITH_NDA_NOTICE_ADDRESS)),
        .at = kith_record_value(record, KITH_NDA_SIGNED_AT, 0),
        .has_end_day = end != NULL,
        .end_day = end != NULL ? end->when.from_day : NO_DAY};
    enum kith_status status = KITH_OK;

    if (kith_record_octets(record, KITH_NDA_TERMS_DIGEST, step.digest.b,
                           KITH_HASH_LEN) != KITH_OK ||
        kith_record_octets(record, KITH_NDA_SIGNATURE, step.signature.b,
                           KITH_SIG_LEN) != KITH_OK)
        return KITH_MALFORMED;
    if (record->kind == KITH_KIND_NDA_PROPOSAL)
        status = parse_terms(act, record, &step);
    if (status == KITH_OK)
        *ret_step = step;
    return status;
}

/* A partner's proposal names both companies in their places. */
static enum kith_status check_companies(struct act *act,
                                        const struct store_link *link,
                                        const struct terms_signed *step)
{
    struct kith_company_id proposer, partner;

    if (kith_record_octets(&step->terms, KITH_NDA_PROPOSER, proposer.b,
                           KITH_COMPANY_ID_LEN) != KITH_OK ||
        kith_record_octets(&step->terms, KITH_NDA_PARTNER, partner.b,
                           KITH_COMPANY_ID_LEN) != KITH_OK)
        return KITH_MALFORMED;
    if (!kith_company_id_equal(&proposer, &link->company) ||
        !kith_company_id_equal(&partner, &act->company->id))
        return KITH_UNTRUSTED;
    return terms_check(act, &step->terms);
}

enum kith_status terms_read(struct act *act, const struct store_link *link,
                            const struct kith_record *record,
                            struct terms_signed *ret_step)
{
    struct terms_signed step;
    struct kith_buf bytes = {0};
    enum kith_status status = terms_parse(act, record, &step);

    if (status == KITH_OK && record->kind == KITH_KIND_NDA_PROPOSAL)
        status = check_companies(act, link, &step);
    if (status != KITH_OK)
        return status;
    status = kith_signed_agreement(record, &bytes);
    if (status == KITH_OK)
        status = keyring_statement(act, link, KITH_STATEMENT_AGREEMENT,
                                   kith_buf_bytes(&bytes), &step.signature);
    kith_buf_clear(&bytes);
    if (status == KITH_OK)
        *ret_step = step;
    return status;
}

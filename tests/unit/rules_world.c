/* rules_world - see the header. */
#include "rules_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kith/card.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/agreement.h"
#include "rules/cache.h"
#include "rules/intake.h"
#include "rules/ledger.h"
#include "rules/partner.h"
#include "rules/peer.h"
#include "rules/pump.h"
#include "store/state.h"

static void make_card(struct company *company, const char *name,
                      const struct kith_sign_key *root)
{
    const uint64_t revision =
        company->card_revision == 0 ? WORLD_NOW : company->card_revision + 1;
    struct kith_card_root part = {.revision = revision,
                                  .valid_from_s = WORLD_NOW - 1,
                                  .valid_until_s = WORLD_NOW + 1000000,
                                  .log = company->log.pk,
                                  .receipt = company->receipt.pk,
                                  .statement = company->statement.pk,
                                  .transport = company->transport_public,
                                  .sealing = company->sealing.pk};
    struct kith_card_address address = {.revision = revision,
                                        .roles = KITH_ROLE_OEM};
    const struct kith_card_signers signers = {.root = root,
                                              .statement = &company->statement};
    struct kith_card card;

    memcpy(part.company.b, root->pk.b, sizeof(part.company.b));
    strcpy(address.name, name);
    company->card.len = 0;
    assert_int_equal(kith_card_make(&part, &address, &signers, &company->card),
                     KITH_OK);
    assert_int_equal(kith_card_read(kith_buf_bytes(&company->card), &card),
                     KITH_OK);
    company->card_digest = card.digest;
    company->card_revision = card.root.revision;
    company->id = part.company;
}

void world_renew_keys(struct world_company *company)
{
    struct company *of = &company->company;
    struct kith_box_key transport;

    kith_sign_key_new(&of->log);
    kith_sign_key_new(&of->receipt);
    kith_sign_key_new(&of->statement);
    kith_box_key_new(&of->sealing);
    kith_box_key_new(&transport);
    of->transport_public = transport.pk;
}

static void make_company(struct world_company *made, const char *name,
                         const char *folder)
{
    assert_int_equal(kith_crypto_start(), KITH_OK);
    kith_sign_key_new(&made->root);
    world_renew_keys(made);
    kith_random(made->company.recovery_key, RULES_SECRET_LEN);
    kith_random(made->company.witness_salt, RULES_SECRET_LEN);
    kith_random(made->company.view_key, RULES_SECRET_LEN);
    make_card(&made->company, name, &made->root);
    made->options = (struct store_options){
        .map_bytes = folder == NULL ? 1 << 20 : 16 << 20, .dir = folder};
    if (folder != NULL)
        assert_int_equal(store_create(&made->options, &made->err), KITH_OK);
    assert_int_equal(store_open(&made->options, &made->store, &made->err),
                     KITH_OK);
    assert_int_equal(kith_arena_new(64 * 1024 * 1024, &made->arena), KITH_OK);
}

void world_renew_card(struct world_company *company)
{
    make_card(&company->company, "renewed", &company->root);
    assert_int_equal(store_card_put(company->act.txn,
                                    &company->company.card_digest,
                                    kith_buf_bytes(&company->company.card)),
                     KITH_OK);
}

static void add_partner(struct world_company *company,
                        const struct world_company *other)
{
    struct act *act = world_begin(company);
    struct store_link link;

    assert_int_equal(store_card_put(act->txn, &company->company.card_digest,
                                    kith_buf_bytes(&company->company.card)),
                     KITH_OK);
    assert_int_equal(partner_add(act, kith_buf_bytes(&other->company.card),
                                 (struct kith_bytes){NULL, 0}, &link),
                     KITH_OK);
    world_commit(company);
}

struct world *world_found(const char *oem, const char *ems)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    make_company(&world->oem, "ACME Devices", oem);
    make_company(&world->ems, "Northwind EMS", ems);
    add_partner(&world->oem, &world->ems);
    add_partner(&world->ems, &world->oem);
    return world;
}

int world_up(void **state)
{
    *state = world_found(NULL, NULL);
    return 0;
}

static void end_company(struct world_company *company)
{
    if (company->act.txn != NULL)
        store_abort(&company->act.txn);
    store_close(&company->store);
    kith_arena_destroy(&company->arena);
    cache_destroy(&company->company);
    peer_destroy(&company->company);
    kith_buf_clear(&company->company.card);
}

int world_down(void **state)
{
    struct world *world = *state;

    end_company(&world->oem);
    end_company(&world->ems);
    free(world);
    return 0;
}

struct act *world_begin(struct world_company *company)
{
    company->act = (struct act){.company = &company->company,
                                .arena = company->arena,
                                .now = WORLD_NOW + company->late_s,
                                .time_doubted = company->doubted,
                                .err = &company->err};
    kith_error_clear(&company->err);
    kith_arena_reset(company->arena);
    assert_int_equal(store_begin(company->store, true, &company->act.txn),
                     KITH_OK);
    return &company->act;
}

void world_commit(struct world_company *company)
{
    assert_int_equal(store_commit(&company->act.txn), KITH_OK);
}

void world_abort(struct world_company *company)
{
    store_abort(&company->act.txn);
    cache_drop(&company->company);
}

struct store_link world_link(struct world_company *company)
{
    struct store_link link;

    assert_int_equal(store_link_get(company->act.txn, 1, &link), KITH_OK);
    return link;
}

static void verify(struct world_company *company,
                   const struct world_company *other)
{
    char groups[KITH_PAIRING_SIZE];
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);

    kith_pairing_groups(&other->company.id, &company->company.id, groups);
    assert_int_equal(partner_verify(act, &link, kith_bytes_of(groups)),
                     KITH_OK);
    link.verified_by_partner = true;
    assert_int_equal(store_link_put(act->txn, &link), KITH_OK);
    world_commit(company);
}

void world_verify(struct world *world)
{
    verify(&world->oem, &world->ems);
    verify(&world->ems, &world->oem);
}

void world_agree(struct world *world, int32_t from_day, int32_t until_day)
{
    const struct agreement_signer signer = {.name = kith_bytes_of("ana")};
    const struct kith_when from = {.kind = KITH_WHEN_DATE,
                                   .from_day = from_day};
    const struct kith_when until = {.kind = KITH_WHEN_DATE,
                                    .from_day = until_day};
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    struct kith_hash document;
    struct act *act = world_begin(&world->oem);
    struct store_link link = world_link(&world->oem);
    uint64_t number;

    kith_sha256("nda", 3, &document);
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_NDA_DOCUMENT, document.b, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("assembly"));
    kith_build_when(&builder, KITH_NDA_EFFECTIVE, &from);
    kith_build_when(&builder, KITH_NDA_UNTIL, &until);
    assert_int_equal(kith_build_finish(&builder, &terms), KITH_OK);
    assert_int_equal(agreement_propose(act, &link, &terms, &signer, &number),
                     KITH_OK);
    world_commit(&world->oem);
    world_carry(&world->oem, &world->ems);
    act = world_begin(&world->ems);
    link = world_link(&world->ems);
    assert_int_equal(
        agreement_sign(act, &link,
                       &(struct agreement_wanted){.document = &document},
                       &signer, &number),
        KITH_OK);
    world_commit(&world->ems);
    world_carry(&world->ems, &world->oem);
}

/* Takes one frame in and gives back the receipt; none of a log that froze. */
static uint64_t hand_over(struct world_company *to, struct kith_bytes frame,
                          struct kith_buf *receipt)
{
    struct intake_result result;
    struct quota_use use = {0};
    struct act *act = world_begin(to);
    struct store_link link = world_link(to);

    assert_int_equal(intake_push(act, &link, frame, &use, &result), KITH_OK);
    receipt->len = 0;
    if (!link.in.frozen)
        assert_int_equal(intake_receipt(act, &link, receipt), KITH_OK);
    world_commit(to);
    return result.fresh;
}

uint64_t world_carry(struct world_company *from, struct world_company *to)
{
    struct kith_buf frame = {0}, receipt = {0};
    struct store_link link;
    struct act *act = world_begin(from);
    struct pump_span span;
    uint64_t bytes, next, fresh = 0;
    int64_t time;

    link = world_link(from);
    span = (struct pump_span){.from = link.out.processed,
                              .gated_from = link.out.processed};
    assert_int_equal(pump_open_log(act, &link), KITH_OK);
    assert_int_equal(pump_fill(act, &link, UINT64_MAX, &bytes), KITH_OK);
    world_commit(from);
    for (;; span.from = next) {
        enum kith_status status;

        act = world_begin(from);
        link = world_link(from);
        status = pump_frame(act, &link, &span, &frame, &next);
        world_commit(from);
        if (status == KITH_NOT_FOUND)
            break;
        assert_int_equal(status, KITH_OK);
        fresh += hand_over(to, kith_buf_bytes(&frame), &receipt);
        if (receipt.len == 0)
            break;
        act = world_begin(from);
        link = world_link(from);
        assert_int_equal(
            pump_receipt(act, &link, kith_buf_bytes(&receipt), &time), KITH_OK);
        world_commit(from);
        kith_buf_clear(&frame);
        kith_buf_clear(&receipt);
    }
    kith_buf_clear(&frame);
    kith_buf_clear(&receipt);
    return fresh;
}

struct store_head world_project(struct world_company *company, const char *name)
{
    struct kith_record record = {.kind = KITH_KIND_PROJECT};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of(name));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    kith_build_start(&builder, act->arena);
    record = (struct kith_record){.kind = KITH_KIND_GENERATION};
    kith_build_text(&builder, KITH_GENERATION_PROJECT, kith_bytes_of(name));
    kith_build_text(&builder, KITH_GENERATION_NAME, kith_bytes_of("g1"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &(struct ledger_posted){0}),
                     KITH_OK);
    world_commit(company);
    return posted.head;
}

struct store_head world_milestone(struct world_company *company,
                                  const char *path, const char *title,
                                  int32_t day, enum kith_label label)
{
    const struct kith_when when = {.kind = KITH_WHEN_DATE, .from_day = day};
    struct kith_record record = {.kind = KITH_KIND_MILESTONE, .label = label};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    struct act *act = world_begin(company);

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_MILESTONE_GENERATION, kith_bytes_of(path));
    kith_build_choice(&builder, KITH_MILESTONE_TYPE, KITH_MILESTONE_OTHER);
    kith_build_text(&builder, KITH_MILESTONE_TITLE, kith_bytes_of(title));
    kith_build_when(&builder, KITH_MILESTONE_PLANNED, &when);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    assert_int_equal(ledger_post(act, &record, 0, &posted), KITH_OK);
    world_commit(company);
    return posted.head;
}

enum kith_status world_grant(struct world_company *company,
                             const struct store_head *project, const char *hide,
                             uint64_t *ret_number)
{
    const struct kith_bytes hidden = kith_bytes_of(hide != NULL ? hide : "");
    const struct grant_wish wish = {
        .project = project->ref.record,
        .project_id = project->id,
        .kinds = 1u << KITH_KIND_PROJECT | 1u << KITH_KIND_GENERATION |
                 1u << KITH_KIND_MILESTONE | 1u << KITH_KIND_MESSAGE,
        .purpose = kith_bytes_of("assembly"),
        .bound = true,
        .from_day = WORLD_NOW / 86400,
        .until_day = WORLD_NOW / 86400 + 30,
        .hidden = &hidden,
        .n_hidden = hide != NULL};
    struct disclosure_counts counts;
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    enum kith_status status = grant_add(act, &link, &wish, ret_number, &counts);

    if (status == KITH_OK)
        world_commit(company);
    else
        world_abort(company);
    return status;
}

/* pack_world - see the header. */
#include "pack_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/card.h"
#include "kith/checkpoint.h"
#include "kith/entry.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/seal.h"
#include "kith/signed.h"

enum {
    DAY_S = 24 * 60 * 60,
    FIRST_DAY = 20000, /* of the agreement */
    LAST_DAY = 20100
};

static const struct kith_company_id *id_of(const struct pack_world *world,
                                           size_t who)
{
    return &world->companies[who].part.company;
}

void pack_world_start(struct pack_world *world)
{
    memset(world, 0, sizeof(*world));
    assert_int_equal(kith_arena_new(1024 * 1024, &world->arena), KITH_OK);
    for (size_t who = 0; who < 2; who++)
        found_company(&world->companies[who]);
    for (size_t who = 0; who < 2; who++)
        pack_world_number(world, who, 1);
}

void pack_world_number(struct pack_world *world, size_t who, uint32_t number)
{
    world->logs[who].number = number;
    kith_origin_make(id_of(world, who), id_of(world, 1 - who), number,
                     &world->logs[who].origin);
}

void pack_world_clear(struct pack_world *world)
{
    for (size_t who = 0; who < 2; who++) {
        for (size_t i = 0; i < world->logs[who].count; i++)
            kith_buf_clear(&world->logs[who].sealed[i]);
    }
    for (size_t who = 0; who < 2; who++)
        kith_buf_clear(&world->former[who]);
    kith_buf_clear(&world->file);
    kith_arena_destroy(&world->arena);
}

size_t pack_world_tell(struct pack_world *world, size_t who,
                       const struct kith_body *body, uint64_t seen,
                       uint64_t time_s)
{
    struct pack_log *log = &world->logs[who];
    const size_t index = log->count++;
    struct kith_entry_header header = {.entry_class = body->entry_class,
                                       .index = index,
                                       .time_s = time_s,
                                       .seen = seen};
    struct kith_evidence_entry *entry = &log->entries[index];
    struct kith_buf text = {0};

    assert_true(index < PACK_WORLD_ENTRIES);
    assert_int_equal(kith_body_encode(body, &text), KITH_OK);
    assert_int_equal(kith_seal_entry(&log->origin, &header,
                                     kith_buf_bytes(&text), &entry->ek,
                                     &log->sealed[index]),
                     KITH_OK);
    kith_buf_clear(&text);
    kith_entry_encode(&header, log->headers[index]);
    kith_entry_leaf(&header, &log->leaves[index]);
    assert_int_equal(kith_tree_append(&log->tree, &log->leaves[index]),
                     KITH_OK);
    entry->by_partner = who == 1;
    entry->log_number = log->number;
    entry->header =
        (struct kith_bytes){log->headers[index], KITH_ENTRY_HEADER_LEN};
    entry->body = KITH_EVIDENCE_OPEN;
    entry->sealed = kith_buf_bytes(&log->sealed[index]);
    return index;
}

/* Signs the step that BUILDER holds for WHO and tells it. */
static size_t tell_step(struct pack_world *world, size_t who, uint64_t seen,
                        struct kith_body *body,
                        struct kith_record_builder *builder)
{
    struct kith_buf bytes = {0};
    struct kith_sig signature;

    kith_build_octets(builder, KITH_NDA_TERMS_DIGEST, world->terms_digest.b,
                      KITH_HASH_LEN);
    kith_build_text(builder, KITH_NDA_SIGNER, kith_bytes_of("A. Signer"));
    kith_build_number(builder, KITH_NDA_SIGNED_AT, FIRST_DAY * DAY_S);
    assert_int_equal(kith_build_finish(builder, &body->record), KITH_OK);
    assert_int_equal(kith_signed_agreement(&body->record, &bytes), KITH_OK);
    assert_int_equal(kith_sign(&world->companies[who].keys.statement,
                               KITH_STATEMENT_AGREEMENT, kith_buf_bytes(&bytes),
                               &signature),
                     KITH_OK);
    kith_buf_clear(&bytes);
    kith_build_octets(builder, KITH_NDA_SIGNATURE, signature.b, KITH_SIG_LEN);
    assert_int_equal(kith_build_finish(builder, &body->record), KITH_OK);
    body->entry_class = KITH_CLASS_RELATION;
    body->record.id = kith_id_random();
    body->record.revision = 1;
    return pack_world_tell(world, who, body, seen, FIRST_DAY * DAY_S);
}

static void build_day(struct kith_record_builder *builder, uint32_t number,
                      int32_t day)
{
    kith_build_when(
        builder, number,
        &(struct kith_when){.kind = KITH_WHEN_DATE, .from_day = day});
}

/* Proposes terms that amend those with the digest AMENDS; NULL: none. */
static size_t propose(struct pack_world *world, uint64_t seen,
                      const struct kith_hash *amends)
{
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_body body = {.record.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    struct kith_buf bytes = {0};

    kith_build_start(&builder, world->arena);
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("a test"));
    build_day(&builder, KITH_NDA_EFFECTIVE, FIRST_DAY);
    build_day(&builder, KITH_NDA_UNTIL, LAST_DAY);
    kith_build_octets(&builder, KITH_NDA_PROPOSER, id_of(world, 0)->b,
                      KITH_COMPANY_ID_LEN);
    kith_build_octets(&builder, KITH_NDA_PARTNER, id_of(world, 1)->b,
                      KITH_COMPANY_ID_LEN);
    if (amends != NULL)
        kith_build_octets(&builder, KITH_NDA_AMENDS, amends->b, KITH_HASH_LEN);
    assert_int_equal(kith_build_finish(&builder, &terms), KITH_OK);
    assert_int_equal(kith_record_encode(&terms, &bytes), KITH_OK);
    world->terms = kith_arena_copy(world->arena, kith_buf_bytes(&bytes));
    kith_buf_clear(&bytes);
    kith_sha256(world->terms.data, world->terms.len, &world->terms_digest);
    kith_build_start(&builder, world->arena);
    kith_build_octets(&builder, KITH_NDA_TERMS, world->terms.data,
                      world->terms.len);
    if (amends != NULL)
        kith_build_number(&builder, KITH_NDA_FORM, 2);
    return tell_step(world, 0, seen, &body, &builder);
}

size_t pack_world_propose(struct pack_world *world)
{
    return propose(world, 0, NULL);
}

size_t pack_world_amend(struct pack_world *world, uint64_t seen)
{
    const struct kith_hash former = world->terms_digest;

    return propose(world, seen, &former);
}

size_t pack_world_sign(struct pack_world *world, uint64_t seen)
{
    struct kith_body body = {.record.kind = KITH_KIND_NDA_SIGNATURE};
    struct kith_record_builder builder;
    const struct kith_id proposal = kith_id_random();

    kith_build_start(&builder, world->arena);
    kith_build_octets(&builder, KITH_NDA_PROPOSAL, proposal.b, KITH_ID_LEN);
    return tell_step(world, 1, seen, &body, &builder);
}

size_t pack_world_end(struct pack_world *world, size_t who, uint64_t seen)
{
    struct kith_body body = {.record.kind = KITH_KIND_NDA_END};
    struct kith_record_builder builder;

    kith_build_start(&builder, world->arena);
    build_day(&builder, KITH_NDA_END_AT, FIRST_DAY);
    return tell_step(world, who, seen, &body, &builder);
}

size_t pack_world_project(struct pack_world *world, size_t who, uint64_t seen,
                          uint64_t time_s)
{
    struct kith_body body = {.entry_class = KITH_CLASS_PROJECT,
                             .record = {.kind = KITH_KIND_PROJECT,
                                        .id = kith_id_random(),
                                        .revision = 1,
                                        .changed_at = (int64_t)time_s,
                                        .label = KITH_LABEL_INTERNAL},
                             .agreement = world->terms_digest,
                             .grant = kith_id_random(),
                             .purpose = kith_bytes_of("a test"),
                             .audience = {.bound = true, .version = 1}};
    struct kith_record_builder builder;

    kith_build_start(&builder, world->arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of("lumen"));
    assert_int_equal(kith_build_finish(&builder, &body.record), KITH_OK);
    return pack_world_tell(world, who, &body, seen, time_s);
}

void pack_world_part(struct pack_world *world, enum kith_evidence_part type,
                     struct kith_bytes content)
{
    assert_int_equal(
        kith_pack_add(&world->pack, (uint8_t)type, content, &world->file),
        KITH_OK);
}

void pack_world_begin(struct pack_world *world)
{
    const struct kith_evidence_head head = {.maker = *id_of(world, 0),
                                            .partner = *id_of(world, 1),
                                            .until_s = UINT64_MAX,
                                            .made_at = 1};
    struct kith_buf content = {0};

    world->file.len = 0;
    assert_int_equal(kith_pack_begin(&world->pack, &world->file), KITH_OK);
    assert_int_equal(kith_evidence_head_encode(&head, &content), KITH_OK);
    pack_world_part(world, KITH_EVIDENCE_HEAD, kith_buf_bytes(&content));
    for (size_t who = 0; who < 2; who++) {
        const struct kith_card_signers signers =
            signers_of(&world->companies[who]);

        content.len = 0;
        assert_int_equal(kith_card_make(&world->companies[who].part,
                                        &world->companies[who].address,
                                        &signers, &content),
                         KITH_OK);
        pack_world_part(world, KITH_EVIDENCE_CARD, kith_buf_bytes(&content));
        if (world->former[who].len > 0)
            pack_world_part(world, KITH_EVIDENCE_CARD,
                            kith_buf_bytes(&world->former[who]));
    }
    kith_buf_clear(&content);
}

static void add_note(struct pack_world *world,
                     enum kith_evidence_note_kind kind, struct kith_bytes note)
{
    const struct kith_evidence_note part = {kind, note};
    struct kith_buf content = {0};

    assert_int_equal(kith_evidence_note_encode(&part, &content), KITH_OK);
    pack_world_part(world, KITH_EVIDENCE_NOTE, kith_buf_bytes(&content));
    kith_buf_clear(&content);
}

static void point_of(const struct pack_log *log,
                     struct kith_checkpoint *ret_point)
{
    *ret_point =
        (struct kith_checkpoint){.origin = log->origin, .size = log->count};
    kith_tree_root(&log->tree, &ret_point->root);
}

void pack_world_checkpoint(struct pack_world *world, size_t who)
{
    struct kith_checkpoint point;
    struct kith_buf note = {0};

    point_of(&world->logs[who], &point);
    assert_int_equal(
        kith_checkpoint_sign(&point, &world->companies[who].keys.log, &note),
        KITH_OK);
    add_note(world, KITH_EVIDENCE_CHECKPOINT, kith_buf_bytes(&note));
    kith_buf_clear(&note);
}

void pack_world_second(struct pack_world *world, size_t who, bool other)
{
    struct kith_checkpoint point;
    struct kith_buf note = {0};

    point_of(&world->logs[who], &point);
    point.root.b[0] ^= other;
    assert_int_equal(
        kith_checkpoint_sign(&point, &world->companies[who].keys.log, &note),
        KITH_OK);
    add_note(world, KITH_EVIDENCE_SECOND, kith_buf_bytes(&note));
    kith_buf_clear(&note);
}

void pack_world_receipt(struct pack_world *world, size_t who)
{
    const struct kith_receipt_signer signer = {
        .receiver = *id_of(world, 1 - who),
        .receipt_key = &world->companies[1 - who].keys.receipt,
        .time_s = FIRST_DAY * DAY_S};
    struct kith_checkpoint point;
    struct kith_buf note = {0};

    point_of(&world->logs[who], &point);
    assert_int_equal(kith_receipt_sign(&point, &signer, &note), KITH_OK);
    add_note(world, KITH_EVIDENCE_RECEIPT, kith_buf_bytes(&note));
    kith_buf_clear(&note);
}

void pack_world_notes(struct pack_world *world, size_t who)
{
    pack_world_checkpoint(world, who);
    pack_world_receipt(world, who);
}

/* The complete subtrees of a log, computed from its leaves. */
static enum kith_status node(void *ctx, unsigned level, uint64_t index,
                             struct kith_hash *ret_hash)
{
    const struct pack_log *log = ctx;
    struct kith_tree tree = {0};

    for (uint64_t i = index << level; i < (index + 1) << level; i++)
        assert_int_equal(kith_tree_append(&tree, &log->leaves[i]), KITH_OK);
    kith_tree_root(&tree, ret_hash);
    return KITH_OK;
}

void pack_world_entry(struct pack_world *world, size_t who, size_t index,
                      struct kith_evidence_entry *ret_entry)
{
    struct pack_log *log = &world->logs[who];
    const struct kith_tree_source source = {node, log};

    *ret_entry = log->entries[index];
    ret_entry->size = log->count;
    assert_int_equal(
        kith_inclusion_prove(&source, index, log->count, &ret_entry->proof),
        KITH_OK);
}

void pack_world_add(struct pack_world *world,
                    const struct kith_evidence_entry *entry)
{
    struct kith_buf content = {0};

    assert_int_equal(kith_evidence_entry_encode(entry, &content), KITH_OK);
    pack_world_part(world, KITH_EVIDENCE_ENTRY, kith_buf_bytes(&content));
    kith_buf_clear(&content);
}

void pack_world_finish(struct pack_world *world)
{
    const struct kith_bytes chain = {world->pack.chain.b, KITH_HASH_LEN};
    struct kith_sig signature;

    assert_int_equal(kith_sign(&world->companies[0].keys.statement,
                               KITH_STATEMENT_EVIDENCE, chain, &signature),
                     KITH_OK);
    pack_world_part(world, KITH_EVIDENCE_SIGNATURE,
                    (struct kith_bytes){signature.b, KITH_SIG_LEN});
    assert_int_equal(kith_pack_end(&world->pack, &world->file), KITH_OK);
}

void pack_world_make(struct pack_world *world)
{
    pack_world_begin(world);
    for (size_t who = 0; who < 2; who++) {
        if (world->logs[who].count == 0)
            continue;
        pack_world_notes(world, who);
        for (size_t i = 0; i < world->logs[who].count; i++) {
            struct kith_evidence_entry entry;

            pack_world_entry(world, who, i, &entry);
            pack_world_add(world, &entry);
        }
    }
    pack_world_finish(world);
}

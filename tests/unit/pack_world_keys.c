/* pack_world_keys - keys that change and are given up. */
#include "pack_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/signed.h"

struct kith_sign_key pack_world_renew(struct pack_world *world, size_t who)
{
    struct company *company = &world->companies[who];
    const struct kith_sign_key former = company->keys.statement;
    const struct kith_card_signers signers = signers_of(company);

    assert_int_equal(kith_card_make(&company->part, &company->address, &signers,
                                    &world->former[who]),
                     KITH_OK);
    kith_sign_key_new(&company->keys.statement);
    kith_keys_publish(&company->keys, &company->part);
    company->part.revision++;
    company->address.revision++;
    return former;
}

static void build_notice(struct kith_record_builder *builder,
                         struct kith_arena *arena,
                         const struct pack_notice *notice)
{
    kith_build_start(builder, arena);
    kith_build_choice(builder, KITH_KEY_NOTICE_KEY_USE, notice->use);
    kith_build_octets(builder, KITH_KEY_NOTICE_PUBLIC_KEY, notice->lost->b,
                      KITH_KEY_LEN);
    kith_build_number(builder, KITH_KEY_NOTICE_FROM_SIZE, 0);
    kith_build_number(builder, KITH_KEY_NOTICE_TO_SIZE, (int64_t)notice->to);
    kith_build_number(builder, KITH_KEY_NOTICE_COMPROMISED, 1);
    if (notice->log_number != 0)
        kith_build_number(builder, KITH_KEY_NOTICE_LOG_NUMBER,
                          notice->log_number);
}

size_t pack_world_give_up(struct pack_world *world, size_t who,
                          const struct pack_notice *notice)
{
    struct kith_body body = {.entry_class = KITH_CLASS_RELATION,
                             .record = {.kind = KITH_KIND_KEY_NOTICE}};
    struct kith_record_builder builder;
    struct kith_buf bytes = {0};
    struct kith_sig signature;

    build_notice(&builder, world->arena, notice);
    assert_int_equal(kith_build_finish(&builder, &body.record), KITH_OK);
    assert_int_equal(
        kith_signed_key_notice(&world->logs[who].origin, &body.record, &bytes),
        KITH_OK);
    assert_int_equal(kith_sign(notice->signer, KITH_STATEMENT_KEY_NOTICE,
                               kith_buf_bytes(&bytes), &signature),
                     KITH_OK);
    kith_buf_clear(&bytes);
    build_notice(&builder, world->arena, notice);
    kith_build_octets(&builder, KITH_KEY_NOTICE_SIGNATURE, signature.b,
                      KITH_SIG_LEN);
    assert_int_equal(kith_build_finish(&builder, &body.record), KITH_OK);
    body.record.id = kith_id_random();
    body.record.revision = 1;
    return pack_world_tell(world, who, &body, 0, PACK_WORLD_START_S);
}

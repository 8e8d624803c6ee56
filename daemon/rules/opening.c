/* opening - see the header. Not here: appending them (pump.c). */
#include "rules/opening.h"

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "store/logs.h"

static void build_opened(struct kith_record_builder *builder,
                         const struct act *act, const struct store_link *link)
{
    kith_build_number(builder, KITH_LOG_OPENED_LOG_NUMBER, link->out.number);
    kith_build_octets(builder, KITH_LOG_OPENED_OWN_CARD,
                      act->company->card_digest.b, KITH_HASH_LEN);
    kith_build_octets(builder, KITH_LOG_OPENED_PARTNER_CARD,
                      link->card_digest.b, KITH_HASH_LEN);
}

/* KEY of USE signs from the size at which that log now stands. */
static void build_key(struct kith_record_builder *builder, int64_t use,
                      const struct kith_key *key, uint64_t from)
{
    kith_build_choice(builder, KITH_KEY_NOTICE_KEY_USE, use);
    kith_build_octets(builder, KITH_KEY_NOTICE_PUBLIC_KEY, key->b,
                      KITH_KEY_LEN);
    kith_build_number(builder, KITH_KEY_NOTICE_FROM_SIZE, (int64_t)from);
}

enum kith_status opening_record(struct act *act, const struct store_link *link,
                                size_t which, struct kith_record *ret_record)
{
    struct kith_record record = {.kind = which == 0 ? KITH_KIND_LOG_OPENED
                                                    : KITH_KIND_KEY_NOTICE,
                                 .id = kith_id_random(),
                                 .revision = 1,
                                 .changed_at = act->now};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    if (which == 0)
        build_opened(&builder, act, link);
    else if (which == 1)
        build_key(&builder, KITH_NOTICE_KEY_LOG, &act->company->log.pk, 0);
    else
        build_key(&builder, KITH_NOTICE_KEY_RECEIPT, &act->company->receipt.pk,
                  link->in.receipted);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

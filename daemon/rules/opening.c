/* opening - see the header. Not here: appending them (pump.c). */
#include "rules/opening.h"

#include "kith/checkpoint.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/key_notice.h"
#include "rules/keyring.h"
#include "rules/next_log.h"
#include "store/logs.h"

static enum kith_status build_opened(struct kith_record_builder *builder,
                                     struct act *act,
                                     const struct store_link *link)
{
    struct kith_checkpoint previous;
    enum kith_status status = next_log_previous(act, link, &previous);

    kith_build_number(builder, KITH_LOG_OPENED_LOG_NUMBER, link->out.number);
    if (status == KITH_OK) {
        kith_build_number(builder, KITH_LOG_OPENED_PREVIOUS_SIZE,
                          (int64_t)previous.size);
        kith_build_octets(builder, KITH_LOG_OPENED_PREVIOUS_ROOT,
                          previous.root.b, KITH_HASH_LEN);
    }
    kith_build_octets(builder, KITH_LOG_OPENED_OWN_CARD,
                      act->company->card_digest.b, KITH_HASH_LEN);
    kith_build_octets(builder, KITH_LOG_OPENED_PARTNER_CARD,
                      link->card_digest.b, KITH_HASH_LEN);
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* The notice of the log key, or of the receipt key from the size at which the
 * partner's log now stands. */
static enum kith_status build_key(struct act *act,
                                  const struct store_link *link, bool receipt,
                                  struct kith_record *ret_record)
{
    struct keyring_row row = {.use = KITH_LINK_KEY_USE_LOG,
                              .ours = true,
                              .key = act->company->log.pk,
                              .to = UINT64_MAX};

    if (receipt) {
        row.use = KITH_LINK_KEY_USE_RECEIPT;
        row.key = act->company->receipt.pk;
        row.from = link->in.receipted;
        row.log_number = link->in.number == 0 ? 1 : link->in.number;
    }
    return key_notice_record(act, link, &row, ret_record);
}

enum kith_status opening_record(struct act *act, const struct store_link *link,
                                size_t which, struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_LOG_OPENED,
                                 .id = kith_id_random(),
                                 .revision = 1,
                                 .changed_at = act->now};
    struct kith_record_builder builder;
    enum kith_status status;

    if (which > 0)
        return build_key(act, link, which > 1, ret_record);
    kith_build_start(&builder, act->arena);
    status = build_opened(&builder, act, link);
    if (status == KITH_OK)
        status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

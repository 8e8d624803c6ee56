/* key_notice - see the header.
 *
 * Not here: what is signed (kith/signed.h); verifying with what notices say (keyring.c).
 */
#include "rules/key_notice.h"

#include <stdio.h>
#include <string.h>

#include "kith/body.h"
#include "kith/kinds.h"
#include "kith/signed.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/keyring.h"
#include "rules/logkeys.h"
#include "rules/outbox.h"
#include "rules/peer.h"
#include "rules/verdict.h"

/* LINK is of the log that the notice stands in. The two logs of a link have
 * their numbers apart: a receipt key's sizes may be of one with another. */
static void build(struct kith_record_builder *builder, struct act *act,
                  const struct store_link *link, const struct keyring_row *row)
{
    kith_build_start(builder, act->arena);
    kith_build_choice(builder, KITH_KEY_NOTICE_KEY_USE, row->use);
    kith_build_octets(builder, KITH_KEY_NOTICE_PUBLIC_KEY, row->key.b,
                      KITH_KEY_LEN);
    kith_build_number(builder, KITH_KEY_NOTICE_FROM_SIZE, (int64_t)row->from);
    if (row->to != UINT64_MAX)
        kith_build_number(builder, KITH_KEY_NOTICE_TO_SIZE, (int64_t)row->to);
    if (row->compromised)
        kith_build_number(builder, KITH_KEY_NOTICE_COMPROMISED, 1);
    if (row->use == KITH_LINK_KEY_USE_RECEIPT &&
        row->log_number != link->out.number)
        kith_build_number(builder, KITH_KEY_NOTICE_LOG_NUMBER, row->log_number);
}

/* Signs RECORD, which says what ROW says, for our log to LINK. */
static enum kith_status sign(struct act *act, const struct store_link *link,
                             const struct kith_record *record,
                             struct keyring_row *row)
{
    struct kith_origin origin;
    struct kith_buf bytes = {0};
    enum kith_status status;

    logkeys_origin(act, link, STORE_OUT, &origin);
    status = kith_signed_key_notice(&origin, record, &bytes);
    if (status == KITH_OK)
        status = kith_sign(&act->company->statement, KITH_STATEMENT_KEY_NOTICE,
                           kith_buf_bytes(&bytes), &row->signature);
    kith_buf_clear(&bytes);
    row->is_signed = status == KITH_OK;
    return status;
}

enum kith_status key_notice_record(struct act *act,
                                   const struct store_link *link,
                                   struct keyring_row *row,
                                   struct kith_record *ret_record)
{
    struct kith_record record = {.kind = KITH_KIND_KEY_NOTICE,
                                 .id = kith_id_random(),
                                 .revision = 1,
                                 .changed_at = act->now};
    struct kith_record_builder builder;
    enum kith_status status;

    build(&builder, act, link, row);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = sign(act, link, &record, row);
    if (status != KITH_OK)
        return status;
    build(&builder, act, link, row);
    kith_build_octets(&builder, KITH_KEY_NOTICE_SIGNATURE, row->signature.b,
                      KITH_SIG_LEN);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

enum kith_status key_notice_tell(struct act *act, const struct store_link *link,
                                 struct keyring_row *row)
{
    struct kith_record record;
    enum kith_status status;

    if (link->out.number == 0)
        return KITH_OK;
    status = key_notice_record(act, link, row, &record);
    if (status == KITH_OK)
        status = keyring_put(act, link->number, row);
    if (status == KITH_OK)
        status = outbox_add(act, link, OUTBOX_RELATION, &record);
    return status;
}

static void read_notice(const struct store_link *link,
                        const struct kith_record *record,
                        struct keyring_row *ret_row)
{
    *ret_row = (struct keyring_row){
        .use = (enum kith_link_key_use)kith_record_value(
            record, KITH_KEY_NOTICE_KEY_USE, 0),
        .from =
            (uint64_t)kith_record_value(record, KITH_KEY_NOTICE_FROM_SIZE, 0),
        .to = (uint64_t)kith_record_value(record, KITH_KEY_NOTICE_TO_SIZE, -1),
        .compromised =
            kith_record_value(record, KITH_KEY_NOTICE_COMPROMISED, 0) != 0,
        .is_signed =
            kith_record_field(record, KITH_KEY_NOTICE_SIGNATURE) != NULL};
    (void)!kith_record_octets(record, KITH_KEY_NOTICE_PUBLIC_KEY,
                              ret_row->key.b, KITH_KEY_LEN);
    (void)!kith_record_octets(record, KITH_KEY_NOTICE_SIGNATURE,
                              ret_row->signature.b, KITH_SIG_LEN);
    if (ret_row->use == KITH_LINK_KEY_USE_LOG)
        ret_row->log_number = link->in.number;
    else if (ret_row->use == KITH_LINK_KEY_USE_RECEIPT)
        ret_row->log_number = (uint32_t)kith_record_value(
            record, KITH_KEY_NOTICE_LOG_NUMBER, link->in.number);
}

/* Does RECORD name, for a receipt key alone, a log that we have? Before the
 * first is open it is the first. */
static bool names_our_log(const struct store_link *link,
                          const struct kith_record *record)
{
    const int64_t newest = link->out.number == 0 ? 1 : link->out.number;
    const int64_t number =
        kith_record_value(record, KITH_KEY_NOTICE_LOG_NUMBER, 1);

    return number >= 1 && number <= newest &&
           (kith_record_field(record, KITH_KEY_NOTICE_LOG_NUMBER) == NULL ||
            kith_record_value(record, KITH_KEY_NOTICE_KEY_USE, 0) ==
                KITH_LINK_KEY_USE_RECEIPT);
}

/* Does the partner's newest card name the key of ROW for this use? */
static enum kith_status is_newest(struct act *act,
                                  const struct store_link *link,
                                  const struct keyring_row *row,
                                  bool *ret_newest)
{
    const struct peer *peer;
    enum kith_status status = peer_get(act, link, &peer);

    if (status != KITH_OK)
        return status;
    *ret_newest = kith_key_equal(
        &row->key, row->use == KITH_LINK_KEY_USE_LOG       ? &peer->log
                   : row->use == KITH_LINK_KEY_USE_RECEIPT ? &peer->receipt
                                                           : &peer->statement);
    return KITH_OK;
}

/* The count is of entries that the key's word was taken for so far. */
static enum kith_status tell_operator(struct act *act,
                                      const struct store_link *link,
                                      const struct keyring_row *row)
{
    static const char *const uses[] = {"", "log", "receipt", "statement"};
    const uint64_t held = row->use == KITH_LINK_KEY_USE_LOG ? link->in.noted
                          : row->use == KITH_LINK_KEY_USE_RECEIPT
                              ? link->out.receipted
                              : 0;

    if (row->to == UINT64_MAX)
        return KITH_OK;
    return audit_add(
        act, &(struct audit_line){
                 .what = row->compromised ? "key_compromised" : "key_ended",
                 .link = link->number,
                 .text = uses[row->use],
                 .log_number = row->log_number,
                 .index = row->to,
                 .count = held > row->to ? held - row->to : 0});
}

/* Keeps what the notice says of a key that has a row, or makes one. */
static enum kith_status keep(struct act *act, struct store_link *link,
                             const struct keyring_row *said,
                             struct apply_entry *entry)
{
    struct keyring_row row = *said;
    enum kith_status status = keyring_find(act, link->number, &row);
    bool newest = false;

    if (status == KITH_NOT_FOUND) {
        status = is_newest(act, link, said, &newest);
        row.card = link->card_digest;
        if (status == KITH_OK && !newest) {
            apply_reject(entry, APPLY_KEY);
            return KITH_OK;
        }
        /* as the card says: nothing to keep */
        if (status == KITH_OK && said->from == 0 && said->to == UINT64_MAX)
            return KITH_OK;
    }
    if (status != KITH_OK)
        return status;
    /* a later log begins with a notice of the same key, from its day on */
    if (row.number == 0 || said->from < row.from)
        row.from = said->from;
    if (said->to < row.to)
        row.to = said->to;
    row.compromised = row.compromised || said->compromised;
    row.is_signed = true;
    row.signature = said->signature;
    status = keyring_put(act, link->number, &row);
    if (status == KITH_LIMIT) {
        apply_reject(entry, APPLY_KEY);
        return KITH_OK;
    }
    return status == KITH_OK ? tell_operator(act, link, &row) : status;
}

enum kith_status key_notice_take(struct act *act, struct store_link *link,
                                 const struct kith_body *body,
                                 struct apply_entry *entry)
{
    struct keyring_row row;
    struct kith_buf bytes = {0};
    struct kith_origin origin;
    bool newest = false;
    enum kith_status status;

    if (!names_our_log(link, &body->record)) {
        apply_reject(entry, APPLY_KEY);
        return KITH_OK;
    }
    read_notice(link, &body->record, &row);
    if (!row.is_signed) {
        /* it says what the card says, and proves nothing more */
        status = is_newest(act, link, &row, &newest);
        if (status == KITH_OK &&
            (!newest || row.to != UINT64_MAX || row.compromised))
            apply_reject(entry, APPLY_KEY);
        return status;
    }
    logkeys_origin(act, link, STORE_IN, &origin);
    status = kith_signed_key_notice(&origin, &body->record, &bytes);
    if (status == KITH_OK)
        status = keyring_statement(act, link, KITH_STATEMENT_KEY_NOTICE,
                                   kith_buf_bytes(&bytes), &row.signature);
    kith_buf_clear(&bytes);
    if (status == KITH_UNTRUSTED) {
        apply_reject(entry, APPLY_KEY);
        return KITH_OK;
    }
    return status == KITH_OK ? keep(act, link, &row, entry) : status;
}

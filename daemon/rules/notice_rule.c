/* notice_rule - see the header. Not here: what a rule asks for (notice.c).
 */
#include "rules/notice_rule.h"

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/audit.h"
#include "rules/cache.h"
#include "store/state.h"

enum kith_status notice_rule_note(struct act *act, const char *what,
                                  const struct kith_record *rule)
{
    const struct kith_bytes channel = kith_arena_copy(
        act->arena, kith_record_bytes(rule, KITH_NOTICE_RULE_CHANNEL));

    if (channel.data == NULL)
        return KITH_NOMEM;
    return audit_add(act,
                     &(struct audit_line){.what = what,
                                          .item = &rule->id,
                                          .text = (const char *)channel.data});
}

enum kith_status notice_rule_end(struct act *act, uint64_t number,
                                 const struct kith_record *rule,
                                 struct kith_record *ret_ended)
{
    struct kith_record_builder builder;
    struct kith_record ended = *rule;
    enum kith_status status;

    kith_build_from(&builder, act->arena, rule, KITH_NOTICE_RULE_ENDED);
    kith_build_number(&builder, KITH_NOTICE_RULE_ENDED, 1);
    status = kith_build_finish(&builder, &ended);
    if (status == KITH_OK)
        status =
            store_state_put(act->txn, KITH_KIND_NOTICE_RULE, &number, &ended);
    cache_drop(act->company);
    if (status == KITH_OK)
        status = notice_rule_note(act, "notice_rule_ended", &ended);
    *ret_ended = ended;
    return status;
}

enum kith_status notice_rules_end(struct act *act, const struct kith_id *person)
{
    const struct kith_bytes wanted = {person->b, KITH_ID_LEN};
    struct kith_record rule, ended;
    uint64_t number = 0;
    enum kith_status status;

    for (;;) {
        status = store_state_next(act->txn, KITH_KIND_NOTICE_RULE, &number,
                                  act->arena, &rule);
        if (status != KITH_OK)
            break;
        if (kith_record_value(&rule, KITH_NOTICE_RULE_ENDED, 0) == 0 &&
            kith_bytes_equal(kith_record_bytes(&rule, KITH_NOTICE_RULE_PERSON),
                             wanted))
            status = notice_rule_end(act, number, &rule, &ended);
        if (status != KITH_OK)
            return status;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* quota - counts, compares, and words for both operators.
 *
 * Not here: what a push holds (intake.c), what the sender does when it is
 * refused (link_push.c).
 */
#include "rules/quota.h"

#include "rules/act.h"
#include "rules/audit.h"

enum {
    SECONDS_A_MINUTE = 60,
    SECONDS_A_DAY = 86400
};

static const struct {
    const char *code, *sentence;
} bounds[QUOTA_BOUNDS] = {
    [QUOTA_NONE] = {"none", "within the quota"},
    [QUOTA_ENTRIES] = {"entries_minute",
                       "more entries within a minute than the refusing side "
                       "takes from one partner; the rest follows by itself"},
    [QUOTA_BYTES] = {"bytes_day",
                     "more bytes within a day than the refusing side takes "
                     "from one partner; the rest follows by itself tomorrow"},
    [QUOTA_STORED] = {"stored_bytes",
                      "the refusing side stores as much of one partner as it "
                      "may; a person there has to make room"},
    [QUOTA_STORE] = {"store_full",
                     "the store of the refusing side is full; a person there "
                     "has to raise store_map"},
};

const char *quota_code(enum quota_bound bound)
{
    return bounds[bound].code;
}

const char *quota_sentence(enum quota_bound bound)
{
    return bounds[bound].sentence;
}

static uint64_t value_or(uint64_t value, uint64_t otherwise)
{
    return value != 0 ? value : otherwise;
}

void quota_limits_now(const struct act *act, struct quota_limits *ret_limits)
{
    const struct quota_limits *set = &act->company->limits;
    const uint64_t mib = 1024 * 1024;

    *ret_limits = (struct quota_limits){
        .entries_minute =
            value_or(set->entries_minute, KITH_QUOTA_ENTRIES_MINUTE),
        .bytes_day = value_or(set->bytes_day, KITH_QUOTA_BYTES_DAY_MIB * mib),
        .stored_bytes =
            value_or(set->stored_bytes, KITH_QUOTA_STORED_MIB * mib),
        .store_full = set->store_full};
}

/* Would USED and MORE be above LIMIT, or above its reserve? */
static bool is_over(uint64_t used, uint64_t more, uint64_t limit, bool reserve)
{
    if (reserve)
        limit += limit / KITH_QUOTA_RESERVE_SHARE;
    return used > limit || more > limit - used;
}

enum quota_bound quota_ask(const struct act *act, const struct store_link *link,
                           struct quota_use *use, const struct quota_cost *cost)
{
    const int64_t minute = act->now / SECONDS_A_MINUTE;
    const int64_t day = act->now / SECONDS_A_DAY;
    struct quota_limits limits;

    quota_limits_now(act, &limits);
    if (use->minute != minute)
        use->entries = 0;
    if (use->day != day)
        use->bytes = 0;
    use->minute = minute;
    use->day = day;
    if (cost->bytes == 0)
        return QUOTA_NONE;
    if (cost->reserve)
        limits.entries_minute += KITH_QUOTA_RESERVE_ENTRIES;
    if (is_over(use->entries, cost->entries, limits.entries_minute,
                cost->reserve))
        return QUOTA_ENTRIES;
    if (is_over(use->bytes, cost->bytes, limits.bytes_day, cost->reserve))
        return QUOTA_BYTES;
    if (is_over(link->stored, cost->bytes, limits.stored_bytes, cost->reserve))
        return QUOTA_STORED;
    return limits.store_full && !cost->reserve ? QUOTA_STORE : QUOTA_NONE;
}

void quota_take(struct store_link *link, struct quota_use *use,
                const struct quota_cost *cost)
{
    use->entries += cost->entries;
    use->bytes += cost->bytes;
    link->stored += cost->bytes;
}

static enum kith_status note(struct act *act, const struct store_link *link,
                             enum quota_bound bound, uint64_t count)
{
    return audit_add(act, &(struct audit_line){.what = "quota_met",
                                               .link = link->number,
                                               .text = quota_code(bound),
                                               .count = count});
}

enum kith_status quota_passed(struct act *act, const struct store_link *link,
                              struct quota_use *use)
{
    const enum quota_bound over = use->over;
    const uint64_t refusals = use->refusals;

    use->over = QUOTA_NONE;
    use->refusals = 0;
    return refusals == 0 ? KITH_OK : note(act, link, over, refusals);
}

enum kith_status quota_refused(struct act *act, const struct store_link *link,
                               struct quota_use *use, enum quota_bound bound)
{
    enum kith_status status = KITH_OK;

    if (use->over == bound && use->over_day == use->day) {
        use->refusals++;
        return KITH_OK;
    }
    status = quota_passed(act, link, use);
    use->over = bound;
    use->over_day = use->day;
    return status == KITH_OK ? note(act, link, bound, 1) : status;
}

/* last_good - see the header. Not here: what follows from a size
 * (rules/key_change.c).
 */
#include "core/last_good.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "kith/error.h"
#include "rules/act.h"
#include "rules/key_change.h"
#include "rules/resolve.h"

static enum kith_status refuse(struct act *act, const char *text)
{
    return kith_fail(act->err, KITH_INVALID, "usage",
                     "--last-good SIZE or PARTNER=SIZE",
                     "'%.60s' is no size of a log", text);
}

/* A size in decimal, to the end of TEXT. */
static bool read_size(const char *text, uint64_t *ret_size)
{
    uint64_t size = 0;
    size_t len = strspn(text, "0123456789");

    if (len == 0 || len > 18 || text[len] != '\0')
        return false;
    for (size_t i = 0; i < len; i++)
        size = size * 10 + (uint64_t)(text[i] - '0');
    *ret_size = size;
    return true;
}

/* A partner's size is one that the key has signed and that is below what
 * counts anyway; another one is a slip. */
static enum kith_status check_partner(struct act *act,
                                      const struct store_link *link, bool log,
                                      uint64_t size)
{
    const uint64_t most = log ? link->out.receipted : link->in.receipted;

    if (size <= most)
        return KITH_OK;
    return kith_fail(act->err, KITH_INVALID, "last_good",
                     "leave --last-good out, then what is receipted counts",
                     log ? "%s has receipted %" PRIu64 " entries of ours, not "
                           "%" PRIu64
                         : "of what %s told, %" PRIu64
                           " entries are receipted, not %" PRIu64,
                     link->alias, most, size);
}

static enum kith_status read_one(struct act *act, const char *text, bool log,
                                 struct key_limit *ret_limit)
{
    const char *equals = strchr(text, '=');
    const char *size = equals == NULL ? text : equals + 1;
    struct store_link link;
    enum kith_status status;

    ret_limit->link = 0;
    if (!read_size(size, &ret_limit->last_good))
        return refuse(act, text);
    if (equals == NULL)
        return KITH_OK;
    status = resolve_partner(
        act,
        (struct kith_bytes){(const uint8_t *)text, (size_t)(equals - text)},
        &link);
    if (status != KITH_OK)
        return status;
    ret_limit->link = link.number;
    return check_partner(act, &link, log, ret_limit->last_good);
}

enum kith_status last_good_read(struct act *act, const struct options *options,
                                struct key_limit *ret_limits, size_t *ret_count)
{
    const char *key = options->n_keys == 1 ? options->keys[0] : "";
    const bool log = strcmp(key, "log") == 0;

    *ret_count = 0;
    if (options->n_last_good == 0)
        return KITH_OK;
    if (!options->compromised || (!log && strcmp(key, "receipt") != 0))
        return kith_fail(act->err, KITH_INVALID, "usage",
                         "--key log --compromised --last-good SIZE",
                         "--last-good is for one compromised log or receipt "
                         "key");
    for (size_t i = 0; i < options->n_last_good; i++) {
        enum kith_status status =
            read_one(act, options->last_good[i], log, &ret_limits[i]);

        if (status != KITH_OK)
            return status;
        for (size_t j = 0; j < i; j++) {
            if (ret_limits[j].link == ret_limits[i].link)
                return kith_fail(act->err, KITH_INVALID, "usage",
                                 "one --last-good for each partner",
                                 "'%.60s' stands for a partner that has a size "
                                 "already",
                                 options->last_good[i]);
        }
    }
    *ret_count = options->n_last_good;
    return KITH_OK;
}

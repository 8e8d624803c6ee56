/* notice_row - what rules and notices have in common.
 */
#include "core/notice_row.h"

#include "base/config.h"
#include "core/call.h"
#include "core/daemon.h"
#include "rules/notice.h"

enum kith_status notice_row_channel(struct daemon *daemon, struct call *call,
                                    struct kith_bytes name)
{
    const char *text =
        (const char *)kith_arena_copy(call->act.arena, name).data;

    if (name.len == 0)
        return call_fail(call, KITH_INVALID, "arguments",
                         "--channel NAME, or --channel inbox",
                         "name the channel");
    if (kith_bytes_is(name, NOTICE_INBOX) ||
        config_channel(daemon->config, text) != NULL)
        return KITH_OK;
    return call_fail(call, KITH_NOT_FOUND, "no_channel",
                     "add a channel to kith.conf, then kith reload",
                     "there is no channel '%.60s'", text);
}

void notice_row_copy(struct call *call, const struct kith_record *record,
                     const uint32_t pairs[][2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct kith_field *field = kith_record_field(record, pairs[i][1]);
        struct kith_field copy;

        if (field == NULL)
            continue;
        copy = *field;
        copy.number = pairs[i][0];
        kith_build_field(&call->builder, &copy);
    }
}

/* failing_story - runs the steps. Not here: the steps (failing_steps.c). */
#include "failing_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failing.h"
#include "rules/cache.h"
#include "rules/intake.h"
#include "rules/pump.h"

/* Its Nth call fails; beginning the transaction does not count. */
static enum kith_status try(struct story *story, struct world_company *company,
                            step *work, uint64_t n)
{
    struct act *act = world_begin(company);
    struct store_link link = world_link(company);
    enum kith_status status;

    failing_arm(n);
    status = work(story, act, &link);

    if (status == KITH_OK)
        status = store_commit(&act->txn);
    else
        store_abort(&act->txn);
    if (status != KITH_OK)
        cache_drop(&company->company);
    return status;
}

static bool is_ours(enum kith_status status)
{
    return status == KITH_NOMEM || status == KITH_IO || status == KITH_FULL;
}

void story_run(struct story *story, struct world_company *company, step *work)
{
    uint64_t n;

    for (n = 1;; n++) {
        enum kith_status status;

        status = try(story, company, work, n);
        if (!failing_disarm()) {
            assert_int_equal(status, KITH_OK);
            return;
        }
        story->failures++;
        if (status == KITH_OK) {
            story->swallowed++; /* it could do without */
            return;
        }
        if (!is_ours(status))
            fail_msg("call %llu, %s, came out as %s", (unsigned long long)n,
                     failing_name(), kith_status_name(status));
    }
}

static enum kith_status fill(struct story *story, struct act *act,
                             struct store_link *link)
{
    uint64_t bytes;
    enum kith_status status = pump_open_log(act, link);

    story->next = link->out.processed;
    return status == KITH_OK ? pump_fill(act, link, UINT64_MAX, &bytes)
                             : status;
}

static enum kith_status make_frame(struct story *story, struct act *act,
                                   struct store_link *link)
{
    const struct pump_span span = {.from = story->next,
                                   .gated_from = link->out.processed};
    enum kith_status status;

    kith_buf_clear(&story->frame);
    story->behind = story->next;
    status = pump_frame(act, link, &span, &story->frame, &story->behind);
    story->more = status == KITH_OK;
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

static enum kith_status take_in(struct story *story, struct act *act,
                                struct store_link *link)
{
    struct intake_result result;
    struct quota_use use = {0};
    enum kith_status status =
        intake_push(act, link, kith_buf_bytes(&story->frame), &use, &result);

    kith_buf_clear(&story->receipt);
    return status == KITH_OK ? intake_receipt(act, link, &story->receipt)
                             : status;
}

static enum kith_status take_receipt(struct story *story, struct act *act,
                                     struct store_link *link)
{
    int64_t time;

    return pump_receipt(act, link, kith_buf_bytes(&story->receipt), &time);
}

void story_carry(struct story *story, struct world_company *from,
                 struct world_company *to)
{
    story_run(story, from, fill);
    do {
        story_run(story, from, make_frame);
        if (story->more) {
            story_run(story, to, take_in);
            story_run(story, from, take_receipt);
        }
        story->next = story->behind;
    } while (story->more);
}

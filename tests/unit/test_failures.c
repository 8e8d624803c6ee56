/* failures - a story of two companies in which, in every transaction, every
 * allocation of our code and every access to a row of the store fails once.
 *
 * Each failure must come out as one of ours (never as a fault of the partner),
 * must leave nothing behind, and the same work done again must succeed: the
 * story ends as one without failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failing.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/access.h"
#include "rules/agreement.h"
#include "rules/cache.h"
#include "rules/destruction.h"
#include "rules/intake.h"
#include "rules/ledger.h"
#include "rules/next_log.h"
#include "rules/partner.h"
#include "rules/person.h"
#include "rules/pump.h"
#include "rules/resolve.h"
#include "rules_world.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400,
    ALL_KINDS = 1 << KITH_KIND_PROJECT | 1 << KITH_KIND_GENERATION |
                1 << KITH_KIND_MILESTONE | 1 << KITH_KIND_MESSAGE
};

/* What the steps hand on to each other. */
struct story {
    struct world *world;
    struct world_company *from, *to; /* of the carrying under way */
    struct kith_buf frame, receipt;
    uint64_t next;   /* first index of the next push */
    uint64_t behind; /* of the one after it, once that is made */
    bool more;       /* there was a frame */
    struct destruction_found found;
    uint64_t failures, swallowed;
};

/* The work of one transaction of COMPANY. */
typedef enum kith_status step(struct story *story, struct act *act,
                              struct store_link *link);

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

/* Does WORK with its first call failing, then its second ... until it is done
 * without any. */
static void run(struct story *story, struct world_company *company, step *work)
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

/* Carries all that FROM has queued to TO, and the receipts back. */
static void carry(struct story *story, struct world_company *from,
                  struct world_company *to)
{
    run(story, from, fill);
    do {
        run(story, from, make_frame);
        if (story->more) {
            run(story, to, take_in);
            run(story, from, take_receipt);
        }
        story->next = story->behind;
    } while (story->more);
}

static void build_day(struct kith_record_builder *builder, uint32_t number,
                      int32_t day)
{
    const struct kith_when when = {.kind = KITH_WHEN_DATE, .from_day = day};

    kith_build_when(builder, number, &when);
}

static const struct agreement_signer signer = {{(const uint8_t *)"ana", 3},
                                               {NULL, 0}};

static enum kith_status propose(struct story *story, struct act *act,
                                struct store_link *link)
{
    struct kith_record terms = {.kind = KITH_KIND_NDA_PROPOSAL};
    struct kith_record_builder builder;
    struct kith_hash document;
    uint64_t number;
    enum kith_status status;

    (void)story;
    kith_sha256("nda", 3, &document);
    kith_build_start(&builder, act->arena);
    kith_build_octets(&builder, KITH_NDA_DOCUMENT, document.b, KITH_HASH_LEN);
    kith_build_text(&builder, KITH_NDA_PURPOSE, kith_bytes_of("assembly"));
    build_day(&builder, KITH_NDA_EFFECTIVE, TODAY - 1);
    build_day(&builder, KITH_NDA_UNTIL, TODAY + 100);
    status = kith_build_finish(&builder, &terms);
    return status == KITH_OK
               ? agreement_propose(act, link, &terms, &signer, &number)
               : status;
}

static enum kith_status sign(struct story *story, struct act *act,
                             struct store_link *link)
{
    struct kith_hash document;
    uint64_t number;

    (void)story;
    kith_sha256("nda", 3, &document);
    return agreement_sign(act, link,
                          &(struct agreement_wanted){.document = &document},
                          &signer, &number);
}

static enum kith_status announce(struct story *story, struct act *act,
                                 struct store_link *link)
{
    const struct person_wish wish = {
        .name = kith_bytes_of("jan"), .role = KITH_ROLE_EDITOR, .uid = 1000};
    const struct kith_id any = {{0}};
    uint64_t number;
    enum kith_status status = person_add(act, &wish, &number);

    (void)story;
    return status == KITH_OK ? person_announce(act, link, number, &any)
                             : status;
}

static enum kith_status post_project(struct story *story, struct act *act,
                                     struct store_link *link)
{
    struct kith_record record = {.kind = KITH_KIND_PROJECT};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    enum kith_status status;

    (void)story;
    (void)link;
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_PROJECT_NAME, kith_bytes_of("lumen"));
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = ledger_post(act, &record, 0, &posted);
    record = (struct kith_record){.kind = KITH_KIND_GENERATION};
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_GENERATION_PROJECT, kith_bytes_of("lumen"));
    kith_build_text(&builder, KITH_GENERATION_NAME, kith_bytes_of("g1"));
    if (status == KITH_OK)
        status = kith_build_finish(&builder, &record);
    return status == KITH_OK ? ledger_post(act, &record, 0, &posted) : status;
}

static enum kith_status post_milestone(struct act *act, int32_t day)
{
    struct kith_record record = {.kind = KITH_KIND_MILESTONE,
                                 .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_MILESTONE_GENERATION,
                    kith_bytes_of("lumen/g1"));
    kith_build_choice(&builder, KITH_MILESTONE_TYPE, KITH_MILESTONE_OTHER);
    kith_build_text(&builder, KITH_MILESTONE_TITLE, kith_bytes_of("start"));
    build_day(&builder, KITH_MILESTONE_PLANNED, day);
    status = kith_build_finish(&builder, &record);
    return status == KITH_OK ? ledger_post(act, &record, 0, &posted) : status;
}

static enum kith_status plan(struct story *story, struct act *act,
                             struct store_link *link)
{
    (void)story;
    (void)link;
    return post_milestone(act, 20000);
}

static enum kith_status move(struct story *story, struct act *act,
                             struct store_link *link)
{
    (void)story;
    (void)link;
    return post_milestone(act, 20030);
}

/* A grant on lumen that hides HIDE, when it is not NULL. */
static enum kith_status grant(struct act *act, const struct store_link *link,
                              const char *hide)
{
    const struct kith_bytes hidden = kith_bytes_of(hide != NULL ? hide : "");
    struct disclosure_counts counts;
    struct store_head project;
    struct grant_wish wish;
    uint64_t number;
    enum kith_status status = resolve_record(act, kith_bytes_of("lumen"),
                                             KITH_KIND_PROJECT, &project);

    if (status != KITH_OK)
        return status;
    wish = (struct grant_wish){.project = project.ref.record,
                               .project_id = project.id,
                               .kinds = ALL_KINDS,
                               .purpose = kith_bytes_of("assembly"),
                               .bound = true,
                               .from_day = TODAY,
                               .until_day = TODAY + 30,
                               .hidden = &hidden,
                               .n_hidden = hide != NULL};
    return grant_add(act, link, &wish, &number, &counts);
}

static enum kith_status grant_all(struct story *story, struct act *act,
                                  struct store_link *link)
{
    (void)story;
    return grant(act, link, NULL);
}

static enum kith_status grant_less(struct story *story, struct act *act,
                                   struct store_link *link)
{
    (void)story;
    return grant(act, link, "milestone.planned");
}

/* As jan: looks the milestone up by its path and notes that he has read it. */
static enum kith_status read_milestone(struct story *story, struct act *act,
                                       struct store_link *link)
{
    struct kith_record record;
    struct store_head head;
    char path[KITH_PATH_MAX + 1];
    enum kith_status status =
        person_find(act, kith_bytes_of("jan"), &act->person);

    (void)story;
    (void)snprintf(path, sizeof(path), "%s:lumen/g1/start", link->alias);
    if (status == KITH_OK)
        status = resolve_record(act, kith_bytes_of(path), 0, &head);
    if (status == KITH_OK)
        status = access_read(act, &head, &record);
    return status == KITH_OK ? access_note_read(act, &head, record.revision)
                             : status;
}

static enum kith_status answer(struct story *story, struct act *act,
                               struct store_link *link)
{
    struct kith_record record = {.kind = KITH_KIND_ANSWER,
                                 .label = KITH_LABEL_INTERNAL};
    struct kith_record_builder builder;
    struct ledger_posted posted;
    char path[KITH_PATH_MAX + 1];
    enum kith_status status;

    (void)story;
    (void)snprintf(path, sizeof(path), "%s:lumen/g1/start", link->alias);
    kith_build_start(&builder, act->arena);
    kith_build_text(&builder, KITH_ANSWER_TO, kith_bytes_of(path));
    kith_build_choice(&builder, KITH_ANSWER_VERDICT, 1);
    status = kith_build_finish(&builder, &record);
    return status == KITH_OK ? ledger_post(act, &record, 0, &posted) : status;
}

static enum kith_status go_on(struct story *story, struct act *act,
                              struct store_link *link)
{
    (void)story;
    return next_log_open(act, link);
}

static enum kith_status ask_destruction(struct story *story, struct act *act,
                                        struct store_link *link)
{
    struct store_head project;
    uint64_t number, withdrawn;
    enum kith_status status = resolve_record(act, kith_bytes_of("lumen"),
                                             KITH_KIND_PROJECT, &project);
    const struct destruction_wish wish = {link, &project, TODAY + 9};

    (void)story;
    return status == KITH_OK
               ? destruction_request(act, &wish, &number, &withdrawn)
               : status;
}

static enum kith_status begin_destruction(struct story *story, struct act *act,
                                          struct store_link *link)
{
    const struct destruction_officer who = {.name = kith_bytes_of("J. Bauer")};

    (void)story;
    (void)link;
    return destruction_begin(act, 1, &who);
}

static enum kith_status end_destruction(struct story *story, struct act *act,
                                        struct store_link *link)
{
    uint64_t number;
    enum kith_status status = destruction_under_way(act, &number);

    (void)link;
    free(story->found.slots);
    story->found = (struct destruction_found){.slots = NULL};
    if (status == KITH_OK)
        status = destruction_entries(act, number, &story->found);
    return status == KITH_OK ? destruction_finish(act, number, &story->found)
                             : status;
}

static enum kith_status end_agreement(struct story *story, struct act *act,
                                      struct store_link *link)
{
    (void)story;
    return agreement_end(act, link, 1, &signer);
}

static void agree_and_tell(struct story *story)
{
    struct world_company *oem = &story->world->oem, *ems = &story->world->ems;

    run(story, oem, propose);
    carry(story, oem, ems);
    run(story, ems, sign);
    run(story, ems, announce);
    carry(story, ems, oem);
    run(story, oem, post_project);
    run(story, oem, plan);
    run(story, oem, grant_all);
    carry(story, oem, ems);
    run(story, oem, move);
    carry(story, oem, ems);
    run(story, ems, read_milestone);
    run(story, ems, answer);
    carry(story, ems, oem);
}

static void test_no_failure_of_ours_loses_or_doubles_anything(void **state)
{
    struct story story = {.world = *state};
    struct world_company *oem = &story.world->oem, *ems = &story.world->ems;

    world_verify(story.world);
    agree_and_tell(&story);
    assert_int_equal(world_items(ems, KITH_KIND_MILESTONE), 1);
    assert_int_equal(world_items(oem, KITH_KIND_ANSWER), 1);
    assert_int_equal(world_audited(ems, "read"), 1);
    run(&story, oem, grant_less);
    carry(&story, oem, ems);
    run(&story, oem, go_on);
    run(&story, ems, go_on);
    carry(&story, oem, ems);
    carry(&story, ems, oem);
    assert_int_equal(world_items(ems, KITH_KIND_PROJECT), 1);
    run(&story, oem, ask_destruction);
    carry(&story, oem, ems);
    assert_int_equal(world_items(ems, KITH_KIND_PROJECT), 0);
    run(&story, ems, begin_destruction);
    run(&story, ems, end_destruction);
    carry(&story, ems, oem);
    assert_int_equal(world_audited(oem, "destruction_certified"), 1);
    run(&story, oem, end_agreement);
    carry(&story, oem, ems);
    assert_int_equal(world_queued(oem) + world_queued(ems), 0);
    print_message("%llu failures, %llu of them done without\n",
                  (unsigned long long)story.failures,
                  (unsigned long long)story.swallowed);
    free(story.found.slots);
    kith_buf_clear(&story.frame);
    kith_buf_clear(&story.receipt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_no_failure_of_ours_loses_or_doubles_anything, world_up,
            world_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

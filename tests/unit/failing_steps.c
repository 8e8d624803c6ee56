/* failing_steps - agreement, posting, grants, reading, answers, the next log. */
#include <stdio.h>
#include <stdlib.h>

#include "failing_story.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"
#include "rules/access.h"
#include "rules/agreement.h"
#include "rules/ledger.h"
#include "rules/next_log.h"
#include "rules/person.h"
#include "rules/resolve.h"
#include "store/state.h"

enum {
    TODAY = WORLD_NOW / 86400,
    ALL_KINDS = 1 << KITH_KIND_PROJECT | 1 << KITH_KIND_GENERATION |
                1 << KITH_KIND_MILESTONE | 1 << KITH_KIND_MESSAGE
};

static void build_day(struct kith_record_builder *builder, uint32_t number,
                      int32_t day)
{
    const struct kith_when when = {.kind = KITH_WHEN_DATE, .from_day = day};

    kith_build_when(builder, number, &when);
}

static const struct agreement_signer signer = {
    .name = {(const uint8_t *)"ana", 3}};

enum kith_status story_propose(struct story *story, struct act *act,
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

enum kith_status story_sign(struct story *story, struct act *act,
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

enum kith_status story_announce(struct story *story, struct act *act,
                                struct store_link *link)
{
    const struct person_wish wish = {
        .name = kith_bytes_of("jan"), .role = KITH_ROLE_EDITOR, .uid = 1000};
    const struct kith_id any = {{0}};
    uint64_t number;
    enum kith_status status = person_add(act, &wish, &number);

    (void)story;
    if (status == KITH_OK) {
        act->person = number;
        status = person_accept(act, link);
        act->person = 0;
    }
    return status == KITH_OK ? person_announce(act, link, number, &any)
                             : status;
}

enum kith_status story_post_project(struct story *story, struct act *act,
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

enum kith_status story_plan(struct story *story, struct act *act,
                            struct store_link *link)
{
    (void)story;
    (void)link;
    return post_milestone(act, 20000);
}

enum kith_status story_move(struct story *story, struct act *act,
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

enum kith_status story_grant_all(struct story *story, struct act *act,
                                 struct store_link *link)
{
    (void)story;
    return grant(act, link, NULL);
}

enum kith_status story_grant_less(struct story *story, struct act *act,
                                  struct store_link *link)
{
    (void)story;
    return grant(act, link, "milestone.planned");
}

/* As jan: looks the milestone up by its path and notes that he has read it. */
enum kith_status story_read_milestone(struct story *story, struct act *act,
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

enum kith_status story_answer(struct story *story, struct act *act,
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

enum kith_status story_go_on(struct story *story, struct act *act,
                             struct store_link *link)
{
    (void)story;
    return next_log_open(act, link);
}

enum kith_status story_ask_destruction(struct story *story, struct act *act,
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

enum kith_status story_begin_destruction(struct story *story, struct act *act,
                                         struct store_link *link)
{
    const struct destruction_officer who = {.name = kith_bytes_of("J. Bauer")};

    (void)story;
    (void)link;
    return destruction_begin(act, 1, &who);
}

enum kith_status story_end_destruction(struct story *story, struct act *act,
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

enum kith_status story_end_agreement(struct story *story, struct act *act,
                                     struct store_link *link)
{
    (void)story;
    return agreement_end(act, link, 1, &signer);
}

/* sim_post - records whose content is a serial number.
 *
 * Not here: what must arrive of them (sim_audit).
 */
#include "sim/sim_post.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/ledger.h"
#include "sim/sim_host.h"
#include "sim/sim_model.h"
#include "sim/sim_random.h"
#include "store/logs.h"

enum {
    FIRST_DAY = 20000
};

struct posting {
    struct sim_world *world;
    struct sim_side *side;
    struct sim_record record; /* as it will stand in the model */
    struct kith_id about;     /* parent, or what is answered */
    bool revises;
};

static uint32_t text_field(uint32_t kind)
{
    switch (kind) {
    case KITH_KIND_PROJECT:
        return KITH_PROJECT_TITLE;
    case KITH_KIND_GENERATION:
        return KITH_GENERATION_TITLE;
    case KITH_KIND_MESSAGE:
        return KITH_MESSAGE_TEXT;
    case KITH_KIND_ANSWER:
        return KITH_ANSWER_TEXT;
    default:
        return 0;
    }
}

uint64_t sim_post_serial(const struct kith_record *record)
{
    char text[24] = {0};
    if (record->kind == KITH_KIND_MILESTONE) {
        const struct kith_field *field =
            kith_record_field(record, KITH_MILESTONE_PLANNED);
        return field == NULL ? 0 : (uint64_t)(field->when.from_day - FIRST_DAY);
    }
    struct kith_bytes bytes =
        kith_record_bytes(record, text_field(record->kind));
    if (bytes.len == 0 || bytes.len >= sizeof text)
        return 0;
    memcpy(text, bytes.data, bytes.len);
    return strtoull(text, NULL, 10);
}

/* Key fields, given only for a new record. */
static void build_key(struct kith_record_builder *builder,
                      const struct posting *posting)
{
    char name[24];
    const uint8_t *about = posting->about.b;
    snprintf(name, sizeof name, "n%" PRIu64, posting->record.serial);
    switch (posting->record.kind) {
    case KITH_KIND_PROJECT:
        kith_build_text(builder, KITH_PROJECT_NAME, kith_bytes_of(name));
        break;
    case KITH_KIND_GENERATION:
        kith_build_octets(builder, KITH_GENERATION_PROJECT, about, KITH_ID_LEN);
        kith_build_text(builder, KITH_GENERATION_NAME, kith_bytes_of(name));
        break;
    case KITH_KIND_MILESTONE:
        kith_build_octets(builder, KITH_MILESTONE_GENERATION, about,
                          KITH_ID_LEN);
        kith_build_choice(builder, KITH_MILESTONE_TYPE, KITH_MILESTONE_OTHER);
        kith_build_text(builder, KITH_MILESTONE_TITLE, kith_bytes_of(name));
        break;
    case KITH_KIND_MESSAGE:
        kith_build_octets(builder, KITH_MESSAGE_ABOUT, about, KITH_ID_LEN);
        kith_build_choice(builder, KITH_MESSAGE_TYPE, KITH_MESSAGE_INFO);
        break;
    default:
        kith_build_octets(builder, KITH_ANSWER_TO, about, KITH_ID_LEN);
        kith_build_choice(builder, KITH_ANSWER_VERDICT, KITH_ANSWER_ACCEPT);
        break;
    }
}

/* Nothing that the partner sees changes by this posting. */
static bool is_hidden(const struct posting *posting)
{
    const struct sim_model *model = posting->world->model;
    const struct sim_record *record = &posting->record;
    int side = posting->side->number;
    if (record->kind == KITH_KIND_ANSWER)
        return false;
    if (record->kind == KITH_KIND_PROJECT && !posting->revises)
        return true; /* nobody was granted it yet */
    const struct sim_grant *grant =
        sim_model_grant(&model->projects[side][record->project], record->kind);
    return grant == NULL || (grant->hides && posting->revises &&
                             record->kind == KITH_KIND_GENERATION);
}

static enum kith_status post(struct act *act, void *context)
{
    struct posting *posting = context;
    struct kith_record record = {.kind = posting->record.kind,
                                 .label = KITH_LABEL_CONFIDENTIAL};
    struct kith_record_builder builder;
    struct ledger_posted posted = {0};
    struct kith_when day = {.kind = KITH_WHEN_DATE,
                            .from_day =
                                (int32_t)(FIRST_DAY + posting->record.serial)};
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, posting->record.serial);
    kith_build_start(&builder, act->arena);
    if (posting->revises)
        record.id = posting->record.id;
    else
        build_key(&builder, posting);
    if (record.kind == KITH_KIND_MILESTONE)
        kith_build_when(&builder, KITH_MILESTONE_PLANNED, &day);
    else
        kith_build_text(&builder, text_field(record.kind), kith_bytes_of(text));
    enum kith_status status = kith_build_finish(&builder, &record);
    uint64_t before = 0, after = 0;
    if (status == KITH_OK)
        status = store_queue_length(act->txn, posting->side->link, &before);
    if (status == KITH_OK)
        status = ledger_post(act, &record, 0, &posted);
    if (status == KITH_OK)
        status = store_queue_length(act->txn, posting->side->link, &after);
    if (status != KITH_OK)
        return status;
    if (after != before && is_hidden(posting))
        sim_fail(posting->world, "a hidden change is queued");
    posting->record.id = posted.head.id;
    posting->record.ref = posted.head.ref;
    return ledger_note(act, 1, posted.head.ref.project, &posted.head.id);
}

/* A record of SIDE of KIND; NULL: there is none. */
static const struct sim_record *pick(const struct sim_model *model, int side,
                                     uint32_t kind)
{
    size_t n = model->n_records[side];
    size_t from = n == 0 ? 0 : sim_below(n);
    for (size_t i = 0; i < n; i++) {
        const struct sim_record *record = &model->records[side][(from + i) % n];
        if (record->kind == kind)
            return record;
    }
    return NULL;
}

static enum kith_status find_item(struct act *act, void *context)
{
    struct posting *posting = context;
    struct store_head head;
    uint64_t after = 0;
    uint64_t skip = sim_below(3);
    enum kith_status status = KITH_NOT_FOUND;
    while (store_head_next(act->txn, posting->side->link, 0, after, &head) ==
           KITH_OK) {
        after = head.ref.record;
        if (head.withdrawn || head.kind != KITH_KIND_PROJECT)
            continue;
        posting->about = head.id;
        status = KITH_OK;
        if (skip-- == 0)
            break;
    }
    return status == KITH_NOT_FOUND ? KITH_OK : status;
}

/* Chooses what a new record of KIND hangs on. */
static bool choose_parent(struct sim_world *world, struct posting *posting)
{
    static const uint32_t parents[] = {
        [KITH_KIND_GENERATION] = KITH_KIND_PROJECT,
        [KITH_KIND_MILESTONE] = KITH_KIND_GENERATION,
        [KITH_KIND_MESSAGE] = KITH_KIND_PROJECT};
    const struct sim_model *model = world->model;
    int side = posting->side->number;
    if (posting->record.kind == KITH_KIND_PROJECT) {
        posting->record.project = (int)model->n_projects[side];
        return model->n_projects[side] < SIM_PROJECTS_MAX;
    }
    if (posting->record.kind == KITH_KIND_ANSWER) {
        struct sim_work work = {
            .work = find_item, .context = posting, .name = "looks"};
        posting->record.project = -1;
        return sim_host_read(world, posting->side, &work) &&
               !kith_id_is_none(&posting->about);
    }
    const struct sim_record *parent =
        pick(model, side, parents[posting->record.kind]);
    if (parent == NULL)
        return false;
    posting->about = parent->id;
    posting->record.project = parent->project;
    return true;
}

/* A posted record: the newest, or one more. */
static void learn(struct sim_model *model, const struct posting *posting)
{
    int side = posting->side->number;
    struct sim_record *records = model->records[side];
    for (size_t i = 0; i < model->n_records[side]; i++)
        if (kith_id_equal(&records[i].id, &posting->record.id)) {
            records[i] = posting->record;
            return;
        }
    records[model->n_records[side]++] = posting->record;
    if (posting->record.kind == KITH_KIND_PROJECT)
        model->projects[side][model->n_projects[side]++] =
            (struct sim_project){.number = posting->record.ref.record};
}

void sim_post_any(struct sim_world *world, struct sim_side *side)
{
    static const uint32_t kinds[] = {KITH_KIND_PROJECT, KITH_KIND_GENERATION,
                                     KITH_KIND_MILESTONE, KITH_KIND_MESSAGE,
                                     KITH_KIND_ANSWER};
    struct sim_model *model = world->model;
    size_t n = model->n_records[side->number];
    struct posting posting = {.world = world, .side = side};
    struct sim_work work = {.work = post, .context = &posting};
    bool full = n == SIM_RECORDS_MAX;
    if (n > 0 && (full || sim_chance(500))) {
        posting.record = model->records[side->number][sim_below(n)];
        posting.revises = true;
        work.name = "posts a revision";
    } else {
        posting.record.kind = kinds[sim_below(5)];
        work.name = "posts a new record";
        if (!choose_parent(world, &posting))
            return;
    }
    posting.record.serial = ++model->serial;
    if (sim_host_work(world, side, &work))
        learn(model, &posting);
}

/* ledger_merge - merging, defaults, and the rules of each kind.
 *
 * Not here: finding the former revision (ledger.c).
 */
#include "rules/ledger_merge.h"

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "rules/act.h"
#include "rules/known.h"
#include "store/records.h"

static bool clears(const struct kith_field *field)
{
    return field->type == KITH_VALUE_TEXT && field->bytes.len == 0;
}

static void merge_fields(struct kith_record_builder *builder,
                         const struct kith_record *given,
                         const struct kith_record *old)
{
    size_t i;

    for (i = 0; old != NULL && i < old->n_fields; i++) {
        if (kith_record_field(given, old->fields[i].number) == NULL)
            kith_build_field(builder, &old->fields[i]);
    }
    for (i = 0; i < given->n_fields; i++) {
        if (!clears(&given->fields[i]))
            kith_build_field(builder, &given->fields[i]);
    }
}

static void default_choice(struct kith_record_builder *builder,
                           const struct kith_record *record, uint32_t number,
                           int64_t choice)
{
    if (kith_record_field(record, number) == NULL)
        kith_build_choice(builder, number, choice);
}

/* What a person need not say. The baseline is the first planned date. */
static void add_defaults(struct kith_record_builder *builder,
                         const struct kith_record *record)
{
    const struct kith_field *planned =
        kith_record_field(record, KITH_MILESTONE_PLANNED);

    if (record->kind == KITH_KIND_MESSAGE)
        default_choice(builder, record, KITH_MESSAGE_TYPE, KITH_MESSAGE_INFO);
    if (record->kind != KITH_KIND_MILESTONE)
        return;
    default_choice(builder, record, KITH_MILESTONE_TYPE, KITH_MILESTONE_OTHER);
    default_choice(builder, record, KITH_MILESTONE_STATE, KITH_STATE_EXPECTED);
    if (planned != NULL && planned->when.kind == KITH_WHEN_DATE &&
        kith_record_field(record, KITH_MILESTONE_BASELINE) == NULL)
        kith_build_when(builder, KITH_MILESTONE_BASELINE, &planned->when);
}

/* The label a record gets when none is given: its former one, its project's,
 * and for a project the cautious one. */
static enum kith_status choose_label(struct act *act,
                                     const struct kith_record *given,
                                     const struct kith_record *old,
                                     const struct store_head *head,
                                     struct kith_record *record)
{
    const struct store_ref project = {.owner = STORE_OWN,
                                      .record = head->ref.project};
    struct store_head project_head;
    enum kith_status status;

    record->label = given->label;
    if (record->label == KITH_LABEL_NONE && old != NULL)
        record->label = old->label;
    if (head->ref.project == 0) {
        if (record->label == KITH_LABEL_NONE)
            record->label = KITH_LABEL_CONFIDENTIAL;
        return KITH_OK;
    }
    if (!known_by_ref(act, &project, &project_head)) {
        status = store_head_get(act->txn, &project, &project_head);
        if (status != KITH_OK)
            return status;
    }
    record->project = project_head.id;
    if (record->label == KITH_LABEL_NONE)
        record->label = (enum kith_label)project_head.label;
    return KITH_OK;
}

static enum kith_status check_milestone(struct act *act,
                                        const struct kith_record *record)
{
    const struct kith_field *actual =
        kith_record_field(record, KITH_MILESTONE_ACTUAL);

    if (actual != NULL && actual->when.from_day > act_today(act))
        return kith_fail(act->err, KITH_INVALID, "actual_in_future",
                         "give the day on which it happened",
                         "a milestone cannot have been reached in the future");
    return KITH_OK;
}

/* A memo of an oral disclosure is whole, and is not changed afterwards: what was
 * confirmed must be what was written. No other message bears its fields. */
static enum kith_status check_message(struct act *act,
                                      const struct kith_record *old,
                                      const struct kith_record *record)
{
    static const uint32_t parts[] = {KITH_MESSAGE_ADDRESSEE,
                                     KITH_MESSAGE_SAID_ON, KITH_MESSAGE_SAID_TO,
                                     KITH_MESSAGE_DUE};
    const bool oral =
        kith_record_value(record, KITH_MESSAGE_TYPE, 0) == KITH_MESSAGE_ORAL;
    size_t i;

    for (i = 0; i < 4; i++) {
        const bool there = kith_record_field(record, parts[i]) != NULL;

        if (oral != there && (oral || parts[i] != KITH_MESSAGE_DUE))
            return kith_fail(act->err, KITH_INVALID, "oral_memo",
                             "kith disclose PARTNER PROJECT --oral -m TEXT "
                             "--said-to NAME --said-on DAY",
                             "a memo of an oral disclosure says to whom, on "
                             "which day and until when; no other message does");
    }
    if (oral && old != NULL && !record->inactive &&
        !ledger_merge_same(old, record))
        return kith_fail(act->err, KITH_INVALID, "oral_fixed",
                         "write another memo",
                         "a memo of an oral disclosure is not changed");
    return KITH_OK;
}

/* Before a colon stands a partner: "acme:lumen". */
static enum kith_status check_project(struct act *act,
                                      const struct kith_record *record)
{
    const struct kith_bytes name = kith_record_bytes(record, KITH_PROJECT_NAME);
    size_t i;

    for (i = 0; i < name.len; i++) {
        if (name.data[i] == ':')
            return kith_fail(act->err, KITH_INVALID, "project_name",
                             "choose a name without a colon",
                             "before a colon stands a partner's name");
    }
    return KITH_OK;
}

enum kith_status ledger_merge(struct act *act, const struct kith_record *given,
                              const struct kith_record *old,
                              const struct store_head *head,
                              struct kith_record *ret_record)
{
    struct kith_record record = {.kind = given->kind,
                                 .inactive = given->inactive};
    struct kith_record_builder builder;
    enum kith_status status;

    kith_build_start(&builder, act->arena);
    merge_fields(&builder, given, old);
    status = kith_build_finish(&builder, &record);
    if (status != KITH_OK)
        return status;
    add_defaults(&builder, &record);
    status = kith_build_finish(&builder, &record);
    if (status == KITH_OK)
        status = choose_label(act, given, old, head, &record);
    if (status == KITH_OK)
        status = kith_record_check(&record, false, act->err);
    if (status == KITH_OK && record.kind == KITH_KIND_MILESTONE)
        status = check_milestone(act, &record);
    if (status == KITH_OK && record.kind == KITH_KIND_PROJECT)
        status = check_project(act, &record);
    if (status == KITH_OK && record.kind == KITH_KIND_MESSAGE)
        status = check_message(act, old, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

static bool same_field(const struct kith_field *a, const struct kith_field *b)
{
    if (a->number != b->number || a->type != b->type)
        return false;
    switch (a->type) {
    case KITH_VALUE_TEXT:
    case KITH_VALUE_OCTETS:
        return kith_bytes_equal(a->bytes, b->bytes);
    case KITH_VALUE_NUMBER:
    case KITH_VALUE_CHOICE:
        return a->value == b->value;
    case KITH_VALUE_WHEN:
        return kith_when_equal(&a->when, &b->when);
    }
    return false;
}

bool ledger_merge_same(const struct kith_record *old,
                       const struct kith_record *revised)
{
    size_t i;

    if (old->label != revised->label || old->inactive != revised->inactive ||
        old->n_fields != revised->n_fields)
        return false;
    for (i = 0; i < old->n_fields; i++) {
        if (!same_field(&old->fields[i], &revised->fields[i]))
            return false;
    }
    return true;
}

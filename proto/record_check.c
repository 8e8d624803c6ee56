/* record_check - holds a record against the table of its kind.
 *
 * Responsible for: what a field may hold, which must be there, the few rules
 * between fields; words for a person when one is broken.
 * Not here: the wire form (record.c); who may send or see it (rules).
 */
#include "kith/record.h"

#include <string.h>

#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/limits.h"

#include "record_wire.h"
#include "text.h"

/* What a look at one record needs. */
struct look {
    const struct kith_record *record;
    const struct kith_kind_info *kind;
    bool from_partner;
    bool newer; /* met something of a newer version */
    struct kith_error *err;
};

/* What the type of a field asks of a value. */
static const struct {
    enum kith_value_type value;
    const char *wanted;
} shapes[] = {
    [KITH_FIELD_TEXT] = {KITH_VALUE_TEXT, "text"},
    [KITH_FIELD_NAME] = {KITH_VALUE_TEXT, "text of one line"},
    [KITH_FIELD_NUMBER] = {KITH_VALUE_NUMBER, "a number"},
    [KITH_FIELD_FLAG] = {KITH_VALUE_NUMBER, "0 or 1"},
    [KITH_FIELD_INSTANT] = {KITH_VALUE_NUMBER, "an instant"},
    [KITH_FIELD_DAY] = {KITH_VALUE_WHEN, "a day"},
    [KITH_FIELD_WHEN] = {KITH_VALUE_WHEN, "a date, a window or a word"},
    [KITH_FIELD_CHOICE] = {KITH_VALUE_CHOICE, "one of its words"},
    [KITH_FIELD_REF] = {KITH_VALUE_OCTETS, "the id of a record"},
    [KITH_FIELD_COMPANY] = {KITH_VALUE_OCTETS, "a company id"},
    [KITH_FIELD_DIGEST] = {KITH_VALUE_OCTETS, "a digest of 32 bytes"},
    [KITH_FIELD_OCTETS] = {KITH_VALUE_OCTETS, "octets"},
};

static enum kith_status refuse(const struct look *look,
                               const struct kith_field_info *info,
                               const char *code, const char *fault)
{
    return kith_fail(look->err, KITH_INVALID, code, "", "%s: %s %s",
                     look->kind->name, info->name, fault);
}

static enum kith_status refuse_shape(const struct look *look,
                                     const struct kith_field_info *info)
{
    return kith_fail(look->err, KITH_INVALID, "field_type", "",
                     "%s: %s must be %s", look->kind->name, info->name,
                     shapes[info->type].wanted);
}

/* Must INFO stand in the record? A partner's business record lacks what the
 * grant hides: only what is told whenever the record is must be there. */
static bool is_must(const struct look *look, const struct kith_field_info *info)
{
    if ((info->flags & KITH_F_MUST) == 0)
        return false;
    return !look->from_partner || look->kind->family != KITH_FAMILY_BUSINESS ||
           (info->flags & KITH_F_HEAD) != 0;
}

static enum kith_status check_text(const struct look *look,
                                   const struct kith_field_info *info,
                                   struct kith_bytes text)
{
    if (text.len > info->max_len)
        return kith_fail(look->err, KITH_INVALID, "field_too_long", "",
                         "%s: %s is %zu bytes long, %zu are allowed",
                         look->kind->name, info->name, text.len, info->max_len);
    if (!text_is_good(text))
        return refuse(look, info, "field_characters",
                      "holds a control character or broken UTF-8");
    if (info->type != KITH_FIELD_TEXT && text.len > 0 &&
        memchr(text.data, '\n', text.len) != NULL)
        return refuse(look, info, "field_lines", "must be one line");
    if (text.len == 0 && is_must(look, info))
        return refuse(look, info, "field_empty", "must not be empty");
    return KITH_OK;
}

static enum kith_status check_octets(const struct look *look,
                                     const struct kith_field_info *info,
                                     struct kith_bytes octets)
{
    bool exact =
        info->type != KITH_FIELD_OCTETS || (info->flags & KITH_F_EXACT) != 0;

    if (octets.len > info->max_len)
        return refuse(look, info, "field_too_long", "is too long");
    if (octets.len == 0 || (exact && octets.len != info->max_len))
        return refuse_shape(look, info);
    return KITH_OK;
}

static enum kith_status check_when(struct look *look,
                                   const struct kith_field_info *info,
                                   const struct kith_when *when)
{
    if (!when_is_good(when))
        return refuse(look, info, "field_date", "is no date");
    if ((uint32_t)when->kind > KITH_WHEN_VERBATIM) {
        look->newer = true;
        return KITH_OK;
    }
    if (info->type == KITH_FIELD_DAY && when->kind != KITH_WHEN_DATE)
        return refuse_shape(look, info);
    if (when->text.len > KITH_NAME_MAX)
        return refuse(look, info, "field_too_long", "is too long");
    if (when->text.len > 0 &&
        memchr(when->text.data, '\n', when->text.len) != NULL)
        return refuse(look, info, "field_lines", "must be one line");
    return KITH_OK;
}

/* Within a company a path may stand for an id or a company. */
static bool is_path(const struct look *look, const struct kith_field_info *info,
                    const struct kith_field *field)
{
    return !look->from_partner && field->type == KITH_VALUE_TEXT &&
           (info->type == KITH_FIELD_REF || info->type == KITH_FIELD_COMPANY);
}

static enum kith_status check_path(const struct look *look,
                                   const struct kith_field_info *info,
                                   struct kith_bytes path)
{
    struct kith_field_info as_text = *info;

    as_text.max_len = KITH_PATH_MAX;
    return check_text(look, &as_text, path);
}

static enum kith_status check_value(struct look *look,
                                    const struct kith_field_info *info,
                                    const struct kith_field *field)
{
    if (is_path(look, info, field))
        return check_path(look, info, field->bytes);
    if (field->type != shapes[info->type].value)
        return refuse_shape(look, info);
    switch (field->type) {
    case KITH_VALUE_TEXT:
        return check_text(look, info, field->bytes);
    case KITH_VALUE_OCTETS:
        return check_octets(look, info, field->bytes);
    case KITH_VALUE_WHEN:
        return check_when(look, info, &field->when);
    case KITH_VALUE_CHOICE:
        if (kith_choice_name(info->choices, field->value) == NULL)
            look->newer = true;
        return KITH_OK;
    case KITH_VALUE_NUMBER:
        if (info->type == KITH_FIELD_FLAG && field->value != 0 &&
            field->value != 1)
            return refuse_shape(look, info);
        return KITH_OK;
    }
    return refuse_shape(look, info);
}

/* Checks the fields NUMBER from *AT on and leaves them behind. */
static enum kith_status check_fields(struct look *look,
                                     const struct kith_field_info *info,
                                     size_t *at)
{
    const struct kith_record *record = look->record;
    size_t first = *at;

    while (*at < record->n_fields &&
           record->fields[*at].number == info->number) {
        enum kith_status status = check_value(look, info, &record->fields[*at]);

        if (status != KITH_OK)
            return status;
        (*at)++;
    }
    if (*at == first && is_must(look, info))
        return refuse(look, info, "field_missing", "is missing");
    if (*at > first + 1 && (info->flags & KITH_F_LIST) == 0)
        return refuse(look, info, "field_repeated", "stands more than once");
    return KITH_OK;
}

/* Both the record and the table ascend, so one pass meets every field. */
static enum kith_status check_all(struct look *look)
{
    const struct kith_record *record = look->record;
    size_t at = 0;

    for (size_t i = 0; i < look->kind->n_fields; i++) {
        const struct kith_field_info *info = &look->kind->fields[i];
        enum kith_status status;

        while (at < record->n_fields &&
               record->fields[at].number < info->number) {
            look->newer = true;
            at++;
        }
        status = check_fields(look, info, &at);
        if (status != KITH_OK)
            return status;
    }
    if (at < record->n_fields)
        look->newer = true;
    return KITH_OK;
}

static size_t count_fields(const struct kith_record *record, uint32_t number)
{
    size_t count = 0;

    for (size_t i = 0; i < record->n_fields; i++)
        count += record->fields[i].number == number;
    return count;
}

/* An empty audience means nobody and is refused (inv. 1). */
static enum kith_status check_grant(const struct look *look)
{
    size_t persons = count_fields(look->record, KITH_GRANT_PERSONS);
    bool bound = kith_record_value(look->record, KITH_GRANT_BOUND, 0) == 1;

    if (persons == 0 && !bound)
        return kith_fail(look->err, KITH_INVALID, "audience_empty",
                         "name persons, or say bound",
                         "grant: nobody is named");
    if (persons > KITH_PERSONS_MAX ||
        count_fields(look->record, KITH_GRANT_KINDS) > KITH_KINDS_MAX)
        return kith_fail(look->err, KITH_INVALID, "list_too_long", "",
                         "grant: more than %d persons or %d kinds",
                         KITH_PERSONS_MAX, KITH_KINDS_MAX);
    return KITH_OK;
}

/* Ranges stand as pairs of adjacent order: the first `from` belongs to the
 * first `count`. */
static enum kith_status check_void(const struct look *look)
{
    size_t ranges = count_fields(look->record, KITH_VOID_FROM);

    if (ranges != count_fields(look->record, KITH_VOID_COUNT))
        return kith_fail(look->err, KITH_INVALID, "ranges_uneven", "",
                         "void: a range lacks its start or its count");
    if (ranges > KITH_RANGES_MAX)
        return kith_fail(look->err, KITH_INVALID, "list_too_long", "",
                         "void: more than %d ranges", KITH_RANGES_MAX);
    return KITH_OK;
}

/* What is signed of a proposal is said once, in the signed terms. */
static enum kith_status check_proposal(const struct look *look)
{
    if (look->record->n_fields > 0 &&
        look->record->fields[0].number < KITH_NDA_TERMS)
        return kith_fail(look->err, KITH_INVALID, "terms_twice", "",
                         "nda_proposal: terms stand beside the signed ones");
    return KITH_OK;
}

/* What a head from a partner must have: an owner is said by the link, never
 * by the record, and a business record without a mark may not leave. */
static enum kith_status check_head(struct look *look)
{
    static const struct kith_company_id no_owner;
    const struct kith_record *record = look->record;

    if (record->label > KITH_LABEL_STRICT)
        look->newer = true;
    if (!look->from_partner)
        return KITH_OK;
    if (look->kind->family == KITH_FAMILY_LOCAL ||
        !kith_company_id_equal(&record->owner, &no_owner))
        return kith_fail(look->err, KITH_INVALID, "record_local", "",
                         "%s: belongs within a company", look->kind->name);
    if (record->kind == KITH_KIND_PERSON && kith_id_is_none(&record->id))
        return kith_fail(look->err, KITH_INVALID, "record_head", "",
                         "person: id is missing");
    if (look->kind->family == KITH_FAMILY_BUSINESS &&
        (kith_id_is_none(&record->id) || record->revision == 0 ||
         record->label == KITH_LABEL_NONE))
        return kith_fail(look->err, KITH_INVALID, "record_head", "",
                         "%s: id, revision or label is missing",
                         look->kind->name);
    return KITH_OK;
}

/* The rules between fields that no table can say. */
static enum kith_status check_rules(const struct look *look)
{
    switch (look->record->kind) {
    case KITH_KIND_GRANT:
        return check_grant(look);
    case KITH_KIND_NDA_PROPOSAL:
        return check_proposal(look);
    case KITH_KIND_VOID:
        return check_void(look);
    default:
        return KITH_OK;
    }
}

enum kith_status kith_record_check(const struct kith_record *record,
                                   bool from_partner, struct kith_error *err)
{
    struct look look = {.record = record,
                        .kind = kith_kind_info(record->kind),
                        .from_partner = from_partner,
                        .err = err};
    enum kith_status status;

    if (look.kind == NULL)
        return kith_fail(err, KITH_NOT_UNDERSTOOD, "kind_unknown", "",
                         "kind %u is not known here", record->kind);
    status = check_head(&look);
    if (status == KITH_OK)
        status = check_all(&look);
    if (status == KITH_OK)
        status = check_rules(&look);
    if (status == KITH_OK && look.newer)
        return kith_fail(err, KITH_NOT_UNDERSTOOD, "field_unknown", "",
                         "%s: a field or value is of a newer version",
                         look.kind->name);
    return status;
}

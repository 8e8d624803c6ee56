/* json - records as JSON, from the tables of their kinds.
 *
 * Responsible for: one JSON form per field type, the envelope.
 * Not here: which rows go out (output.c).
 */
#include "json.h"

#include <string.h>
#include <time.h>

#include "cell.h"
#include "cli.h"
#include "kith/ids.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "memory.h"

static void put(json_t *object, const char *name, json_t *take_value)
{
    if (take_value == NULL ||
        json_object_set_new(object, name, take_value) != 0)
        memory_exhausted();
}

static json_t *instant_value(int64_t instant)
{
    time_t seconds = (time_t)instant;
    struct tm parts;
    char text[40];

    if (gmtime_r(&seconds, &parts) == NULL)
        return json_integer(instant);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(text);
}

/* Text of the wire is UTF-8; anything else would be our own fault. */
static json_t *text_value(struct kith_bytes bytes)
{
    json_t *value = json_stringn((const char *)bytes.data, bytes.len);

    return value != NULL ? value : json_string("?");
}

static json_t *octets_value(struct kith_bytes bytes)
{
    struct kith_buf hex = {0};
    json_t *value = NULL;

    if (bytes.len == KITH_ID_LEN) {
        struct kith_id id;
        char text[KITH_ID_TEXT_SIZE];

        memcpy(id.b, bytes.data, KITH_ID_LEN);
        kith_id_text(&id, text);
        return json_string(text);
    }
    if (kith_buf_reserve(&hex, 2 * bytes.len + 1) != KITH_OK)
        memory_exhausted();
    kith_hex(bytes.data, bytes.len, (char *)hex.data);
    value = json_string((const char *)hex.data);
    kith_buf_clear(&hex);
    return value;
}

static json_t *when_value(const struct kith_when *when)
{
    struct kith_buf buf = {0};
    json_t *value = NULL;

    if (kith_when_text(when, &buf) != KITH_OK)
        memory_exhausted();
    value = text_value(kith_buf_bytes(&buf));
    kith_buf_clear(&buf);
    return value;
}

static json_t *field_value(const struct kith_field *field,
                           const struct kith_field_info *info)
{
    const char *name = NULL;

    switch (field->type) {
    case KITH_VALUE_TEXT:
        return text_value(field->bytes);
    case KITH_VALUE_NUMBER:
        if (info->type == KITH_FIELD_FLAG)
            return json_boolean(field->value != 0);
        if (info->type == KITH_FIELD_INSTANT)
            return instant_value(field->value);
        return json_integer(field->value);
    case KITH_VALUE_OCTETS:
        return octets_value(field->bytes);
    case KITH_VALUE_WHEN:
        return when_value(&field->when);
    case KITH_VALUE_CHOICE:
        if (info->choices != NULL)
            name = kith_choice_name(info->choices, field->value);
        return name != NULL ? json_string(name) : json_integer(field->value);
    }
    return json_null();
}

static void put_fields(json_t *object, const struct kith_record *record,
                       const struct kith_kind_info *kind)
{
    for (size_t i = 0; i < record->n_fields; i++) {
        const struct kith_field *field = &record->fields[i];
        const struct kith_field_info *info =
            kith_field_info(kind, field->number);
        json_t *list = NULL;

        if (info == NULL)
            continue;
        if ((info->flags & KITH_F_LIST) == 0) {
            put(object, info->name, field_value(field, info));
            continue;
        }
        list = json_object_get(object, info->name);
        if (list == NULL) {
            put(object, info->name, json_array());
            list = json_object_get(object, info->name);
        }
        if (json_array_append_new(list, field_value(field, info)) != 0)
            memory_exhausted();
    }
}

static void put_id(json_t *object, const char *name, const struct kith_id *id)
{
    if (!kith_id_is_none(id))
        put(object, name,
            octets_value((struct kith_bytes){id->b, sizeof id->b}));
}

static void put_head(json_t *object, const struct kith_record *record,
                     const struct kith_kind_info *kind)
{
    static const struct kith_company_id self;
    const char *label = kith_choice_name(kith_labels, (int64_t)record->label);
    char owner[KITH_COMPANY_HEX_SIZE];

    put_id(object, "id", &record->id);
    put(object, "kind", json_string(kind->name));
    put(object, "revision", json_integer((json_int_t)record->revision));
    if (label != NULL)
        put(object, "label", json_string(label));
    put(object, "inactive", json_boolean(record->inactive));
    put(object, "changed_at", instant_value(record->changed_at));
    if (!kith_company_id_equal(&record->owner, &self)) {
        kith_company_id_hex(&record->owner, owner);
        put(object, "owner", json_string(owner));
    }
    put_id(object, "project_id", &record->project);
    put_id(object, "author", &record->author);
}

json_t *json_record(const struct kith_record *record)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    json_t *object = json_object();

    if (object == NULL)
        memory_exhausted();
    if (kind == NULL) {
        put(object, "kind", json_integer(record->kind));
        return object;
    }
    if (kind->family != KITH_FAMILY_LOCAL)
        put_head(object, record, kind);
    put_fields(object, record, kind);
    return object;
}

void json_print(const struct cli *cli, const char *kind, json_t *take_data)
{
    json_t *root = json_object();
    json_t *warnings = json_array();

    for (size_t i = 0; i < cli->n_warnings; i++)
        if (json_array_append_new(warnings, json_string(cli->warnings[i])) != 0)
            memory_exhausted();
    put(root, "schema", json_string("kith.v1"));
    put(root, "kind", json_string(kind));
    put(root, "at", instant_value((int64_t)time(NULL)));
    put(root, "data", take_data);
    put(root, "warnings", warnings);
    if (json_dumpf(root, cli->out, JSON_COMPACT) != 0)
        memory_exhausted();
    fputc('\n', cli->out);
    json_decref(root);
}

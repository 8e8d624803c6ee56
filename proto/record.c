/* record - reads and writes the wire form of a record, and its fields.
 *
 * Responsible for: struct kith_record <-> proto/record.proto, and the small
 * accessors.
 * Not here: what a kind allows (record_check.c); building one
 * (record_builder.c).
 */
#include "kith/record.h"

#include <string.h>

#include "record.pb-c.h"

#include "kith/limits.h"
#include "record_wire.h"
#include "scratch.h"
#include "strict.h"
#include "text.h"
#include "wire.h"

const struct kith_field *kith_record_field(const struct kith_record *record,
                                           uint32_t number)
{
    for (size_t i = 0; i < record->n_fields; i++) {
        if (record->fields[i].number == number)
            return &record->fields[i];
        if (record->fields[i].number > number)
            return NULL;
    }
    return NULL;
}

struct kith_bytes kith_record_bytes(const struct kith_record *record,
                                    uint32_t number)
{
    const struct kith_field *field = kith_record_field(record, number);

    if (field == NULL ||
        (field->type != KITH_VALUE_TEXT && field->type != KITH_VALUE_OCTETS))
        return (struct kith_bytes){0};
    return field->bytes;
}

int64_t kith_record_value(const struct kith_record *record, uint32_t number,
                          int64_t fallback)
{
    const struct kith_field *field = kith_record_field(record, number);

    if (field == NULL ||
        (field->type != KITH_VALUE_NUMBER && field->type != KITH_VALUE_CHOICE))
        return fallback;
    return field->value;
}

int32_t kith_record_day(const struct kith_record *record, uint32_t number,
                        int32_t fallback)
{
    const struct kith_field *field = kith_record_field(record, number);

    return field != NULL && field->type == KITH_VALUE_WHEN
               ? field->when.from_day
               : fallback;
}

enum kith_status kith_record_octets(const struct kith_record *record,
                                    uint32_t number, void *ret_data, size_t len)
{
    const struct kith_field *field = kith_record_field(record, number);

    if (field == NULL || field->type != KITH_VALUE_OCTETS ||
        field->bytes.len != len)
        return KITH_NOT_FOUND;
    if (len > 0)
        memcpy(ret_data, field->bytes.data, len);
    return KITH_OK;
}

size_t record_room(const struct kith_record *record)
{
    size_t room = scratch_room(record->n_fields, sizeof(Kith__Field)) +
                  scratch_room(record->n_fields, sizeof(Kith__Field *));

    for (size_t i = 0; i < record->n_fields; i++) {
        const struct kith_field *field = &record->fields[i];

        if (field->type == KITH_VALUE_TEXT)
            room += scratch_room(field->bytes.len + 1, 1);
        if (field->type == KITH_VALUE_WHEN)
            room += scratch_room(1, sizeof(Kith__When)) +
                    scratch_room(field->when.text.len + 1, 1);
    }
    return room;
}

static Kith__When *when_to_wire(const struct kith_when *when,
                                struct scratch *scratch)
{
    Kith__When *wire = scratch_take(scratch, 1, sizeof(*wire));

    kith__when__init(wire);
    wire->kind = (uint32_t)when->kind;
    wire->has_from_day = when->from_day != 0;
    wire->from_day = when->from_day;
    wire->has_to_day = when->to_day != 0;
    wire->to_day = when->to_day;
    if (when->text.len > 0)
        wire->text = scratch_text(scratch, when->text);
    return wire;
}

static enum kith_status value_to_wire(const struct kith_field *field,
                                      struct scratch *scratch,
                                      Kith__Field *wire)
{
    switch (field->type) {
    case KITH_VALUE_TEXT:
        if (!text_is_good(field->bytes))
            return KITH_INVALID;
        wire->value_case = KITH__FIELD__VALUE_TEXT;
        wire->text = scratch_text(scratch, field->bytes);
        return KITH_OK;
    case KITH_VALUE_NUMBER:
        wire->value_case = KITH__FIELD__VALUE_INTEGER;
        wire->integer = field->value;
        return KITH_OK;
    case KITH_VALUE_OCTETS:
        wire->value_case = KITH__FIELD__VALUE_OCTETS;
        wire->octets = wire_bytes(field->bytes.data, field->bytes.len);
        return KITH_OK;
    case KITH_VALUE_WHEN:
        if (!when_is_good(&field->when))
            return KITH_INVALID;
        wire->value_case = KITH__FIELD__VALUE_WHEN;
        wire->when = when_to_wire(&field->when, scratch);
        return KITH_OK;
    case KITH_VALUE_CHOICE:
        if (field->value < 1 || field->value > UINT32_MAX)
            return KITH_INVALID;
        wire->value_case = KITH__FIELD__VALUE_CHOICE;
        wire->choice = (uint32_t)field->value;
        return KITH_OK;
    }
    return KITH_INVALID;
}

static enum kith_status fields_to_wire(const struct kith_record *record,
                                       struct scratch *scratch,
                                       Kith__Record *wire)
{
    Kith__Field *fields =
        scratch_take(scratch, record->n_fields, sizeof(*fields));
    uint32_t last = 1;

    wire->n_fields = record->n_fields;
    wire->fields =
        scratch_take(scratch, record->n_fields, sizeof(*wire->fields));
    for (size_t i = 0; i < record->n_fields; i++) {
        const struct kith_field *field = &record->fields[i];
        enum kith_status status;

        if (field->number < last || field->number > UINT16_MAX)
            return KITH_INVALID;
        last = field->number;
        kith__field__init(&fields[i]);
        fields[i].number = field->number;
        status = value_to_wire(field, scratch, &fields[i]);
        if (status != KITH_OK)
            return status;
        wire->fields[i] = &fields[i];
    }
    return KITH_OK;
}

enum kith_status record_to_wire(const struct kith_record *record,
                                struct scratch *scratch, Kith__Record *ret_wire)
{
    if (record->kind == 0)
        return KITH_INVALID;
    if (record->n_fields > KITH_FIELDS_MAX)
        return KITH_LIMIT;
    ret_wire->kind = record->kind;
    ret_wire->has_id = !kith_id_is_none(&record->id);
    ret_wire->id = wire_bytes(record->id.b, KITH_ID_LEN);
    ret_wire->has_revision = record->revision != 0;
    ret_wire->revision = record->revision;
    ret_wire->has_changed_at = record->changed_at != 0;
    ret_wire->changed_at = record->changed_at;
    ret_wire->has_label = record->label != KITH_LABEL_NONE;
    ret_wire->label = (uint32_t)record->label;
    ret_wire->has_inactive = record->inactive;
    ret_wire->inactive = record->inactive;
    ret_wire->has_project = !kith_id_is_none(&record->project);
    ret_wire->project = wire_bytes(record->project.b, KITH_ID_LEN);
    ret_wire->has_author = !kith_id_is_none(&record->author);
    ret_wire->author = wire_bytes(record->author.b, KITH_ID_LEN);
    ret_wire->has_owner = !wire_is_zero(record->owner.b, KITH_COMPANY_ID_LEN);
    ret_wire->owner = wire_bytes(record->owner.b, KITH_COMPANY_ID_LEN);
    return fields_to_wire(record, scratch, ret_wire);
}

enum kith_status kith_record_encode(const struct kith_record *record,
                                    struct kith_buf *buf)
{
    Kith__Record wire = KITH__RECORD__INIT;
    struct scratch scratch = {0};
    enum kith_status status;

    if (!scratch_open(&scratch, record_room(record)))
        return KITH_NOMEM;
    status = record_to_wire(record, &scratch, &wire);
    if (status == KITH_OK)
        status = strict_pack(&wire.base, KITH_CONTROL_MAX, buf);
    scratch_close(&scratch);
    return status;
}

static bool field_from_wire(const Kith__Field *wire, struct kith_field *field)
{
    field->number = wire->number;
    switch (wire->value_case) {
    case KITH__FIELD__VALUE_TEXT:
        field->type = KITH_VALUE_TEXT;
        field->bytes = wire_text(wire->text);
        return true;
    case KITH__FIELD__VALUE_INTEGER:
        field->type = KITH_VALUE_NUMBER;
        field->value = wire->integer;
        return true;
    case KITH__FIELD__VALUE_OCTETS:
        field->type = KITH_VALUE_OCTETS;
        field->bytes = wire_borrow(wire->octets);
        return true;
    case KITH__FIELD__VALUE_WHEN:
        field->type = KITH_VALUE_WHEN;
        field->when.kind = (enum kith_when_kind)wire->when->kind;
        field->when.from_day = wire->when->from_day;
        field->when.to_day = wire->when->to_day;
        field->when.text = wire_text(wire->when->text);
        return when_is_good(&field->when);
    case KITH__FIELD__VALUE_CHOICE:
        field->type = KITH_VALUE_CHOICE;
        field->value = wire->choice;
        return wire->choice != 0;
    default:
        return false;
    }
}

static enum kith_status fields_from_wire(struct kith_arena *arena,
                                         const Kith__Record *wire,
                                         struct kith_record *record)
{
    struct kith_field *fields = NULL;
    uint32_t last = 1;

    if (wire->n_fields > KITH_FIELDS_MAX)
        return KITH_MALFORMED;
    if (wire->n_fields == 0)
        return KITH_OK;
    fields = kith_arena_alloc(arena, wire->n_fields * sizeof(*fields));
    if (fields == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < wire->n_fields; i++) {
        if (wire->fields[i]->number < last ||
            wire->fields[i]->number > UINT16_MAX ||
            !field_from_wire(wire->fields[i], &fields[i]))
            return KITH_MALFORMED;
        last = fields[i].number;
    }
    record->fields = fields;
    record->n_fields = wire->n_fields;
    return KITH_OK;
}

enum kith_status record_from_wire(struct kith_arena *arena,
                                  const Kith__Record *wire,
                                  struct kith_record *ret_record)
{
    struct kith_record record = {.kind = wire->kind,
                                 .revision = wire->revision,
                                 .changed_at = wire->changed_at,
                                 .label = (enum kith_label)wire->label,
                                 .inactive = wire->inactive};
    enum kith_status status;

    if (record.kind == 0 ||
        !wire_take_optional(wire->id, record.id.b, KITH_ID_LEN) ||
        !wire_take_optional(wire->project, record.project.b, KITH_ID_LEN) ||
        !wire_take_optional(wire->author, record.author.b, KITH_ID_LEN) ||
        !wire_take_optional(wire->owner, record.owner.b, KITH_COMPANY_ID_LEN))
        return KITH_MALFORMED;
    status = fields_from_wire(arena, wire, &record);
    if (status == KITH_OK)
        *ret_record = record;
    return status;
}

enum kith_status kith_record_decode(struct kith_arena *arena,
                                    struct kith_bytes bytes,
                                    struct kith_record *ret_record)
{
    ProtobufCMessage *message = NULL;
    enum kith_status status = strict_unpack(arena, &kith__record__descriptor,
                                            bytes, RECORD_VALUES_MAX, &message);

    if (status == KITH_NOT_UNDERSTOOD)
        return KITH_MALFORMED;
    if (status != KITH_OK)
        return status;
    return record_from_wire(arena, (const Kith__Record *)message, ret_record);
}

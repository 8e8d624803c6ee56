/* record_model - takes records as kithd does, in a few lines. */
#include "record_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/record.h"

enum {
    RECORDS_MAX = 20000,
    NUMBERS_MAX = 1000,
    FIELDS_MAX = 24
};

static struct kith_bytes join(struct kith_arena *arena, struct kith_bytes a,
                              struct kith_bytes b)
{
    uint8_t *data = kith_arena_alloc(arena, a.len + b.len + 2);

    assert_non_null(data);
    memcpy(data, a.data, a.len);
    data[a.len] = '/';
    if (b.len > 0)
        memcpy(data + a.len + 1, b.data, b.len);
    return (struct kith_bytes){data, a.len + 1 + b.len};
}

static struct kith_bytes key_of(struct kith_arena *arena,
                                const struct kith_record *record)
{
    char type[24];

    switch (record->kind) {
    case KITH_KIND_PROJECT:
        return kith_record_bytes(record, KITH_PROJECT_NAME);
    case KITH_KIND_GENERATION:
        return join(arena, kith_record_bytes(record, KITH_GENERATION_PROJECT),
                    kith_record_bytes(record, KITH_GENERATION_NAME));
    default:
        snprintf(type, sizeof type, "%d",
                 (int)kith_record_value(record, KITH_MILESTONE_TYPE, 0));
        return join(arena, kith_record_bytes(record, KITH_MILESTONE_GENERATION),
                    kith_bytes_of(type));
    }
}

static struct kith_record *find(struct record_model *model, uint32_t kind,
                                struct kith_bytes key)
{
    for (size_t i = model->count; i-- > 0;)
        if (model->records[i].kind == kind &&
            kith_bytes_equal(model->keys[i], key))
            return &model->records[i];
    return NULL;
}

static bool is_same_field(const struct kith_field *a,
                          const struct kith_field *b)
{
    return a != NULL && b != NULL && a->value == b->value &&
           kith_bytes_equal(a->bytes, b->bytes) &&
           kith_when_equal(&a->when, &b->when);
}

/* NEXT over OLD; true when something differs. */
static bool merge(struct kith_arena *arena, const struct kith_record *old,
                  struct kith_record *next)
{
    struct kith_field *fields =
        kith_arena_alloc(arena, FIELDS_MAX * sizeof *fields);
    bool differs = old->inactive != next->inactive;
    size_t count = 0;

    for (uint32_t number = 1; number < NUMBERS_MAX; number++) {
        const struct kith_field *given = kith_record_field(next, number);
        const struct kith_field *kept = kith_record_field(old, number);
        bool clears = given != NULL && given->type == KITH_VALUE_TEXT &&
                      given->bytes.len == 0;

        if (clears)
            differs = differs || kept != NULL;
        else if (given != NULL) {
            differs = differs || !is_same_field(given, kept);
            fields[count++] = *given;
        } else if (kept != NULL)
            fields[count++] = *kept;
    }
    next->fields = fields;
    next->n_fields = count;
    return differs;
}

void record_model_post(struct record_model *model,
                       const struct kith_record *record)
{
    static const struct kith_record nothing;
    struct kith_bytes key = key_of(model->arena, record);
    struct kith_record *old = find(model, record->kind, key);
    struct kith_record next = *record;

    if (old == NULL) {
        assert_true(model->count < RECORDS_MAX);
        old = &model->records[model->count];
        *old = nothing;
        memcpy(old->id.b, &model->count, sizeof model->count);
        old->id.b[15] = 1;
        model->keys[model->count++] = key;
    }
    if (!merge(model->arena, old, &next))
        model->unchanged++;
    else
        model->revisions++;
    next.id = old->id;
    *old = next;
}

/* References as ids, as the daemon hands them out. */
void record_model_use_ids(struct record_model *model)
{
    for (size_t i = 0; i < model->count; i++) {
        struct kith_record *record = &model->records[i];
        struct kith_field *fields =
            (struct kith_field *)(uintptr_t)record->fields;
        uint32_t kind = record->kind == KITH_KIND_GENERATION
                            ? KITH_KIND_PROJECT
                            : KITH_KIND_GENERATION;

        if (record->kind == KITH_KIND_PROJECT)
            continue;
        assert_int_equal(fields[0].number, 1);
        fields[0].bytes = (struct kith_bytes){
            find(model, kind, fields[0].bytes)->id.b, KITH_ID_LEN};
        fields[0].type = KITH_VALUE_OCTETS;
    }
}

struct record_model record_model_take(struct kith_arena *arena,
                                      const struct kith_record *records,
                                      size_t n_records)
{
    struct record_model model = {.arena = arena};

    model.records =
        kith_arena_alloc(arena, RECORDS_MAX * sizeof *model.records);
    model.keys = kith_arena_alloc(arena, RECORDS_MAX * sizeof *model.keys);
    for (size_t i = 0; i < n_records; i++)
        record_model_post(&model, &records[i]);
    return model;
}

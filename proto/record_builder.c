/* record_builder - collects the fields of a record in an arena.
 *
 * Responsible for: copies of texts and octets, growth, order; the first
 * failure sticks.
 * Not here: whether the fields fit the record's kind (record_check.c).
 */
#include "kith/record.h"

#include <string.h>

#include "kith/limits.h"

/* The array starts with this many places and doubles: 16, 32 ... 256. */
enum {
    FIRST_PLACES = 16
};

void kith_build_start(struct kith_record_builder *builder,
                      struct kith_arena *arena)
{
    *builder = (struct kith_record_builder){.arena = arena};
}

/* Room for one more field; false after a failure. */
static bool make_room(struct kith_record_builder *builder)
{
    size_t n = builder->n_fields;
    size_t places = n == 0 ? FIRST_PLACES : 2 * n;
    struct kith_field *grown = NULL;

    if (builder->status != KITH_OK)
        return false;
    if (n == KITH_FIELDS_MAX) {
        builder->status = KITH_LIMIT;
        return false;
    }
    /* The array is full at 0, 16, 32 ... fields. */
    if (n != 0 && (n < FIRST_PLACES || (n & (n - 1)) != 0))
        return true;
    grown = kith_arena_alloc(builder->arena, places * sizeof(*grown));
    if (grown == NULL) {
        builder->status = KITH_NOMEM;
        return false;
    }
    if (n > 0)
        memcpy(grown, builder->fields, n * sizeof(*grown));
    builder->fields = grown;
    return true;
}

/* True when BYTES now live in the arena. */
static bool keep(struct kith_record_builder *builder, struct kith_bytes *bytes)
{
    struct kith_bytes copy;

    if (bytes->len == 0) {
        *bytes = (struct kith_bytes){0};
        return true;
    }
    copy = kith_arena_copy(builder->arena, *bytes);
    if (copy.data == NULL) {
        builder->status = KITH_NOMEM;
        return false;
    }
    *bytes = copy;
    return true;
}

void kith_build_day(struct kith_record_builder *builder, uint32_t number,
                    int32_t day)
{
    kith_build_when(
        builder, number,
        &(struct kith_when){.kind = KITH_WHEN_DATE, .from_day = day});
}

void kith_build_field(struct kith_record_builder *builder,
                      const struct kith_field *field)
{
    struct kith_field kept = *field;

    if (!make_room(builder) || !keep(builder, &kept.bytes) ||
        !keep(builder, &kept.when.text))
        return;
    builder->fields[builder->n_fields] = kept;
    builder->n_fields++;
}

void kith_build_text(struct kith_record_builder *builder, uint32_t number,
                     struct kith_bytes text)
{
    kith_build_field(builder, &(struct kith_field){.number = number,
                                                   .type = KITH_VALUE_TEXT,
                                                   .bytes = text});
}

void kith_build_octets(struct kith_record_builder *builder, uint32_t number,
                       const void *data, size_t len)
{
    kith_build_field(builder, &(struct kith_field){.number = number,
                                                   .type = KITH_VALUE_OCTETS,
                                                   .bytes = {data, len}});
}

void kith_build_number(struct kith_record_builder *builder, uint32_t number,
                       int64_t value)
{
    kith_build_field(builder, &(struct kith_field){.number = number,
                                                   .type = KITH_VALUE_NUMBER,
                                                   .value = value});
}

void kith_build_choice(struct kith_record_builder *builder, uint32_t number,
                       int64_t choice)
{
    kith_build_field(builder, &(struct kith_field){.number = number,
                                                   .type = KITH_VALUE_CHOICE,
                                                   .value = choice});
}

void kith_build_when(struct kith_record_builder *builder, uint32_t number,
                     const struct kith_when *when)
{
    kith_build_field(builder, &(struct kith_field){.number = number,
                                                   .type = KITH_VALUE_WHEN,
                                                   .when = *when});
}

enum kith_status kith_build_finish(struct kith_record_builder *builder,
                                   struct kith_record *record)
{
    if (builder->status != KITH_OK)
        return builder->status;
    /* Insertion: stable, and most callers add in order already. */
    for (size_t i = 1; i < builder->n_fields; i++) {
        struct kith_field moved = builder->fields[i];
        size_t at = i;

        while (at > 0 && builder->fields[at - 1].number > moved.number) {
            builder->fields[at] = builder->fields[at - 1];
            at--;
        }
        builder->fields[at] = moved;
    }
    record->fields = builder->fields;
    record->n_fields = builder->n_fields;
    return KITH_OK;
}

void kith_build_without(struct kith_record_builder *builder,
                        struct kith_arena *arena,
                        const struct kith_record *former,
                        const uint32_t *except, size_t n)
{
    kith_build_start(builder, arena);
    for (size_t i = 0; i < former->n_fields; i++) {
        size_t k = 0;

        while (k < n && except[k] != former->fields[i].number)
            k++;
        if (k == n)
            kith_build_field(builder, &former->fields[i]);
    }
}

void kith_build_from(struct kith_record_builder *builder,
                     struct kith_arena *arena, const struct kith_record *former,
                     uint32_t except)
{
    kith_build_without(builder, arena, former, &except, 1);
}

/* body - reads and writes the plaintext of an entry.
 *
 * Responsible for: struct kith_body <-> proto/body.proto; class and family of
 * the record's kind must fit.
 * Not here: padding and sealing (seal.c); whether the gate lets it leave or
 * the receiver may take it (rules).
 */
#include "kith/body.h"

#include "body.pb-c.h"

#include "kith/entry.h"
#include "kith/limits.h"
#include "kith/seal.h"
#include "record_wire.h"
#include "scratch.h"
#include "strict.h"
#include "text.h"
#include "wire.h"

enum {
    BODY_VALUES_MAX = 10 + RECORD_VALUES_MAX + KITH_PERSONS_MAX
};

/* Families by the hundreds of their kinds, known to this version or not. */
static bool class_fits(uint8_t entry_class, uint32_t kind)
{
    switch (entry_class) {
    case KITH_CLASS_RELATION:
        return kind >= 100 && kind <= 199;
    case KITH_CLASS_DUTY:
        return kind >= 200 && kind <= 299;
    case KITH_CLASS_PROJECT:
        return kind >= 1 && kind <= 99;
    default:
        return false;
    }
}

static bool has_audience(const struct kith_audience *audience)
{
    return audience->bound || audience->n_persons > 0 || audience->version != 0;
}

/* The parts that only the class project has. */
static bool has_reason(const struct kith_body *body)
{
    return !wire_is_zero(body->agreement.b, KITH_HASH_LEN) ||
           !kith_id_is_none(&body->grant) || body->purpose.len > 0 ||
           has_audience(&body->audience);
}

static enum kith_status check_body(const struct kith_body *body)
{
    if (!class_fits(body->entry_class, body->record.kind))
        return KITH_INVALID;
    if (body->entry_class != KITH_CLASS_PROJECT && has_reason(body))
        return KITH_INVALID;
    if (!wire_is_zero(body->record.owner.b, KITH_COMPANY_ID_LEN))
        return KITH_INVALID;
    if (body->recovery.len != 0 && body->recovery.len != KITH_OWNER_REF_LEN)
        return KITH_INVALID;
    if (body->purpose.len > KITH_NAME_MAX ||
        body->audience.n_persons > KITH_PERSONS_MAX)
        return KITH_LIMIT;
    for (size_t i = 0; i < body->audience.n_persons; i++)
        if (kith_id_is_none(&body->audience.persons[i]))
            return KITH_INVALID;
    return KITH_OK;
}

static Kith__Audience *audience_to_wire(const struct kith_audience *audience,
                                        struct scratch *scratch)
{
    Kith__Audience *wire = NULL;

    if (!has_audience(audience))
        return NULL;
    wire = scratch_take(scratch, 1, sizeof(*wire));
    kith__audience__init(wire);
    wire->has_bound = audience->bound;
    wire->bound = audience->bound;
    wire->has_version = audience->version != 0;
    wire->version = audience->version;
    wire->n_persons = audience->n_persons;
    wire->persons =
        scratch_take(scratch, audience->n_persons, sizeof(*wire->persons));
    for (size_t i = 0; i < audience->n_persons; i++)
        wire->persons[i] = wire_bytes(audience->persons[i].b, KITH_ID_LEN);
    return wire;
}

static enum kith_status body_to_wire(const struct kith_body *body,
                                     struct scratch *scratch, Kith__Body *wire)
{
    wire->entry_class = (Kith__EntryClass)body->entry_class;
    wire->has_agreement = !wire_is_zero(body->agreement.b, KITH_HASH_LEN);
    wire->agreement = wire_bytes(body->agreement.b, KITH_HASH_LEN);
    wire->has_grant = !kith_id_is_none(&body->grant);
    wire->grant = wire_bytes(body->grant.b, KITH_ID_LEN);
    if (body->purpose.len > 0)
        wire->purpose = scratch_text(scratch, body->purpose);
    wire->audience = audience_to_wire(&body->audience, scratch);
    wire->has_recovery = body->recovery.len > 0;
    wire->recovery = wire_bytes(body->recovery.data, body->recovery.len);
    wire->record = scratch_take(scratch, 1, sizeof(*wire->record));
    kith__record__init(wire->record);
    return record_to_wire(&body->record, scratch, wire->record);
}

enum kith_status kith_body_encode(const struct kith_body *body,
                                  struct kith_buf *buf)
{
    Kith__Body wire = KITH__BODY__INIT;
    struct scratch scratch = {0};
    enum kith_status status = check_body(body);
    size_t room;

    if (status != KITH_OK)
        return status;
    if (!text_is_good(body->purpose))
        return KITH_INVALID;
    room = record_room(&body->record) + scratch_room(1, sizeof(Kith__Record)) +
           scratch_room(1, sizeof(Kith__Audience)) +
           scratch_room(body->audience.n_persons, sizeof(ProtobufCBinaryData)) +
           scratch_room(body->purpose.len + 1, 1);
    if (!scratch_open(&scratch, room))
        return KITH_NOMEM;
    status = body_to_wire(body, &scratch, &wire);
    if (status == KITH_OK)
        status = strict_pack(&wire.base, KITH_BODY_TEXT_MAX, buf);
    scratch_close(&scratch);
    return status;
}

static enum kith_status audience_from_wire(struct kith_arena *arena,
                                           const Kith__Audience *wire,
                                           struct kith_audience *audience)
{
    struct kith_id *persons = NULL;

    if (wire == NULL)
        return KITH_OK;
    audience->bound = wire->bound;
    audience->version = wire->version;
    if (wire->n_persons == 0)
        return KITH_OK;
    if (wire->n_persons > KITH_PERSONS_MAX)
        return KITH_MALFORMED;
    persons = kith_arena_alloc(arena, wire->n_persons * sizeof(*persons));
    if (persons == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < wire->n_persons; i++)
        if (!wire_take(wire->persons[i], persons[i].b, KITH_ID_LEN))
            return KITH_MALFORMED;
    audience->persons = persons;
    audience->n_persons = wire->n_persons;
    return KITH_OK;
}

static enum kith_status body_from_wire(struct kith_arena *arena,
                                       const Kith__Body *wire,
                                       struct kith_body *body)
{
    enum kith_status status;

    body->entry_class = (uint8_t)wire->entry_class;
    body->purpose = wire_text(wire->purpose);
    body->recovery = wire_borrow(wire->recovery);
    if (!wire_take_optional(wire->agreement, body->agreement.b,
                            KITH_HASH_LEN) ||
        !wire_take_optional(wire->grant, body->grant.b, KITH_ID_LEN))
        return KITH_MALFORMED;
    status = audience_from_wire(arena, wire->audience, &body->audience);
    if (status == KITH_OK)
        status = record_from_wire(arena, wire->record, &body->record);
    if (status == KITH_OK && check_body(body) != KITH_OK)
        return KITH_MALFORMED;
    return status;
}

enum kith_status kith_body_decode(struct kith_arena *arena,
                                  struct kith_bytes bytes,
                                  struct kith_body *ret_body)
{
    ProtobufCMessage *message = NULL;
    struct kith_body body = {0};
    enum kith_status status;

    if (bytes.len > KITH_BODY_TEXT_MAX)
        return KITH_MALFORMED;
    status = strict_unpack(arena, &kith__body__descriptor, bytes,
                           BODY_VALUES_MAX, &message);
    if (status == KITH_OK)
        status = body_from_wire(arena, (const Kith__Body *)message, &body);
    if (status == KITH_OK)
        *ret_body = body;
    return status;
}

/* control - reads and writes the messages of the control socket.
 *
 * Responsible for: requests and answers <-> proto/control.proto.
 * Not here: the socket and the length before each payload (daemon/core,
 * client); which verbs there are (verbs.h).
 */
#include "kith/control.h"

#include <string.h>

#include "control.pb-c.h"

#include "kith/limits.h"
#include "record_wire.h"
#include "scratch.h"
#include "strict.h"
#include "text.h"
#include "wire.h"

/* Most values in one message. A record with the most fields has some 800; a
 * full message of the most records would not fit KITH_CONTROL_MAX, so this
 * only keeps a hostile one from costing more than its length. */
enum {
    CONTROL_VALUES_MAX = KITH_CONTROL_MAX / 4
};

static size_t records_room(const struct kith_record *records, size_t n_records)
{
    size_t room = scratch_room(n_records, sizeof(Kith__Record)) +
                  scratch_room(n_records, sizeof(Kith__Record *));

    for (size_t i = 0; i < n_records; i++)
        room += record_room(&records[i]);
    return room;
}

static enum kith_status records_to_wire(const struct kith_record *records,
                                        size_t n_records,
                                        struct scratch *scratch,
                                        Kith__Record ***ret_wire)
{
    Kith__Record *wire = scratch_take(scratch, n_records, sizeof(*wire));
    Kith__Record **pointers =
        scratch_take(scratch, n_records, sizeof(*pointers));

    for (size_t i = 0; i < n_records; i++) {
        enum kith_status status;

        kith__record__init(&wire[i]);
        status = record_to_wire(&records[i], scratch, &wire[i]);
        if (status != KITH_OK)
            return status;
        pointers[i] = &wire[i];
    }
    *ret_wire = pointers;
    return KITH_OK;
}

static enum kith_status records_from_wire(struct kith_arena *arena,
                                          Kith__Record *const *wire,
                                          size_t n_records,
                                          const struct kith_record **ret)
{
    struct kith_record *records = NULL;

    if (n_records > KITH_CONTROL_RECORDS_MAX)
        return KITH_MALFORMED;
    if (n_records == 0)
        return KITH_OK;
    records = kith_arena_alloc(arena, n_records * sizeof(*records));
    if (records == NULL)
        return KITH_NOMEM;
    for (size_t i = 0; i < n_records; i++) {
        enum kith_status status = record_from_wire(arena, wire[i], &records[i]);

        if (status != KITH_OK)
            return status;
    }
    *ret = records;
    return KITH_OK;
}

enum kith_status kith_control_request_encode(
    const struct kith_control_request *request, struct kith_buf *buf)
{
    Kith__Request wire = KITH__REQUEST__INIT;
    struct scratch scratch = {0};
    enum kith_status status;

    if (request->n_records > KITH_CONTROL_RECORDS_MAX ||
        request->as_person.len > KITH_NAME_MAX)
        return KITH_LIMIT;
    if (!text_is_good(request->as_person))
        return KITH_INVALID;
    if (!scratch_open(&scratch,
                      records_room(request->records, request->n_records) +
                          scratch_room(request->as_person.len + 1, 1)))
        return KITH_NOMEM;
    wire.request_id = wire_bytes(request->request_id.b, KITH_ID_LEN);
    wire.verb = request->verb;
    if (request->as_person.len > 0)
        wire.as_person = scratch_text(&scratch, request->as_person);
    wire.has_dry_run = request->dry_run;
    wire.dry_run = request->dry_run;
    wire.n_records = request->n_records;
    status = records_to_wire(request->records, request->n_records, &scratch,
                             &wire.records);
    if (status == KITH_OK)
        status = strict_pack(&wire.base, KITH_CONTROL_MAX, buf);
    scratch_close(&scratch);
    return status;
}

/* A text of an error, or NULL when it is empty and left out. */
static char *error_to_wire(const char *text)
{
    /* protobuf-c only reads it. */
    return text[0] == '\0' ? NULL : (char *)(uintptr_t)text;
}

static bool is_error_good(const struct kith_error *error)
{
    return error->status < KITH_STATUS_COUNT &&
           text_is_good(kith_bytes_of(error->code)) &&
           text_is_good(kith_bytes_of(error->what)) &&
           text_is_good(kith_bytes_of(error->next));
}

enum kith_status kith_control_answer_encode(
    const struct kith_control_answer *answer, struct kith_buf *buf)
{
    Kith__Answer wire = KITH__ANSWER__INIT;
    struct scratch scratch = {0};
    enum kith_status status;

    if (answer->n_records > KITH_CONTROL_RECORDS_MAX)
        return KITH_LIMIT;
    if (!is_error_good(&answer->error))
        return KITH_INVALID;
    if (!scratch_open(&scratch,
                      records_room(answer->records, answer->n_records)))
        return KITH_NOMEM;
    wire.request_id = wire_bytes(answer->request_id.b, KITH_ID_LEN);
    wire.status = (Kith__Status)answer->error.status;
    wire.code = error_to_wire(answer->error.code);
    wire.what = error_to_wire(answer->error.what);
    wire.next = error_to_wire(answer->error.next);
    wire.has_more = answer->more;
    wire.more = answer->more;
    wire.has_warnings = answer->warnings;
    wire.warnings = answer->warnings;
    wire.n_records = answer->n_records;
    status = records_to_wire(answer->records, answer->n_records, &scratch,
                             &wire.records);
    if (status == KITH_OK)
        status = strict_pack(&wire.base, KITH_CONTROL_MAX, buf);
    scratch_close(&scratch);
    return status;
}

static enum kith_status unpack(struct kith_arena *arena,
                               const ProtobufCMessageDescriptor *type,
                               struct kith_bytes payload,
                               ProtobufCMessage **ret_message)
{
    enum kith_status status;

    if (payload.len > KITH_CONTROL_MAX)
        return KITH_MALFORMED;
    status =
        strict_unpack(arena, type, payload, CONTROL_VALUES_MAX, ret_message);
    return status == KITH_NOT_UNDERSTOOD ? KITH_MALFORMED : status;
}

enum kith_status kith_control_request_decode(
    struct kith_arena *arena, struct kith_bytes payload,
    struct kith_control_request *ret_request)
{
    ProtobufCMessage *message = NULL;
    struct kith_control_request request = {0};
    const Kith__Request *wire = NULL;
    enum kith_status status =
        unpack(arena, &kith__request__descriptor, payload, &message);

    if (status != KITH_OK)
        return status;
    wire = (const Kith__Request *)message;
    request.verb = wire->verb;
    request.as_person = wire_text(wire->as_person);
    request.dry_run = wire->dry_run;
    request.n_records = wire->n_records;
    if (!wire_take(wire->request_id, request.request_id.b, KITH_ID_LEN) ||
        request.as_person.len > KITH_NAME_MAX)
        return KITH_MALFORMED;
    status = records_from_wire(arena, wire->records, wire->n_records,
                               &request.records);
    if (status == KITH_OK)
        *ret_request = request;
    return status;
}

enum kith_status kith_control_request_look(
    struct kith_arena *arena, struct kith_bytes payload,
    struct kith_control_request *ret_request)
{
    const ProtobufCFieldDescriptor *records =
        protobuf_c_message_descriptor_get_field_by_name(
            &kith__request__descriptor, "records");

    return kith_control_request_decode(
        arena, strict_before(payload, records->id), ret_request);
}

/* Copies TEXT, which may be NULL; false when it does not fit. */
static bool take_text(const char *text, char *ret_text, size_t size)
{
    struct kith_bytes bytes = wire_text(text);

    if (bytes.len >= size)
        return false;
    if (bytes.len > 0)
        memcpy(ret_text, bytes.data, bytes.len);
    ret_text[bytes.len] = '\0';
    return true;
}

enum kith_status kith_control_answer_decode(
    struct kith_arena *arena, struct kith_bytes payload,
    struct kith_control_answer *ret_answer)
{
    ProtobufCMessage *message = NULL;
    struct kith_control_answer answer = {0};
    const Kith__Answer *wire = NULL;
    enum kith_status status =
        unpack(arena, &kith__answer__descriptor, payload, &message);

    if (status != KITH_OK)
        return status;
    wire = (const Kith__Answer *)message;
    answer.error.status = (enum kith_status)wire->status;
    answer.more = wire->more;
    answer.warnings = wire->warnings;
    answer.n_records = wire->n_records;
    if (!wire_take(wire->request_id, answer.request_id.b, KITH_ID_LEN) ||
        !take_text(wire->code, answer.error.code, KITH_ERROR_CODE_MAX) ||
        !take_text(wire->what, answer.error.what, KITH_ERROR_WHAT_MAX) ||
        !take_text(wire->next, answer.error.next, KITH_ERROR_NEXT_MAX))
        return KITH_MALFORMED;
    status = records_from_wire(arena, wire->records, wire->n_records,
                               &answer.records);
    if (status == KITH_OK)
        *ret_answer = answer;
    return status;
}

/* wire_values - builds messages from the values in tests/vectors/wire.json.
 *
 * Responsible for: JSON values -> structs of libkith -> its encoders.
 * Not here: the bytes they are held against (test_wire.c).
 */
#include "wire_values.h"

#include <stdlib.h>
#include <string.h>

#include "kith/body.h"
#include "kith/control.h"
#include "kith/limits.h"
#include "kith/session.h"
#include "vectors.h"

/* Members that are left out are 0, false or empty. */
static uint64_t number_of(const json_t *value, const char *name)
{
    const json_t *member = json_object_get(value, name);
    char digits[32];

    if (member == NULL)
        return 0;
    if (json_is_boolean(member))
        return json_is_true(member);
    if (json_is_integer(member))
        return (uint64_t)json_integer_value(member);
    /* Beyond 63 bits JSON has only text. */
    assert_true(json_is_string(member) && json_string_length(member) < 32);
    memcpy(digits, json_string_value(member), json_string_length(member) + 1);
    return strtoull(digits, NULL, 10);
}

static struct kith_bytes text_of(const json_t *value, const char *name)
{
    const json_t *member = json_object_get(value, name);

    if (member == NULL)
        return (struct kith_bytes){0};
    assert_true(json_is_string(member));
    return (struct kith_bytes){(const uint8_t *)json_string_value(member),
                               json_string_length(member)};
}

static struct kith_bytes octets_of(const json_t *value, const char *name)
{
    if (json_object_get(value, name) == NULL)
        return (struct kith_bytes){0};
    return vector_bytes(value, name);
}

static void take(const json_t *value, const char *name, void *ret_data,
                 size_t len)
{
    struct kith_bytes bytes = octets_of(value, name);

    if (bytes.len == 0)
        return;
    assert_int_equal(bytes.len, len);
    memcpy(ret_data, bytes.data, len);
}

static struct kith_when when_of(const json_t *value)
{
    static const char *const kinds[] = {"date",   "unknown", "not_announced",
                                        "passed", "window",  "verbatim"};
    struct kith_when when = {
        .from_day =
            (int32_t)json_integer_value(json_object_get(value, "from_day")),
        .to_day = (int32_t)json_integer_value(json_object_get(value, "to_day")),
        .text = text_of(value, "text")};

    for (unsigned i = 0; i < 6; i++)
        if (strcmp(kinds[i], vector_text(value, "kind")) == 0)
            when.kind = (enum kith_when_kind)(i + 1);
    return when;
}

static void build_field(struct kith_record_builder *builder,
                        const json_t *value)
{
    uint32_t number = (uint32_t)number_of(value, "number");
    const char *type = vector_text(value, "type");
    struct kith_bytes octets;

    switch (type[0]) {
    case 't':
        kith_build_text(builder, number, text_of(value, "value"));
        break;
    case 'n':
        kith_build_number(builder, number, (int64_t)number_of(value, "value"));
        break;
    case 'c':
        kith_build_choice(builder, number, (int64_t)number_of(value, "value"));
        break;
    case 'o':
        octets = octets_of(value, "value");
        kith_build_octets(builder, number, octets.data, octets.len);
        break;
    default: {
        struct kith_when when = when_of(json_object_get(value, "value"));

        kith_build_when(builder, number, &when);
        break;
    }
    }
}

static struct kith_record record_of(struct kith_arena *arena,
                                    const json_t *value)
{
    struct kith_record record = {
        .kind = (uint32_t)number_of(value, "kind"),
        .revision = number_of(value, "revision"),
        .changed_at = (int64_t)number_of(value, "changed_at"),
        .label = (enum kith_label)number_of(value, "label"),
        .inactive = number_of(value, "inactive") != 0};
    struct kith_record_builder builder;
    const json_t *field = NULL;
    size_t i;

    take(value, "id", record.id.b, KITH_ID_LEN);
    take(value, "project", record.project.b, KITH_ID_LEN);
    take(value, "author", record.author.b, KITH_ID_LEN);
    take(value, "owner", record.owner.b, KITH_COMPANY_ID_LEN);
    kith_build_start(&builder, arena);
    json_array_foreach(json_object_get(value, "fields"), i, field)
        build_field(&builder, field);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

static size_t records_of(struct kith_arena *arena, const json_t *value,
                         struct kith_record **ret_records)
{
    const json_t *list = json_object_get(value, "records");
    size_t count = json_array_size(list);
    struct kith_record *records =
        kith_arena_alloc(arena, count * sizeof(*records));

    assert_non_null(records);
    for (size_t i = 0; i < count; i++)
        records[i] = record_of(arena, json_array_get(list, i));
    *ret_records = records;
    return count;
}

static enum kith_status encode_record(struct kith_arena *arena,
                                      const json_t *value, struct kith_buf *buf)
{
    struct kith_record record = record_of(arena, value);

    return kith_record_encode(&record, buf);
}

static enum kith_status encode_body(struct kith_arena *arena,
                                    const json_t *value, struct kith_buf *buf)
{
    struct kith_id persons[8] = {{{0}}};
    const json_t *list = json_object_get(value, "persons");
    struct kith_body body = {
        .entry_class = (uint8_t)number_of(value, "class"),
        .record = record_of(arena, json_object_get(value, "record")),
        .purpose = text_of(value, "purpose"),
        .audience = {.bound = number_of(value, "bound") != 0,
                     .persons = persons,
                     .n_persons = json_array_size(list),
                     .version = number_of(value, "audience_version")},
        .recovery = octets_of(value, "recovery")};

    for (size_t i = 0; i < json_array_size(list); i++)
        assert_int_equal(kith_unhex(json_string_value(json_array_get(list, i)),
                                    persons[i].b, KITH_ID_LEN),
                         KITH_OK);
    take(value, "agreement", body.agreement.b, KITH_HASH_LEN);
    take(value, "grant", body.grant.b, KITH_ID_LEN);
    return kith_body_encode(&body, buf);
}

static enum kith_status encode_greet(struct kith_arena *arena,
                                     const json_t *value, struct kith_buf *buf)
{
    struct kith_greet greet = {
        .protocol_min = (uint16_t)number_of(value, "protocol_min"),
        .protocol_max = (uint16_t)number_of(value, "protocol_max")};

    (void)arena;
    take(value, "nonce", greet.nonce, KITH_NONCE_LEN);
    return kith_greet_encode(&greet, buf);
}

static struct kith_log_claim claim_of(const json_t *value)
{
    return (struct kith_log_claim){.log_number =
                                       (uint32_t)number_of(value, "log_number"),
                                   .size = number_of(value, "size"),
                                   .note = text_of(value, "note")};
}

static enum kith_status encode_hello(struct kith_arena *arena,
                                     const json_t *value, struct kith_buf *buf)
{
    struct kith_hello hello = {
        .protocol = (uint16_t)number_of(value, "protocol"),
        .features = number_of(value, "features"),
        .card = octets_of(value, "card"),
        .session = number_of(value, "session"),
        .partner_session = number_of(value, "partner_session"),
        .verified = number_of(value, "verified") != 0,
        .mine = claim_of(json_object_get(value, "mine")),
        .yours = claim_of(json_object_get(value, "yours"))};
    struct kith_sig signature = {{0}};
    struct kith_buf text = {0};
    enum kith_status status;

    (void)arena;
    take(value, "sender", hello.sender.b, KITH_COMPANY_ID_LEN);
    take(value, "receiver", hello.receiver.b, KITH_COMPANY_ID_LEN);
    take(value, "sender_transport", hello.sender_transport.b, KITH_KEY_LEN);
    take(value, "receiver_transport", hello.receiver_transport.b, KITH_KEY_LEN);
    take(value, "sender_nonce", hello.sender_nonce, KITH_NONCE_LEN);
    take(value, "receiver_nonce", hello.receiver_nonce, KITH_NONCE_LEN);
    take(value, "signature", signature.b, KITH_SIG_LEN);
    status = kith_hello_signed_bytes(&hello, &text);
    if (status == KITH_OK)
        status = kith_hello_encode(kith_buf_bytes(&text), &signature, buf);
    kith_buf_clear(&text);
    return status;
}

static enum kith_status encode_push(struct kith_arena *arena,
                                    const json_t *value, struct kith_buf *buf)
{
    struct kith_push_entry entries[8] = {{{0}, {0}}};
    const json_t *list = json_object_get(value, "entries");
    struct kith_push push = {.log_number =
                                 (uint32_t)number_of(value, "log_number"),
                             .first = number_of(value, "first"),
                             .checkpoint = text_of(value, "checkpoint"),
                             .keys = octets_of(value, "keys"),
                             .entries = entries,
                             .n_entries = json_array_size(list)};

    (void)arena;
    for (size_t i = 0; i < push.n_entries; i++) {
        const json_t *entry = json_array_get(list, i);

        entries[i].header = octets_of(entry, "header");
        entries[i].sealed = octets_of(entry, "sealed");
    }
    return kith_push_encode(&push, buf);
}

static enum kith_status encode_receipt(struct kith_arena *arena,
                                       const json_t *value,
                                       struct kith_buf *buf)
{
    struct kith_receipt receipt = {.log_number =
                                       (uint32_t)number_of(value, "log_number"),
                                   .processed = number_of(value, "processed"),
                                   .note = text_of(value, "note")};

    (void)arena;
    return kith_receipt_encode(&receipt, buf);
}

static enum kith_status encode_want(struct kith_arena *arena,
                                    const json_t *value, struct kith_buf *buf)
{
    struct kith_range ranges[8] = {{0, 0}};
    const json_t *list = json_object_get(value, "ranges");
    struct kith_want want = {.own_log = number_of(value, "own_log") != 0,
                             .log_number =
                                 (uint32_t)number_of(value, "log_number"),
                             .ranges = ranges,
                             .n_ranges = json_array_size(list)};

    (void)arena;
    for (size_t i = 0; i < want.n_ranges; i++) {
        const json_t *range = json_array_get(list, i);

        ranges[i].from = (uint64_t)json_integer_value(json_array_get(range, 0));
        ranges[i].count =
            (uint64_t)json_integer_value(json_array_get(range, 1));
    }
    return kith_want_encode(&want, buf);
}

static enum kith_status encode_held(struct kith_arena *arena,
                                    const json_t *value, struct kith_buf *buf)
{
    struct kith_held held = {
        .log_number = (uint32_t)number_of(value, "log_number"),
        .size = number_of(value, "size"),
        .note = text_of(value, "note"),
        .receipt = text_of(value, "receipt"),
        .next_log = (uint32_t)number_of(value, "next_log"),
    };

    /* octets_of has one place for all */
    held.push = kith_arena_copy(arena, octets_of(value, "push"));
    held.card = octets_of(value, "card");
    return kith_held_encode(&held, buf);
}

static enum kith_status encode_refuse(struct kith_arena *arena,
                                      const json_t *value, struct kith_buf *buf)
{
    struct kith_refuse refuse = {.code = (uint16_t)number_of(value, "code"),
                                 .sentence = text_of(value, "sentence")};

    (void)arena;
    return kith_refuse_encode(&refuse, buf);
}

static enum kith_status encode_ping(struct kith_arena *arena,
                                    const json_t *value, struct kith_buf *buf)
{
    (void)arena;
    return kith_ping_encode((uint8_t)number_of(value, "type"),
                            strtoull(vector_text(value, "token"), NULL, 16),
                            buf);
}

static enum kith_status encode_request(struct kith_arena *arena,
                                       const json_t *value,
                                       struct kith_buf *buf)
{
    struct kith_record *records = NULL;
    struct kith_control_request request = {
        .verb = (uint32_t)number_of(value, "verb"),
        .as_person = text_of(value, "as_person"),
        .dry_run = number_of(value, "dry_run") != 0,
        .n_records = records_of(arena, value, &records)};

    request.records = records;
    take(value, "request_id", request.request_id.b, KITH_ID_LEN);
    return kith_control_request_encode(&request, buf);
}

static void take_text(const json_t *value, const char *name, char *ret_text,
                      size_t size)
{
    struct kith_bytes text = text_of(value, name);

    assert_true(text.len < size);
    if (text.len > 0)
        memcpy(ret_text, text.data, text.len);
    ret_text[text.len] = '\0';
}

static enum kith_status encode_answer(struct kith_arena *arena,
                                      const json_t *value, struct kith_buf *buf)
{
    struct kith_record *records = NULL;
    struct kith_control_answer answer = {
        .error.status = (enum kith_status)number_of(value, "status"),
        .more = number_of(value, "more") != 0,
        .warnings = number_of(value, "warnings") != 0,
        .n_records = records_of(arena, value, &records)};

    answer.records = records;
    take(value, "request_id", answer.request_id.b, KITH_ID_LEN);
    take_text(value, "code", answer.error.code, KITH_ERROR_CODE_MAX);
    take_text(value, "what", answer.error.what, KITH_ERROR_WHAT_MAX);
    take_text(value, "next", answer.error.next, KITH_ERROR_NEXT_MAX);
    return kith_control_answer_encode(&answer, buf);
}

bool wire_encode(struct kith_arena *arena, const char *type,
                 const json_t *value, struct kith_buf *buf)
{
    static const struct {
        const char *type;
        enum kith_status (*encode)(struct kith_arena *, const json_t *,
                                   struct kith_buf *);
    } encoders[] = {
        {"record", encode_record},   {"body", encode_body},
        {"greet", encode_greet},     {"hello", encode_hello},
        {"push", encode_push},       {"receipt", encode_receipt},
        {"want", encode_want},       {"refuse", encode_refuse},
        {"held", encode_held},       {"ping", encode_ping},
        {"request", encode_request}, {"answer", encode_answer},
    };

    for (size_t i = 0; i < sizeof(encoders) / sizeof(encoders[0]); i++) {
        if (strcmp(encoders[i].type, type) != 0)
            continue;
        assert_int_equal(encoders[i].encode(arena, value, buf), KITH_OK);
        return true;
    }
    return false;
}

/* strict - decodes and encodes protobuf under the rules of strict.h.
 *
 * Responsible for: the walk over bytes guided by protobuf-c's descriptors,
 * and the allocator that keeps protobuf-c inside an arena.
 * Not here: what a message means and how long its fields may be; that is
 * beside each message (record.c, body.c, session*.c, control.c).
 */
#include "strict.h"

#include <protobuf-c/protobuf-c.h>

#include "text.h"

/* protobuf's wire types. */
enum {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_LEN = 2,
    WIRE_FIXED32 = 5
};

struct scan {
    size_t values_left;
    bool unknown; /* met something of a newer version */
};

/* Where the walk over one message stands. */
struct place {
    const ProtobufCMessageDescriptor *type;
    struct kith_bytes rest; /* not yet read */
    unsigned depth;
    unsigned next;   /* first declared field not yet passed */
    bool seen_next;  /* fields[next] was met */
    bool seen_oneof; /* types of ours have one oneof at most */
    uint32_t last_number;
};

static enum kith_status scan_message(struct scan *scan,
                                     const ProtobufCMessageDescriptor *type,
                                     struct kith_bytes bytes, unsigned depth);

static bool is_wire_of(ProtobufCType type, unsigned wire)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return wire == WIRE_VARINT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return wire == WIRE_LEN;
    default:
        return false;
    }
}

/* Takes the shortest form of a number of up to 64 bits off REST. */
static bool take_varint(struct kith_bytes *rest, uint64_t *ret_value)
{
    uint64_t value = 0;
    size_t at = 0;
    uint8_t byte;

    do {
        if (at == rest->len || at == 10)
            return false;
        byte = rest->data[at];
        value |= (uint64_t)(byte & 0x7f) << (7 * at);
        at++;
    } while ((byte & 0x80) != 0);
    if ((byte == 0 && at > 1) || (at == 10 && byte > 1))
        return false;
    rest->data += at;
    rest->len -= at;
    *ret_value = value;
    return true;
}

static bool take_bytes(struct kith_bytes *rest, uint64_t len,
                       struct kith_bytes *ret_bytes)
{
    if (len > rest->len)
        return false;
    *ret_bytes = (struct kith_bytes){rest->data, (size_t)len};
    rest->data += len;
    rest->len -= (size_t)len;
    return true;
}

/* A value that this version does not declare: passed over, but its own form
 * must be right. */
static bool take_unknown(struct kith_bytes *rest, unsigned wire)
{
    struct kith_bytes passed;
    uint64_t value;

    switch (wire) {
    case WIRE_VARINT:
        return take_varint(rest, &value);
    case WIRE_FIXED64:
        return take_bytes(rest, 8, &passed);
    case WIRE_LEN:
        return take_varint(rest, &value) && take_bytes(rest, value, &passed);
    case WIRE_FIXED32:
        return take_bytes(rest, 4, &passed);
    default:
        return false;
    }
}

static bool is_defaultable(const ProtobufCFieldDescriptor *field)
{
    return field->label == PROTOBUF_C_LABEL_OPTIONAL &&
           (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0;
}

static bool scan_number(struct scan *scan,
                        const ProtobufCFieldDescriptor *field, uint64_t value)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        return value <= 1;
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
        return value <= UINT32_MAX;
    case PROTOBUF_C_TYPE_ENUM:
        if (value > INT32_MAX)
            return false;
        if (protobuf_c_enum_descriptor_get_value(field->descriptor,
                                                 (int)value) == NULL)
            scan->unknown = true;
        return true;
    default:
        return true;
    }
}

/* Reads one value of FIELD off the front of the place. */
static enum kith_status scan_value(struct scan *scan, struct place *place,
                                   const ProtobufCFieldDescriptor *field,
                                   unsigned wire)
{
    struct kith_bytes inner;
    uint64_t value;

    if (!is_wire_of(field->type, wire) || !take_varint(&place->rest, &value))
        return KITH_MALFORMED;
    if (value == 0 && is_defaultable(field))
        return KITH_MALFORMED;
    if (wire == WIRE_VARINT)
        return scan_number(scan, field, value) ? KITH_OK : KITH_MALFORMED;
    if (!take_bytes(&place->rest, value, &inner))
        return KITH_MALFORMED;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return scan_message(scan, field->descriptor, inner, place->depth + 1);
    if (field->type == PROTOBUF_C_TYPE_STRING && !text_is_good(inner))
        return KITH_MALFORMED;
    return KITH_OK;
}

/* Leaves the declared fields below NUMBER behind; false when one of them is
 * required and was not met. */
static bool pass_fields(struct place *place, uint32_t number)
{
    while (place->next < place->type->n_fields &&
           place->type->fields[place->next].id < number) {
        if (place->type->fields[place->next].label ==
                PROTOBUF_C_LABEL_REQUIRED &&
            !place->seen_next)
            return false;
        place->next++;
        place->seen_next = false;
    }
    return true;
}

/* The field NUMBER, at which the place now stands. KITH_NOT_FOUND: this
 * version has none. */
static enum kith_status find_field(struct place *place, uint32_t number,
                                   const ProtobufCFieldDescriptor **ret_field)
{
    const ProtobufCFieldDescriptor *field = NULL;

    if (number == 0 || number < place->last_number ||
        !pass_fields(place, number))
        return KITH_MALFORMED;
    place->last_number = number;
    if (place->next == place->type->n_fields ||
        place->type->fields[place->next].id != number)
        return KITH_NOT_FOUND;
    field = &place->type->fields[place->next];
    if (place->seen_next && field->label != PROTOBUF_C_LABEL_REPEATED)
        return KITH_MALFORMED;
    place->seen_next = true;
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
        if (place->seen_oneof)
            return KITH_MALFORMED;
        place->seen_oneof = true;
    }
    *ret_field = field;
    return KITH_OK;
}

/* Reads one tag and its value. */
static enum kith_status scan_field(struct scan *scan, struct place *place)
{
    const ProtobufCFieldDescriptor *field = NULL;
    enum kith_status status;
    uint64_t tag;

    if (scan->values_left == 0 || !take_varint(&place->rest, &tag) ||
        tag > UINT32_MAX)
        return KITH_MALFORMED;
    scan->values_left--;
    status = find_field(place, (uint32_t)tag >> 3, &field);
    if (status == KITH_NOT_FOUND) {
        scan->unknown = true;
        return take_unknown(&place->rest, (unsigned)tag & 7) ? KITH_OK
                                                             : KITH_MALFORMED;
    }
    if (status != KITH_OK)
        return status;
    return scan_value(scan, place, field, (unsigned)tag & 7);
}

static enum kith_status scan_message(struct scan *scan,
                                     const ProtobufCMessageDescriptor *type,
                                     struct kith_bytes bytes, unsigned depth)
{
    struct place place = {.type = type, .rest = bytes, .depth = depth};

    if (depth > STRICT_DEPTH_MAX)
        return KITH_MALFORMED;
    while (place.rest.len > 0) {
        enum kith_status status = scan_field(scan, &place);

        if (status != KITH_OK)
            return status;
    }
    return pass_fields(&place, UINT32_MAX) ? KITH_OK : KITH_MALFORMED;
}

enum kith_status strict_scan(const struct ProtobufCMessageDescriptor *type,
                             struct kith_bytes bytes, size_t values_max)
{
    struct scan scan = {.values_left = values_max};
    enum kith_status status = scan_message(&scan, type, bytes, 1);

    if (status == KITH_OK && scan.unknown)
        return KITH_NOT_UNDERSTOOD;
    return status;
}

struct kith_bytes strict_before(struct kith_bytes bytes, uint32_t number)
{
    struct kith_bytes rest = bytes;
    size_t len = 0;
    uint64_t tag;

    while (rest.len > 0 && take_varint(&rest, &tag) && tag >> 3 < number &&
           take_unknown(&rest, (unsigned)tag & 7))
        len = bytes.len - rest.len;
    return (struct kith_bytes){bytes.data, len};
}

static void *take_from_arena(void *arena, size_t len)
{
    return kith_arena_alloc(arena, len);
}

/* What an arena gave goes back with its reset. */
static void keep_in_arena(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

enum kith_status strict_unpack(struct kith_arena *arena,
                               const struct ProtobufCMessageDescriptor *type,
                               struct kith_bytes bytes, size_t values_max,
                               struct ProtobufCMessage **ret_message)
{
    ProtobufCAllocator allocator = {take_from_arena, keep_in_arena, arena};
    enum kith_status status = strict_scan(type, bytes, values_max);
    ProtobufCMessage *message = NULL;

    if (status != KITH_OK)
        return status;
    message =
        protobuf_c_message_unpack(type, &allocator, bytes.len, bytes.data);
    /* The scan has excluded every other reason. */
    if (message == NULL)
        return KITH_NOMEM;
    *ret_message = message;
    return KITH_OK;
}

enum kith_status strict_pack(const struct ProtobufCMessage *message,
                             size_t len_max, struct kith_buf *buf)
{
    size_t len = protobuf_c_message_get_packed_size(message);
    enum kith_status status;

    if (len > len_max)
        return KITH_LIMIT;
    status = kith_buf_reserve(buf, len);
    if (status != KITH_OK)
        return status;
    buf->len += protobuf_c_message_pack(message, buf->data + buf->len);
    return KITH_OK;
}

static unsigned depth_below(const ProtobufCMessageDescriptor *type,
                            unsigned depth)
{
    unsigned deepest = depth;

    if (depth > STRICT_DEPTH_MAX)
        return 0;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        unsigned below = depth;

        if (!is_wire_of(field->type, WIRE_VARINT) &&
            !is_wire_of(field->type, WIRE_LEN))
            return 0;
        if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            below = depth_below(field->descriptor, depth + 1);
        if (below == 0)
            return 0;
        if (below > deepest)
            deepest = below;
    }
    return deepest;
}

unsigned strict_depth(const struct ProtobufCMessageDescriptor *type)
{
    return depth_below(type, 1);
}

/* pack - fixed layouts of rows, written and read with their bounds.
 *
 * A fault sticks: a row that is too short or too long is noticed once, at the
 * end, with unpack_done().
 * Threads: any.
 */
#ifndef STORE_PACK_H
#define STORE_PACK_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "kith/be.h"
#include "kith/bytes.h"

struct pack {
    uint8_t *start; /* borrowed */
    uint8_t *at;    /* next byte to write */
    uint8_t *end;
};

struct unpack {
    const uint8_t *at; /* next byte to read */
    const uint8_t *end;
    bool short_of; /* something reached past the end */
};

static inline struct pack pack_into(void *buffer, size_t cap)
{
    uint8_t *start = buffer;
    struct pack pack = {start, start, start + cap};

    return pack;
}

/* The caller sized the buffer for its own layout: no outside bytes here. */
static inline void pack_bytes(struct pack *pack, const void *data, size_t len)
{
    assert((size_t)(pack->end - pack->at) >= len);
    if (len > 0)
        memcpy(pack->at, data, len);
    pack->at += len;
}

static inline void pack_number(struct pack *pack, uint64_t value, size_t count)
{
    assert((size_t)(pack->end - pack->at) >= count);
    kith_be_put(pack->at, value, count);
    pack->at += count;
}

static inline void pack_u8(struct pack *pack, uint8_t value)
{
    pack_number(pack, value, 1);
}

static inline void pack_u16(struct pack *pack, uint16_t value)
{
    pack_number(pack, value, 2);
}

static inline void pack_u32(struct pack *pack, uint32_t value)
{
    pack_number(pack, value, 4);
}

static inline void pack_u64(struct pack *pack, uint64_t value)
{
    pack_number(pack, value, 8);
}

static inline void pack_i64(struct pack *pack, int64_t value)
{
    pack_number(pack, (uint64_t)value, 8);
}

static inline struct kith_bytes pack_done(const struct pack *pack)
{
    struct kith_bytes bytes = {pack->start, (size_t)(pack->at - pack->start)};

    return bytes;
}

static inline struct unpack unpack_from(const void *data, size_t len)
{
    const uint8_t *at = data;
    struct unpack unpack = {at, at + len, false};

    return unpack;
}

static inline void unpack_bytes(struct unpack *unpack, void *ret, size_t len)
{
    if ((size_t)(unpack->end - unpack->at) < len) {
        unpack->short_of = true;
        memset(ret, 0, len);
        return;
    }
    if (len > 0)
        memcpy(ret, unpack->at, len);
    unpack->at += len;
}

static inline uint64_t unpack_number(struct unpack *unpack, size_t count)
{
    uint64_t value = 0;

    if ((size_t)(unpack->end - unpack->at) < count) {
        unpack->short_of = true;
        return 0;
    }
    value = kith_be_get(unpack->at, count);
    unpack->at += count;
    return value;
}

static inline uint8_t unpack_u8(struct unpack *unpack)
{
    return (uint8_t)unpack_number(unpack, 1);
}

static inline uint16_t unpack_u16(struct unpack *unpack)
{
    return (uint16_t)unpack_number(unpack, 2);
}

static inline uint32_t unpack_u32(struct unpack *unpack)
{
    return (uint32_t)unpack_number(unpack, 4);
}

static inline uint64_t unpack_u64(struct unpack *unpack)
{
    return unpack_number(unpack, 8);
}

static inline int64_t unpack_i64(struct unpack *unpack)
{
    return (int64_t)unpack_number(unpack, 8);
}

/* What has not been read yet. */
static inline struct kith_bytes unpack_rest(const struct unpack *unpack)
{
    struct kith_bytes rest = {unpack->at, (size_t)(unpack->end - unpack->at)};

    return rest;
}

/* True when everything was there and nothing is left over. */
static inline bool unpack_done(const struct unpack *unpack)
{
    return !unpack->short_of && unpack->at == unpack->end;
}

#endif

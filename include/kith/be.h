/* be - big-endian integers in fixed layouts.
 *
 * Every integer on the wire, in a signature and in a row key is big-endian
 * (PROTOCOL.md 1.1), so that bytes compare in the order of the numbers.
 * Threads: any.
 */
#ifndef KITH_BE_H
#define KITH_BE_H

#include <stddef.h>
#include <stdint.h>

/* Writes the low COUNT bytes of VALUE to P, COUNT in 1..8. */
static inline void kith_be_put(uint8_t *p, uint64_t value, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        p[i - 1] = (uint8_t)(value & 0xff);
        value >>= 8;
    }
}

/* Reads COUNT bytes, COUNT in 1..8. */
static inline uint64_t kith_be_get(const uint8_t *p, size_t count)
{
    uint64_t value = 0;

    for (size_t i = 0; i < count; i++)
        value = value << 8 | p[i];
    return value;
}

static inline void kith_be_put16(uint8_t *p, uint16_t value)
{
    kith_be_put(p, value, 2);
}

static inline void kith_be_put32(uint8_t *p, uint32_t value)
{
    kith_be_put(p, value, 4);
}

static inline void kith_be_put64(uint8_t *p, uint64_t value)
{
    kith_be_put(p, value, 8);
}

static inline uint16_t kith_be_get16(const uint8_t *p)
{
    return (uint16_t)kith_be_get(p, 2);
}

static inline uint32_t kith_be_get32(const uint8_t *p)
{
    return (uint32_t)kith_be_get(p, 4);
}

static inline uint64_t kith_be_get64(const uint8_t *p)
{
    return kith_be_get(p, 8);
}

#endif

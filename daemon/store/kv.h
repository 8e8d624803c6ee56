/* kv - the seam under the store: ordered tables of bytes in one transaction.
 *
 * Two things fill it: LMDB (kv_lmdb.c) and memory (kv_ram.c). Everything that
 * has a meaning is above it and exists once. One transaction at a time; bytes
 * handed out are borrowed until the next put or del, or the end of the
 * transaction.
 * Not here: seals (rowseal.h), what a row means.
 * Threads: one.
 */
#ifndef STORE_KV_H
#define STORE_KV_H

#include "kith/be.h"
#include "kith/bytes.h"
#include "kith/status.h"

struct kith_error;
struct kv;

/* Numbers stand in every row's seal: never reuse one. */
enum kv_table {
    KV_META = 0,    /* the check row and the root row */
    KV_LINK,        /* link */
    KV_LINK_NAME,   /* hash of company id or alias -> link */
    KV_CARD,        /* hash of a card's digest -> card */
    KV_HEAD,        /* owner, project, record */
    KV_HEAD_ID,     /* hash of owner and id -> project, record */
    KV_NAME,        /* hash of a natural key -> project, record */
    KV_REVISION,    /* revision row */
    KV_TOLD,        /* link, project, record */
    KV_TOLD_ITEM,   /* hash of link and item -> project, record */
    KV_ENTRY_OUT,   /* link, log, index */
    KV_ENTRY_IN,    /* link, log, index */
    KV_NODE,        /* link, side, log, level, index */
    KV_NOTE,        /* link, side, log, kind, size */
    KV_QUEUE,       /* link, sequence; link alone: its length */
    KV_STATE,       /* kind, number; number 0: the last one drawn */
    KV_AUDIT,       /* index */
    KV_REQUEST,     /* hash of a request id -> answer */
    KV_REQUEST_AGE, /* sequence -> that hash */
    KV_READ,        /* person, owner, project, record */
    KV_VALUE,       /* which */
    KV_SLOT_GONE,   /* slot -> intent, done */
    KV_TABLES
};

enum {
    KV_KEY_MAX = 40
};

struct kv_key {
    uint8_t len;
    uint8_t b[KV_KEY_MAX];
};

/* Where a row stands: its table and key. */
struct kv_place {
    enum kv_table table;
    struct kv_key key;
};

enum kv_put_flag {
    KV_APPEND = 1, /* the key is probably the greatest: a hint */
    KV_NEW = 2     /* KITH_CONFLICT when the key is there */
};

enum kv_direction {
    KV_FORWARD,
    KV_BACK
};

/* A row that was met; key.len 0: there is none. */
struct kv_row {
    struct kv_key key;
    struct kith_bytes value;
};

/* ABOVE: the first row that a search finds at or above a place; BELOW: the one
 * that stands before it. In a sound table below < place <= above. */
struct kv_around {
    struct kv_row below, above;
};

struct kv_size {
    uint64_t used_bytes;
    uint64_t map_bytes;
};

struct kv_ops {
    enum kith_status (*begin)(struct kv *kv, bool write);
    /* Durable or nothing; the transaction is over in either case.
     * KITH_FULL, KITH_IO, KITH_DAMAGED, KITH_NOMEM. */
    enum kith_status (*commit)(struct kv *kv);
    void (*abort)(struct kv *kv);
    /* KITH_NOT_FOUND, KITH_DAMAGED. */
    enum kith_status (*get)(struct kv *kv, const struct kv_place *place,
                            struct kith_bytes *ret_value);
    /* Makes or replaces the row; its LEN bytes are written by the caller to
     * ret_space before the next call. */
    enum kith_status (*put)(struct kv *kv, const struct kv_place *place,
                            unsigned flags, size_t len, uint8_t **ret_space);
    enum kith_status (*del)(struct kv *kv, const struct kv_place *place);
    /* The rows on both sides of PLACE, there or not. */
    enum kith_status (*around)(struct kv *kv, const struct kv_place *place,
                               struct kv_around *ret_around);
    /* Rows of TABLE as the transaction sees them. */
    enum kith_status (*rows)(struct kv *kv, enum kv_table table,
                             uint64_t *ret_rows);
    /* Number of the transaction, one more with each commit. */
    uint64_t (*number)(struct kv *kv);
    /* With no transaction: grows the map when a put found it full. True when
     * it has been grown. */
    bool (*grow)(struct kv *kv);
    /* With no transaction: clears readers of dead processes. */
    enum kith_status (*tend)(struct kv *kv);
    enum kith_status (*size)(struct kv *kv, struct kv_size *ret_size);
    void (*close)(struct kv *kv);
};

struct kv {
    const struct kv_ops *ops;
    bool damageable; /* a row may have been lost or moved by a bad page */
};

/* An empty one in memory. KITH_NOMEM. */
enum kith_status kv_ram_new(struct kv **ret_kv) KITH_MUST_CHECK;

struct kv_lmdb_options {
    const char *dir;    /* holds data.mdb and lock.mdb */
    uint64_t map_bytes; /* at least; a greater one in the file stays */
    bool create;        /* make the tables */
    bool read_only;
};
/* KITH_IO, KITH_FULL, KITH_NOT_FOUND no such file, KITH_DAMAGED not LMDB's or
 * a table is missing; with ERR. */
enum kith_status kv_lmdb_open(const struct kv_lmdb_options *options,
                              struct kv **ret_kv, struct kith_error *err)
    KITH_MUST_CHECK;

static inline struct kv_place kv_place(enum kv_table table)
{
    struct kv_place place;

    place.table = table;
    place.key.len = 0;
    return place;
}

/* Adds VALUE big-endian, so that keys sort as numbers. Our own layouts never
 * reach KV_KEY_MAX. */
static inline void kv_place_add(struct kv_place *place, uint64_t value,
                                size_t count)
{
    kith_be_put(place->key.b + place->key.len, value, count);
    place->key.len = (uint8_t)(place->key.len + count);
}

static inline uint64_t kv_key_number(const struct kv_key *key, size_t offset,
                                     size_t count)
{
    return kith_be_get(key->b + offset, count);
}

/* Keys as bytes, a shorter one before a longer one that begins with it. */
int kv_key_compare(const struct kv_key *a, const struct kv_key *b);
/* True when KEY begins with the first LEN bytes of PREFIX and is LEN_KEY
 * long. */
bool kv_key_under(const struct kv_key *key, const struct kv_key *prefix,
                  size_t len, size_t len_key);

#endif

/* entry - the header of a sealed change: what the log's leaves are.
 *
 * Fixed layout, big-endian, 126 bytes:
 *
 *   offset  length
 *        0       1  version, 1
 *        1       1  class: 1 relation, 2 duty, 3 project
 *        2       8  index in the log, from 0
 *       10       8  time, Unix seconds, per link never back
 *       18       8  seen: size of the partner's log we had processed
 *       26       4  length of the sealed body, bytes
 *       30      32  SHA-256 of the sealed body
 *       62      32  commitment to the entry's key (seal.h)
 *       94      32  witness of the sender's audit log (seal.h)
 *
 * The leaf hash is H(0x00 || header). The associated data of the seal is
 * origin || header without length and hash of the sealed body (offsets 26 to
 * 61), which exist only once the body is sealed.
 * Not here: what the body says (body.h).
 * Threads: any.
 */
#ifndef KITH_ENTRY_H
#define KITH_ENTRY_H

#include "kith/bytes.h"
#include "kith/checkpoint.h"
#include "kith/ids.h"
#include "kith/status.h"

enum {
    KITH_ENTRY_VERSION = 1,
    KITH_ENTRY_HEADER_LEN = 126,
    /* Associated data: an origin and the header without 36 bytes. */
    KITH_ENTRY_AD_MAX = KITH_ORIGIN_SIZE - 1 + KITH_ENTRY_HEADER_LEN - 36
};

enum kith_entry_class {
    KITH_CLASS_RELATION = 1, /* agreement steps, persons, notices of keys */
    KITH_CLASS_DUTY = 2,     /* void, withdrawal, certificate, verdict ... */
    KITH_CLASS_PROJECT = 3   /* behind the full gate (inv. 1) */
};

struct kith_entry_header {
    uint8_t entry_class; /* enum kith_entry_class */
    uint64_t index;      /* < KITH_TREE_SIZE_MAX */
    uint64_t time_s;     /* Unix seconds, <= INT64_MAX */
    uint64_t seen;       /* entries, <= KITH_TREE_SIZE_MAX */
    uint32_t sealed_len; /* bytes */
    struct kith_hash sealed_hash;
    struct kith_hash commitment;
    struct kith_hash witness;
};

/* HEADER comes from our own code or from kith_entry_decode. */
void kith_entry_encode(const struct kith_entry_header *header,
                       uint8_t ret_data[KITH_ENTRY_HEADER_LEN]);
/* KITH_MALFORMED: another length, an unknown class, a number out of range, or
 * a sealed length that no padded body has (seal.h);
 * KITH_NOT_UNDERSTOOD: another version. */
enum kith_status kith_entry_decode(struct kith_bytes bytes,
                                   struct kith_entry_header *ret_header)
    KITH_MUST_CHECK;
/* The leaf hash of the encoded HEADER. */
void kith_entry_leaf(const struct kith_entry_header *header,
                     struct kith_hash *ret_hash);

/* The associated data of the seal; returns its length in bytes. */
size_t kith_entry_ad(const struct kith_origin *origin,
                     const struct kith_entry_header *header,
                     uint8_t ret_data[KITH_ENTRY_AD_MAX]);

/* Holds a received body against its header: length and hash.
 * KITH_UNTRUSTED: they differ. */
enum kith_status kith_entry_check_sealed(const struct kith_entry_header *header,
                                         struct kith_bytes sealed)
    KITH_MUST_CHECK;

#endif

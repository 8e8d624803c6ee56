/* pack - the frame of an evidence pack: one file of parts, each held to all
 * before it by a digest (PROTOCOL.md 11).
 *
 * Made and read part by part, so a pack of any size needs the memory of its
 * largest part. The digests find the place of a fault; they are no proof of
 * who made the pack, which is for the signatures in the parts.
 * Not here: what a part holds; files.
 * Threads: any; a kith_pack has one owner at a time.
 */
#ifndef KITH_PACK_H
#define KITH_PACK_H

#include "kith/bytes.h"
#include "kith/error.h"
#include "kith/ids.h"
#include "kith/status.h"

enum {
    KITH_PACK_HEAD_LEN = 13,     /* bytes: "kith/v1/pack" and a zero byte */
    KITH_PACK_PART_HEAD_LEN = 5, /* bytes: type and length of the content */
    KITH_PACK_END = 255          /* type of the last part */
};

/* How far a pack has been written or read. */
struct kith_pack {
    struct kith_hash chain; /* digest behind the newest part */
    uint64_t parts;         /* without the last */
    uint64_t offset;        /* bytes so far */
    bool ended;             /* the last part is there */
};

/* A part as it was read; the content is borrowed from the bytes read. */
struct kith_pack_part {
    uint8_t type; /* KITH_PACK_END: the last */
    struct kith_bytes content;
};

/* Begins a pack: appends its head to BUF. KITH_NOMEM. What stands in BUF may
 * be written out and BUF cleared between any two of these calls. */
enum kith_status kith_pack_begin(struct kith_pack *pack, struct kith_buf *buf)
    KITH_MUST_CHECK;
/* Appends a part of TYPE, which is not KITH_PACK_END. KITH_INVALID: that type,
 * or the pack has ended; KITH_LIMIT: content over KITH_PACK_PART_MAX;
 * KITH_NOMEM. PACK and BUF are left as they were when it fails. */
enum kith_status kith_pack_add(struct kith_pack *pack, uint8_t type,
                               struct kith_bytes content, struct kith_buf *buf)
    KITH_MUST_CHECK;
/* Appends the last part. KITH_INVALID: it is there already; KITH_NOMEM. */
enum kith_status kith_pack_end(struct kith_pack *pack, struct kith_buf *buf)
    KITH_MUST_CHECK;

/* Begins to read: BYTES are the first KITH_PACK_HEAD_LEN of a pack, or fewer
 * when there are no more. KITH_MALFORMED: this is no pack. ERR may be NULL
 * here and below; it names the place. */
enum kith_status kith_pack_open(struct kith_pack *pack, struct kith_bytes bytes,
                                struct kith_error *err) KITH_MUST_CHECK;
/* Bytes of the whole next part, HEAD included, as HEAD says it: to be read
 * before kith_pack_take. KITH_LIMIT: more than a part may have. */
enum kith_status kith_pack_part_size(
    const struct kith_pack *pack, const uint8_t head[KITH_PACK_PART_HEAD_LEN],
    size_t *ret_size, struct kith_error *err) KITH_MUST_CHECK;
/* Takes the next part: BYTES are all of it, or what the file had left.
 * KITH_MALFORMED: cut off, behind the last part, or a last part that counts
 * others than were there; KITH_UNTRUSTED: the digest does not fit. PACK is
 * left as it was when it fails. */
enum kith_status kith_pack_take(struct kith_pack *pack, struct kith_bytes bytes,
                                struct kith_pack_part *ret_part,
                                struct kith_error *err) KITH_MUST_CHECK;
/* Asked when the file has no more bytes. KITH_MALFORMED: the last part is
 * missing. */
enum kith_status kith_pack_close(const struct kith_pack *pack,
                                 struct kith_error *err) KITH_MUST_CHECK;

#endif

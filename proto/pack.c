/* pack.c - the frame of an evidence pack.
 *
 * Responsible for: head, parts, the digests that tie them, the end.
 * Not here: what a part holds; files.
 */
#include "kith/pack.h"

#include <inttypes.h>
#include <string.h>

#include "kith/be.h"
#include "kith/limits.h"

/* The zero byte behind it is the string's own. */
static const char pack_head[KITH_PACK_HEAD_LEN] = "kith/v1/pack";

enum {
    COUNT_LEN = 8
};

/* The digest behind a part: over the one before it, its head, its content. */
static void chain_on(const struct kith_hash *before, struct kith_bytes head,
                     struct kith_bytes content, struct kith_hash *ret_chain)
{
    const struct kith_bytes parts[] = {
        {before->b, KITH_HASH_LEN}, head, content};

    kith_sha256_parts(parts, 3, ret_chain);
}

static void start(struct kith_pack *pack)
{
    memset(pack, 0, sizeof(*pack));
    kith_sha256(pack_head, sizeof(pack_head), &pack->chain);
    pack->offset = sizeof(pack_head);
}

enum kith_status kith_pack_begin(struct kith_pack *pack, struct kith_buf *buf)
{
    start(pack);
    return kith_buf_add(buf, pack_head, sizeof(pack_head));
}

static enum kith_status add_part(struct kith_pack *pack, uint8_t type,
                                 struct kith_bytes content,
                                 struct kith_buf *buf)
{
    uint8_t head[KITH_PACK_PART_HEAD_LEN];
    struct kith_hash chain;
    size_t before = buf->len;
    enum kith_status status;

    head[0] = type;
    kith_be_put32(head + 1, (uint32_t)content.len);
    chain_on(&pack->chain, (struct kith_bytes){head, sizeof(head)}, content,
             &chain);
    status = kith_buf_add(buf, head, sizeof(head));
    if (status == KITH_OK)
        status = kith_buf_add(buf, content.data, content.len);
    if (status == KITH_OK)
        status = kith_buf_add(buf, chain.b, KITH_HASH_LEN);
    if (status != KITH_OK) {
        buf->len = before;
        return status;
    }
    pack->chain = chain;
    pack->offset += buf->len - before;
    return KITH_OK;
}

enum kith_status kith_pack_add(struct kith_pack *pack, uint8_t type,
                               struct kith_bytes content, struct kith_buf *buf)
{
    enum kith_status status;

    if (type == KITH_PACK_END || pack->ended)
        return KITH_INVALID;
    if (content.len > KITH_PACK_PART_MAX)
        return KITH_LIMIT;
    status = add_part(pack, type, content, buf);
    if (status == KITH_OK)
        pack->parts++;
    return status;
}

enum kith_status kith_pack_end(struct kith_pack *pack, struct kith_buf *buf)
{
    uint8_t count[COUNT_LEN];
    enum kith_status status;

    if (pack->ended)
        return KITH_INVALID;
    kith_be_put64(count, pack->parts);
    status = add_part(pack, KITH_PACK_END,
                      (struct kith_bytes){count, sizeof(count)}, buf);
    pack->ended = status == KITH_OK;
    return status;
}

enum kith_status kith_pack_open(struct kith_pack *pack, struct kith_bytes bytes,
                                struct kith_error *err)
{
    if (bytes.len != sizeof(pack_head) ||
        memcmp(bytes.data, pack_head, sizeof(pack_head)) != 0)
        return kith_fail(err, KITH_MALFORMED, "pack_head", "",
                         "the first 13 bytes are not those of an evidence "
                         "pack of version 1");
    start(pack);
    return KITH_OK;
}

/* A fault of the next part, with its place. */
static enum kith_status fault(const struct kith_pack *pack,
                              enum kith_status status, const char *code,
                              const char *what, struct kith_error *err)
{
    return kith_fail(err, status, code,
                     "ask for the file again; this copy is not what was made",
                     "part %" PRIu64 " at byte %" PRIu64 ": %s",
                     pack->parts + 1, pack->offset, what);
}

enum kith_status kith_pack_part_size(
    const struct kith_pack *pack, const uint8_t head[KITH_PACK_PART_HEAD_LEN],
    size_t *ret_size, struct kith_error *err)
{
    uint32_t len = kith_be_get32(head + 1);

    if (len > KITH_PACK_PART_MAX)
        return fault(pack, KITH_LIMIT, "pack_part_len",
                     "it is longer than a part may be", err);
    *ret_size = KITH_PACK_PART_HEAD_LEN + (size_t)len + KITH_HASH_LEN;
    return KITH_OK;
}

/* A last part counts those before it. */
static bool counts(const struct kith_pack *pack, struct kith_bytes content)
{
    return content.len == COUNT_LEN &&
           kith_be_get64(content.data) == pack->parts;
}

enum kith_status kith_pack_take(struct kith_pack *pack, struct kith_bytes bytes,
                                struct kith_pack_part *ret_part,
                                struct kith_error *err)
{
    struct kith_bytes head = {bytes.data, KITH_PACK_PART_HEAD_LEN};
    struct kith_bytes content;
    struct kith_hash chain;
    size_t size = 0;
    enum kith_status status;

    if (pack->ended)
        return fault(pack, KITH_MALFORMED, "pack_tail",
                     "it stands behind the end of the pack", err);
    if (bytes.len < KITH_PACK_PART_HEAD_LEN)
        return fault(pack, KITH_MALFORMED, "pack_cut", "the file ends in it",
                     err);
    status = kith_pack_part_size(pack, bytes.data, &size, err);
    if (status != KITH_OK)
        return status;
    if (bytes.len != size)
        return fault(pack, KITH_MALFORMED, "pack_cut",
                     "it does not have the length it names", err);
    content.data = bytes.data + KITH_PACK_PART_HEAD_LEN;
    content.len = size - KITH_PACK_PART_HEAD_LEN - KITH_HASH_LEN;
    chain_on(&pack->chain, head, content, &chain);
    if (memcmp(content.data + content.len, chain.b, KITH_HASH_LEN) != 0)
        return fault(pack, KITH_UNTRUSTED, "pack_digest",
                     "its digest does not fit it", err);
    if (bytes.data[0] == KITH_PACK_END && !counts(pack, content))
        return fault(pack, KITH_MALFORMED, "pack_count",
                     "it counts other parts than are there", err);
    ret_part->type = bytes.data[0];
    ret_part->content = content;
    pack->chain = chain;
    pack->offset += size;
    pack->ended = ret_part->type == KITH_PACK_END;
    if (!pack->ended)
        pack->parts++;
    return KITH_OK;
}

enum kith_status kith_pack_close(const struct kith_pack *pack,
                                 struct kith_error *err)
{
    if (!pack->ended)
        return fault(pack, KITH_MALFORMED, "pack_cut",
                     "the file ends before the end of the pack", err);
    return KITH_OK;
}

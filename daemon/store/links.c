/* links - the state of each link with its two logs, and cards.
 *
 * Company id and alias lead to the link through keyed hashes, which also keep
 * them unique.
 * Not here: entries of the logs (entries.c), notes (notes.c).
 */
#include "store/logs.h"

#include <string.h>

#include "store/pack.h"
#include "store/txn.h"

enum {
    LINK_TEXTS = 2 + KITH_NAME_MAX + 2 + KITH_URL_MAX,
    LINK_LOG_FIXED = 4 + 4 * 8 + 8 + 1 + 2,
    LINK_FIXED = KITH_COMPANY_ID_LEN + KITH_HASH_LEN + 7 * 8 + 2,
    LINK_MAX =
        LINK_FIXED + LINK_TEXTS + 2 * (LINK_LOG_FIXED + KITH_TREE_ENCODED_MAX),
    LINK_VERIFIED = 1,
    LINK_VERIFIED_BY_PARTNER = 2,
    LINK_PAUSED = 4,
    LINK_REMOVED = 8,
    LINK_RECOVERING = 16
};

static struct kv_place link_place(uint32_t number)
{
    struct kv_place place = kv_place(KV_LINK);

    kv_place_add(&place, number, 4);
    return place;
}

static void pack_text(struct pack *pack, const char *text)
{
    size_t len = strlen(text);

    pack_u16(pack, (uint16_t)len);
    pack_bytes(pack, text, len);
}

static void unpack_text(struct unpack *unpack, char *ret_text, size_t size)
{
    size_t len = unpack_u16(unpack);

    if (len >= size) {
        unpack->short_of = true;
        len = 0;
    }
    unpack_bytes(unpack, ret_text, len);
    ret_text[len] = '\0';
}

static void pack_log(struct pack *pack, const struct store_log *log)
{
    uint8_t tree[KITH_TREE_ENCODED_MAX];
    size_t tree_len = kith_tree_encode(&log->tree, tree);

    pack_u32(pack, log->number);
    pack_u64(pack, log->processed);
    pack_u64(pack, log->noted);
    pack_u64(pack, log->receipted);
    pack_i64(pack, log->last_time);
    pack_u64(pack, log->pending);
    pack_u8(pack, log->frozen ? 1 : 0);
    pack_u16(pack, (uint16_t)tree_len);
    pack_bytes(pack, tree, tree_len);
}

static void unpack_log(struct unpack *unpack, struct store_log *log)
{
    struct kith_bytes tree = {NULL, 0};

    log->number = unpack_u32(unpack);
    log->processed = unpack_u64(unpack);
    log->noted = unpack_u64(unpack);
    log->receipted = unpack_u64(unpack);
    log->last_time = unpack_i64(unpack);
    log->pending = unpack_u64(unpack);
    log->frozen = unpack_u8(unpack) != 0;
    tree.len = unpack_u16(unpack);
    if (tree.len > unpack_rest(unpack).len) {
        unpack->short_of = true;
        return;
    }
    tree.data = unpack->at;
    unpack->at += tree.len;
    if (kith_tree_decode(tree, &log->tree) != KITH_OK)
        unpack->short_of = true;
}

static uint8_t link_flags(const struct store_link *link)
{
    return (
        uint8_t)((link->verified ? LINK_VERIFIED : 0) |
                 (link->verified_by_partner ? LINK_VERIFIED_BY_PARTNER : 0) |
                 (link->paused ? LINK_PAUSED : 0) |
                 (link->removed ? LINK_REMOVED : 0) |
                 (link->recovering ? LINK_RECOVERING : 0));
}

static enum kith_status write_link(struct store_txn *txn,
                                   const struct store_link *link)
{
    struct kv_place place = link_place(link->number);
    uint8_t plain[LINK_MAX];
    struct pack pack = pack_into(plain, sizeof(plain));

    pack_bytes(&pack, link->company.b, KITH_COMPANY_ID_LEN);
    pack_bytes(&pack, link->card_digest.b, KITH_HASH_LEN);
    pack_u64(&pack, link->card_revision);
    pack_i64(&pack, link->verified_at);
    pack_i64(&pack, link->last_sync);
    pack_u64(&pack, link->session);
    pack_u64(&pack, link->partner_session);
    pack_u64(&pack, link->told_card);
    pack_u8(&pack, link_flags(link));
    pack_u8(&pack, link->stall);
    pack_text(&pack, link->alias);
    pack_text(&pack, link->endpoint);
    pack_log(&pack, &link->out);
    pack_log(&pack, &link->in);
    pack_u64(&pack, link->stored);
    return row_put(txn, &place, KV_APPEND, pack_done(&pack));
}

static enum kith_status read_link(struct store_txn *txn,
                                  const struct kv_place *place,
                                  struct kith_bytes sealed,
                                  struct store_link *ret_link)
{
    uint8_t plain[LINK_MAX], flags = 0;
    struct store_link link;
    struct unpack unpack;
    enum kith_status status = KITH_OK;

    if (sealed.len < ROWSEAL_OVERHEAD ||
        sealed.len - ROWSEAL_OVERHEAD > sizeof(plain))
        return txn_fail(txn, KITH_DAMAGED);
    sealed.len -= ROWSEAL_OVERHEAD;
    unpack = unpack_from(plain, sealed.len);
    sealed.len += ROWSEAL_OVERHEAD;
    status = row_open(txn, place, sealed, plain, sealed.len - ROWSEAL_OVERHEAD);
    if (status != KITH_OK)
        return status;
    memset(&link, 0, sizeof(link));
    link.number = (uint32_t)kv_key_number(&place->key, 0, 4);
    unpack_bytes(&unpack, link.company.b, KITH_COMPANY_ID_LEN);
    unpack_bytes(&unpack, link.card_digest.b, KITH_HASH_LEN);
    link.card_revision = unpack_u64(&unpack);
    link.verified_at = unpack_i64(&unpack);
    link.last_sync = unpack_i64(&unpack);
    link.session = unpack_u64(&unpack);
    link.partner_session = unpack_u64(&unpack);
    link.told_card = unpack_u64(&unpack);
    flags = unpack_u8(&unpack);
    link.stall = unpack_u8(&unpack);
    unpack_text(&unpack, link.alias, sizeof(link.alias));
    unpack_text(&unpack, link.endpoint, sizeof(link.endpoint));
    unpack_log(&unpack, &link.out);
    unpack_log(&unpack, &link.in);
    link.stored = unpack_u64(&unpack);
    link.verified = (flags & LINK_VERIFIED) != 0;
    link.verified_by_partner = (flags & LINK_VERIFIED_BY_PARTNER) != 0;
    link.paused = (flags & LINK_PAUSED) != 0;
    link.removed = (flags & LINK_REMOVED) != 0;
    link.recovering = (flags & LINK_RECOVERING) != 0;
    if (!unpack_done(&unpack))
        return txn_fail(txn, KITH_DAMAGED);
    *ret_link = link;
    return KITH_OK;
}

/* Company ids and aliases share the table; the first byte tells them apart. */
static struct kv_place company_place(const struct store_txn *txn,
                                     const struct kith_company_id *company)
{
    uint8_t name[1 + KITH_COMPANY_ID_LEN] = {'c'};
    struct kith_bytes bytes = {name, sizeof(name)};

    memcpy(name + 1, company->b, KITH_COMPANY_ID_LEN);
    return row_hashed(txn, KV_LINK_NAME, bytes);
}

static struct kv_place alias_place(const struct store_txn *txn,
                                   const char *alias)
{
    uint8_t name[1 + KITH_NAME_MAX] = {'a'};
    struct kith_bytes bytes = {name, 1 + strlen(alias)};

    memcpy(name + 1, alias, bytes.len - 1);
    return row_hashed(txn, KV_LINK_NAME, bytes);
}

static enum kith_status name_link(struct store_txn *txn,
                                  const struct kv_place *place, uint32_t number)
{
    uint8_t plain[4];
    struct kith_bytes bytes = {plain, sizeof(plain)};

    kith_be_put32(plain, number);
    return row_put(txn, place, KV_NEW, bytes);
}

static enum kith_status check_texts(const struct store_link *link)
{
    if (memchr(link->alias, 0, sizeof(link->alias)) == NULL ||
        memchr(link->endpoint, 0, sizeof(link->endpoint)) == NULL)
        return KITH_INVALID;
    return KITH_OK;
}

enum kith_status store_link_add(struct store_txn *txn, struct store_link *link)
{
    enum kith_status status = txn_ready(txn, true);
    uint32_t number = (uint32_t)txn->store->root.links + 1;
    struct kv_place company, alias;
    struct kith_bytes found = {NULL, 0};

    if (status == KITH_OK)
        status = check_texts(link);
    if (status != KITH_OK)
        return status;
    company = company_place(txn, &link->company);
    alias = alias_place(txn, link->alias);
    /* Both are asked before either is written: a refusal changes nothing. */
    status = txn->store->kv->ops->get(txn->store->kv, &alias, &found);
    if (status == KITH_OK)
        return KITH_CONFLICT;
    if (status != KITH_NOT_FOUND)
        return txn_fail(txn, status);
    status = name_link(txn, &company, number);
    if (status == KITH_OK)
        status = name_link(txn, &alias, number);
    if (status != KITH_OK)
        return status;
    txn->store->root.links = number;
    link->number = number;
    return write_link(txn, link);
}

enum kith_status store_link_put(struct store_txn *txn,
                                const struct store_link *link)
{
    enum kith_status status = txn_ready(txn, true);
    struct store_link old;
    struct kv_place place;

    if (status == KITH_OK)
        status = check_texts(link);
    if (status == KITH_OK)
        status = store_link_get(txn, link->number, &old);
    if (status != KITH_OK)
        return status;
    if (!kith_company_id_equal(&old.company, &link->company))
        return KITH_INVALID;
    if (strcmp(old.alias, link->alias) != 0) {
        place = alias_place(txn, link->alias);
        status = name_link(txn, &place, link->number);
        if (status != KITH_OK)
            return status;
        place = alias_place(txn, old.alias);
        status = row_del(txn, &place);
        if (status == KITH_NOT_FOUND)
            status = txn_fail(txn, KITH_DAMAGED);
    }
    return status != KITH_OK ? status : write_link(txn, link);
}

enum kith_status store_link_get(struct store_txn *txn, uint32_t number,
                                struct store_link *ret_link)
{
    struct kv *kv = txn->store->kv;
    struct kv_place place = link_place(number);
    struct kith_bytes sealed = {NULL, 0};
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    status = kv->ops->get(kv, &place, &sealed);
    if (status == KITH_NOT_FOUND && number > 0 &&
        number <= txn->store->root.links)
        status = KITH_DAMAGED;
    if (status != KITH_OK)
        return txn_fail(txn, status);
    return read_link(txn, &place, sealed, ret_link);
}

enum kith_status store_link_next(struct store_txn *txn, uint32_t after,
                                 struct store_link *ret_link)
{
    enum kith_status status = txn_ready(txn, false);

    if (status != KITH_OK)
        return status;
    /* Links are never deleted, so their numbers have no gap. */
    if (after >= txn->store->root.links)
        return KITH_NOT_FOUND;
    return store_link_get(txn, after + 1, ret_link);
}

enum kith_status store_card_put(struct store_txn *txn,
                                const struct kith_hash *digest,
                                struct kith_bytes card)
{
    enum kith_status status = txn_ready(txn, true);
    struct kith_bytes name = {digest->b, KITH_HASH_LEN};
    struct kv_place place;

    if (status == KITH_OK && card.len > KITH_CARD_MAX)
        status = KITH_LIMIT;
    if (status != KITH_OK)
        return status;
    place = row_hashed(txn, KV_CARD, name);
    return row_put(txn, &place, 0, card);
}

enum kith_status store_card_get(struct store_txn *txn,
                                const struct kith_hash *digest,
                                struct kith_arena *arena,
                                struct kith_bytes *ret_card)
{
    enum kith_status status = txn_ready(txn, false);
    struct kith_bytes name = {digest->b, KITH_HASH_LEN};
    struct kv_place place;

    if (status != KITH_OK)
        return status;
    place = row_hashed(txn, KV_CARD, name);
    return row_get_arena(txn, &place, arena, ret_card);
}

/* card.c - making cards, and how one stands to another.
 *
 * Responsible for: writing the layout of kith/card.h, who signs what, the
 * order of two cards of a company.
 * Not here: reading and verifying (card_read.c), pairing (pairing.c).
 */
#include "kith/card.h"

#include <string.h>

#include "card_part.h"
#include "kith/be.h"
#include "kith/sign.h"

void kith_card_next_root(const struct kith_key *next_root,
                         struct kith_hash *ret_digest)
{
    static const char label[] = "kith/v1/next-root";
    uint8_t bytes[sizeof(label) + KITH_KEY_LEN];

    memcpy(bytes, label, sizeof(label));
    memcpy(bytes + sizeof(label), next_root->b, KITH_KEY_LEN);
    kith_sha256(bytes, sizeof(bytes), ret_digest);
}

enum kith_status kith_card_change_make(const struct kith_company_id *company,
                                       const struct kith_sign_key *old_root,
                                       const struct kith_sign_key *next_root,
                                       struct kith_card_change *ret_change)
{
    struct kith_card_change change;
    uint8_t data[CHANGE_SIGNED_LEN];
    struct kith_bytes bytes = {data, sizeof(data)};
    enum kith_status status;

    change.old_root = old_root->pk;
    change.next_root = next_root->pk;
    card_change_bytes(company, &change, data);
    status =
        kith_sign(old_root, KITH_STATEMENT_ROOT_CHANGE, bytes, &change.old_sig);
    if (status == KITH_OK)
        status = kith_sign(next_root, KITH_STATEMENT_ROOT_CHANGE, bytes,
                           &change.next_sig);
    if (status == KITH_OK)
        *ret_change = change;
    return status;
}

static void write_root(const struct kith_card_root *root,
                       uint8_t ret_data[KITH_CARD_ROOT_LEN])
{
    memcpy(ret_data + ROOT_AT_COMPANY, root->company.b, KITH_COMPANY_ID_LEN);
    kith_be_put64(ret_data + ROOT_AT_REVISION, root->revision);
    kith_be_put64(ret_data + ROOT_AT_FROM, root->valid_from_s);
    kith_be_put64(ret_data + ROOT_AT_UNTIL, root->valid_until_s);
    memcpy(ret_data + ROOT_AT_LOG, root->log.b, KITH_KEY_LEN);
    memcpy(ret_data + ROOT_AT_RECEIPT, root->receipt.b, KITH_KEY_LEN);
    memcpy(ret_data + ROOT_AT_STATEMENT, root->statement.b, KITH_KEY_LEN);
    memcpy(ret_data + ROOT_AT_TRANSPORT, root->transport.b, KITH_KEY_LEN);
    memcpy(ret_data + ROOT_AT_SEALING, root->sealing.b, KITH_KEY_LEN);
    memcpy(ret_data + ROOT_AT_NEXT, root->next_root.b, KITH_HASH_LEN);
}

static enum kith_status put_number(struct kith_buf *buf, uint64_t number,
                                   size_t len)
{
    uint8_t bytes[8];

    kith_be_put(bytes, number, len);
    return kith_buf_add(buf, bytes, len);
}

/* Length in LEN_LEN bytes, then the text. */
static enum kith_status put_string(struct kith_buf *buf, const char *text,
                                   size_t max, size_t len_len)
{
    size_t len = strnlen(text, max + 1);
    enum kith_status status;

    if (len > max)
        return KITH_INVALID;
    status = put_number(buf, len, len_len);
    if (status == KITH_OK)
        status = kith_buf_add(buf, text, len);
    return status;
}

static enum kith_status put_address(const struct kith_company_id *company,
                                    const struct kith_card_address *address,
                                    struct kith_buf *buf)
{
    enum kith_status status;

    if (address->n_endpoints > KITH_ENDPOINTS_MAX)
        return KITH_INVALID;
    status = kith_buf_add(buf, company->b, sizeof(company->b));
    if (status == KITH_OK)
        status = put_number(buf, address->revision, 8);
    if (status == KITH_OK)
        status = put_number(buf, address->roles, 1);
    if (status == KITH_OK)
        status = put_string(buf, address->name, KITH_NAME_MAX, 1);
    if (status == KITH_OK)
        status = put_number(buf, address->n_endpoints, 1);
    for (size_t i = 0; status == KITH_OK && i < address->n_endpoints; i++)
        status = put_string(buf, address->endpoints[i], KITH_URL_MAX, 2);
    return status;
}

/* The address part with its length and signature behind what BUF holds. */
static enum kith_status put_signed_address(
    const struct kith_company_id *company,
    const struct kith_card_address *address,
    const struct kith_sign_key *statement, struct kith_buf *buf)
{
    struct kith_buf part = {NULL, 0, 0};
    struct kith_sig sig;
    enum kith_status status = put_address(company, address, &part);

    if (status == KITH_OK)
        status = kith_sign(statement, KITH_STATEMENT_CARD_ADDRESS,
                           kith_buf_bytes(&part), &sig);
    if (status == KITH_OK)
        status = put_number(buf, part.len, 2);
    if (status == KITH_OK)
        status = kith_buf_add(buf, part.data, part.len);
    if (status == KITH_OK)
        status = kith_buf_add(buf, sig.b, sizeof(sig.b));
    kith_buf_clear(&part);
    return status;
}

static enum kith_status put_changes(const struct kith_company_id *company,
                                    const struct kith_card_change *changes,
                                    size_t n_changes, struct kith_buf *buf)
{
    enum kith_status status;

    if (n_changes > KITH_CARD_CHANGES_MAX)
        return KITH_INVALID;
    status = put_number(buf, n_changes, 1);
    for (size_t i = 0; status == KITH_OK && i < n_changes; i++) {
        uint8_t data[KITH_CARD_CHANGE_LEN];

        card_change_bytes(company, &changes[i], data);
        memcpy(data + CHANGE_SIGNED_LEN, changes[i].old_sig.b, KITH_SIG_LEN);
        memcpy(data + CHANGE_SIGNED_LEN + KITH_SIG_LEN, changes[i].next_sig.b,
               KITH_SIG_LEN);
        status = kith_buf_add(buf, data, sizeof(data));
    }
    return status;
}

/* Version, root part, its signature, changes. */
static enum kith_status put_signed_root(const struct kith_card_root *root,
                                        const struct kith_card_signers *signers,
                                        struct kith_buf *buf)
{
    uint8_t part[KITH_CARD_ROOT_LEN];
    struct kith_sig sig;
    enum kith_status status;

    write_root(root, part);
    status = kith_sign(signers->root, KITH_STATEMENT_CARD_ROOT,
                       (struct kith_bytes){part, sizeof(part)}, &sig);
    if (status == KITH_OK)
        status = put_number(buf, KITH_CARD_VERSION, 1);
    if (status == KITH_OK)
        status = kith_buf_add(buf, part, sizeof(part));
    if (status == KITH_OK)
        status = kith_buf_add(buf, sig.b, sizeof(sig.b));
    if (status == KITH_OK)
        status = put_changes(&root->company, signers->changes,
                             signers->n_changes, buf);
    return status;
}

/* Appends the finished CARD to RET_CARD if a reader takes it. Its signatures
 * are fresh and verified, so whatever is wrong with it came from the caller. */
static enum kith_status finish(const struct kith_buf *card,
                               struct kith_buf *ret_card)
{
    struct kith_card read;
    enum kith_status status = kith_card_read(kith_buf_bytes(card), &read);

    if (status == KITH_MALFORMED || status == KITH_UNTRUSTED ||
        status == KITH_LIMIT)
        return KITH_INVALID;
    if (status == KITH_OK)
        status = kith_buf_add(ret_card, card->data, card->len);
    return status;
}

enum kith_status kith_card_make(const struct kith_card_root *root,
                                const struct kith_card_address *address,
                                const struct kith_card_signers *signers,
                                struct kith_buf *ret_card)
{
    struct kith_buf card = {NULL, 0, 0};
    enum kith_status status = put_signed_root(root, signers, &card);

    if (status == KITH_OK)
        status = put_signed_address(&root->company, address, signers->statement,
                                    &card);
    if (status == KITH_OK)
        status = finish(&card, ret_card);
    kith_buf_clear(&card);
    return status;
}

enum kith_status kith_card_readdress(struct kith_bytes card,
                                     const struct kith_card_address *address,
                                     const struct kith_sign_key *statement,
                                     struct kith_buf *ret_card)
{
    struct kith_buf fresh = {NULL, 0, 0};
    struct kith_card old;
    size_t kept;
    enum kith_status status = kith_card_read(card, &old);

    if (status != KITH_OK)
        return status;
    kept = 1 + KITH_CARD_ROOT_LEN + KITH_SIG_LEN + 1 +
           old.n_changes * KITH_CARD_CHANGE_LEN;
    status = kith_buf_add(&fresh, card.data, kept);
    if (status == KITH_OK)
        status =
            put_signed_address(&old.root.company, address, statement, &fresh);
    if (status == KITH_OK)
        status = finish(&fresh, ret_card);
    kith_buf_clear(&fresh);
    return status;
}

/* Are OFFERED's roots those of HELD, and then the one HELD named as next? A
 * thief of an old root can sign a change, but not to that one. */
static bool roots_follow(const struct kith_card *held,
                         const struct kith_card *offered)
{
    struct kith_hash digest;

    if (offered->n_changes < held->n_changes)
        return false;
    if (offered->n_changes == held->n_changes)
        return kith_key_equal(&held->root_key, &offered->root_key);
    if (!kith_key_equal(&held->root_key,
                        &offered->changes[held->n_changes].old_root))
        return false;
    kith_card_next_root(&offered->changes[held->n_changes].next_root, &digest);
    return kith_hash_equal(&digest, &held->root.next_root);
}

static enum kith_card_order order_parts(uint64_t held, uint64_t offered,
                                        bool equal)
{
    if (offered != held)
        return offered > held ? KITH_CARD_NEWER : KITH_CARD_OLDER;
    return equal ? KITH_CARD_SAME : KITH_CARD_FORK;
}

enum kith_card_order kith_card_compare(const struct kith_card *held,
                                       const struct kith_card *offered)
{
    enum kith_card_order root, address;

    if (!kith_company_id_equal(&held->root.company, &offered->root.company))
        return KITH_CARD_OTHER;
    root = order_parts(
        held->root.revision, offered->root.revision,
        kith_hash_equal(&held->root_digest, &offered->root_digest) &&
            kith_key_equal(&held->root_key, &offered->root_key));
    if (root == KITH_CARD_NEWER && !roots_follow(held, offered))
        root = KITH_CARD_FORK;
    address = order_parts(
        held->address.revision, offered->address.revision,
        kith_hash_equal(&held->address_digest, &offered->address_digest));
    if (root == KITH_CARD_FORK || address == KITH_CARD_FORK)
        return KITH_CARD_FORK;
    if (root == KITH_CARD_OLDER || address == KITH_CARD_OLDER)
        return KITH_CARD_OLDER;
    return root == KITH_CARD_NEWER ? root : address;
}

enum kith_card_time kith_card_in_time(const struct kith_card *card,
                                      uint64_t now_s)
{
    if (now_s < card->root.valid_from_s)
        return KITH_CARD_NOT_YET;
    if (now_s >= card->root.valid_until_s)
        return KITH_CARD_EXPIRED;
    return KITH_CARD_VALID;
}

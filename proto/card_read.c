/* card_read.c - reads a card that anybody may have made.
 *
 * Responsible for: bounds, the strict layout of kith/card.h, every signature,
 * the row of roots from the company id on.
 * Not here: whether the card replaces one we hold (card.c), is in time, or
 * belongs to somebody we know.
 */
#include <string.h>

#include "card_part.h"
#include "kith/be.h"
#include "kith/sign.h"

/* A card with the parts that are signed, before any signature is checked. */
struct layout {
    struct kith_card card;
    struct kith_bytes root;    /* borrowed from the card's bytes */
    struct kith_bytes address; /* borrowed from the card's bytes */
    struct kith_sig root_sig, address_sig;
    struct kith_company_id address_company;
};

struct cursor {
    struct kith_bytes left; /* still to be read */
};

/* The next LEN bytes, NULL when fewer are left. */
static const uint8_t *take(struct cursor *cursor, size_t len)
{
    const uint8_t *p = cursor->left.data;

    if (cursor->left.len < len)
        return NULL;
    cursor->left.data += len;
    cursor->left.len -= len;
    return p;
}

static bool take_number(struct cursor *cursor, size_t len, uint64_t *ret_number)
{
    const uint8_t *p = take(cursor, len);

    if (p == NULL)
        return false;
    *ret_number = kith_be_get(p, len);
    return true;
}

static bool take_bytes(struct cursor *cursor, void *ret_data, size_t len)
{
    const uint8_t *p = take(cursor, len);

    if (p == NULL)
        return false;
    memcpy(ret_data, p, len);
    return true;
}

/* A text behind its length of LEN_LEN bytes. */
static bool take_string(struct cursor *cursor, size_t len_len,
                        struct kith_bytes *ret_text)
{
    uint64_t len = 0;
    const uint8_t *p = NULL;

    if (!take_number(cursor, len_len, &len))
        return false;
    p = take(cursor, (size_t)len);
    if (p == NULL)
        return false;
    *ret_text = (struct kith_bytes){p, (size_t)len};
    return true;
}

static void read_root(const uint8_t *part, struct kith_card_root *ret_root)
{
    memcpy(ret_root->company.b, part + ROOT_AT_COMPANY, KITH_COMPANY_ID_LEN);
    ret_root->revision = kith_be_get64(part + ROOT_AT_REVISION);
    ret_root->valid_from_s = kith_be_get64(part + ROOT_AT_FROM);
    ret_root->valid_until_s = kith_be_get64(part + ROOT_AT_UNTIL);
    memcpy(ret_root->log.b, part + ROOT_AT_LOG, KITH_KEY_LEN);
    memcpy(ret_root->receipt.b, part + ROOT_AT_RECEIPT, KITH_KEY_LEN);
    memcpy(ret_root->statement.b, part + ROOT_AT_STATEMENT, KITH_KEY_LEN);
    memcpy(ret_root->transport.b, part + ROOT_AT_TRANSPORT, KITH_KEY_LEN);
    memcpy(ret_root->sealing.b, part + ROOT_AT_SEALING, KITH_KEY_LEN);
    memcpy(ret_root->next_root.b, part + ROOT_AT_NEXT, KITH_HASH_LEN);
}

static bool take_root(struct cursor *cursor, struct layout *layout)
{
    const uint8_t *part = take(cursor, KITH_CARD_ROOT_LEN);

    if (part == NULL || !take_bytes(cursor, layout->root_sig.b, KITH_SIG_LEN))
        return false;
    layout->root = (struct kith_bytes){part, KITH_CARD_ROOT_LEN};
    read_root(part, &layout->card.root);
    return card_root_fits(&layout->card.root);
}

static bool take_change(struct cursor *cursor,
                        const struct kith_company_id *company,
                        struct kith_card_change *ret_change)
{
    struct kith_company_id named;

    return take_bytes(cursor, named.b, sizeof(named.b)) &&
           take_bytes(cursor, ret_change->old_root.b, KITH_KEY_LEN) &&
           take_bytes(cursor, ret_change->next_root.b, KITH_KEY_LEN) &&
           take_bytes(cursor, ret_change->old_sig.b, KITH_SIG_LEN) &&
           take_bytes(cursor, ret_change->next_sig.b, KITH_SIG_LEN) &&
           kith_company_id_equal(&named, company);
}

static bool take_changes(struct cursor *cursor, struct kith_card *card)
{
    uint64_t count = 0;

    if (!take_number(cursor, 1, &count) || count > KITH_CARD_CHANGES_MAX)
        return false;
    card->n_changes = (size_t)count;
    for (size_t i = 0; i < card->n_changes; i++)
        if (!take_change(cursor, &card->root.company, &card->changes[i]))
            return false;
    return true;
}

static bool take_endpoints(struct cursor *cursor,
                           struct kith_card_address *address)
{
    uint64_t count = 0;

    if (!take_number(cursor, 1, &count) || count > KITH_ENDPOINTS_MAX)
        return false;
    address->n_endpoints = (size_t)count;
    for (size_t i = 0; i < address->n_endpoints; i++) {
        struct kith_bytes text;

        if (!take_string(cursor, 2, &text) || !card_endpoint_fits(text))
            return false;
        memcpy(address->endpoints[i], text.data, text.len);
    }
    return true;
}

/* The inside of the address part, which ends with it. */
static bool read_address(struct layout *layout)
{
    struct cursor cursor = {layout->address};
    struct kith_card_address *address = &layout->card.address;
    struct kith_bytes name;
    uint64_t roles = 0;

    if (!take_bytes(&cursor, layout->address_company.b, KITH_COMPANY_ID_LEN) ||
        !take_number(&cursor, 8, &address->revision) ||
        address->revision == 0 || address->revision > INT64_MAX ||
        !take_number(&cursor, 1, &roles) || roles == 0 ||
        roles > (KITH_ROLE_OEM | KITH_ROLE_EMS) ||
        !take_string(&cursor, 1, &name) || !card_name_fits(name))
        return false;
    address->roles = (uint8_t)roles;
    memcpy(address->name, name.data, name.len);
    return take_endpoints(&cursor, address) && cursor.left.len == 0 &&
           kith_company_id_equal(&layout->address_company,
                                 &layout->card.root.company);
}

static bool take_address(struct cursor *cursor, struct layout *layout)
{
    return take_string(cursor, 2, &layout->address) &&
           take_bytes(cursor, layout->address_sig.b, KITH_SIG_LEN) &&
           read_address(layout);
}

/* From the company id, which is the first root's key, to the current root. */
static enum kith_status verify_changes(struct kith_card *card)
{
    memcpy(card->root_key.b, card->root.company.b, KITH_KEY_LEN);
    for (size_t i = 0; i < card->n_changes; i++) {
        const struct kith_card_change *change = &card->changes[i];
        uint8_t data[CHANGE_SIGNED_LEN];
        struct kith_bytes bytes = {data, sizeof(data)};
        enum kith_status status;

        if (!kith_key_equal(&change->old_root, &card->root_key) ||
            kith_key_equal(&change->old_root, &change->next_root))
            return KITH_UNTRUSTED;
        card_change_bytes(&card->root.company, change, data);
        status = kith_sign_verify(&change->old_root, KITH_STATEMENT_ROOT_CHANGE,
                                  bytes, &change->old_sig);
        if (status == KITH_OK)
            status =
                kith_sign_verify(&change->next_root, KITH_STATEMENT_ROOT_CHANGE,
                                 bytes, &change->next_sig);
        if (status != KITH_OK)
            return status;
        card->root_key = change->next_root;
    }
    return KITH_OK;
}

static enum kith_status verify_layout(struct layout *layout)
{
    const struct kith_card_root *root = &layout->card.root;
    const struct kith_key *root_key = &layout->card.root_key;
    enum kith_status status = verify_changes(&layout->card);

    if (status != KITH_OK)
        return status;
    if (kith_key_equal(root_key, &root->log) ||
        kith_key_equal(root_key, &root->receipt) ||
        kith_key_equal(root_key, &root->statement))
        return KITH_UNTRUSTED;
    status = kith_sign_verify(root_key, KITH_STATEMENT_CARD_ROOT, layout->root,
                              &layout->root_sig);
    if (status == KITH_OK)
        status = kith_sign_verify(&root->statement, KITH_STATEMENT_CARD_ADDRESS,
                                  layout->address, &layout->address_sig);
    return status;
}

enum kith_status kith_card_read(struct kith_bytes bytes,
                                struct kith_card *ret_card)
{
    struct layout layout;
    struct cursor cursor = {bytes};
    uint64_t version = 0;
    enum kith_status status;

    if (bytes.len > KITH_CARD_MAX)
        return KITH_LIMIT;
    memset(&layout, 0, sizeof(layout));
    if (!take_number(&cursor, 1, &version))
        return KITH_MALFORMED;
    if (version != KITH_CARD_VERSION)
        return KITH_NOT_UNDERSTOOD;
    if (!take_root(&cursor, &layout) || !take_changes(&cursor, &layout.card) ||
        !take_address(&cursor, &layout) || cursor.left.len != 0)
        return KITH_MALFORMED;
    status = verify_layout(&layout);
    if (status != KITH_OK)
        return status;
    kith_sha256(bytes.data, bytes.len, &layout.card.digest);
    kith_sha256(layout.root.data, layout.root.len, &layout.card.root_digest);
    kith_sha256(layout.address.data, layout.address.len,
                &layout.card.address_digest);
    *ret_card = layout.card;
    return KITH_OK;
}

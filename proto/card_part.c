/* card_part.c - what makes sense in a card.
 *
 * Responsible for: the checks on single fields that the layout alone does not
 * give, the same for cards we make and cards we are given.
 * Not here: layout (card.c, card_read.c), looking an endpoint's name up.
 */
#include "card_part.h"

#include <sodium.h>
#include <string.h>

void card_change_bytes(const struct kith_company_id *company,
                       const struct kith_card_change *change,
                       uint8_t ret_data[CHANGE_SIGNED_LEN])
{
    memcpy(ret_data, company->b, 32);
    memcpy(ret_data + 32, change->old_root.b, 32);
    memcpy(ret_data + 64, change->next_root.b, 32);
}

/* An X25519 key of low order gives every secret the same shared one, so that
 * nothing can be sealed to it. */
static bool seals(const struct kith_key *key)
{
    static const uint8_t any[crypto_scalarmult_SCALARBYTES] = {1};
    uint8_t shared[crypto_scalarmult_BYTES];

    return crypto_scalarmult(shared, any, key->b) == 0;
}

bool card_root_fits(const struct kith_card_root *root)
{
    return root->revision > 0 && root->revision <= INT64_MAX &&
           root->valid_from_s < root->valid_until_s &&
           root->valid_until_s <= INT64_MAX &&
           !kith_key_equal(&root->log, &root->receipt) &&
           !kith_key_equal(&root->log, &root->statement) &&
           !kith_key_equal(&root->receipt, &root->statement) &&
           !kith_key_equal(&root->transport, &root->sealing) &&
           seals(&root->transport) && seals(&root->sealing);
}

/* Control characters of C0, DEL and C1, and those that turn the direction of
 * the text around them (U+200E, 200F, 202A to 202E, 2066 to 2069): a name is
 * printed where it must not rewrite what stands beside it. */
static bool is_control(const uint8_t *p, size_t left)
{
    if (p[0] < 0x20 || p[0] == 0x7f)
        return true;
    if (left >= 2 && p[0] == 0xc2 && p[1] < 0xa0)
        return true;
    if (left < 3 || p[0] != 0xe2)
        return false;
    if (p[1] == 0x80)
        return p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae);
    return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9;
}

bool card_name_fits(struct kith_bytes name)
{
    if (name.len == 0 || name.len > KITH_NAME_MAX ||
        !kith_bytes_is_utf8(name) || name.data[0] == ' ' ||
        name.data[name.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (is_control(name.data + i, name.len - i))
            return false;
    return true;
}

/* 1 to 65535, no leading zero. */
static bool is_port(struct kith_bytes text)
{
    unsigned long port = 0;

    if (text.len == 0 || text.len > 5 || text.data[0] == '0')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        port = port * 10 + (unsigned long)(text.data[i] - '0');
    }
    return port <= 65535;
}

bool card_endpoint_fits(struct kith_bytes endpoint)
{
    static const char scheme[] = "tcp://";
    const size_t host_at = sizeof(scheme) - 1;
    size_t colon = endpoint.len;

    if (endpoint.len > KITH_URL_MAX || endpoint.len <= host_at ||
        memcmp(endpoint.data, scheme, host_at) != 0)
        return false;
    for (size_t i = 0; i < endpoint.len; i++)
        if (endpoint.data[i] <= 0x20 || endpoint.data[i] > 0x7e)
            return false;
    while (colon > host_at && endpoint.data[colon - 1] != ':')
        colon--;
    return colon > host_at + 1 &&
           is_port((struct kith_bytes){endpoint.data + colon,
                                       endpoint.len - colon});
}

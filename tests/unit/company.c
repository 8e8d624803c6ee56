/* company.c - makes up companies for tests of cards.
 *
 * Responsible for: a company whose card is good until a test spoils it.
 */
#include "vectors.h"

#include <string.h>

#include "company.h"

void set_text(char *field, size_t size, const char *text)
{
    memset(field, 0, size);
    memcpy(field, text, strlen(text));
}

void found_company(struct company *c)
{
    memset(c, 0, sizeof(*c));
    kith_sign_key_new(&c->root);
    kith_sign_key_new(&c->next);
    kith_keys_new(&c->keys);
    kith_keys_publish(&c->keys, &c->part);
    memcpy(c->part.company.b, c->root.pk.b, KITH_COMPANY_ID_LEN);
    kith_card_next_root(&c->next.pk, &c->part.next_root);
    c->part.revision = 100;
    c->part.valid_from_s = 1000;
    c->part.valid_until_s = 2000;
    c->address.revision = 100;
    c->address.roles = KITH_ROLE_OEM;
    set_text(c->address.name, sizeof(c->address.name), "Acme");
    c->address.n_endpoints = 1;
    set_text(c->address.endpoints[0], sizeof(c->address.endpoints[0]),
             "tcp://acme.example:7443");
}

struct kith_card_signers signers_of(const struct company *c)
{
    struct kith_card_signers signers = {&c->root, &c->keys.statement, NULL, 0};

    return signers;
}

void make_card(const struct company *c, struct kith_card *ret_card)
{
    struct kith_card_signers signers = signers_of(c);
    struct kith_buf buf = {NULL, 0, 0};

    assert_int_equal(kith_card_make(&c->part, &c->address, &signers, &buf),
                     KITH_OK);
    assert_int_equal(kith_card_read(kith_buf_bytes(&buf), ret_card), KITH_OK);
    kith_buf_clear(&buf);
}

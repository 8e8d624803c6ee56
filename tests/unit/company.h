/* company - a company made up for a test, with keys to make cards.
 *
 * Include behind vectors.h, which brings cmocka.
 */
#ifndef KITH_TESTS_COMPANY_H
#define KITH_TESTS_COMPANY_H

#include "kith/card.h"
#include "kith/keys.h"
#include "kith/sign.h"

/* A company that can make cards. */
struct company {
    struct kith_sign_key root, next;
    struct kith_keys keys;
    struct kith_card_root part;
    struct kith_card_address address;
};

/* Puts TEXT into a field of a card, zeros behind it. */
void set_text(char *field, size_t size, const char *text);
/* Fresh keys, revisions 100, valid from 1000 to 2000, one endpoint. */
void found_company(struct company *c);
/* Who signs its card while the root is the first. */
struct kith_card_signers signers_of(const struct company *c);
/* Its card as it reads. */
void make_card(const struct company *c, struct kith_card *ret_card);

#endif

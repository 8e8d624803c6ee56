/* card_part - offsets and checks that writer and reader of cards share
 * (private to libkith).
 *
 * Threads: any.
 */
#ifndef KITH_PROTO_CARD_PART_H
#define KITH_PROTO_CARD_PART_H

#include "kith/card.h"

/* Offsets in the root part; see kith/card.h. */
enum {
    ROOT_AT_COMPANY = 0,
    ROOT_AT_REVISION = 32,
    ROOT_AT_FROM = 40,
    ROOT_AT_UNTIL = 48,
    ROOT_AT_LOG = 56,
    ROOT_AT_RECEIPT = 88,
    ROOT_AT_STATEMENT = 120,
    ROOT_AT_TRANSPORT = 152,
    ROOT_AT_SEALING = 184,
    ROOT_AT_NEXT = 216,
    CHANGE_SIGNED_LEN = 96 /* company, old and next root */
};

/* What both roots sign. */
void card_change_bytes(const struct kith_company_id *company,
                       const struct kith_card_change *change,
                       uint8_t ret_data[CHANGE_SIGNED_LEN]);

/* Revision, validity and keys make sense? */
bool card_root_fits(const struct kith_card_root *root);
/* Fit to be shown to people: UTF-8 of 1 to KITH_NAME_MAX bytes, no control or
 * direction characters, no blank at either end. */
bool card_name_fits(struct kith_bytes name);
/* "tcp://host:port" of printable characters. */
bool card_endpoint_fits(struct kith_bytes endpoint);

#endif

/* seal_steps - the steps of sealing, one by one (private to libkith).
 *
 * seal.c chains them; the test of vectors walks them with fixed inputs.
 * Threads: any.
 */
#ifndef KITH_PROTO_SEAL_STEPS_H
#define KITH_PROTO_SEAL_STEPS_H

#include <stdint.h>

#include "kith/seal.h"

enum {
    SEAL_RANDOM_LEN = 32
};

/* EK from fresh random bytes, the place and the padded body. */
void seal_derive_ek(const uint8_t random[SEAL_RANDOM_LEN],
                    const struct kith_place *place, struct kith_bytes padded,
                    struct kith_ek *ret_ek);
void seal_derive_commitment(const struct kith_ek *ek,
                            const struct kith_place *place,
                            struct kith_hash *ret_commitment);
/* Writes length, BODY and zeros to PADDED, of kith_padded_len bytes. */
void seal_pad(struct kith_bytes body, uint8_t *padded, size_t padded_len);
/* The body within PADDED. KITH_MALFORMED: not the one way to pad it. */
enum kith_status seal_unpad(struct kith_bytes padded,
                            struct kith_bytes *ret_body) KITH_MUST_CHECK;

/* kith_seal_entry with given random bytes. */
struct seal_input {
    const struct kith_origin *origin; /* borrowed */
    struct kith_bytes body;
    uint8_t random[SEAL_RANDOM_LEN]; /* secret */
};
enum kith_status seal_entry_with(const struct seal_input *input,
                                 struct kith_entry_header *header,
                                 struct kith_ek *ret_ek,
                                 struct kith_buf *ret_sealed) KITH_MUST_CHECK;

#endif

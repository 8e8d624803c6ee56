/* sim_memo - signatures made in this process are not verified again and again.
 *
 * A simulated company verifies what it signs, and so does its partner, and so
 * do resends: the same few signatures, many times, for most of a schedule's
 * time. The linker leads the two calls of libsodium here (--wrap, sim.cmake).
 * What was signed here is remembered by a digest of key, message and
 * signature, so any other signature is verified in full: no answer differs.
 * Not here: anything in the daemons; they verify each time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <sodium.h>

enum {
    PLACES = 1 << 15
};

struct digest {
    uint8_t b[16];
};

/* The hooks take no context, hence file scope; a forgotten one costs time. */
static struct digest known[PLACES];

int __wrap_crypto_sign_detached(unsigned char *sig, unsigned long long *sig_len,
                                const unsigned char *message,
                                unsigned long long len,
                                const unsigned char *secret);
int __real_crypto_sign_detached(unsigned char *sig, unsigned long long *sig_len,
                                const unsigned char *message,
                                unsigned long long len,
                                const unsigned char *secret);
int __wrap_crypto_sign_verify_detached(const unsigned char *sig,
                                       const unsigned char *message,
                                       unsigned long long len,
                                       const unsigned char *key);
int __real_crypto_sign_verify_detached(const unsigned char *sig,
                                       const unsigned char *message,
                                       unsigned long long len,
                                       const unsigned char *key);

static struct digest digest_of(const unsigned char *sig,
                               const unsigned char *message, size_t len,
                               const unsigned char *key)
{
    crypto_generichash_state state;
    struct digest digest;
    (void)crypto_generichash_init(&state, NULL, 0, sizeof digest.b);
    (void)crypto_generichash_update(&state, key, crypto_sign_PUBLICKEYBYTES);
    (void)crypto_generichash_update(&state, sig, crypto_sign_BYTES);
    (void)crypto_generichash_update(&state, message, len);
    (void)crypto_generichash_final(&state, digest.b, sizeof digest.b);
    return digest;
}

static struct digest *place_of(const struct digest *digest)
{
    size_t place = (size_t)digest->b[0] << 8 | digest->b[1];
    return &known[place % PLACES];
}

int __wrap_crypto_sign_detached(unsigned char *sig, unsigned long long *sig_len,
                                const unsigned char *message,
                                unsigned long long len,
                                const unsigned char *secret)
{
    int result =
        __real_crypto_sign_detached(sig, sig_len, message, len, secret);
    if (result == 0) {
        /* the public half follows the seed */
        struct digest digest = digest_of(sig, message, (size_t)len,
                                         secret + crypto_sign_SEEDBYTES);
        *place_of(&digest) = digest;
    }
    return result;
}

int __wrap_crypto_sign_verify_detached(const unsigned char *sig,
                                       const unsigned char *message,
                                       unsigned long long len,
                                       const unsigned char *key)
{
    struct digest digest = digest_of(sig, message, (size_t)len, key);
    if (memcmp(place_of(&digest), &digest, sizeof digest) == 0)
        return 0;
    return __real_crypto_sign_verify_detached(sig, message, len, key);
}

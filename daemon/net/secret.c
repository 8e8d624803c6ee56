/* secret - the transport key pair of this company.
 *
 * Not here: giving it to a socket (socket.c).
 */
#include "net/secret.h"

#include <string.h>
#include <sys/mman.h>

#include <zmq.h>

enum {
    Z85_SIZE = 41
}; /* 32 bytes in Z85, with NUL (RFC 32/Z85) */

/* Derives the public half; libzmq does it for Z85 text only. */
static enum kith_status derive(struct secret *pair)
{
    char secret_text[Z85_SIZE], public_text[Z85_SIZE];
    enum kith_status status = KITH_INVALID;

    if (zmq_z85_encode(secret_text, pair->secret, KITH_KEY_LEN) != NULL &&
        zmq_curve_public(public_text, secret_text) == 0 &&
        zmq_z85_decode(pair->public.b, public_text) != NULL)
        status = KITH_OK;
    explicit_bzero(secret_text, sizeof(secret_text));
    return status;
}

enum kith_status secret_take(uint8_t secret[KITH_KEY_LEN],
                             struct secret **ret_secret)
{
    enum kith_status status = KITH_NOMEM;
    struct secret *pair = mmap(NULL, sizeof(*pair), PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pair == MAP_FAILED)
        goto out;
    if (mlock(pair, sizeof(*pair)) == 0) {
        (void)madvise(pair, sizeof(*pair), MADV_DONTDUMP);
        memcpy(pair->secret, secret, KITH_KEY_LEN);
        status = derive(pair);
    }
    if (status != KITH_OK) {
        explicit_bzero(pair, sizeof(*pair));
        (void)munmap(pair, sizeof(*pair));
        goto out;
    }
    *ret_secret = pair;
out:
    explicit_bzero(secret, KITH_KEY_LEN);
    return status;
}

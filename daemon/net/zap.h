/* zap - answers libzmq's question «may this key in?» from the allow-list.
 *
 * Own and in memory (RFC 27/ZAP), bound before any listener; when it is gone
 * or has no answer, nobody gets in. A key let in is named to us as the User-Id
 * of each of its messages: 64 hex digits.
 * Threads: loop thread only.
 */
#ifndef NET_ZAP_H
#define NET_ZAP_H

#include <stdint.h>

#include "kith/ids.h"
#include "kith/status.h"

struct allowed;
struct refused;
struct zap;

enum {
    ZAP_USER_ID_SIZE = 2 * KITH_KEY_LEN + 1,
    /* Status of a handshake too many. Not 300: libzmq sends nothing then, and
     * the other side waits for its timer. */
    ZAP_OFTEN = 500
};

/* Both tables are borrowed. */
enum kith_status zap_open(void *context, struct allowed *allowed,
                          struct refused *refused, struct zap **ret_zap)
    KITH_MUST_CHECK;
/* The socket on which the questions come. */
void *zap_socket(struct zap *zap);
/* Answers all that have come. */
void zap_work(struct zap *zap, int64_t now_ms);
/* A key whose refusal is not counted: that of the self-test. */
void zap_ignore(struct zap *zap, const struct kith_key *key);

#endif

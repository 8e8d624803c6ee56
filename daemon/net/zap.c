/* zap - answers libzmq's question «may this key in?» from the allow-list.
 *
 * Not here: the allow-list itself (allowed.c), the check per message
 * (listener.c).
 */
#include "net/zap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "net/allowed.h"
#include "net/refused.h"

enum {
    PARTS = 7,
    PART_MAX = 255
};

/* Order of the parts of a question (RFC 27). */
enum part {
    PART_VERSION,
    PART_REQUEST,
    PART_DOMAIN,
    PART_ADDRESS,
    PART_ROUTE,
    PART_MECHANISM,
    PART_KEY
};

struct question {
    char parts[PARTS][PART_MAX + 1]; /* each with a NUL behind it */
    size_t lens[PARTS];
    bool good; /* exactly PARTS parts, none over PART_MAX */
};

struct zap {
    void *socket;
    struct allowed *allowed;
    struct refused *refused;
    struct kith_key ignored;
};

enum kith_status zap_open(void *context, struct allowed *allowed,
                          struct refused *refused, struct zap **ret_zap)
{
    static const int linger = 0;
    struct zap *zap = calloc(1, sizeof(*zap));

    if (zap == NULL)
        return KITH_NOMEM;
    zap->allowed = allowed;
    zap->refused = refused;
    zap->socket = zmq_socket(context, ZMQ_REP);
    if (zap->socket == NULL ||
        zmq_setsockopt(zap->socket, ZMQ_LINGER, &linger, sizeof(linger)) != 0 ||
        zmq_bind(zap->socket, "inproc://zeromq.zap.01") != 0) {
        if (zap->socket != NULL)
            (void)zmq_close(zap->socket);
        free(zap);
        return KITH_IO;
    }
    *ret_zap = zap;
    return KITH_OK;
}

void *zap_socket(struct zap *zap)
{
    return zap->socket;
}

void zap_ignore(struct zap *zap, const struct kith_key *key)
{
    zap->ignored = *key;
}

/* Reads one question whole; false when none is there. */
static bool read_question(struct zap *zap, struct question *question)
{
    zmq_msg_t part;
    size_t count = 0;
    bool more = true;

    memset(question, 0, sizeof(*question));
    question->good = true;
    (void)zmq_msg_init(&part);
    while (more && zmq_msg_recv(&part, zap->socket, ZMQ_DONTWAIT) >= 0) {
        size_t len = zmq_msg_size(&part);

        if (count < PARTS && len <= PART_MAX) {
            memcpy(question->parts[count], zmq_msg_data(&part), len);
            question->lens[count] = len;
        } else {
            question->good = false;
        }
        more = zmq_msg_more(&part) != 0;
        count++;
    }
    (void)zmq_msg_close(&part);
    question->good = question->good && count == PARTS;
    return count > 0;
}

static void answer(struct zap *zap, const struct question *question,
                   const char *code, const char *user_id)
{
    const struct {
        const char *data;
        size_t len;
    } parts[] = {{"1.0", 3},
                 {question->parts[PART_REQUEST], question->lens[PART_REQUEST]},
                 {code, strlen(code)},
                 {"", 0}, /* the reason is nobody's business */
                 {user_id, strlen(user_id)},
                 {"", 0}};
    const size_t last = sizeof(parts) / sizeof(parts[0]) - 1;

    for (size_t i = 0; i <= last; i++)
        (void)zmq_send(zap->socket, parts[i].data, parts[i].len,
                       ZMQ_DONTWAIT | (i < last ? ZMQ_SNDMORE : 0));
}

static void decide(struct zap *zap, const struct question *question,
                   int64_t now_ms)
{
    char user_id[ZAP_USER_ID_SIZE] = "";
    struct kith_key key;
    uint32_t partner = 0;

    if (!question->good || strcmp(question->parts[PART_VERSION], "1.0") != 0 ||
        strcmp(question->parts[PART_MECHANISM], "CURVE") != 0 ||
        question->lens[PART_KEY] != KITH_KEY_LEN) {
        answer(zap, question, "500", "");
        return;
    }
    memcpy(key.b, question->parts[PART_KEY], KITH_KEY_LEN);
    partner = allowed_partner(zap->allowed, &key);
    if (partner == 0) {
        if (!kith_key_equal(&key, &zap->ignored))
            refused_count(zap->refused, &key, question->parts[PART_ADDRESS],
                          now_ms);
        answer(zap, question, "400", "");
    } else if (!allowed_handshake(zap->allowed, partner, now_ms)) {
        answer(zap, question, "500", ""); /* ZAP_OFTEN */
    } else {
        kith_hex(key.b, KITH_KEY_LEN, user_id);
        answer(zap, question, "200", user_id);
    }
}

void zap_work(struct zap *zap, int64_t now_ms)
{
    struct question question;

    while (read_question(zap, &question))
        decide(zap, &question, now_ms);
}

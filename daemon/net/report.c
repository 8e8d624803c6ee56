/* report - what kith-net tells kithd, as child frames.
 *
 * Not here: when (traffic.c, dialler.c, loop.c).
 */
#include "net/report.h"

#include "net/channel.h"
#include "net/connection.h"
#include "net/refused.h"
#include "net/session.h"
#include "net/state.h"

static const char *const down_sentences[KITH_DOWN_REASON_END] = {
    [KITH_DOWN_BY_PARTNER] = "the partner closed the connection or it was lost",
    [KITH_DOWN_BY_US] = "closed by this side",
    [KITH_DOWN_NOT_ALLOWED] = "the partner's transport key is not allowed now",
    [KITH_DOWN_FRAME] = "the partner sent what is not one whole frame",
    [KITH_DOWN_FLOODED] = "the partner sent a message without an end",
    [KITH_DOWN_QUEUE] = "the partner does not read what is sent to it",
};

static const char *const dial_sentences[KITH_DIAL_REASON_END] = {
    [KITH_DIAL_NOT_ALLOWED] =
        "the partner's daemon does not have our transport key on its list",
    [KITH_DIAL_REFUSED] = "nobody listens at that address",
    [KITH_DIAL_TIMEOUT] = "no answer came in time",
    [KITH_DIAL_NO_ROUTE] = "that address cannot be reached from here",
    [KITH_DIAL_HANDSHAKE] =
        "what answers is not the partner's daemon with the key of its card",
    [KITH_DIAL_ADDRESS] = "no numeric tcp:// address to dial",
    [KITH_DIAL_RESOURCES] = "this machine has no socket left for it",
    [KITH_DIAL_NO_PLACE] =
        "max_partners of kith.conf are there already: it is not let in",
    [KITH_DIAL_KEY_TAKEN] = "its card names the transport key of another "
                            "partner: it is not let in",
    [KITH_DIAL_OFTEN] = "the partner's daemon counts too many connections",
};

static void send_frame(struct net *net, const struct kith_child_frame *frame)
{
    if (channel_send(net->channel, frame) != KITH_OK)
        net->failed = true;
}

void report_ready(struct net *net, const struct kith_bytes *bound,
                  size_t n_bound, uint32_t limit)
{
    struct kith_child_frame frame = {
        .type = KITH_CHILD_NET_READY,
        .u.net_ready = {true, limit, bound, n_bound}};

    send_frame(net, &frame);
}

void report_failed(struct net *net, const char *sentence)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_FAILED,
                                     .u.net_failed = {kith_bytes_of(sentence)}};

    send_frame(net, &frame);
}

void report_up(struct net *net, const struct session *session)
{
    struct kith_child_frame frame = {
        .type = KITH_CHILD_NET_UP,
        .u.net_up = {session->id, session->partner, session->key,
                     session->dialled,
                     kith_bytes_of(session->connection->remote)}};

    send_frame(net, &frame);
}

void report_frame(struct net *net, const struct session *session,
                  struct kith_bytes payload)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_FRAME,
                                     .u.net_frame = {session->id, payload}};

    send_frame(net, &frame);
}

void report_down(struct net *net, const struct session *session,
                 enum kith_down_reason reason, uint64_t hidden)
{
    struct kith_child_frame frame = {
        .type = KITH_CHILD_NET_DOWN,
        .u.net_down = {session->id, (uint8_t)reason, hidden,
                       kith_bytes_of(down_sentences[reason])}};

    send_frame(net, &frame);
}

void report_queued(struct net *net, const struct session *session)
{
    struct kith_child_frame frame = {
        .type = KITH_CHILD_NET_QUEUED,
        .u.net_queued = {session->id, (uint32_t)session->waiting_len}};

    send_frame(net, &frame);
}

void report_dial_failed(struct net *net, struct kith_net_dial_failed failed)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_DIAL_FAILED};

    failed.sentence = kith_bytes_of(dial_sentences[failed.reason]);
    frame.u.net_dial_failed = failed;
    send_frame(net, &frame);
}

void report_refused_key(struct net *net, const struct refused_key *refused)
{
    struct kith_child_frame frame = {
        .type = KITH_CHILD_NET_REFUSED_KEY,
        .u.net_refused_key = {refused->key, refused->count,
                              kith_bytes_of(refused->remote)}};

    send_frame(net, &frame);
}

void report_often(struct net *net, uint32_t partner)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_OFTEN,
                                     .u.net_often = {partner}};

    send_frame(net, &frame);
}

void report_probed(struct net *net, int error)
{
    struct kith_child_frame frame = {.type = KITH_CHILD_NET_PROBED,
                                     .u.probed = {(uint32_t)error}};

    send_frame(net, &frame);
}

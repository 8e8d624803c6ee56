/* link_hello - greet and hello: the first two frames of a session.
 *
 * Responsible for: nonces, drawing session numbers, checking that a hello fits
 * the handshake, taking a newer card, choosing one of two sessions.
 * Not here: what session numbers and claims prove (link_judge, link_claim),
 * what follows a good hello (link_flow).
 */
#include "rules/link_hello.h"

#include <stdio.h>
#include <string.h>

#include "kith/card.h"
#include "kith/sign.h"
#include "kith/version.h"
#include "rules/act.h"
#include "rules/link_claim.h"
#include "rules/link_judge.h"
#include "rules/partner.h"
#include "rules/peer.h"
#include "rules/transport_key.h"

enum kith_status hello_greet(struct link_call *call)
{
    struct session *session = call->session;
    const struct store_link *link = &call->link;
    struct kith_greet greet = {.protocol_min = KITH_PROTOCOL_MIN,
                               .protocol_max = KITH_PROTOCOL_MAX};
    struct kith_buf frame = {0};
    kith_random(session->our_nonce, sizeof session->our_nonce);
    memcpy(greet.nonce, session->our_nonce, sizeof greet.nonce);
    session->floor =
        (struct session_floor){.partner_session = link->partner_session,
                               .out_number = link->out.number,
                               .out_processed = link->out.processed,
                               .in_number = link->in.number,
                               .in_noted = link->in.noted};
    session->state = SESSION_GREET;
    enum kith_status status = kith_greet_encode(&greet, &frame);
    if (status == KITH_OK)
        status = link_send(call->machine, session, &frame);
    kith_buf_clear(&frame);
    return status;
}

/* Our hello; its number is in the transaction before it is sent. */
static enum kith_status say_hello(struct link_call *call)
{
    const struct company *company = call->act->company;
    struct session *session = call->session;
    struct kith_hello hello = {.sender = company->id,
                               .receiver = call->link.company,
                               .sender_transport = company->transport_public,
                               .receiver_transport = session->partner_transport,
                               .protocol = session->protocol,
                               .features = KITH_FEATURES,
                               .card = kith_buf_bytes(&company->card),
                               .session = call->link.session + 1,
                               .partner_session = call->link.partner_session,
                               .verified = call->link.verified};
    struct kith_buf text = {0};
    struct kith_buf frame = {0};
    struct kith_sig sig;
    memcpy(hello.sender_nonce, session->our_nonce, KITH_NONCE_LEN);
    memcpy(hello.receiver_nonce, session->their_nonce, KITH_NONCE_LEN);
    enum kith_status status = claim_make(call, &hello);
    if (status == KITH_OK)
        status = kith_hello_signed_bytes(&hello, &text);
    if (status == KITH_OK)
        status = kith_sign(&company->statement, KITH_STATEMENT_HELLO,
                           kith_buf_bytes(&text), &sig);
    if (status == KITH_OK)
        status = kith_hello_encode(kith_buf_bytes(&text), &sig, &frame);
    if (status != KITH_OK)
        goto out;
    call->link.session = hello.session;
    status = store_link_put(call->act->txn, &call->link);
    if (status != KITH_OK)
        goto out;
    session->our_number = hello.session;
    session->our_verified = hello.verified;
    session->state = SESSION_HELLO;
    status = link_send(call->machine, session, &frame);
out:
    kith_buf_clear(&text);
    kith_buf_clear(&frame);
    return status;
}

enum kith_status hello_take_greet(struct link_call *call,
                                  struct kith_bytes frame)
{
    struct session *session = call->session;
    struct kith_greet greet;
    enum kith_status status = kith_greet_decode(frame, &greet);
    if (status != KITH_OK)
        return link_refuse(call->machine, session, KITH_REFUSE_FRAME,
                           "the greet is malformed");
    unsigned low = greet.protocol_min;
    unsigned high = greet.protocol_max;
    call->machine->view.their_min = greet.protocol_min;
    call->machine->view.their_max = greet.protocol_max;
    if (low > KITH_PROTOCOL_MAX || high < KITH_PROTOCOL_MIN || low > high) {
        char sentence[KITH_REASON_MAX + 1];
        snprintf(sentence, sizeof sentence,
                 "no common protocol: the refusing side speaks %d to %d, the "
                 "refused side %u to %u",
                 KITH_PROTOCOL_MIN, KITH_PROTOCOL_MAX, low, high);
        return link_refuse(call->machine, session, KITH_REFUSE_VERSION,
                           sentence);
    }
    session->protocol = high < KITH_PROTOCOL_MAX ? greet.protocol_max
                                                 : (uint16_t)KITH_PROTOCOL_MAX;
    memcpy(session->their_nonce, greet.nonce, KITH_NONCE_LEN);
    return say_hello(call);
}

/* Names of this session and nothing else: who, which keys, which nonces. */
static bool fits_handshake(const struct link_call *call,
                           const struct kith_hello *hello)
{
    const struct session *session = call->session;
    const struct company *company = call->act->company;
    return kith_company_id_equal(&hello->sender, &call->link.company) &&
           kith_company_id_equal(&hello->receiver, &company->id) &&
           kith_key_equal(&hello->sender_transport,
                          &session->partner_transport) &&
           kith_key_equal(&hello->receiver_transport,
                          &company->transport_public) &&
           memcmp(hello->sender_nonce, session->their_nonce, KITH_NONCE_LEN) ==
               0 &&
           memcmp(hello->receiver_nonce, session->our_nonce, KITH_NONCE_LEN) ==
               0 &&
           hello->protocol == session->protocol;
}

/* A hello, decoded, and how its card stands to the one we hold. */
struct hello_read {
    struct kith_hello hello;
    struct kith_bytes text; /* the signed bytes */
    struct kith_sig sig;
    enum kith_card_order order;
    struct kith_card offered;  /* filled unless order is KITH_CARD_SAME */
    struct kith_key statement; /* of the card that counts */
};

/* Another card than the one we hold. *ret_good false: it is no good card. */
static enum kith_status compare_cards(struct link_call *call,
                                      struct hello_read *read, bool *ret_good)
{
    struct kith_bytes bytes = {0};
    struct kith_card held;
    enum kith_status status = kith_card_read(read->hello.card, &read->offered);
    *ret_good = status == KITH_OK;
    if (status != KITH_OK)
        return status == KITH_NOMEM ? status : KITH_OK;
    status = store_card_get(call->act->txn, &call->link.card_digest,
                            call->act->arena, &bytes);
    if (status == KITH_OK)
        status = kith_card_read(bytes, &held);
    if (status != KITH_OK)
        return status == KITH_NOMEM ? status : KITH_DAMAGED;
    read->order = kith_card_compare(&held, &read->offered);
    if (read->order == KITH_CARD_NEWER)
        read->statement = read->offered.root.statement;
    return KITH_OK;
}

/* The keys by which the hello is judged: those of the card we hold, unless
 * the hello brings a newer one. Reading a card verifies many signatures, so
 * the usual hello, with the card we hold, is spared that. */
static enum kith_status read_card(struct link_call *call,
                                  struct hello_read *read, bool *ret_good)
{
    const struct peer *peer = NULL;
    struct kith_hash digest;
    enum kith_status status = peer_get(call->act, &call->link, &peer);
    if (status != KITH_OK)
        return status;
    read->statement = peer->statement;
    read->order = KITH_CARD_SAME;
    kith_sha256(read->hello.card.data, read->hello.card.len, &digest);
    *ret_good = true;
    if (kith_hash_equal(&digest, &call->link.card_digest))
        return KITH_OK;
    return compare_cards(call, read, ret_good);
}

/* Bound and decode. *ret_why: what is wrong, NULL when nothing is. */
static enum kith_status read_hello(struct link_call *call,
                                   struct kith_arena *arena,
                                   struct kith_bytes frame,
                                   struct hello_read *read,
                                   const char **ret_why)
{
    bool good = false;
    *ret_why = "the hello is malformed";
    if (kith_hello_decode(arena, frame, &read->hello, &read->text,
                          &read->sig) != KITH_OK)
        return KITH_OK;
    enum kith_status status = read_card(call, read, &good);
    *ret_why = good ? NULL : "the card in the hello is not a good one";
    return status;
}

/* Authenticate: 0, or the code that the session is refused with. */
static uint16_t authenticate(const struct link_call *call,
                             const struct hello_read *read,
                             const char **ret_why)
{
    *ret_why = "the card in the hello is another company's";
    if (read->order == KITH_CARD_OTHER)
        return KITH_REFUSE_IDENTITY;
    *ret_why = "the hello is not signed by the statement key of the card";
    if (kith_sign_verify(&read->statement, KITH_STATEMENT_HELLO, read->text,
                         &read->sig) != KITH_OK)
        return KITH_REFUSE_SIGNATURE;
    *ret_why = "the hello does not fit the handshake";
    if (!fits_handshake(call, &read->hello))
        return KITH_REFUSE_IDENTITY;
    return 0;
}

static enum kith_status take_card(struct link_call *call,
                                  const struct hello_read *read)
{
    enum kith_card_order order = read->order;
    if (order == KITH_CARD_NEWER) {
        call->machine->view.cards++;
        return partner_take_card(call->act, &call->link, read->hello.card,
                                 &read->offered, &order);
    }
    if (order == KITH_CARD_OLDER)
        return link_tell(call->machine, 0,
                         "the partner sent an older card than the one held; "
                         "it is ignored");
    return KITH_OK;
}

/* A session that was proved with the key of the card ends the former one. */
static enum kith_status end_former_key(struct link_call *call)
{
    const struct peer *peer = NULL;
    bool ended = false;
    enum kith_status status = peer_get(call->act, &call->link, &peer);
    if (status == KITH_OK &&
        kith_key_equal(&peer->transport, &call->session->partner_transport))
        status = transport_key_end(call->act, call->link.number, &ended);
    if (ended)
        call->machine->view.cards++;
    return status;
}

static void note_number(struct link_machine *machine, uint64_t number)
{
    memmove(machine->seen, machine->seen + 1,
            (LINK_SEEN_MAX - 1) * sizeof machine->seen[0]);
    machine->seen[LINK_SEEN_MAX - 1] = number;
}

/* True when A stays and B goes: both sides come to the same answer. */
static bool is_kept(const struct link_call *call, const struct session *a,
                    const struct session *b)
{
    if (a->dialled_by_us == b->dialled_by_us)
        return a->dialled_by_us ? a->our_number > b->our_number
                                : a->their_number > b->their_number;
    bool we_are_lower = memcmp(call->act->company->id.b, call->link.company.b,
                               KITH_COMPANY_ID_LEN) < 0;
    return a->dialled_by_us == we_are_lower;
}

/* A good session came; of two, one stays. The one that stays is asked at once
 * whether it is alive, for a partner that lost it dials anew. */
static enum kith_status choose(struct link_call *call)
{
    static const char replaced[] = "another session of this link stays";
    struct link_machine *machine = call->machine;
    struct session *fresh = call->session;
    struct session *held = link_current(machine);
    if (held != NULL && is_kept(call, held, fresh)) {
        machine->pulse.ping_now = true;
        return link_refuse(machine, fresh, KITH_REFUSE_REPLACED, replaced);
    }
    link_set_current(machine, fresh);
    if (held == NULL)
        return KITH_OK;
    return link_refuse(machine, held, KITH_REFUSE_REPLACED, replaced);
}

static enum kith_status accept(struct link_call *call,
                               const struct hello_read *read)
{
    struct session *session = call->session;
    struct store_link *link = &call->link;
    const struct kith_hello *hello = &read->hello;
    enum kith_status status = take_card(call, read);
    if (status == KITH_OK)
        status = end_former_key(call);
    if (status != KITH_OK)
        return status;
    if (hello->session > link->partner_session)
        link->partner_session = hello->session;
    link->verified_by_partner = hello->verified;
    status = store_link_put(call->act->txn, link);
    if (status != KITH_OK)
        return status;
    note_number(call->machine, hello->session);
    session->their_number = hello->session;
    session->their_verified = hello->verified;
    session->their_log = hello->mine.log_number;
    session->features = hello->features;
    session->claimed =
        hello->yours.log_number == link->out.number ? hello->yours.size : 0;
    if (link->out.processed > session->claimed)
        session->claimed = link->out.processed;
    session->state = session->our_verified && session->their_verified
                         ? SESSION_OPEN
                         : SESSION_UNVERIFIED;
    return choose(call);
}

/* The four steps: bound and decode, authenticate, judge, accept. */
static enum kith_status take_with_arena(struct link_call *call,
                                        struct kith_arena *arena,
                                        struct kith_bytes frame)
{
    struct link_machine *machine = call->machine;
    struct hello_read read = {0};
    const char *why = NULL;
    bool good = false;
    enum kith_status status = read_hello(call, arena, frame, &read, &why);
    if (status != KITH_OK)
        return status;
    if (why != NULL)
        return link_refuse(machine, call->session, KITH_REFUSE_FRAME, why);
    uint16_t code = authenticate(call, &read, &why);
    if (code != 0)
        return link_refuse(machine, call->session, code, why);
    if (read.order == KITH_CARD_FORK) {
        call->link.out.frozen = true; /* to whom would it go? */
        return link_freeze(call, STORE_IN,
                           "the refused side signed two cards of one "
                           "revision, or a root it had not named");
    }
    status = judge_hello(
        call, &read.hello,
        read.order == KITH_CARD_NEWER ? &read.offered.root.log : NULL, &good);
    return status == KITH_OK && good ? accept(call, &read) : status;
}

enum kith_status hello_take(struct link_call *call, struct kith_bytes frame)
{
    struct kith_arena *arena = NULL;
    enum kith_status status = kith_arena_new(KITH_ARENA_FRAME_MAX, &arena);
    if (status == KITH_OK)
        status = take_with_arena(call, arena, frame);
    kith_arena_destroy(&arena);
    return status;
}

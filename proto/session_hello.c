/* session_hello - the frame in which two daemons say who they are.
 *
 * Responsible for: the signed text of a hello and the frame around it.
 * Not here: making and verifying the signature (sign.h), and whether what it
 * says fits the handshake and the store (rules).
 */
#include "kith/session.h"

#include "session.pb-c.h"

#include "frame.h"
#include "strict.h"
#include "wire.h"

/* Hello: 2; its text: 14 and twice the 3 of a claim. */
enum {
    HELLO_VALUES_MAX = 2,
    TEXT_VALUES_MAX = 20
};

static bool is_claim_good(const struct kith_log_claim *claim)
{
    if (claim->log_number == 0 && claim->size != 0)
        return false;
    return claim->size != 0 || claim->note.len == 0;
}

static enum kith_status check_hello(const struct kith_hello *hello)
{
    if (hello->card.len > KITH_CARD_MAX ||
        hello->mine.note.len > KITH_NOTE_MAX ||
        hello->yours.note.len > KITH_NOTE_MAX)
        return KITH_LIMIT;
    /* below 2^63, as every number here: room for a higher one stays */
    if (hello->protocol == 0 || hello->card.len == 0 || hello->session == 0 ||
        hello->session > INT64_MAX || hello->partner_session > INT64_MAX ||
        !is_claim_good(&hello->mine) || !is_claim_good(&hello->yours))
        return KITH_INVALID;
    return KITH_OK;
}

static void claim_to_wire(const struct kith_log_claim *claim,
                          Kith__LogClaim *wire)
{
    wire->has_log_number = claim->log_number != 0;
    wire->log_number = claim->log_number;
    wire->has_size = claim->size != 0;
    wire->size = claim->size;
    wire->has_note = claim->note.len > 0;
    wire->note = wire_bytes(claim->note.data, claim->note.len);
}

enum kith_status kith_hello_signed_bytes(const struct kith_hello *hello,
                                         struct kith_buf *buf)
{
    Kith__HelloText wire = KITH__HELLO_TEXT__INIT;
    Kith__LogClaim mine = KITH__LOG_CLAIM__INIT;
    Kith__LogClaim yours = KITH__LOG_CLAIM__INIT;
    enum kith_status status = check_hello(hello);

    if (status != KITH_OK)
        return status;
    claim_to_wire(&hello->mine, &mine);
    claim_to_wire(&hello->yours, &yours);
    wire.sender = wire_bytes(hello->sender.b, KITH_COMPANY_ID_LEN);
    wire.receiver = wire_bytes(hello->receiver.b, KITH_COMPANY_ID_LEN);
    wire.sender_transport = wire_bytes(hello->sender_transport.b, KITH_KEY_LEN);
    wire.receiver_transport =
        wire_bytes(hello->receiver_transport.b, KITH_KEY_LEN);
    wire.sender_nonce = wire_bytes(hello->sender_nonce, KITH_NONCE_LEN);
    wire.receiver_nonce = wire_bytes(hello->receiver_nonce, KITH_NONCE_LEN);
    wire.protocol = hello->protocol;
    wire.has_features = hello->features != 0;
    wire.features = hello->features;
    wire.card = wire_bytes(hello->card.data, hello->card.len);
    wire.session = hello->session;
    wire.has_partner_session = hello->partner_session != 0;
    wire.partner_session = hello->partner_session;
    wire.has_verified = hello->verified;
    wire.verified = hello->verified;
    wire.mine = &mine;
    wire.yours = &yours;
    return strict_pack(&wire.base, KITH_FRAME_MAX, buf);
}

enum kith_status kith_hello_encode(struct kith_bytes signed_bytes,
                                   const struct kith_sig *signature,
                                   struct kith_buf *buf)
{
    Kith__Hello wire = KITH__HELLO__INIT;

    wire.text = wire_bytes(signed_bytes.data, signed_bytes.len);
    wire.signature = wire_bytes(signature->b, KITH_SIG_LEN);
    return frame_pack(KITH_FRAME_HELLO, &wire.base, buf);
}

static struct kith_log_claim claim_from_wire(const Kith__LogClaim *wire)
{
    return (struct kith_log_claim){.log_number = wire->log_number,
                                   .size = wire->size,
                                   .note = wire_borrow(wire->note)};
}

static enum kith_status text_from_wire(const Kith__HelloText *wire,
                                       struct kith_hello *hello)
{
    if (!wire_take(wire->sender, hello->sender.b, KITH_COMPANY_ID_LEN) ||
        !wire_take(wire->receiver, hello->receiver.b, KITH_COMPANY_ID_LEN) ||
        !wire_take(wire->sender_transport, hello->sender_transport.b,
                   KITH_KEY_LEN) ||
        !wire_take(wire->receiver_transport, hello->receiver_transport.b,
                   KITH_KEY_LEN) ||
        !wire_take(wire->sender_nonce, hello->sender_nonce, KITH_NONCE_LEN) ||
        !wire_take(wire->receiver_nonce, hello->receiver_nonce,
                   KITH_NONCE_LEN) ||
        wire->protocol > UINT16_MAX)
        return KITH_MALFORMED;
    hello->protocol = (uint16_t)wire->protocol;
    hello->features = wire->features;
    hello->card = wire_borrow(wire->card);
    hello->session = wire->session;
    hello->partner_session = wire->partner_session;
    hello->verified = wire->verified;
    hello->mine = claim_from_wire(wire->mine);
    hello->yours = claim_from_wire(wire->yours);
    return check_hello(hello) == KITH_INVALID ? KITH_MALFORMED
                                              : check_hello(hello);
}

enum kith_status kith_hello_decode(struct kith_arena *arena,
                                   struct kith_bytes frame,
                                   struct kith_hello *ret_hello,
                                   struct kith_bytes *ret_signed,
                                   struct kith_sig *ret_signature)
{
    struct kith_bytes payload = {0};
    ProtobufCMessage *outer = NULL;
    ProtobufCMessage *inner = NULL;
    struct kith_bytes text = {0};
    struct kith_hello hello = {0};
    struct kith_sig signature;
    enum kith_status status = frame_payload(frame, KITH_FRAME_HELLO, &payload);

    if (status == KITH_OK)
        status = frame_unpack(arena, &kith__hello__descriptor, payload,
                              HELLO_VALUES_MAX, &outer);
    if (status != KITH_OK)
        return status;
    text = wire_borrow(((const Kith__Hello *)outer)->text);
    if (!wire_take(((const Kith__Hello *)outer)->signature, signature.b,
                   KITH_SIG_LEN))
        return KITH_MALFORMED;
    status = frame_unpack(arena, &kith__hello_text__descriptor, text,
                          TEXT_VALUES_MAX, &inner);
    if (status == KITH_OK)
        status = text_from_wire((const Kith__HelloText *)inner, &hello);
    if (status != KITH_OK)
        return status;
    *ret_hello = hello;
    *ret_signed = text;
    *ret_signature = signature;
    return KITH_OK;
}

/* keys - the keys of a company: made, encoded, and on paper.
 *
 * Operational keys are independent and derived from nothing. The recovery key
 * is B(key = backup key, "kith/v1/recovery" || 0x00). The recovery sheet bears
 * the root seed and the backup key, a second sheet the next root's seed.
 * Not here: the key file and its protection (daemon/base).
 * Threads: any.
 */
#ifndef KITH_KEYS_H
#define KITH_KEYS_H

#include "kith/bytes.h"
#include "kith/card.h"
#include "kith/error.h"
#include "kith/ids.h"
#include "kith/sign.h"
#include "kith/status.h"

enum {
    /* Five pairs: secret half, public half. */
    KITH_KEYS_LEN = 5 * 2 * KITH_KEY_LEN,
    KITH_SHEET_TEXT_MAX = 64 * 1024 /* bytes of text the sheet reader takes */
};

struct kith_keys {
    struct kith_sign_key log;       /* checkpoints only */
    struct kith_sign_key receipt;   /* cosignatures only */
    struct kith_sign_key statement; /* hello, agreements, certificates */
    struct kith_box_key transport;  /* CURVE */
    struct kith_box_key sealing;    /* EK boxes */
};

/* Fresh random pairs; wipe overwrites all of them. */
void kith_keys_new(struct kith_keys *ret_keys);
void kith_keys_wipe(struct kith_keys *keys);
/* Layout: log, receipt, statement, transport, sealing; each its secret half
 * (32) and its public half (32). */
void kith_keys_encode(const struct kith_keys *keys,
                      uint8_t ret_data[KITH_KEYS_LEN]);
/* KITH_DAMAGED: a public half does not belong to its secret;
 * KITH_MALFORMED: another length. */
enum kith_status kith_keys_decode(struct kith_bytes bytes,
                                  struct kith_keys *ret_keys) KITH_MUST_CHECK;
/* Copies the public halves into ROOT; its other fields are left alone. */
void kith_keys_publish(const struct kith_keys *keys,
                       struct kith_card_root *root);

/* The key that owner references are sealed under (seal.h). */
void kith_recovery_key(const uint8_t backup_key[KITH_KEY_LEN],
                       uint8_t ret_key[KITH_KEY_LEN]);

/* What a sheet bears. Secret: wipe after use. */
struct kith_sheet {
    bool has_root, has_backup, has_next;
    uint8_t root_seed[KITH_SEED_LEN];
    uint8_t backup_key[KITH_KEY_LEN];
    uint8_t next_seed[KITH_SEED_LEN];
};

/* Appends the lines of SHEET that a person can type again. Each secret is four
 * lines "R1  ABCDE-FGHJK-MNPQR": 13 characters of Crockford base32 and two
 * check characters; R root seed, B backup key, N next root's seed. 52
 * characters hold 256 bits, most significant first, and four zero bits. The
 * check is the leading 10 bits of H("kith/v1/sheet" || 0x00 || tag || the 13
 * characters). KITH_NOMEM. The buffer holds secrets: kith_plain_clear. */
enum kith_status kith_sheet_lines(const struct kith_sheet *sheet,
                                  struct kith_buf *ret_text) KITH_MUST_CHECK;
/* Reads those lines out of TEXT: in any order, either case, O for 0, I and L
 * for 1, with any blanks and dashes; other lines are passed over. A secret of
 * which no line is there is left out.
 * KITH_MALFORMED: a line is wrong or missing, ERR names it; KITH_NOT_FOUND: no
 * line at all; KITH_LIMIT: TEXT is too long. */
enum kith_status kith_sheet_parse(struct kith_bytes text,
                                  struct kith_sheet *ret_sheet,
                                  struct kith_error *err) KITH_MUST_CHECK;
void kith_sheet_wipe(struct kith_sheet *sheet);

#endif

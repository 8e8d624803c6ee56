/* note - C2SP signed notes, the form of checkpoints and receipts.
 *
 * A note is text that ends in a newline, an empty line, and signature lines
 * "— <key name> <base64 of key hash || signature>" (C2SP signed-note).
 * The key hash is SHA-256(key name || 0x0A || type || public key)[:4]. Only
 * two types are made and verified here: Ed25519 (0x01), which signs the text,
 * and cosignature/v1 (0x04, C2SP tlog-cosignature), whose signature is an
 * 8-byte time || Ed25519 over "cosignature/v1\ntime <seconds>\n" || text.
 * Lines of other keys are kept and passed over.
 * Not here: what the text says (checkpoint.h).
 * Threads: any.
 */
#ifndef KITH_NOTE_H
#define KITH_NOTE_H

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/status.h"

struct kith_sign_key;

enum {
    KITH_NOTE_ED25519 = 0x01,     /* the log key */
    KITH_NOTE_COSIGNATURE = 0x04, /* the receipt key */
    KITH_NOTE_NAME_MAX = 160,     /* bytes of a key name */
    KITH_NOTE_LINES_MAX = 8       /* signature lines in one note */
};

/* A public key with the name it signs under. */
struct kith_note_key {
    char name[KITH_NOTE_NAME_MAX + 1]; /* no space, no plus, not empty */
    uint8_t type;                      /* KITH_NOTE_ED25519 or _COSIGNATURE */
    uint32_t hash;                     /* key hash, computed */
    struct kith_key pk;
};

struct kith_note_line {
    struct kith_bytes name;   /* borrowed from the note */
    uint32_t hash;            /* key hash as the line says */
    struct kith_bytes base64; /* key hash and signature, borrowed */
};

struct kith_note {
    struct kith_bytes text; /* with its last newline, borrowed */
    struct kith_note_line lines[KITH_NOTE_LINES_MAX];
    size_t n_lines; /* 1..KITH_NOTE_LINES_MAX */
};

/* KITH_INVALID: name empty, too long, or with a space, plus or control
 * character; or another type. */
enum kith_status kith_note_key_make(const char *name, uint8_t type,
                                    const struct kith_key *pk,
                                    struct kith_note_key *ret_key)
    KITH_MUST_CHECK;
/* Reads "<name>+<hash, 8 hex digits>+<base64 of type || key>".
 * KITH_MALFORMED: not that; KITH_UNTRUSTED: the hash does not fit;
 * KITH_NOT_UNDERSTOOD: a type we do not know. */
enum kith_status kith_note_key_parse(struct kith_bytes text,
                                     struct kith_note_key *ret_key)
    KITH_MUST_CHECK;
/* Appends that text form. KITH_NOMEM. */
enum kith_status kith_note_key_format(const struct kith_note_key *key,
                                      struct kith_buf *buf) KITH_MUST_CHECK;

/* Splits a note; nothing is verified yet. RET_NOTE borrows from BYTES.
 * KITH_LIMIT: over KITH_NOTE_MAX bytes or KITH_NOTE_LINES_MAX lines;
 * KITH_MALFORMED: no text, no signature line, not UTF-8, a control character
 * other than newline, or a line that is not of the form above. */
enum kith_status kith_note_parse(struct kith_bytes bytes,
                                 struct kith_note *ret_note) KITH_MUST_CHECK;

/* Verifies the line of KEY. RET_TIME (may be NULL) is the time of a
 * cosignature in Unix seconds, 0 for type Ed25519.
 * KITH_NOT_FOUND: no line bears KEY's name and hash;
 * KITH_UNTRUSTED: such a line does not verify, or there are two;
 * KITH_NOMEM. */
enum kith_status kith_note_verify(const struct kith_note *note,
                                  const struct kith_note_key *key,
                                  uint64_t *ret_time) KITH_MUST_CHECK;

/* Who signs, and as what. */
struct kith_note_signer {
    const char *name;
    uint8_t type;
    uint64_t time_s;                    /* cosignature: > 0, <= INT64_MAX */
    const struct kith_sign_key *secret; /* borrowed */
};

/* Appends to BUF a whole note: TEXT, an empty line, one signature line. The
 * signature is verified before it is returned.
 * KITH_INVALID: name, type, text (it ends in a newline) or time unfit;
 * KITH_LIMIT: over KITH_NOTE_MAX; KITH_NOMEM; KITH_DAMAGED: the fresh
 * signature does not verify. */
enum kith_status kith_note_sign(struct kith_bytes text,
                                const struct kith_note_signer *signer,
                                struct kith_buf *buf) KITH_MUST_CHECK;

/* Appends to BUF one note with the text of A and the lines of A, then those of
 * B that A lacks: the checkpoint and its receipt as one file.
 * KITH_CONFLICT: the texts differ; KITH_MALFORMED, KITH_LIMIT, KITH_NOMEM. */
enum kith_status kith_note_merge(struct kith_bytes a, struct kith_bytes b,
                                 struct kith_buf *buf) KITH_MUST_CHECK;

#endif

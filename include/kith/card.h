/* card - a company's signed self-description, and pairing by its id.
 *
 * Root part {company id, revision, validity, operational public keys, digest
 * of the next root}, signed by the root; address part {name, roles, endpoints,
 * revision}, signed by the statement key, so a new address needs no root. A
 * change of the root stands between them, signed by the old and the next root.
 * Fixed layout, big-endian:
 *
 *   version, 1                                  1
 *   root part                                 248
 *       company id                                 32
 *       revision                                    8
 *       valid from, valid until: Unix seconds   8 + 8
 *       log, receipt, statement (Ed25519)      3 x 32
 *       transport, sealing (X25519)            2 x 32
 *       digest of the next root                    32
 *   signature of the root                      64
 *   number of root changes, 0 to 8              1
 *   each: company id, old, next root       3 x 32, signatures of both 2 x 64
 *   length of the address part                  2
 *   address part
 *       company id                                 32
 *       revision                                    8
 *       roles: 1 OEM, 2 EMS, or both as 3           1
 *       length of the name, name (UTF-8)       1 + 1..128
 *       number of endpoints                         1
 *       each: length, "tcp://host:port"        2 + 7..512
 *   signature of the statement key             64
 *
 * A name bears no control or direction characters and no blank at either end;
 * the log, receipt, statement and root keys are four different ones; transport
 * and sealing key are no points of low order. The
 * digest of the next root is H("kith/v1/next-root" || 0x00
 * || its public key); a card's own digest is H over all its bytes.
 * Threads: any.
 */
#ifndef KITH_CARD_H
#define KITH_CARD_H

#include "kith/bytes.h"
#include "kith/ids.h"
#include "kith/limits.h"
#include "kith/status.h"

struct kith_sign_key;

#define KITH_CARD_TITLE "CARD" /* of its armour (armour.h) */

enum {
    KITH_CARD_VERSION = 1,
    KITH_CARD_ROOT_LEN = 248,
    KITH_CARD_CHANGE_LEN = 96 + 2 * KITH_SIG_LEN,
    KITH_CARD_CHANGES_MAX = 8,
    KITH_PAIRING_SIZE = 36 /* six groups of five digits, blanks, NUL */
};

enum kith_card_role {
    KITH_ROLE_OEM = 1,
    KITH_ROLE_EMS = 2
};

struct kith_card_root {
    struct kith_company_id company; /* the first root's public key */
    uint64_t revision;              /* max(last + 1, Unix seconds), > 0 */
    uint64_t valid_from_s;          /* Unix seconds, inclusive */
    uint64_t valid_until_s;         /* Unix seconds, exclusive, > from */
    struct kith_key log, receipt, statement; /* Ed25519 */
    struct kith_key transport, sealing;      /* X25519 */
    struct kith_hash next_root;              /* digest of its public key */
};

struct kith_card_address {
    uint64_t revision; /* as above, of this part */
    uint8_t roles;     /* set of enum kith_card_role, not empty */
    char name[KITH_NAME_MAX + 1];
    size_t n_endpoints; /* 0: this company only dials */
    char endpoints[KITH_ENDPOINTS_MAX][KITH_URL_MAX + 1];
};

/* One change of the root, signed by both. */
struct kith_card_change {
    struct kith_key old_root, next_root;
    struct kith_sig old_sig, next_sig;
};

struct kith_card {
    struct kith_card_root root;
    struct kith_card_address address;
    size_t n_changes;
    struct kith_card_change changes[KITH_CARD_CHANGES_MAX];
    struct kith_key root_key; /* that signed: after all changes */
    struct kith_hash digest;  /* of all bytes */
    struct kith_hash root_digest, address_digest; /* of the parts' bytes */
};

/* Who signs a card. */
struct kith_card_signers {
    const struct kith_sign_key *root;       /* borrowed */
    const struct kith_sign_key *statement;  /* borrowed */
    const struct kith_card_change *changes; /* from first to current root */
    size_t n_changes;
};

/* Appends a whole new card; it is read back before it is returned.
 * KITH_INVALID: a field or signer does not fit (name, endpoint, validity,
 * statement key other than the root part's, root other than changes lead to);
 * KITH_NOMEM; KITH_DAMAGED: a fresh signature does not verify. */
enum kith_status kith_card_make(const struct kith_card_root *root,
                                const struct kith_card_address *address,
                                const struct kith_card_signers *signers,
                                struct kith_buf *ret_card) KITH_MUST_CHECK;
/* Appends CARD with another address part. KITH_MALFORMED, KITH_UNTRUSTED: CARD
 * is none; else as above. */
enum kith_status kith_card_readdress(struct kith_bytes card,
                                     const struct kith_card_address *address,
                                     const struct kith_sign_key *statement,
                                     struct kith_buf *ret_card) KITH_MUST_CHECK;
/* Signs the change from OLD_ROOT to NEXT_ROOT. KITH_NOMEM; KITH_DAMAGED. */
enum kith_status kith_card_change_make(const struct kith_company_id *company,
                                       const struct kith_sign_key *old_root,
                                       const struct kith_sign_key *next_root,
                                       struct kith_card_change *ret_change)
    KITH_MUST_CHECK;
/* What a card names as its next root. */
void kith_card_next_root(const struct kith_key *next_root,
                         struct kith_hash *ret_digest);

/* Reads a card: bounds, layout, every signature. It is then what the company
 * with that id says of itself, at some time: see kith_card_compare and
 * kith_card_in_time.
 * KITH_LIMIT: over KITH_CARD_MAX; KITH_MALFORMED; KITH_NOT_UNDERSTOOD: another
 * version; KITH_UNTRUSTED: a signature or the row of roots does not fit;
 * KITH_NOMEM. */
enum kith_status kith_card_read(struct kith_bytes bytes,
                                struct kith_card *ret_card) KITH_MUST_CHECK;

enum kith_card_order {
    KITH_CARD_SAME,  /* both parts equal */
    KITH_CARD_NEWER, /* take it */
    KITH_CARD_OLDER, /* a part has a lower revision: ignore, tell operator */
    KITH_CARD_FORK,  /* same revision, other bytes; or a root that the held
                        card did not name as its next: freeze */
    KITH_CARD_OTHER  /* another company */
};
/* How the card OFFERED stands to the card HELD, both read by kith_card_read. */
enum kith_card_order kith_card_compare(const struct kith_card *held,
                                       const struct kith_card *offered);

enum kith_card_time {
    KITH_CARD_VALID,
    KITH_CARD_NOT_YET,
    KITH_CARD_EXPIRED
};
/* Warns only: an expired card does not cut a link. */
enum kith_card_time kith_card_in_time(const struct kith_card *card,
                                      uint64_t now_s);

/* The six groups that SPEAKER's people read out and LISTENER's people type:
 * "48213 90017 63352 71904 22865 10377", 99.7 bits. The two directions differ,
 * so nobody can read back what stands on his own screen.
 *   h0 = B(key = none, "kith/v1/pairing" || 0x00 || speaker || listener)
 *   hn = B(key = none, h(n-1) || speaker || listener), 65,536 times
 *   group i (0 to 5) = bytes 5i to 5i+4 of the last h as a number mod 100,000
 * The repetition (some 25 ms) is there because ids can be ground at will: it
 * lifts the work of finding two colliding pairs from 2^50 to 2^66 hashes for
 * one direction, and both must match for a link to open. */
void kith_pairing_groups(const struct kith_company_id *speaker,
                         const struct kith_company_id *listener,
                         char ret_text[KITH_PAIRING_SIZE]);
/* Compares what a person typed, whatever stands between the digits, with
 * EXPECTED. KITH_MALFORMED: not thirty digits; KITH_UNTRUSTED: others. */
enum kith_status kith_pairing_check(const char *typed,
                                    const char expected[KITH_PAIRING_SIZE])
    KITH_MUST_CHECK;

#endif

/* armour - binary things as text that survives mail.
 *
 *   -----BEGIN KITH CARD-----
 *   <base64, 64 characters a line>
 *   check:1f2e3d4c
 *   -----END KITH CARD-----
 *
 * The check is the first four bytes of H("kith/v1/armour" || 0x00 || data) in
 * hex: it tells damage on the way from a forgery, and proves nothing. The
 * reader takes what mail clients do to text: CRLF, blanks, re-wrapped lines,
 * quoting with "> ", words before and after.
 * Threads: any.
 */
#ifndef KITH_ARMOUR_H
#define KITH_ARMOUR_H

#include "kith/bytes.h"
#include "kith/status.h"

enum {
    KITH_ARMOUR_TITLE_MAX = 32, /* characters of a title, "CARD" */
    /* Characters of text that the reader takes: a card, generously. */
    KITH_ARMOUR_TEXT_MAX = 256 * 1024
};

/* Appends the text form of DATA under TITLE (capitals and blanks).
 * KITH_NOMEM; KITH_INVALID: TITLE is unfit. */
enum kith_status kith_armour(const char *title, struct kith_bytes data,
                             struct kith_buf *ret_text) KITH_MUST_CHECK;
/* Appends the data of the first block with that TITLE in TEXT.
 * KITH_NOT_FOUND: no such block; KITH_MALFORMED: the block has no end, no
 * check, or characters that are not base64; KITH_UNTRUSTED: the check does not
 * fit, the text was damaged; KITH_LIMIT: TEXT is too long; KITH_NOMEM. */
enum kith_status kith_unarmour(const char *title, struct kith_bytes text,
                               struct kith_buf *ret_data) KITH_MUST_CHECK;

#endif

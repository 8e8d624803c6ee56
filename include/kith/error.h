/* error - what went wrong, where, and what to do next, in words for a person.
 *
 * Filled where the fault is found and the words are known; printed once, by
 * the client. Never holds key material or text of a partner unescaped.
 * Threads: one owner at a time.
 */
#ifndef KITH_ERROR_H
#define KITH_ERROR_H

#include "kith/status.h"

enum {
    KITH_ERROR_CODE_MAX = 40,
    KITH_ERROR_WHAT_MAX = 400,
    KITH_ERROR_NEXT_MAX = 200
};

struct kith_error {
    enum kith_status status;        /* KITH_OK: no error */
    char code[KITH_ERROR_CODE_MAX]; /* stable slug, "nda_missing" */
    char what[KITH_ERROR_WHAT_MAX]; /* one sentence, names the place */
    char next[KITH_ERROR_NEXT_MAX]; /* a command or act, may be empty */
};

/* Fills ERR (may be NULL) and returns STATUS, so that callers write
 * `return kith_fail(err, KITH_DENIED, "nda_missing", "kith nda propose ...",
 * "no agreement with %s is in force", name);`. The first failure wins: an ERR
 * that holds one already is left as it is. Over-long text is cut at a
 * character border. */
enum kith_status kith_fail(struct kith_error *err, enum kith_status status,
                           const char *code, const char *next,
                           const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Empties ERR. */
void kith_error_clear(struct kith_error *err);

#endif

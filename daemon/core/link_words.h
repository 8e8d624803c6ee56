/* link_words - how a link stands and why, in words for its operator.
 *
 * Threads: loop thread only.
 */
#ifndef CORE_LINK_WORDS_H
#define CORE_LINK_WORDS_H

#include <stddef.h>

#include "kith/limits.h"
#include "kith/rows.h"
#include "store/logs.h"

struct daemon;
struct link_view;

struct link_words {
    char link[KITH_REASON_MAX];
    const char *next; /* a command, with the alias behind it; NULL none */
    const char *code; /* of what holds the link up; NULL: nothing */
    enum kith_link_state state;
};

void link_words(const struct daemon *daemon, const struct store_link *link,
                struct link_words *ret_words);

enum {
    LINK_WORDS_SKEW_SIZE = 80
};
/* Writes into TEXT how far the partner's clock is from ours; NULL: unknown, or
 * not worth telling. */
const char *link_words_skew(const struct link_view *view, char *text,
                            size_t size);

#endif

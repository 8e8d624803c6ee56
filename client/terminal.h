/* terminal - what may reach a terminal, and how wide it is there.
 *
 * A partner's text is hostile until it has been through terminal_clean: no
 * control character, escape sequence or change of writing direction is left.
 * Threads: one.
 */
#ifndef CLIENT_TERMINAL_H
#define CLIENT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "kith/bytes.h"

/* Appends BYTES to BUF without C0 and C1 controls, DEL, whole escape sequences
 * and invisible direction marks. Bytes that are not UTF-8 become U+FFFD. LF
 * stays when KEEP_LINES, else it and TAB become one blank. */
void terminal_clean(struct kith_bytes bytes, bool keep_lines,
                    struct kith_buf *buf);

/* Columns that TEXT (UTF-8, clean) takes; needs the locale of terminal_locale. */
size_t terminal_width(const char *text);
/* Bytes of the longest beginning of TEXT that takes at most COLUMNS. */
size_t terminal_fit(const char *text, size_t columns);

/* Makes wide characters UTF-8, whatever the locale: what kith prints is. */
void terminal_locale(void);

#endif

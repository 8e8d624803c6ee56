/* note_line - what the two files on notes share (private to libkith).
 *
 * Threads: any.
 */
#ifndef KITH_PROTO_NOTE_LINE_H
#define KITH_PROTO_NOTE_LINE_H

#include "kith/note.h"

#define NOTE_DASH "\xe2\x80\x94 " /* begins a signature line: U+2014, blank */

enum {
    NOTE_HASH_LEN = 4
}; /* bytes of a key hash */

/* Non-empty UTF-8 that ends in a newline and has no other control? */
bool note_is_text(struct kith_bytes text);

#endif

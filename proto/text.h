/* text - what counts as text between companies (libkith's own). */
#ifndef PROTO_TEXT_H
#define PROTO_TEXT_H

#include <stdbool.h>

#include "kith/bytes.h"

/* True when TEXT is UTF-8 (shortest form, no surrogate), without NUL and
 * without any control character but LF. Empty text is good. */
bool text_is_good(struct kith_bytes text);

#endif

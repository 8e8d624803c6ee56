/* base32 - Crockford's alphabet, for what people type (private to libkith).
 *
 * Threads: any.
 */
#ifndef KITH_PROTO_BASE32_H
#define KITH_PROTO_BASE32_H

#include <stddef.h>
#include <stdint.h>

/* Writes COUNT characters for the bits of DATA from the first on, five each;
 * bits beyond LEN bytes are zero. No NUL. */
void base32_write(const uint8_t *data, size_t len, size_t count,
                  char *ret_text);
/* Value of a character as people type it (any case, O is 0, I and L are 1);
 * -1 when it is none. */
int base32_value(char c);
/* The character of VALUE, 0..31. */
char base32_digit(unsigned value);

#endif

/* memory - allocation for a program that runs for milliseconds.
 *
 * The client keeps what it reads and prints in one arena until it exits. When
 * memory or the arena's ceiling is reached there is nothing left to do for the
 * person, so these functions say so and end the program with exit code 1;
 * callers need no branch. Only the client may do that.
 * Threads: one.
 */
#ifndef CLIENT_MEMORY_H
#define CLIENT_MEMORY_H

#include "kith/bytes.h"

struct kith_arena;

/* A new arena with a ceiling far above what any command needs. */
struct kith_arena *memory_new(void);
/* LEN zeroed bytes that live as long as ARENA. */
void *memory_take(struct kith_arena *arena, size_t len);
/* A copy of TEXT. */
char *memory_copy(struct kith_arena *arena, const char *text);
/* A copy of BYTES as a C string. */
char *memory_text(struct kith_arena *arena, struct kith_bytes bytes);
/* printf into ARENA. */
char *memory_format(struct kith_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append to BUF, which its owner clears. */
void buffer_add(struct kith_buf *buf, const void *data, size_t len);
void buffer_text(struct kith_buf *buf, const char *text);
void buffer_format(struct kith_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The text so far, ended by a NUL that is not counted. */
const char *buffer_string(struct kith_buf *buf);

/* Says that memory is exhausted and ends the program with exit code 1. */
_Noreturn void memory_exhausted(void);

#endif

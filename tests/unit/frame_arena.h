/* frame_arena - one arena for what a test decodes, with the bounds of a frame.
 */
#ifndef TESTS_UNIT_FRAME_ARENA_H
#define TESTS_UNIT_FRAME_ARENA_H

#include "kith/bytes.h"

extern struct kith_arena *frame_arena;

/* For cmocka: setup and teardown. */
int frame_arena_open(void **state);
int frame_arena_close(void **state);

#endif

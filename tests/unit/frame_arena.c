/* frame_arena - see the header. */
#include "frame_arena.h"

#include "kith/limits.h"

struct kith_arena *frame_arena;

int frame_arena_open(void **state)
{
    (void)state;
    return kith_arena_new(KITH_ARENA_FRAME_MAX, &frame_arena) == KITH_OK ? 0
                                                                         : -1;
}

int frame_arena_close(void **state)
{
    (void)state;
    kith_arena_destroy(&frame_arena);
    return 0;
}

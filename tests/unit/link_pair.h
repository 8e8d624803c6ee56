/* link_pair - the link machines of two companies, with a wire between them
 * that the test holds in its hand.
 *
 * Threads: one.
 */
#ifndef TESTS_LINK_PAIR_H
#define TESTS_LINK_PAIR_H

#include "rules/link.h"
#include "rules_world.h"

enum {
    PAIR_FRAMES_MAX = 512
};

/* A frame on its way. */
struct pair_frame {
    int from; /* 0 the OEM, 1 the EMS */
    uint64_t session;
    struct kith_buf bytes;
};

struct pair {
    struct world *world;
    struct world_company *sides[2];
    struct link_machine *machines[2];
    struct pair_frame frames[PAIR_FRAMES_MAX];
    size_t n_frames;
    int64_t now_ms;
    int64_t next_ms[2];           /* of the newest tick */
    struct link_action closed[2]; /* newest CLOSE; frame is not kept */
    size_t n_closed[2];
    struct link_action told[2]; /* newest TELL */
    size_t n_told[2];
    struct kith_key other_key; /* used instead of the real one when set */
    bool use_other_key;
};

/* cmocka set-up and tear-down; *state is a struct pair. */
int pair_up(void **state);
int pair_down(void **state);
/* The machines of WORLD's companies, which pair_down ends with it. */
struct pair *pair_of(struct world *world);

/* Both ends of SESSION stand. */
void pair_connect(struct pair *pair, uint64_t session, int dialler);
/* Only SIDE's end does. */
void pair_connect_end(struct pair *pair, uint64_t session, int side,
                      bool dialled);
/* Both ends are gone, and what was on its way. */
void pair_cut(struct pair *pair, uint64_t session);
/* Delivers the first frame; false: there is none. */
bool pair_deliver(struct pair *pair);
/* Delivers everything. */
void pair_run(struct pair *pair);
/* Gives FRAME to SIDE as if it came on SESSION. */
void pair_give(struct pair *pair, int side, uint64_t session,
               struct kith_bytes frame);
/* Takes the first frame of TYPE that FROM sent off the wire; fails when there
 * is none. The caller clears it. */
struct pair_frame pair_take(struct pair *pair, int from, uint8_t type);
/* How many frames of TYPE from FROM are on their way. */
size_t pair_count(const struct pair *pair, int from, uint8_t type);
/* Forgets all frames on their way. */
void pair_drop_all(struct pair *pair);
void pair_flush(struct pair *pair, int side);
void pair_tick(struct pair *pair, int side, int64_t now_ms);

/* SIDE's link row, read; or written. */
struct store_link pair_link(struct pair *pair, int side);
void pair_put(struct pair *pair, int side, const struct store_link *link);
enum link_phase pair_phase(const struct pair *pair, int side);
/* Both verified, session 1 open and quiet. */
void pair_open(struct pair *pair);

/* Both greets of SESSION, dialled by the OEM, arrive: two hellos are on their
 * way. */
void pair_greet(struct pair *pair, uint64_t session);
/* The hello that FROM sent, off the wire and decoded into ARENA. */
struct kith_hello pair_take_hello(struct pair *pair, int from,
                                  struct kith_arena *arena);
/* Signs HELLO as FROM would and gives it to the other side. */
void pair_give_hello(struct pair *pair, int from, uint64_t session,
                     const struct kith_hello *hello);
/* SIDE has refused once, with CODE. */
void pair_assert_refused(const struct pair *pair, int side, uint16_t code);

#endif

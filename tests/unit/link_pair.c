/* link_pair - see the header. */
#include "link_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct pair *pair_of(struct world *world)
{
    struct pair *pair = calloc(1, sizeof(*pair));

    assert_non_null(pair);
    pair->world = world;
    pair->sides[0] = &pair->world->oem;
    pair->sides[1] = &pair->world->ems;
    for (int side = 0; side < 2; side++)
        assert_int_equal(link_new(1, &pair->machines[side]), KITH_OK);
    return pair;
}

int pair_up(void **state)
{
    *state = pair_of(world_found(NULL, NULL));
    return 0;
}

void pair_drop_all(struct pair *pair)
{
    for (size_t i = 0; i < pair->n_frames; i++)
        kith_buf_clear(&pair->frames[i].bytes);
    pair->n_frames = 0;
}

int pair_down(void **state)
{
    struct pair *pair = *state;
    void *world = pair->world;

    pair_drop_all(pair);
    for (int side = 0; side < 2; side++)
        link_destroy(&pair->machines[side]);
    world_down(&world);
    free(pair);
    return 0;
}

/* Puts what SIDE's machine wants to be done on the wire. */
static void carry_out(struct pair *pair, int side)
{
    const struct link_action *actions = NULL;
    size_t n = link_actions(pair->machines[side], &actions);

    for (size_t i = 0; i < n; i++) {
        const struct link_action *action = &actions[i];
        struct pair_frame *frame = &pair->frames[pair->n_frames];

        if (action->type == LINK_CLOSE) {
            pair->closed[side] = *action;
            pair->n_closed[side]++;
        }
        if (action->type == LINK_TELL) {
            pair->told[side] = *action;
            pair->n_told[side]++;
        }
        if (action->frame.len == 0)
            continue;
        assert_true(pair->n_frames < PAIR_FRAMES_MAX);
        *frame = (struct pair_frame){.from = side, .session = action->session};
        assert_int_equal(
            kith_buf_add(&frame->bytes, action->frame.data, action->frame.len),
            KITH_OK);
        pair->n_frames++;
    }
    link_done(pair->machines[side]);
}

static void finish(struct pair *pair, int side)
{
    assert_int_equal(link_flush(pair->machines[side], &pair->sides[side]->act),
                     KITH_OK);
    world_commit(pair->sides[side]);
    carry_out(pair, side);
}

void pair_connect_end(struct pair *pair, uint64_t session, int side,
                      bool dialled)
{
    struct link_up up = {
        .session = session,
        .dialled_by_us = dialled,
        .partner_transport =
            pair->use_other_key
                ? pair->other_key
                : pair->sides[1 - side]->company.transport_public};
    struct act *act = world_begin(pair->sides[side]);

    assert_int_equal(link_connected(pair->machines[side], act, &up), KITH_OK);
    finish(pair, side);
}

void pair_connect(struct pair *pair, uint64_t session, int dialler)
{
    for (int side = 0; side < 2; side++)
        pair_connect_end(pair, session, side, side == dialler);
}

void pair_cut(struct pair *pair, uint64_t session)
{
    for (int side = 0; side < 2; side++)
        link_disconnected(pair->machines[side], session);
    pair_drop_all(pair);
}

void pair_give(struct pair *pair, int side, uint64_t session,
               struct kith_bytes frame)
{
    struct act *act = world_begin(pair->sides[side]);

    assert_int_equal(link_frame(pair->machines[side], act, session, frame),
                     KITH_OK);
    finish(pair, side);
}

static struct pair_frame take_at(struct pair *pair, size_t at)
{
    struct pair_frame frame = pair->frames[at];

    pair->n_frames--;
    memmove(&pair->frames[at], &pair->frames[at + 1],
            (pair->n_frames - at) * sizeof(frame));
    return frame;
}

bool pair_deliver(struct pair *pair)
{
    struct pair_frame frame;

    if (pair->n_frames == 0)
        return false;
    frame = take_at(pair, 0);
    pair_give(pair, 1 - frame.from, frame.session,
              kith_buf_bytes(&frame.bytes));
    kith_buf_clear(&frame.bytes);
    return true;
}

void pair_run(struct pair *pair)
{
    int steps = 0;

    while (pair_deliver(pair))
        assert_true(++steps < 2000);
}

struct pair_frame pair_take(struct pair *pair, int from, uint8_t type)
{
    for (size_t i = 0; i < pair->n_frames; i++)
        if (pair->frames[i].from == from &&
            pair->frames[i].bytes.data[0] == type)
            return take_at(pair, i);
    fail_msg("no frame of type %d is on its way from %d", type, from);
    return (struct pair_frame){0};
}

size_t pair_count(const struct pair *pair, int from, uint8_t type)
{
    size_t n = 0;

    for (size_t i = 0; i < pair->n_frames; i++)
        n += pair->frames[i].from == from &&
             pair->frames[i].bytes.data[0] == type;
    return n;
}

void pair_flush(struct pair *pair, int side)
{
    world_begin(pair->sides[side]);
    finish(pair, side);
}

void pair_tick(struct pair *pair, int side, int64_t now_ms)
{
    struct act *act = world_begin(pair->sides[side]);

    assert_int_equal(
        link_tick(pair->machines[side], act, now_ms, &pair->next_ms[side]),
        KITH_OK);
    finish(pair, side);
}

struct store_link pair_link(struct pair *pair, int side)
{
    struct store_link link;

    world_begin(pair->sides[side]);
    link = world_link(pair->sides[side]);
    world_abort(pair->sides[side]);
    return link;
}

void pair_put(struct pair *pair, int side, const struct store_link *link)
{
    struct act *act = world_begin(pair->sides[side]);

    assert_int_equal(store_link_put(act->txn, link), KITH_OK);
    world_commit(pair->sides[side]);
}

enum link_phase pair_phase(const struct pair *pair, int side)
{
    struct link_view view;

    link_look(pair->machines[side], &view);
    return view.phase;
}

void pair_open(struct pair *pair)
{
    world_verify(pair->world);
    pair_connect(pair, 1, 0);
    pair_run(pair);
    assert_int_equal(pair_phase(pair, 0), LINK_PHASE_OPEN);
    assert_int_equal(pair_phase(pair, 1), LINK_PHASE_OPEN);
}

struct kith_hello pair_take_hello(struct pair *pair, int from,
                                  struct kith_arena *arena)
{
    struct pair_frame frame = pair_take(pair, from, KITH_FRAME_HELLO);
    struct kith_bytes copy =
        kith_arena_copy(arena, kith_buf_bytes(&frame.bytes));
    struct kith_bytes text;
    struct kith_hello hello;
    struct kith_sig sig;

    kith_buf_clear(&frame.bytes);
    assert_int_equal(kith_hello_decode(arena, copy, &hello, &text, &sig),
                     KITH_OK);
    return hello;
}

void pair_give_hello(struct pair *pair, int from, uint64_t session,
                     const struct kith_hello *hello)
{
    const struct company *company = &pair->sides[from]->company;
    struct kith_buf text = {0}, frame = {0};
    struct kith_sig sig;

    assert_int_equal(kith_hello_signed_bytes(hello, &text), KITH_OK);
    assert_int_equal(kith_sign(&company->statement, KITH_STATEMENT_HELLO,
                               kith_buf_bytes(&text), &sig),
                     KITH_OK);
    assert_int_equal(kith_hello_encode(kith_buf_bytes(&text), &sig, &frame),
                     KITH_OK);
    pair_give(pair, 1 - from, session, kith_buf_bytes(&frame));
    kith_buf_clear(&text);
    kith_buf_clear(&frame);
}

void pair_greet(struct pair *pair, uint64_t session)
{
    pair_connect(pair, session, 0);
    assert_true(pair_deliver(pair));
    assert_true(pair_deliver(pair));
}

void pair_assert_refused(const struct pair *pair, int side, uint16_t code)
{
    assert_int_equal(pair->n_closed[side], 1);
    assert_int_equal(pair->closed[side].code, code);
    assert_false(pair->closed[side].by_partner);
}

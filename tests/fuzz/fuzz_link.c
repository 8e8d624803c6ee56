/* fuzz_link - no row of frames, in any state of a session, does harm: the link
 * machine answers with actions, never with a fault of ours, and what it counts
 * as processed never runs ahead of what it holds.
 *
 * The first byte picks the state that two honest machines bring the session
 * to; then come frames, each with its length in two bytes. Chance is the same
 * in each run, so that signed frames of the corpus stay good ones.
 */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "kith/card.h"
#include "kith/keys.h"
#include "rules/act.h"
#include "rules/cache.h"
#include "rules/link_state.h"
#include "rules/partner.h"
#include "rules/peer.h"
#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    NOW = 1767225600, /* 2026-01-01 */
    FRAMES_MAX = 64,
    ARENA_BYTES = 32 * 1024 * 1024
};

struct side {
    struct company company;
    struct store *store;
    struct kith_arena *arena;
    struct act act;
    struct link_machine *machine;
};

/* libsodium's hooks take no context, hence file scope. */
static uint64_t chance;
static struct side sides[2];
static bool ready;

static const char *name_of_hook(void)
{
    return "fuzz";
}

static uint32_t draw_word(void)
{
    chance = chance * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(chance >> 32);
}

static void draw_bytes(void *const to, const size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)to)[i] = (uint8_t)draw_word();
}

static void must(enum kith_status status)
{
    if (status != KITH_OK)
        abort();
}

static void make_card(struct side *side, const struct kith_keys *keys)
{
    struct kith_sign_key root, next;
    struct kith_card card;
    struct kith_card_root part = {.revision = NOW,
                                  .valid_from_s = NOW - 1,
                                  .valid_until_s = NOW + 1000000};
    struct kith_card_address address = {
        .revision = NOW, .roles = KITH_ROLE_OEM, .name = "ACME"};
    struct kith_card_signers signers = {.root = &root,
                                        .statement = &keys->statement};

    kith_sign_key_new(&root);
    kith_sign_key_new(&next);
    memcpy(part.company.b, root.pk.b, sizeof(part.company.b));
    kith_keys_publish(keys, &part);
    kith_card_next_root(&next.pk, &part.next_root);
    must(kith_card_make(&part, &address, &signers, &side->company.card));
    must(kith_card_read(kith_buf_bytes(&side->company.card), &card));
    side->company.id = part.company;
    side->company.card_digest = card.digest;
    side->company.card_revision = NOW;
}

static void make_side(struct side *side)
{
    const struct store_options options = {.map_bytes = 1 << 20};
    struct kith_keys keys;

    kith_keys_new(&keys);
    side->company.log = keys.log;
    side->company.receipt = keys.receipt;
    side->company.statement = keys.statement;
    side->company.sealing = keys.sealing;
    side->company.transport_public = keys.transport.pk;
    make_card(side, &keys);
    must(store_open(&options, &side->store, NULL));
    must(kith_arena_new(ARENA_BYTES, &side->arena));
}

static struct act *begin(struct side *side)
{
    kith_arena_reset(side->arena);
    side->act = (struct act){
        .company = &side->company, .arena = side->arena, .now = NOW};
    must(store_begin(side->store, true, &side->act.txn));
    return &side->act;
}

static void add_partner(struct side *side, const struct side *other)
{
    struct act *act = begin(side);
    struct store_link link;

    must(partner_add(act, kith_buf_bytes(&other->company.card),
                     kith_bytes_of("partner"), &link));
    must(store_commit(&act->txn));
}

/* The leak checker does not look into the guarded memory of a store. */
static void tear_down(void)
{
    for (int i = 0; i < 2; i++) {
        cache_destroy(&sides[i].company);
        peer_destroy(&sides[i].company);
        kith_buf_clear(&sides[i].company.card);
        store_close(&sides[i].store);
        kith_arena_destroy(&sides[i].arena);
    }
}

static void set_up(void)
{
    static randombytes_implementation hooks = {.implementation_name =
                                                   name_of_hook,
                                               .random = draw_word,
                                               .buf = draw_bytes};

    randombytes_set_implementation(&hooks);
    must(kith_crypto_start());
    for (int i = 0; i < 2; i++)
        make_side(&sides[i]);
    for (int i = 0; i < 2; i++)
        add_partner(&sides[i], &sides[1 - i]);
    ready = atexit(tear_down) == 0;
}

/* Gives up to LIMIT of the frames that one side wants sent to the other. */
static void carry(struct side *from, struct side *to, size_t limit)
{
    const struct link_action *actions = NULL;
    size_t n = link_actions(from->machine, &actions);

    for (size_t i = 0; i < n && i < limit; i++)
        if (actions[i].frame.len > 0)
            must(link_frame(to->machine, &to->act, 1, actions[i].frame));
    link_done(from->machine);
}

/* Brings side 0 to STATE against an honest side 1. */
static void bring_into(enum session_state state)
{
    for (int i = 0; i < 2; i++) {
        const struct link_up up = {.session = 1,
                                   .dialled_by_us = i == 0,
                                   .partner_transport =
                                       sides[1 - i].company.transport_public};
        struct act *act = begin(&sides[i]);
        struct store_link link;

        must(store_link_get(act->txn, 1, &link));
        link.verified = state == SESSION_OPEN;
        must(store_link_put(act->txn, &link));
        must(link_new(1, &sides[i].machine));
        must(link_connected(sides[i].machine, act, &up));
    }
    if (state == SESSION_GREET)
        return;
    if (state != SESSION_HELLO)
        carry(&sides[0], &sides[1], SIZE_MAX);
    carry(&sides[1], &sides[0], state == SESSION_HELLO ? 1 : SIZE_MAX);
    carry(&sides[0], &sides[1], SIZE_MAX);
}

static void check(const struct side *side)
{
    struct store_link link;

    must(store_link_get(side->act.txn, 1, &link));
    if (link.in.processed > link.in.tree.size ||
        link.in.receipted > link.in.processed ||
        link.out.processed > link.out.tree.size ||
        link.out.receipted > link.out.tree.size)
        abort();
}

static void feed(struct side *side, const uint8_t *data, size_t size)
{
    for (int i = 0; i < FRAMES_MAX && size >= 2; i++) {
        size_t len = (size_t)(data[0] << 8 | data[1]);
        int64_t next_ms = 0;

        if (len > size - 2)
            len = size - 2;
        must(link_frame(side->machine, &side->act, 1,
                        (struct kith_bytes){data + 2, len}));
        must(link_flush(side->machine, &side->act));
        must(link_tick(side->machine, &side->act, i * 700, &next_ms));
        link_done(side->machine);
        check(side);
        data += 2 + len;
        size -= 2 + len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum session_state states[] = {
        SESSION_GREET, SESSION_HELLO, SESSION_UNVERIFIED, SESSION_OPEN};

    chance = 1;
    if (!ready)
        set_up();
    chance = 2;
    if (size == 0)
        return 0;
    bring_into(states[data[0] & 3]);
    feed(&sides[0], data + 1, size - 1);
    for (int i = 0; i < 2; i++) {
        link_destroy(&sides[i].machine);
        store_abort(&sides[i].act.txn);
    }
    return 0;
}

/* A partner that gives an own log back may lie: nothing counts that the asker
 * has not signed, and a lie ends the session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kith/checkpoint.h"
#include "kith/entry.h"
#include "kith/seal.h"
#include "restored_case.h"
#include "rules/link_state.h"
#include "rules/partner.h"
#include "rules/recover.h"

enum {
    DAY = 20500
};

/* The sender went back, the persons have resumed, and its log is on its way
 * back: an answer with entries is the next frame. */
struct returning {
    struct restored_case made;
    struct kith_arena *arena;
    struct kith_held held; /* as the partner gave it, in the arena */
    struct kith_push push; /* inside */
    uint64_t had;          /* entries of log 1 that are here */
};

/* The answer that carries entries, off the wire; what is before it arrives. */
static void take_answer(struct returning *returning)
{
    struct pair *pair = returning->made.pair;

    for (int i = 0; i < 200; i++) {
        struct pair_frame frame;
        struct kith_bytes copy;

        assert_true(pair->n_frames > 0);
        if (pair->frames[0].bytes.data[0] != KITH_FRAME_HELD) {
            assert_true(pair_deliver(pair));
            continue;
        }
        frame = pair_take(pair, 1, KITH_FRAME_HELD);
        copy = kith_arena_copy(returning->arena, kith_buf_bytes(&frame.bytes));
        kith_buf_clear(&frame.bytes);
        assert_int_equal(
            kith_held_decode(returning->arena, copy, &returning->held),
            KITH_OK);
        assert_true(returning->held.push.len > 0);
        assert_int_equal(kith_push_decode(returning->arena,
                                          returning->held.push,
                                          &returning->push),
                         KITH_OK);
        return;
    }
    fail_msg("no log comes back");
}

static uint64_t entries_here(struct returning *returning)
{
    struct world_company *oem = returning->made.pair->sides[0];
    struct store_link link;
    uint64_t size = 0;

    world_begin(oem);
    link = world_link(oem);
    assert_int_equal(recover_size(&oem->act, &link, 1, &size), KITH_OK);
    world_abort(oem);
    return size;
}

static void begin(struct returning *returning)
{
    struct restored_case *made = &returning->made;

    memset(returning, 0, sizeof(*returning));
    assert_int_equal(kith_arena_new(8 << 20, &returning->arena), KITH_OK);
    case_up(made, 7);
    case_keep(made, 0);
    (void)world_milestone(made->pair->sides[0], "lumen/g1", "lost", DAY,
                          KITH_LABEL_INTERNAL);
    (void)world_milestone(made->pair->sides[0], "lumen/g1", "too", DAY,
                          KITH_LABEL_INTERNAL);
    case_exchange(made, SIZE_MAX);
    case_bring_back(made, 0, true);
    case_resume(made, 0);
    case_exchange(made, SIZE_MAX); /* the partner notices */
    case_resume(made, 1);
    made->session++;
    pair_connect(made->pair, made->session, 0);
    take_answer(returning);
    returning->had = entries_here(returning);
    made->pair->n_closed[0] = 0;
}

static void end(struct returning *returning)
{
    case_down(&returning->made);
    kith_arena_destroy(&returning->arena);
}

/* Gives the sender what the partner answered, with the push as it is now. */
static void give(struct returning *returning)
{
    struct kith_buf push = {0}, frame = {0};

    assert_int_equal(kith_push_encode(&returning->push, &push), KITH_OK);
    returning->held.push = kith_buf_bytes(&push);
    assert_int_equal(kith_held_encode(&returning->held, &frame), KITH_OK);
    pair_give(returning->made.pair, 0, returning->made.session,
              kith_buf_bytes(&frame));
    kith_buf_clear(&push);
    kith_buf_clear(&frame);
}

static void assert_refused(struct returning *returning)
{
    const struct pair *pair = returning->made.pair;

    assert_int_equal(pair->n_closed[0], 1);
    assert_in_range(pair->closed[0].code, KITH_REFUSE_FRAME,
                    KITH_REFUSE_SIGNATURE);
    assert_int_equal(entries_here(returning), returning->had);
    assert_true(pair_link(returning->made.pair, 0).recovering);
}

static void test_what_is_ours_comes_back(void **state)
{
    struct returning returning;

    (void)state;
    begin(&returning);
    give(&returning);
    assert_int_equal(returning.made.pair->n_closed[0], 0);
    assert_true(entries_here(&returning) > returning.had);
    end(&returning);
}

/* Another note for the push: of another root, signed by KEY. */
static void sign_note(struct returning *returning,
                      const struct kith_sign_key *key)
{
    const struct company *oem = &returning->made.pair->sides[0]->company;
    const struct company *ems = &returning->made.pair->sides[1]->company;
    struct kith_checkpoint checkpoint;
    struct kith_buf note = {0};

    checkpoint = (struct kith_checkpoint){.size = returning->push.first +
                                                  returning->push.n_entries};
    kith_origin_make(&oem->id, &ems->id, 1, &checkpoint.origin);
    memset(checkpoint.root.b, 0x5a, KITH_HASH_LEN);
    assert_int_equal(kith_checkpoint_sign(&checkpoint, key, &note), KITH_OK);
    returning->push.checkpoint =
        kith_arena_copy(returning->arena, kith_buf_bytes(&note));
    kith_buf_clear(&note);
}

static void test_note_of_another_key_is_refused(void **state)
{
    struct returning returning;
    struct kith_sign_key key;

    (void)state;
    begin(&returning);
    kith_sign_key_new(&key);
    sign_note(&returning, &key);
    give(&returning);
    assert_refused(&returning);
    end(&returning);
}

/* Two histories with our own signature: a copy of us ran. The note is kept and
 * nothing of that log is taken. */
static void test_another_history_of_ours_is_kept_as_proof(void **state)
{
    struct returning returning;
    struct world_company *oem;

    (void)state;
    begin(&returning);
    oem = returning.made.pair->sides[0];
    sign_note(&returning, &oem->company.log);
    give(&returning);
    assert_int_equal(returning.made.pair->n_closed[0], 0);
    assert_int_equal(entries_here(&returning), returning.had);
    assert_int_equal(world_audited(oem, "fork_seen"), 1);
    end(&returning);
}

static void test_changed_header_is_refused(void **state)
{
    struct returning returning;
    struct kith_push_entry entries[KITH_PUSH_ENTRIES_MAX];
    uint8_t header[KITH_ENTRY_HEADER_LEN];

    (void)state;
    begin(&returning);
    memcpy(entries, returning.push.entries,
           returning.push.n_entries * sizeof(entries[0]));
    memcpy(header, entries[0].header.data, sizeof(header));
    header[9] ^= 1; /* its index */
    entries[0].header.data = header;
    returning.push.entries = entries;
    give(&returning);
    assert_refused(&returning);
    end(&returning);
}

static void test_changed_body_is_refused(void **state)
{
    struct returning returning;
    struct kith_push_entry entries[KITH_PUSH_ENTRIES_MAX];
    uint8_t *body;

    (void)state;
    begin(&returning);
    memcpy(entries, returning.push.entries,
           returning.push.n_entries * sizeof(entries[0]));
    body = kith_arena_alloc(returning.arena, entries[0].sealed.len);
    assert_non_null(body);
    memcpy(body, entries[0].sealed.data, entries[0].sealed.len);
    body[40] ^= 1;
    entries[0].sealed.data = body;
    returning.push.entries = entries;
    give(&returning);
    assert_refused(&returning);
    end(&returning);
}

/* Another key of a body would open it to another text. */
static void test_keys_that_are_not_the_ones_are_refused(void **state)
{
    struct returning returning;
    struct kith_ek eks[KITH_PUSH_ENTRIES_MAX];
    struct kith_buf box = {0};
    size_t bodies = 0;

    (void)state;
    begin(&returning);
    for (size_t i = 0; i < returning.push.n_entries; i++)
        bodies += returning.push.entries[i].sealed.len != 0;
    memset(eks, 0x5a, sizeof(eks));
    assert_int_equal(
        kith_ek_box_seal(&returning.made.pair->sides[0]->company.sealing.pk,
                         eks, bodies, &box),
        KITH_OK);
    returning.push.keys = kith_buf_bytes(&box);
    give(&returning);
    assert_refused(&returning);
    kith_buf_clear(&box);
    end(&returning);
}

static void test_entries_of_another_place_are_refused(void **state)
{
    struct returning returning;

    (void)state;
    begin(&returning);
    returning.push.first++;
    give(&returning);
    assert_refused(&returning);
    end(&returning);
    begin(&returning);
    returning.push.log_number = 2;
    give(&returning);
    assert_refused(&returning);
    end(&returning);
}

/* Who lies three times stalls the link; a person goes on without that log. */
static void test_person_goes_on_without_what_is_false(void **state)
{
    struct returning returning;
    struct world_company *oem;
    struct store_link link;
    struct act *act;

    (void)state;
    begin(&returning);
    oem = returning.made.pair->sides[0];
    for (int lie = 0; lie < LINK_FAULTS_MAX; lie++) {
        returning.push.log_number = 2;
        give(&returning);
        pair_cut(returning.made.pair, returning.made.session);
        if (lie + 1 == LINK_FAULTS_MAX)
            break;
        returning.made.session++;
        pair_connect(returning.made.pair, returning.made.session, 0);
        take_answer(&returning);
    }
    link = pair_link(returning.made.pair, 0);
    assert_int_equal(link.stall, KITH_REFUSE_FRAME);
    assert_true(link.recovering);
    act = world_begin(oem);
    assert_int_equal(partner_pause(act, &link, false), KITH_OK);
    world_commit(oem);
    case_settle(&returning.made);
    assert_int_equal(entries_here(&returning), returning.had);
    end(&returning);
}

/* A partner that was not asked, or answers twice, changes nothing. */
static void test_answer_that_nobody_asked_for_is_passed_over(void **state)
{
    struct returning returning;
    struct pair *pair;

    (void)state;
    begin(&returning);
    give(&returning);
    pair = returning.made.pair;
    pair_run(pair);
    assert_false(pair_link(pair, 0).recovering);
    returning.had = entries_here(&returning);
    give(&returning);
    assert_int_equal(pair->n_closed[0], 0);
    assert_int_equal(entries_here(&returning), returning.had);
    end(&returning);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_ours_comes_back),
        cmocka_unit_test(test_note_of_another_key_is_refused),
        cmocka_unit_test(test_another_history_of_ours_is_kept_as_proof),
        cmocka_unit_test(test_changed_header_is_refused),
        cmocka_unit_test(test_changed_body_is_refused),
        cmocka_unit_test(test_keys_that_are_not_the_ones_are_refused),
        cmocka_unit_test(test_entries_of_another_place_are_refused),
        cmocka_unit_test(test_person_goes_on_without_what_is_false),
        cmocka_unit_test(test_answer_that_nobody_asked_for_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_net_session - sessions are found by number and route, and what waits
 * for one is in order and bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/session.h"

static struct sessions sessions;

static int set_up(void **state)
{
    (void)state;
    memset(&sessions, 0, sizeof(sessions));
    sessions.queue_max = 100;
    return 0;
}

static int tear_down(void **state)
{
    struct session *session = NULL;

    (void)state;
    while ((session = session_next(&sessions, NULL)) != NULL)
        session_remove(&sessions, &session);
    return 0;
}

static struct session *add(uint32_t partner, const char *route)
{
    struct session template, *session = NULL;

    memset(&template, 0, sizeof(template));
    template.partner = partner;
    template.route_len = strlen(route);
    memcpy(template.route, route, template.route_len);
    assert_int_equal(session_add(&sessions, &template, &session), KITH_OK);
    return session;
}

static void test_found_by_number_and_by_route(void **state)
{
    struct session *dialled = add(1, "");
    struct session *listening = add(1, "abc");

    (void)state;
    assert_ptr_equal(session_find(&sessions, dialled->id), dialled);
    assert_ptr_equal(session_by_route(&sessions, "abc", 3), listening);
    assert_null(session_by_route(&sessions, "ab", 2));
    assert_null(session_by_route(&sessions, "", 0));
    assert_null(session_find(&sessions, 0));
}

static void test_a_number_is_never_used_twice(void **state)
{
    struct session *first = add(1, "abc");
    uint64_t id = first->id;

    (void)state;
    session_remove(&sessions, &first);
    assert_null(first);
    assert_null(session_by_route(&sessions, "abc", 3));
    assert_true(add(1, "abc")->id != id);
    assert_null(session_find(&sessions, id));
}

static void test_count_gives_the_oldest_of_that_partner(void **state)
{
    struct session *oldest = NULL, *first = NULL;

    (void)state;
    (void)add(2, "x");
    first = add(1, "a");
    (void)add(1, "b");
    assert_int_equal(session_count(&sessions, 1, &oldest), 2);
    assert_ptr_equal(oldest, first);
    assert_int_equal(session_count(&sessions, 3, &oldest), 0);
    assert_null(oldest);
}

static void test_frames_wait_in_order_within_the_bound(void **state)
{
    struct session *session = add(1, "a");
    const uint8_t bytes[] = "0123456789012345678901234567890123456789";

    (void)state;
    for (size_t len = 30; len < 33; len++)
        assert_int_equal(
            session_push(&sessions, session, (struct kith_bytes){bytes, len}),
            KITH_OK);
    assert_int_equal(session->waiting_len, 93);
    assert_int_equal(
        session_push(&sessions, session, (struct kith_bytes){bytes, 8}),
        KITH_LIMIT);
    assert_int_equal(sessions.n_waiting, 1);
    for (size_t len = 30; len < 33; len++) {
        assert_int_equal(session->waiting->len, len);
        assert_memory_equal(session->waiting->data, bytes, len);
        session_pop(&sessions, session);
    }
    assert_int_equal(session->waiting_len, 0);
    assert_int_equal(sessions.n_waiting, 0);
}

static void test_removing_forgets_what_waits(void **state)
{
    struct session *session = add(1, "a");
    const uint8_t byte = 1;

    (void)state;
    assert_int_equal(
        session_push(&sessions, session, (struct kith_bytes){&byte, 1}),
        KITH_OK);
    session_remove(&sessions, &session);
    assert_int_equal(sessions.n_waiting, 0);
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(test_found_by_number_and_by_route),
        HERE(test_a_number_is_never_used_twice),
        HERE(test_count_gives_the_oldest_of_that_partner),
        HERE(test_frames_wait_in_order_within_the_bound),
        HERE(test_removing_forgets_what_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

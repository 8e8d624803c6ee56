/* test_base - log lines, sizes, near misses, files and paths. */
#define _GNU_SOURCE /* pipe2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/text.h"
#include "kith/bytes.h"
#include "kith/error.h"
#include "temp_folder.h"

/* Runs LINE with stderr in a pipe and gives what it wrote. */
static void capture(void (*line)(void), char *ret_text, size_t size)
{
    int kept = dup(STDERR_FILENO);
    int pipe_fds[2];
    ssize_t got;

    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK), 0);
    assert_true(dup2(pipe_fds[1], STDERR_FILENO) >= 0);
    line();
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    (void)close(pipe_fds[1]);
    got = read(pipe_fds[0], ret_text, size - 1);
    ret_text[got > 0 ? got : 0] = '\0';
    (void)close(pipe_fds[0]);
}

static void say_plain(void)
{
    log_event(LOG_LEVEL_WARN, "link.refused", "partner", "acme", "tries",
              log_number(3).text, "why", NULL, NULL);
}

static void say_hostile(void)
{
    log_event(LOG_LEVEL_WARN, "x", "name", "a\nerror: forged=1 \x1b[2J\"",
              NULL);
}

static void say_debug(void)
{
    log_event(LOG_LEVEL_DEBUG, "x", NULL);
}

static void say_long(void)
{
    char text[4 * LOG_LINE_MAX];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_event(LOG_LEVEL_ERROR, "x", "a", text, "b", text, NULL);
}

static void test_log_line_has_event_and_pairs(void **state)
{
    char text[LOG_LINE_MAX + 2];

    (void)state;
    (void)unsetenv("JOURNAL_STREAM");
    capture(say_plain, text, sizeof(text));
    assert_string_equal(text, "warn: link.refused partner=acme tries=3\n");
    (void)setenv("JOURNAL_STREAM", "8:1", 1);
    capture(say_plain, text, sizeof(text));
    assert_string_equal(text, "<4>link.refused partner=acme tries=3\n");
    (void)unsetenv("JOURNAL_STREAM");
}

static void test_log_hostile_value_stays_one_line(void **state)
{
    char text[LOG_LINE_MAX + 2];

    (void)state;
    capture(say_hostile, text, sizeof(text));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "\\x0a"));
    assert_non_null(strstr(text, "\\x22"));
}

static void test_log_below_the_level_says_nothing(void **state)
{
    char text[64];

    (void)state;
    capture(say_debug, text, sizeof(text));
    assert_string_equal(text, "");
}

static void test_log_long_line_is_cut(void **state)
{
    char text[4 * LOG_LINE_MAX];

    (void)state;
    capture(say_long, text, sizeof(text));
    assert_int_equal(strlen(text), LOG_LINE_MAX + 1);
    assert_string_equal(text + LOG_LINE_MAX - 3, "...\n");
}

static void test_size_reads_units_strictly(void **state)
{
    uint64_t bytes = 7;

    (void)state;
    assert_int_equal(text_size("64KiB", &bytes), KITH_OK);
    assert_int_equal(bytes, 65536);
    assert_int_equal(text_size("10MB", &bytes), KITH_OK);
    assert_int_equal(bytes, 10000000);
    assert_int_equal(text_size("0", &bytes), KITH_OK);
    assert_int_equal(bytes, 0);
    bytes = 7;
    assert_int_equal(text_size("", &bytes), KITH_INVALID);
    assert_int_equal(text_size("-1", &bytes), KITH_INVALID);
    assert_int_equal(text_size("1 KiB", &bytes), KITH_INVALID);
    assert_int_equal(text_size("1kib", &bytes), KITH_INVALID);
    assert_int_equal(text_size("9223372036854775808", &bytes), KITH_LIMIT);
    assert_int_equal(text_size("9007199254740992TiB", &bytes), KITH_LIMIT);
    assert_int_equal(bytes, 7);
}

static void test_duration_reads_units_strictly(void **state)
{
    int64_t ms = 7;

    (void)state;
    assert_int_equal(text_duration("250ms", &ms), KITH_OK);
    assert_int_equal(ms, 250);
    assert_int_equal(text_duration("3d", &ms), KITH_OK);
    assert_int_equal(ms, 259200000);
    assert_int_equal(text_duration("3", &ms), KITH_INVALID);
    assert_int_equal(text_duration("99999d", &ms), KITH_LIMIT);
}

static void test_replace_keeps_mode_and_leaves_nothing_behind(void **state)
{
    const char *path = temp_path(state, "x");
    struct kith_buf buf = {0};
    struct stat info;

    assert_int_equal(file_replace(path, kith_bytes_of("one"), 0640, NULL),
                     KITH_OK);
    assert_int_equal(file_replace(path, kith_bytes_of("two"), 0600, NULL),
                     KITH_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_nlink, 1);
    assert_int_equal(file_read(path, 16, &buf, NULL), KITH_OK);
    assert_true(kith_bytes_is(kith_buf_bytes(&buf), "two"));
    kith_buf_clear(&buf);
}

static void test_create_refuses_what_stands(void **state)
{
    const char *path = temp_path(state, "x");

    assert_int_equal(file_create(path, kith_bytes_of("one"), 0600, NULL),
                     KITH_OK);
    assert_int_equal(file_create(path, kith_bytes_of("two"), 0600, NULL),
                     KITH_CONFLICT);
}

static void test_read_is_bounded_and_wants_a_file(void **state)
{
    const char *path = temp_path(state, "x");
    struct kith_buf buf = {0};
    struct temp_folder *folder = *state;

    temp_write(path, "12345", 5);
    assert_int_equal(file_read(path, 4, &buf, NULL), KITH_LIMIT);
    assert_int_equal(buf.len, 0);
    assert_int_equal(file_read(folder->path, 4, &buf, NULL), KITH_INVALID);
    assert_int_equal(file_read("/nonexistent/x", 4, &buf, NULL),
                     KITH_NOT_FOUND);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    /* without a writer an open would wait for ever */
    assert_int_equal(file_read(path, 4, &buf, NULL), KITH_INVALID);
    kith_buf_clear(&buf);
}

static void test_paths_split_and_join(void **state)
{
    char path[32];

    (void)state;
    assert_int_equal(paths_folder("/a/b", path, sizeof(path)), KITH_OK);
    assert_string_equal(path, "/a");
    assert_int_equal(paths_folder("/a", path, sizeof(path)), KITH_OK);
    assert_string_equal(path, "/");
    assert_int_equal(paths_folder("a", path, sizeof(path)), KITH_OK);
    assert_string_equal(path, ".");
    assert_int_equal(paths_join("/a", "b", path, sizeof(path)), KITH_OK);
    assert_string_equal(path, "/a/b");
    assert_int_equal(paths_join("/a", "b", path, 4), KITH_LIMIT);
}

static void test_clock_has_a_plausible_now(void **state)
{
    struct clock_now now = clock_read();

    (void)state;
    assert_true(now.wall_ms > INT64_C(1600000000000));
    assert_true(now.boot_ms > 0);
    assert_true(clock_boot_ms() >= now.boot_ms);
}

#define TEMP(test)                                                             \
    cmocka_unit_test_setup_teardown(test, temp_folder_make, temp_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_line_has_event_and_pairs),
        cmocka_unit_test(test_log_hostile_value_stays_one_line),
        cmocka_unit_test(test_log_below_the_level_says_nothing),
        cmocka_unit_test(test_log_long_line_is_cut),
        cmocka_unit_test(test_size_reads_units_strictly),
        cmocka_unit_test(test_duration_reads_units_strictly),
        TEMP(test_replace_keeps_mode_and_leaves_nothing_behind),
        TEMP(test_create_refuses_what_stands),
        TEMP(test_read_is_bounded_and_wants_a_file),
        cmocka_unit_test(test_paths_split_and_join),
        cmocka_unit_test(test_clock_has_a_plausible_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

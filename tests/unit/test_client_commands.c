/* test_client_commands - every row of the command table holds together, and
 * what is mistyped gets a hint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "argv.h"
#include "build.h"
#include "cli.h"
#include "command.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/nearest.h"
#include "kith/record.h"
#include "kith/verbs.h"
#include "memory.h"

static struct cli cli;
static struct arguments arguments;
static char *said; /* on standard error */
static size_t said_len;

static int open_cli(void **state)
{
    (void)state;
    memset(&cli, 0, sizeof cli);
    cli.arena = memory_new();
    cli.out = stdout;
    cli.err = open_memstream(&said, &said_len);
    return 0;
}

static int close_cli(void **state)
{
    (void)state;
    fclose(cli.err);
    free(said);
    kith_arena_destroy(&cli.arena);
    return 0;
}

static int read_words(const char *noun, const char *verb, int count,
                      const char **words)
{
    char *argv[16] = {(char *)(uintptr_t) "kith"};
    const struct command *row = command_find(noun, verb);

    assert_non_null(row);
    for (int i = 0; i < count; i++)
        argv[i + 1] = (char *)(uintptr_t)words[i];
    return argv_read(&cli, row, count, argv + 1, &arguments);
}

static const char *heard(void)
{
    fflush(cli.err);
    return said;
}

/* ---- the table ---- */

static void test_table_every_row_is_whole(void **state)
{
    const struct command *row = NULL;
    struct parameters parameters;

    (void)state;
    for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
        assert_non_null(row->summary);
        assert_non_null(row->examples);
        assert_int_equal(strncmp(row->examples, row->noun, strlen(row->noun)),
                         0);
        if (!command_parameters(row, &parameters))
            fail_msg("%s %s: a word of its specification is unknown", row->noun,
                     row->verb != NULL ? row->verb : "");
        for (size_t k = 0; k < parameters.count; k++)
            assert_true(parameter_help(&parameters.all[k])[0] != '\0');
        if (row->run == NULL)
            assert_non_null(kith_verb_info(row->wire_verb));
        assert_ptr_equal(command_find(row->noun, row->verb), row);
    }
}

static void test_table_reaches_every_verb(void **state)
{
    (void)state;
    for (uint32_t verb = 1; verb < KITH_VERB_COUNT; verb++) {
        const struct command *row = NULL;
        bool found = false;

        for (size_t i = 0; (row = command_at(i)) != NULL; i++)
            found = found || row->wire_verb == verb;
        if (!found)
            fail_msg("no command for %s", kith_verb_info(verb)->name);
    }
}

static void test_verbs_name_kinds_that_exist(void **state)
{
    (void)state;
    for (uint32_t verb = 1; verb < KITH_VERB_COUNT; verb++) {
        const struct kith_verb_info *info = kith_verb_info(verb);

        assert_int_equal(info->verb, verb);
        if (info->argument_kind != 0)
            assert_non_null(kith_kind_info(info->argument_kind));
        if (info->row_kind != 0)
            assert_non_null(kith_kind_info(info->row_kind));
    }
}

/* Every example of the help is a command that is read without complaint. */
static void test_table_examples_are_accepted(void **state)
{
    const struct command *row = NULL;

    (void)state;
    for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
        char *words[32] = {NULL};
        char *copy = memory_copy(cli.arena, row->examples);
        int count = 0;
        int skip = row->verb == NULL ? 1 : 2;

        copy[strcspn(copy, "\n<>")] = '\0';
        for (char *c = copy; *c != '\0';) {
            char end = *c == '"' ? '"' : ' ';

            if (*c == '"')
                c++;
            words[count++] = c;
            c += strcspn(c, end == '"' ? "\"" : " ");
            if (*c != '\0')
                *c++ = '\0';
            c += strspn(c, " ");
        }
        if (row->verb != NULL && strchr(row->verb, ' ') != NULL)
            skip = 3;
        if (argv_read(&cli, row, count - skip, words + skip, &arguments) !=
            EXIT_DONE)
            fail_msg("example of %s: %s", row->noun, heard());
    }
}

/* ---- reading words ---- */

static void test_argv_options_may_stand_anywhere(void **state)
{
    const char *words[] = {"--date", "2027-03-01",       "lumen/g1",
                           "EVT",    "--confidence=mid", "--json"};

    (void)state;
    assert_int_equal(read_words("milestone", "add", 6, words), EXIT_DONE);
    assert_string_equal(arguments_value(&arguments, "generation"), "lumen/g1");
    assert_string_equal(arguments_value(&arguments, "name"), "EVT");
    assert_string_equal(arguments_value(&arguments, "confidence"), "mid");
    assert_true(cli.json);
}

static void test_argv_short_option_takes_a_value(void **state)
{
    const char *words[] = {"lumen", "-m", "text", "--kind", "ask"};

    (void)state;
    assert_int_equal(read_words("post", NULL, 5, words), EXIT_DONE);
    assert_string_equal(arguments_value(&arguments, "message"), "text");
}

static void test_argv_misspelt_option_gets_a_hint(void **state)
{
    const char *words[] = {"lumen/g1", "EVT", "--confidance", "mid"};

    (void)state;
    assert_int_equal(read_words("milestone", "add", 4, words), EXIT_USAGE);
    assert_non_null(strstr(heard(), "Did you mean '--confidence'?"));
}

static void test_argv_missing_word_is_named(void **state)
{
    const char *words[] = {"lumen/g1"};

    (void)state;
    assert_int_equal(read_words("milestone", "add", 1, words), EXIT_USAGE);
    assert_non_null(strstr(heard(), "name is missing"));
}

static void test_argv_missing_must_option_is_named(void **state)
{
    const char *words[] = {"lumen/g1/evt"};

    (void)state;
    assert_int_equal(read_words("milestone", "move", 1, words), EXIT_USAGE);
    assert_non_null(strstr(heard(), "--date is missing"));
}

static void test_argv_word_too_many_is_refused(void **state)
{
    const char *words[] = {"lumen", "again"};

    (void)state;
    assert_int_equal(read_words("project", "new", 2, words), EXIT_USAGE);
    assert_non_null(strstr(heard(), "unexpected word 'again'"));
}

static void test_argv_option_without_value_is_refused(void **state)
{
    const char *words[] = {"lumen/g1/evt", "--date"};

    (void)state;
    assert_int_equal(read_words("milestone", "move", 2, words), EXIT_USAGE);
    assert_non_null(strstr(heard(), "needs a value"));
}

/* ---- building records ---- */

static enum kith_status build(const char *noun, const char *verb, int count,
                              const char **words, struct kith_record *record,
                              struct kith_error *error)
{
    assert_int_equal(read_words(noun, verb, count, words), EXIT_DONE);
    return build_record(&cli, command_find(noun, verb), &arguments, record,
                        error);
}

static void test_build_reads_each_type(void **state)
{
    const char *words[] = {"lumen/g1",    "EVT", "--date",  "2027-W09",
                           "--build-qty", "20",  "--label", "confidential"};
    struct kith_error error = {0};
    struct kith_record record;
    const struct kith_field *planned = NULL;

    (void)state;
    assert_int_equal(build("milestone", "add", 8, words, &record, &error),
                     KITH_OK);
    planned = kith_record_field(&record, KITH_MILESTONE_PLANNED);
    assert_int_equal(planned->when.kind, KITH_WHEN_WINDOW);
    assert_int_equal(kith_record_value(&record, KITH_MILESTONE_BUILD_QTY, 0),
                     20);
    assert_int_equal(record.label, KITH_LABEL_CONFIDENTIAL);
    assert_true(kith_bytes_is(
        kith_record_bytes(&record, KITH_MILESTONE_GENERATION), "lumen/g1"));
}

static void test_build_list_is_split_at_commas(void **state)
{
    const char *words[] = {"lumen",     "ems",     "--purpose",
                           "a, b",      "--kinds", "project,milestone",
                           "--persons", "jan",     "--until",
                           "2027-12-31"};
    struct kith_error error = {0};
    struct kith_record record;
    const struct kith_field *kinds = NULL;

    (void)state;
    assert_int_equal(build("grant", "add", 10, words, &record, &error),
                     KITH_OK);
    kinds = kith_record_field(&record, KITH_GRANT_ARGS_KINDS);
    assert_true(kith_bytes_is(kinds[0].bytes, "project"));
    assert_int_equal(kinds[1].number, KITH_GRANT_ARGS_KINDS);
    assert_true(kith_bytes_is(kinds[1].bytes, "milestone"));
    assert_true(kith_bytes_is(
        kith_record_bytes(&record, KITH_GRANT_ARGS_PURPOSE), "a, b"));
}

static void test_build_misspelt_choice_gets_a_hint(void **state)
{
    const char *words[] = {"4f2a90c1", "acept"};
    struct kith_error error = {0};
    struct kith_record record;

    (void)state;
    assert_int_equal(build("answer", NULL, 2, words, &record, &error),
                     KITH_INVALID);
    assert_non_null(strstr(error.what, "Did you mean 'accept'?"));
}

static void test_build_refuses_what_is_no_date(void **state)
{
    const char *words[] = {"lumen/g1/evt", "--date", "2027-02-30"};
    struct kith_error error = {0};
    struct kith_record record;

    (void)state;
    assert_int_equal(build("milestone", "move", 3, words, &record, &error),
                     KITH_INVALID);
    assert_non_null(strstr(error.what, "2027-02-30"));
}

static void test_build_refuses_text_over_its_bound(void **state)
{
    char long_name[1024];
    const char *words[] = {long_name};
    struct kith_error error = {0};
    struct kith_record record;

    (void)state;
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_int_equal(build("project", "new", 1, words, &record, &error),
                     KITH_INVALID);
}

/* ---- hints ---- */

static void test_nearest_swap_counts_once(void **state)
{
    (void)state;
    assert_int_equal(kith_nearest_distance("verfiy", "verify"), 1);
    assert_int_equal(kith_nearest_distance("", "abc"), 3);
    assert_int_equal(kith_nearest_distance("kitten", "sitting"), 3);
}

static void test_nearest_finds_nothing_far_away(void **state)
{
    const char *const words[] = {"verify", "list", "rename"};

    (void)state;
    assert_string_equal(kith_nearest("verfy", words, 3), "verify");
    assert_string_equal(kith_nearest("renmae", words, 3), "rename");
    assert_string_equal(kith_nearest("ren", words, 3), "rename");
    assert_null(kith_nearest("quantum", words, 3));
    assert_null(kith_nearest("x", words, 3));
}

static void test_exit_codes_follow_the_status(void **state)
{
    (void)state;
    assert_int_equal(kith_status_exit(KITH_OK), EXIT_DONE);
    assert_int_equal(kith_status_exit(KITH_DENIED), EXIT_DENIED);
    assert_int_equal(kith_status_exit(KITH_NOT_FOUND), EXIT_NOT_FOUND);
    assert_int_equal(kith_status_exit(KITH_CONFLICT), EXIT_CONFLICT);
    assert_int_equal(kith_status_exit(KITH_BUSY), EXIT_CONFLICT);
    assert_int_equal(kith_status_exit(KITH_DAMAGED), EXIT_DAMAGED);
    assert_int_equal(kith_status_exit(KITH_UNTRUSTED), EXIT_UNTRUSTED);
    assert_int_equal(kith_status_exit(KITH_INVALID), EXIT_USAGE);
    assert_int_equal(kith_status_exit(KITH_NOT_UNDERSTOOD), EXIT_USAGE);
    assert_int_equal(kith_status_exit(KITH_IO), EXIT_FAILED);
    assert_int_equal(kith_status_exit(KITH_STATUS_COUNT), EXIT_FAILED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_cli, close_cli)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_table_every_row_is_whole),
        CASE(test_table_reaches_every_verb),
        CASE(test_verbs_name_kinds_that_exist),
        CASE(test_table_examples_are_accepted),
        CASE(test_argv_options_may_stand_anywhere),
        CASE(test_argv_short_option_takes_a_value),
        CASE(test_argv_misspelt_option_gets_a_hint),
        CASE(test_argv_missing_word_is_named),
        CASE(test_argv_missing_must_option_is_named),
        CASE(test_argv_word_too_many_is_refused),
        CASE(test_argv_option_without_value_is_refused),
        CASE(test_build_reads_each_type),
        CASE(test_build_list_is_split_at_commas),
        CASE(test_build_misspelt_choice_gets_a_hint),
        CASE(test_build_refuses_what_is_no_date),
        CASE(test_build_refuses_text_over_its_bound),
        CASE(test_nearest_swap_counts_once),
        CASE(test_nearest_finds_nothing_far_away),
        CASE(test_exit_codes_follow_the_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

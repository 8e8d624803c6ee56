/* test_client_output - tables, tab lines and JSON of rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "disclosure.h"
#include "json.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "output.h"
#include "table.h"
#include "terminal.h"
#include "timeline.h"

static struct cli cli;
static char *printed;
static size_t printed_len;

static int open_cli(void **state)
{
    (void)state;
    memset(&cli, 0, sizeof cli);
    cli.arena = memory_new();
    cli.out = open_memstream(&printed, &printed_len);
    cli.err = cli.out;
    return 0;
}

static int close_cli(void **state)
{
    (void)state;
    fclose(cli.out);
    free(printed);
    kith_arena_destroy(&cli.arena);
    return 0;
}

static const char *output(void)
{
    fflush(cli.out);
    return printed;
}

static struct kith_record pending_row(const char *fingerprint, int64_t count,
                                      const char *why)
{
    struct kith_record record = {.kind = KITH_KIND_PENDING_ROW};
    struct kith_record_builder builder;

    kith_build_start(&builder, cli.arena);
    kith_build_text(&builder, KITH_PENDING_ROW_FINGERPRINT,
                    kith_bytes_of(fingerprint));
    kith_build_number(&builder, KITH_PENDING_ROW_COUNT, count);
    kith_build_text(&builder, KITH_PENDING_ROW_WHY, kith_bytes_of(why));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

static const struct command *pending(void)
{
    return command_find("partner", "pending");
}

/* ---- tables ---- */

static void test_table_aligns_columns_and_leaves_out_empty_ones(void **state)
{
    struct kith_record rows[] = {pending_row("ab", 3, "unknown"),
                                 pending_row("abcdef", 12, "removed")};
    struct reply reply = {.records = rows, .n_records = 2};

    (void)state;
    assert_int_equal(output_reply(&cli, pending(), &reply, NULL), EXIT_DONE);
    assert_string_equal(output(), "FINGERPRINT  COUNT  WHY\n"
                                  "ab           3      unknown\n"
                                  "abcdef       12     removed\n");
}

static void test_table_cuts_to_the_width_of_the_terminal(void **state)
{
    struct kith_record rows[] = {
        pending_row("ab", 3, "a very long sentence that does not fit at all")};
    struct reply reply = {.records = rows, .n_records = 1};

    (void)state;
    cli.width = 40;
    (void)output_reply(&cli, pending(), &reply, NULL);
    for (const char *line = output(); *line != '\0';) {
        size_t len = strcspn(line, "\n");
        char *copy = memory_text(
            cli.arena, (struct kith_bytes){(const uint8_t *)line, len});

        assert_true(terminal_width(copy) <= 40);
        line += len + 1;
    }
    assert_non_null(strstr(output(), "\xE2\x80\xA6"));
}

static void test_table_never_cuts_a_number(void **state)
{
    struct kith_record rows[] = {pending_row("fingerprint", 1234567890123, "")};
    struct reply reply = {.records = rows, .n_records = 1};

    (void)state;
    cli.width = 16;
    (void)output_reply(&cli, pending(), &reply, NULL);
    assert_non_null(strstr(output(), "1234567890123"));
}

static void test_table_wide_characters_keep_columns_straight(void **state)
{
    struct kith_record rows[] = {
        pending_row("\xE6\x97\xA5\xE6\x9C\xAC", 1, "x"),
        pending_row("abcd", 2, "y")};
    struct reply reply = {.records = rows, .n_records = 2};

    (void)state;
    (void)output_reply(&cli, pending(), &reply, NULL);
    assert_non_null(
        strstr(output(), "\n\xE6\x97\xA5\xE6\x9C\xAC         1      x\n"));
    assert_non_null(strstr(output(), "\nabcd         2      y\n"));
}

static void test_plain_has_every_column_and_no_heading(void **state)
{
    struct kith_record rows[] = {pending_row("ab", 3, "tab\there")};
    struct reply reply = {.records = rows, .n_records = 1};

    (void)state;
    cli.plain = true;
    (void)output_reply(&cli, pending(), &reply, NULL);
    assert_string_equal(output(), "ab\t3\t\t\ttab here\t\n");
}

static void test_table_hostile_text_is_clean(void **state)
{
    struct kith_record rows[] = {pending_row("ab", 3, "x\033[2Jy")};
    struct reply reply = {.records = rows, .n_records = 1};

    (void)state;
    (void)output_reply(&cli, pending(), &reply, NULL);
    assert_null(strchr(output(), '\033'));
    assert_non_null(strstr(output(), "xy"));
}

/* ---- JSON ---- */

static json_t *parse(void)
{
    json_error_t error;
    json_t *root = json_loads(output(), 0, &error);

    assert_non_null(root);
    return root;
}

static void test_json_has_the_envelope(void **state)
{
    struct kith_record rows[] = {pending_row("ab", 3, "unknown")};
    struct reply reply = {.records = rows, .n_records = 1};
    json_t *root = NULL;
    const json_t *row = NULL;

    (void)state;
    cli.json = true;
    cli_warn(&cli, "something");
    assert_int_equal(output_reply(&cli, pending(), &reply, NULL),
                     EXIT_WARNINGS);
    root = parse();
    assert_string_equal(json_string_value(json_object_get(root, "schema")),
                        "kith.v1");
    assert_string_equal(json_string_value(json_object_get(root, "kind")),
                        "partner_pending");
    assert_int_equal(json_array_size(json_object_get(root, "warnings")), 1);
    row = json_array_get(json_object_get(root, "data"), 0);
    assert_int_equal(json_integer_value(json_object_get(row, "count")), 3);
    assert_null(json_object_get(row, "next"));
    json_decref(root);
}

static void test_json_empty_listing_is_an_empty_array(void **state)
{
    struct reply reply = {0};
    json_t *root = NULL;

    (void)state;
    cli.json = true;
    (void)output_reply(&cli, pending(), &reply, NULL);
    root = parse();
    assert_true(json_is_array(json_object_get(root, "data")));
    json_decref(root);
}

static void test_json_record_has_head_and_types(void **state)
{
    struct kith_record record = {
        .kind = KITH_KIND_MILESTONE,
        .revision = 7,
        .label = KITH_LABEL_CONFIDENTIAL,
        .inactive = true,
        .id = {{0xAB, 0xCD}},
    };
    struct kith_when window = {
        .kind = KITH_WHEN_WINDOW, .from_day = 20878, .to_day = 20884};
    struct kith_record_builder builder;
    json_t *object = NULL;

    (void)state;
    kith_build_start(&builder, cli.arena);
    kith_build_choice(&builder, KITH_MILESTONE_TYPE, KITH_MILESTONE_EVT);
    kith_build_when(&builder, KITH_MILESTONE_PLANNED, &window);
    kith_build_number(&builder, KITH_SOURCE_AT, 0);
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    object = json_record(&record);
    assert_string_equal(json_string_value(json_object_get(object, "id")),
                        "abcd0000-0000-0000-0000-000000000000");
    assert_string_equal(json_string_value(json_object_get(object, "type")),
                        "evt");
    assert_string_equal(json_string_value(json_object_get(object, "planned")),
                        "2027-03-01..2027-03-07");
    assert_string_equal(json_string_value(json_object_get(object, "source_at")),
                        "1970-01-01T00:00:00Z");
    assert_true(json_is_true(json_object_get(object, "inactive")));
    json_decref(object);
}

static void test_json_error_goes_out_as_an_object(void **state)
{
    struct kith_error error = {.status = KITH_DENIED,
                               .code = "nda_missing",
                               .what = "no agreement",
                               .next = "kith nda propose"};
    json_t *root = NULL;

    (void)state;
    cli.json = true;
    assert_int_equal(cli_fail(&cli, &error), EXIT_DENIED);
    root = parse();
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(root, "error"), "code")),
                        "nda_missing");
    json_decref(root);
}

/* ---- words of a dry run ---- */

static struct kith_record disclosure(const char *partner, int64_t act,
                                     const char *kind, int64_t count)
{
    struct kith_record record = {.kind = KITH_KIND_DISCLOSURE_ROW};
    struct kith_record_builder builder;

    kith_build_start(&builder, cli.arena);
    kith_build_text(&builder, KITH_DISCLOSURE_ROW_PARTNER,
                    kith_bytes_of(partner));
    kith_build_choice(&builder, KITH_DISCLOSURE_ROW_ACT, act);
    kith_build_text(&builder, KITH_DISCLOSURE_ROW_KIND, kith_bytes_of(kind));
    kith_build_number(&builder, KITH_DISCLOSURE_ROW_COUNT, count);
    kith_build_text(&builder, KITH_DISCLOSURE_ROW_FIELDS,
                    kith_bytes_of("title"));
    kith_build_text(&builder, KITH_DISCLOSURE_ROW_HIDDEN,
                    kith_bytes_of("note"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

static void test_disclosure_is_one_sentence_per_partner(void **state)
{
    struct kith_record rows[] = {
        disclosure("ems", KITH_ACT_DISCLOSE, "generation", 1),
        disclosure("ems", KITH_ACT_DISCLOSE, "milestone", 2),
        disclosure("pcb", KITH_ACT_REFUSE, "milestone", 1)};
    struct reply reply = {.records = rows, .n_records = 3};

    (void)state;
    assert_int_equal(disclosure_print(&cli, &reply), 3);
    assert_string_equal(output(),
                        "ems would see: 1 generation (title), 2 milestones "
                        "(title). Not: note.\n"
                        "pcb would get nothing: \n");
}

/* ---- the timeline ---- */

static struct kith_record milestone(const char *generation, const char *title,
                                    int64_t slip)
{
    struct kith_record record = {.kind = KITH_KIND_TIMELINE_ROW};
    struct kith_when planned = {.kind = KITH_WHEN_DATE, .from_day = 20878};
    struct kith_record_builder builder;

    kith_build_start(&builder, cli.arena);
    kith_build_text(&builder, KITH_TIMELINE_ROW_OWNER, kith_bytes_of("acme"));
    kith_build_text(&builder, KITH_TIMELINE_ROW_PROJECT,
                    kith_bytes_of("lumen"));
    kith_build_text(&builder, KITH_TIMELINE_ROW_GENERATION,
                    kith_bytes_of(generation));
    kith_build_text(&builder, KITH_TIMELINE_ROW_MILESTONE,
                    kith_bytes_of(title));
    kith_build_text(&builder, KITH_TIMELINE_ROW_TYPE, kith_bytes_of("evt"));
    kith_build_when(&builder, KITH_TIMELINE_ROW_PLANNED, &planned);
    kith_build_number(&builder, KITH_TIMELINE_ROW_SLIP, slip);
    kith_build_text(&builder, KITH_TIMELINE_ROW_LABEL,
                    kith_bytes_of("internal"));
    assert_int_equal(kith_build_finish(&builder, &record), KITH_OK);
    return record;
}

static void test_timeline_groups_and_names_every_milestone(void **state)
{
    struct kith_record rows[] = {milestone("g1", "EVT build", 0),
                                 milestone("g1", "", -3),
                                 milestone("g2", "EVT build", 14)};
    struct reply reply = {.records = rows, .n_records = 3};

    (void)state;
    timeline_print(&cli, &reply);
    assert_string_equal(output(),
                        "MILESTONE      PLANNED     SLIP   LABEL\n"
                        "acme:lumen\n"
                        "  g1\n"
                        "    EVT build  2027-03-01         internal\n"
                        "    evt        2027-03-01  -3 d   internal\n"
                        "  g2\n"
                        "    EVT build  2027-03-01  +14 d  internal\n");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_cli, close_cli)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_table_aligns_columns_and_leaves_out_empty_ones),
        CASE(test_table_cuts_to_the_width_of_the_terminal),
        CASE(test_table_never_cuts_a_number),
        CASE(test_table_wide_characters_keep_columns_straight),
        CASE(test_plain_has_every_column_and_no_heading),
        CASE(test_table_hostile_text_is_clean),
        CASE(test_json_has_the_envelope),
        CASE(test_json_empty_listing_is_an_empty_array),
        CASE(test_json_record_has_head_and_types),
        CASE(test_json_error_goes_out_as_an_object),
        CASE(test_disclosure_is_one_sentence_per_partner),
        CASE(test_timeline_groups_and_names_every_milestone),
    };

    terminal_locale();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

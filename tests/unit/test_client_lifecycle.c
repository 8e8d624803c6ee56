/* test_client_lifecycle - the real tables and history, in and out again.
 *
 * The planned records are taken as kithd takes them by record_model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/lifecycle.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/record.h"
#include "record_model.h"

enum {
    CEILING = 256 * 1024 * 1024
};

static struct kith_arena *arena;
static struct kith_error error;

static int open_arena(void **state)
{
    (void)state;
    kith_error_clear(&error);
    return kith_arena_new(CEILING, &arena) == KITH_OK ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    kith_arena_destroy(&arena);
    return 0;
}

/* ---- files ---- */

static struct kith_bytes load(const char *name)
{
    char path[512];
    FILE *file = NULL;
    uint8_t *data = kith_arena_alloc(arena, 1 << 20);
    size_t len = 0;

    snprintf(path, sizeof path, KITH_TEST_DATA "/lifecycle/%s", name);
    file = fopen(path, "rb");
    assert_non_null(file);
    len = fread(data, 1, 1 << 20, file);
    fclose(file);
    return (struct kith_bytes){data, len};
}

static struct csv_file parse_text(const char *text)
{
    struct csv_file file = {0};

    assert_int_equal(
        csv_file_read(arena, "test.csv", kith_bytes_of(text), &file, &error),
        KITH_OK);
    return file;
}

static struct csv_file parse(const char *name)
{
    struct csv_file file = {0};

    assert_int_equal(csv_file_read(arena, name, load(name), &file, &error),
                     KITH_OK);
    return file;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of TEXT behind its header, each on its own. */
static size_t split(const char *text, char **lines)
{
    size_t count = 0;

    text += strcspn(text, "\n") + 1;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        lines[count++] =
            (char *)(uintptr_t)kith_arena_copy(
                arena, (struct kith_bytes){(const uint8_t *)text, len})
                .data;
        text += len + 1;
    }
    return count;
}

static void expect_same_rows(struct kith_buf *written, const char *name)
{
    struct kith_bytes file = load(name);
    char *got[6000];
    char *wanted[6000];
    size_t n_got = 0;
    size_t n_wanted = 0;

    assert_int_equal(kith_buf_add(written, "", 1), KITH_OK);
    n_got = split((const char *)written->data, got);
    n_wanted = split((const char *)kith_arena_copy(arena, file).data, wanted);
    assert_int_equal(n_got, n_wanted);
    qsort(got, n_got, sizeof *got, compare_lines);
    qsort(wanted, n_wanted, sizeof *wanted, compare_lines);
    for (size_t i = 0; i < n_got; i++) {
        *strrchr(got[i], ',') = '\0'; /* the marking, which is ours alone */
        assert_string_equal(got[i], wanted[i]);
    }
}

static struct lifecycle_plan plan_history(const struct csv_file *file,
                                          const struct csv_file *titles)
{
    struct lifecycle_source source = {.name = "device_revisions.csv",
                                      .file = file,
                                      .titles = titles,
                                      .label = KITH_LABEL_INTERNAL};
    struct lifecycle_plan plan = {0};

    assert_int_equal(lifecycle_plan_history(arena, &source, &plan, &error),
                     KITH_OK);
    return plan;
}

static struct lifecycle_plan plan_table(const struct csv_file *file)
{
    struct lifecycle_source source = {.name = "devices.csv", .file = file};
    struct lifecycle_plan plan = {0};

    assert_int_equal(lifecycle_plan_table(arena, &source, &plan, &error),
                     KITH_OK);
    return plan;
}

/* ---- real files ---- */

static void test_history_ends_in_the_rows_of_the_table(void **state)
{
    struct csv_file titles = parse("devices.csv");
    struct csv_file file = parse("device_revisions.csv");
    struct lifecycle_plan plan = plan_history(&file, &titles);
    struct record_model model =
        record_model_take(arena, plan.records, plan.n_records);
    struct kith_buf written = {0};

    (void)state;
    record_model_use_ids(&model);
    assert_int_equal(
        lifecycle_write(arena, model.records, model.count, &written), KITH_OK);
    expect_same_rows(&written, "devices.csv");
    kith_buf_clear(&written);
}

static void test_history_row_is_one_revision_with_its_source(void **state)
{
    struct csv_file file = parse("device_revisions.csv");
    struct lifecycle_plan plan = plan_history(&file, NULL);
    struct record_model model =
        record_model_take(arena, plan.records, plan.n_records);
    size_t rows = 0;

    (void)state;
    assert_int_equal(plan.n_revisions, 3310);
    assert_int_equal(model.unchanged, 0);
    for (size_t i = 0; i < plan.n_records; i++)
        rows += kith_record_field(&plan.records[i], KITH_SOURCE_REF) != NULL;
    assert_int_equal(rows, 3310);
}

static void test_history_reports_the_seven_malformed_dates(void **state)
{
    static const size_t lines[] = {190, 191, 192, 202, 210, 212, 214};
    struct csv_file file = parse("device_revisions.csv");
    struct lifecycle_plan plan = plan_history(&file, NULL);

    (void)state;
    assert_int_equal(plan.n_findings, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(plan.findings[i].line, lines[i]);
        assert_int_equal(plan.findings[i].column, 5);
    }
    assert_true(kith_bytes_is(plan.findings[0].value, "August 2, 2018"));
}

static void test_history_keeps_the_time_with_its_offset(void **state)
{
    struct csv_file file = parse("device_revisions.csv");
    struct lifecycle_plan plan = plan_history(&file, NULL);
    const struct kith_record *first = NULL;

    (void)state;
    for (size_t i = 0; first == NULL; i++)
        if (kith_record_field(&plan.records[i], KITH_SOURCE_REF) != NULL)
            first = &plan.records[i];
    assert_true(kith_bytes_is(kith_record_bytes(first, KITH_SOURCE_REF),
                              "27d86175f2a5"));
    /* 2021-08-17T18:00:44+05:30 is 12:30:44 in UTC */
    assert_int_equal(kith_record_value(first, KITH_SOURCE_AT, 0), 1629203444);
    assert_true(
        kith_bytes_is(kith_record_bytes(first, KITH_SOURCE_PLACE),
                      "device_revisions.csv:2 2021-08-17T18:00:44+05:30"));
    assert_int_equal(first->label, KITH_LABEL_INTERNAL);
}

static void test_table_of_devices_comes_back(void **state)
{
    struct csv_file file = parse("devices.csv");
    struct lifecycle_plan plan = plan_table(&file);
    struct record_model model =
        record_model_take(arena, plan.records, plan.n_records);
    struct kith_buf written = {0};

    (void)state;
    assert_int_equal(plan.n_projects, 13);
    assert_int_equal(plan.n_generations, 519);
    assert_int_equal(plan.n_findings, 0);
    record_model_use_ids(&model);
    assert_int_equal(
        lifecycle_write(arena, model.records, model.count, &written), KITH_OK);
    expect_same_rows(&written, "devices.csv");
    kith_buf_clear(&written);
}

static void test_table_posted_again_changes_nothing(void **state)
{
    struct csv_file file = parse("devices.csv");
    struct lifecycle_plan plan = plan_table(&file);
    struct record_model model =
        record_model_take(arena, plan.records, plan.n_records);
    size_t revisions = model.revisions;

    (void)state;
    for (size_t i = 0; i < plan.n_records; i++)
        record_model_post(&model, &plan.records[i]);
    assert_int_equal(model.revisions, revisions);
}

/* ---- small ones ---- */

#define HEADER "product,cycle,field,old,new,committed_at,commit\n"
#define AT     ",2021-08-17T18:00:44Z,abc\n"

static void test_history_removed_cycle_starts_anew_with_nothing(void **state)
{
    struct csv_file file =
        parse_text(HEADER "p,c,releaseLabel,,Old" AT "p,c,eol,,true" AT
                          "p,c,(removed),," AT "p,c,eoas,,2020-01-01" AT);
    struct lifecycle_plan plan = plan_history(&file, NULL);
    struct record_model model =
        record_model_take(arena, plan.records, plan.n_records);
    struct kith_buf written = {0};

    (void)state;
    record_model_use_ids(&model);
    assert_int_equal(
        lifecycle_write(arena, model.records, model.count, &written), KITH_OK);
    assert_int_equal(kith_buf_add(&written, "", 1), KITH_OK);
    assert_non_null(strstr((char *)written.data, "\np,,,c,,,,2020-01-01,,,,,"));
    kith_buf_clear(&written);
}

static void test_history_removed_cycle_is_not_written(void **state)
{
    struct csv_file file =
        parse_text(HEADER "p,c,eol,,true" AT "p,c,(removed),," AT);
    struct lifecycle_plan plan = plan_history(&file, NULL);
    struct record_model model =
        record_model_take(arena, plan.records, plan.n_records);
    struct kith_buf written = {0};

    (void)state;
    record_model_use_ids(&model);
    assert_int_equal(
        lifecycle_write(arena, model.records, model.count, &written), KITH_OK);
    assert_int_equal(kith_buf_add(&written, "", 1), KITH_OK);
    assert_null(strstr((char *)written.data, "\np,"));
    kith_buf_clear(&written);
}

static void expect_refused(const char *text, const char *where)
{
    struct csv_file file = parse_text(text);
    struct lifecycle_source source = {.name = "h.csv", .file = &file};
    struct lifecycle_plan plan = {0};

    kith_error_clear(&error);
    assert_int_equal(lifecycle_plan_history(arena, &source, &plan, &error),
                     KITH_INVALID);
    assert_non_null(strstr(error.what, where));
}

static void test_history_faults_name_their_line(void **state)
{
    (void)state;
    expect_refused(HEADER "p,c,eol,,true,yesterday,abc\n", "h.csv:2");
    expect_refused(HEADER "p,c,colour,,red" AT, "h.csv:2");
    expect_refused(HEADER "p,,eol,,true" AT, "h.csv:2");
    expect_refused("product,cycle\n", "h.csv:1");
}

static bool stands_always(void *context, struct kith_bytes product,
                          struct kith_bytes cycle, uint32_t type)
{
    (void)context;
    (void)product;
    (void)cycle;
    return type == KITH_MILESTONE_EOL;
}

static void test_table_empty_date_clears_what_stands(void **state)
{
    struct csv_file file = parse_text("product,cycle,eol,eoas\np,c,,\n");
    struct lifecycle_source source = {
        .name = "t.csv", .file = &file, .stands = stands_always};
    struct lifecycle_plan plan = {0};

    (void)state;
    assert_int_equal(lifecycle_plan_table(arena, &source, &plan, &error),
                     KITH_OK);
    assert_int_equal(plan.n_records, 3); /* project, generation, eol */
    assert_true(plan.records[2].inactive);
}

#define CASE(test)                                                             \
    cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_history_ends_in_the_rows_of_the_table),
        CASE(test_history_row_is_one_revision_with_its_source),
        CASE(test_history_reports_the_seven_malformed_dates),
        CASE(test_history_keeps_the_time_with_its_offset),
        CASE(test_table_of_devices_comes_back),
        CASE(test_table_posted_again_changes_nothing),
        CASE(test_history_removed_cycle_starts_anew_with_nothing),
        CASE(test_history_removed_cycle_is_not_written),
        CASE(test_history_faults_name_their_line),
        CASE(test_table_empty_date_clears_what_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

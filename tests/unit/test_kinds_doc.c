/* test_kinds_doc - docs/PROTOCOL.md 7.2 says what the tables of kinds say.
 *
 * When a table changes, run this test with KITH_WRITE_DOCS=1 in its
 * environment: it then puts the tables into the text, and the difference
 * shows in the next commit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/kinds.h"
#include "vectors.h"

static const char path[] = KITH_TEST_VECTORS "/../../docs/PROTOCOL.md";
static const char begin_mark[] = "by test_kinds_doc -->\n";
static const char end_mark[] = "<!-- end of kinds -->";

static void add(struct kith_buf *buf, const char *text)
{
    assert_int_equal(kith_buf_add(buf, text, strlen(text)), KITH_OK);
}

static const char *type_name(enum kith_field_type type)
{
    static const char *const names[] = {
        [KITH_FIELD_TEXT] = "text",       [KITH_FIELD_NAME] = "name",
        [KITH_FIELD_NUMBER] = "number",   [KITH_FIELD_FLAG] = "flag",
        [KITH_FIELD_INSTANT] = "instant", [KITH_FIELD_DAY] = "day",
        [KITH_FIELD_WHEN] = "when",       [KITH_FIELD_CHOICE] = "choice",
        [KITH_FIELD_REF] = "ref",         [KITH_FIELD_COMPANY] = "company",
        [KITH_FIELD_DIGEST] = "digest",   [KITH_FIELD_OCTETS] = "octets",
    };

    return names[type];
}

/* "octets, = 64", "ref of project", "number of entries" */
static void add_type(struct kith_buf *buf, const struct kith_field_info *field)
{
    char text[80] = "";

    add(buf, type_name(field->type));
    if (field->ref_kind != 0)
        snprintf(text, sizeof(text), " of %s",
                 kith_kind_info(field->ref_kind)->name);
    else if (field->unit != NULL)
        snprintf(text, sizeof(text), " of %s", field->unit);
    else if ((field->flags & KITH_F_EXACT) != 0)
        snprintf(text, sizeof(text), ", = %zu", field->max_len);
    else if (field->type == KITH_FIELD_TEXT || field->type == KITH_FIELD_NAME ||
             field->type == KITH_FIELD_OCTETS)
        snprintf(text, sizeof(text), ", %zu", field->max_len);
    add(buf, text);
}

static void add_marks(struct kith_buf *buf, unsigned flags)
{
    static const struct {
        unsigned flag;
        const char *mark;
    } marks[] = {{KITH_F_MUST, "m"},
                 {KITH_F_LIST, "l"},
                 {KITH_F_KEY, "k"},
                 {KITH_F_HEAD, "h"}};
    bool any = false;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if ((flags & marks[i].flag) == 0)
            continue;
        add(buf, any ? " " : "");
        add(buf, marks[i].mark);
        any = true;
    }
}

static void add_choices(struct kith_buf *buf, const struct kith_choice *choices)
{
    for (size_t i = 0; choices[i].number != 0; i++) {
        char text[80];

        snprintf(text, sizeof(text), "%s %u %s", i == 0 ? ":" : ",",
                 choices[i].number, choices[i].name);
        add(buf, text);
    }
}

static void add_field(struct kith_buf *buf, const struct kith_field_info *field)
{
    char text[160];

    snprintf(text, sizeof(text), "| %u | %s | ", field->number, field->name);
    add(buf, text);
    add_type(buf, field);
    add(buf, " | ");
    add_marks(buf, field->flags);
    add(buf, " | ");
    add(buf, field->help);
    if (field->choices != NULL)
        add_choices(buf, field->choices);
    add(buf, " |\n");
}

static void add_kind(struct kith_buf *buf, const struct kith_kind_info *kind)
{
    char text[160];

    snprintf(text, sizeof(text), "\n**%u %s**: %s.\n\n", kind->kind, kind->name,
             kind->help);
    add(buf, text);
    add(buf, "| | field | type | marks | |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < kind->n_fields; i++)
        add_field(buf, &kind->fields[i]);
}

/* The tables of all kinds that travel. */
static void add_kinds(struct kith_buf *buf)
{
    for (size_t k = 0; k < kith_kind_count(); k++)
        if (kith_kind_at(k)->family != KITH_FAMILY_LOCAL)
            add_kind(buf, kith_kind_at(k));
    add(buf, "\n");
}

static void write_doc(const char *doc, const char *begin, const char *end,
                      const struct kith_buf *tables)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    fwrite(doc, 1, (size_t)(begin - doc), file);
    fwrite(tables->data, 1, tables->len, file);
    fputs(end, file);
    assert_int_equal(fclose(file), 0);
}

static void test_protocol_text_has_the_tables_of_kinds(void **state)
{
    struct kith_bytes file = vectors_file(path);
    char *doc = strndup((const char *)file.data, file.len);
    struct kith_buf tables = {0};
    char *begin = NULL;
    char *end = NULL;

    (void)state;
    assert_non_null(doc);
    begin = strstr(doc, begin_mark);
    assert_non_null(begin);
    begin += sizeof(begin_mark) - 1;
    end = strstr(begin, end_mark);
    assert_non_null(end);
    add_kinds(&tables);
    if (getenv("KITH_WRITE_DOCS") != NULL)
        write_doc(doc, begin, end, &tables);
    else if ((size_t)(end - begin) != tables.len ||
             memcmp(begin, tables.data, tables.len) != 0)
        fail_msg("%s differs from the tables of kinds", path);
    kith_buf_clear(&tables);
    free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_protocol_text_has_the_tables_of_kinds),
    };

    return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}

/* disclosure - what a partner would get, in sentences.
 *
 * Responsible for: the words of a dry run.
 * Not here: what a partner may see (daemon/rules).
 */
#include "disclosure.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/verbs.h"
#include "memory.h"
#include "output.h"

static const char *field(struct cli *cli, const struct kith_record *row,
                         uint32_t number)
{
    return cell_field(cli->arena, row, number);
}

static bool is_same_block(const struct kith_record *a,
                          const struct kith_record *b)
{
    return kith_bytes_equal(
               kith_record_bytes(a, KITH_DISCLOSURE_ROW_PARTNER),
               kith_record_bytes(b, KITH_DISCLOSURE_ROW_PARTNER)) &&
           kith_record_value(a, KITH_DISCLOSURE_ROW_ACT, 0) ==
               kith_record_value(b, KITH_DISCLOSURE_ROW_ACT, 0);
}

/* "1 milestone (planned, confidence)" */
static const char *part(struct cli *cli, const struct kith_record *row)
{
    int64_t count = kith_record_value(row, KITH_DISCLOSURE_ROW_COUNT, 1);
    const char *fields = field(cli, row, KITH_DISCLOSURE_ROW_FIELDS);
    const char *kind = field(cli, row, KITH_DISCLOSURE_ROW_KIND);

    if (kind[0] == '\0')
        kind = "item";
    return memory_format(cli->arena, "%" PRId64 " %s%s%s%s%s", count, kind,
                         count == 1 ? "" : "s", fields[0] != '\0' ? " (" : "",
                         fields, fields[0] != '\0' ? ")" : "");
}

static void print_refusal(struct cli *cli, const struct kith_record *row)
{
    fprintf(cli->out, "%s would get nothing: %s\n",
            field(cli, row, KITH_DISCLOSURE_ROW_PARTNER),
            field(cli, row, KITH_DISCLOSURE_ROW_WHY));
}

/* Adds the names of LIST ("note, title") that TEXT has not yet. */
static const char *add_names(struct cli *cli, const char *text,
                             const char *list)
{
    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        const char *name = memory_text(
            cli->arena, (struct kith_bytes){(const uint8_t *)list, len});
        const char *wrapped = memory_format(cli->arena, ", %s,", name);

        if (strstr(memory_format(cli->arena, ", %s,", text), wrapped) == NULL)
            text = memory_format(cli->arena, "%s%s%s", text,
                                 text[0] != '\0' ? ", " : "", name);
        list += len + strspn(list + len, ", ");
    }
    return text;
}

/* One sentence for the rows of one partner and act. */
static void print_block(struct cli *cli, const struct kith_record *rows,
                        size_t count)
{
    int64_t act = kith_record_value(&rows[0], KITH_DISCLOSURE_ROW_ACT, 0);
    const char *partner = field(cli, &rows[0], KITH_DISCLOSURE_ROW_PARTNER);
    const char *until = field(cli, &rows[0], KITH_DISCLOSURE_ROW_NDA_UNTIL);
    const char *not = "";

    fprintf(cli->out, "%s would %s: ", partner,
            act == KITH_ACT_WITHDRAW ? "lose" : "see");
    for (size_t i = 0; i < count; i++) {
        fprintf(cli->out, "%s%s", i > 0 ? ", " : "", part(cli, &rows[i]));
        not = add_names(cli, not,
                        field(cli, &rows[i], KITH_DISCLOSURE_ROW_HIDDEN));
    }
    fputs(".", cli->out);
    if (not [0] != '\0')
        fprintf(cli->out, " Not: %s.", not );
    if (until[0] != '\0')
        fprintf(cli->out, " NDA ok until %s.", until);
    fputc('\n', cli->out);
}

size_t disclosure_print(struct cli *cli, const struct reply *reply)
{
    struct kith_record *rows =
        memory_take(cli->arena, reply->n_records * sizeof *rows);
    size_t count = 0;
    size_t end = 0;

    for (size_t i = 0; i < reply->n_records; i++)
        if (reply->records[i].kind == KITH_KIND_DISCLOSURE_ROW)
            rows[count++] = reply->records[i];
    for (size_t i = 0; i < count; i = end) {
        end = i + 1;
        if (kith_record_value(&rows[i], KITH_DISCLOSURE_ROW_ACT, 0) ==
            KITH_ACT_REFUSE) {
            print_refusal(cli, &rows[i]);
            continue;
        }
        while (end < count && is_same_block(&rows[i], &rows[end]))
            end++;
        print_block(cli, rows + i, end - i);
    }
    return count;
}

int disclosure_output(struct cli *cli, const struct command *command,
                      const struct reply *reply)
{
    int code = 0;

    if (output_is_for_programs(cli))
        return output_reply(cli, command, reply, NULL);
    if (disclosure_print(cli, reply) == 0)
        fputs("No partner would see anything new.\n", cli->out);
    fputs("Nothing was written.\n", cli->out);
    code = cli_finish(cli);
    return code == EXIT_DONE && reply->warnings ? EXIT_WARNINGS : code;
}

/* roadmap - generations and milestones.
 *
 * Responsible for: turning «move», «done» and «drop» into fields of a post.
 * Not here: the timeline as text (timeline.c).
 */
#include <ctype.h>
#include <string.h>

#include "argv.h"
#include "build.h"
#include "cli.h"
#include "command.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "kith/record.h"
#include "kith/verbs.h"
#include "listing.h"
#include "memory.h"
#include "nouns.h"
#include "posting.h"
#include "timeline.h"

/* The type that TITLE begins with ("EVT build"), else `other`. */
static uint32_t guess_type(struct cli *cli, const char *title)
{
    const struct kith_field_info *info = kith_field_info(
        kith_kind_info(KITH_KIND_MILESTONE), KITH_MILESTONE_TYPE);
    char *word = memory_copy(cli->arena, title);
    size_t len = strcspn(word, " ");
    uint32_t number = 0;

    for (size_t i = 0; word[i] != '\0'; i++) {
        word[i] = (char)tolower((unsigned char)word[i]);
        if (word[i] == ' ' || word[i] == '-')
            word[i] = '_';
    }
    number = kith_choice_number(info->choices, kith_bytes_of(word));
    if (number == 0)
        number = kith_choice_number(
            info->choices, (struct kith_bytes){(const uint8_t *)word, len});
    return number != 0 ? number : KITH_MILESTONE_OTHER;
}

static int run_add(struct cli *cli, const struct command *command,
                   const struct arguments *arguments)
{
    const char *title = arguments_value(arguments, "name");
    struct kith_error error = {0};
    struct kith_record record;
    struct build build;

    build_start(&build, cli, KITH_KIND_MILESTONE);
    if (build_arguments(&build, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    if (!arguments_has(arguments, "type"))
        kith_build_choice(&build.builder, KITH_MILESTONE_TYPE,
                          guess_type(cli, title));
    if (!arguments_has(arguments, "state"))
        kith_build_choice(&build.builder, KITH_MILESTONE_STATE,
                          KITH_STATE_EXPECTED);
    if (!arguments_has(arguments, "date"))
        kith_build_when(&build.builder, KITH_MILESTONE_PLANNED,
                        &(struct kith_when){.kind = KITH_WHEN_UNKNOWN});
    record = build_finish(&build);
    return posting_send(cli, command, &record, 1);
}

/* Posts what ARGUMENTS change of the milestone at their path; STATE 0 leaves
 * the state. */
static int change(struct cli *cli, const struct command *command,
                  const struct arguments *arguments, int64_t state)
{
    struct kith_error error = {0};
    struct kith_record found;
    struct kith_record record;
    struct build build;

    if (posting_find(cli, arguments_value(arguments, "path"), &found, &error) !=
        KITH_OK)
        return cli_fail(cli, &error);
    if (found.kind != KITH_KIND_MILESTONE)
        return cli_usage(cli, "kith timeline", "'%s' is no milestone",
                         arguments_value(arguments, "path"));
    build_start(&build, cli, KITH_KIND_MILESTONE);
    if (build_arguments(&build, arguments, &error) != KITH_OK)
        return cli_fail(cli, &error);
    if (state != 0)
        kith_build_choice(&build.builder, KITH_MILESTONE_STATE, state);
    if (state == KITH_STATE_ACTUAL && !arguments_has(arguments, "date")) {
        struct kith_when today = {0};

        if (build_day("today", &today) == KITH_OK)
            kith_build_when(&build.builder, KITH_MILESTONE_ACTUAL, &today);
    }
    record = build_finish(&build);
    record.id = found.id;
    return posting_send(cli, command, &record, 1);
}

static int run_move(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    return change(cli, command, arguments, 0);
}

static int run_done(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    return change(cli, command, arguments, KITH_STATE_ACTUAL);
}

static int run_drop(struct cli *cli, const struct command *command,
                    const struct arguments *arguments)
{
    return change(cli, command, arguments, KITH_STATE_CANCELLED);
}

const struct command commands_roadmap[] = {
    {
        .noun = "generation",
        .verb = "new",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_GENERATION,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "project name",
        .options = "title codename stage predecessor design_revision note",
        .run = posting_run,
        .summary = "start a generation of a project, or change one",
        .examples = "generation new lumen g1 --stage evt",
    },
    {
        .noun = "generation",
        .verb = "list",
        .wire_verb = KITH_VERB_LIST,
        .positional = "[project]",
        .options = "partner all",
        .run = listing_run,
        .summary = "generations",
        .examples = "generation list lumen",
    },
    {
        .noun = "milestone",
        .verb = "add",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_MILESTONE,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "generation name=title",
        .options = "date=planned type confidence state baseline build_qty "
                   "depends_on note",
        .run = run_add,
        .summary = "plan a milestone of a generation",
        .examples = "milestone add lumen/g1 \"EVT build\" --date 2027-03-01 "
                    "--confidence mid --label confidential\n"
                    "milestone add lumen/g1 SOP --date 2027-W36 --type sop",
        .notes = "Without --type it is what the name begins with (\"EVT "
                 "build\": evt), else other.",
    },
    {
        .noun = "milestone",
        .verb = "move",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_MILESTONE,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "@path",
        .options = "date=planned! confidence state note",
        .run = run_move,
        .summary = "plan a milestone for another day",
        .examples = "milestone move lumen/g1/evt --date 2027-03-15\n"
                    "milestone move \"lumen/g1/EVT build\" --date 2027-W12 "
                    "--confidence low --dry-run",
    },
    {
        .noun = "milestone",
        .verb = "done",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_MILESTONE,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "@path",
        .options = "date=actual result build_qty note",
        .run = run_done,
        .summary = "a milestone was reached, today or on --date",
        .examples = "milestone done lumen/g1/evt --date 2027-03-17 --result "
                    "pass",
    },
    {
        .noun = "milestone",
        .verb = "drop",
        .wire_verb = KITH_VERB_POST,
        .kind = KITH_KIND_MILESTONE,
        .flags = COMMAND_DRY_RUN | COMMAND_LABEL,
        .positional = "@path",
        .options = "note",
        .run = run_drop,
        .summary = "a milestone will not take place",
        .examples = "milestone drop lumen/g1/pvt --note \"merged with MP\"",
    },
    {
        .noun = "milestone",
        .verb = "list",
        .wire_verb = KITH_VERB_LIST,
        .positional = "[project]",
        .options = "partner all",
        .run = listing_run,
        .summary = "milestones with all their fields",
        .examples = "milestone list lumen",
    },
    {
        .noun = "timeline",
        .wire_verb = KITH_VERB_TIMELINE,
        .positional = "[project]",
        .options = "partner all",
        .run = timeline_run,
        .summary = "milestones in time, with what has slipped",
        .examples = "timeline\ntimeline lumen\ntimeline --partner acme",
    },
    {
        .noun = "log",
        .wire_verb = KITH_VERB_HISTORY,
        .positional = "[path]",
        .options = "project partner since limit",
        .run = timeline_log,
        .summary = "revisions of a record, a project or all, and what changed",
        .examples = "log lumen/g1/evt\nlog lumen --since 2026-11-01",
    },
    {.noun = NULL},
};

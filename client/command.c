/* command - the one table of what a person can type.
 *
 * Responsible for: joining the rows of the nouns, reading specifications.
 * Not here: the rows (one file per noun), reading argv (argv.c).
 */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "kith/kinds.h"
#include "kith/verbs.h"
#include "nouns.h"

static const struct command_extra extras[] = {
    {"label", "LABEL",
     "public, internal, confidential or strictly_confidential", false},
    {"to", "PARTNER", "refuse unless this partner may see it", false},
    {"file", "FILE", "file on this machine", false},
    {"qr", NULL, "as a QR code", false},
    {"text", NULL, "as text", false},
    {"history", NULL, "the file is a list of revisions, one a line", false},
    {"titles", "FILE", "file of the same products that has their titles",
     false},
    {"owner", "PARTNER", "what this partner owns", false},
    {"projects", "PROJECT", "only this project; may be repeated", false},
    {"words", "WORD", "noun and verb", true},
    {"groups", "GROUPS", "the six groups they read to you", true},
    {"man", NULL, "as scdoc, for the manual page", false},
    {"path", "PATH", "the milestone, PROJECT/GENERATION/NAME, or its id",
     false},
    {"entries", NULL, "every entry too, and verify each", false},
    {"partner", "PARTNER", "the partner to whom it was said", false},
    {"oral", NULL, "it was said, not written", false},
};

static const struct command *const tables[] = {
    commands_setup,    commands_identity, commands_partner, commands_person,
    commands_nda,      commands_disclose, commands_project, commands_grant,
    commands_openness, commands_roadmap,  commands_post,    commands_inbox,
    commands_sync,     commands_notify,   commands_data,    commands_audit,
    commands_proof,    commands_export,   commands_destroy, commands_clock,
    commands_help,
};

const struct command *command_at(size_t index)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (const struct command *row = tables[t]; row->noun != NULL; row++) {
            if (index == 0)
                return row;
            index--;
        }
    }
    return NULL;
}

const struct command *command_find(const char *noun, const char *verb)
{
    const struct command *row = NULL;

    for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
        if (strcmp(row->noun, noun) != 0)
            continue;
        if (verb == NULL ? row->verb == NULL
                         : row->verb != NULL && strcmp(row->verb, verb) == 0)
            return row;
    }
    return NULL;
}

bool command_is_noun(const char *noun)
{
    const struct command *row = NULL;

    for (size_t i = 0; (row = command_at(i)) != NULL; i++)
        if (strcmp(row->noun, noun) == 0)
            return true;
    return false;
}

uint32_t command_kind(const struct command *command)
{
    const struct kith_verb_info *verb = NULL;

    if (command->kind != 0)
        return command->kind;
    verb = kith_verb_info(command->wire_verb);
    return verb != NULL ? verb->argument_kind : 0;
}

void command_name(const struct command *command, char ret_name[48])
{
    const struct kith_verb_info *verb = kith_verb_info(command->wire_verb);

    if (verb != NULL)
        snprintf(ret_name, 48, "%s", verb->name);
    else if (command->verb != NULL)
        snprintf(ret_name, 48, "%s_%s", command->noun, command->verb);
    else
        snprintf(ret_name, 48, "%s", command->noun);
}

bool parameter_repeats(const struct parameter *parameter)
{
    if (parameter->info != NULL)
        return (parameter->info->flags & KITH_F_LIST) != 0;
    return parameter->extra->repeats;
}

bool parameter_is_flag(const struct parameter *parameter)
{
    if (parameter->info != NULL)
        return parameter->info->type == KITH_FIELD_FLAG;
    return parameter->extra->value == NULL;
}

const char *parameter_help(const struct parameter *parameter)
{
    const char *help = parameter->info != NULL ? parameter->info->help
                                               : parameter->extra->help;

    return help != NULL ? help : "";
}

static const struct command_extra *find_extra(const char *name)
{
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++)
        if (strcmp(extras[i].name, name) == 0)
            return &extras[i];
    return NULL;
}

/* Reads one word of LEN bytes; see command.h for its form. */
static bool read_word(const char *word, size_t len, uint32_t kind,
                      struct parameter *ret_parameter)
{
    struct parameter parameter = {0};
    const struct kith_kind_info *table =
        kind != 0 ? kith_kind_info(kind) : NULL;
    const char *equals = memchr(word, '=', len);
    char field[48];

    if (len > 0 && word[len - 1] == '!') {
        parameter.must = true;
        len--;
    }
    if (len > 2 && word[len - 2] == '/') {
        parameter.letter = word[len - 1];
        len -= 2;
    }
    parameter.field = equals != NULL ? equals + 1 : word;
    parameter.field_len = len - (size_t)(parameter.field - word);
    if (parameter.field_len == 0 || parameter.field_len >= sizeof field)
        return false;
    memcpy(field, parameter.field, parameter.field_len);
    field[parameter.field_len] = '\0';
    if (field[0] == '@')
        parameter.extra = find_extra(field + 1);
    else if (table != NULL)
        parameter.info = kith_field_by_name(table, field);
    if (parameter.info == NULL && parameter.extra == NULL)
        return false;
    if (equals != NULL)
        snprintf(parameter.name, sizeof parameter.name, "%.*s",
                 (int)(equals - word), word);
    else
        snprintf(parameter.name, sizeof parameter.name, "%s",
                 field[0] == '@' ? field + 1 : field);
    for (char *c = parameter.name; *c != '\0'; c++)
        if (*c == '_')
            *c = '-';
    *ret_parameter = parameter;
    return true;
}

static bool read_specification(const char *text, uint32_t kind, bool positional,
                               struct parameters *parameters)
{
    while (text != NULL && *text != '\0') {
        size_t len = strcspn(text, " ");
        bool optional = positional && text[0] == '[';
        const char *word = optional ? text + 1 : text;
        size_t word_len = optional ? len - 2 : len;
        struct parameter *parameter = &parameters->all[parameters->count];

        if (len == 0) {
            text++;
            continue;
        }
        if (parameters->count == PARAMETERS_MAX ||
            !read_word(word, word_len, kind, parameter))
            return false;
        if (positional)
            parameter->must = !optional;
        parameters->count++;
        text += len;
    }
    return true;
}

bool command_parameters(const struct command *command,
                        struct parameters *ret_parameters)
{
    uint32_t kind = command_kind(command);
    struct parameters parameters = {0};

    if (!read_specification(command->positional, kind, true, &parameters))
        return false;
    parameters.n_positional = parameters.count;
    if (!read_specification(command->options, kind, false, &parameters))
        return false;
    if ((command->flags & COMMAND_LABEL) != 0 &&
        !read_specification("@label", kind, false, &parameters))
        return false;
    *ret_parameters = parameters;
    return true;
}

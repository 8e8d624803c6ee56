/* report_entry - see the header. */
#include "report_entry.h"

#include <inttypes.h>
#include <string.h>

#include "cell.h"
#include "kith/fields.h"
#include "kith/kinds.h"

const char *report_time(struct kith_arena *arena, uint64_t at)
{
    const struct cell_style style = {.utc = true};

    return at > INT64_MAX ? "?" : cell_instant(arena, (int64_t)at, &style);
}

/* Kinds that a grant names. */
static void print_kinds(FILE *out, const struct kith_record *grant)
{
    const char *between = "";

    fputs("      kinds: ", out);
    for (size_t i = 0; i < grant->n_fields; i++) {
        const struct kith_kind_info *kind = NULL;

        if (grant->fields[i].number != KITH_GRANT_KINDS)
            continue;
        kind = kith_kind_info((uint32_t)grant->fields[i].value);
        fprintf(out, "%s%s", between, kind != NULL ? kind->name : "?");
        between = ", ";
    }
    fputc('\n', out);
}

/* Every field once, by the table of its kind; keys and signatures that are
 * verified anyway are left out. */
static void print_fields(FILE *out, const struct loaded_pack *pack,
                         const struct kith_record *record)
{
    const struct kith_kind_info *kind = kith_kind_info(record->kind);
    const struct cell_style style = {.utc = true, .whole = true};

    for (size_t i = 0; i < record->n_fields; i++) {
        const uint32_t number = record->fields[i].number;
        const struct kith_field_info *info =
            kind == NULL ? NULL : kith_field_info(kind, number);

        if (i > 0 && record->fields[i - 1].number == number)
            continue;
        if (info == NULL)
            fprintf(out, "      field %" PRIu32 ": not known to this program\n",
                    number);
        else if (record->kind == KITH_KIND_GRANT && number == KITH_GRANT_KINDS)
            print_kinds(out, record);
        else if (info->type != KITH_FIELD_OCTETS || info->max_len <= 32)
            fprintf(out, "      %s: %s\n", info->name,
                    cell_text(pack->arena, record, info, &style));
    }
}

static void print_audience(FILE *out, const struct loaded_pack *pack,
                           const struct loaded_entry *entry)
{
    const struct kith_audience *audience = &entry->body.audience;

    fputs("      to be read by ", out);
    if (audience->bound)
        fputs("all whom the receiver has bound to the project", out);
    for (size_t i = 0; i < audience->n_persons; i++) {
        const struct loaded_entry *person =
            steps_person(pack, entry, &audience->persons[i]);
        struct kith_bytes name = {NULL, 0};

        if (person != NULL)
            name = kith_record_bytes(&person->body.record, KITH_PERSON_NAME);
        if (person != NULL && name.len == 0)
            name = kith_record_bytes(&person->body.record, KITH_PERSON_ROLE);
        fprintf(out, "%s%s", i > 0 || audience->bound ? ", " : "",
                name.len > 0 ? cell_clean(pack->arena, name)
                             : "a person who is not in this pack");
    }
    fputc('\n', out);
}

static void print_cover(FILE *out, const struct steps *steps,
                        const struct loaded_entry *entry)
{
    static const char *const words[] = {
        [COVER_NONE] = "UNDER NO AGREEMENT that is in this pack",
        [COVER_HALF] = "UNDER AN AGREEMENT that only one side has signed",
        [COVER_LATER] = "BEFORE both had signed the agreement it names",
        [COVER_DATES] = "OUTSIDE THE DATES of the agreement it names",
        [COVER_ENDED] = "AFTER THE END of the agreement it names",
        [COVER_SUPERSEDED] =
            "AFTER AN AMENDMENT had taken the place of the agreement it names"};
    const struct agreement *agreement;
    const enum cover cover = steps_cover(steps, entry, &agreement);
    char hex[2 * KITH_HASH_LEN + 1] = "";

    if (agreement != NULL)
        kith_hex(agreement->digest.b, KITH_HASH_LEN, hex);
    fputs("      told ", out);
    if (cover == COVER_GOOD)
        fprintf(out, "under agreement %.16s, which both had signed before",
                hex);
    else
        fputs(words[cover], out);
    fputc('\n', out);
}

static void print_proof(FILE *out, const struct loaded_pack *pack,
                        const struct loaded_entry *entry)
{
    if (entry->checkpoint == NULL)
        fputs("      SIGNED BY NO KEY OF ITS TELLER in this pack\n", out);
    if (entry->receipt != NULL)
        fprintf(out,
                "      the receiver signed at %s that it has it (receipt of "
                "%" PRIu64 " entries)\n",
                report_time(pack->arena, entry->receipt->time_s),
                entry->receipt->point.size);
    else if (entry->checkpoint != NULL)
        fprintf(out,
                "      signed by its teller (checkpoint of %" PRIu64
                " entries); no receipt\n",
                entry->checkpoint->point.size);
}

/* What was said of it later. */
static void print_after(FILE *out, const struct loaded_pack *pack,
                        const struct loaded_entry *entry)
{
    const struct loaded_entry *withdrawal = steps_withdrawal(pack, entry);
    const struct loaded_entry *verdict = steps_verdict(pack, entry);
    const struct cell_style style = {.utc = true};

    if (withdrawal != NULL)
        fprintf(out, "      withdrawn %s (entry #%" PRIu64 ")\n",
                report_time(pack->arena, withdrawal->header.time_s),
                withdrawal->header.index);
    if (verdict != NULL) {
        const struct kith_record *record = &verdict->body.record;
        const struct kith_field *field =
            kith_record_field(record, KITH_VERDICT_VERDICT);

        if (field != NULL && field->value == KITH_VERDICT_PROCESSED) {
            fprintf(
                out,
                "      the receiver could not use it before %s (entry #%" PRIu64
                ")\n",
                report_time(pack->arena, verdict->header.time_s),
                verdict->header.index);
            return;
        }
        fprintf(
            out, "      the receiver could not use it: %s %s\n",
            field == NULL
                ? ""
                : cell_value(pack->arena, field,
                             kith_field_info(kith_kind_info(KITH_KIND_VERDICT),
                                             KITH_VERDICT_VERDICT),
                             &style),
            cell_clean(pack->arena,
                       kith_record_bytes(record, KITH_VERDICT_CODE)));
    }
}

/* Log, index, time, and what it is about. */
static void print_title(FILE *out, const struct loaded_pack *pack,
                        const struct loaded_entry *entry)
{
    static const char *const classes[] = {"", "relation", "duty", "project"};
    const struct kith_record *record = &entry->body.record;
    const struct kith_kind_info *kind = NULL;
    char id[KITH_ID_TEXT_SIZE];

    fprintf(out, "  #%" PRIu64, entry->header.index);
    if (entry->part.log_number > 1)
        fprintf(out, " of log %" PRIu32, entry->part.log_number);
    fprintf(out, "  %s  ", report_time(pack->arena, entry->header.time_s));
    if (!entry->opened) {
        fprintf(out, "%s: %s\n", classes[entry->header.entry_class],
                entry->part.body == KITH_EVIDENCE_GONE
                    ? "its text is not held any more"
                : entry->part.body == KITH_EVIDENCE_CLOSED
                    ? "not opened for this pack"
                    : "not understood by this program");
        return;
    }
    kind = kith_kind_info(record->kind);
    fputs(kind == NULL ? "a kind that this program does not know" : kind->name,
          out);
    if (!kith_id_is_none(&record->id)) {
        kith_id_text(&record->id, id);
        fprintf(out, " %.8s revision %" PRIu64, id, record->revision);
    }
    if (record->label != KITH_LABEL_NONE)
        fprintf(out, ", %s", kith_choice_name(kith_labels, record->label));
    fputs(record->inactive ? ", inactive\n" : "\n", out);
}

void report_entry(FILE *out, const struct loaded_pack *pack,
                  const struct steps *steps, const struct loaded_entry *entry)
{
    print_title(out, pack, entry);
    if (entry->opened)
        print_fields(out, pack, &entry->body.record);
    if (entry->opened && entry->header.entry_class == KITH_CLASS_PROJECT) {
        fprintf(out, "      for %s\n",
                cell_clean(pack->arena, entry->body.purpose));
        print_audience(out, pack, entry);
        print_cover(out, steps, entry);
        print_after(out, pack, entry);
    }
    if (entry->opened &&
        entry->body.record.kind == KITH_KIND_DESTRUCTION_CERTIFICATE)
        fputs(
            steps_certified(pack, entry)
                ? "      certified: its company has signed that these entries "
                  "are destroyed\n"
                : "      NOT CERTIFIED: the signature does not hold\n",
            out);
    print_proof(out, pack, entry);
}

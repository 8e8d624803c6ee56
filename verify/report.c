/* report - see the header.
 *
 * Not here: one entry (report_entry.c); finding anything (told.c, steps.c).
 */
#include "report.h"

#include <inttypes.h>

#include "cell.h"
#include "kith/fields.h"
#include "kith/kinds.h"
#include "report_entry.h"

/* What was counted of one company's telling. */
struct tally {
    uint64_t entries;   /* of class project */
    uint64_t covered;   /* told under an agreement that stood */
    uint64_t received;  /* with a receipt */
    uint64_t signed_to; /* size of the greatest checkpoint */
    uint64_t stored_to; /* size of the greatest receipt */
    uint64_t stored_at; /* its time */
    uint64_t all;       /* entries of any class */
    uint64_t unproven;  /* that no checkpoint covers */
    uint64_t closed;    /* not opened */
};

static const char *name_of(const struct loaded_pack *pack, enum teller company)
{
    const char *name = "";

    for (size_t i = 0; i < pack->n_cards; i++) {
        if (pack->cards[i].of == company && name[0] == '\0')
            name = cell_clean(pack->arena,
                              kith_bytes_of(pack->cards[i].card.address.name));
    }
    return name[0] != '\0'    ? name
           : company == MAKER ? "the maker"
                              : "the partner";
}

static enum teller other_of(enum teller company)
{
    return company == MAKER ? PARTNER : MAKER;
}

static void print_company(FILE *out, const struct loaded_pack *pack,
                          enum teller company)
{
    const struct kith_company_id *id =
        company == MAKER ? &pack->head.maker : &pack->head.partner;
    char brief[KITH_COMPANY_SHORT_SIZE], hex[KITH_COMPANY_HEX_SIZE];

    kith_company_id_short(id, brief);
    kith_company_id_hex(id, hex);
    fprintf(out, "  %s  %s\n      %s\n", name_of(pack, company), brief, hex);
}

static void print_head(FILE *out, const struct loaded_pack *pack)
{
    struct kith_arena *arena = pack->arena;

    fprintf(out, "EVIDENCE PACK of %s about its link with %s\n",
            name_of(pack, MAKER), name_of(pack, PARTNER));
    fprintf(out, "made %s, signed by its maker: every byte is as it was made\n",
            report_time(arena, pack->head.made_at));
    if (pack->head.name.len > 0)
        fprintf(out, "about the project that the maker calls %s\n",
                cell_clean(arena, pack->head.name));
    if (pack->head.from_s > 0 || pack->head.until_s != UINT64_MAX)
        fprintf(out, "entries from %s to %s\n",
                report_time(arena, pack->head.from_s),
                pack->head.until_s == UINT64_MAX
                    ? "its making"
                    : report_time(arena, pack->head.until_s));
    fputs("\nTHE TWO COMPANIES. Compare these ids with those that you have by "
          "another way:\nall that follows holds for whoever keeps their keys, "
          "and for nobody else.\n",
          out);
    print_company(out, pack, MAKER);
    print_company(out, pack, PARTNER);
}

static void print_signer(FILE *out, const struct loaded_pack *pack,
                         const struct loaded_entry *step, const char *did)
{
    const struct kith_record *record = &step->body.record;
    struct kith_bytes title = kith_record_bytes(record, KITH_NDA_SIGNER_TITLE);

    fprintf(out, "      %s for %s by %s%s%s, %s (entry #%" PRIu64 ")\n", did,
            name_of(pack, step->log),
            cell_clean(pack->arena, kith_record_bytes(record, KITH_NDA_SIGNER)),
            title.len > 0 ? ", " : "", cell_clean(pack->arena, title),
            report_time(pack->arena, (uint64_t)kith_record_value(
                                         record, KITH_NDA_SIGNED_AT, 0)),
            step->header.index);
}

/* What the terms say of the duty of confidence and of the text. */
static void print_duty(FILE *out, struct kith_arena *arena,
                       const struct kith_record *terms)
{
    const struct kith_bytes changes =
        kith_record_bytes(terms, KITH_NDA_MODIFICATIONS);
    const int64_t years =
        kith_record_value(terms, KITH_NDA_CONFIDENTIALITY_YEARS, -1);

    fputs("      duty of confidence: ", out);
    if (years >= 0 && kith_record_value(terms, KITH_NDA_PERPETUAL, 0) == 0)
        fprintf(out, "%lld years from its end", (long long)years);
    else
        fputs("without end", out);
    if (kith_record_value(terms, KITH_NDA_TRADE_SECRETS, 0) != 0)
        fputs("; trade secrets as long as they are such", out);
    if (changes.len != 0)
        fprintf(out, "\n      with these changes to the text: %s",
                cell_clean(arena, changes));
    fputc('\n', out);
}

static void print_agreement(FILE *out, const struct loaded_pack *pack,
                            const struct agreement *agreement)
{
    const struct kith_record *terms = &agreement->terms;
    struct kith_arena *arena = pack->arena;
    struct kith_hash document = {{0}}, amends;
    char hex[2 * KITH_HASH_LEN + 1];

    kith_hex(agreement->digest.b, KITH_HASH_LEN, hex);
    fprintf(out, "  %s\n      for %s, from %s", hex,
            cell_clean(arena, kith_record_bytes(terms, KITH_NDA_PURPOSE)),
            cell_day(arena, kith_record_day(terms, KITH_NDA_EFFECTIVE, 0)));
    if (kith_record_field(terms, KITH_NDA_UNTIL) != NULL)
        fprintf(out, " to %s",
                cell_day(arena, kith_record_day(terms, KITH_NDA_UNTIL, 0)));
    if (kith_record_octets(terms, KITH_NDA_AMENDS, amends.b, KITH_HASH_LEN) ==
        KITH_OK) {
        kith_hex(amends.b, KITH_HASH_LEN, hex);
        fprintf(out, "\n      in the place of %s", hex);
    }
    if (kith_record_octets(terms, KITH_NDA_DOCUMENT, document.b,
                           KITH_HASH_LEN) == KITH_OK) {
        kith_hex(document.b, KITH_HASH_LEN, hex);
        fprintf(out, "\n      over the text with SHA-256 %s", hex);
    }
    fputc('\n', out);
    print_duty(out, arena, terms);
    print_signer(out, pack, agreement->proposal, "proposed and signed");
    if (agreement->signature != NULL)
        print_signer(out, pack, agreement->signature, "signed");
    else
        fprintf(out, "      NOT SIGNED by %s in this pack\n",
                name_of(pack, other_of(agreement->proposer)));
    for (size_t i = 0; i < 2; i++) {
        if (agreement->ends[i] != NULL)
            print_signer(out, pack, agreement->ends[i], "ended");
    }
}

static void print_agreements(FILE *out, const struct loaded_pack *pack,
                             const struct steps *steps)
{
    fputs("\nAGREEMENTS, by the digest of the terms that both signed\n", out);
    if (steps->n_agreements == 0)
        fputs("  none in this pack\n", out);
    for (size_t i = 0; i < steps->n_agreements; i++)
        print_agreement(out, pack, &steps->agreements[i]);
    if (steps->unsigned_steps > 0)
        fprintf(out, "  %zu steps are left out: their signatures do not hold\n",
                steps->unsigned_steps);
}

static void count_entry(const struct loaded_entry *entry,
                        const struct steps *steps, struct tally *tally)
{
    const struct agreement *agreement;

    tally->all++;
    tally->unproven += entry->checkpoint == NULL;
    tally->closed += !entry->opened;
    if (entry->header.entry_class != KITH_CLASS_PROJECT)
        return;
    tally->entries++;
    tally->received += entry->receipt != NULL;
    tally->covered +=
        entry->opened && steps_cover(steps, entry, &agreement) == COVER_GOOD;
}

static void count(const struct loaded_pack *pack, const struct steps *steps,
                  struct tally tallies[2])
{
    for (size_t i = 0; i < pack->n_entries; i++)
        count_entry(&pack->entries[i], steps, &tallies[pack->entries[i].log]);
    for (size_t i = 0; i < pack->n_notes; i++) {
        const struct loaded_note *note = &pack->notes[i];
        struct tally *tally = &tallies[note->log];

        if (note->kind == KITH_EVIDENCE_CHECKPOINT &&
            note->point.size > tally->signed_to)
            tally->signed_to = note->point.size;
        if (note->kind == KITH_EVIDENCE_RECEIPT &&
            note->point.size > tally->stored_to) {
            tally->stored_to = note->point.size;
            tally->stored_at = note->time_s;
        }
    }
}

/* What nobody can deny who signed it. */
static void print_proven(FILE *out, const struct loaded_pack *pack,
                         enum teller teller, const struct tally *tally)
{
    const char *name = name_of(pack, teller);
    const char *other = name_of(pack, other_of(teller));

    if (tally->all == 0) {
        fprintf(out, "  %s told nothing that is in this pack.\n", name);
        return;
    }
    fprintf(out,
            "  %s told what is shown above as its own, word for word and in "
            "that order:\n      %" PRIu64 " of %" PRIu64
            " entries are in trees that it has signed.\n",
            name, tally->all - tally->unproven, tally->all);
    if (tally->entries == 0)
        return;
    fprintf(out,
            "  %s has stored and processed %" PRIu64 " of the %" PRIu64
            " about projects: its own receipts say so.\n",
            other, tally->received, tally->entries);
    fprintf(out,
            "  %" PRIu64 " of those %" PRIu64
            " were told while %s held an agreement that both had signed,\n"
            "      within its dates.\n",
            tally->covered, tally->entries, name);
}

/* Notes that contradict their log as this pack shows, or as its maker says. */
static void print_seconds(FILE *out, const struct loaded_pack *pack, bool shown)
{
    for (size_t i = 0; i < pack->n_notes; i++) {
        const struct loaded_note *note = &pack->notes[i];

        if (note->kind == KITH_EVIDENCE_SECOND && !note->agrees &&
            note->contradicts == shown)
            fprintf(out,
                    shown ? "  A SECOND HISTORY: a signed note of size %" PRIu64
                            " of the log of %s contradicts that log.\n"
                          : "  That a signed note of size %" PRIu64
                            " of the log of %s contradicts that log, as the "
                            "maker says: no\n      other of that size is here."
                            "\n",
                    note->point.size, name_of(pack, note->log));
    }
}

static void print_limits(FILE *out, const struct loaded_pack *pack,
                         const struct tally tallies[2])
{
    const uint64_t unproven = tallies[0].unproven + tallies[1].unproven;
    const uint64_t closed = tallies[0].closed + tallies[1].closed;
    const uint64_t missing = tallies[0].entries - tallies[0].received +
                             tallies[1].entries - tallies[1].received;

    fputs("\nNOT PROVEN\n"
          "  That the clocks were right: an entry's time is its teller's, a "
          "receipt's is its receiver's.\n"
          "      The order within a log, and what each had seen before, is "
          "proven without clocks.\n"
          "  That a person read or understood it, unless an entry says so: "
          "that is what the company\n      asserts of its people.\n"
          "  That nothing else was told, by kith or otherwise: the pack shows "
          "what its maker chose.\n",
          out);
    if (unproven > 0)
        fprintf(out, "  %" PRIu64 " entries that no checkpoint covers.\n",
                unproven);
    if (missing > 0)
        fprintf(out,
                "  That %" PRIu64 " entries about projects arrived: no receipt "
                "covers them.\n",
                missing);
    if (closed > 0)
        fprintf(out,
                "  What %" PRIu64 " entries said: they are not opened "
                "here.\n",
                closed);
    print_seconds(out, pack, false);
    fputs("\nWHAT ONLY THE OTHER SIDE COULD BRING AGAINST IT, each by a pack "
          "of its own\n"
          "  A notice that a key was compromised before it signed what is "
          "shown here.\n"
          "  An end of the agreement, a withdrawal or a verdict outside of "
          "this project or period.\n"
          "  A second note of one size that differs: then whoever signed both "
          "contradicts itself.\n",
          out);
}

bool report_print(FILE *out, const struct loaded_pack *pack,
                  const struct steps *steps)
{
    struct tally tallies[2] = {{0}, {0}};

    count(pack, steps, tallies);
    print_head(out, pack);
    print_agreements(out, pack, steps);
    for (enum teller teller = MAKER; teller <= PARTNER; teller++) {
        fprintf(out, "\nWHAT %s TOLD %s\n", name_of(pack, teller),
                name_of(pack, other_of(teller)));
        for (size_t i = 0; i < pack->n_entries; i++) {
            if (pack->entries[i].log == teller)
                report_entry(out, pack, steps, &pack->entries[i]);
        }
    }
    fputs("\nPROVEN\n", out);
    print_proven(out, pack, MAKER, &tallies[MAKER]);
    print_proven(out, pack, PARTNER, &tallies[PARTNER]);
    print_seconds(out, pack, true);
    print_limits(out, pack, tallies);
    return tallies[0].unproven == 0 && tallies[1].unproven == 0 &&
           tallies[0].covered == tallies[0].entries &&
           tallies[1].covered == tallies[1].entries &&
           tallies[0].received == tallies[0].entries &&
           tallies[1].received == tallies[1].entries;
}

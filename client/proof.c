/* proof - evidence that this program verifies by itself.
 *
 * Responsible for: verifying cards, checkpoints, receipts and the tree over
 * all entries with libkith, whatever the daemon says of them (inv. 2).
 * Not here: evidence packs for others (export.c), the audit log (audit.c).
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "argv.h"
#include "build.h"
#include "cell.h"
#include "cli.h"
#include "command.h"
#include "connection.h"
#include "json.h"
#include "kith/card.h"
#include "kith/checkpoint.h"
#include "kith/entry.h"
#include "kith/error.h"
#include "kith/fields.h"
#include "kith/record.h"
#include "kith/rows.h"
#include "kith/tree.h"
#include "kith/verbs.h"
#include "memory.h"
#include "nouns.h"
#include "output.h"

/* What was found of one direction. */
struct finding {
    const struct kith_record *row;
    bool has_checkpoint, has_receipt;
    enum kith_status card, checkpoint, receipt, entries;
    struct kith_checkpoint point;
    struct kith_receipt_read read;
    uint64_t n_entries; /* whose headers were looked at */
    bool walked;        /* entries were asked for */
};

/* A key and the sizes for which it was good, both inclusive. */
struct former_key {
    struct kith_key key;
    uint64_t from, to;
    int64_t log_number; /* of the row that says it */
};

static enum kith_status read_card(const struct kith_record *row,
                                  uint32_t number, struct kith_card *card)
{
    return kith_card_read(kith_record_bytes(row, number), card);
}

/* A key of the direction of FINDING as a row of former keys says it; its card
 * must be COMPANY's and name it. The ranges are what the daemon says; in a log
 * that was closed before that of the row the key was good for any size. */
static bool read_key(const struct kith_record *row,
                     const struct finding *finding, int64_t use,
                     const struct kith_company_id *company,
                     struct former_key *ret_key)
{
    const int64_t asked =
        kith_record_value(finding->row, KITH_EVIDENCE_ROW_LOG_NUMBER, 1);
    struct kith_card card;

    ret_key->log_number =
        kith_record_value(row, KITH_EVIDENCE_KEY_ROW_LOG_NUMBER, 1);
    if (row->kind != KITH_KIND_EVIDENCE_KEY_ROW ||
        kith_record_value(row, KITH_EVIDENCE_KEY_ROW_DIRECTION, 0) !=
            kith_record_value(finding->row, KITH_EVIDENCE_ROW_DIRECTION, 0) ||
        ret_key->log_number < asked ||
        kith_record_value(row, KITH_EVIDENCE_KEY_ROW_USE, 0) != use ||
        kith_record_octets(row, KITH_EVIDENCE_KEY_ROW_PUBLIC_KEY,
                           ret_key->key.b, KITH_KEY_LEN) != KITH_OK ||
        read_card(row, KITH_EVIDENCE_KEY_ROW_CARD, &card) != KITH_OK ||
        !kith_company_id_equal(&card.root.company, company) ||
        !kith_key_equal(&ret_key->key, use == KITH_LINK_KEY_USE_LOG
                                           ? &card.root.log
                                           : &card.root.receipt))
        return false;
    ret_key->from =
        (uint64_t)kith_record_value(row, KITH_EVIDENCE_KEY_ROW_FROM, 0);
    ret_key->to =
        (uint64_t)kith_record_value(row, KITH_EVIDENCE_KEY_ROW_TO, -1);
    return true;
}

/* KEY as it counts in the log of FINDING, when the row that says it is of a
 * later log. False: it has a row of its own there. */
static bool widen(const struct reply *reply, const struct finding *finding,
                  int64_t use, const struct kith_company_id *company,
                  struct former_key *key)
{
    const int64_t asked =
        kith_record_value(finding->row, KITH_EVIDENCE_ROW_LOG_NUMBER, 1);
    struct former_key own;

    if (key->log_number == asked)
        return true;
    for (size_t i = 0; i < reply->n_records; i++) {
        if (read_key(&reply->records[i], finding, use, company, &own) &&
            own.log_number == asked && kith_key_equal(&own.key, &key->key))
            return false;
    }
    key->from = 0;
    key->to = UINT64_MAX;
    return true;
}

static enum kith_status verify_with(struct finding *finding, int64_t use,
                                    const struct kith_origin *origin,
                                    const struct former_key *key)
{
    struct kith_checkpoint *point = &finding->read.checkpoint;
    enum kith_status status;

    if (use == KITH_LINK_KEY_USE_LOG) {
        point = &finding->point;
        status = kith_checkpoint_verify(
            kith_record_bytes(finding->row, KITH_EVIDENCE_ROW_CHECKPOINT),
            origin, &key->key, point);
    } else {
        status = kith_receipt_verify(
            kith_record_bytes(finding->row, KITH_EVIDENCE_ROW_RECEIPT), origin,
            &key->key, &finding->read);
    }
    if (status == KITH_OK && (point->size < key->from || point->size > key->to))
        status = KITH_UNTRUSTED;
    return status;
}

/* Holds a note against each key that COMPANY had, as long as the key was good
 * for its size; NEWEST is that of its newest card. */
static enum kith_status verify_note(const struct reply *reply,
                                    struct finding *finding, int64_t use,
                                    const struct kith_card *newest,
                                    const struct kith_origin *origin)
{
    struct former_key key;
    struct former_key open = {.to = UINT64_MAX};
    bool has_row = false;
    enum kith_status status = KITH_UNTRUSTED;

    open.key =
        use == KITH_LINK_KEY_USE_LOG ? newest->root.log : newest->root.receipt;
    for (size_t i = 0; i < reply->n_records; i++) {
        if (!read_key(&reply->records[i], finding, use, &newest->root.company,
                      &key) ||
            !widen(reply, finding, use, &newest->root.company, &key))
            continue;
        has_row = has_row || kith_key_equal(&key.key, &open.key);
        status = verify_with(finding, use, origin, &key);
        if (status == KITH_OK)
            return status;
    }
    return has_row ? status : verify_with(finding, use, origin, &open);
}

/* Cards first: they name the keys that the notes are held against. */
static void verify_notes(const struct reply *reply,
                         const struct kith_record *row, struct finding *finding)
{
    bool sent = kith_record_value(row, KITH_EVIDENCE_ROW_DIRECTION, 0) ==
                KITH_DIRECTION_SENT;
    struct kith_bytes checkpoint =
        kith_record_bytes(row, KITH_EVIDENCE_ROW_CHECKPOINT);
    struct kith_bytes receipt =
        kith_record_bytes(row, KITH_EVIDENCE_ROW_RECEIPT);
    struct kith_card own;
    struct kith_card partner;
    const struct kith_card *sender = sent ? &own : &partner;
    const struct kith_card *receiver = sent ? &partner : &own;
    struct kith_origin origin;

    finding->row = row;
    finding->card = read_card(row, KITH_EVIDENCE_ROW_OWN_CARD, &own);
    if (finding->card == KITH_OK)
        finding->card =
            read_card(row, KITH_EVIDENCE_ROW_PARTNER_CARD, &partner);
    if (finding->card != KITH_OK)
        return;
    kith_origin_make(
        &sender->root.company, &receiver->root.company,
        (uint32_t)kith_record_value(row, KITH_EVIDENCE_ROW_LOG_NUMBER, 1),
        &origin);
    finding->has_checkpoint = checkpoint.len > 0;
    if (finding->has_checkpoint)
        finding->checkpoint =
            verify_note(reply, finding, KITH_LINK_KEY_USE_LOG, sender, &origin);
    finding->has_receipt = receipt.len > 0;
    if (finding->has_receipt)
        finding->receipt = verify_note(
            reply, finding, KITH_LINK_KEY_USE_RECEIPT, receiver, &origin);
}

/* Appends the leaf of each entry of the same direction; at the sizes of
 * checkpoint and receipt the roots must be theirs. */
static enum kith_status walk_entries(const struct reply *reply,
                                     struct finding *finding)
{
    int64_t direction =
        kith_record_value(finding->row, KITH_EVIDENCE_ROW_DIRECTION, 0);
    int64_t number =
        kith_record_value(finding->row, KITH_EVIDENCE_ROW_LOG_NUMBER, 1);
    struct kith_tree tree;
    bool at_point = !finding->has_checkpoint;
    bool at_receipt = !finding->has_receipt;

    kith_tree_init(&tree);
    for (size_t i = 0; i < reply->n_records; i++) {
        const struct kith_record *row = &reply->records[i];
        struct kith_bytes header =
            kith_record_bytes(row, KITH_EVIDENCE_ENTRY_ROW_HEADER);
        struct kith_entry_header read;
        struct kith_hash hash;

        if (row->kind != KITH_KIND_EVIDENCE_ENTRY_ROW ||
            kith_record_value(row, KITH_EVIDENCE_ENTRY_ROW_DIRECTION, 0) !=
                direction ||
            kith_record_value(row, KITH_EVIDENCE_ENTRY_ROW_LOG_NUMBER, 1) !=
                number)
            continue;
        if (kith_entry_decode(header, &read) != KITH_OK ||
            read.index != tree.size)
            return KITH_UNTRUSTED;
        kith_tree_leaf_hash(header.data, header.len, &hash);
        if (kith_tree_append(&tree, &hash) != KITH_OK)
            return KITH_UNTRUSTED;
        kith_tree_root(&tree, &hash);
        if (finding->has_checkpoint && tree.size == finding->point.size)
            at_point = kith_hash_equal(&hash, &finding->point.root);
        if (finding->has_receipt && tree.size == finding->read.checkpoint.size)
            at_receipt = kith_hash_equal(&hash, &finding->read.checkpoint.root);
    }
    finding->n_entries = tree.size;
    return at_point && at_receipt ? KITH_OK : KITH_UNTRUSTED;
}

static bool is_good(const struct finding *finding)
{
    return finding->card == KITH_OK && finding->checkpoint == KITH_OK &&
           finding->receipt == KITH_OK && finding->entries == KITH_OK;
}

static const char *verdict(enum kith_status status)
{
    return status == KITH_OK ? "verified" : "DOES NOT VERIFY";
}

static void print_finding(struct cli *cli, const struct finding *finding)
{
    bool sent = kith_record_value(finding->row, KITH_EVIDENCE_ROW_DIRECTION,
                                  0) == KITH_DIRECTION_SENT;
    const char *partner =
        cell_field(cli->arena, finding->row, KITH_EVIDENCE_ROW_PARTNER);
    struct cell_style style = {.utc = true};

    fprintf(cli->out, "%s%s%s%s, log %s\n", cli_color(cli, CLI_BOLD),
            sent ? "What we told " : "What we were told by ", partner,
            cli_plain(cli),
            cell_field(cli->arena, finding->row, KITH_EVIDENCE_ROW_LOG_NUMBER));
    fprintf(cli->out, "  cards of both companies: %s\n",
            verdict(finding->card));
    if (finding->card != KITH_OK)
        return;
    if (!finding->has_checkpoint)
        fputs("  nothing was told yet\n", cli->out);
    else
        fprintf(cli->out,
                "  checkpoint, signed by %s, of %" PRIu64 " entries: %s\n",
                sent ? "us" : partner, finding->point.size,
                verdict(finding->checkpoint));
    if (finding->has_receipt)
        fprintf(cli->out,
                "  receipt, signed by %s at %s, of %" PRIu64 " entries: %s\n",
                sent ? partner : "us",
                cell_instant(cli->arena, (int64_t)finding->read.time_s, &style),
                finding->read.checkpoint.size, verdict(finding->receipt));
    else if (finding->has_checkpoint)
        fputs("  no receipt yet: not proven that it was stored\n", cli->out);
    if (finding->walked)
        fprintf(cli->out, "  tree over all %" PRIu64 " entries held here: %s\n",
                finding->n_entries, verdict(finding->entries));
}

static json_t *finding_json(struct cli *cli, const struct finding *finding)
{
    json_t *object = json_record(finding->row);
    json_t *verified = json_pack(
        "{s:b,s:b,s:b}", "cards", finding->card == KITH_OK, "checkpoint",
        finding->has_checkpoint && finding->checkpoint == KITH_OK, "receipt",
        finding->has_receipt && finding->receipt == KITH_OK);

    (void)cli;
    if (finding->walked &&
        (json_object_set_new(verified, "entries",
                             json_boolean(finding->entries == KITH_OK)) != 0 ||
         json_object_set_new(verified, "entries_count",
                             json_integer((json_int_t)finding->n_entries)) !=
             0))
        memory_exhausted();
    if (json_object_set_new(object, "verified", verified) != 0)
        memory_exhausted();
    return object;
}

static enum kith_status ask_evidence(struct cli *cli,
                                     const struct arguments *arguments,
                                     struct reply *reply,
                                     struct kith_error *error)
{
    struct kith_record record;
    struct build build;
    enum kith_status status = KITH_OK;

    build_start(&build, cli, KITH_KIND_RECORD_ARGS);
    status = build_arguments(&build, arguments, error);
    if (status != KITH_OK)
        return status;
    if (arguments_has(arguments, "entries"))
        kith_build_number(&build.builder, KITH_RECORD_ARGS_ALL, 1);
    record = build_finish(&build);
    return connection_ask(cli, KITH_VERB_EVIDENCE, &record, reply, error);
}

static int run_evidence(struct cli *cli, const struct command *command,
                        const struct arguments *arguments)
{
    json_t *data = cli->json ? json_array() : NULL;
    struct kith_error error = {0};
    struct reply reply = {0};
    bool good = true;
    int code = EXIT_DONE;

    (void)command;
    if (ask_evidence(cli, arguments, &reply, &error) != KITH_OK)
        return cli_fail(cli, &error);
    for (size_t i = 0; i < reply.n_records; i++) {
        struct finding finding = {0};

        if (reply.records[i].kind != KITH_KIND_EVIDENCE_ROW)
            continue;
        verify_notes(&reply, &reply.records[i], &finding);
        finding.walked = arguments_has(arguments, "entries");
        if (finding.walked)
            finding.entries = walk_entries(&reply, &finding);
        good = good && is_good(&finding);
        if (!cli->json)
            print_finding(cli, &finding);
        else if (json_array_append_new(data, finding_json(cli, &finding)) != 0)
            memory_exhausted();
    }
    if (cli->json)
        json_print(cli, "evidence", data);
    code = cli_finish(cli);
    return good ? code : EXIT_UNTRUSTED;
}

const struct command commands_proof[] = {
    {
        .noun = "evidence",
        .verb = "show",
        .wire_verb = KITH_VERB_EVIDENCE,
        .positional = "partner",
        .options = "@entries",
        .run = run_evidence,
        .summary = "proof of what was told, verified here and now",
        .examples = "evidence show northwind\nevidence show northwind "
                    "--entries",
        .notes = "Cards, checkpoint and receipt are verified by this program, "
                 "not by the daemon; with --entries\nthe tree over every entry "
                 "too. Exit code 10 when anything does not verify.",
    },
    {.noun = NULL},
};

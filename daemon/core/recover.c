/* recover - see the header.
 *
 * The key file is written last: while it does not stand it can be tried again.
 * Not here: what init does as well (founding.c), fetching back from partners
 * (rules/link_recover.c).
 */
#include "core/recover.h"

#include <ctype.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/file.h"
#include "base/keyfile.h"
#include "core/founding.h"
#include "core/options.h"
#include "core/sheet_file.h"
#include "kith/armour.h"
#include "kith/error.h"
#include "kith/seal.h"

static const char cannot[] =
    "What cannot come back:\n"
    "  what no partner was told: private records, notes, fields that were not "
    "shown;\n"
    "  what partners destroyed, or who is no partner any more;\n"
    "  grants: make them anew, nothing of a project leaves until then;\n"
    "  agreements that a company has ended, or that no partner tells again;\n"
    "  accounts and roles of persons, notice rules, who read what, the audit "
    "log;\n"
    "  what partners had told, with your receipts: what you should see they "
    "tell anew.\n";

static enum kith_status read_sheet(const struct options *options,
                                   struct founding *founding,
                                   struct kith_error *err)
{
    struct kith_sheet sheet = {0};
    enum kith_status status;

    if (options->sheet == NULL)
        return kith_fail(err, KITH_INVALID, "usage", "--sheet PATH",
                         "name the recovery sheet");
    status = sheet_file_read(options->sheet, &sheet, err);
    if (status == KITH_OK && (!sheet.has_root || !sheet.has_backup))
        status = kith_fail(err, KITH_INVALID, "sheet",
                           "the recovery sheet has lines R1 to R4, B1 to B4",
                           "%s has no %s", options->sheet,
                           sheet.has_root ? "backup key" : "root seed");
    if (status == KITH_OK) {
        kith_sign_key_from_seed(sheet.root_seed, &founding->root);
        memcpy(founding->backup_key, sheet.backup_key, KITH_KEY_LEN);
    }
    kith_sheet_wipe(&sheet);
    return status;
}

/* The character that a person meant who typed C (PROTOCOL.md 1.2). */
static int meant(char c)
{
    const int upper = toupper((unsigned char)c);

    return upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
}

static bool same_id(const char *a, const char *b)
{
    while (*a != '\0' && meant(*a) == meant(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Without a card the root must be the company's first, or a company of another
 * id would come of it. */
static enum kith_status check_first_root(const struct options *options,
                                         const struct founding *founding,
                                         struct kith_error *err)
{
    char written[KITH_COMPANY_SHORT_SIZE], own[KITH_COMPANY_SHORT_SIZE];
    struct kith_company_id id;

    memcpy(id.b, founding->root.pk.b, sizeof(id.b));
    kith_company_id_short(&id, own);
    sheet_file_company(options->sheet, written);
    if (written[0] == '\0' || same_id(written, own))
        return KITH_OK;
    return kith_fail(err, KITH_INVALID, "card_needed",
                     "--card FILE, as any partner can send it",
                     "the root on %s is not the first one of %s: a card has to "
                     "say how it took over",
                     options->sheet, written);
}

/* Our newest card, which any partner can give us: names the roots before this
 * one, the next root, and the revisions to go beyond. */
static enum kith_status read_former(const struct options *options,
                                    struct founding *founding,
                                    struct kith_error *err)
{
    struct kith_buf text = {0}, card = {0};
    enum kith_status status = KITH_OK;

    if (options->card == NULL)
        return check_first_root(options, founding, err);
    status = file_read(options->card, 4 * KITH_CARD_MAX, &text, err);
    if (status != KITH_OK)
        goto out;
    status = kith_unarmour(KITH_CARD_TITLE, kith_buf_bytes(&text), &card);
    if (status == KITH_OK)
        status = kith_card_read(kith_buf_bytes(&card), &founding->former);
    if (status != KITH_OK)
        status = kith_fail(err, status, "card", "ask a partner for it again",
                           "%s holds no good card", options->card);
    else if (!kith_key_equal(&founding->former.root_key, &founding->root.pk))
        status = kith_fail(err, KITH_UNTRUSTED, "sheet_other",
                           "use the newest sheet and the newest card of this "
                           "company",
                           "the root on %s did not sign the card in %s",
                           options->sheet, options->card);
out:
    kith_buf_clear(&text);
    kith_buf_clear(&card);
    return status;
}

static enum kith_status make_keys(struct founding *founding,
                                  struct kith_error *err)
{
    struct kith_company_id id = founding->former.root.company;

    if (founding->former.root.revision == 0) {
        memcpy(id.b, founding->root.pk.b, sizeof(id.b));
        kith_sign_key_new(&founding->next_root);
    }
    if (keyfile_new(&id, founding->backup_key, &founding->keys) != KITH_OK)
        return kith_fail(err, KITH_NOMEM, "no_memory", "", "out of memory");
    return KITH_OK;
}

/* A new next root needs paper of its own; the former one may lie there. */
static enum kith_status make_next_sheet(struct founding *founding,
                                        struct kith_error *err)
{
    if (access(founding->next_sheet, F_OK) == 0)
        return kith_fail(err, KITH_CONFLICT, "next_sheet_exists",
                         "--card FILE keeps the next root as it was; or move "
                         "that sheet away",
                         "without a former card a new next root is made, and "
                         "%s is there already",
                         founding->next_sheet);
    return founding_next_sheet(founding, err);
}

static void tell(const struct config *config, const struct founding *founding)
{
    char id[KITH_COMPANY_SHORT_SIZE];

    kith_company_id_short(&founding->keys->company, id);
    (void)printf("This is %s, %s, again, with new operational keys.\n", id,
                 config->company);
    if (founding->next_made)
        (void)printf("Next root: %s - a new one, for no former card was given. "
                     "Print it, keep it\nelsewhere than the recovery sheet, "
                     "then delete it; the former one is void.\n",
                     founding->next_sheet);
    founding_tell_key_file(config, founding);
    (void)printf("%s", cannot);
    (void)printf("You are %s (admin). Next:\n"
                 "  kithd --config %s\n"
                 "  kith card show --file NEW.card, to each partner; there: "
                 "kith partner add NEW.card\n"
                 "  --confirm, after a call, then kith partner resume "
                 "--confirm\n"
                 "  kith partner add THEIRS.card, kith partner verify: then "
                 "what they hold of your logs\n"
                 "  comes back; kith status says how far it is\n",
                 founding->person, config->path);
}

static enum kith_status make(const struct options *options,
                             const struct config *config,
                             struct founding *founding, struct kith_error *err)
{
    enum kith_status status;

    founding->recovered = true;
    status = read_sheet(options, founding, err);
    if (status == KITH_OK)
        status = read_former(options, founding, err);
    if (status == KITH_OK)
        status = make_keys(founding, err);
    if (status == KITH_OK)
        status = founding_card(options, config, founding, err);
    if (status == KITH_OK)
        status = founding_find_sheets(options, founding, err);
    if (status == KITH_OK && founding->former.root.revision == 0)
        status = make_next_sheet(founding, err);
    return status;
}

int recover(const struct options *options)
{
    static const struct founding_way way = {"recover", make, tell};

    return founding_run(options, &way);
}

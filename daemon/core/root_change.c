/* root_change - see the header. Not here: the card and the store (turnover.c).
 */
#include "core/root_change.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "core/sheet_file.h"
#include "kith/error.h"

/* The key on the sheet at PATH. */
static enum kith_status read_next(const char *path,
                                  struct kith_sign_key *ret_key,
                                  struct kith_error *err)
{
    struct kith_sheet sheet = {0};
    enum kith_status status;

    if (path == NULL)
        return kith_fail(err, KITH_INVALID, "usage", "--next-sheet PATH",
                         "the next root takes over: name its sheet too");
    status = sheet_file_read(path, &sheet, err);
    if (status == KITH_OK && !sheet.has_next)
        status = kith_fail(err, KITH_INVALID, "sheet",
                           "the next root's sheet has lines N1 to N4",
                           "%s has no next root's seed", path);
    if (status == KITH_OK)
        kith_sign_key_from_seed(sheet.next_seed, ret_key);
    kith_sheet_wipe(&sheet);
    return status;
}

enum kith_status root_change_make(const char *path,
                                  const struct kith_card *former,
                                  const struct kith_sign_key *old,
                                  struct root_change *ret_change,
                                  struct kith_error *err)
{
    struct root_change *change = ret_change;
    struct kith_hash digest;
    enum kith_status status = read_next(path, &change->root, err);

    if (status != KITH_OK)
        return status;
    kith_card_next_root(&change->root.pk, &digest);
    if (!kith_hash_equal(&digest, &former->root.next_root))
        return kith_fail(err, KITH_UNTRUSTED, "sheet_other",
                         "use the newest sheet of the next root",
                         "the root on %s is not the one that this company's "
                         "card names as its next",
                         path);
    if (former->n_changes == KITH_CARD_CHANGES_MAX)
        return kith_fail(err, KITH_LIMIT, "root_changes", "",
                         "a card bears %d changes of the root, and there were "
                         "as many",
                         KITH_CARD_CHANGES_MAX);
    memcpy(change->changes, former->changes, sizeof(change->changes));
    status = kith_card_change_make(&former->root.company, old, &change->root,
                                   &change->changes[former->n_changes]);
    change->n_changes = former->n_changes + 1;
    kith_sign_key_new(&change->next);
    return status;
}

void root_change_apply(const struct root_change *change,
                       struct kith_card_root *root,
                       struct kith_card_signers *signers)
{
    kith_card_next_root(&change->next.pk, &root->next_root);
    signers->root = &change->root;
    signers->changes = change->changes;
    signers->n_changes = change->n_changes;
}

/* "kith-recovery-2.txt" is that of the second root, beside the sheet of
 * before, which nobody overwrites. */
static enum kith_status name_sheets(struct root_change *change,
                                    const char *path, struct kith_error *err)
{
    char folder[PATH_MAX], name[64];
    enum kith_status status = paths_folder(path, folder, sizeof(folder));

    (void)snprintf(name, sizeof(name), "kith-recovery-%zu.txt",
                   change->n_changes + 1);
    if (status == KITH_OK)
        status = paths_join(folder, name, change->sheet, sizeof(change->sheet));
    (void)snprintf(name, sizeof(name), "kith-next-root-%zu.txt",
                   change->n_changes + 1);
    if (status == KITH_OK)
        status = paths_join(folder, name, change->next_sheet,
                            sizeof(change->next_sheet));
    if (status != KITH_OK)
        return kith_fail(err, KITH_INVALID, "path_too_long", "",
                         "the path of the recovery sheet is too long");
    return KITH_OK;
}

static enum kith_status check_free(const char *path, struct kith_error *err)
{
    if (access(path, F_OK) != 0)
        return KITH_OK;
    return kith_fail(err, KITH_CONFLICT, "sheet_exists",
                     "move it away: a run that was cut off may have left it",
                     "%s is there already", path);
}

enum kith_status root_change_sheets(struct root_change *change,
                                    const char *path,
                                    const struct kith_company_id *company,
                                    const uint8_t backup_key[KITH_KEY_LEN],
                                    struct kith_error *err)
{
    struct kith_sheet sheet = {.has_root = true, .has_backup = true};
    struct kith_sheet next = {.has_next = true};
    enum kith_status status = name_sheets(change, path, err);

    memcpy(sheet.root_seed, change->root.seed, KITH_SEED_LEN);
    memcpy(sheet.backup_key, backup_key, KITH_KEY_LEN);
    memcpy(next.next_seed, change->next.seed, KITH_SEED_LEN);
    if (status == KITH_OK)
        status = check_free(change->sheet, err);
    if (status == KITH_OK)
        status = check_free(change->next_sheet, err);
    if (status == KITH_OK)
        status = sheet_file_write(change->sheet, company, &sheet, err);
    change->sheet_made = status == KITH_OK;
    if (status == KITH_OK)
        status = sheet_file_write(change->next_sheet, company, &next, err);
    change->next_made = status == KITH_OK;
    kith_sheet_wipe(&sheet);
    kith_sheet_wipe(&next);
    return status;
}

void root_change_undo(struct root_change *change)
{
    if (change->sheet_made)
        (void)unlink(change->sheet);
    if (change->next_made)
        (void)unlink(change->next_sheet);
    change->sheet_made = change->next_made = false;
}

void root_change_tell(const struct root_change *change)
{
    (void)printf("The next root has taken over. The sheets of before are good "
                 "for nothing but what was\nmade under them; the new ones:\n"
                 "  recovery sheet: %s\n  next root: %s\n"
                 "Print both, keep them in two places, delete the files. "
                 "kith recover needs a card of this\ncompany from now on: "
                 "keep one with the recovery sheet (kith card show "
                 "--text).\n",
                 change->sheet, change->next_sheet);
}

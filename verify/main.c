/* main - kith-verify: what does this evidence pack prove?
 *
 * A program on libkith alone: no daemon, no key, no network, nothing believed
 * that is not signed. It opens one file and prints.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith/sign.h"
#include "judge.h"
#include "report.h"

enum {
    FILE_MAX = 256 * 1024 * 1024,
    EXIT_USAGE = 2,
    EXIT_PARTLY = 3
};

static const char usage[] =
    "usage: kith-verify FILE [COMPANY...]\n"
    "\n"
    "Verifies an evidence pack (kith evidence export) and says in plain words\n"
    "what it proves. COMPANY: the id of a company, 64 hex digits, that must "
    "be\n"
    "one of its two; without any, compare the ids that are printed yourself.\n"
    "\n"
    "exit codes: 0 all of it verifies; 3 so it does, but something in it is\n"
    "not covered by a receipt, an agreement or its teller's signature; 10 it\n"
    "does not verify; 2 usage; 1 the file cannot be read\n";

static int say(const struct kith_error *err, enum kith_status status)
{
    fprintf(stderr, "kith-verify: %s\n",
            err->what[0] != '\0' ? err->what : kith_status_name(status));
    if (err->next[0] != '\0')
        fprintf(stderr, "  %s\n", err->next);
    return kith_status_exit(status);
}

static enum kith_status read_file(const char *path, struct kith_buf *bytes,
                                  struct kith_error *err)
{
    FILE *file = fopen(path, "rb");
    enum kith_status status = KITH_OK;
    size_t got = 1;

    if (file == NULL)
        return kith_fail(err, KITH_IO, "file", "", "%s cannot be read: %s",
                         path, strerror(errno));
    while (status == KITH_OK && got > 0) {
        uint8_t block[65536];

        got = fread(block, 1, sizeof(block), file);
        status = kith_buf_add(bytes, block, got);
        if (status == KITH_OK && bytes->len > FILE_MAX)
            status = kith_fail(err, KITH_LIMIT, "file", "",
                               "%s is larger than any evidence pack", path);
    }
    if (ferror(file) && status == KITH_OK)
        status = kith_fail(err, KITH_IO, "file", "", "%s cannot be read: %s",
                           path, strerror(errno));
    fclose(file);
    return status;
}

/* Each COMPANY that was named must be one of the two. */
static enum kith_status check_named(const struct loaded_pack *pack,
                                    char **named, struct kith_error *err)
{
    for (; *named != NULL; named++) {
        struct kith_company_id id;

        if (kith_company_id_parse(*named, &id) != KITH_OK)
            return kith_fail(err, KITH_INVALID, "company", "",
                             "%s is no company id of 64 hex digits", *named);
        if (!kith_company_id_equal(&id, &pack->head.maker) &&
            !kith_company_id_equal(&id, &pack->head.partner))
            return kith_fail(err, KITH_UNTRUSTED, "company", "",
                             "the pack is not about company %s", *named);
    }
    return KITH_OK;
}

static enum kith_status verify(struct kith_bytes bytes, char **named,
                               bool *ret_whole, struct kith_error *err)
{
    struct loaded_pack pack;
    struct steps steps;
    enum kith_status status = judge_pack(bytes, &pack, &steps, err);

    if (status == KITH_OK)
        status = check_named(&pack, named, err);
    if (status == KITH_OK)
        *ret_whole = report_print(stdout, &pack, &steps);
    kith_arena_destroy(&pack.arena);
    return status;
}

int main(int argc, char **argv)
{
    struct kith_error err = {.status = KITH_OK};
    struct kith_buf bytes = {0};
    bool whole = false;
    enum kith_status status;

    setlocale(LC_ALL, "");
    if (argc == 2 &&
        (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (argc < 2 || argv[1][0] == '-') {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    status = kith_crypto_start();
    if (status == KITH_OK)
        status = read_file(argv[1], &bytes, &err);
    if (status == KITH_OK)
        status = verify(kith_buf_bytes(&bytes), argv + 2, &whole, &err);
    kith_plain_clear(&bytes);
    if (status == KITH_OK && fflush(stdout) != 0)
        status = kith_fail(&err, KITH_IO, "output", "",
                           "the report cannot be written: %s", strerror(errno));
    if (status != KITH_OK) {
        /* a fault of the pack is one thing, whatever it is called inside */
        if (status == KITH_MALFORMED || status == KITH_LIMIT ||
            status == KITH_NOT_UNDERSTOOD)
            status = KITH_UNTRUSTED;
        return say(&err, status);
    }
    return whole ? EXIT_SUCCESS : EXIT_PARTLY;
}

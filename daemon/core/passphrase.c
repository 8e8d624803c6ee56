/* passphrase - a line without echo, or the first line of a file.
 *
 * Never from an argument or the environment: other users could read it there.
 */
#include "core/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/keyfile.h"
#include "kith/error.h"

/* Reads up to the end of the line; the rest of the file is left alone. */
static enum kith_status read_line(int fd, struct passphrase *passphrase)
{
    for (;;) {
        char c;
        ssize_t got = read(fd, &c, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return KITH_IO;
        if (got == 0 || c == '\n')
            return passphrase->len == 0 ? KITH_INVALID : KITH_OK;
        if (passphrase->len == KEYFILE_PASSPHRASE_MAX)
            return KITH_LIMIT;
        passphrase->text[passphrase->len++] = c;
    }
}

static enum kith_status ask(int fd, const char *prompt,
                            struct passphrase *passphrase)
{
    struct termios old;
    struct termios silent;
    enum kith_status status;

    if (tcgetattr(fd, &old) != 0)
        return KITH_IO;
    silent = old;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)!write(fd, prompt, strlen(prompt));
    if (tcsetattr(fd, TCSAFLUSH, &silent) != 0)
        return KITH_IO;
    status = read_line(fd, passphrase);
    (void)tcsetattr(fd, TCSAFLUSH, &old);
    (void)!write(fd, "\n", 1);
    return status;
}

static enum kith_status make(struct passphrase *ret_passphrase)
{
    ret_passphrase->text = sodium_malloc(KEYFILE_PASSPHRASE_MAX + 1);
    ret_passphrase->len = 0;
    return ret_passphrase->text == NULL ? KITH_NOMEM : KITH_OK;
}

static enum kith_status ask_again(int fd, const struct passphrase *first)
{
    struct passphrase second = {NULL, 0};
    enum kith_status status = make(&second);

    if (status == KITH_OK)
        status = ask(fd, "Again: ", &second);
    if (status == KITH_OK &&
        (second.len != first->len ||
         sodium_memcmp(second.text, first->text, first->len) != 0))
        status = KITH_CONFLICT;
    passphrase_clear(&second);
    return status;
}

static enum kith_status explain(enum kith_status status, const char *path,
                                struct kith_error *err)
{
    switch (status) {
    case KITH_OK:
        return KITH_OK;
    case KITH_INVALID:
        return kith_fail(err, status, "passphrase", "",
                         "the passphrase is empty");
    case KITH_LIMIT:
        return kith_fail(err, KITH_INVALID, "passphrase", "",
                         "the passphrase is longer than %d bytes",
                         KEYFILE_PASSPHRASE_MAX);
    case KITH_CONFLICT:
        return kith_fail(err, KITH_INVALID, "passphrase", "",
                         "the two passphrases differ");
    case KITH_NOMEM:
        return kith_fail(err, status, "no_memory", "", "out of memory");
    default:
        return kith_fail(err, status, "passphrase", "",
                         "the passphrase cannot be read from %s: %s",
                         path == NULL ? "the terminal" : path, strerror(errno));
    }
}

enum kith_status passphrase_read(const char *path, bool twice,
                                 struct passphrase *ret_passphrase,
                                 struct kith_error *err)
{
    struct passphrase passphrase = {NULL, 0};
    enum kith_status status;
    int fd;

    if (path == NULL)
        fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    else if (strcmp(path, "-") == 0)
        fd = dup(STDIN_FILENO);
    else
        fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && path == NULL)
        return kith_fail(err, KITH_NOT_FOUND, "passphrase",
                         "give --passphrase-file",
                         "a passphrase is needed and there is no terminal");
    if (fd < 0)
        return explain(KITH_NOT_FOUND, path, err);
    status = make(&passphrase);
    if (status == KITH_OK)
        status = path == NULL
                     ? ask(fd, "Passphrase of the key file: ", &passphrase)
                     : read_line(fd, &passphrase);
    if (status == KITH_OK && twice && path == NULL)
        status = ask_again(fd, &passphrase);
    (void)close(fd);
    if (status != KITH_OK) {
        passphrase_clear(&passphrase);
        return explain(status, path, err);
    }
    *ret_passphrase = passphrase;
    return KITH_OK;
}

void passphrase_clear(struct passphrase *passphrase)
{
    sodium_free(passphrase->text);
    passphrase->text = NULL;
    passphrase->len = 0;
}

/* sink_file - see the header. Not here: whether to try again (kithd). */
#include "notify/sink_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum kith_status fail(const char *what, const char *folder,
                             char *sentence)
{
    const int why = errno;

    (void)snprintf(sentence, SINK_SENTENCE_MAX, "cannot %s in %s: %s", what,
                   folder, strerror(why));
    if (why == ENOSPC || why == EDQUOT)
        return KITH_FULL;
    return why == ENOENT ? KITH_NOT_FOUND : KITH_IO;
}

static bool write_all(int fd, struct kith_bytes bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.data, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes.data += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

static bool write_notice(int fd, const struct kith_notify_deliver *notice)
{
    return write_all(fd, notice->subject) &&
           write_all(fd, kith_bytes_of("\n\n")) &&
           write_all(fd, notice->text) && fsync(fd) == 0;
}

enum kith_status sink_file(const char *folder,
                           const struct kith_notify_deliver *notice,
                           char ret_sentence[SINK_SENTENCE_MAX])
{
    char id[KITH_ID_TEXT_SIZE], aside[64], name[64];
    enum kith_status status = KITH_OK;
    int dir, fd;

    kith_id_text(&notice->notice, id);
    (void)snprintf(name, sizeof(name), "%s.txt", id);
    (void)snprintf(aside, sizeof(aside), ".%s.part", id);
    dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return fail("open", folder, ret_sentence);
    fd = openat(dir, aside,
                O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (fd < 0) {
        status = fail("write", folder, ret_sentence);
    } else {
        if (!write_notice(fd, notice) || renameat(dir, aside, dir, name) != 0 ||
            fsync(dir) != 0)
            status = fail("write", folder, ret_sentence);
        (void)close(fd);
    }
    (void)close(dir);
    return status;
}

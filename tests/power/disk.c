/* disk - see the header. Not here: the trace (cuts.c). */
#include "disk.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILES = 64,
    NAMES = 32,
    PATH = 256,
    SECTOR = 512,
    PAGE = 4096
};

/* A write or cut that no sync has followed. */
struct pending {
    uint64_t offset;
    const uint8_t *data; /* of the trace; NULL: the file was cut to OFFSET */
    size_t len;
};

struct file {
    uint8_t *bytes; /* durable */
    size_t len, cap;
    struct pending *pending;
    size_t n_pending, cap_pending;
};

struct name {
    char path[PATH];
    int file; /* -1: a folder */
};

struct names {
    struct name list[NAMES];
    size_t n;
};

/* A change of names that no sync of a folder has followed. */
struct change {
    enum trace_act act;
    char path[PATH], second[PATH];
    int file;
};

struct disk {
    struct file files[FILES];
    int n_files;
    struct names now, durable;
    struct change changes[NAMES];
    size_t n_changes;
};

static void fail(const char *what)
{
    (void)fprintf(stderr, "power: %s\n", what);
    exit(2);
}

static uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct disk *disk_new(void)
{
    struct disk *disk = calloc(1, sizeof(*disk));

    if (disk == NULL)
        fail("out of memory");
    return disk;
}

void disk_free(struct disk *disk)
{
    for (int i = 0; disk != NULL && i < disk->n_files; i++) {
        free(disk->files[i].bytes);
        free(disk->files[i].pending);
    }
    free(disk);
}

static struct name *find_name(struct names *names, const char *path)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->list[i].path, path) == 0)
            return &names->list[i];
    }
    return NULL;
}

static void set_name(struct names *names, const char *path, int file)
{
    struct name *name = find_name(names, path);

    if (name == NULL) {
        if (names->n == NAMES)
            fail("too many names");
        name = &names->list[names->n++];
        (void)snprintf(name->path, PATH, "%s", path);
    }
    name->file = file;
}

static void drop_name(struct names *names, const char *path)
{
    struct name *name = find_name(names, path);

    if (name != NULL)
        *name = names->list[--names->n];
}

/* What stands in the one folder stands in the other. */
static void exchange_names(struct names *names, const struct change *change)
{
    for (size_t i = 0; i < names->n; i++) {
        char *path = names->list[i].path;
        char moved[2 * PATH];

        for (int way = 0; way < 2; way++) {
            const char *from = way == 0 ? change->path : change->second;
            const char *to = way == 0 ? change->second : change->path;
            const size_t len = strlen(from);

            if (strncmp(path, from, len) != 0 || path[len] != '/')
                continue;
            (void)snprintf(moved, sizeof(moved), "%s%s", to, path + len);
            (void)snprintf(path, PATH, "%.*s", PATH - 1, moved);
            break;
        }
    }
}

static void apply_change(struct names *names, const struct change *change)
{
    const size_t len = strlen(change->path);

    switch (change->act) {
    case TRACE_CREATE:
    case TRACE_FOLDER:
        set_name(names, change->path, change->file);
        break;
    case TRACE_LINK:
        set_name(names, change->second, change->file);
        break;
    case TRACE_UNLINK:
        drop_name(names, change->path);
        break;
    case TRACE_EXCHANGE:
        exchange_names(names, change);
        break;
    case TRACE_RENAME:
        /* what stands in a folder goes with it */
        for (size_t i = 0; i < names->n; i++) {
            char moved[2 * PATH];

            if (strncmp(names->list[i].path, change->path, len) != 0 ||
                names->list[i].path[len] != '/')
                continue;
            (void)snprintf(moved, sizeof(moved), "%s%s", change->second,
                           names->list[i].path + len);
            (void)snprintf(names->list[i].path, PATH, "%.*s", PATH - 1, moved);
        }
        drop_name(names, change->path);
        set_name(names, change->second, change->file);
        break;
    default:
        break;
    }
}

static void change_names(struct disk *disk, struct change *change)
{
    if (change->act == TRACE_CREATE) {
        if (disk->n_files == FILES)
            fail("too many files");
        change->file = disk->n_files++;
    } else if (change->act == TRACE_FOLDER) {
        change->file = -1;
    } else {
        struct name *name = find_name(&disk->now, change->path);

        if (name == NULL)
            fail("a name is not known");
        change->file = name->file;
    }
    apply_change(&disk->now, change);
    if (disk->n_changes == NAMES)
        fail("too many changes of names");
    disk->changes[disk->n_changes++] = *change;
}

static void put_bytes(struct file *file, uint64_t offset, const uint8_t *data,
                      size_t len)
{
    const size_t end = (size_t)offset + len;

    if (end > file->cap) {
        file->bytes = realloc(file->bytes, 2 * end);
        if (file->bytes == NULL)
            fail("out of memory");
        file->cap = 2 * end;
    }
    if (end > file->len) {
        memset(file->bytes + file->len, 0, end - file->len);
        file->len = end;
    }
    memcpy(file->bytes + offset, data, len);
}

static void cut_file(struct file *file, size_t len)
{
    if (len < file->len)
        file->len = len;
}

static void add_pending(struct file *file, const struct disk_act *act)
{
    if (file->n_pending == file->cap_pending) {
        file->cap_pending = 2 * file->cap_pending + 16;
        file->pending =
            realloc(file->pending, file->cap_pending * sizeof(*file->pending));
        if (file->pending == NULL)
            fail("out of memory");
    }
    file->pending[file->n_pending++] = (struct pending){
        act->head.offset, act->head.act == TRACE_CUT ? NULL : act->data,
        act->head.data_len};
}

static void settle(struct file *file)
{
    for (size_t i = 0; i < file->n_pending; i++) {
        const struct pending *one = &file->pending[i];

        if (one->data == NULL)
            cut_file(file, (size_t)one->offset);
        else
            put_bytes(file, one->offset, one->data, one->len);
    }
    file->n_pending = 0;
}

/* Syncing a file makes its own making durable too, as file systems with a
 * journal do; syncing a folder, all names. */
static void sync_names(struct disk *disk)
{
    for (size_t i = 0; i < disk->n_changes; i++)
        apply_change(&disk->durable, &disk->changes[i]);
    disk->n_changes = 0;
}

void disk_do(struct disk *disk, const struct disk_act *act)
{
    struct change change = {.act = (enum trace_act)act->head.act};
    struct name *name = NULL;

    (void)snprintf(change.path, PATH, "%.*s", (int)act->head.path_len,
                   act->path);
    (void)snprintf(change.second, PATH, "%.*s", (int)act->head.second_len,
                   act->second);
    if (act->head.act != TRACE_WRITE && act->head.act != TRACE_CUT &&
        act->head.act != TRACE_SYNC) {
        change_names(disk, &change);
        return;
    }
    name = find_name(&disk->now, change.path);
    if (name == NULL || name->file < 0) {
        if (act->head.act == TRACE_SYNC)
            sync_names(disk);
        return;
    }
    if (act->head.act == TRACE_SYNC)
        settle(&disk->files[name->file]);
    else if (act->head.synchronous)
        put_bytes(&disk->files[name->file], act->head.offset, act->data,
                  act->head.data_len);
    else
        add_pending(&disk->files[name->file], act);
}

/* How much of what was not synced is there: nothing, all, any pages, any
 * sectors. */
enum mode {
    MODE_NONE,
    MODE_ALL,
    MODE_PAGES,
    MODE_SECTORS,
    MODES
};

/* What of ONE may be found is put into FILE, piece by piece. */
static void put_part(struct file *file, const struct pending *one,
                     enum mode mode, uint64_t *seed)
{
    const size_t piece = mode == MODE_PAGES ? PAGE : SECTOR;
    size_t at = 0;

    if (one->data == NULL) {
        if (mode == MODE_ALL || draw(seed) % 2 == 0)
            cut_file(file, (size_t)one->offset);
        return;
    }
    while (at < one->len) {
        size_t len = piece - (size_t)(one->offset + at) % piece;

        if (len > one->len - at)
            len = one->len - at;
        if (mode == MODE_ALL || draw(seed) % 2 == 0)
            put_bytes(file, one->offset + at, one->data + at, len);
        at += len;
    }
}

static int write_file(const struct file *source, uint64_t *seed,
                      const char *path)
{
    const enum mode mode = (enum mode)(draw(seed) % MODES);
    struct file file = {.len = source->len, .cap = source->len + 1};
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int code = -1;

    file.bytes = malloc(file.cap);
    if (file.bytes == NULL)
        fail("out of memory");
    if (file.len > 0)
        memcpy(file.bytes, source->bytes, file.len);
    for (size_t i = 0; i < source->n_pending && mode != MODE_NONE; i++)
        put_part(&file, &source->pending[i], mode, seed);
    if (fd >= 0 && write(fd, file.bytes, file.len) == (ssize_t)file.len)
        code = 0;
    if (fd >= 0)
        (void)close(fd);
    free(file.bytes);
    return code;
}

int disk_cut(const struct disk *disk, uint64_t *seed, const char *folder)
{
    const size_t kept = (size_t)(draw(seed) % (disk->n_changes + 1));
    struct names names = disk->durable;
    int code = 0;

    for (size_t i = 0; i < kept; i++)
        apply_change(&names, &disk->changes[i]);
    /* folders before what is in them */
    for (size_t i = 0; i < names.n && code == 0; i++) {
        char path[2 * PATH];

        (void)snprintf(path, sizeof(path), "%s/%s", folder, names.list[i].path);
        if (names.list[i].file < 0 && mkdir(path, 0700) != 0)
            code = -1;
    }
    for (size_t i = 0; i < names.n && code == 0; i++) {
        char path[2 * PATH];

        (void)snprintf(path, sizeof(path), "%s/%s", folder, names.list[i].path);
        if (names.list[i].file >= 0)
            code = write_file(&disk->files[names.list[i].file], seed, path);
    }
    return code;
}

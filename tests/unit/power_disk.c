/* power_disk - see power_disk.h. Each file is what is durable of it and the
 * writes since; the names likewise.
 */
#include "power_disk.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct pending {
    uint64_t offset; /* a truncation: the new length */
    size_t len;
    uint8_t *data; /* owned; NULL: a truncation */
    bool synced;
};

struct image {
    uint8_t *bytes; /* owned */
    size_t len;
    size_t room;
};

struct file {
    struct image durable;
    struct pending *pending; /* owned, oldest first */
    size_t n;
};

struct name {
    char path[POWER_PATH];
    int file; /* -1: a folder */
};

struct names {
    struct name list[POWER_NAMES];
    size_t n;
};

struct change {
    enum power_change what;
    int file;
    char from[POWER_PATH];
    char to[POWER_PATH];
};

struct power_disk {
    struct file files[POWER_FILES];
    int n_files;
    struct names durable;
    struct names seen; /* by the program */
    struct change pending[POWER_PENDING];
    size_t n_pending;
};

uint64_t power_draw(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct power_disk *power_disk_new(void)
{
    struct power_disk *disk = calloc(1, sizeof(*disk));

    assert_non_null(disk);
    return disk;
}

static void forget(struct file *file)
{
    for (size_t i = 0; i < file->n; i++)
        free(file->pending[i].data);
    free(file->pending);
    file->pending = NULL;
    file->n = 0;
}

void power_disk_destroy(struct power_disk **disk)
{
    if (*disk == NULL)
        return;
    for (int i = 0; i < (*disk)->n_files; i++) {
        forget(&(*disk)->files[i]);
        free((*disk)->files[i].durable.bytes);
    }
    free(*disk);
    *disk = NULL;
}

static struct name *find(struct names *names, const char *path)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->list[i].path, path) == 0)
            return &names->list[i];
    }
    return NULL;
}

static void add(struct names *names, const char *path, int file)
{
    struct name *name = find(names, path);

    if (name == NULL) {
        assert_true(names->n < POWER_NAMES);
        name = &names->list[names->n++];
    }
    (void)snprintf(name->path, sizeof(name->path), "%s", path);
    name->file = file;
}

static void drop(struct names *names, const char *path)
{
    struct name *name = find(names, path);

    if (name != NULL)
        *name = names->list[--names->n];
}

/* FROM, a file or a folder with all in it, stands under TO. */
static void move(struct names *names, const char *from, const char *to)
{
    size_t len = strlen(from);

    drop(names, to);
    for (size_t i = 0; i < names->n; i++) {
        struct name *name = &names->list[i];
        char rest[POWER_PATH];

        if (strncmp(name->path, from, len) != 0 ||
            (name->path[len] != '\0' && name->path[len] != '/'))
            continue;
        (void)snprintf(rest, sizeof(rest), "%s", name->path + len);
        assert_in_range(
            snprintf(name->path, sizeof(name->path), "%s%s", to, rest), 1,
            POWER_PATH - 1);
    }
}

static void change_names(struct names *names, const struct change *change)
{
    const struct name *from = find(names, change->from);

    switch (change->what) {
    case POWER_MAKE:
        add(names, change->from, change->file);
        break;
    case POWER_FOLDER:
        add(names, change->from, -1);
        break;
    case POWER_LINK:
        assert_non_null(from);
        add(names, change->to, from->file);
        break;
    case POWER_RENAME:
        move(names, change->from, change->to);
        break;
    case POWER_REMOVE:
        drop(names, change->from);
        break;
    }
}

void power_disk_name(struct power_disk *disk, enum power_change change,
                     int file, const char *from, const char *to)
{
    struct change *next = &disk->pending[disk->n_pending++];

    assert_in_range(disk->n_pending, 1, POWER_PENDING);
    *next = (struct change){.what = change, .file = file};
    (void)snprintf(next->from, sizeof(next->from), "%s", from);
    (void)snprintf(next->to, sizeof(next->to), "%s", to);
    change_names(&disk->seen, next);
}

int power_disk_file(struct power_disk *disk)
{
    assert_true(disk->n_files < POWER_FILES);
    return disk->n_files++;
}

int power_disk_find(const struct power_disk *disk, const char *path)
{
    for (size_t i = 0; i < disk->seen.n; i++) {
        if (strcmp(disk->seen.list[i].path, path) == 0)
            return disk->seen.list[i].file;
    }
    return -1;
}

/* Gives IMAGE the length LEN, zeros where it grows. */
static void resize(struct image *image, size_t len)
{
    if (len > image->room) {
        size_t room = 2 * len;
        uint8_t *bytes = realloc(image->bytes, room);

        assert_non_null(bytes);
        image->bytes = bytes;
        image->room = room;
    }
    if (len > image->len)
        memset(image->bytes + image->len, 0, len - image->len);
    image->len = len;
}

static void put(struct image *image, uint64_t offset, const uint8_t *data,
                size_t len)
{
    if (len == 0)
        return;
    if (offset + len > image->len)
        resize(image, (size_t)offset + len);
    memcpy(image->bytes + offset, data, len);
}

/* The first COUNT writes of FILE are durable. */
static void settle(struct file *file, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pending *one = &file->pending[i];

        if (one->data == NULL)
            resize(&file->durable, (size_t)one->offset);
        else
            put(&file->durable, one->offset, one->data, one->len);
    }
    if (count == file->n)
        forget(file);
}

/* A write through an O_DSYNC descriptor that has returned is durable; it
 * says nothing of writes before it that went through another descriptor. */
static void settle_synced(struct power_disk *disk)
{
    for (int i = 0; i < disk->n_files; i++) {
        struct file *file = &disk->files[i];
        size_t kept = 0;

        for (size_t at = 0; at < file->n; at++) {
            struct pending *one = &file->pending[at];

            if (one->synced) {
                put(&file->durable, one->offset, one->data, one->len);
                free(one->data);
            } else {
                file->pending[kept++] = *one;
            }
        }
        file->n = kept;
    }
}

static struct pending *grow(struct file *file)
{
    struct pending *list =
        realloc(file->pending, (file->n + 1) * sizeof(*list));

    assert_non_null(list);
    file->pending = list;
    list[file->n] = (struct pending){0};
    return &list[file->n++];
}

void power_disk_write(struct power_disk *disk, int file, uint64_t offset,
                      const void *data, size_t len, bool synced)
{
    struct pending *one = NULL;

    settle_synced(disk);
    one = grow(&disk->files[file]);
    one->offset = offset;
    one->len = len;
    one->synced = synced;
    one->data = malloc(len);
    assert_non_null(one->data);
    memcpy(one->data, data, len);
}

void power_disk_truncate(struct power_disk *disk, int file, uint64_t len)
{
    settle_synced(disk);
    grow(&disk->files[file])->offset = len;
}

void power_disk_sync(struct power_disk *disk, int file)
{
    settle_synced(disk);
    settle(&disk->files[file], disk->files[file].n);
}

void power_disk_sync_names(struct power_disk *disk)
{
    settle_synced(disk);
    disk->durable = disk->seen;
    disk->n_pending = 0;
}

/* How likely a piece is kept in one state, in quarters: all, none, some. */
static bool kept(uint64_t *seed, unsigned quarters)
{
    return power_draw(seed) % 4 < quarters;
}

/* Puts the pieces of ONE that are kept; a piece is aligned in the file. */
static void put_pieces(struct image *image, const struct pending *one,
                       size_t piece, uint64_t *seed, unsigned quarters)
{
    for (size_t at = 0; at < one->len;) {
        size_t len = piece - (size_t)((one->offset + at) % piece);

        if (len > one->len - at)
            len = one->len - at;
        if (kept(seed, quarters))
            put(image, one->offset + at, one->data + at, len);
        at += len;
    }
}

static void write_file(const struct file *file, const char *path, size_t piece,
                       uint64_t *seed, unsigned quarters)
{
    struct image image = {0};
    FILE *out = fopen(path, "wb");

    assert_non_null(out);
    put(&image, 0,
        file->durable.bytes != NULL ? file->durable.bytes : (const uint8_t *)"",
        file->durable.len);
    for (size_t i = 0; i < file->n; i++) {
        if (file->pending[i].data != NULL)
            put_pieces(&image, &file->pending[i], piece, seed, quarters);
        else if (kept(seed, quarters))
            resize(&image, (size_t)file->pending[i].offset);
    }
    if (image.len > 0)
        assert_int_equal(fwrite(image.bytes, 1, image.len, out), image.len);
    assert_int_equal(fclose(out), 0);
    free(image.bytes);
}

static int by_length(const void *a, const void *b)
{
    size_t left = strlen(((const struct name *)a)->path);
    size_t right = strlen(((const struct name *)b)->path);

    return left < right ? -1 : left > right;
}

void power_disk_cut(struct power_disk *disk, const char *folder, size_t piece,
                    uint64_t *seed)
{
    struct names names = disk->durable;
    size_t changes = (size_t)(power_draw(seed) % (disk->n_pending + 1));
    unsigned quarters = (unsigned)(power_draw(seed) % 5);
    char path[2 * POWER_PATH];

    for (size_t i = 0; i < changes; i++)
        change_names(&names, &disk->pending[i]);
    qsort(names.list, names.n, sizeof(names.list[0]), by_length);
    for (size_t i = 0; i < names.n; i++) {
        const struct name *name = &names.list[i];

        (void)snprintf(path, sizeof(path), "%s/%s", folder, name->path);
        if (name->file < 0)
            assert_int_equal(mkdir(path, 0700), 0);
        else
            write_file(&disk->files[name->file], path, piece, seed, quarters);
    }
}

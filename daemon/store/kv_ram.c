/* kv_ram - the seam of kv.h in memory, for tests and the simulator.
 *
 * One red-black tree per table and a log of what a write transaction changed,
 * undone from its end by abort. Nothing survives close.
 * Not here: durability; a commit only forgets how to go back.
 */
#include "store/kv.h"

#include <bsd/sys/tree.h>
#include <stdlib.h>
#include <string.h>

struct ram_row {
    RB_ENTRY(ram_row) entry;
    struct kv_key key;
    size_t len;
    uint8_t *value; /* owned; NULL when len is 0 */
};

RB_HEAD(ram_table, ram_row);

enum ram_change {
    RAM_ADDED,
    RAM_CHANGED,
    RAM_REMOVED
};

struct ram_undo {
    enum ram_change change;
    enum kv_table table;
    struct ram_row *row; /* owned when removed, else in its table */
    uint8_t *old_value;  /* changed: owned */
    size_t old_len;
};

struct kv_ram {
    struct kv kv; /* first: kv_ram is a kv */
    struct ram_table tables[KV_TABLES];
    uint64_t rows[KV_TABLES];
    uint64_t bytes; /* of keys and values */
    uint64_t commits;
    bool write;
    struct ram_undo *undo; /* owned */
    size_t n_undo, cap_undo;
};

static int compare_rows(const struct ram_row *a, const struct ram_row *b)
{
    return kv_key_compare(&a->key, &b->key);
}

RB_PROTOTYPE(ram_table, ram_row, entry, compare_rows)
RB_GENERATE(ram_table, ram_row, entry, compare_rows)

static void free_row(struct ram_row *row)
{
    if (row == NULL)
        return;
    free(row->value);
    free(row);
}

static struct ram_row *find_row(struct kv_ram *ram,
                                const struct kv_place *place)
{
    struct ram_row probe;

    probe.key = place->key;
    return RB_FIND(ram_table, &ram->tables[place->table], &probe);
}

static enum kith_status reserve_undo(struct kv_ram *ram)
{
    size_t cap = ram->cap_undo > 0 ? ram->cap_undo * 2 : 64;
    struct ram_undo *undo = NULL;

    if (ram->n_undo < ram->cap_undo)
        return KITH_OK;
    undo = realloc(ram->undo, cap * sizeof(*undo));
    if (undo == NULL)
        return KITH_NOMEM;
    ram->undo = undo;
    ram->cap_undo = cap;
    return KITH_OK;
}

static void note_change(struct kv_ram *ram, const struct ram_undo *undo)
{
    ram->undo[ram->n_undo++] = *undo;
}

static enum kith_status ram_begin(struct kv *kv, bool write)
{
    struct kv_ram *ram = (struct kv_ram *)kv;

    ram->write = write;
    return KITH_OK;
}

static enum kith_status ram_commit(struct kv *kv)
{
    struct kv_ram *ram = (struct kv_ram *)kv;

    for (size_t i = 0; i < ram->n_undo; i++) {
        if (ram->undo[i].change == RAM_REMOVED)
            free_row(ram->undo[i].row);
        else
            free(ram->undo[i].old_value);
    }
    if (ram->write)
        ram->commits++;
    ram->n_undo = 0;
    return KITH_OK;
}

static void count_row(struct kv_ram *ram, enum kv_table table,
                      const struct ram_row *row, bool added)
{
    uint64_t bytes = row->key.len + row->len;

    ram->rows[table] += added ? 1 : UINT64_MAX;
    ram->bytes += added ? bytes : 0 - bytes;
}

static void undo_change(struct kv_ram *ram, struct ram_undo *undo)
{
    struct ram_row *row = undo->row;

    switch (undo->change) {
    case RAM_ADDED:
        RB_REMOVE(ram_table, &ram->tables[undo->table], row);
        count_row(ram, undo->table, row, false);
        free_row(row);
        break;
    case RAM_CHANGED:
        ram->bytes -= row->len;
        ram->bytes += undo->old_len;
        free(row->value);
        row->value = undo->old_value;
        row->len = undo->old_len;
        break;
    case RAM_REMOVED:
        (void)RB_INSERT(ram_table, &ram->tables[undo->table], row);
        count_row(ram, undo->table, row, true);
        break;
    }
}

static void ram_abort(struct kv *kv)
{
    struct kv_ram *ram = (struct kv_ram *)kv;

    while (ram->n_undo > 0)
        undo_change(ram, &ram->undo[--ram->n_undo]);
}

static enum kith_status ram_get(struct kv *kv, const struct kv_place *place,
                                struct kith_bytes *ret_value)
{
    struct ram_row *row = find_row((struct kv_ram *)kv, place);

    if (row == NULL)
        return KITH_NOT_FOUND;
    ret_value->data = row->value;
    ret_value->len = row->len;
    return KITH_OK;
}

static enum kith_status change_row(struct kv_ram *ram, enum kv_table table,
                                   struct ram_row *row, size_t len)
{
    struct ram_undo undo = {RAM_CHANGED, table, row, row->value, row->len};
    uint8_t *value = calloc(1, len > 0 ? len : 1);

    if (value == NULL)
        return KITH_NOMEM;
    ram->bytes -= row->len;
    ram->bytes += len;
    row->value = value;
    row->len = len;
    note_change(ram, &undo);
    return KITH_OK;
}

static enum kith_status add_row(struct kv_ram *ram,
                                const struct kv_place *place, size_t len,
                                struct ram_row **ret_row)
{
    struct ram_undo undo = {RAM_ADDED, place->table, NULL, NULL, 0};
    struct ram_row *row = calloc(1, sizeof(*row));

    if (row == NULL)
        return KITH_NOMEM;
    row->value = calloc(1, len > 0 ? len : 1);
    if (row->value == NULL) {
        free(row);
        return KITH_NOMEM;
    }
    row->key = place->key;
    row->len = len;
    (void)RB_INSERT(ram_table, &ram->tables[place->table], row);
    count_row(ram, place->table, row, true);
    undo.row = row;
    note_change(ram, &undo);
    *ret_row = row;
    return KITH_OK;
}

static enum kith_status ram_put(struct kv *kv, const struct kv_place *place,
                                unsigned flags, size_t len, uint8_t **ret_space)
{
    struct kv_ram *ram = (struct kv_ram *)kv;
    struct ram_row *row = find_row(ram, place);
    enum kith_status status = reserve_undo(ram);

    if (status != KITH_OK)
        return status;
    if (row != NULL && (flags & KV_NEW) != 0)
        return KITH_CONFLICT;
    if (row != NULL)
        status = change_row(ram, place->table, row, len);
    else
        status = add_row(ram, place, len, &row);
    if (status == KITH_OK)
        *ret_space = row->value;
    return status;
}

static enum kith_status ram_del(struct kv *kv, const struct kv_place *place)
{
    struct kv_ram *ram = (struct kv_ram *)kv;
    struct ram_row *row = find_row(ram, place);
    struct ram_undo undo = {RAM_REMOVED, place->table, row, NULL, 0};

    if (row == NULL)
        return KITH_NOT_FOUND;
    if (reserve_undo(ram) != KITH_OK)
        return KITH_NOMEM;
    RB_REMOVE(ram_table, &ram->tables[place->table], row);
    count_row(ram, place->table, row, false);
    note_change(ram, &undo);
    return KITH_OK;
}

static void meet_row(const struct ram_row *row, struct kv_row *ret_row)
{
    ret_row->key.len = 0;
    if (row == NULL)
        return;
    ret_row->key = row->key;
    ret_row->value = (struct kith_bytes){row->value, row->len};
}

static enum kith_status ram_around(struct kv *kv, const struct kv_place *place,
                                   struct kv_around *ret_around)
{
    struct kv_ram *ram = (struct kv_ram *)kv;
    struct ram_table *table = &ram->tables[place->table];
    struct ram_row probe, *above = NULL;

    probe.key = place->key;
    above = RB_NFIND(ram_table, table, &probe);
    meet_row(above, &ret_around->above);
    meet_row(above != NULL ? RB_PREV(ram_table, table, above)
                           : RB_MAX(ram_table, table),
             &ret_around->below);
    return KITH_OK;
}

static enum kith_status ram_rows(struct kv *kv, enum kv_table table,
                                 uint64_t *ret_rows)
{
    *ret_rows = ((struct kv_ram *)kv)->rows[table];
    return KITH_OK;
}

static uint64_t ram_number(struct kv *kv)
{
    struct kv_ram *ram = (struct kv_ram *)kv;

    return ram->commits + (ram->write ? 1 : 0);
}

static bool ram_grow(struct kv *kv)
{
    (void)kv;
    return false;
}

static enum kith_status ram_tend(struct kv *kv)
{
    (void)kv;
    return KITH_OK;
}

static enum kith_status ram_size(struct kv *kv, struct kv_size *ret_size)
{
    uint64_t bytes = ((struct kv_ram *)kv)->bytes;

    ret_size->used_bytes = bytes;
    ret_size->map_bytes = bytes;
    return KITH_OK;
}

static void ram_close(struct kv *kv)
{
    struct kv_ram *ram = (struct kv_ram *)kv;
    struct ram_row *row = NULL;

    ram_abort(kv);
    for (int i = 0; i < KV_TABLES; i++) {
        while ((row = RB_MIN(ram_table, &ram->tables[i])) != NULL) {
            RB_REMOVE(ram_table, &ram->tables[i], row);
            free_row(row);
        }
    }
    free(ram->undo);
    free(ram);
}

static const struct kv_ops ram_ops = {
    .begin = ram_begin,
    .commit = ram_commit,
    .abort = ram_abort,
    .get = ram_get,
    .put = ram_put,
    .del = ram_del,
    .around = ram_around,
    .rows = ram_rows,
    .number = ram_number,
    .grow = ram_grow,
    .tend = ram_tend,
    .size = ram_size,
    .close = ram_close,
};

enum kith_status kv_ram_new(struct kv **ret_kv)
{
    struct kv_ram *ram = calloc(1, sizeof(*ram));

    if (ram == NULL)
        return KITH_NOMEM;
    ram->kv.ops = &ram_ops;
    for (int i = 0; i < KV_TABLES; i++)
        RB_INIT(&ram->tables[i]);
    *ret_kv = &ram->kv;
    return KITH_OK;
}

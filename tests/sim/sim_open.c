/* sim_open - entries opened from the rows alone. */
#include "sim/sim_open.h"

#include <inttypes.h>
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/seal.h"

struct store_log_id sim_open_log(const struct sim_place *place)
{
    return (struct store_log_id){.link = place->link.number,
                                 .side = place->own ? STORE_OUT : STORE_IN,
                                 .number = place->own ? place->link.out.number
                                                      : place->link.in.number};
}

void sim_open_origin(const struct sim_place *place,
                     struct kith_origin *ret_origin)
{
    const struct kith_company_id *reader = &place->reader->company.id;
    const struct kith_company_id *other = &place->link.company;
    kith_origin_make(place->own ? reader : other, place->own ? other : reader,
                     sim_open_log(place).number, ret_origin);
}

static enum kith_status open_body(const struct sim_place *place,
                                  struct kith_arena *arena,
                                  struct sim_opened *opened)
{
    struct kith_origin origin;
    struct kith_ek ek;
    sim_open_origin(place, &origin);
    struct kith_sealed_entry sealed = {.origin = &origin,
                                       .header = &opened->header,
                                       .sealed = opened->row.sealed};
    memcpy(ek.b, opened->row.ek.b, sizeof ek.b);
    enum kith_status status =
        kith_entry_check_sealed(&opened->header, opened->row.sealed);
    if (status == KITH_OK)
        status = kith_open_entry(&sealed, &ek, &opened->plain, &opened->text);
    if (status == KITH_OK)
        status = kith_body_decode(arena, opened->text, &opened->body);
    return status;
}

bool sim_open_entry(const struct sim_place *place, uint64_t index,
                    struct kith_arena *arena, struct sim_opened *opened)
{
    struct store_log_id id = sim_open_log(place);
    memset(opened, 0, sizeof *opened);
    enum kith_status status =
        store_entry_get(place->txn, &id, index, arena, &opened->row);
    if (status == KITH_OK)
        status = kith_entry_decode(opened->row.header, &opened->header);
    if (status == KITH_OK && opened->header.index != index)
        status = KITH_DAMAGED;
    opened->has_body = opened->row.sealed.len > 0 && opened->row.has_ek;
    if (status == KITH_OK && opened->has_body)
        status = open_body(place, arena, opened);
    if (status == KITH_OK)
        return true;
    sim_fail(place->world, "%c's %s log, entry %" PRIu64 ": does not open: %s",
             "AB"[place->reader->number], place -> own ? "own" : "partner's",
             index, kith_status_name(status));
    sim_open_clear(opened);
    return false;
}

void sim_open_clear(struct sim_opened *opened)
{
    kith_plain_clear(&opened->plain);
}

/* kinds_newer - the business kinds of a version that does not exist: one kind
 * more, and one field more in the message.
 *
 * Linked with proto/kinds_business.c, whose table has another name there
 * (newer.cmake), so that nothing of this stands in the real one.
 */
#include <stdlib.h>
#include <string.h>

#include "kind_tables.h"
#include "kith/limits.h"

extern const struct kind_table kinds_today;

enum {
    BEACON = 63, /* the kind: hangs on a project, has a name, as a generation */
    COLOUR = 50, /* the field */
    KINDS = 7,
    FIELDS_MAX = 16
};

static const struct kith_field_info colour = {.number = COLOUR,
                                              .name = "colour",
                                              .type = KITH_FIELD_NAME,
                                              .max_len = KITH_NAME_MAX,
                                              .help =
                                                  "a field of a later version"};

static struct kith_field_info message[FIELDS_MAX];
static struct kith_kind_info kinds[KINDS];

const struct kind_table kinds_business = {kinds, KINDS};

/* The fields of KIND, and among them one more. */
static void add_field(struct kith_kind_info *kind)
{
    size_t n = 0;

    if (kind->n_fields >= FIELDS_MAX)
        abort();
    while (n < kind->n_fields && kind->fields[n].number < COLOUR)
        n++;
    memcpy(message, kind->fields, n * sizeof(message[0]));
    message[n] = colour;
    memcpy(message + n + 1, kind->fields + n,
           (kind->n_fields - n) * sizeof(message[0]));
    kind->fields = message;
    kind->n_fields++;
}

/* Before main: the tables are constants to everybody else. */
__attribute__((constructor)) static void extend(void)
{
    if (kinds_today.n_kinds != KINDS - 1)
        abort();
    for (size_t i = 0; i + 1 < KINDS; i++) {
        kinds[i] = kinds_today.kinds[i];
        if (kinds[i].kind == KITH_KIND_GENERATION)
            kinds[KINDS - 1] = kinds[i];
        if (kinds[i].kind == KITH_KIND_MESSAGE)
            add_field(&kinds[i]);
    }
    kinds[KINDS - 1].kind = BEACON;
    kinds[KINDS - 1].name = "beacon";
    kinds[KINDS - 1].help = "a kind of a later version";
}

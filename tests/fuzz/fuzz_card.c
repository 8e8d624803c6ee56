/* fuzz_card - cards, their text form and recovery sheets, from anybody.
 *
 * A card that is taken has been signed, so its fields hold within bounds; the
 * text forms give back only what they were made of.
 */
#include <stdlib.h>
#include <string.h>

#include "kith/armour.h"
#include "kith/card.h"
#include "kith/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len);

static void try_card(struct kith_bytes bytes)
{
    struct kith_card card;

    if (kith_card_read(bytes, &card) != KITH_OK)
        return;
    if (card.address.n_endpoints > KITH_ENDPOINTS_MAX ||
        strnlen(card.address.name, sizeof(card.address.name)) > KITH_NAME_MAX ||
        kith_card_compare(&card, &card) != KITH_CARD_SAME)
        abort();
}

static void try_armour(struct kith_bytes bytes)
{
    struct kith_buf card = {NULL, 0, 0};

    if (kith_unarmour(KITH_CARD_TITLE, bytes, &card) == KITH_OK)
        try_card(kith_buf_bytes(&card));
    kith_buf_clear(&card);
}

static void try_sheet(struct kith_bytes bytes)
{
    struct kith_error err = {.status = KITH_OK};
    struct kith_sheet sheet, again;
    struct kith_buf text = {NULL, 0, 0};

    if (kith_sheet_parse(bytes, &sheet, &err) != KITH_OK)
        return;
    if (kith_sheet_lines(&sheet, &text) != KITH_OK ||
        kith_sheet_parse(kith_buf_bytes(&text), &again, &err) != KITH_OK ||
        memcmp(sheet.root_seed, again.root_seed, KITH_SEED_LEN) != 0)
        abort();
    kith_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len)
{
    struct kith_bytes bytes = {data, data_len};

    if (kith_crypto_start() != KITH_OK)
        abort();
    try_card(bytes);
    try_armour(bytes);
    try_sheet(bytes);
    return 0;
}

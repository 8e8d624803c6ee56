/* fuzz_note - notes, checkpoints, origins and key texts, from anybody.
 *
 * Whatever parses is written again as the same bytes: there is one spelling.
 */
#include <stdlib.h>
#include <string.h>

#include "kith/checkpoint.h"
#include "kith/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len);

static void try_checkpoint(struct kith_bytes text)
{
    struct kith_checkpoint checkpoint;
    struct kith_buf again = {NULL, 0, 0};

    if (kith_checkpoint_parse(text, &checkpoint) != KITH_OK)
        return;
    if (kith_checkpoint_text(&checkpoint, &again) != KITH_OK ||
        !kith_bytes_equal(kith_buf_bytes(&again), text))
        abort();
    kith_buf_clear(&again);
}

static void try_note(struct kith_bytes bytes)
{
    struct kith_note_key key = {.name = "kith/x", .type = KITH_NOTE_ED25519};
    struct kith_note note;
    struct kith_buf merged = {NULL, 0, 0};

    if (kith_note_parse(bytes, &note) != KITH_OK)
        return;
    if (note.text.data != bytes.data || note.text.len >= bytes.len)
        abort();
    key.hash = note.lines[0].hash;
    if (note.lines[0].name.len < sizeof(key.name)) {
        memset(key.name, 0, sizeof(key.name));
        memcpy(key.name, note.lines[0].name.data, note.lines[0].name.len);
    }
    if (kith_note_verify(&note, &key, NULL) == KITH_OK)
        abort(); /* the key is all zeros */
    if (kith_note_merge(bytes, bytes, &merged) != KITH_OK ||
        !kith_bytes_equal(kith_buf_bytes(&merged), bytes))
        abort();
    kith_buf_clear(&merged);
    try_checkpoint(note.text);
}

static void try_origin(struct kith_bytes text)
{
    struct kith_log_name name;
    struct kith_origin origin;

    if (kith_origin_parse(text, &name) != KITH_OK)
        return;
    kith_origin_make(&name.sender, &name.receiver, name.log_number, &origin);
    if (!kith_bytes_is(text, origin.text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_len)
{
    struct kith_bytes bytes = {data, data_len};
    struct kith_note_key key;

    try_note(bytes);
    try_checkpoint(bytes);
    try_origin(bytes);
    if (kith_note_key_parse(bytes, &key) == KITH_OK &&
        strnlen(key.name, sizeof(key.name)) > KITH_NOTE_NAME_MAX)
        abort();
    return 0;
}

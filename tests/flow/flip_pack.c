/* flip-pack FILE - does kith-verify find each change of the pack in FILE?
 *
 * The file is cut at every length; every byte of it is changed, in one bit and
 * in all; and every fifth byte of what its parts hold is changed with the digests of
 * the frame made anew behind it, as somebody does who has PROTOCOL.md and no
 * key: what is behind the frame must find those. Prints the counts; exit code
 * 1: one was not found, or its place not named.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge.h"
#include "kith/limits.h"
#include "kith/pack.h"
#include "kith/sign.h"

enum {
    STEP = 5 /* bytes; a number that no layout has, so that all places come */
};

/* False with words when the pack BYTES, changed or cut at PLACE, is taken or
 * the place is not named. */
static bool is_found(struct kith_bytes bytes, size_t place)
{
    struct kith_error err = {.status = KITH_OK};
    struct loaded_pack pack;
    struct steps steps;
    enum kith_status status = judge_pack(bytes, &pack, &steps, &err);
    const bool named = strstr(err.what, "part ") != NULL ||
                       strstr(err.what, "byte") != NULL ||
                       strstr(err.what, "note ") != NULL ||
                       strstr(err.what, "signature of the pack") != NULL;

    kith_arena_destroy(&pack.arena);
    if (status != KITH_OK && named)
        return true;
    fprintf(stderr, "byte %zu: %s, \"%s\"\n", place, kith_status_name(status),
            err.what);
    return false;
}

static bool flip_all(const struct kith_buf *file, size_t *ret_count)
{
    bool good = true;

    for (size_t place = 0; place < file->len; place++) {
        const uint8_t masks[] = {(uint8_t)(1u << place % 8), 0xff};

        for (size_t i = 0; i < sizeof(masks); i++) {
            file->data[place] ^= masks[i];
            good = is_found(kith_buf_bytes(file), place) && good;
            file->data[place] ^= masks[i];
            ++*ret_count;
        }
    }
    return good;
}

/* Writes FILE's parts to OUT with the byte of content at PLACE, counted without
 * frames, changed by MASK. Returns the bytes of content. */
static size_t rewrite(const struct kith_buf *file, size_t place, uint8_t mask,
                      struct kith_buf *out)
{
    struct kith_pack in, pack;
    struct kith_pack_part part;
    size_t seen = 0;

    out->len = 0;
    if (kith_pack_begin(&pack, out) != KITH_OK ||
        kith_pack_open(&in, (struct kith_bytes){file->data, KITH_PACK_HEAD_LEN},
                       NULL) != KITH_OK)
        abort();
    while (!in.ended) {
        uint8_t content[KITH_PACK_PART_MAX];
        size_t size;

        if (kith_pack_part_size(&in, file->data + in.offset, &size, NULL) !=
                KITH_OK ||
            kith_pack_take(&in,
                           (struct kith_bytes){file->data + in.offset, size},
                           &part, NULL) != KITH_OK)
            abort();
        if (in.ended)
            break;
        memcpy(content, part.content.data, part.content.len);
        if (place >= seen && place - seen < part.content.len)
            content[place - seen] ^= mask;
        seen += part.content.len;
        if (kith_pack_add(&pack, part.type,
                          (struct kith_bytes){content, part.content.len},
                          out) != KITH_OK)
            abort();
    }
    if (kith_pack_end(&pack, out) != KITH_OK)
        abort();
    return seen;
}

static bool flip_behind(const struct kith_buf *file, size_t *ret_count)
{
    struct kith_buf out = {0};
    const size_t len = rewrite(file, SIZE_MAX, 0, &out);
    bool good = true;

    for (size_t place = 0; place < len; place += STEP) {
        (void)rewrite(file, place, (uint8_t)(1u << place % 8), &out);
        good = is_found(kith_buf_bytes(&out), place) && good;
        ++*ret_count;
    }
    kith_buf_clear(&out);
    return good;
}

static bool cut_all(const struct kith_buf *file)
{
    bool good = true;

    for (size_t len = 0; len < file->len; len++)
        good = is_found((struct kith_bytes){file->data, len}, len) && good;
    return good;
}

static bool read_whole(const char *path, struct kith_buf *file)
{
    uint8_t block[65536];
    size_t count;
    bool good = true;
    FILE *in = fopen(path, "rb");

    if (in == NULL)
        return false;
    while (good && (count = fread(block, 1, sizeof(block), in)) > 0)
        good = kith_buf_add(file, block, count) == KITH_OK;
    fclose(in);
    return good;
}

int main(int argc, char **argv)
{
    struct kith_buf file = {0};
    struct loaded_pack pack;
    struct kith_error err = {.status = KITH_OK};
    struct steps steps;
    size_t flipped = 0, behind = 0;
    bool good;

    if (argc != 2 || kith_crypto_start() != KITH_OK ||
        !read_whole(argv[1], &file))
        return 2;
    good = judge_pack(kith_buf_bytes(&file), &pack, &steps, &err) == KITH_OK;
    kith_arena_destroy(&pack.arena);
    good = good && cut_all(&file) && flip_all(&file, &flipped) &&
           flip_behind(&file, &behind);
    printf("%zu bytes, cut at each, %zu changes in place, %zu behind new "
           "digests: %s\n",
           file.len, flipped, behind, good ? "all found" : "NOT ALL FOUND");
    kith_buf_clear(&file);
    return good ? 0 : 1;
}

/* nearest.c - the distance of two words, and the choice among several.
 *
 * Not here: the message that names the word.
 */
#include "kith/nearest.h"

#include <string.h>

enum {
    WORD_MAX = 63
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t kith_nearest_distance(const char *a, const char *b)
{
    /* Three rows of the table: two back, one back, this one. */
    size_t rows[3][WORD_MAX + 1];
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);

    if (a_len > WORD_MAX || b_len > WORD_MAX)
        return a_len > b_len ? a_len : b_len;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *now = rows[i % 3];
        const size_t *last = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;

            now[j] =
                least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

const char *kith_nearest(const char *word, const char *const *words, size_t n)
{
    const char *nearest = NULL;
    size_t nearest_distance = 0;

    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(word);
        size_t longer = len > strlen(words[i]) ? len : strlen(words[i]);
        size_t distance = kith_nearest_distance(word, words[i]);

        if (len >= 2 && strncmp(word, words[i], len) == 0)
            distance = least(distance, 1);
        if (distance > (longer + 2) / 3 || distance >= longer)
            continue;
        if (nearest == NULL || distance < nearest_distance) {
            nearest = words[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}

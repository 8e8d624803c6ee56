/* sim_random - xorshift* streams behind the simulator and libsodium.
 *
 * Not here: anything secret; keys of a simulated company are worth nothing.
 */
#include "sim/sim_random.h"

#include <stddef.h>
#include <string.h>

#include <sodium.h>

/* libsodium's hooks take no context, hence file scope. */
static uint64_t decisions = 1;
static uint64_t bytes = 1;

/* splitmix64: any seed gives well spread states. */
static uint64_t spread(uint64_t seed)
{
    uint64_t z = seed + 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return z == 0 ? 1 : z;
}

static uint64_t step(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1Du;
}

static const char *name_of_hook(void)
{
    return "kith-sim";
}

static uint32_t draw_word(void)
{
    return (uint32_t)(step(&bytes) >> 32);
}

static void draw_bytes(void *const data, const size_t len)
{
    uint8_t *to = data;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t word = step(&bytes);
        memcpy(to + i, &word, len - i < 8 ? len - i : 8);
    }
}

void sim_random_install(void)
{
    static randombytes_implementation hooks = {.implementation_name =
                                                   name_of_hook,
                                               .random = draw_word,
                                               .buf = draw_bytes};
    randombytes_set_implementation(&hooks);
}

void sim_random_seed(uint64_t seed)
{
    decisions = spread(seed);
    bytes = spread(~seed);
}

uint64_t sim_below(uint64_t bound)
{
    return (step(&decisions) >> 11) % bound;
}

int64_t sim_between(int64_t from, int64_t to)
{
    return from + (int64_t)sim_below((uint64_t)(to - from) + 1);
}

bool sim_chance(unsigned permille)
{
    return sim_below(1000) < permille;
}

/* sim_wrap - a call that the linker leads to the simulator (--wrap, sim.cmake).
 *
 * Threads: one.
 */
#ifndef SIM_WRAP_H
#define SIM_WRAP_H

/* CALL as it is, and what stands in its place. */
#define WRAP(result, call, ...)                                                \
    result __real_##call(__VA_ARGS__);                                         \
    result __wrap_##call(__VA_ARGS__);                                         \
    result __wrap_##call(__VA_ARGS__)

#endif

# kith-sim: the rules of two companies on the RAM twin, with faults drawn from
# seeds. `kith-sim SEED` replays one schedule and prints its history.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
if(sources)
    add_executable(kith-sim ${sources})
    kith_test_target(kith-sim)
    kith_link(kith-sim PRIVATE ${KITH_TEST_LIBRARIES})
    add_test(NAME sim COMMAND kith-sim)
    kith_test_properties(sim sim 300)
endif()

# kith-sim: the rules of two companies on the RAM twin, with faults drawn from
# seeds. `kith-sim --schedules 1 --seed S --verbose` replays one schedule and
# prints its history; a schedule that fails prints it by itself.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
if(sources)
    add_executable(kith-sim ${sources})
    kith_test_target(kith-sim)
    kith_link(kith-sim PRIVATE ${KITH_TEST_LIBRARIES})
    # With sanitizers each schedule takes longer: fewer, and others.
    if(KITH_SANITIZE OR KITH_COVERAGE)
        set(schedules 500)
        set(seed 100001)
    else()
        set(schedules 2000)
        set(seed 1)
    endif()
    add_test(NAME sim.${schedules}
        COMMAND kith-sim --schedules ${schedules} --seed ${seed})
    kith_test_properties(sim.${schedules} sim 600)
    # The checker must notice faults that are put in on purpose.
    add_test(NAME sim.breaks COMMAND kith-sim --schedules 100 --break all)
    kith_test_properties(sim.breaks sim 300)
endif()

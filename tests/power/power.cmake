# kith-power: cuts of power. A writer is recorded by a library loaded before
# libc, which sanitizers do not bear; there the tier is left out.
if(NOT KITH_SANITIZE AND NOT KITH_FUZZ)
    set(here ${CMAKE_CURRENT_LIST_DIR})
    add_library(kith-record MODULE ${here}/record.c)
    kith_own(kith-record)
    target_link_libraries(kith-record PRIVATE ${CMAKE_DL_LIBS})
    set_target_properties(kith-record PROPERTIES PREFIX ""
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_executable(kith-power ${here}/main.c ${here}/disk.c ${here}/play.c)
    kith_test_target(kith-power)
    kith_link(kith-power PRIVATE kith_unit_helpers ${KITH_TEST_LIBRARIES})
    add_test(NAME power.cuts
        COMMAND kith-power $<TARGET_FILE:kith-record> 5000 1)
    kith_test_properties(power.cuts power 300)
endif()

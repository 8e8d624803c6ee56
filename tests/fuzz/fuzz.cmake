# fuzz_X.c holds LLVMFuzzerTestOneInput(). With --preset fuzz it becomes a
# libFuzzer program; otherwise replay.c gives it a main() that runs every file
# of corpus/X once, so a crash once found stays found.
file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/fuzz_*.c)

foreach(source IN LISTS fuzzers)
    get_filename_component(target ${source} NAME_WE)
    string(REGEX REPLACE "^fuzz_" "" name ${target})
    set(corpus ${CMAKE_CURRENT_LIST_DIR}/corpus/${name})
    add_executable(${target} ${source}
        ${CMAKE_CURRENT_LIST_DIR}/memory_file.c)
    kith_test_target(${target})
    kith_link(${target} PRIVATE ${KITH_TEST_LIBRARIES})
    if(name MATCHES "^(core|net|notify|client)_")
        kith_link(${target} PRIVATE kith_${CMAKE_MATCH_1})
    endif()
    if(KITH_FUZZ)
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        add_test(NAME fuzz.${name}
            COMMAND ${target} -runs=20000 -max_total_time=20 -seed=1
                ${CMAKE_BINARY_DIR}/tests/found-${name} ${corpus})
        file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/tests/found-${name})
    else()
        target_sources(${target} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/replay.c)
        add_test(NAME fuzz.${name} COMMAND ${target} ${corpus})
    endif()
    kith_test_properties(fuzz.${name} fuzz 120)
endforeach()

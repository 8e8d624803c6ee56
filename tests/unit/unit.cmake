# test_X.c -> unit.X, with cmocka and the libraries of all layers up to the
# rules. A program's own files are reached by the prefix of its folder:
# test_core_X.c, test_net_X.c, test_notify_X.c, test_client_X.c,
# test_verify_X.c.
# Other .c files in this folder are helpers: built once, as a library of which
# each test takes what it calls.
file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/test_*.c)
file(GLOB helpers CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
list(FILTER helpers EXCLUDE REGEX "/test_[^/]*$")
# It stands before libc's calls, so only those that mean it are linked with it.
list(FILTER helpers EXCLUDE REGEX "/disk_steps[^/]*$")

add_library(kith_unit_helpers STATIC ${helpers})
kith_test_target(kith_unit_helpers)
kith_link(kith_unit_helpers PUBLIC ${KITH_TEST_LIBRARIES} lib_jansson
    lib_cmocka)

foreach(source IN LISTS tests)
    get_filename_component(target ${source} NAME_WE)
    string(REGEX REPLACE "^test_" "" name ${target})
    add_executable(${target} ${source})
    kith_test_target(${target})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_LIST_DIR})
    if(name MATCHES "^(core|net|notify|client|verify)_")
        kith_link(${target} PRIVATE kith_${CMAKE_MATCH_1})
    endif()
    kith_link(${target} PRIVATE kith_unit_helpers)
    add_test(NAME unit.${name} COMMAND ${target})
    kith_test_properties(unit.${name} unit 120)
endforeach()

foreach(target IN ITEMS
        test_store_migrate test_store_migrate_kill test_store_steps)
    target_sources(${target} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/disk_steps.c)
endforeach()

# The checker of layers is a program too: it must refuse what it should; and
# the programs must be linked with nothing but the libraries of their layer.
set(scripts layers)
if(TARGET kithd)
    list(APPEND scripts links)
endif()
foreach(name IN LISTS scripts)
    add_test(NAME unit.${name}
        COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/${name}_test.py)
    kith_test_properties(unit.${name} unit 60)
endforeach()

# The vectors are what their own programs write, which share no code with ours:
# keys to seals by make.py, the wire by make_wire.py.
add_test(NAME unit.vectors
    COMMAND /usr/bin/python3
        ${CMAKE_CURRENT_LIST_DIR}/../vectors/make.py --check)
kith_test_properties(unit.vectors unit 60)
add_test(NAME unit.wire_vectors
    COMMAND /usr/bin/python3
        ${CMAKE_CURRENT_LIST_DIR}/../vectors/make_wire.py --check)
kith_test_properties(unit.wire_vectors unit 60)

# The second implementation, written from the text alone, reads and makes them.
add_test(NAME unit.peer_vectors
    COMMAND /usr/bin/python3
        ${CMAKE_CURRENT_LIST_DIR}/../peer/vectors_test.py)
kith_test_properties(unit.peer_vectors unit 60)

# 2,000 flipped bits, two children for each.
set_tests_properties(unit.store_check PROPERTIES TIMEOUT 300)

# One call at a time fails (failing.h): the linker puts ours before the real one.
foreach(function IN ITEMS malloc calloc realloc kith_arena_alloc
        kith_arena_copy row_put row_get row_get_arena row_open row_open_arena
        row_del row_seek)
    target_link_options(test_failures PRIVATE LINKER:--wrap=${function})
endforeach()

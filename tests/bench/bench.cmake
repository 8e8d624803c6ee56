# Programs that measure; scripts/bench runs them. Our own are built with
# everything, so that they cannot rot; the strawman only when asked for.
set(here ${CMAKE_CURRENT_LIST_DIR})
add_executable(bench-primitives ${here}/primitives.c ${here}/measure.c)
kith_test_target(bench-primitives)
kith_link(bench-primitives PRIVATE kith)
add_executable(bench-load ${here}/load.c ${here}/control.c)
kith_test_target(bench-load)
kith_link(bench-load PRIVATE kith)
add_executable(bench-store ${here}/store.c)
kith_test_target(bench-store)
kith_link(bench-store PRIVATE ${KITH_TEST_LIBRARIES})
add_executable(bench-net ${here}/net.c)
kith_test_target(bench-net)
kith_link(bench-net PRIVATE kith lib_sodium)

# The strawman keeps its source as it was measured, so no warnings of ours.
set(strawman ${here}/strawman)
set(out ${CMAKE_BINARY_DIR}/strawman)
file(MAKE_DIRECTORY ${out})
find_program(KITH_PROTOC_C protoc-c REQUIRED)
add_custom_command(
    OUTPUT ${out}/change.pb-c.c ${out}/change.pb-c.h
    COMMAND ${KITH_PROTOC_C} --c_out=${out} --proto_path=${strawman}
        ${strawman}/change.proto
    DEPENDS ${strawman}/change.proto
    VERBATIM)
add_executable(bench-strawman EXCLUDE_FROM_ALL ${strawman}/e2e.c ${out}/change.pb-c.c)
target_include_directories(bench-strawman PRIVATE ${strawman} ${out})
target_compile_options(bench-strawman PRIVATE -w)
set_target_properties(bench-strawman PROPERTIES C_EXTENSIONS ON)
target_link_libraries(bench-strawman PRIVATE
    lib_czmq lib_zmq lib_sodium lib_lmdb lib_protobuf_c)

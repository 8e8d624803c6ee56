# flow_X.py -> flow.X: the real programs of one, two or three companies, run by
# Debian's own Python. Underscores of the file are hyphens in the name.
file(GLOB flows CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/flow_*.py)
set(KITH_PYTHON /usr/bin/python3)

foreach(source IN LISTS flows)
    get_filename_component(name ${source} NAME_WE)
    string(REGEX REPLACE "^flow_" "" name ${name})
    string(REPLACE "_" "-" name ${name})
    add_test(NAME flow.${name} COMMAND ${KITH_PYTHON} ${source})
    kith_test_properties(flow.${name} flow 300)
    set_tests_properties(flow.${name} PROPERTIES SKIP_RETURN_CODE 77)
endforeach()

# What flow.audit has an administrator do.
add_executable(edit-audit ${CMAKE_CURRENT_LIST_DIR}/edit_audit.c)
kith_test_target(edit-audit)
kith_link(edit-audit PRIVATE ${KITH_TEST_LIBRARIES})

# What flow.evidence changes in packs.
add_executable(flip-pack ${CMAKE_CURRENT_LIST_DIR}/flip_pack.c)
kith_test_target(flip-pack)
kith_link(flip-pack PRIVATE kith_verify kith)

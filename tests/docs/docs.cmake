# docs.X: the text that stands beside the program says what the program does.
# The pages need scdoc; where it is missing the test says so and is skipped.
if(TARGET kith-cli)
    foreach(name IN ITEMS man names)
        add_test(NAME docs.${name}
            COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/${name}_test.py)
        kith_test_properties(docs.${name} docs 60)
        set_tests_properties(docs.${name} PROPERTIES SKIP_RETURN_CODE 77)
    endforeach()
endif()

# The target `man` makes the manual pages in build-…/man, where there is scdoc;
# installing puts them in place when they were made.
find_program(KITH_SCDOC scdoc)

if(KITH_SCDOC AND TARGET kith-cli)
    add_custom_target(man
        COMMAND ${CMAKE_SOURCE_DIR}/scripts/man ${CMAKE_BINARY_DIR}/man
            $<TARGET_FILE:kith-cli>
        DEPENDS kith-cli
        VERBATIM)
    foreach(section IN ITEMS 1 5 7 8)
        install(DIRECTORY ${CMAKE_BINARY_DIR}/man/ OPTIONAL
            DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
            FILES_MATCHING PATTERN "*.${section}")
    endforeach()
endif()

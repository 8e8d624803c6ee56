# kithd of other versions, for flow.versions and flow.migration: the few files
# that hold a version are compiled again with other numbers and stand before
# those of the libraries.
#
#   newer/kithd, newer/kith   protocol 1 to 2, a feature, a kind and a field more
#   apart/kithd               protocol 2 alone
#   older/kithd               store schema 1, as it was when its number rose
set(NEWER_FILES daemon/rules/link_hello.c daemon/core/link_words.c)
list(TRANSFORM NEWER_FILES PREPEND ${CMAKE_SOURCE_DIR}/)

function(kith_other_version target folder name)
    add_executable(${target} ${ARGN})
    kith_test_target(${target})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/${folder})
endfunction()

set(NEWER_KINDS ${CMAKE_CURRENT_LIST_DIR}/kinds_newer.c
    ${CMAKE_SOURCE_DIR}/proto/kinds_business.c)

kith_other_version(kithd-newer newer kithd
    ${CMAKE_SOURCE_DIR}/daemon/core/main.c ${NEWER_FILES} ${NEWER_KINDS})
target_compile_definitions(kithd-newer PRIVATE
    KITH_PROTOCOL_MAX=2 KITH_FEATURES=3)
kith_link(kithd-newer PRIVATE kith_core)

kith_other_version(kith-cli-newer newer kith
    ${CMAKE_SOURCE_DIR}/client/main.c ${NEWER_KINDS})
target_include_directories(kith-cli-newer PRIVATE ${CMAKE_SOURCE_DIR}/client)
kith_link(kith-cli-newer PRIVATE kith_client)

# Only the file that is compiled here twice has its table renamed.
set_source_files_properties(${CMAKE_SOURCE_DIR}/proto/kinds_business.c
    PROPERTIES COMPILE_DEFINITIONS kinds_business=kinds_today)

kith_other_version(kithd-apart apart kithd
    ${CMAKE_SOURCE_DIR}/daemon/core/main.c ${NEWER_FILES})
target_compile_definitions(kithd-apart PRIVATE
    KITH_PROTOCOL_MIN=2 KITH_PROTOCOL_MAX=2)
kith_link(kithd-apart PRIVATE kith_core)

set(SCHEMA_FILES core/backup.c core/backup_files.c core/restore.c core/upgrade.c
    store/migrate.c store/migrate_steps.c store/parts.c store/rowseal.c)
list(TRANSFORM SCHEMA_FILES PREPEND ${CMAKE_SOURCE_DIR}/daemon/)

kith_other_version(kithd-older older kithd
    ${CMAKE_SOURCE_DIR}/daemon/core/main.c ${SCHEMA_FILES})
target_compile_definitions(kithd-older PRIVATE STORE_SCHEMA=1)
kith_link(kithd-older PRIVATE kith_core lib_lmdb)

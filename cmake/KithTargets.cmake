# Helpers that make a target out of a folder, if the folder has sources.

# Strict warnings and the house's own include folders.
function(kith_own target)
    target_compile_options(${target} PRIVATE ${KITH_WARNINGS})
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/include)
endfunction()

# The folder from which a file names its neighbours: "store/kv.h" within
# daemon/, "formats/lifecycle.h" within client/, "seal.h" within proto/.
function(kith_root target folder)
    string(REGEX REPLACE "^(daemon|client|proto).*" "\\1" root ${folder})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/${root})
endfunction()

function(kith_static_library target folder)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
    if(NOT sources)
        return()
    endif()
    add_library(${target} STATIC ${sources})
    kith_own(${target})
    if(folder STREQUAL "proto")
        target_include_directories(${target} PRIVATE
            ${CMAKE_SOURCE_DIR}/proto)
    else()
        kith_root(${target} ${folder})
    endif()
endfunction()

# A program is main.c plus a static library of the folder's other files.
function(kith_program program library)
    set(sources)
    foreach(folder IN LISTS ARGN)
        file(GLOB found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
        list(APPEND sources ${found})
    endforeach()
    list(GET ARGN 0 home)
    set(entry ${CMAKE_SOURCE_DIR}/${home}/main.c)
    list(REMOVE_ITEM sources ${entry})
    if(sources)
        add_library(${library} STATIC ${sources})
        kith_own(${library})
        kith_root(${library} ${home})
    endif()
    if(EXISTS ${entry})
        add_executable(${program} ${entry})
        kith_own(${program})
        kith_root(${program} ${home})
        if(TARGET ${library})
            target_link_libraries(${program} PRIVATE ${library})
        endif()
    endif()
endfunction()

# target_link_libraries() that leaves out what does not exist yet.
function(kith_link target)
    if(NOT TARGET ${target})
        return()
    endif()
    set(scope PRIVATE)
    foreach(item IN LISTS ARGN)
        if(item MATCHES "^(PUBLIC|PRIVATE|INTERFACE)$")
            set(scope ${item})
        elseif(TARGET ${item})
            target_link_libraries(${target} ${scope} ${item})
        endif()
    endforeach()
endfunction()

# protoc-c's output is not ours: no strict warnings, and only libkith sees it.
function(kith_generate_proto target folder)
    file(GLOB protos CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.proto)
    if(NOT protos)
        return()
    endif()
    find_program(KITH_PROTOC_C protoc-c REQUIRED)
    set(out ${CMAKE_BINARY_DIR}/generated)
    file(MAKE_DIRECTORY ${out})
    set(sources)
    foreach(proto IN LISTS protos)
        get_filename_component(name ${proto} NAME_WE)
        add_custom_command(
            OUTPUT ${out}/${name}.pb-c.c ${out}/${name}.pb-c.h
            COMMAND ${KITH_PROTOC_C} --c_out=${out}
                --proto_path=${CMAKE_SOURCE_DIR}/${folder} ${proto}
            DEPENDS ${protos}
            VERBATIM)
        list(APPEND sources ${out}/${name}.pb-c.c)
    endforeach()
    add_library(${target} OBJECT ${sources})
    target_compile_options(${target} PRIVATE -w)
    target_include_directories(${target} PRIVATE ${out})
    kith_link(${target} PRIVATE lib_protobuf_c)
endfunction()

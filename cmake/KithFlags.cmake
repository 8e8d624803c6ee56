# Language, warnings, hardening, sanitizers: for every target of ours.
include(CheckCCompilerFlag)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

# ccache where it is at hand; never required.
find_program(KITH_CCACHE ccache)
if(KITH_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER ${KITH_CCACHE})
endif()

# POSIX and BSD names are on; a file that needs GNU ones says _GNU_SOURCE.
add_compile_definitions(_DEFAULT_SOURCE=)

set(KITH_WARNINGS
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla
    -Wmissing-prototypes -Wformat=2 -Wundef -Wpointer-arith -Werror)

# Tests run with asserts on, a release too: they state what our own code
# guarantees and cost nothing that shows in a measurement.
set(CMAKE_C_FLAGS_DEBUG "-Og -g3")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")

if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
        -fstack-protector-strong)
    foreach(flag IN ITEMS
            -fstack-clash-protection
            -fcf-protection=full
            -mbranch-protection=standard)
        string(MAKE_C_IDENTIFIER "KITH_HAS${flag}" has)
        check_c_compiler_flag(${flag} ${has})
        if(${has})
            add_compile_options(${flag})
        endif()
    endforeach()
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
# A program loads only the libraries that it calls.
add_link_options(-Wl,--as-needed)
include(CheckPIESupported)
check_pie_supported()

if(KITH_SANITIZE)
    add_compile_options(-fsanitize=${KITH_SANITIZE}
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${KITH_SANITIZE})
    if(KITH_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()
if(KITH_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "libFuzzer needs clang: use --preset fuzz")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(KITH_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic)
    add_link_options(--coverage)
endif()

# The libraries of Debian 12 that we link (scripts/packages.txt lists them).
# Each becomes lib_NAME, an imported target whose headers count as system
# headers, so that our warnings stay about our code.
find_package(PkgConfig REQUIRED)

function(kith_find name module)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
    add_library(lib_${name} INTERFACE IMPORTED GLOBAL)
    target_link_libraries(lib_${name} INTERFACE PkgConfig::${name})
endfunction()

kith_find(sodium libsodium)
kith_find(nettle nettle)
kith_find(protobuf_c libprotobuf-c)
kith_find(confuse libconfuse)
kith_find(lmdb lmdb)
kith_find(czmq libczmq)
kith_find(zmq libzmq)
kith_find(seccomp libseccomp)
kith_find(jansson jansson)
kith_find(qrencode libqrencode)
kith_find(cmocka cmocka)

# libcsv ships no pkg-config file.
find_library(KITH_LIBCSV csv REQUIRED)
find_path(KITH_LIBCSV_INCLUDE csv.h REQUIRED)
add_library(lib_csv INTERFACE IMPORTED GLOBAL)
target_link_libraries(lib_csv INTERFACE ${KITH_LIBCSV})
target_include_directories(lib_csv INTERFACE ${KITH_LIBCSV_INCLUDE})

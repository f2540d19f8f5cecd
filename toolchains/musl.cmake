# What Debian's musl targets have in common: Debian's cross compiler for glibc, told by musl's own specs where headers,
# start files, library and loader are. The file that includes this sets CMAKE_SYSTEM_PROCESSOR, SLIPWAY_ARCH,
# CMAKE_C_COMPILER and MUSL_EMULATOR. The environment says where musl is unpacked; toolchains/build does that:
#   MUSL_DIR=/path/to/musl-mipsel
set(CMAKE_SYSTEM_NAME Linux)
set(SLIPWAY_SYSTEM Linux-Musl)
if(NOT EXISTS "$ENV{MUSL_DIR}/musl-gcc.specs")
    message(FATAL_ERROR "MUSL_DIR is not a directory with musl-gcc.specs: '$ENV{MUSL_DIR}'; toolchains/build makes one")
endif()
set(CMAKE_C_FLAGS_INIT "-specs=$ENV{MUSL_DIR}/musl-gcc.specs")
set(CMAKE_CROSSCOMPILING_EMULATOR ${MUSL_EMULATOR} -L $ENV{MUSL_DIR})

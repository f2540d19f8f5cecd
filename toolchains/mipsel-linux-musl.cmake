# Debian's little-endian MIPS with Debian's musl: hard float, which OpenWrt's is not.
set(CMAKE_SYSTEM_PROCESSOR mipsel)
set(SLIPWAY_ARCH mipsel)
set(CMAKE_C_COMPILER mipsel-linux-gnu-gcc)
set(MUSL_EMULATOR qemu-mipsel-static)
include(${CMAKE_CURRENT_LIST_DIR}/musl.cmake)

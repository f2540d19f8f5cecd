# Debian's armhf with Debian's musl: ARMv7, hard float, as OpenWrt's arm_cortex-a7_neon-vfpv4.
set(CMAKE_SYSTEM_PROCESSOR armv7)
set(SLIPWAY_ARCH armv7)
set(CMAKE_C_COMPILER arm-linux-gnueabihf-gcc)
set(MUSL_EMULATOR qemu-arm-static -cpu cortex-a7)
include(${CMAKE_CURRENT_LIST_DIR}/musl.cmake)

# OpenWrt's arm_cortex-a7_neon-vfpv4: musl, hard float.
set(OPENWRT_ARCH arm_cortex-a7+neon-vfpv4)
set(OPENWRT_COMPILER arm-openwrt-linux-muslgnueabi)
set(CMAKE_SYSTEM_PROCESSOR armv7)
set(SLIPWAY_ARCH armv7)
include(${CMAKE_CURRENT_LIST_DIR}/openwrt.cmake)

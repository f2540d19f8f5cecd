# OpenWrt's mips_24kc: musl, soft float.
set(OPENWRT_ARCH mips_24kc)
set(OPENWRT_COMPILER mips-openwrt-linux-musl)
set(CMAKE_SYSTEM_PROCESSOR mips)
set(SLIPWAY_ARCH mips)
include(${CMAKE_CURRENT_LIST_DIR}/openwrt.cmake)

# OpenWrt's mipsel_24kc: musl, soft float.
set(OPENWRT_ARCH mipsel_24kc)
set(OPENWRT_COMPILER mipsel-openwrt-linux-musl)
set(CMAKE_SYSTEM_PROCESSOR mipsel)
set(SLIPWAY_ARCH mipsel)
include(${CMAKE_CURRENT_LIST_DIR}/openwrt.cmake)

# What the OpenWrt SDK's compilers have in common. The file that includes this sets OPENWRT_ARCH, OPENWRT_COMPILER,
# CMAKE_SYSTEM_PROCESSOR and SLIPWAY_ARCH. The environment says where the SDK is:
#   STAGING_DIR=/path/to/openwrt-sdk-.../staging_dir
# The SDK's compilers choose the float ABI by themselves: soft on MIPS. It must be that of the JVM, because
# floating-point numbers are handed over between the two.
set(CMAKE_SYSTEM_NAME Linux)
set(SLIPWAY_SYSTEM Linux-Musl)
if("$ENV{STAGING_DIR}" STREQUAL "")
    message(FATAL_ERROR "STAGING_DIR is not set; it is the directory staging_dir of the OpenWrt SDK")
endif()
file(GLOB openwrt_toolchains "$ENV{STAGING_DIR}/toolchain-${OPENWRT_ARCH}_gcc-*_musl*")
list(LENGTH openwrt_toolchains count)
if(NOT count EQUAL 1)
    message(FATAL_ERROR "$ENV{STAGING_DIR} has ${count} directories toolchain-${OPENWRT_ARCH}_gcc-*_musl*, not one")
endif()
set(CMAKE_C_COMPILER "${openwrt_toolchains}/bin/${OPENWRT_COMPILER}-gcc")
set(CMAKE_FIND_ROOT_PATH "${openwrt_toolchains}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

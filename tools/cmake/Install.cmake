# The programs, and the client library as a package: find_package(wallet), target wallet::client.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/wallet)
foreach(part client proto asio base flags)
  set_target_properties(wallet_${part} PROPERTIES EXPORT_NAME ${part})
endforeach()

install(TARGETS walletd walletctl wallet-snapshot wallet-restore wallet-bench RUNTIME
  DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS wallet_client wallet_proto wallet_asio wallet_base wallet_flags EXPORT wallet
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT wallet NAMESPACE wallet:: FILE walletTargets.cmake DESTINATION ${package_dir})

# Headers keep their paths, so that they include each other as they do here.
install(FILES net/client/client.h net/client/types.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wallet/net/client)
install(FILES wal/base/instant.h wal/base/strong.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wallet/wal/base)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/walletConfig.cmake.in
  ${CMAKE_BINARY_DIR}/walletConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/walletConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/walletConfig.cmake ${CMAKE_BINARY_DIR}/walletConfigVersion.cmake
  DESTINATION ${package_dir})

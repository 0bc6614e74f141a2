// Asio and Beast, compiled once for the whole program: see wallet_asio in CMakeLists.txt.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>

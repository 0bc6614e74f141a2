// Hints to the processor that survive the compiler.
#pragma once

namespace wallet {

// Brings the cache line of `address` closer to the processor: into the nearest cache, or into the
// one behind it. Any address may be given; where it can't be read nothing happens.
//
// Not __builtin_prefetch alone: GCC takes a function that does nothing but prefetch for one without
// an effect, and leaves calls of it out. The empty statement is an effect.
inline void Prefetch(const void* address) {
  __builtin_prefetch(address);
  asm volatile("");
}
inline void PrefetchToSecondCache(const void* address) {
  __builtin_prefetch(address, 0, 2);
  asm volatile("");
}

}  // namespace wallet

// Weights in the formats of model files.
#ifndef KN_FORMATS_H
#define KN_FORMATS_H

#include <string.h>

#include "kernels.h"

static inline size_t kn_format_size(kn_format format) { return format == KN_F32 ? 4 : 2; }

static inline float kn_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline float kn_widen_bf16(uint16_t bits) { return kn_float_of_bits((uint32_t)bits << 16); }

// The exponents differ by 112; multiplying by 2¹¹² is exact for the denormals also. Infinity and NaN keep all ones.
static inline float kn_widen_f16(uint16_t bits) {
  uint32_t sign = (uint32_t)(bits & 0x8000) << 16, rest = (uint32_t)(bits & 0x7fff) << 13;
  float magnitude = rest >= 0x0f800000 ? kn_float_of_bits(rest | 0x7f800000) : kn_float_of_bits(rest) * 0x1p112f;
  return sign ? -magnitude : magnitude;
}

// The nearest bf16, to even in the middle; a NaN stays one.
static inline uint16_t kn_narrow_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// The value at an index of an array that may stand at any address.
static inline float kn_widen_at(kn_format format, const void *values, size_t index) {
  const char *from = (const char *)values + index * kn_format_size(format);
  uint32_t word = 0;
  memcpy(&word, from, kn_format_size(format));
  switch (format) {
    case KN_F16:
      return kn_widen_f16((uint16_t)word);
    case KN_BF16:
      return kn_widen_bf16((uint16_t)word);
    case KN_F32:
      break;
  }
  return kn_float_of_bits(word);
}

#endif

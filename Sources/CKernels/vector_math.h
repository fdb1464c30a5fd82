// Vectors and the functions of their lanes. Included by vector_kernels.h.
#define KN_INLINE static inline __attribute__((always_inline)) KN_TARGET
#define KN_KERNEL static KN_TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

enum { PANEL = LANES * WIDE };

typedef float vf_anywhere __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
typedef uint32_t vu_anywhere __attribute__((ext_vector_type(LANES), aligned(4), may_alias));
typedef uint32_t word __attribute__((may_alias));

KN_INLINE vf load(const float *p) { return *(const vf_anywhere *)p; }
KN_INLINE void store(float *p, vf v) { *(vf_anywhere *)p = v; }
KN_INLINE vf load_up_to(const float *p, size_t width) { return width == LANES ? load(p) : load_part(p, width); }

KN_INLINE void store_up_to(float *p, vf v, size_t width) {
  if (width >= LANES)
    store(p, v);
  else if (width > 0)
    store_part(p, v, width);
}

KN_INLINE vu load_words(const word *p) { return *(const vu_anywhere *)p; }
KN_INLINE void store_words(word *p, vu v) { *(vu_anywhere *)p = v; }
KN_INLINE vf splat(float x) { return (vf)(x); }
KN_INLINE vf multiply_add(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
KN_INLINE vi bits(vf v) { return (vi)v; }

// yes where the mask is set, else no.
KN_INLINE vf choose(vi mask, vf yes, vf no) { return (vf)((bits(yes) & mask) | (bits(no) & ~mask)); }

// All ones in the first n lanes.
KN_INLINE vi first_lanes(size_t n) {
  vi lane;
  UNROLL for (int i = 0; i < LANES; i++) lane[i] = i;
  return lane < (vi)((int32_t)n);
}

// x cut at a limit; a NaN stays.
KN_INLINE vf at_most(vf limit, vf x) { return limit < x ? limit : x; }
KN_INLINE vf at_least(vf limit, vf x) { return limit > x ? limit : x; }

KN_INLINE vf larger(vf a, vf b) { return choose((b > a) | (b != b), b, a); }  // A NaN stays, on either side.

// Horner's rule; coefficients from the constant term up.
#define POLYNOMIAL(x, result, ...)                                             \
  vf result;                                                                   \
  do {                                                                         \
    static const float coefficients[] = {__VA_ARGS__};                         \
    enum { DEGREE = sizeof coefficients / sizeof *coefficients - 1 };          \
    result = splat(coefficients[DEGREE]);                                      \
    UNROLL for (int i = DEGREE; i-- > 0;) result = multiply_add(result, x, splat(coefficients[i])); \
  } while (0)

// v · 2ⁿ for a whole n from −150 to 128; `shifted` is n + 1.5 · 2²³. Results down to the denormals come out right.
KN_INLINE vf times_power_of_two(vf v, vf shifted) {
  vf magic = splat(0x1.8p23f);
#ifdef KN_SCALES_BY_POWERS
  return scale_by_power(v, shifted - magic);
#else  // In two halves, since 2ⁿ itself may be no f32.
  vi n = bits(shifted) - bits(magic);
  vi half = n >> 1;
  return v * (vf)((half + 127) << 23) * (vf)((n - half + 127) << 23);
#endif
}

// 2ˣ = 2ⁿ · 2ᶠ with n = round(x) and a Chebyshev fit of 2ᶠ: off by 1.4 · 2⁻²⁴ of itself at most. Up to 127.
KN_INLINE vf power_of_two(vf x) {
  x = at_least(splat(-150), x);
  vf magic = splat(0x1.8p23f);  // Adding it rounds to an integer, which stands in the low bits.
  vf shifted = x + magic;
  vf rest = x - (shifted - magic);
  POLYNOMIAL(rest, power, 1, 6.931471825e-01f, 2.402265072e-01f, 5.550327152e-02f, 9.618035518e-03f, 1.340043265e-03f,
             1.546736457e-04f);
  return times_power_of_two(power, shifted);
}

// exp(x) = 2ⁿ · exp(r) with n = round(x / ln 2) and |r| ≤ ln 2 / 2, where (exp(r) − 1 − r) / r² is a Chebyshev fit.
// Beyond 89 exp is infinite.
KN_INLINE vf exponential(vf x) {
  x = at_least(splat(-104), at_most(splat(89), x));
  vf magic = splat(0x1.8p23f);
  vf shifted = multiply_add(x, splat(0x1.715476p0f), magic);
  vf whole = shifted - magic;
  vf rest = multiply_add(whole, splat(-0x1.62e4p-1f), x);
  rest = multiply_add(whole, splat(-0x1.7f7d1cp-20f), rest);
  POLYNOMIAL(rest, tail, 5.000000000e-01f, 1.666657627e-01f, 4.166646674e-02f, 8.363181725e-03f, 1.393365208e-03f);
  vf power = multiply_add(multiply_add(tail, rest, splat(1)), rest, splat(1));
  return times_power_of_two(power, shifted);
}

KN_INLINE vf with_sign_of(vf magnitude, vf sign) {
  return (vf)((bits(magnitude) & INT32_MAX) | (bits(sign) & INT32_MIN));
}

#ifdef KN_LOOKS_UP
// erf: on each of 16 intervals about the multiples of `step` a Chebyshev fit of degree 5, whose coefficients lie in
// registers; from 3.921 on erf rounds to 1. Off by 1.0 · 2⁻²⁴ at most.
KN_INLINE vf error_function(vf x) {
  static const float coefficients[6][16] = {
      {0.000000000e+00f, 2.795040309e-01f, 5.257567167e-01f, 7.169029713e-01f, 8.476225138e-01f, 9.263820052e-01f,
       9.681888819e-01f, 9.877400398e-01f, 9.957951307e-01f, 9.987187982e-01f, 9.996536970e-01f, 9.999170899e-01f,
       9.999824166e-01f, 9.999967217e-01f, 9.999994636e-01f, 9.999999404e-01f},
      {1.128379107e+00f, 1.058415771e+00f, 8.734942675e-01f, 6.342585087e-01f, 4.052051902e-01f, 2.277645916e-01f,
       1.126418859e-01f, 4.901354387e-02f, 1.876440458e-02f, 6.320566405e-03f, 1.873181085e-03f, 4.884342779e-04f,
       1.120560119e-04f, 2.261866575e-05f, 4.016998901e-06f, 6.276817430e-07f},
      {9.195682651e-07f, -2.677733302e-01f, -4.419809282e-01f, -4.813984632e-01f, -4.100684822e-01f, -2.881253064e-01f,
       -1.709930748e-01f, -8.680415899e-02f, -3.797915205e-02f, -1.439149957e-02f, -4.738762043e-03f, -1.359093701e-03f,
       -3.401082649e-04f, -7.436055603e-05f, -1.421906472e-05f, -2.379876150e-06f},
      {-3.761575520e-01f, -3.076362908e-01f, -1.420687437e-01f, 3.216585517e-02f, 1.415872872e-01f, 1.670608521e-01f,
       1.354960948e-01f, 8.614886552e-02f, 4.499242827e-02f, 1.974019967e-02f, 7.368835621e-03f, 2.359026344e-03f,
       6.511369138e-04f, 1.555457275e-04f, 3.224761895e-05f, 5.814436918e-06f},
      {4.384745262e-04f, 1.271995157e-01f, 1.820813715e-01f, 1.476427317e-01f, 6.518296897e-02f, -9.108576924e-03f,
       -4.539576173e-02f, -4.715492204e-02f, -3.287320212e-02f, -1.774865948e-02f, -7.806234527e-03f, -2.865991089e-03f,
       -8.906721487e-04f, -2.363760723e-04f, -5.389366925e-05f, -1.060195973e-05f},
      {1.104715466e-01f, 7.887583971e-02f, 5.689392798e-03f, -5.414408445e-02f, -6.839685142e-02f, -4.516469315e-02f,
       -1.295291167e-02f, 7.532603573e-03f, 1.302941237e-02f, 1.016477402e-02f, 5.640833173e-03f, 2.459574258e-03f,
       8.772933506e-04f, 2.613982069e-04f, 6.588535325e-05f, 1.416392479e-05f}};
  const float step = 0.253f;
  vf magnitude = at_most(splat(3.921f), __builtin_elementwise_abs(x));
  vf magic = splat(0x1.8p23f);  // Adding it rounds to an integer, which stands in the low bits.
  vf shifted = multiply_add(magnitude, splat(1 / step), magic);
  vf offset = multiply_add(shifted - magic, splat(-step), magnitude);
  vf result = look_up(coefficients[5], bits(shifted));
  UNROLL for (int i = 5; i-- > 0;) result = multiply_add(result, offset, look_up(coefficients[i], bits(shifted)));
  return with_sign_of(result, x);
}
#else
// erf: below 1 a Chebyshev fit of erf(x) / x − 1 in x²; above, 1 − exp(−q) with a fit of q = −ln erfc(|x|) about 2.4,
// up to 3.93, from where on erf rounds to 1.
KN_INLINE vf error_function(vf x) {
  vf magnitude = __builtin_elementwise_abs(x), square = x * x;
  POLYNOMIAL(square, ratio, 1.283791661e-01f, -3.761262596e-01f, 1.128359735e-01f, -2.685432881e-02f,
             5.189312156e-03f, -8.018855006e-04f, 7.882497448e-05f);
  vf small = multiply_add(x, ratio, x);
  vf offset = choose(magnitude > splat(3.93f), splat(3.93f), magnitude) - splat(2.4f);
  POLYNOMIAL(offset, q, 7.280975342e+00f, 5.164237022e+00f, 9.404981136e-01f, 1.176575571e-02f, -2.378452802e-03f,
             4.722013546e-04f, -9.390275227e-05f, 1.374501426e-05f);
  vf large = with_sign_of(splat(1) - exponential(-q), x);
  return choose(magnitude < splat(1), small, large);
}
#endif

// tanh: below 0.625 a Chebyshev fit of tanh(x) / x − 1 in x²; above, 1 − 2 / (exp(2|x|) + 1).
KN_INLINE vf hyperbolic_tangent(vf x) {
  vf magnitude = __builtin_elementwise_abs(x), square = x * x;
  POLYNOMIAL(square, ratio, -3.836388096e-09f, -3.333326280e-01f, 1.333114952e-01f, -5.372267962e-02f,
             2.059567906e-02f, -5.664775148e-03f);
  vf small = multiply_add(x, ratio, x);
  vf large = with_sign_of(splat(1) - splat(2) / (exponential(magnitude + magnitude) + splat(1)), x);
  return choose(magnitude < splat(0.625f), small, large);
}

// x / 2 · (1 + part)
KN_INLINE vf half_of_sum(vf x, vf part) {
  vf half = splat(0.5f) * x;
  return multiply_add(half, part, half);
}

KN_INLINE vf activated(kn_activation activation, vf x) {
  switch (activation) {
    case KN_GELU:
      return half_of_sum(x, error_function(x * splat(0.70710678f)));
    case KN_GELU_TANH: {
      vf cube = x * x * x;
      return half_of_sum(x, hyperbolic_tangent(splat(0.79788456f) * multiply_add(cube, splat(0.044715f), x)));
    }
    case KN_RELU:
      return larger(splat(0), x);
    case KN_TANH:
      return hyperbolic_tangent(x);
    case KN_SIGMOID:
      return splat(1) / (splat(1) + exponential(-x));
    case KN_SILU:
      return x / (splat(1) + exponential(-x));
    case KN_IDENTITY:
      break;
  }
  return x;
}

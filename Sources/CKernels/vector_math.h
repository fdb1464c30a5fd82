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

// exp(x) = 2ⁿ · exp(r) with n = round(x / ln 2) and |r| ≤ ln 2 / 2, where (exp(r) − 1 − r) / r² is a Chebyshev fit.
// Results down to the denormals come out right. Up to 89.
KN_INLINE vf exponential_below(vf x) {
  x = at_least(splat(-104), x);
  vf magic = splat(0x1.8p23f);  // Adding it rounds to an integer, which stands in the low bits.
  vf shifted = multiply_add(x, splat(0x1.715476p0f), magic);
  vf whole = shifted - magic;
  vf rest = multiply_add(whole, splat(-0x1.62e4p-1f), x);
  rest = multiply_add(whole, splat(-0x1.7f7d1cp-20f), rest);
  POLYNOMIAL(rest, tail, 5.000000000e-01f, 1.666657627e-01f, 4.166646674e-02f, 8.363181725e-03f, 1.393365208e-03f);
  vf power = multiply_add(multiply_add(tail, rest, splat(1)), rest, splat(1));
#ifdef KN_SCALES_BY_POWERS
  return scale_by_power(power, whole);
#else  // In two halves, since 2ⁿ itself may be no f32.
  vi n = bits(shifted) - bits(magic);
  vi half = n >> 1;
  return power * (vf)((half + 127) << 23) * (vf)((n - half + 127) << 23);
#endif
}

// Beyond 89 exp is infinite.
KN_INLINE vf exponential(vf x) { return exponential_below(at_most(splat(89), x)); }

KN_INLINE vf with_sign_of(vf magnitude, vf sign) {
  return (vf)((bits(magnitude) & INT32_MAX) | (bits(sign) & INT32_MIN));
}

#ifdef KN_LOOKS_UP
// erf: on each of 16 intervals of a quarter a Chebyshev fit of degree 5 about the middle, whose coefficients lie in
// registers; from 4 on erf rounds to 1. Off by 1.0 · 2⁻²⁴ at most.
KN_INLINE vf error_function(vf x) {
  static const float coefficients[6][16] = {
      {1.403162032e-01f, 4.041168988e-01f, 6.232408881e-01f, 7.840750813e-01f, 8.883882165e-01f, 9.481700659e-01f,
       9.784437418e-01f, 9.919900298e-01f, 9.973459840e-01f, 9.992170334e-01f, 9.997946024e-01f, 9.999521375e-01f,
       9.999901056e-01f, 9.999982119e-01f, 9.999997020e-01f, 9.999999404e-01f},
      {1.110885262e+00f, 9.803528190e-01f, 7.634995580e-01f, 5.247450471e-01f, 3.182739615e-01f, 1.703597754e-01f,
       8.047225326e-02f, 3.354582563e-02f, 1.234081946e-02f, 4.006478004e-03f, 1.147875446e-03f, 2.902284905e-04f,
       6.475879491e-05f, 1.275178329e-05f, 2.215933591e-06f, 3.398257888e-07f},
      {-1.388575584e-01f, -3.676254451e-01f, -4.771815538e-01f, -4.591504931e-01f, -3.580603302e-01f,
       -2.342477143e-01f, -1.307694018e-01f, -6.289899349e-02f, -2.622399852e-02f, -9.514959529e-03f,
       -3.012863686e-03f, -8.342493093e-04f, -2.023083944e-04f, -4.301683657e-05f, -8.027214790e-06f,
       -1.315553163e-06f},
      {-3.587182760e-01f, -2.348750234e-01f, -5.567479134e-02f, 9.291964769e-02f, 1.624502838e-01f, 1.579380035e-01f,
       1.148419306e-01f, 6.744214147e-02f, 3.303780779e-02f, 1.373050921e-02f, 4.890281707e-03f, 1.502423198e-03f,
       3.999627079e-04f, 9.256100020e-05f, 1.866695675e-05f, 3.286754236e-06f},
      {6.817832589e-02f, 1.654138118e-01f, 1.754936874e-01f, 1.121527851e-01f, 2.833487280e-02f, -2.998302504e-02f,
       -4.938126728e-02f, -4.216305912e-02f, -2.640292794e-02f, -1.320594549e-02f, -5.466938484e-03f, -1.908538281e-03f,
       -5.682226038e-04f, -1.453429431e-04f, -3.210366776e-05f, -6.146456599e-06f},
      {1.035279930e-01f, 4.532615095e-02f, -2.703504823e-02f, -6.670918316e-02f, -6.106119603e-02f, -3.064391576e-02f,
       -2.303252229e-03f, 1.132802200e-02f, 1.244421210e-02f, 8.360578679e-03f, 4.236414097e-03f, 1.727707335e-03f,
       5.842619576e-04f, 1.665797317e-04f, 4.045953028e-05f, 8.430366506e-06f}};
  vf magnitude = at_most(splat(0x1.fffffep1f), __builtin_elementwise_abs(x));
  vi interval = whole_part(magnitude * splat(4));
  vf offset = multiply_add(__builtin_convertvector(interval, vf), splat(-0.25f), magnitude - splat(0.125f));
  vf result = look_up(coefficients[5], interval);
  UNROLL for (int i = 5; i-- > 0;) result = multiply_add(result, offset, look_up(coefficients[i], interval));
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

KN_INLINE vf activated(kn_activation activation, vf x) {
  switch (activation) {
    case KN_GELU:
      return splat(0.5f) * x * (splat(1) + error_function(x * splat(0.70710678f)));
    case KN_GELU_TANH: {
      vf cube = x * x * x;
      return splat(0.5f) * x *
             (splat(1) + hyperbolic_tangent(splat(0.79788456f) * multiply_add(cube, splat(0.044715f), x)));
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

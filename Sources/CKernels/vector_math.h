// Vectors and the functions of their lanes. Included by vector_kernels.h.
#define KN_INLINE static inline __attribute__((always_inline)) KN_TARGET
#define KN_KERNEL static KN_TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

enum { PANEL = LANES * WIDE };

typedef int32_t vi __attribute__((ext_vector_type(LANES)));
typedef float vf_anywhere __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

KN_INLINE vf load(const float *p) { return *(const vf_anywhere *)p; }
KN_INLINE void store(float *p, vf v) { *(vf_anywhere *)p = v; }
KN_INLINE vf load_up_to(const float *p, size_t width) { return width == LANES ? load(p) : load_part(p, width); }

KN_INLINE void store_up_to(float *p, vf v, size_t width) {
  if (width >= LANES)
    store(p, v);
  else if (width > 0)
    store_part(p, v, width);
}

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

KN_INLINE vf larger(vf a, vf b) { return choose((b > a) | (b != b), b, a); }  // A NaN stays, on either side.

KN_INLINE float largest_lane(vf v) {
  float maximum = v[0];
  UNROLL for (int i = 1; i < LANES; i++) maximum = v[i] > maximum || v[i] != v[i] ? v[i] : maximum;
  return maximum;
}

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
// 2ⁿ is multiplied in two halves, so that results up to infinity and down to the denormals come out right.
KN_INLINE vf exponential(vf x) {
  x = choose(x > splat(89), splat(89), x);
  x = choose(x < splat(-104), splat(-104), x);
  vf magic = splat(0x1.8p23f);  // Adding it rounds to an integer, which stands in the low bits.
  vf shifted = multiply_add(x, splat(0x1.715476p0f), magic);
  vf whole = shifted - magic;
  vf rest = multiply_add(whole, splat(-0x1.62e4p-1f), x);
  rest = multiply_add(whole, splat(-0x1.7f7d1cp-20f), rest);
  POLYNOMIAL(rest, tail, 5.000000000e-01f, 1.666657627e-01f, 4.166646674e-02f, 8.363181725e-03f, 1.393365208e-03f);
  vf power = multiply_add(multiply_add(tail, rest, splat(1)), rest, splat(1));
  vi n = bits(shifted) - bits(magic);
  vi half = n >> 1;
  return power * (vf)((half + 127) << 23) * (vf)((n - half + 127) << 23);
}

KN_INLINE vf with_sign_of(vf magnitude, vf sign) {
  return (vf)((bits(magnitude) & INT32_MAX) | (bits(sign) & INT32_MIN));
}

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
